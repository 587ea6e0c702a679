"""A run: a network in training, at one position.

`position` counts executed ops and is the only clock: iteration, epoch and the next op follow from
it. Whole minibatches are executed by one compiled function, single ops each by their own; both are
made from the same kernels and give the same bits.
"""

from collections.abc import Callable, Iterator, Mapping
from contextvars import Context
from math import nan, sqrt
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.engine.compiler import compile_kernels, fuse
from app.engine.config import Config
from app.engine.examples import examples
from app.engine.initial import fill
from app.engine.minibatches import Minibatches, drawing
from app.engine.mistaken import ops_of
from app.engine.names import is_parameter
from app.engine.optimizers import Rates, Updates
from app.engine.program import Kind, Op, Phase, program, writes
from app.engine.state import Parameters, Tape

__all__ = ["Run", "common", "norm"]

Array = NDArray[Any]
Execute = Callable[[], None]
LARGEST = 1e150
"""A sum of squares beyond this is looked at closely; short of it everything is finite."""


class Bound(NamedTuple):
    """A tape with the functions compiled for it: one for each op, and one for all of them."""

    tape: Tape
    ops: list[Execute]
    minibatch: Execute


class Run:
    """A network in training. With several configs, which may differ in seed and learning rate,
    every array has a run axis in front and one call trains them all."""

    def __init__(self, *configs: Config) -> None:
        assert len({common(config) for config in configs}) == 1, "only seed and rate may differ"
        self.configs, self.config = configs, configs[0]
        self.program = program(self.config)
        self._length = len(self.program)
        self.writes = {op: writes(op, self.config) for op in self.program}
        """The names of the tensors that each op of the program changes."""
        self.minibatches = [Minibatches(config, examples(config)) for config in configs]
        self.per_epoch = self.minibatches[0].per_epoch
        self.runs = (len(configs),) if len(configs) > 1 else ()
        """The run axis of every array: its length, or nothing."""
        self.parameters = Parameters(self.config, self.runs)
        self._defined_by = {
            name: number
            for number, op in enumerate(self.program)
            if op.kind is not Kind.CLIP
            for name in self.writes[op]
            if name.startswith("d") or name not in self.parameters.named
        }
        rates = np.array([c.optimizer.learning_rate for c in configs], self.config.dtype)
        base = rates[:, None] if self.runs else rates.reshape(())
        self.rates = Rates(self.config, self.per_epoch, base)
        self.updates = Updates(self.config, self.parameters, self.rates)
        self._bound: dict[int, Bound] = {}
        self._alarmed = False
        self._watch = self._watching()
        fill(self.parameters, configs)
        self.position = 0
        self._now = self._bind(self.minibatches[0].count(0))

    # ------------------------------------------------------------------ the clock

    @property
    def iteration(self) -> int:
        """Number of the minibatch that `position` stands in, from 0."""
        return self.position // self._length

    @property
    def epoch(self) -> int:
        """Number of passes over the training examples that are complete."""
        return self.iteration // self.per_epoch

    @property
    def next_op(self) -> Op:
        return self.program[self.position % self._length]

    @property
    def last_op(self) -> Op | None:
        """The op that led here, None at the very start."""
        return self.program[(self.position - 1) % self._length] if self.position else None

    @property
    def shown_iteration(self) -> int:
        """The iteration whose tensors stand on the tape: the last one with an executed op."""
        return max(0, self.position - 1) // self._length

    @property
    def executed(self) -> tuple[Op, ...]:
        """The ops of the shown minibatch that are executed; all of them between two."""
        return self.program[: self._done]

    @property
    def _done(self) -> int:
        return self.position % self._length or (self._length if self.position else 0)

    # ------------------------------------------------------------------ executing

    def step_to(self, kind: Kind) -> None:
        """Execute ops until the next is of `kind`."""
        while self.next_op.kind is not kind:
            self.step()

    def step(self) -> Op:
        """Execute the next op and return it."""
        position = self.position
        number = position % self._length
        if not number:
            self._enter(position // self._length)
        self._watch(self._now.ops[number])
        self.position = position + 1
        return self.program[number]

    def advance(self, target: int) -> None:
        """Execute ops until `position` is `target`."""
        length = self._length
        while self.position < target:
            if self.position % length or target - self.position < length:
                self.step()
            else:
                self._minibatches((target - self.position) // length)

    def advance_while_finite(self, target: int) -> bool:
        """Advance to `target`, or to the end of the first minibatch that may not be finite.

        Return False in that case. NumPy's floating point flags, the logits and the cost are
        watched, which costs next to nothing; `first_not_finite` then looks closely.
        """
        length = self._length
        self._alarmed = False
        while self.position < target:
            if self.position % length or target - self.position < length:
                self.step()
                suspicious = self._alarmed
            else:
                suspicious = not self._minibatches((target - self.position) // length, guard=True)
            if suspicious and not self.is_finite():
                return False
            self._alarmed = False
        return True

    def _minibatches(self, count: int, *, guard: bool = False) -> bool:
        """Execute whole minibatches; with `guard`, stop after one that is suspicious."""
        return bool(self._watch(self._loop, count, guard))

    def _loop(self, count: int, guard: bool) -> bool:
        rates, iteration = self.rates, self.iteration
        last = iteration + count
        while iteration < last:
            self._enter(iteration)
            tape, minibatch = self._now.tape, self._now.minibatch
            stop = min(last, iteration + self.minibatches[0].alike(iteration))
            for rates.iteration in range(iteration, stop):
                minibatch()
                if guard and (self._alarmed or not self._calm(tape)):
                    self.position = (rates.iteration + 1) * self._length
                    return False
            iteration = stop
        self.position = last * self._length
        return True

    def _calm(self, tape: Tape) -> bool:
        if self.runs:
            return bool(np.isfinite(tape.all_z).all() and np.isfinite(tape.cost).all())
        z = tape.flat_z
        return bool(z.dot(z) < LARGEST and tape.cost.item() < LARGEST)

    def _enter(self, iteration: int) -> None:
        """Make the tape for the minibatch of `iteration` the current one."""
        self.rates.iteration = iteration
        N = self.minibatches[0].count(iteration)
        if N != self._now.tape.N:
            self._now = self._bind(N)

    def _bind(self, N: int) -> Bound:
        if N not in self._bound:
            tape = Tape(self.config, N, self.runs)
            draw = drawing(self.minibatches, tape, self.rates)
            seeds = tuple(config.seed for config in self.configs)
            ops = ops_of(self.config, self.parameters, tape, self.updates, draw, seeds)
            kernels = [ops.kernel(op) for op in self.program]
            *single, whole = compile_kernels([*(k.calls for k in kernels), fuse(kernels)])
            self._bound[N] = Bound(tape, single, whole)
        return self._bound[N]

    def _alarm(self, kind: str, flag: int) -> None:
        self._alarmed = True

    def _watching(self) -> Callable[..., Any]:
        """Return a caller for compiled functions that notes overflow in place of warning of it.

        Divergence is a result, not an accident. NumPy keeps its error state in the context, so a
        context of our own costs a twentieth of entering `np.errstate` before every op.
        """
        context = Context()
        context.run(np.seterr, over="call", invalid="call", divide="call", under="ignore")
        context.run(np.seterrcall, self._alarm)
        return context.run

    # ------------------------------------------------------------------ looking

    def tensors(self) -> Mapping[str, Array]:
        """Return read-only views, batch-first, of every tensor that is defined here.

        Parameters always are; what a minibatch computes is defined from the op that writes it
        to the draw of the next minibatch.
        """
        return {name: self.tensor(name) for name in self.names()}

    def names(self) -> Iterator[str]:
        """Name the tensors that are defined at this position."""
        yield from (name for name in self.parameters.named if not name.startswith("d"))
        yield from (name for name, number in self._defined_by.items() if number < self._done)

    def lasting_names(self) -> Iterator[str]:
        """Name what is learned, and what is kept beside it that no gradient moves."""
        named = self.parameters.named
        gradients = {f"d{name}" for name in named if is_parameter(name)}
        yield from (name for name in named if "_" not in name and name not in gradients)

    def defines(self, name: str) -> bool:
        """Whether the tensor of that name is defined at this position."""
        number = self._defined_by.get(name)
        if number is None:
            return name in self.parameters.named
        return number < self._done

    def tensor(self, name: str) -> Array:
        """Return a read-only view of the tensor of that name.

        Raises:
            KeyError: there is no such tensor in this network.
        """
        named = self.parameters.named
        view = (named if name in named else self._now.tape.named)[name].view()
        view.setflags(write=False)
        return view

    @property
    def cost(self) -> float:
        """The cost of the minibatch on the tape."""
        return float(self._now.tape.cost)

    @property
    def defined_cost(self) -> float | None:
        """The cost, or None where this minibatch has not come to it yet."""
        done = self.position % self._length
        if not self.position or (done and done <= self.program.index(self._cost_op)):
            return None
        return self.cost

    @property
    def _cost_op(self) -> Op:
        return Op(Kind.COST, self.config.depth)

    def examples_shown(self) -> Array:
        """Return the indices (N,) of the examples of the minibatch on the tape."""
        return self.minibatches[0].examples_of(self.shown_iteration)

    def gradient_norms(self) -> list[float]:
        """Return the Euclidean norm of dW of every layer, as the tape's minibatch left it; of one
        that is frozen it is not a number."""
        named, layers = self.parameters.named, enumerate(self.config.layers, 1)
        return [nan if x.frozen else norm(named[f"dW{l}"]) for l, x in layers]

    @property
    def load(self) -> int:
        """How much one minibatch is: parameters times examples."""
        return int(self.parameters.flat[""].size * self.minibatches[0].size)

    @property
    def tape(self) -> Tape:
        """The tape of the minibatch that is shown; only to be read."""
        return self._now.tape

    def is_finite(self) -> bool:
        """Whether every defined tensor is finite; exact."""
        return all(np.isfinite(array).all() for array in self.tensors().values())

    def op_is_finite(self, op: Op) -> bool:
        """Whether everything that `op` wrote is finite; exact."""
        return all(np.isfinite(self.tensor(name)).all() for name in self.writes[op])

    # ------------------------------------------------------------------ leaving and coming back

    def kept(self) -> Array:
        """Return a copy of all that the next minibatch needs; call it between minibatches."""
        assert self.position % self._length == 0, "state is kept between minibatches"
        return self.parameters.lasting.copy()

    def go_to_start_of(self, iteration: int, kept: Array | None = None) -> None:
        """Stand before the first op of `iteration`, with what `kept` returned there."""
        if kept is not None:
            self.parameters.lasting[...] = kept
        self.position = iteration * self._length
        self._now = self._bind(self.minibatches[0].count(max(0, iteration - 1)))

    def set_value(self, name: str, index: tuple[int, ...], value: float) -> None:
        """Overwrite one weight or bias."""
        self.parameters.named[name][index] = value

    def set_example(self, name: str, index: tuple[int, int], value: float) -> None:
        """Overwrite an input (``X``) or target (``Y``) of a training example.

        It holds from the next draw on; what stands on the tape stays there.
        """
        minibatches, shown = self.minibatches[0], self._now.tape
        fresh = not minibatches.changed
        minibatches.set(name, index, value)
        if fresh:  # the examples are others now, and are drawn anew for every minibatch
            self._bound.clear()
            self._now = self._bind(shown.N)
            self._now.tape.take(shown)

    def restore_examples(self) -> None:
        """Take back every change of the examples."""
        self.minibatches[0].restore()

    def set_learning_rate(self, value: float) -> None:
        """Change the learning rate from the next update on."""
        self.rates.base[...] = value
        self.rates.fill()

    def boundary(self) -> int:
        """Return the position at which the current minibatch began."""
        return self.position - self.position % self._length

    @property
    def phase(self) -> Phase:
        """The phase of the last op, or of the first where none is executed."""
        return (self.last_op or self.program[0]).phase


def norm(x: Array) -> float:
    """Return the Euclidean norm of all values; a product takes a quarter of `linalg.norm`."""
    flat = x.reshape(-1)
    return sqrt(flat.dot(flat))


def common(config: Config) -> Config:
    """Return a config without what may differ between runs of one `Run`."""
    rule = config.optimizer.model_copy(update={"learning_rate": 0.0})
    return config.model_copy(update={"seed": 0, "optimizer": rule})
