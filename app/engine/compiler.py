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

__all__ = ["Kernel", "Sweep", "compile_kernels", "fuse"]


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


def compile_kernels(bodies: Sequence[Sequence[Call]]) -> list[Callable[[], None]]:
    """Return one function for each list of calls."""
    names: dict[int, str] = {}
    values: dict[str, Any] = {}

    def name(value: Any) -> str:
        if id(value) not in names:
            names[id(value)] = f"v{len(names)}"
            values[names[id(value)]] = value
        return names[id(value)]

    lines = []
    for number, calls in enumerate(bodies):
        lines.append(f"  def kernel{number}():")
        for f, *given in calls:
            arguments = [name(value) for value in given]
            if f in (maximum, minimum):  # NumPy 2.4 warns of a third argument without its name
                arguments[-1] = f"out={arguments[-1]}"
            lines.append(f"    {name(f)}({', '.join(arguments)})")
        lines.append("    return")
    made = ", ".join(f"kernel{number}" for number in range(len(bodies)))
    source = "\n".join([f"def make({', '.join(values)}):", *lines, f"  return [{made}]"])
    scope: dict[str, Any] = {}
    exec(_compiled(source), scope)  # it holds generated names only, never text from outside
    functions: list[Callable[[], None]] = scope["make"](**values)
    return functions
