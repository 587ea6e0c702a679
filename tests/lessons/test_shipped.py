"""The lessons that ship: every number is right, and both languages say the same."""

from dataclasses import asdict

import pytest

from app.lessons.checking import mishaps
from app.lessons.lesson import Lesson, Step
from app.lessons.library import SHIPPED, Library
from app.lessons.told import told

LIBRARY = Library()
SLUGS = sorted(path.stem for path in (SHIPPED / "en").glob("*.md"))


def of(slug: str, language: str) -> Lesson:
    made = LIBRARY.lesson(slug, language)
    assert made.language == language
    return made


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("slug", SLUGS)
def test_every_number_is_that_of_the_engine(slug: str, language: str) -> None:
    assert [str(mishap) for mishap in mishaps(of(slug, language))] == []


def bones(step: Step) -> tuple[object, ...]:
    """What a step is besides its words."""
    ask = step.ask and (
        step.ask.answer, step.ask.within, step.ask.right, step.ask.then,
        len(step.ask.choices or ()), [trap.value for trap in step.ask.traps],
    )  # fmt: skip
    light = step.light and asdict(step.light)
    stop = step.stop.model_dump()
    return step.config, step.position, light, stop, ask, step.task and step.task.until


@pytest.mark.parametrize("slug", SLUGS)
def test_both_languages_lead_to_the_same_places(slug: str) -> None:
    english, chinese = of(slug, "en"), of(slug, "zh")
    assert (english.order, english.minutes, english.controls) == (
        chinese.order, chinese.minutes, chinese.controls,
    )  # fmt: skip
    assert [bones(step) for step in english.steps] == [bones(step) for step in chinese.steps]


@pytest.mark.parametrize("slug", SLUGS)
def test_a_lesson_asks_and_ends_in_something_to_do(slug: str) -> None:
    lesson = of(slug, "en")
    assert 5 <= lesson.minutes <= 15
    assert lesson.steps[-1].task is not None
    assert any(step.ask for step in lesson.steps)


@pytest.mark.parametrize("slug", SLUGS)
def test_a_question_comes_before_what_it_asks_for(slug: str) -> None:
    for step in told(of(slug, "en")).content["steps"]:
        then = step["ask"] and step["ask"]["then"]
        assert then is None or then > step["position"], step["title"]


def test_the_order_is_one_of_all() -> None:
    orders = [of(slug, "en").order for slug in SLUGS]
    assert sorted(orders) == list(range(1, len(SLUGS) + 1))
