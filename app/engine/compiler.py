"""From kernels to straight-line Python.

On small networks the cost of a step is the number of Python and NumPy calls, not arithmetic. So
the calls of an op, or of a whole minibatch, are written out as the lines of one function, with
every array bound as a closure variable: no loop, no look-up, no allocation. This is the only
place that knows of speed for its own sake; the ops say what to compute.

A `Sweep` is elementwise work on a stretch of the flat parameter vectors. In a whole minibatch the
sweeps of neighbouring layers that follow the same rule become one, which changes no bit because
each element is computed alone, and makes an update a few calls whatever the depth.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from types import CodeType
from typing import Any, NamedTuple

from numpy import maximum, minimum

from app.engine.functions import Call

__all__ = ["Kernel", "Loop", "Sweep", "compile_kernels", "compile_loop", "fuse"]

Loop = Callable[[int, int], bool]


class Sweep(NamedTuple):
    """Elementwise work `rule(span)` on the parameters in `span`."""

    rule: Callable[[slice], list[Call]]
    span: slice


class Kernel(NamedTuple):
    """What one op does, and the names it reads and writes."""

    steps: Sequence[Call | Sweep]
    reads: frozenset[str]
    writes: frozenset[str]

    @property
    def calls(self) -> list[Call]:
        """The calls of this op alone."""
        return [
            call
            for step in self.steps
            for call in (step.rule(step.span) if isinstance(step, Sweep) else [step])
        ]


def fuse(kernels: Iterable[Kernel]) -> list[Call]:
    """Return the calls of a minibatch, with sweeps put off until their result is read."""
    calls: list[Call] = []
    waiting: list[Sweep] = []
    written: set[str] = set()
    for kernel in kernels:
        if written & kernel.reads:
            calls += _merged(waiting)
            waiting, written = [], set()
        for step in kernel.steps:
            if isinstance(step, Sweep):
                waiting.append(step)
                written |= kernel.writes
            else:
                calls.append(step)
    return calls + _merged(waiting)


def _merged(sweeps: Sequence[Sweep]) -> list[Call]:
    """Join the sweeps of each rule where their spans touch, rules in order of appearance."""
    calls: list[Call] = []
    for rule in dict.fromkeys(sweep.rule for sweep in sweeps):
        spans: list[slice] = []
        for span in sorted((s.span for s in sweeps if s.rule == rule), key=lambda s: s.start):
            if spans and spans[-1].stop == span.start:
                spans[-1] = slice(spans[-1].start, span.stop)
            else:
                spans.append(span)
        calls += [call for span in spans for call in rule(span)]
    return calls


@lru_cache(256)
def _compiled(source: str) -> CodeType:
    """Compile a source once: networks of one shape have the same, a class has hundreds."""
    return compile(source, "<kernels>", "exec")


class _Writer:
    """Writes calls as lines of Python, with a name for every value they use."""

    def __init__(self) -> None:
        self._names: dict[int, str] = {}
        self._values: dict[str, Any] = {}

    def name(self, value: Any) -> str:
        """Return the name of a value in the lines."""
        if id(value) not in self._names:
            self._names[id(value)] = f"v{len(self._names)}"
            self._values[self._names[id(value)]] = value
        return self._names[id(value)]

    def lines(self, calls: Iterable[Call], indent: int) -> list[str]:
        """Return a line for each call."""
        return [" " * indent + self._line(*call) for call in calls]

    def _line(self, f: Any, *given: Any) -> str:
        arguments = [self.name(value) for value in given]
        if f in (maximum, minimum):  # NumPy 2.4 warns of a third argument without its name
            arguments[-1] = f"out={arguments[-1]}"
        return f"{self.name(f)}({', '.join(arguments)})"

    def made(self, lines: Sequence[str], functions: Sequence[str]) -> list[Any]:
        """Compile lines that define functions, and return those."""
        head, result = f"def make({', '.join(self._values)}):", f"  return [{', '.join(functions)}]"
        scope: dict[str, Any] = {}
        # It holds generated names only, never text from outside.
        exec(_compiled("\n".join([head, *lines, result])), scope)
        functions_made: list[Any] = scope["make"](**self._values)
        return functions_made


def compile_kernels(bodies: Sequence[Sequence[Call]]) -> list[Callable[[], None]]:
    """Return one function for each list of calls."""
    writer, lines = _Writer(), []
    for number, calls in enumerate(bodies):
        lines += [f"  def kernel{number}():", *writer.lines(calls, 4), "    return"]
    return writer.made(lines, [f"kernel{number}" for number in range(len(bodies))])


def compile_loop(calls: Sequence[Call], clock: Any, goes_on: Callable[[], bool] | None) -> Loop:
    """Return a function of `start` and `stop` that executes the calls with every `clock.iteration`
    from the one up to the other. After each it asks `goes_on`, and ends early where that denies;
    it returns whether it came to its end. `clock.iteration` stays that of the last."""
    writer = _Writer()
    now = f"{writer.name(clock)}.iteration"
    lines = ["  def loop(start, stop):", f"    for {now} in range(start, stop):"]
    lines += writer.lines(calls, 6)
    if goes_on:
        lines.append(f"      if not {writer.name(goes_on)}(): return False")
    loop: Loop
    (loop,) = writer.made([*lines, "      pass", "    return True"], ["loop"])
    return loop
