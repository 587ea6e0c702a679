"""A run: a network in training, at one position.

`position` counts executed ops and is the only clock: iteration, epoch and the next op follow from
it. Whole minibatches are executed by one compiled function, single ops each by their own; both are
made from the same kernels and give the same bits.
"""

from collections.abc import Iterator, Mapping
from math import nan, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.engine.config import Config
from app.engine.examples import examples
from app.engine.execution import Execution, Watch
from app.engine.initial import fill
from app.engine.minibatches import Minibatches
from app.engine.names import is_parameter
from app.engine.optimizers import Rates, Updates
from app.engine.program import Kind, Op, Phase, program, writes
from app.engine.state import Parameters, Tape

__all__ = ["Run", "common", "norm"]

Array = NDArray[Any]


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
        count = self.parameters.flat[""].shape[-1]
        self.rates = Rates(self.config, self.per_epoch, base, count)
        self.updates = Updates(self.config, self.parameters, self.rates)
        self._executions: dict[int, Execution] = {}
        self._watch = Watch()
        fill(self.parameters, configs)
        self.position = 0
        self._now = self._execution(self.minibatches[0].count(0))

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
        return next(self.steps(self.position + 1))

    def steps(self, target: int) -> Iterator[Op]:
        """Execute ops until `position` is `target`, and yield each when it is executed. Nobody
        else may move or change the run on the way."""
        call, position = self._watch.call, self.position
        while position < target:
            iteration, number = divmod(position, self._length)
            if not number:
                self._enter(iteration)
            for execute, op in self._now.ops[number : number + target - position]:
                call(execute)
                self.position = position = position + 1
                yield op

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
        watched, which costs next to nothing; an exact look follows where they say so.
        """
        length, watch = self._length, self._watch
        watch.alarmed = False
        while self.position < target:
            if self.position % length or target - self.position < length:
                self.step()
                suspicious = watch.alarmed
            else:
                suspicious = not self._minibatches((target - self.position) // length, guard=True)
            if suspicious and not self.is_finite():
                return False
            watch.alarmed = False
        return True

    def _minibatches(self, count: int, *, guard: bool = False) -> bool:
        """Execute whole minibatches; with `guard`, stop after one that is suspicious."""
        iteration = self.iteration
        last = iteration + count
        while iteration < last:
            self._enter(iteration)
            stop = min(last, iteration + self.minibatches[0].alike(iteration))
            went_on: bool = self._watch.call(self._now.execute, iteration, stop, guard=guard)
            iteration = self.rates.iteration + 1
            if not went_on:
                break
        self.position = iteration * self._length
        return went_on

    def _enter(self, iteration: int) -> None:
        """Make the tape for the minibatch of `iteration` the current one."""
        self.rates.iteration = iteration
        N = self.minibatches[0].count(iteration)
        if N != self._now.tape.N:
            self._now = self._execution(N)

    def _execution(self, N: int) -> Execution:
        if N not in self._executions:
            self._executions[N] = Execution(
                self.config, self.updates, self.minibatches, self._watch, N
            )
        return self._executions[N]

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
        self._now = self._execution(self.minibatches[0].count(max(0, iteration - 1)))

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
            self._executions.clear()
            self._now = self._execution(shown.N)
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
    return sqrt(np.vdot(x, x))


def common(config: Config) -> Config:
    """Return a config without what may differ between runs of one `Run`."""
    rule = config.optimizer.model_copy(update={"learning_rate": 0.0})
    return config.model_copy(update={"seed": 0, "optimizer": rule})
