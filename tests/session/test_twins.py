"""Twin runs: in step with the run, on the same examples, and told apart at the first op."""

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine.config import Config
from app.engine.run import Run
from app.errors import ConfigError, SessionError
from app.presets import preset
from app.session.commands import decode
from app.session.session import Session
from app.session.timeline import Timeline
from app.session.twins import Twin, counterpart, first_difference

from .scenes import LENGTH, PER_EPOCH, bits, executed, go, small
from .scenes import settings as plain

DROP = {"units": 3, "activation": "tanh", "dropout": 0.4}
OUT = {"units": 1, "activation": "linear"}
MORE: list[dict[str, Any]] = [
    {"optimizer": {"name": "sgd", "learning_rate": 0.2}},
    {"layers": [{"units": 3, "activation": "relu"}, OUT]},
    {"layers": [DROP, OUT]},
    {"layers": [{"units": 2}, {"units": 4}, OUT]},
    {"minibatch_size": 2},
    {"init": {"weights": "he_normal"}},
]


def told(s: Session, type: str, **fields: Any) -> None:
    s.apply(decode(json.dumps({"type": type, **fields})))
    while s.goal is not None:
        s.work(3)


def with_twin(**more: Any) -> tuple[Session, Run]:
    s = Session(small())
    told(s, "twins", configs=[plain(**more)])
    (twin,) = s.twins
    return s, twin.timeline.run


@pytest.mark.parametrize("more", MORE, ids=lambda more: next(iter(more)))
@given(places=st.lists(st.integers(0, 4 * PER_EPOCH * LENGTH), min_size=1, max_size=4))
@settings(max_examples=10)
def test_a_twin_stands_where_the_run_stands_bit_by_bit_as_if_alone(
    more: dict[str, Any], places: list[int]
) -> None:
    s, run = with_twin(**more)
    for place in places:
        told(s, "seek", position=place)
        assert run.epoch == s.run.epoch
        assert run.position == counterpart(s.position, s.run, run)
        assert bits(run) == bits(executed(small(**more), [], run.position))


def test_ops_that_both_have_are_executed_together_and_others_wait() -> None:
    lead, twin = Run(small()), Run(small(layers=[DROP, OUT]))
    kinds = {str(op.kind) + str(op.layer): i for i, op in enumerate(twin.program, 1)}
    ops = [str(op.kind) + str(op.layer) for op in lead.program]
    for inside, name in enumerate(ops[:-1], 1):
        assert counterpart(inside, lead, twin) == kinds[name]
    assert counterpart(LENGTH, lead, twin) == len(twin.program)
    # The other way round the op that only the leading run has moves nothing.
    assert counterpart(kinds["drop1"], twin, lead) == 3


def test_a_deeper_twin_goes_up_to_its_own_output_for_the_cost() -> None:
    lead, twin = Run(small()), Run(small(layers=[{"units": 2}, {"units": 4}, OUT]))
    cost = [str(op.kind) for op in lead.program].index("cost") + 1
    assert str(twin.program[counterpart(cost, lead, twin) - 1].kind) == "cost"


def test_other_minibatches_are_as_far_through_the_epoch() -> None:
    lead, twin = Run(small()), Run(small(minibatch_size=1))
    assert counterpart(LENGTH, lead, twin) == 2 * LENGTH
    assert counterpart(LENGTH + 5, lead, twin) == 2 * LENGTH
    assert counterpart(PER_EPOCH * LENGTH, lead, twin) == 7 * LENGTH


def test_twins_come_along_while_playing_going_back_and_from_the_start() -> None:
    s, run = with_twin(optimizer={"name": "sgd", "learning_rate": 0.2})
    s.apply(decode('{"type": "play", "size": "minibatch", "rate": "max"}'))
    for _ in range(5):
        s.beat(7)
        s.work(4)
        s.work(4)
        assert run.position == s.position > 0
    told(s, "pause")
    told(s, "back", size="op", count=3)
    assert run.position == s.position
    told(s, "edit", tensor="W1", index=[0, 0], value=1.0)
    told(s, "reset")
    assert run.position == s.position == 0


def test_a_twin_that_comes_late_catches_up() -> None:
    s = Session(small())
    told(s, "step", size="epoch", count=90)
    s.apply(decode(json.dumps({"type": "twins", "configs": [plain(l2=0.1)]})))
    assert s.status().state == "working"
    while s.goal is not None:
        s.work(20)
    (twin,) = s.twins
    assert twin.timeline.position == s.position
    assert s.status().state == "paused"


def test_a_run_waits_for_twins_with_more_minibatches_and_a_pause_stops_the_way() -> None:
    s, run = with_twin(minibatch_size=1)
    s.apply(decode(json.dumps({"type": "seek", "position": 900 * LENGTH})))
    for _ in range(10):
        s.work(20)
        assert 0 <= counterpart(s.position, s.run, run) - run.position <= 3 * LENGTH
    s.apply(decode('{"type": "pause"}'))
    assert s.goal is None
    late = Session(small())
    told(late, "step", size="epoch", count=300)
    late.apply(decode(json.dumps({"type": "twins", "configs": [plain(minibatch_size=1)]})))
    late.work(5)
    assert late.is_following
    assert not late.is_underway
    late.apply(decode('{"type": "pause"}'))
    assert late.goal is None


def test_a_copy_has_its_twins_at_once() -> None:
    s, run = with_twin(l2=0.1)
    told(s, "step", size="epoch", count=50)
    copy = s.copy()
    (twin,) = copy.twins
    assert copy.goal is None
    assert twin.timeline.run is not run
    assert bits(twin.timeline.run) == bits(run)


def test_the_run_before_a_change_comes_back_with_twins_on_its_data() -> None:
    s = Session(preset("circle"))
    told(s, "twins", configs=[s.config.merged({"l2": 0.1}).as_json()])
    told(s, "step")
    told(s, "configure", patch={"data": {"samples": 100}})
    told(s, "rejoin")
    assert [twin.config.data for twin in s.twins] == [s.config.data]
    again = Session(s.timeline.config)
    again.restore(json.loads(json.dumps(s.document())))
    assert len(list(again.twins)) == 1


def test_a_hidden_mistake_that_is_come_back_to_has_no_twins() -> None:
    s = Session(preset("xor"))
    told(s, "step")
    told(s, "exercise", mistake="wrong_sign")
    told(s, "step")
    told(s, "rejoin")
    told(s, "twins", configs=[s.config.as_json()])
    told(s, "rejoin")
    assert s.is_hiding
    assert not list(s.twins)


def test_a_twin_without_data_has_those_of_the_run() -> None:
    s = Session(small())
    told(s, "twins", configs=[{k: v for k, v in plain(l2=0.1).items() if k != "data"}])
    assert [twin.config.data for twin in s.twins] == [s.config.data]
    assert "data" not in s.document()["twins"][0]["config"]


def test_a_twin_that_diverges_stays_there_and_the_run_goes_on() -> None:
    s = Session(preset("linear_regression"))
    config = s.config.as_json() | {"optimizer": {"name": "sgd", "learning_rate": 5.0}}
    told(s, "twins", configs=[config])
    told(s, "step", size="epoch", count=300)
    (twin,) = s.twins
    assert twin.timeline.diverged is not None
    assert twin.timeline.position == twin.timeline.diverged[0] < s.position
    told(s, "seek", position=3)
    assert twin.timeline.position == 3


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"seed": 1}, "seed"),
        ({"shuffle": False}, "shuffle"),
        ({"data": {"name": "xor"}}, "data"),
        ({"minibatch_size": 0}, "minibatch_size"),
    ],
)
def test_what_would_see_other_examples_is_refused_and_the_twins_stay(
    more: dict[str, Any], field: str
) -> None:
    s, run = with_twin(l2=0.1)
    with pytest.raises(ConfigError) as refused:
        told(s, "twins", configs=[plain(**more)])
    assert refused.value.faults[0].field == field
    assert [twin.timeline.run for twin in s.twins] == [run]


def test_a_twin_too_large_for_this_server_is_refused() -> None:
    s = Session(small(), most_parameters=100)
    with pytest.raises(ConfigError, match="at most 100 weights"):
        told(s, "twins", configs=[plain(layers=[{"units": 100}, OUT])])


def test_twins_go_with_the_run_to_other_data_where_they_can() -> None:
    s = Session(preset("xor"))
    wide = s.config.as_json() | {"layers": [{"units": 6}, {"units": 1}]}
    given = s.config.merged({"layers": [{"units": 1, "W": [[1.0], [1.0]]}]}).as_json()
    told(s, "twins", configs=[wide, given])
    told(s, "configure", patch={"data": {"name": "and"}})
    assert [twin.config.data.name for twin in s.twins] == ["and", "and"]
    told(s, "configure", patch={"data": {"features": ["x1"]}, "layers": [{"units": 1}]})
    assert [twin.config.sizes for twin in s.twins] == [(1, 6, 1)]


def test_a_hidden_mistake_has_no_twin_that_would_show_it() -> None:
    s = Session(preset("xor"))
    told(s, "twins", configs=[s.config.as_json()])
    told(s, "exercise", mistake="wrong_sign")
    assert not list(s.twins)
    with pytest.raises(SessionError, match="would show it"):
        told(s, "twins", configs=[s.config.as_json()])


def test_twins_are_kept_with_the_session_and_go_along_with_a_copy() -> None:
    s, run = with_twin(l2=0.1)
    told(s, "step", size="epoch", count=3)
    restored = Session(small())
    restored.restore(json.loads(json.dumps(s.document())))
    for other in (restored, s.copy()):
        while other.goal is not None:
            other.work(5)
        (twin,) = other.twins
        assert bits(twin.timeline.run) == bits(run)


def test_a_document_with_a_hidden_mistake_opens_without_its_twins() -> None:
    config = preset("xor").as_json()
    s = Session(preset("xor").merged({"mistake": "wrong_sign"}))
    s.restore({"hidden": True, "twins": [{"config": config}]})
    assert not list(s.twins)


def test_the_run_and_a_twin_change_places_with_all_their_past() -> None:
    s, run = with_twin(optimizer={"name": "sgd", "learning_rate": 0.2})
    first = s.run
    told(s, "seek", position=2 * LENGTH + 3)
    told(s, "edit", tensor="W1", index=[0, 0], value=1.5)
    before = bits(first), bits(run)
    told(s, "break", op=4)
    told(s, "exchange", twin=0)
    assert s.run is run
    assert s.stops.breaks == (4,)
    assert [twin.timeline.run for twin in s.twins] == [first]
    assert (bits(first), bits(run)) == before
    restored = Session(s.timeline.config)
    restored.restore(json.loads(json.dumps(s.document())))
    for other in (s, restored, s.copy()):
        while other.goal is not None:
            other.work(5)
        told(other, "exchange", twin=0)
        told(other, "seek", position=5 * LENGTH)
        assert other.run.tensor("W1")[0, 0] != 1.5
        assert bits(other.run) == bits(executed(small(), other.timeline.log, 5 * LENGTH))
        assert len(other.timeline.log) == 1


def test_who_is_no_twin_cannot_be_the_run() -> None:
    s, run = with_twin(l2=0.1)
    with pytest.raises(SessionError, match="twin must be less than 1"):
        told(s, "exchange", twin=1)
    assert [twin.timeline.run for twin in s.twins] == [run]


@pytest.mark.parametrize("document", [7, {}, {"config": {}, "edits": 3}, {"config": {"seed": -1}}])
def test_what_is_no_twin_in_a_document_is_refused(document: Any) -> None:
    with pytest.raises(ConfigError):
        Session(small()).restore({"twins": [document]})


def test_two_twins_may_have_the_same_config() -> None:
    s, run = with_twin(l2=0.1)
    told(s, "twins", configs=[plain(l2=0.1), plain(l2=0.1)])
    one, other = (twin.timeline.run for twin in s.twins)
    assert one is run is not other


def test_whoever_stays_a_twin_stays_where_it_is() -> None:
    s, run = with_twin(l2=0.1)
    told(s, "step", size="epoch")
    told(s, "twins", configs=[plain(l1=0.1), plain(l2=0.1)])
    assert [twin.timeline.run is run for twin in s.twins] == [False, True]


# ---------------------------------------------------------------- the first difference


def found(more: dict[str, Any], *, at: int = 5 * PER_EPOCH * LENGTH, base: Any = None) -> Any:
    lead, twin = Timeline(small(**(base or {}))), Timeline(small(**more))
    go(lead, at)
    go(twin, counterpart(lead.position, lead.run, twin.run))
    before = bits(lead.run), bits(twin.run)
    difference = first_difference(lead, twin)
    assert (bits(lead.run), bits(twin.run)) == before
    return difference


@pytest.mark.parametrize(
    ("more", "symbol", "tensor", "only"),
    [
        (MORE[0], "W1", "W1", ""),
        (MORE[1], "a1", "a1", ""),
        (MORE[2], "mask1", "", "there"),
        (MORE[4], "X", "a0", ""),
        (MORE[5], "z1", "z1", ""),
        ({"l2": 0.1}, "C", "cost", ""),
        ({"layers": [{"units": 5, "activation": "tanh"}, OUT]}, "z1", "z1", ""),
        ({"cost": {"name": "squared_error", "half": True}}, "C", "cost", ""),
        ({"clip": {"threshold": 1e5}}, "clip", "", "there"),
        ({"mistake": "wrong_sign"}, "delta2", "delta2", ""),
    ],
)
def test_the_first_op_that_writes_other_numbers_is_found(
    more: dict[str, Any], symbol: str, tensor: str, only: str
) -> None:
    difference = found(more)
    assert (difference.symbol, difference.tensor, difference.only) == (symbol, tensor, only)
    assert difference.position <= LENGTH
    if difference.index or tensor == "cost":
        config = small(**more)
        mine = executed(small(), [], difference.position).tensor(tensor)[difference.index]
        theirs = executed(config, [], difference.position).tensor(tensor)[difference.index]
        assert (difference.here, difference.there) == (mine, theirs)
        assert mine != theirs


def test_an_op_that_only_the_run_has_is_found_too() -> None:
    difference = found({}, base=MORE[2])
    assert (difference.symbol, difference.only) == ("mask1", "here")


def test_the_same_config_has_no_difference_and_never_gets_one() -> None:
    assert found({}) is None


@pytest.mark.parametrize("epoch", [1, 4, 11])
def test_runs_that_part_late_are_told_apart_where_they_do(epoch: int) -> None:
    """A rate that drops after some epochs makes the first other update there, not before."""
    rule = {"name": "sgd", "learning_rate": 0.1}
    falling = rule | {"schedule": {"name": "step", "every": epoch, "factor": 0.5}}
    difference = found({"optimizer": falling}, at=20 * PER_EPOCH * LENGTH, base={"optimizer": rule})
    updates = [str(op.kind) for op in Run(small()).program].index("update")
    assert difference.symbol == "W1"
    assert difference.position == epoch * PER_EPOCH * LENGTH + updates + 1


def test_a_change_by_hand_is_a_difference_from_where_it_was_made() -> None:
    lead, twin = Timeline(small()), Timeline(small())
    go(lead, 7 * LENGTH)
    go(twin, 7 * LENGTH)
    lead.change("W1", (0, 0), 2.0)
    for timeline in (lead, twin):
        go(timeline, 9 * LENGTH)
    difference = first_difference(lead, twin)
    assert difference is not None
    assert difference.symbol == "z1"
    assert difference.position == 7 * LENGTH + 2


def test_a_difference_is_looked_for_once_and_again_after_a_change() -> None:
    lead, twin = Timeline(small()), Twin(small(l2=0.1))
    go(lead, 2 * LENGTH)
    assert twin.difference(lead) is None  # it is still on its way
    assert twin.follow(lead, 5)
    first = twin.difference(lead)
    assert first is not None
    assert first is twin.difference(lead)
    lead.change("W1", (0, 0), 2.0)
    assert twin.difference(lead) is not first


def test_numbers_that_are_none_in_both_are_the_same() -> None:
    config = Config.parse(plain(optimizer={"name": "sgd", "learning_rate": 0.1}))
    lead, twin = Timeline(config), Timeline(config)
    go(lead, LENGTH)
    go(twin, LENGTH)
    for timeline in (lead, twin):
        timeline.run.set_value("W1", (0, 0), np.nan)
    assert first_difference(lead, twin) is None
