"""The working: a run goes through its ops, and every number that an op makes gets its lines.

Lines are counted as they are made, and a sheet that grows beyond what anybody would print is
refused.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from app.engine.config import Config, Data
from app.engine.program import Kind, Op, Phase, program, symbol
from app.engine.run import Run
from app.errors import BackstepError, ConfigError, Fault
from app.explain.expression import Expression, Quantity, leaves
from app.explain.scene import Scene
from app.explain.updates import Place
from app.language import Text, say
from app.session.history import Change
from app.sheet import given, headings, unfold
from app.sheet.notation import Layout, number
from app.sheet.origin import Origin
from app.sheet.parts import Group, Line, Minibatch, Name, Section, name_of
from app.sheet.pieces import pieces
from app.sheet.symbols import Naming

__all__ = ["MOST_LINES", "Diverged", "Working", "places", "too_long"]

MOST_LINES = 5000
ALL = 2**31
"""Terms of a sum that are written out: on paper every one."""


class Diverged(BackstepError):
    """The run has come to a number that is not finite; the sentence says where."""


class Working:
    """The lines of a sheet in the making. `chosen` are the examples written out, from 0."""

    def __init__(self, origin: Origin, chosen: tuple[int, ...] | None) -> None:
        self.config, self.run = origin.config, origin.run()
        self.count = 0
        self._chosen = chosen
        self._rate = origin.learning_rate
        self._changes = list(origin.changes)
        self._latest: dict[Name, int] = {}
        self._before: Run | None = None
        self._examples_made = [*origin.examples]

    # ------------------------------------------------------------------ minibatches

    def minibatch(self) -> Minibatch:
        """Work out the next minibatch.

        Raises:
            ConfigError: the sheet would have too many lines.
            Diverged: a number is not finite.
        """
        run = self.run
        by_hand = [*self._changed_by_hand()]
        iteration, kept = run.iteration, run.kept()

        examples = tuple(self._examples_made)

        def start() -> Run:
            self._before = self._before or Run(self.config)
            self._before.go_to_start_of(iteration, kept)
            Change.undo_kept_aside(self._before)
            for change in examples:
                change.make(self._before)
            return self._before

        sections = [*by_hand, *self._sections(run, start, run.program)]
        title = _title(iteration, run.per_epoch)
        return Minibatch(iteration + 1, title, len(run.tensor("y")), tuple(sections))

    def again(self) -> Minibatch:
        """Work out the cost of the last minibatch's examples with the weights as they are now.

        Raises:
            ConfigError: the sheet would have too many lines.
            Diverged: a number is not finite.
        """
        X, Y = (self.run.tensor(name).tolist() for name in ("a0", "y"))
        data = Data.model_construct(
            name="inline",
            X=tuple(map(tuple, X)),
            Y=tuple(map(tuple, Y)),
            labels=None,
            features=None,
            standardize=False,
        )
        only = self.config.model_copy(update={"data": data, "minibatch_size": None})
        run = Run(only)
        run.go_to_start_of(0, self.run.kept())
        upward = (Phase.DRAW, Phase.FORWARD, Phase.COST)
        ops = [op for op in program(only) if op.phase in upward]
        sections = self._sections(run, lambda: run, ops)
        kept = tuple(section for section in sections if section.phase != Phase.DRAW)
        return Minibatch(None, say("The cost with the new weights"), len(X), kept)

    def _sections(self, run: Run, start: Callable[[], Run], ops: Iterable[Op]) -> Iterator[Section]:
        for op in ops:
            if run is self.run and run.position % len(run.program):
                yield from self._changed_by_hand()
            run.step()
            if not run.op_is_finite(op):
                raise Diverged(
                    say("{op} in layer {layer} is not a number: the run has diverged.",
                        op=symbol(op), layer=op.layer)
                )  # fmt: skip
            yield self._section(Scene(run, start, self._rate, ALL), op)

    def _changed_by_hand(self) -> Iterator[Section]:
        """Make the changes that are due here, and say so."""
        run = self.run
        while self._changes and self._changes[0].position <= run.position:
            change = self._changes.pop(0)
            change.make(run)
            if change.is_rate:
                self._rate = change.value
            if change.is_example:
                self._examples_made.append(change)
            changed = _what_changes(change)
            self._latest.pop(name_of(changed), None)
            note = pieces(_told(change, Naming(None, 1, self.config.sizes[-1]).symbol(changed)))
            yield Section("by hand", "", say("a change"), note=note)

    # ------------------------------------------------------------------ sections

    def _section(self, s: Scene, op: Op) -> Section:
        tables = (given.examples(s, self._examples(s)),) if op.kind is Kind.DRAW else ()
        note = headings.note(self.config, op)
        groups = tuple(self._groups(s, op))
        return Section(op.phase, symbol(op), headings.title(self.config, op), groups, tables, note)

    def _groups(self, s: Scene, op: Op) -> Iterator[Group]:
        """What an op works out, example by example where it is about examples."""
        l, examples = op.layer, self._examples(s)
        match op.kind:
            case Kind.PREACTIVATE:
                yield from (self._group(n, unfold.preactivation(s, l, n)) for n in examples)
            case Kind.NORMALIZE:
                yield self._group(None, unfold.moments(s, l))
                yield from (self._group(n, unfold.normalized(s, l, n)) for n in examples)
                if s.before is not s.now:  # with the new weights only the cost is looked at
                    yield self._group(None, unfold.running(s, l))
            case Kind.ACTIVATE:
                yield from (self._group(n, unfold.activation(s, l, n)) for n in examples)
            case Kind.DROP:
                yield from (self._group(n, unfold.of_units(s, "a", l, n)) for n in examples)
            case Kind.COST:
                yield from (self._group(n, unfold.example_cost(s, n)) for n in examples)
                yield from self._unless_empty(unfold.cost(s))
            case Kind.DELTA:
                if l < self.config.depth:
                    before = (self._group(n, unfold.arriving(s, l, n)) for n in examples)
                    yield from (group for group in before if group.lines)
                yield from (self._group(n, unfold.delta(s, l, n)) for n in examples)
            case Kind.GRADIENT:
                wanted = places(self.config, l, frozen=headings.needs_every_gradient(self.config))
                yield from (self._group(None, unfold.gradient(s, p, examples)) for p in wanted)
            case Kind.CLIP:
                layers = range(1, self.config.depth + 1)
                every = (place for k in layers for place in places(self.config, k))
                yield self._group(None, unfold.clip(s, every))
            case Kind.PRUNE:
                yield from self._unless_empty(unfold.pruned(s))
            case Kind.UPDATE:
                for place in places(self.config, l):
                    yield self._group(None, unfold.new_value(s, place))

    def _examples(self, s: Scene) -> tuple[int, ...]:
        return tuple(n for n in self._chosen or range(s.N) if n < s.N)

    def _unless_empty(self, made: Iterator[unfold.Made]) -> Iterator[Group]:
        group = self._group(None, made)
        if group.lines:
            yield group

    def _group(self, example: int | None, made: Iterator[unfold.Made]) -> Group:
        return Group(example, tuple(self._line(of, right) for of, right in made))

    def _line(self, of: Quantity, right: Expression) -> Line:
        """Number a line, and note which lines made the numbers that it uses."""
        self.count += 1
        if self.count > MOST_LINES:
            raise too_long(say("more than {most:,}", most=MOST_LINES))
        used = (name_of(leaf) for leaf in leaves(right) if isinstance(leaf, Quantity))
        sources = {name: self._latest[name] for name in used if name in self._latest}
        self._latest[name_of(of)] = self.count
        return Line(self.count, of, right, sources)


def too_long(value: str) -> ConfigError:
    """Return the refusal of a sheet with too many lines."""
    rule = say(
        "must have at most {most:,} lines: choose fewer examples, minibatches or units",
        most=MOST_LINES,
    )
    return ConfigError([Fault("sheet", rule, value)])


def places(config: Config, l: int, *, frozen: bool = False) -> Iterator[Place]:
    """Yield all that a layer learns; biases that are `frozen` only if asked for."""
    layer = config.layers[l - 1]
    if layer.frozen:
        return
    matrices = ("W", "P") if config.projects(l) else ("W",)
    vectors = ["b"] if layer.bias and (frozen or not layer.freeze_bias) else []
    vectors += ["gamma", "beta"] if layer.batch_norm else []
    for kind in matrices:
        yield from ((kind, l, index) for index in np.ndindex(config.sizes[l - 1], layer.units))
    yield from ((kind, l, (j,)) for kind in vectors for j in range(layer.units))


def _title(iteration: int, per_epoch: int) -> Text:
    epoch, place = divmod(iteration, per_epoch)
    if per_epoch == 1:
        return say("Epoch {epoch}", epoch=epoch + 1)
    return say("Epoch {epoch}, minibatch {place} of {count}",
               epoch=epoch + 1, place=place + 1, count=per_epoch)  # fmt: skip


def _told(change: Change, changed: Layout) -> Text:
    """What was changed by hand, as a sentence."""
    known: dict[str, Any] = {"symbol": changed, "value": number(f"{change.value:.12g}")}
    if change.is_example:
        known["example"] = change.index[0] + 1
        return say("{symbol} of training example {example} is set to {value} from here on.",
                   **known)  # fmt: skip
    return say("{symbol} is set to {value} from here on.", **known)


def _what_changes(change: Change) -> Quantity:
    if change.is_example:
        row, unit = change.index
        symbol = change.tensor.lower()
        return Quantity(symbol, change.value, None, (unit + 1,), example=row)
    if change.is_rate:
        return Quantity("eta", change.value)
    units = tuple(i + 1 for i in change.index)
    return Quantity(change.tensor[0].lower(), change.value, int(change.tensor[1:]), units)
