"""Twin runs: other configs on the same examples in the same order, kept in step with the session.

A twin is a timeline of its own that goes wherever the run of the session goes, forward and back.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.engine.config import Config
from app.engine.program import Kind, Op, symbol
from app.engine.run import Run
from app.errors import ConfigError, Fault, SessionError, shown
from app.language import say
from app.session.options import refuse_beyond
from app.session.timeline import Timeline

__all__ = ["MOST", "Difference", "Twin", "Twins", "counterpart", "first_difference", "own_json"]

Array = NDArray[Any]
MOST = 3
"""Twins beside the run."""
SHARED = ("data", "seed", "shuffle")
"""What a twin has in common with the run: so they see the same examples in the same order."""
OF_ALL_LAYERS = frozenset({Kind.DRAW, Kind.COST, Kind.CLIP, Kind.PRUNE})


class Twin:
    """A run beside that of the session, at the same place."""

    def __init__(self, run: Config | Timeline, budget: int = 32 * 2**20) -> None:
        self.timeline = run if isinstance(run, Timeline) else Timeline(run, budget=budget)
        self._found: tuple[tuple[int, int], Difference] | None = None

    @property
    def config(self) -> Config:
        return self.timeline.config

    def is_with(self, lead: Timeline) -> bool:
        """Whether it stands where `lead` stands, or at the end of a run that diverged."""
        mine = self.timeline
        target, end = counterpart(lead.position, lead.run, mine.run), mine.diverged
        return mine.position == (target if end is None else min(target, end[0]))

    def follow(self, lead: Timeline, most: int) -> bool:
        """Go to where `lead` stands, by about `most` minibatches; say whether it is there."""
        target = counterpart(lead.position, lead.run, self.timeline.run)
        self.timeline.jump(target)
        self.timeline.forward(target, most=most)
        return self.is_with(lead)

    def difference(self, lead: Timeline) -> "Difference | None":
        """Return the first op that writes something else here than in `lead`, None so far, or as
        long as it is on its way."""
        if self._found is None or self._found[0] != (id(lead), lead.changes):
            found = first_difference(lead, self.timeline) if self.is_with(lead) else None
            if found is None:
                return None
            self._found = (id(lead), lead.changes), found
        return self._found[1]

    def on_data_of(self, lead: Config) -> Config | None:
        """Return the config on the data of another run, None where it cannot be on those."""
        try:
            return Config.parse({**dict(self.config), **{n: getattr(lead, n) for n in SHARED}})
        except ConfigError:
            return None


class Twins:
    """The twins of a session."""

    def __init__(self, *, most_parameters: int, budget: int) -> None:
        self._most_parameters, self._budget = most_parameters, budget // (MOST + 1)
        self._all: tuple[Twin, ...] = ()

    def __iter__(self) -> Iterator[Twin]:
        return iter(self._all)

    @property
    def load(self) -> int:
        """What one minibatch of all is made of, see `Run.load`."""
        return sum(twin.timeline.run.load for twin in self._all)

    def have(self, sources: Iterable[Any], lead: Config) -> None:
        """Take these configs for twins of a run; twins that are there already stay as they are.

        Raises:
            ConfigError: one of them cannot be a twin; nothing has changed.
        """
        configs = [_parsed(source, lead) for source in sources]
        for config in configs:
            refuse_beyond(config, self._most_parameters)
            _refuse_other_data(config, lead)
        self._keep(configs)

    def go_with(self, lead: Config) -> None:
        """Go on beside a run on other data, all those that can be on them."""
        self._keep([config for twin in self._all if (config := twin.on_data_of(lead))])

    def _keep(self, configs: Iterable[Config]) -> None:
        known = {twin.config: twin for twin in self._all}
        self._all = tuple(known.pop(c) if c in known else Twin(c, self._budget) for c in configs)

    def exchange(self, number: int, timeline: Timeline) -> Timeline:
        """Let the run be the twin of that number; return the timeline of that twin.

        Raises:
            SessionError: there is no such twin.
        """
        if number >= len(self._all):
            sentence = say(
                "twin must be less than {count}, the number of twins, got {number}.",
                count=len(self._all), number=number,
            )  # fmt: skip
            raise SessionError("twins", sentence, "twin")
        before = self._all[number].timeline
        self._all = (*self._all[:number], Twin(timeline), *self._all[number + 1 :])
        return before

    def documents(self) -> list[dict[str, Any]]:
        """Return what restores every twin: its config, and what was changed in it as the run."""
        return [
            {"config": own_json(twin.config), "edits": [c.as_json() for c in twin.timeline.log]}
            for twin in self._all
        ]

    def restore(self, documents: Sequence[Any], lead: Config) -> None:
        """Take up what `documents` returned.

        Raises:
            ConfigError: one of them cannot be a twin of this run.
        """
        for document in documents:
            if not isinstance(document, dict) or not isinstance(document.get("edits", []), list):
                rule = say("must each have a config, and may have edits")
                raise ConfigError([Fault("twins", rule, shown(document))])
        self.have([document.get("config") for document in documents], lead)
        for twin, document in zip(self._all, documents, strict=True):
            twin.timeline.load(document.get("edits", []))

    def are_with(self, lead: Timeline) -> bool:
        """Whether all stand where `lead` stands."""
        return all(twin.is_with(lead) for twin in self._all)

    def follow(self, lead: Timeline, most: int) -> bool:
        """Have all come to where `lead` stands, see `Twin.follow`; say whether they are there."""
        return all([twin.follow(lead, most) for twin in self._all])

    def in_step(self, lead: Run, minibatches: int) -> int:
        """Return how many minibatches the run may do while each twin does at most so many."""
        most = max((twin.timeline.run.per_epoch for twin in self._all), default=lead.per_epoch)
        return max(1, minibatches * lead.per_epoch // max(most, lead.per_epoch))

    def copy(self) -> "Twins":
        """Return others that stand exactly here."""
        other = Twins(most_parameters=self._most_parameters, budget=self._budget * (MOST + 1))
        other._all = tuple(Twin(twin.timeline.copy()) for twin in self._all)
        return other

    def reset(self) -> None:
        """Have all stand at the start."""
        for twin in self._all:
            twin.timeline.reset()


def own_json(config: Config) -> dict[str, Any]:
    """Return a twin's config as JSON values without the data, which are those of the run."""
    return {name: value for name, value in config.as_json().items() if name != "data"}


def _parsed(source: Any, lead: Config) -> Config:
    """Return the config of a twin; without data of its own it has those of the run."""
    if isinstance(source, dict) and "data" not in source:
        source = {**source, "data": lead.data}
    return Config.parse(source)


def _refuse_other_data(config: Config, lead: Config) -> None:
    faults = [
        Fault(name, say("must be that of the run: twins see the same examples"), shown(mine))
        for name in SHARED
        if (mine := getattr(config, name)) != getattr(lead, name)
    ]
    if faults:
        raise ConfigError(faults)


def _key(op: Op) -> Op:
    """Return what is the same for two ops that do the same in networks of different depth."""
    return Op(op.kind, 0) if op.kind in OF_ALL_LAYERS else op


def counterpart(position: int, lead: Run, twin: Run) -> int:
    """Return the position of `twin` that stands for one of `lead`.

    It is as far through the epoch and, where both have as many minibatches, after the same ops.
    What only the twin has waits until what follows is executed.
    """
    iteration, inside = divmod(position, len(lead.program))
    epoch, number = divmod(iteration, lead.per_epoch)
    start = (epoch * twin.per_epoch + number * twin.per_epoch // lead.per_epoch) * len(twin.program)
    if not inside or lead.per_epoch != twin.per_epoch:
        return start
    known = {_key(op) for op in lead.program}
    executed = {_key(op) for op in lead.program[:inside]}
    end = 0
    for i, op in enumerate(map(_key, twin.program), 1):
        if op in executed:
            end = i
        elif op in known:
            break
    return start + end


@dataclass(frozen=True)
class Difference:
    """The first op at which two runs differ; `position` is that of the first run, after the op.

    `only` is "here" or "there" for an op that only one of them has. Else `tensor` differs, in shape
    or at `index`, where it is `here` in the first and `there` in the other.
    """

    position: int
    kind: str
    layer: int
    symbol: str
    only: str = ""
    tensor: str = ""
    index: tuple[int, ...] = ()
    here: float | None = None
    there: float | None = None


def first_difference(one: Timeline, other: Timeline) -> Difference | None:
    """Find the first op that writes other numbers in two runs, up to where the first one stands.

    Runs once different stay so: the minibatch where they part is searched by halving.
    """
    if found := _within(one, other, 0):
        return found
    if one.run.per_epoch != other.run.per_epoch:
        return None
    same, apart = 0, min(one.run.shown_iteration, other.run.shown_iteration)
    if _alike(one.start_of(apart), other.start_of(apart)):
        return _within(one, other, apart, until=one.position)
    while apart - same > 1:
        middle = (same + apart) // 2
        if _alike(one.start_of(middle), other.start_of(middle)):
            same = middle
        else:
            apart = middle
    return _within(one, other, same) or _within(one, other, apart)  # or a hand parted them between


def _alike(one: Run, other: Run) -> bool:
    """Whether two runs have learned the same, in all that both have."""
    mine, theirs = one.parameters.named, other.parameters.named
    return all(_same(mine[name], theirs[name]) for name in one.lasting_names() if name in theirs)


def _same(one: Array, other: Array) -> bool:
    return one.shape == other.shape and np.array_equal(one, other, equal_nan=True)


def _within(
    one: Timeline, other: Timeline, iteration: int, *, until: int | None = None
) -> Difference | None:
    """Look for a difference in one minibatch, op by op."""
    start = iteration * one.length
    a, b = one.start_of(iteration), other.start_of(iteration)
    theirs = b.program
    for i, op in enumerate(a.program):
        place = start + i + 1
        if until is not None and place > until:
            return None
        if i >= len(theirs) or _key(theirs[i]) != _key(op):
            extra = i < len(theirs) and _key(op) in map(_key, theirs[i:])
            odd, only = (theirs[i], "there") if extra else (op, "here")
            return Difference(place - extra, str(odd.kind), odd.layer, symbol(odd), only)
        _change(one, a)
        _change(other, b)
        b.step()
        found = _written(a, b, a.step(), theirs[i], place)
        if found:
            return found
    return None


def _change(timeline: Timeline, run: Run) -> None:
    """Make the changes by hand that belong within a minibatch, where a run stands."""
    for change in timeline.log:
        if change.position == run.position and run.position % timeline.length:
            change.make(run)


def _written(a: Run, b: Run, op: Op, twin: Op, place: int) -> Difference | None:
    """Compare what an op wrote in both; of layers numbered otherwise, what has the same place."""
    told = place, str(op.kind), op.layer, symbol(op)
    for mine, theirs in zip(a.writes[op], b.writes[twin], strict=False):
        x, y = np.asarray(a.tensor(mine)), np.asarray(b.tensor(theirs))
        if x.shape != y.shape:
            return Difference(*told, tensor=mine)
        if not _same(x, y):
            index = tuple(int(i) for i in np.argwhere((x != y) & ~(np.isnan(x) & np.isnan(y)))[0])
            return Difference(*told, "", mine, index, float(x[index]), float(y[index]))
    return None
