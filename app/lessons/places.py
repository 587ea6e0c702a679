"""Places in a run as a lesson names them: an op in a minibatch, or the end of an epoch."""

import re

from app.engine.config import Config
from app.engine.program import Kind, Op, program
from app.errors import ConfigError, Fault
from app.language import joined, say

__all__ = ["FARTHEST", "named", "op_of", "position_of_op", "position_of_reveal"]

FARTHEST = 200_000
"""Minibatches of a run: whoever opens a lesson waits until it is computed."""
WITHOUT_LAYER = {Kind.DRAW, Kind.COST, Kind.CLIP, Kind.PRUNE}


def named(op: Op) -> str:
    """Return what a lesson calls an op: ``cost``, ``delta 2``."""
    return str(op.kind) if op.kind in WITHOUT_LAYER else f"{op.kind} {op.layer}"


def op_of(name: str, config: Config) -> int:
    """Return which op of the program is called so, counted from 0.

    Raises:
        ConfigError: this program has none.
    """
    names = [named(op) for op in program(config)]
    if name not in names:
        known = joined(", ", names)
        raise ConfigError([Fault("op", say("must be start or one of {known}", known=known), name)])
    return names.index(name)


def position_of_op(name: str, config: Config, minibatch: int = 1, *, before: bool = False) -> int:
    """Return the position after an op, or before it, in a minibatch of the run.

    Raises:
        ConfigError: the program has no such op, or the minibatch is too far.
    """
    length = len(program(config))
    if minibatch - 1 > FARTHEST:
        rule = say("must lie within {most:,} minibatches", most=FARTHEST)
        raise ConfigError([Fault("place", rule, f"{minibatch - 1:,}")])
    if name == "start":
        return (minibatch - 1) * length
    return (minibatch - 1) * length + op_of(name, config) + (0 if before else 1)


def position_of_reveal(name: str, config: Config, position: int) -> int:
    """Return where the lab goes after an answer at a position: an op of the same minibatch, or
    the end of an epoch of the run, as ``epoch 3``.

    Raises:
        ConfigError: the program has no such op.
    """
    if found := re.fullmatch(r"epoch (\d{1,6})", name):
        return position_of_op("start", config, int(found[1]) * config.per_epoch + 1)
    return position_of_op(name, config, position // len(program(config)) + 1)
