"""A hidden mistake is one that fits, is never named before it is found, and is really run."""

import json

import pytest

from app.engine.config import Config
from app.engine.mistakes import MISTAKES
from app.errors import ConfigError, SessionError
from app.session.commands import decode
from app.session.exercise import Exercise, possible
from app.session.messages import Message, Status, Welcome
from app.session.session import Session

from .scenes import small

SGD = {"name": "sgd", "beta1": None, "beta2": None, "epsilon": None}
SOFTMAX = [{"units": 3, "activation": "tanh"}, {"units": 2, "activation": "softmax"}]


def told(session: Session, kind: str, **fields: object) -> list[Message]:
    return session.apply(decode(json.dumps({"type": kind, **fields})))


def hiding(mistake: str = "missing_slope") -> Session:
    session = Session(small())
    told(session, "exercise", mistake=mistake)
    return session


def test_only_mistakes_that_the_network_can_have_are_possible() -> None:
    assert "unshifted_softmax" not in possible(small())
    assert "uncorrected_adam" in possible(small())
    config = Config.parse({"layers": SOFTMAX, "cost": {"name": "cross_entropy"}})
    assert "unshifted_softmax" in possible(config)


def test_any_mistake_is_drawn_sooner_or_later() -> None:
    exercise = Exercise.of(small())
    assert {exercise.draw() for _ in range(500)} == {*exercise.choices}


def test_nothing_tells_one_hidden_mistake_from_another_but_the_numbers() -> None:
    plain = Session(small())
    told(plain, "step")
    for mistake in possible(small()):
        session = hiding(mistake)
        told(session, "step")
        assert session.run.config.mistake == mistake
        welcome, expected = session.welcome(), plain.welcome()
        if mistake == "early_update":  # its order of ops is there to be seen
            assert {op["code"] for op in welcome.program} == {op["code"] for op in expected.program}
            assert welcome.config == expected.config
        else:
            assert welcome == expected
        assert session.snapshot().tensors.keys() == plain.snapshot().tensors.keys()


def test_the_numbers_are_those_of_the_mistake() -> None:
    session = hiding("wrong_sign")
    told(session, "step", size="minibatch")
    open_ = Session(small(mistake="wrong_sign"))
    told(open_, "step", size="minibatch")
    assert session.run.tensor("W1").tobytes() == open_.run.tensor("W1").tobytes()


def test_a_wrong_guess_is_remembered_and_reveals_nothing() -> None:
    session = hiding()
    (status,) = told(session, "guess", mistake="wrong_sign")
    (status,) = told(session, "guess", mistake="wrong_sign")
    assert isinstance(status, Status)
    assert status.exercise is not None
    assert status.exercise["wrong"] == ["wrong_sign"]
    assert status.exercise["found"] is None


@pytest.mark.parametrize("guess", ["missing_slope", None])
def test_the_right_guess_or_giving_up_names_it(guess: str | None) -> None:
    session = hiding()
    welcome, status = told(session, "guess", mistake=guess)
    assert isinstance(welcome, Welcome)
    assert isinstance(status, Status)
    assert welcome.config["mistake"] == "missing_slope"
    assert status.exercise is not None
    assert (status.exercise["found"], status.exercise["given_up"]) == (
        "missing_slope",
        guess is None,
    )
    with pytest.raises(SessionError, match="No mistake is hidden"):
        told(session, "guess", mistake="missing_slope")


def test_the_learning_rate_and_the_layers_change_under_a_hidden_mistake() -> None:
    session = hiding()
    told(session, "configure", patch={"optimizer": {"learning_rate": 0.3}})
    assert session.is_hiding
    told(session, "configure", patch={"seed": 5})
    assert session.is_hiding
    told(session, "configure", config=session.welcome().config | {"seed": 6})
    assert session.is_hiding
    assert session.run.config.mistake == "missing_slope"


def test_a_network_that_cannot_have_the_mistake_is_refused_without_naming_it() -> None:
    session = hiding("uncorrected_adam")
    with pytest.raises(SessionError) as refused:
        told(session, "configure", patch={"optimizer": SGD})
    assert "adam" not in str(refused.value)
    assert session.is_hiding


@pytest.mark.parametrize("name", ["wrong_sign", "missing_slope"])
def test_a_hidden_mistake_cannot_be_found_by_switching_mistakes_on(name: str) -> None:
    session = hiding("missing_slope")
    with pytest.raises(SessionError, match="A mistake is hidden"):
        told(session, "configure", patch={"mistake": name})
    assert session.is_hiding


def test_switching_the_hidden_mistake_off_ends_the_exercise() -> None:
    session = hiding()
    told(session, "configure", patch={"mistake": None})
    assert session.run.config.mistake is None
    assert session.status().exercise is None


def test_other_faults_beside_a_hidden_mistake_do_not_name_it() -> None:
    session = hiding("missing_slope")
    with pytest.raises(ConfigError) as refused:
        told(session, "configure", patch={"layers": [{"units": 3, "activation": "linear"}]})
    assert "slope" not in str(refused.value)


def test_the_run_before_an_exercise_can_be_returned_to_and_so_can_the_exercise() -> None:
    session = Session(small())
    told(session, "step", size="minibatch")
    told(session, "exercise", mistake="wrong_sign")
    told(session, "step", size="minibatch")
    told(session, "rejoin")
    assert session.status().exercise is None
    assert session.run.config.mistake is None
    told(session, "rejoin")
    assert session.is_hiding
    assert session.welcome().config.get("mistake") is None


def test_an_exercise_is_kept_over_a_restart() -> None:
    document = hiding().document()
    again = Session(Config.parse(document["config"]))
    again.restore(document)
    assert again.is_hiding
    assert "hidden" not in Session(small(mistake="wrong_sign")).document()


def test_every_mistake_has_a_name_to_guess() -> None:
    for name in MISTAKES:
        assert decode(json.dumps({"type": "guess", "mistake": name})).type == "guess"
