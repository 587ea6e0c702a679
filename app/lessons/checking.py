"""Whether the numbers that a lesson states are those of the engine.

A number behind a link must be what its expression comes to, as far as it is written. Every other
number with a decimal point, in prose, formulas, questions and tasks, must be one that the step
computes (by a link, in its `numbers`, or as an answer) or that stands in its config.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from app.errors import ConfigError
from app.language import say
from app.lessons.errors import Mishap
from app.lessons.lesson import Lesson, Step
from app.lessons.numbers import Scene, entries, evaluate
from app.lessons.places import position_of_reveal
from app.lessons.rendering import links, parsed

__all__ = ["answer_to", "mishaps", "revealed", "scenes"]

STATED = re.compile(r"[-−]?\d[\d,]*(?:\.\d+)?(?:e[-−+]?\d{1,4})?")
DECIMAL = re.compile(r"(?<![A-Za-z0-9_.])\d[\d,]*\.\d+(?:e[-−+]?\d{1,4})?(?!\.?\d)")
ADDRESS = r"\((?:<[^>]*>|[^)\s(]*(?:\([^)]*\)[^)\s(]*)*)\)"
LINKED = re.compile(r"\[[^\]]*\](?=\(<?=)" + ADDRESS)
LINK = re.compile(r"\]" + ADDRESS)
CODE = re.compile(r"`[^`]*`")
TINY = 1e-9


def scenes(lesson: Lesson) -> list[Scene]:
    """Return where each step stands, so that expressions can look from one at another."""
    found = [Scene(step.config, step.position) for step in lesson.steps]
    return [Scene(scene.config, scene.position, found) for scene in found]


def answer_to(lesson: Lesson, number: int) -> float | None:
    """Return the number that the question of a step asks for, where the answer is seen.

    Raises:
        ConfigError: it cannot be computed there.
    """
    step = lesson.steps[number]
    if step.ask is None or step.ask.answer is None:
        return None
    return evaluate(step.ask.answer, revealed(step, scenes(lesson)[number]))


def revealed(step: Step, scene: Scene) -> Scene:
    """Return the scene after the answer: where `then` leads, in the minibatch of the step."""
    if step.ask is None or step.ask.then is None:
        return scene
    position = position_of_reveal(step.ask.then, step.config, step.position)
    return Scene(scene.config, position, scene.others)


def mishaps(lesson: Lesson) -> list[Mishap]:
    """Return every number of a lesson that is not what it says."""
    found = []
    for step, scene in zip(lesson.steps, scenes(lesson), strict=True):
        found += [Mishap(lesson.file, line, sentence) for line, sentence in _wrong(step, scene)]
    return found


def _wrong(step: Step, scene: Scene) -> Iterator[tuple[int, str]]:
    known: list[float] = []
    shown = revealed(step, scene)
    for text, address, line in links(parsed(step.source)):
        if address[0] == "=":
            at = step.line + line - 1
            stated = STATED.fullmatch(text)
            if stated is None:
                yield at, say("links {text} to a value, and it is no number", text=repr(text))
                continue
            try:
                value = evaluate(address[1:], scene)
            except ConfigError as error:
                yield at, str(error.faults[0])
                continue
            known.append(value)
            if not _is(text, value):
                yield at, _differs(text, address[1:], value)
    yield from _known_of_blocks(step, shown, known)
    known += _numbers(step.config.as_json())
    known += _numbers(step.task.until.model_dump(by_alias=True) if step.task else {})
    for line, text in _loose(step):
        if not any(_is(text, abs(value)) for value in known):
            yield line, say("states {number}, which nothing in this step computes", number=text)


def _known_of_blocks(step: Step, shown: Scene, known: list[float]) -> Iterator[tuple[int, str]]:
    """Add what the blocks compute to what is known; yield what cannot be computed."""
    ask = step.ask
    wanted: list[tuple[int, Any, Scene]] = [(step.line, n, shown) for n in step.stop.numbers]
    if ask is not None:
        wanted += [(step.ask_line, trap.value, shown) for trap in ask.traps]
        wanted += [(step.ask_line, ask.answer, shown)] if ask.answer is not None else []
    for line, expression, where in wanted:
        try:
            known += entries(expression, where)
        except ConfigError as error:
            yield line, str(error.faults[0])


def _differs(text: str, expression: str, value: float) -> str:
    return say("states {text}, but {expression} is {value:.6g} here",
               text=text, expression=expression, value=value)  # fmt: skip


def _is(text: str, value: float) -> bool:
    """Whether a number is written as it is, as far as it is written."""
    written = Decimal(text.replace("−", "-").replace(",", ""))
    exponent = written.as_tuple().exponent
    assert isinstance(exponent, int)
    half = float(Decimal((0, (5,), exponent - 1)))
    return abs(float(written) - value) <= half * (1 + TINY) + TINY * abs(value)


def _loose(step: Step) -> Iterator[tuple[int, str]]:
    """Yield the decimal numbers of a step that stand for themselves, with their lines."""
    for i, row in enumerate(step.source.splitlines()):
        text = CODE.sub("", LINK.sub("]", LINKED.sub("", row)))
        yield from ((step.line + i, number) for number in DECIMAL.findall(text))
    for line, block in ((step.ask_line, step.ask), (step.task_line, step.task)):
        for part in block.texts if block else ():
            yield from ((line, number) for number in DECIMAL.findall(part))


def _numbers(value: Any) -> list[float]:
    """Return every number in JSON values."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return []
    if isinstance(value, int | float):
        return [abs(float(value))]
    parts = value.values() if isinstance(value, dict) else value
    return [number for part in parts for number in _numbers(part)]
