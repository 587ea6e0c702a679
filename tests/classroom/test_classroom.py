"""A class: who may come in, what is asked and answered, and that a restart changes nothing."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.classroom.classroom import MOST_QUESTIONS, Classroom
from app.classroom.nicknames import is_generated
from app.errors import ConfigError, SessionError

from .classrooms import Kept, made, state
from .questions import posed

NOW = 1000.0


def answered() -> Classroom:
    """Return a class of two that has answered a question."""
    classroom = made(2)
    classroom.ask(posed("value", 0.5), NOW)
    classroom.predict(classroom.learner("1"), 1, 0.5, NOW + 3)
    classroom.predict(classroom.learner("2"), 1, -0.5, NOW + 4)
    return classroom


# ---------------------------------------------------------------- joining


def test_who_joins_gets_an_id_a_name_and_the_secret_that_was_drawn() -> None:
    classroom = made()
    one, other = (classroom.join(None, secret, NOW) for secret in ("a", "b"))
    assert (one.id, one.secret, one.joined) == ("1", "a", NOW)
    assert other.id == "2"
    assert one.name != other.name
    assert is_generated(one.name)
    assert list(classroom.learners.values()) == [one, other]
    assert classroom.learner("1") is one


def test_an_id_is_not_given_twice_even_when_the_last_has_gone() -> None:
    classroom = Classroom("K7M4QX", "secret", 9e9, 100)
    for _ in range(2):
        classroom.join(None, "x", NOW)
    classroom.remove("2")
    kept = Kept(classroom)
    assert classroom.join(None, "x", NOW).id == "3"
    assert kept.restored().join(None, "x", NOW).id == "3"


def test_a_locked_class_lets_nobody_in_until_it_is_open_again() -> None:
    classroom = made(1)
    classroom.lock(True)
    with pytest.raises(SessionError, match="This class is locked") as refused:
        classroom.join(None, "x", NOW)
    assert refused.value.code == "locked"
    classroom.lock(False)
    assert classroom.join(None, "x", NOW).id == "2"


def test_a_full_class_lets_nobody_in_until_somebody_goes() -> None:
    classroom = made(2, most=2)
    with pytest.raises(SessionError, match="it has 2 learners") as refused:
        classroom.join(None, "x", NOW)
    assert refused.value.code == "full"
    classroom.remove("1")
    assert classroom.join(None, "x", NOW).id == "3"


def test_who_is_refused_leaves_nothing_behind() -> None:
    for classroom, name in ((made(1, most=1), None), (made(1), "Bob"), (made(1), "<b>")):
        with pytest.raises((SessionError, ConfigError)):
            classroom.join(name, "x", NOW)
        assert len(classroom.learners) == 1
        assert classroom.take_changes() == {}


# ---------------------------------------------------------------- names


def test_a_name_that_was_suggested_can_be_chosen() -> None:
    classroom = made(3)
    names = classroom.suggestions(4)
    assert len({*names, *(each.name for each in classroom.learners.values())}) == 7
    assert classroom.join(names[2], "x", NOW).name == names[2]


def test_a_name_of_ones_own_is_only_for_a_class_that_allows_it() -> None:
    classroom = made(1)
    with pytest.raises(SessionError, match="takes no others") as refused:
        classroom.join("Ada", "x", NOW)
    assert (refused.value.code, refused.value.field) == ("name", "name")
    classroom.allow_own_names(True)
    assert classroom.join(" Ada  L ", "x", NOW).name == "Ada L"
    classroom.allow_own_names(False)
    with pytest.raises(SessionError):
        classroom.join("Eve", "x", NOW)


def test_nobody_takes_the_name_of_another() -> None:
    classroom = made(1)
    name = classroom.learner("1").name
    with pytest.raises(ConfigError, match="that nobody here has"):
        classroom.join(name.upper(), "x", NOW)
    assert name not in classroom.suggestions(50)
    classroom.remove("1")
    assert classroom.join(name, "x", NOW).name == name


# ---------------------------------------------------------------- removing, help, modes


def test_who_is_removed_is_forgotten_with_every_answer() -> None:
    classroom = answered()
    classroom.ask(posed("value", 1.0), NOW)
    classroom.predict(classroom.learner("1"), 2, 1.0, NOW)
    classroom.take_changes()
    assert classroom.remove("1").id == "1"
    assert [list(ballot.answers) for ballot in classroom.ballots] == [["2"], []]
    assert classroom.take_changes() == {"learner.1": None, "answer.1.1": None, "answer.2.1": None}
    with pytest.raises(SessionError, match="There is no learner '1'"):
        classroom.learner("1")


def test_an_answer_that_is_not_written_yet_is_not_written_any_more() -> None:
    classroom = answered()
    classroom.remove("1")
    changes = classroom.take_changes()
    assert changes["answer.1.1"] is None
    assert changes["answer.1.2"] is not None


def test_who_is_removed_is_not_shown_any_longer() -> None:
    classroom = made(2)
    classroom.set_mode("free", NOW)
    classroom.show("2")
    classroom.remove("1")
    assert classroom.shown == "2"
    classroom.remove("2")
    assert classroom.shown is None
    assert b'"shown":null' in Kept(classroom).fields["class"]


@pytest.mark.parametrize("act", [Classroom.remove, Classroom.learner])
def test_who_is_not_there_is_named(act: Callable[[Classroom, str], object]) -> None:
    with pytest.raises(SessionError, match="no learner '7' in this class") as refused:
        act(made(2), "7")
    assert (refused.value.code, refused.value.field) == ("learner", "learner")


def test_only_who_has_a_screen_of_their_own_is_shown() -> None:
    classroom = made(1)
    with pytest.raises(SessionError, match="sees what you see"):
        classroom.show("1")
    assert classroom.shown is None
    classroom.set_mode("explore", NOW)
    classroom.show("1")
    assert classroom.shown == "1"
    with pytest.raises(SessionError, match="no learner"):
        classroom.show("9")
    assert classroom.shown == "1"


# ---------------------------------------------------------------- questions


def test_questions_are_numbered_and_the_last_is_the_one_that_is_asked() -> None:
    classroom = made(1)
    first, second = (classroom.ask(posed("value", truth), NOW) for truth in (1.0, 2.0))
    assert (first.number, second.number) == (1, 2)
    assert classroom.current is second
    with pytest.raises(SessionError, match="no more answers"):
        classroom.predict(classroom.learner("1"), 1, 1.0, NOW)


def test_the_last_answer_of_each_counts() -> None:
    classroom = answered()
    classroom.predict(classroom.learner("2"), 1, 0.51, NOW + 7.26)
    answers = classroom.ballots[0].answers
    assert {id: (a.value, a.seconds) for id, a in answers.items()} == {
        "1": (0.5, 3.0), "2": (0.51, 7.3)
    }  # fmt: skip


@pytest.mark.parametrize("end", ["counted", "revealed", "dismissed"])
def test_an_answer_that_comes_too_late_changes_nothing(end: Any) -> None:
    classroom = answered()
    if end == "dismissed":
        classroom.dismiss()
    else:
        classroom.move_to(end)
    classroom.take_changes()
    with pytest.raises(SessionError, match="takes no more answers"):
        classroom.predict(classroom.learner("1"), 1, 9.0, NOW)
    assert classroom.ballots[0].answers["1"].value == 0.5
    assert classroom.take_changes() == {}


def test_what_is_revealed_cannot_be_hidden_again() -> None:
    classroom = answered()
    classroom.move_to("revealed")
    classroom.take_changes()
    assert classroom.move_to("counted").stage == "revealed"
    assert classroom.take_changes() == {}


def test_without_a_question_nothing_can_be_counted() -> None:
    classroom = made(1)
    with pytest.raises(SessionError, match="No question is asked"):
        classroom.move_to("counted")


def test_only_what_is_revealed_and_answered_is_scored() -> None:
    classroom = answered()
    one, other = classroom.learners.values()
    assert classroom.score(one) == (0, 0)
    classroom.move_to("counted")
    assert classroom.score(one) == (0, 0)
    classroom.move_to("revealed")
    assert (classroom.score(one), classroom.score(other)) == ((1, 1), (0, 1))
    classroom.ask(posed("value", 0.5), NOW)
    classroom.predict(other, 2, 0.5, NOW)
    classroom.move_to("revealed")
    assert (classroom.score(one), classroom.score(other)) == ((1, 1), (1, 2))
    classroom.dismiss()
    assert classroom.score(other) == (1, 2)


def test_a_class_does_not_remember_questions_without_end() -> None:
    classroom = made(1)
    for _ in range(MOST_QUESTIONS):
        classroom.ask(posed(), NOW)
    last = classroom.current
    with pytest.raises(SessionError, match="500 questions"):
        classroom.ask(posed(), NOW)
    assert classroom.current is last


# ---------------------------------------------------------------- keeping

CHANGES: dict[str, tuple[Callable[[Classroom], object], set[str]]] = {
    "join": (lambda c: c.join(None, "x", NOW), {"class", "learner.3"}),
    "help": (lambda c: c.needs_help(c.learner("2"), True), {"learner.2"}),
    "mode": (lambda c: c.set_mode("free", NOW), {"class"}),
    "lock": (lambda c: c.lock(True), {"class"}),
    "names": (lambda c: c.allow_own_names(True), {"class"}),
    "show": (lambda c: c.show(None), {"class"}),
    "ask": (lambda c: c.ask(posed(), NOW), {"class", "question.2"}),
    "predict": (lambda c: c.predict(c.learner("1"), 1, 2.0, NOW), {"answer.1.1"}),
    "count": (lambda c: c.move_to("counted"), {"question.1"}),
    "dismiss": (lambda c: c.dismiss(), {"class"}),
    "remove": (lambda c: c.remove("2"), {"learner.2", "answer.1.2"}),
    "nothing": (lambda c: c.suggestions(3), set()),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_is_written_is_what_has_changed_and_nothing_else(name: str) -> None:
    change, fields = CHANGES[name]
    classroom = answered()
    classroom.take_changes()
    change(classroom)
    assert classroom.take_changes().keys() == fields
    assert classroom.take_changes() == {}


def test_a_new_class_is_written_whole() -> None:
    classroom = Classroom("K7M4QX", "secret", 5.0, 10)
    assert classroom.take_changes().keys() == {"class"}


def test_everything_that_can_be_set_is_restored() -> None:
    classroom = Classroom("K7M4QX", "secret", 5.0, 100)
    classroom.allow_own_names(True)
    for name in ("Ada", "Ben"):
        classroom.join(name, f"secret of {name}", NOW + 0.25)
    classroom.set_mode("explore", NOW)
    classroom.lock(True)
    classroom.show("2")
    classroom.needs_help(classroom.learner("1"), True)
    classroom.ask(posed("which", 2.0, alike=(2, 5)), NOW)
    classroom.predict(classroom.learner("2"), 1, 5.0, NOW + 1)
    classroom.move_to("revealed")
    again = Kept(classroom).restored()
    assert state(again) == state(classroom)
    ada, ben = again.learners.values()
    assert (ada.needs_help, ben.needs_help, again.score(ben)) == (True, False, (1, 1))


def test_a_restored_class_has_nothing_to_write() -> None:
    kept = Kept(Classroom("K7M4QX", "secret", 5.0, 10))
    assert kept.restored().take_changes() == {}


ACTS = st.one_of(
    st.tuples(st.just("join"), st.sampled_from([None, "Ada", "Ben", "小明"])),
    st.tuples(st.sampled_from(["remove", "show", "help", "unhelp"]), st.integers(0, 12)),
    st.tuples(st.just("predict"), st.integers(0, 12), st.floats(-1e6, 1e6)),
    st.tuples(st.just("ask"), st.sampled_from(["value", "sign", "which"]), st.floats(-5, 5)),
    st.tuples(st.just("mode"), st.sampled_from(["follow", "explore", "free"])),
    st.tuples(st.sampled_from(["lock", "names"]), st.booleans()),
    st.tuples(st.just("stage"), st.sampled_from(["counted", "revealed"])),
    st.tuples(st.sampled_from(["dismiss", "write", "restart"])),
)


def act(classroom: Classroom, what: str, *given: Any) -> None:
    """Do one of the things that happen in a class; some of them are refused."""
    match what, *given:
        case "join", name:
            classroom.join(name, f"secret-{len(classroom.learners)}", NOW)
        case "remove", number:
            classroom.remove(str(number))
        case "show", number:
            classroom.show(str(number) if number else None)
        case "help" | "unhelp", number:
            classroom.needs_help(classroom.learner(str(number)), what == "help")
        case "predict", number, value:
            last = len(classroom.ballots)
            classroom.predict(classroom.learner(str(number)), last, value, NOW + number)
        case "ask", sort, truth:
            more = {"alike": (1, 3)} if sort == "which" else {"traps": (("wrong_sign", -truth),)}
            classroom.ask(posed(sort, truth, **more), NOW)
        case "mode", mode:
            classroom.set_mode(mode, NOW)
        case "lock", on:
            classroom.lock(on)
        case "names", on:
            classroom.allow_own_names(on)
        case "stage", stage:
            classroom.move_to(stage)
        case "dismiss", *_:
            classroom.dismiss()


@settings(max_examples=200)
@given(st.lists(ACTS, max_size=60), st.integers(0, 12))
def test_after_any_history_the_class_that_is_restored_is_the_same(
    history: list[tuple[Any, ...]], learners: int
) -> None:
    classroom = Classroom("K7M4QX", "secret", 9e9, 100)
    kept = Kept(classroom)
    for _ in range(learners):
        classroom.join(None, "x", NOW)
    for what, *given_ in history:
        if what == "write":
            kept.write(classroom)
        elif what == "restart":
            kept.write(classroom)
            classroom = kept.restored()
        else:
            with suppress(SessionError, ConfigError):
                act(classroom, what, *given_)
    kept.write(classroom)
    assert state(kept.restored()) == state(classroom)
    known = {
        "class", *(f"learner.{id}" for id in classroom.learners),
        *(f"question.{ballot.number}" for ballot in classroom.ballots),
        *(f"answer.{b.number}.{id}" for b in classroom.ballots for id in b.answers),
    }  # fmt: skip
    assert kept.fields.keys() == known  # of who has gone nothing is left


def test_more_than_nine_of_anything_are_restored_in_their_order() -> None:
    classroom = Classroom("K7M4QX", "secret", 9e9, 100)
    for _ in range(12):
        classroom.join(None, "x", NOW)
        classroom.ask(posed(), NOW)
    kept = Kept(classroom)
    kept.fields = dict(sorted(kept.fields.items(), reverse=True))
    again = kept.restored()
    assert list(again.learners) == [str(number) for number in range(1, 13)]
    assert [ballot.number for ballot in again.ballots] == list(range(1, 13))
    assert again.current is again.ballots[-1]
