"""The program compiled for minibatches of one size, executed with an eye on what is not finite.

Nothing that trains reads the cost. So over many minibatches only that of the last is computed,
wherever it can be shown that no cost in between could have been the first number not finite.
"""

from collections.abc import Callable, Sequence
from contextvars import Context
from functools import cached_property
from typing import Any

import numpy as np

from app.engine.compiler import Loop, compile_kernels, compile_loop, fuse
from app.engine.config import Config
from app.engine.minibatches import Minibatches, drawing
from app.engine.mistaken import ops_of
from app.engine.optimizers import Updates
from app.engine.program import Kind, Op, program
from app.engine.state import Tape

__all__ = ["Execution", "Watch"]

CALM = {8: 1e150, 4: 1e36}
"""By the bytes of a number: a sum of squares beyond this is looked at closely. Short of it all of
them are finite, and so is the sum of the squares of their differences from as many such others."""


class Watch:
    """Calls compiled functions, and notes an overflow in them in place of warning of it.

    Divergence is a result, not an accident. NumPy keeps its error state in the context, so a
    context of our own costs a twentieth of entering `np.errstate` before every op.
    """

    def __init__(self) -> None:
        self.alarmed = False
        context = Context()
        context.run(np.seterr, over="call", invalid="call", divide="call", under="ignore")
        context.run(np.seterrcall, self._alarm)
        self.call: Callable[..., Any] = context.run

    def _alarm(self, kind: str, flag: int) -> None:
        self.alarmed = True


class Execution:
    """A tape for N examples with what is compiled for it: every op, and loops over minibatches."""

    def __init__(
        self,
        config: Config,
        updates: Updates,
        minibatches: Sequence[Minibatches],
        watch: Watch,
        N: int,
    ) -> None:
        self._clock, self._watch = updates.rates, watch
        runs = (len(minibatches),) if len(minibatches) > 1 else ()
        self.tape = Tape(config, N, runs)
        draw = drawing(minibatches, self.tape, updates.rates)
        seeds = tuple(each.seed for each in minibatches)
        ops = ops_of(config, updates.p, self.tape, updates, draw, seeds)
        order = program(config)
        self._kernels = [ops.kernel(op) for op in order]
        functions = compile_kernels([kernel.calls for kernel in self._kernels])
        self.ops: list[tuple[Callable[[], None], Op]] = list(zip(functions, order, strict=True))
        """What each op of the program does, beside its name."""
        self._cost = next(i for i, op in enumerate(order) if op.kind is Kind.COST)
        self._limit = CALM[self.tape.cost.itemsize]
        self._spares = not (config.l1 or config.l2)  # penalties are of weights that change
        # Calm logits mean a cost that is finite: no output is much larger, nor any target of a
        # config. By hand a target could be, and by mistake a sum of exponentials.
        calm = config.mistake != "unshifted_softmax" and not minibatches[0].changed
        self._spares_guarded = self._spares and not runs and calm

    def execute(self, start: int, stop: int, *, guard: bool) -> bool:
        """Execute the minibatches of the iterations from `start` up to `stop`.

        Return whether all of them were executed; with `guard` it ends after a suspicious one.
        """
        loop, spares = (
            (self._guarded, self._spares_guarded) if guard else (self._loop, self._spares)
        )
        went_on = loop(start, stop)
        if spares:
            self.ops[self._cost][0]()
            went_on = went_on and not (guard and self._watch.alarmed)
        return went_on

    @cached_property
    def _loop(self) -> Loop:
        return compile_loop(self._calls(self._spares), self._clock, None)

    @cached_property
    def _guarded(self) -> Loop:
        calls = self._calls(self._spares_guarded)
        return compile_loop(calls, self._clock, self._is_calm)

    def _calls(self, spares: bool) -> list[Any]:
        """Return the calls of a whole minibatch, all of them or all but those of its cost."""
        kernels = enumerate(self._kernels)
        return fuse(kernel for i, kernel in kernels if not (spares and i == self._cost))

    def _is_calm(self) -> bool:
        """Whether nothing in the minibatch that was executed last is suspicious."""
        if self._watch.alarmed:
            return False
        tape = self.tape
        if tape.cost.ndim:
            return bool(np.isfinite(tape.all_z).all() and np.isfinite(tape.cost).all())
        z = tape.flat_z
        if not z.dot(z) < self._limit:
            return False
        return self._spares_guarded or bool(tape.cost.item() < self._limit)
