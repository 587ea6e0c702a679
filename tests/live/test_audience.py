"""The audience: who is told what, and that it is encoded once."""

import json

from app.live.answers import refuse
from app.live.audience import SNAPSHOTS, Audience
from app.live.codec import encode_arrays
from app.live.viewer import Viewer
from app.presets import preset
from app.session.commands import Break, Configure, Step
from app.session.messages import Failure
from app.session.session import Session


def audience() -> Audience:
    return Audience(Session(preset("xor")), "shard.watch", {"parameters": 1})


def greeted(whole: Audience, *, may_drive: bool = True) -> Viewer:
    viewer = Viewer(may_drive=may_drive)
    whole.viewers.add(viewer)
    whole.greet(viewer)
    return viewer


def heard(viewer: Viewer) -> list[str | bytes]:
    items: list[str | bytes] = []
    while (item := viewer.next()) is not None:
        items.append(item)
    return items


def test_a_new_viewer_hears_the_welcome_first_with_its_rights() -> None:
    whole = audience()
    for may_drive, rights in ((True, "drive"), (False, "watch")):
        welcome = json.loads(heard(greeted(whole, may_drive=may_drive))[0])
        assert (welcome["type"], welcome["rights"]) == ("welcome", rights)


def test_everybody_gets_the_very_same_bytes() -> None:
    whole = audience()
    viewers = [greeted(whole), greeted(whole, may_drive=False)]
    for viewer in viewers:
        heard(viewer)
        viewer.acknowledge(10**6)
    whole.publish(whole.session.apply(Step(type="step")))
    mine, theirs = ([d for d in heard(v) if isinstance(d, bytes)] for v in viewers)
    assert mine
    assert mine[0] is theirs[0]


def test_curve_and_surface_are_encoded_once_for_all() -> None:
    whole = audience()
    viewers = [greeted(whole), greeted(whole, may_drive=False)]
    for viewer in viewers:
        heard(viewer)
        viewer.acknowledge(10**6)
    whole.show(0, whole.session.surface())
    mine, theirs = ([d for d in heard(v) if isinstance(d, bytes)] for v in viewers)
    assert len(mine) == 2
    assert all(one is other for one, other in zip(mine, theirs, strict=True))


def test_a_curve_is_that_of_the_present_run() -> None:
    whole = audience()
    viewer = greeted(whole)
    heard(viewer)
    for activation in ("tanh", "relu"):  # each starts a new run
        patch = {"layers": [{"units": 3, "activation": activation}, {"units": 1}]}
        whole.publish(whole.session.apply(Configure(type="configure", patch=patch)))
        viewer.acknowledge(10**6)
        for _ in range(12):
            whole.session.apply(Step(type="step"))
        (curve,) = (d for d in heard(viewer) if isinstance(d, bytes) and b'"curve"' in d)
        assert curve == encode_arrays(whole.session.curve())


def test_who_is_not_greeted_yet_is_told_nothing() -> None:
    whole = audience()
    early = Viewer(may_drive=True)
    whole.viewers.add(early)
    whole.publish(whole.session.apply(Step(type="step")))
    assert heard(early) == []


def test_a_status_says_how_many_listen() -> None:
    whole = audience()
    greeted(whole)
    texts = [json.loads(text) for text in heard(greeted(whole)) if isinstance(text, str)]
    assert [status["viewers"] for status in texts if status["type"] == "status"] == [2]


def test_a_refusal_is_told_to_one_viewer_with_the_number_of_the_command() -> None:
    whole = audience()
    one, other = greeted(whole), greeted(whole)
    heard(one), heard(other)
    refuse(one, Step(type="step", id=7), Failure("busy", "Wait."))
    (refusal,) = heard(one)
    told = json.loads(refusal)
    assert (told["type"], told["code"], told["id"]) == ("error", "busy", 7)
    assert heard(other) == []


def test_snapshots_that_are_kept_are_few() -> None:
    whole = audience()
    for number in range(3 * SNAPSHOTS):
        whole.snapshot(frozenset({f"W{number}"}))
    assert len(whole._snapshots) <= SNAPSHOTS


def test_a_status_that_says_no_more_than_the_frame_before_it_is_not_told() -> None:
    whole = audience()
    viewer = greeted(whole)
    heard(viewer)
    session = whole.session
    for command, told in (
        (Step(type="step"), 1),  # the first is told: nobody knows what was said before
        (Step(type="step"), 0),
        (Step(type="step", count=5), 0),
        (Break(type="break", op=2), 1),
        (Step(type="step"), 0),
    ):
        whole.publish(session.apply(command))
        viewer.acknowledge(10**6)
        texts = [json.loads(text) for text in heard(viewer) if isinstance(text, str)]
        assert [text["type"] for text in texts] == ["status"] * told, command
