"""What a minibatch costs: operations of every op, and what must be kept for the way back.

Operations are counted off the kernels that run: one for every number that an elementwise function
computes, and two, a product and a sum, for every term of a matrix product. What is kept follows
from what later ops read: a tensor stays from the op that writes it to the last one of the minibatch
that reads it.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.engine.config import Config
from app.engine.functions import Call
from app.engine.mistaken import ops_of
from app.engine.optimizers import Rates, Updates
from app.engine.program import Kind, Op, Phase, program, reads, writes
from app.engine.state import Parameters, Tape

__all__ = ["Kept", "Workload", "workload"]

Array = NDArray[Any]


class Kept(NamedTuple):
    """A tensor of the minibatch that stays in memory from the op that writes it to the last one
    that reads it, both by their number in the program."""

    tensor: str
    bytes: int
    first: int
    last: int


class Workload(NamedTuple):
    """What a minibatch of N examples costs: `operations` of each op, `kept` tensors in the order in
    which they are written, `alive` bytes of them after each op, how many `parameters` there are."""

    N: int
    operations: list[int]
    kept: list[Kept]
    alive: list[int]
    parameters: int

    def total(self, ops: tuple[Op, ...], *phases: Phase) -> int:
        """Return the operations of all ops of some phases."""
        return sum(n for op, n in zip(ops, self.operations, strict=True) if op.phase in phases)


def workload(config: Config, N: int) -> Workload:
    """Return what a minibatch of N examples costs."""
    ops = program(config)
    p, tape = Parameters(config), Tape(config, N)
    rates = Rates(config, config.per_epoch, np.array(config.optimizer.learning_rate, config.dtype))
    kernels = ops_of(config, p, tape, Updates(config, p, rates), (), (config.seed,))
    calls = [kernels.kernel(op).calls for op in ops]
    operations = [sum(map(_operations, some)) for some in calls]
    kept = list(_kept(config, tape, ops, calls))
    alive = [sum(k.bytes for k in kept if k.first <= i < k.last) for i in range(len(ops))]
    return Workload(N, operations, kept, alive, p.flat[""].size)


def _operations(call: Call) -> int:
    """Count the operations of a call: of a function of ours, what it says of itself."""
    f, *arguments = call
    if f is np.matmul or getattr(f, "__name__", "") == "dot":
        return _of_product(*((f.__self__, arguments[0]) if f is not np.matmul else arguments[:2]))
    if isinstance(f, np.ufunc):
        return int(arguments[-f.nout].size)
    owner = getattr(f, "__self__", None)
    if isinstance(owner, np.ufunc):  # its reduce
        return int(arguments[0].size)
    return int(getattr(f, "operations", 0))


def _of_product(A: Array, B: Array) -> int:
    """Two for every term of every entry."""
    return int(2 * A.size * (B.shape[-1] if B.ndim > 1 else 1))


def _kept(
    config: Config, tape: Tape, ops: tuple[Op, ...], calls: list[list[Call]]
) -> Iterator[Kept]:
    readers: dict[str, int] = {}
    for i, op in enumerate(ops):
        for name in reads(op, config):
            # The slope of a sigmoid needs its output only, that of GELU its z too.
            if op.kind is not Kind.DELTA or _touches(calls[i], tape.named.get(name)):
                readers[name] = i
    for i, op in enumerate(ops):
        for name in writes(op, config):
            if name in tape.named and readers.get(name, -1) > i:
                yield Kept(name, tape.named[name].nbytes, i, readers[name])


def _touches(calls: list[Call], tensor: Array | None) -> bool:
    """Whether a tensor of the tape is among what the calls work on."""
    parts = (x for f, *given in calls for x in (getattr(f, "__self__", None), *given))
    arrays = [x for x in parts if isinstance(x, np.ndarray)]
    return tensor is not None and any(np.may_share_memory(x, tensor) for x in arrays)
