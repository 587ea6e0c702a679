"""A lesson as the page takes it: JSON values, with every place as a position and every answer as a
number. Texts stand beside it as HTML, for the page to take over as elements; the JSON has their
numbers."""

from dataclasses import asdict, dataclass, field
from functools import lru_cache, partial
from threading import Lock
from typing import Any

from app.engine.config import Config
from app.errors import ConfigError
from app.lessons.blocks import CONTROLS, AskBlock
from app.lessons.checking import answer_to, revealed, scenes
from app.lessons.errors import LessonError, Mishap
from app.lessons.lesson import Lesson, Light, Step, light_of
from app.lessons.numbers import Scene, evaluate
from app.lessons.places import op_of
from app.lessons.rendering import PLAIN, inline

__all__ = ["Told", "hidden", "told"]

_turn = Lock()
CLOSE, LEAST = 0.01, 0.005
"""How far off an answer may be: so much of it, but at least so much."""


def hidden(controls: tuple[str, ...] | None) -> tuple[str, ...]:
    """Return the controls that are hidden where only some are shown."""
    return () if controls is None else tuple(c for c in CONTROLS if c not in controls)


@dataclass
class Told:
    """`content` is JSON; where it speaks of a text it has a number, of an entry of `texts`."""

    content: dict[str, Any] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    configs: list[Config] = field(default_factory=list)

    def number_of(self, html: str) -> int:
        """Take a text in, and return its number."""
        self.texts.append(html)
        return len(self.texts) - 1


def told(lesson: Lesson) -> Told:
    """Return a lesson for the page. Answers are computed, which may take a moment; a class that
    opens the same lesson waits for one of them to be through with it.

    Raises:
        LessonError: an answer cannot be computed.
    """
    with _turn:
        return _told(lesson)


@lru_cache(64)
def _told(lesson: Lesson) -> Told:
    made, found = Told(), scenes(lesson)
    steps = [_step(made, lesson, i, found[i]) for i in range(len(lesson.steps))]
    made.content = {
        "slug": lesson.slug,
        "title": lesson.title,
        "minutes": lesson.minutes,
        "hidden": hidden(lesson.controls),
        "steps": steps,
        "configs": [config.as_json() for config in made.configs],
    }
    return made


def _step(made: Told, lesson: Lesson, number: int, scene: Scene) -> dict[str, Any]:
    step = lesson.steps[number]
    if step.config not in made.configs:
        made.configs.append(step.config)
    try:
        ask = _ask(made, step, answer_to(lesson, number), scene)
    except ConfigError as error:
        mishap = Mishap(lesson.file, step.ask_line, str(error.faults[0]))
        raise LessonError([mishap]) from error
    return {
        "title": step.title,
        "text": made.number_of(step.html),
        "config": made.configs.index(step.config),
        "position": step.position,
        "example": step.example,
        "light": _light(step.light),
        "view": step.stop.view,
        "size": step.stop.size,
        "ask": ask,
        "task": _task(made, step),
    }


def _light(light: Light | None) -> dict[str, Any] | None:
    return None if light is None else asdict(light)


def _sentence(made: Told, step: Step, text: str | None) -> int | None:
    return made.number_of(inline(text, step.config)) if text else None


def _ask(made: Told, step: Step, answer: float | None, scene: Scene) -> dict[str, Any] | None:
    ask, sentence = step.ask, partial(_sentence, made, step)
    if ask is None:
        return None
    shown = revealed(step, scene)
    within = None if answer is None else ask.within or max(LEAST, CLOSE * abs(answer))
    traps = [(evaluate(trap.value, shown), sentence(trap.because)) for trap in ask.traps]
    return {
        "question": sentence(ask.question),
        "choices": [sentence(choice) for choice in ask.choices or ()],
        "right": ask.right,
        "answer": answer,
        "within": within,
        "hint": sentence(ask.hint),
        "because": sentence(ask.because),
        "traps": [{"value": value, "because": because} for value, because in traps],
        "then": shown.position if ask.then else None,
        "light": _light(_answer_light(ask, shown)),
    }


def _answer_light(ask: AskBlock, shown: Scene) -> Light | None:
    """Return the number that is asked for, where it is one of the network."""
    if isinstance(ask.answer, str) and PLAIN.fullmatch(ask.answer.strip()):
        return light_of(ask.answer, shown.config)
    return None


def _task(made: Told, step: Step) -> dict[str, Any] | None:
    task = step.task
    if task is None:
        return None
    until = task.until.model_dump(exclude_none=True)
    if task.until.op is not None:
        until["op"] = op_of(task.until.op, step.config)
    sentence = partial(_sentence, made, step)
    texts = {"task": task.task, "hint": task.hint, "done": task.done}
    return {**{name: sentence(text) for name, text in texts.items()}, "until": until}
