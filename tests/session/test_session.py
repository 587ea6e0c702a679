"""Commands in, messages out: what each does, what each refuses, and that refusing changes nothing.

`Mirror` is a viewer in five lines: it files frames as the browser does.
"""

import json
from contextlib import suppress
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from app.engine.config import Config
from app.engine.program import Kind
from app.engine.run import Run
from app.errors import BackstepError, ConfigError, SessionError
from app.session.commands import FARTHEST, Ack, Command, decode
from app.session.editing import MOST_CHANGES
from app.session.messages import Explanation, Frame, Message, Proof, Status, Welcome
from app.session.session import SOON, Session

from .scenes import LENGTH, PER_EPOCH, bits, executed, settings, small, state, unstable

"""What frames carry beside tensors: which examples were drawn, and the cost of each."""


def command(type: str, **fields: Any) -> Command:
    """Return a command as the border makes it."""
    return decode(json.dumps({"type": type, **fields}))


def told(session: Session, type: str, **fields: Any) -> list[Message]:
    return session.apply(command(type, **fields))


def frame(messages: list[Message]) -> Frame:
    (found,) = [message for message in messages if isinstance(message, Frame)]
    return found


def status(messages: list[Message]) -> Status:
    (found,) = [message for message in messages if isinstance(message, Status)]
    return found


def finish(session: Session, slice_: int = 50) -> list[Message]:
    """Work until the goal is reached; return all that is said."""
    said: list[Message] = []
    while session.goal is not None:
        said += session.work(slice_)
    return said


class Mirror:
    """A viewer that files each frame over the ones before."""

    def __init__(self, session: Session) -> None:
        self.tensors: dict[str, Any] = {}
        self.take([session.snapshot()])
        self.lasting = set(session.run.parameters.named)

    def take(self, messages: list[Message]) -> None:
        for message in messages:
            if isinstance(message, Frame):
                if message.whole:
                    self.tensors = {}
                if message.drawn:
                    kept = {"W", "b", "m", "v"}
                    self.tensors = {k: a for k, a in self.tensors.items() if k[0] in kept}
                self.tensors.update(message.tensors)
                self.cost = message.cost

    def shows(self, session: Session) -> bool:
        now = session.snapshot()
        assert self.tensors.keys() == now.tensors.keys()
        assert self.cost == now.cost
        return all(np.array_equal(self.tensors[k], a) for k, a in now.tensors.items())


# ---------------------------------------------------------------- moving


@pytest.mark.parametrize(
    ("size", "position"),
    [("op", 1), ("layer", 1), ("phase", 1), ("minibatch", 12), ("epoch", 36)],
)
def test_a_step_goes_to_the_end_of_its_size_and_back_returns(size: str, position: int) -> None:
    session = Session(small())
    before = bits(session.run)
    assert status(told(session, "step", size=size)).position == position
    assert bits(session.run) == bits(executed(session.config, [], position))
    assert status(told(session, "back", size=size)).position == 0
    assert bits(session.run) == before


def test_steps_go_to_the_next_end_whatever_they_started_from() -> None:
    session = Session(small())
    told(session, "seek", position=LENGTH + 7)
    told(session, "step", size="minibatch", count=2)
    assert session.position == 3 * LENGTH
    told(session, "back", size="minibatch", count=2)
    assert session.position == LENGTH


def test_seeking_gives_the_numbers_of_that_position() -> None:
    session = Session(small())
    for position in (100, 3, 77, 0, 78):
        assert status(told(session, "seek", position=position)).position == position
        assert bits(session.run) == bits(executed(session.config, [], position))
    assert session.status().end == 100


def test_a_far_goal_is_worked_off_in_slices() -> None:
    session = Session(small())
    said = told(session, "step", size="epoch", count=100)
    assert session.position == SOON * LENGTH
    assert (session.goal, session.status().state) == (100 * PER_EPOCH * LENGTH, "working")
    assert [type(m) for m in said] == [Frame]
    said = finish(session)
    assert session.position == 100 * PER_EPOCH * LENGTH
    assert status(said).state == "paused"
    run = Run(session.config)
    run.advance(session.position)
    assert bits(run) == bits(session.run)


def test_steps_on_the_way_to_a_goal_count_from_the_goal() -> None:
    session = Session(small())
    told(session, "step", size="epoch", count=100)
    told(session, "step", size="op", count=2)
    assert session.goal == 100 * PER_EPOCH * LENGTH + 2
    told(session, "back", size="op")
    assert session.goal == 100 * PER_EPOCH * LENGTH + 1


def test_steps_while_playing_count_from_what_is_shown() -> None:
    session = Session(small())
    told(session, "play", rate="max", size="epoch")
    session.beat(100_000)
    session.work(3)
    assert status(told(session, "step")).position == 3 * LENGTH + 1
    assert (session.playing, session.goal) == (False, None)
    told(session, "play", rate="max")
    session.beat(100_000)
    assert status(told(session, "back")).position == 3 * LENGTH


def test_pause_stays_where_it_is_on_the_way_to_a_goal() -> None:
    session = Session(small())
    told(session, "seek", position=10**9)
    said = told(session, "pause")
    assert (session.goal, status(said).state) == (None, "paused")
    assert frame(said).position == session.position == SOON * LENGTH
    assert session.work(10) == []


def test_a_way_that_is_known_already_is_not_shown_but_its_end_is() -> None:
    session = Session(small(), budget=1)
    told(session, "seek", position=3000 * LENGTH)
    finish(session)
    told(session, "seek", position=1500 * LENGTH + 4)
    assert session.is_replaying
    said = finish(session, 1)
    assert [type(message) for message in said] == [Frame, Status]
    assert frame(said).position == 1500 * LENGTH + 4


def test_playing_through_known_ground_is_shown() -> None:
    session = Session(small())
    told(session, "seek", position=300 * LENGTH)
    finish(session)
    told(session, "seek", position=0)
    told(session, "play", rate="max", size="minibatch")
    session.beat(200)
    assert not session.is_replaying
    assert frame(session.work(1)).position == LENGTH


def test_reset_goes_to_the_start_and_forgets_what_came_after_it() -> None:
    session = Session(small())
    start = bits(session.run)
    told(session, "play", rate="max")
    session.beat(50)
    finish(session)
    said = told(session, "reset")
    assert [type(message) for message in said] == [Welcome, Frame, Status]
    assert (status(said).state, status(said).position, status(said).end) == ("paused", 0, 0)
    assert bits(session.run) == start
    assert frame(said).whole


# ---------------------------------------------------------------- frames


def test_a_new_config_puts_the_run_aside_and_rejoin_takes_it_up_twice() -> None:
    session = Session(small())
    told(session, "step", size="epoch", count=4)
    there, config = bits(session.run), session.config
    now = status(told(session, "configure", patch={"seed": 5}))
    assert now.rejoin == {"position": 12 * LENGTH, "end": 12 * LENGTH}
    told(session, "step", size="minibatch")
    told(session, "rejoin")
    assert (bits(session.run), session.config) == (there, config)
    told(session, "rejoin")
    assert (session.position, session.config.seed) == (LENGTH, 5)


def test_a_run_that_has_not_begun_is_not_kept() -> None:
    session = Session(small())
    assert status(told(session, "configure", patch={"seed": 5})).rejoin is None


def test_frames_are_copies() -> None:
    session = Session(small())
    made = frame(told(session, "focus", example=0))
    before = made.tensors["W1"].copy()
    told(session, "step", size="epoch")
    assert np.array_equal(made.tensors["W1"], before)
    made.tensors["W1"][...] = 99
    assert not (session.run.tensor("W1") == 99).any()


def test_a_snapshot_for_one_viewer_takes_nothing_from_the_frames_of_the_others() -> None:
    session = Session(small())
    mirror = Mirror(session)
    mirror.take(told(session, "step"))
    told(session, "play", rate="max")
    session.beat(20)
    mirror.take(session.work(1, tell=False))
    session.snapshot()  # somebody enters
    mirror.take(told(session, "pause"))
    assert mirror.shows(session)


acts = st.one_of(
    st.tuples(
        st.sampled_from(["step", "back"]),
        st.fixed_dictionaries(
            {
                "size": st.sampled_from(["op", "layer", "phase", "minibatch", "epoch"]),
                "count": st.integers(1, 9),
            }
        ),
    ),
    st.tuples(
        st.just("seek"), st.fixed_dictionaries({"position": st.integers(0, 100 * LENGTH)})
    ),
    st.tuples(
        st.just("edit"),
        st.fixed_dictionaries(
            {
                "tensor": st.sampled_from(["W1", "W2"]),
                "index": st.just([1, 0]),
                "value": st.sampled_from([-1.0, 0.5]),
            }
        ),
    ),
    st.tuples(
        st.just("configure"),
        st.sampled_from([0.01, 0.3]).map(
            lambda rate: {"patch": {"optimizer": {"learning_rate": rate}}}
        ),
    ),
    st.tuples(st.just("play"), st.just({"size": "op", "rate": 5.0})),
    st.sampled_from(
        [
            ("pause", {}), ("rejoin", {}), ("reset", {}), ("focus", {"example": 1}),
            ("focus", {"example": None}), ("focus", {"example": 77}),
            ("configure", {"patch": {"minibatch_size": 2}}),
        ]
    ),
    st.tuples(st.just("work"), st.integers(1, 70)),
    st.tuples(st.just("quiet work"), st.integers(1, 3)),
    st.tuples(st.just("beat"), st.integers(1, 50)),
    st.just(("somebody enters", None)),
)  # fmt: skip


@given(st.lists(acts, max_size=14))
@hypothesis(max_examples=100)
def test_a_viewer_that_files_frames_shows_what_the_session_has(made: list) -> None:
    session = Session(small())
    mirror = Mirror(session)
    for act, given_ in made:
        match act:
            case "work":
                mirror.take(session.work(given_))
            case "quiet work":
                mirror.take(session.work(given_, tell=False))
            case "beat":
                session.beat(given_)
            case "somebody enters":
                session.snapshot()
            case _:
                before = state(session)
                try:
                    mirror.take(told(session, act, **given_))
                except BackstepError:
                    assert state(session) == before
    mirror.take(told(session, "pause"))
    assert mirror.shows(session)
    config, log = session.timeline.config, session.timeline.log
    assert bits(session.run) == bits(executed(config, log, session.position))


# ---------------------------------------------------------------- playing


def test_play_makes_a_beat_of_its_size_and_says_one_frame_for_it() -> None:
    session = Session(small())
    said = told(session, "play", size="minibatch", rate=10)
    assert [type(message) for message in said] == [Status]
    assert (status(said).state, status(said).size, status(said).rate) == (
        "playing",
        "minibatch",
        10,
    )
    session.beat(3)
    said = session.work(100)
    assert [type(message) for message in said] == [Frame]
    assert session.position == 3 * LENGTH
    assert session.playing


def test_a_beat_waits_until_the_one_before_is_done_and_for_play() -> None:
    session = Session(small())
    session.beat(5)
    assert session.goal is None
    told(session, "play", size="epoch")
    session.beat(100)
    session.work(1)
    session.beat(1)
    assert session.goal == 100 * PER_EPOCH * LENGTH


def test_quiet_work_says_nothing_before_the_goal() -> None:
    session = Session(small())
    told(session, "play", size="minibatch")
    session.beat(10)
    assert session.work(9, tell=False) == []
    assert frame(session.work(9, tell=False)).position == 10 * LENGTH


@pytest.mark.parametrize(
    ("until", "reason"),
    [({"epochs": 2}, "epochs"), ({"cost_below": 1e9}, "cost_below")],
)
def test_play_ends_where_its_condition_is_met(until: dict[str, Any], reason: str) -> None:
    session = Session(small())
    told(session, "play", size="epoch", rate="max", until=until)
    session.beat(1000)
    said = finish(session)
    assert (status(said).state, status(said).reason) == ("finished", reason)
    assert frame(said).position == session.position
    assert not session.playing


def test_play_obeys_the_condition_of_the_config_and_steps_do_not() -> None:
    session = Session(small(stop={"epochs": 1}))
    told(session, "play", size="minibatch", rate="max")
    session.beat(1000)
    assert status(finish(session)).reason == "epochs"
    told(session, "reset")
    told(session, "step", size="epoch", count=3)
    assert (session.position, session.reason) == (3 * PER_EPOCH * LENGTH, "")


def test_the_condition_of_play_does_not_hold_for_later_steps() -> None:
    session = Session(small())
    told(session, "play", size="minibatch", rate="max", until={"cost_below": 1e9})
    session.beat(1000)
    finish(session)
    told(session, "step", size="epoch")
    assert session.position == PER_EPOCH * LENGTH
    assert session.status().state == "paused"


def test_an_edit_while_playing_happens_here_and_play_goes_on() -> None:
    session = Session(small())
    told(session, "seek", position=300 * LENGTH)
    finish(session)
    told(session, "seek", position=0)
    told(session, "play", size="epoch", rate="max")
    session.beat(90)
    session.work(2)
    said = told(session, "edit", tensor="W1", index=[0, 0], value=2.0)
    assert status(said).position == 2 * LENGTH
    assert session.playing


def test_a_new_learning_rate_while_playing_holds_from_here_and_play_goes_on() -> None:
    session = Session(small())
    told(session, "play", size="epoch", rate="max")
    session.beat(90)
    session.work(2)
    said = told(session, "configure", patch={"optimizer": {"learning_rate": 0.2}})
    assert [type(message) for message in said] == [Frame, Welcome, Status]
    assert (status(said).learning_rate, status(said).state) == (0.2, "playing")
    assert session.timeline.log[0].position == 2 * LENGTH
    assert session.config.optimizer.learning_rate == 0.2


def test_a_run_begins_anew_without_what_was_changed_by_hand() -> None:
    session = Session(small())
    config = session.config
    told(session, "edit", tensor="W1", index=[0, 0], value=2.0)
    told(session, "seek", position=LENGTH)
    told(session, "configure", config=config.as_json(), anew=True)
    assert (session.position, session.timeline.log) == (0, [])
    patch = {"optimizer": {"learning_rate": 0.2}}
    told(session, "seek", position=LENGTH)
    told(session, "configure", patch=patch, anew=True)
    assert (session.position, session.timeline.log) == (0, [])
    assert session.timeline.learning_rate() == 0.2


def test_a_change_on_the_way_back_belongs_to_the_place_that_is_shown_next() -> None:
    for change in (
        {"type": "edit", "tensor": "W1", "index": [0, 0], "value": 2.0},
        {"type": "configure", "patch": {"optimizer": {"learning_rate": 0.2}}},
    ):
        session = Session(small(), budget=1)
        told(session, "seek", position=3000 * LENGTH)
        finish(session)
        told(session, "seek", position=1500 * LENGTH)
        assert session.is_replaying
        told(session, **change)
        assert session.timeline.log[0].position == session.position == 1500 * LENGTH


# ---------------------------------------------------------------- divergence


def diverged() -> Session:
    session = Session(unstable())
    told(session, "step", size="epoch", count=100_000)
    finish(session)
    return session


def test_divergence_stops_the_session_and_names_op_and_layer() -> None:
    session = diverged()
    now = session.status()
    assert (now.state, now.reason) == ("diverged", "diverged")
    assert now.diverged is not None
    last = session.run.last_op
    assert last is not None
    assert now.diverged["position"] == session.position
    assert (now.diverged["op"], now.diverged["layer"]) == (last.kind, last.layer)
    assert now.diverged["symbol"]
    assert session.snapshot().cost is None or np.isfinite(session.snapshot().cost)


def test_beyond_a_divergence_there_is_no_way_but_back() -> None:
    session = diverged()
    before = state(session)
    for fields in ({"type": "step"}, {"type": "play"}, {"type": "seek", "position": FARTHEST}):
        with pytest.raises(SessionError, match="the run has diverged in layer") as refusal:
            told(session, **fields)
        assert refusal.value.code == "diverged"
        assert state(session) == before
    told(session, "back", size="minibatch")
    assert session.status().state == "paused"
    told(session, "seek", position=FARTHEST)
    finish(session)
    assert session.status().state == "diverged"
    assert session.position == before["status"].position


def test_what_has_diverged_can_still_be_looked_at() -> None:
    session = diverged()
    evaluation = session.evaluation()
    assert evaluation.cost is None or np.isfinite(evaluation.cost)
    assert session.curve().tensors["train"].size
    assert session.surface() is not None


# ---------------------------------------------------------------- changing


def test_an_edit_shows_everything_that_follows_from_it() -> None:
    session = Session(small())
    told(session, "seek", position=LENGTH + 6)
    said = told(session, "edit", tensor="W1", index=[1, 2], value=-0.5)
    made = frame(said)
    assert made.whole
    assert made.tensors["W1"][1, 2] == -0.5
    assert made.position == LENGTH + 6
    z = made.tensors["a0"] @ made.tensors["W1"] + made.tensors["b1"]
    assert np.allclose(made.tensors["z1"], z, rtol=1e-12)


def test_an_edit_in_the_past_offers_the_future_and_rejoin_takes_it_up_twice() -> None:
    session = Session(small())
    told(session, "seek", position=10 * LENGTH)
    old = bits(session.run)
    told(session, "seek", position=4 * LENGTH + 2)
    now = status(told(session, "edit", tensor="b2", index=[0], value=1.0))
    assert now.rejoin == {"position": 4 * LENGTH, "end": 10 * LENGTH}
    assert now.end == 4 * LENGTH + 2
    told(session, "seek", position=6 * LENGTH)
    new = bits(session.run)
    now = status(told(session, "rejoin"))
    assert (now.position, now.end) == (6 * LENGTH, 10 * LENGTH)
    told(session, "seek", position=10 * LENGTH)
    assert bits(session.run) == old
    told(session, "rejoin")
    assert bits(session.run) == new


def test_a_patch_restarts_the_run_and_keeps_playing() -> None:
    session = Session(small())
    told(session, "step", size="epoch")
    told(session, "play")
    said = told(session, "configure", patch={"layers": [{"units": 1, "activation": "linear"}]})
    assert [type(message) for message in said] == [Welcome, Frame, Status]
    assert session.position == 0
    assert session.playing
    assert session.config.depth == 1


def test_a_whole_config_restarts_the_run_unless_it_is_the_present_one() -> None:
    session = Session(small())
    told(session, "step", size="epoch")
    told(session, "configure", config=session.config.as_json())
    assert session.position == PER_EPOCH * LENGTH
    told(session, "configure", config=settings(seed=5))
    assert session.position == 0


def test_a_restart_keeps_the_learning_rate_in_force() -> None:
    session = Session(small())
    told(session, "configure", patch={"optimizer": {"learning_rate": 0.2}})
    told(session, "configure", patch={"seed": 4})
    assert session.config.optimizer.learning_rate == 0.2
    assert session.timeline.log == []


def test_focus_shows_an_example_or_the_mean() -> None:
    session = Session(small())
    assert frame(told(session, "focus", example=2)).focus == 2
    assert frame(told(session, "focus", example=None)).focus is None
    told(session, "configure", patch={"seed": 1})
    assert session.focus is None
    told(session, "focus", example=2)
    told(session, "configure", patch={"minibatch_size": 2})
    assert session.focus == 0


# ---------------------------------------------------------------- refusals

LARGE = settings(layers=[{"units": 1000}, {"units": 1, "activation": "linear"}])


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"type": "focus", "example": 3}, "focus", "example"),
        ({"type": "edit", "tensor": "z1", "index": [0, 0], "value": 1}, "edit", "tensor"),
        ({"type": "edit", "tensor": "dW1", "index": [0, 0], "value": 1}, "edit", "tensor"),
        ({"type": "edit", "tensor": "m_W1", "index": [0, 0], "value": 1}, "edit", "tensor"),
        ({"type": "edit", "tensor": "W3", "index": [0, 0], "value": 1}, "edit", "tensor"),
        ({"type": "edit", "tensor": "W1", "index": [2, 0], "value": 1}, "edit", "index"),
        ({"type": "edit", "tensor": "W1", "index": [0], "value": 1}, "edit", "index"),
        ({"type": "edit", "tensor": "b1", "index": [0, 0], "value": 1}, "edit", "index"),
        ({"type": "configure"}, "configure", "config"),
        ({"type": "configure", "config": {}, "patch": {}}, "configure", "config"),
        ({"type": "configure", "patch": {"nonsense": 1}}, "config", "nonsense"),
        ({"type": "configure", "patch": {"layers": []}}, "config", "layers"),
        ({"type": "configure", "patch": {"optimizer": {"learning_rate": -1}}}, "config", None),
        ({"type": "configure", "patch": {"minibatch_size": 0}}, "config", "minibatch_size"),
        ({"type": "configure", "config": {"layers": "none"}}, "config", "layers"),
        ({"type": "configure", "config": LARGE}, "config", "layers"),
    ],
)
@pytest.mark.parametrize("place", ["start", "branch", "playing", "working"])
def test_a_refused_command_changes_nothing(
    fields: dict[str, Any], code: str, field: str | None, place: str
) -> None:
    session = Session(small(), most_parameters=1000)
    prepare(session, place)
    before = state(session)
    with pytest.raises(BackstepError) as refusal:
        told(session, **fields)
    assert refusal.value.code == code
    assert str(refusal.value).endswith(".")
    if field is not None:
        found = getattr(refusal.value, "field", None)
        assert field == (found if found is not None else refusal.value.faults[0].field)  # type: ignore[attr-defined]
    assert state(session) == before


def prepare(session: Session, place: str) -> None:
    """Bring a session where a refusal could do harm."""
    match place:
        case "branch":
            told(session, "seek", position=4 * LENGTH)
            told(session, "seek", position=2 * LENGTH + 5)
            told(session, "edit", tensor="W1", index=[0, 0], value=0.5)
        case "playing":
            told(session, "play", size="epoch", rate="max")
            session.beat(5)
            session.work(2)
        case "working":
            told(session, "seek", position=FARTHEST)


def test_before_the_start_there_is_no_step() -> None:
    session = Session(small())
    before = state(session)
    with pytest.raises(SessionError, match="no earlier step to go back to") as refusal:
        told(session, "back")
    assert refusal.value.code == "at_start"
    assert state(session) == before


@pytest.mark.parametrize("place", ["start", "playing", "working"])
def test_without_a_future_put_aside_there_is_nothing_to_rejoin(place: str) -> None:
    session = Session(small())
    prepare(session, place)
    before = state(session)
    with pytest.raises(SessionError, match="No earlier future is kept"):
        told(session, "rejoin")
    assert state(session) == before


def test_there_is_no_step_beyond_the_largest_position() -> None:
    session = Session(small())
    told(session, "seek", position=FARTHEST)
    before = state(session)
    with pytest.raises(SessionError, match="The run ends at op"):
        told(session, "step")
    assert state(session) == before
    assert told(session, "back")
    assert session.goal == FARTHEST - 1


def test_a_network_that_is_too_large_is_refused_from_the_start() -> None:
    with pytest.raises(ConfigError, match="at most 12 weights and biases"):
        Session(small(), most_parameters=12)


def test_the_number_of_changes_is_bounded() -> None:
    session = Session(small())
    change = {"position": 10**6, "tensor": "W1", "index": [0, 0], "value": 1.0}
    session.timeline.load([change | {"position": 10**6 + i} for i in range(MOST_CHANGES)])
    before = state(session)
    for fields in (
        {"type": "edit", "tensor": "W1", "index": [0, 0], "value": 1},
        {"type": "configure", "patch": {"optimizer": {"learning_rate": 0.9}}},
    ):
        with pytest.raises(SessionError, match="remembers 10,000 changes"):
            told(session, **fields)
        assert state(session) == before
    told(session, "reset")
    told(session, "edit", tensor="W1", index=[0, 0], value=1)


def test_what_is_for_the_room_is_not_for_the_session() -> None:
    with pytest.raises(AssertionError, match="ack is not for the session"):
        Session(small()).apply(Ack(type="ack", seq=1))


# ---------------------------------------------------------------- looking


@given(st.integers(0, 5 * LENGTH))
@hypothesis(max_examples=20)
def test_looking_never_touches(position: int) -> None:
    session = Session(small())
    told(session, "seek", position=position)
    before = state(session)
    session.evaluation()
    session.surface()
    session.points()
    session.curve()
    session.snapshot()
    session.fresh_curve()
    assert state(session) == before
    following = executed(session.config, [], position + LENGTH)
    told(session, "step", size="op", count=LENGTH)
    assert bits(session.run) == bits(following)


def test_the_curve_says_where_it_changed() -> None:
    session = Session(small())
    assert session.fresh_curve() == 0
    assert session.fresh_curve() is None
    told(session, "step", size="epoch", count=3)
    assert session.fresh_curve() == 1


def test_the_state_of_the_weights_changes_with_every_update_and_with_no_other_op() -> None:
    session = Session(small())
    for op in session.run.program * 2:
        before = session.weights_state()
        told(session, "step")
        assert (session.weights_state() != before) is (op.kind is Kind.UPDATE)
    before = session.weights_state()
    told(session, "edit", tensor="W1", index=[0, 0], value=1)
    assert session.weights_state() != before


# ---------------------------------------------------------------- saving


def test_a_document_restores_config_changes_and_position_to_the_bit() -> None:
    session = Session(small())
    told(session, "seek", position=30)
    told(session, "edit", tensor="W1", index=[0, 0], value=0.5)
    told(session, "seek", position=50)
    told(session, "configure", patch={"optimizer": {"learning_rate": 0.2}})
    told(session, "seek", position=200)
    told(session, "seek", position=40)
    document = session.document()
    again = Session(small())
    again.restore(document)
    finish(again)
    assert again.document() == document
    assert bits(again.run) == bits(session.run)
    for other in (session, again):
        told(other, "seek", position=200)
    assert bits(again.run) == bits(session.run)


@pytest.mark.parametrize("steps", [0, 3])
@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ("edit", {"tensor": "W1", "index": [0, 1], "value": 0.25}),
        ("configure", {"patch": {"optimizer": {"learning_rate": 0.3}}}),
    ],
)
def test_a_change_while_a_session_is_opened_again_is_made_where_it_stood(
    change: str, fields: dict[str, Any], steps: int
) -> None:
    session = Session(small())
    for position in (0, 30, 1500):
        told(session, "seek", position=position)
        finish(session)
        told(session, "edit", tensor="W1", index=[0, 0], value=0.5)
    told(session, "seek", position=1525)
    again = Session(small())
    again.restore(session.document())
    for one in (session, again):
        for _ in range(steps):  # they begin where it stood, too
            told(one, "step")
        told(one, change, **fields)
    assert again.document() == session.document()
    assert len(again.document()["edits"]) == 4
    finish(again)
    assert bits(again.run) == bits(session.run)


def test_a_change_waits_while_a_session_is_still_far_from_where_it_stood() -> None:
    session = Session(small())
    session.restore({"edits": [], "position": 10**6})
    told(session, "step")
    before = session.document()
    for refused in (
        {"type": "edit", "tensor": "W1", "index": [0, 1], "value": 0.25},
        {"type": "edit", "tensor": "a0", "index": [0, 1], "value": 0.25},
        {"type": "configure", "patch": {"optimizer": {"learning_rate": 0.3}}},
    ):
        with pytest.raises(SessionError, match="still on its way"):
            told(session, **refused)
    assert session.document() == before
    assert session.goal == 10**6 + 1


def test_a_document_on_the_way_to_a_goal_holds_the_goal_and_of_play_the_place() -> None:
    session = Session(small())
    told(session, "seek", position=10**6)
    assert session.document()["position"] == 10**6
    told(session, "play", size="epoch", rate="max")
    session.beat(1000)
    session.work(1)
    assert session.document()["position"] == session.position


def test_a_copy_stands_where_the_session_stands_with_its_focus_and_breakpoints() -> None:
    session = Session(small())
    told(session, "break", op=4)
    told(session, "edit", tensor="W1", index=[0, 0], value=0.5)
    told(session, "seek", position=50)
    told(session, "focus", example=1)
    copy = session.copy()
    assert copy.document() == session.document()
    assert copy.focus == 1
    assert bits(copy.run) == bits(session.run)
    told(copy, "step", size="epoch")
    assert copy.revision != session.revision
    assert session.position == 50


def test_a_revision_is_another_after_whatever_a_document_holds_besides_its_position() -> None:
    session = Session(small())
    told(session, "step")
    seen = [session.revision]
    for type_, fields in (
        ("break", {"op": 1}),
        ("edit", {"tensor": "b1", "index": [0], "value": 1.0}),
        ("configure", {"patch": {"optimizer": {"learning_rate": 0.3}}}),
        ("configure", {"patch": {"seed": 5}}),
        ("rejoin", {}),
        ("exercise", {}),
        ("guess", {"mistake": None}),
    ):
        told(session, type_, **fields)
        assert session.revision != seen[-1], type_
        seen.append(session.revision)
    told(session, "step")
    told(session, "focus", example=1)
    assert session.revision == seen[-1]


def test_a_document_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ConfigError, match="edits must each name a position"):
        Session(small()).restore({"edits": [{"position": 0}], "position": 5})


# ---------------------------------------------------------------- breakpoints and conditions


def test_play_rests_at_a_breakpoint_and_goes_on_to_the_next() -> None:
    session = Session(small())
    assert status(told(session, "break", op=8)).breakpoints == (8,)
    told(session, "break", op=2)
    for position in (3, 9, LENGTH + 3, LENGTH + 9):
        told(session, "play", size="op", rate="max")
        session.beat(100_000)
        while session.goal is not None:
            said = session.work(1)
        assert session.position == position
        now = status(said)
        assert (now.state, now.reason) == ("paused", "breakpoint")


def test_a_large_step_rests_at_a_breakpoint_and_a_seek_does_not() -> None:
    session = Session(small())
    told(session, "break", op=4)
    assert status(told(session, "step", size="epoch")).reason == "breakpoint"
    assert session.position == 5
    told(session, "seek", position=3 * LENGTH)
    assert session.position == 3 * LENGTH
    told(session, "back", size="minibatch")
    assert session.position == 2 * LENGTH


def test_a_breakpoint_is_taken_away_and_kept_in_the_document() -> None:
    session = Session(small())
    told(session, "break", op=4)
    told(session, "break", op=4)
    told(session, "break", op=1)
    assert session.document()["breakpoints"] == [1, 4]
    assert status(told(session, "break", op=4, on=False)).breakpoints == (1,)
    again = Session(small())
    again.restore({"breakpoints": session.document()["breakpoints"]})
    assert again.status().breakpoints == (1,)


def test_a_breakpoint_beyond_the_program_is_refused() -> None:
    session = Session(small())
    with pytest.raises(SessionError, match="op must be at most 11, got 12"):
        told(session, "break", op=12)
    assert session.status().breakpoints == ()


def test_play_until_the_first_dead_unit_stops_where_one_is_dead() -> None:
    dying = {
        "data": {"name": "line", "samples": 20},
        "layers": [{"units": 4, "activation": "relu"}, {"units": 1, "activation": "linear"}],
        "optimizer": {"name": "sgd", "learning_rate": 0.5},
        "seed": 3,
    }
    session = Session(Config.parse(dying))
    assert session.timeline.evaluator.dead_units() == []
    told(session, "play", size="op", rate="max", until={"dead_unit": True, "epochs": 200})
    while session.playing:
        session.beat(100_000)
        said = session.work(50)
    assert status(said).reason == "dead_unit"
    assert session.timeline.evaluator.dead_units()
    told(session, "back", size="minibatch")
    assert session.timeline.evaluator.dead_units() == []


# ---------------------------------------------------------------- questions


@pytest.mark.parametrize("position", [0, 3, 9, LENGTH - 1, LENGTH, 2 * LENGTH + 1])
def test_a_question_changes_nothing_whatever_it_hears(position: int) -> None:
    session = Session(small())
    told(session, "seek", position=position)
    before = state(session)
    for kind in ("explain", "prove"):
        for tensor, index in (("delta1", [0]), ("dW2", [0, 0]), ("db1", [9]), ("dW7", [0, 0])):
            question = command(kind, tensor=tensor, index=index, example=0)
            with suppress(SessionError):
                assert session.answer(question).position == position
    assert state(session) == before


@pytest.mark.parametrize("kind", ["explain", "prove"])
@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"tensor": "delta2", "index": [0]}, "tensor"),
        ({"tensor": "dW9", "index": [0, 0]}, "tensor"),
        ({"tensor": "delta1", "index": [3]}, "index"),
        ({"tensor": "delta1", "index": []}, "index"),
        ({"tensor": "delta1", "index": [0], "example": 3}, "example"),
    ],
)
def test_a_question_about_what_is_not_there_names_the_field(
    kind: str, asked: dict[str, Any], field: str
) -> None:
    session = Session(small())
    told(session, "seek", position=9 if field != "tensor" else 3)
    with pytest.raises(SessionError) as refusal:
        session.answer(command(kind, **asked))
    assert (refusal.value.code, refusal.value.field) == ("explain", field)
    assert str(refusal.value).endswith(".")


def test_a_question_is_answered_for_the_weights_after_an_edit() -> None:
    session = Session(small())
    told(session, "seek", position=9)
    told(session, "edit", tensor="W2", index=[0, 0], value=2.5)
    answer = session.answer(command("explain", tensor="delta1", index=[0], example=1))
    assert isinstance(answer, Explanation)
    assert answer.of["value"] == session.run.tensor("delta1")[1, 0]
    weight = answer.lines[0]["right"]["factors"][1]
    assert (weight["tensor"], weight["value"]) == ("W2", 2.5)
    proof = session.answer(command("prove", tensor="delta1", index=[0], example=1))
    assert isinstance(proof, Proof)
    assert (proof.verdict, proof.analytic) == ("proved", answer.of["value"])


def test_what_is_about_to_diverge_is_explained_too() -> None:
    session = Session(unstable())
    told(session, "step", size="epoch", count=10_000)
    finish(session)
    assert session.status().state == "diverged"
    asked = [("z1", [0]), ("z2", [0]), ("a2", [0]), ("cost", []), ("costs", [0])]
    for position in range(session.position - 2 * LENGTH, session.position + 1):
        told(session, "seek", position=position)
        defined = {*session.run.names()}
        for tensor, index in asked:
            if tensor in defined or (tensor == "costs" and "cost" in defined):
                session.answer(command("explain", tensor=tensor, index=index, example=0))


@pytest.mark.parametrize("rate", [5.0, 20.0, 100.0])
def test_a_cost_that_has_diverged_is_explained_too(rate: float) -> None:
    rule = {"name": "sgd", "learning_rate": rate}
    layers = [{"units": 1, "activation": "linear"}]
    session = Session(unstable(layers=layers, minibatch_size=None, optimizer=rule))
    told(session, "step", size="epoch", count=10_000)
    finish(session)
    diverged = session.status().diverged
    assert diverged is not None
    assert diverged["symbol"] == "C"
    for tensor, index in (("cost", []), ("costs", [0]), ("costs", [1])):
        session.answer(command("explain", tensor=tensor, index=index))


def test_what_flew_past_without_its_large_tensors_is_told_in_full_where_it_lands() -> None:
    session = Session(small())
    told(session, "play", size="minibatch", rate="max")
    session.beat(3)
    assert frame(session.work(3)).flying
    landed = frame(told(session, "pause"))
    assert (landed.whole, landed.flying) == (True, False)
    assert not frame(told(session, "step")).whole


def test_minibatches_that_can_be_read_are_told_in_full() -> None:
    for size, rate in (("minibatch", 2), ("op", "max")):
        session = Session(small())
        told(session, "play", size=size, rate=rate)
        session.beat(1)
        assert not frame(session.work(3)).flying
