"""Making a sheet: from where it begins and what is wanted, every number worked out."""

from itertools import pairwise

import numpy as np

from app.engine.config import Config
from app.engine.run import Run
from app.errors import ConfigError, Fault
from app.language import say
from app.sheet import experiment, given
from app.sheet.origin import Origin
from app.sheet.parts import Minibatch, Sheet
from app.sheet.published import published
from app.sheet.rounding import DECIMALS
from app.sheet.wanted import Wanted
from app.sheet.working import MOST_LINES, Diverged, Working, too_long

__all__ = ["decimals", "make"]

MOST_TERMS = 50_000
"""Products that the gradients of a sheet may sum."""


def decimals(config: Config, wanted: Wanted) -> int:
    """Return how many decimals are shown: those asked for, or those of the published working."""
    known = published(config)
    return wanted.decimals or (known.decimals if known else DECIMALS)


@np.errstate(all="ignore")  # what diverges is told, not warned of
def make(origin: Origin, wanted: Wanted) -> Sheet:
    """Work out a sheet.

    Raises:
        ConfigError: it would have too many lines, or there are not so many examples.
    """
    if origin.config.mistake:
        rule = say("must be switched off for a sheet, which works a network out as it should be")
        raise ConfigError([Fault("mistake", rule)])
    run = origin.run()
    _refuse_unfit(run, wanted)
    chosen = None if wanted.examples is None else tuple(sorted({n - 1 for n in wanted.examples}))
    working = Working(origin, chosen)
    minibatches, ended = _worked(working, wanted.minibatches)
    note = _note(origin, wanted, complete=not ended)
    places = decimals(origin.config, wanted)
    return Sheet(
        experiment.title(origin.config), experiment.about(origin.config), origin.config, wanted,
        places, experiment.facts(origin, run, places), tuple(given.parameters(run)), minibatches,
        note, ended,
    )  # fmt: skip


def _worked(working: Working, count: int) -> tuple[tuple[Minibatch, ...], str]:
    """Return the minibatches, and why they are fewer than asked for."""
    made: list[Minibatch] = []
    try:
        for _ in range(count):
            made.append(working.minibatch())
        made.append(working.again())
    except Diverged as end:
        return tuple(made), str(end)
    return tuple(made), ""


def _note(origin: Origin, wanted: Wanted, *, complete: bool) -> str:
    """Return what there is to say about the last cost: where a published one is another."""
    known = published(origin.config)
    as_published = origin.untouched and not origin.iteration and wanted.minibatches == 1
    return known.note if known and as_published and complete else ""


def _refuse_unfit(run: Run, wanted: Wanted) -> None:
    """Refuse before any work what cannot be, or would clearly be too long."""
    N = run.minibatches[0].count(run.iteration)
    if wanted.examples and max(wanted.examples) > N:
        rule = say("must be at most {count}, the number of examples in the minibatch", count=N)
        raise ConfigError([Fault("examples", rule, str(max(wanted.examples)))])
    n = len(set(wanted.examples or range(N)))
    sizes = run.config.sizes
    units = sum(sizes[1:])
    weights = sum(below * above for below, above in pairwise(sizes))
    least = wanted.minibatches * (2 * n * units + (n * weights if N > 1 else 0) + 2 * weights)
    if least > MOST_LINES:
        raise too_long(say("{least:,} or more", least=least))
    terms = wanted.minibatches * N * weights
    if terms > MOST_TERMS:
        rule = say(
            "must be at most {most:,} for a sheet: examples, weights and minibatches multiplied",
            most=MOST_TERMS,
        )
        raise ConfigError([Fault("minibatches", rule, f"{terms:,}")])
