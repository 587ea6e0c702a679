"""A Markdown file as a lesson; whatever is wrong with it is told by its line.

The front matter says what the lesson is. Each heading of the second level begins a step, whose
place in the run, question and task stand in fenced blocks called ``stop``, ``ask`` and ``do``.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import yaml
from markdown_it.token import Token
from pydantic import BaseModel, ValidationError

from app.engine.config import Config
from app.errors import ConfigError, Fault, faults_of
from app.language import say
from app.lessons.blocks import AskBlock, DoBlock, Head, StopBlock
from app.lessons.errors import LessonError, Mishap
from app.lessons.lesson import Lesson, Light, Step, config_of, light_of, stop_of
from app.lessons.places import op_of, position_of_reveal
from app.lessons.rendering import inline, parsed, rendered

__all__ = ["read_lesson"]

LARGEST = 500_000
"""Characters of a file."""
BROKEN_LINK = re.compile(r"\]\([=@][^)\s]*\s")
"""An address with spaces is one only in angle brackets; else it is text that nobody checks."""
BLOCKS: dict[str, type[BaseModel]] = {"stop": StopBlock, "ask": AskBlock, "do": DoBlock}
Block = TypeVar("Block", bound=BaseModel)


@dataclass
class _Draft:
    """A step while it is read: the tokens of its text, and its blocks with their lines."""

    title: str
    line: int
    tokens: list[Token] = field(default_factory=list)
    blocks: dict[str, tuple[Any, int, Any]] = field(default_factory=dict)


class _Loader(yaml.SafeLoader):
    """YAML without aliases: with a few lines of them it unfolds to more than any memory holds."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            what = say("aliases, with a * in front, are not read here")
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(None, None, what, mark)
        return super().compose_node(parent, index)


class _Reading:
    """One file, and what was found wrong in it.

    Raises:
        LessonError: it is no text.
    """

    def __init__(self, path: Path, name: str) -> None:
        self.name, self.mishaps = name, list[Mishap]()
        try:
            with path.open(encoding="utf-8-sig") as file:  # some editors begin it with a mark
                self.text = file.read(LARGEST + 1)
        except UnicodeDecodeError:
            self.wrong(1, say("must be a text in UTF-8"))
        except OSError as error:
            self.wrong(1, say("cannot be read: {why}", why=error.strerror))
        if self.mishaps:
            raise LessonError(self.mishaps)

    def wrong(self, line: int, sentence: str) -> None:
        """Note what is wrong, and where."""
        self.mishaps.append(Mishap(self.name, line, sentence))

    def tried(self, line: int, make: Callable[[], Any], at: Callable[[Fault], int]) -> Any:
        """Return what is made, None where it cannot be."""
        try:
            return make()
        except ConfigError as error:
            for fault in error.faults:
                self.wrong(at(fault) or line, str(fault))
        return None

    def block(self, source: str, first: int, kind: type[Block]) -> tuple[Block, Any] | None:
        """Return a block of YAML that begins at a line, with its tree, None where it cannot be."""
        try:
            loader = _Loader(source)
            tree = loader.get_single_node()
            given = (loader.construct_document(tree) if tree else None) or {}
        except RecursionError:
            self.wrong(first, say("is nested too deeply"))
            return None
        except (yaml.YAMLError, ValueError) as error:  # the latter of a date in a 13th month
            mark = getattr(error, "problem_mark", None)
            what = str(getattr(error, "problem", None) or error)
            self.wrong(first + (mark.line if mark else 0), say("is not YAML: {what}", what=what))
            return None
        if not isinstance(given, dict):
            self.wrong(first, say("must be YAML with a name and a value in each line"))
            return None
        try:
            return kind.model_validate(given), tree
        except ValidationError as error:
            for fault in faults_of(error):
                self.wrong(first + _line(tree, fault.field), str(fault))
            return None


def read_lesson(path: Path, slug: str, language: str, name: str = "") -> Lesson:
    """Return the lesson of a file; `name` is what the file is called in what is said of it.

    Raises:
        LessonError: there is something wrong with it; every sentence has its line.
    """
    reading = _Reading(path, name or path.name)
    if len(reading.text) > LARGEST:
        reading.wrong(1, say("must have at most {most:,} characters", most=LARGEST))
        raise LessonError(reading.mishaps)
    head, config = _head(reading)
    steps = []
    if head is not None and config is not None:
        steps = [s for s in (_step(reading, d, config) for d in _drafts(reading)) if s]
        if not steps and not reading.mishaps:
            reading.wrong(1, say("must have a step: a heading that begins with ##"))
    if reading.mishaps or head is None or config is None:
        raise LessonError(reading.mishaps)
    return Lesson(
        slug, language, reading.name, head.title, head.about, head.minutes, head.order, config,
        head.controls, tuple(steps),
    )  # fmt: skip


def _head(reading: _Reading) -> tuple[Head | None, Config | None]:
    tokens = parsed(reading.text)
    if not tokens or tokens[0].type != "front_matter":
        reading.wrong(1, say("must begin with a head between two lines of ---"))
        return None, None
    found = reading.block(tokens[0].content, 2, Head)
    if found is None:
        return None, None
    head, tree = found
    at = _line(tree, "config") + 2

    def place(fault: Fault) -> int:
        return 2 + _line(tree, f"config.{fault.field}")

    return head, reading.tried(at, lambda: config_of(head.config), place)


def _drafts(reading: _Reading) -> Iterator[_Draft]:
    """Yield the steps of the text."""
    draft: _Draft | None = None
    tokens = iter(parsed(reading.text)[1:])
    for token in tokens:
        line = (token.map or [0])[0] + 1
        if token.type == "heading_open" and token.tag == "h2":
            if draft is not None:
                yield draft
            draft = _Draft(next(tokens).content, line)
            next(tokens)  # the end of the heading
        elif draft is None:
            reading.wrong(line, say("stands before the first step: a heading that begins with ##"))
            return
        elif token.type == "fence" and token.info.strip() in BLOCKS:
            _add_block(reading, draft, token, line)
        else:
            if BROKEN_LINK.search(token.content):
                reading.wrong(
                    line, say("has a link that is none: write an address with spaces as <=…>")
                )
            draft.tokens.append(token)
    if draft is not None:
        yield draft


def _add_block(reading: _Reading, draft: _Draft, token: Token, line: int) -> None:
    kind = token.info.strip()
    if kind in draft.blocks:
        reading.wrong(line, say("is the second {kind} of this step, which may have one", kind=kind))
    elif found := reading.block(token.content, line + 1, BLOCKS[kind]):
        draft.blocks[kind] = (found[0], line + 1, found[1])


def _step(reading: _Reading, draft: _Draft, config: Config) -> Step | None:
    stop, line, tree = draft.blocks.get("stop", (StopBlock(), draft.line, None))

    def at(fault: Fault) -> int:
        return line + _line(tree, fault.field)

    place = reading.tried(line, lambda: stop_of(stop, config), at)
    if place is None:
        return None
    own, position = place
    light: Light | None = None
    if stop.light is not None:
        light = reading.tried(line, lambda: light_of(stop.light, own), at)
    ask, ask_line, ask_tree = draft.blocks.get("ask", (None, 0, None))
    if ask is not None:
        _check_ask(reading, ask, own, ask_line, ask_tree)
    task, task_line, task_tree = draft.blocks.get("do", (None, 0, None))
    if task is not None and task.until.op is not None:
        there = task_line + _line(task_tree, "until.op")
        reading.tried(there, lambda: op_of(task.until.op, own), lambda _: there)
    for at_block, block in ((ask_line, ask), (task_line, task)):
        _check_texts(reading, block.texts if block else (), own, at_block)
    html = rendered(draft.tokens, own, lambda at, what: reading.wrong(at, what))
    return Step(
        draft.title, draft.line, _source(reading, draft), html, own, position,
        _example(stop), stop, light, ask, ask_line, task, task_line,
    )  # fmt: skip


def _check_ask(reading: _Reading, ask: AskBlock, config: Config, line: int, tree: Any) -> None:
    """See that a question has one kind of answer, and that its op is there."""
    if (ask.choices is None) == (ask.answer is None):
        reading.wrong(line, say("must have either an answer, or choices with the number of one"))
    if (ask.choices is None) != (ask.right is None):
        reading.wrong(line, say("must say which of the choices is right"))
    if ask.choices and ask.right and ask.right > len(ask.choices):
        count = len(ask.choices)
        rule = say("right must be at most {count}, the number of choices", count=count)
        reading.wrong(line + _line(tree, "right"), rule)
    if ask.then is not None:
        there = line + _line(tree, "then")
        reading.tried(there, lambda: position_of_reveal(ask.then or "", config, 0), lambda _: there)


def _check_texts(reading: _Reading, texts: Iterable[str], config: Config, line: int) -> None:
    """See that references and formulas in what a block says can be shown."""
    for text in texts:
        inline(text, config, lambda _, what: reading.wrong(line, what))


def _example(stop: StopBlock) -> int | None:
    if stop.example == "mean":
        return None
    return (stop.example or 1) - 1


def _source(reading: _Reading, draft: _Draft) -> str:
    """Return the text of a step, each line as far below its title as in the file."""
    rows = reading.text.splitlines()
    maps = [token.map for token in draft.tokens if token.map]
    told = {i for start, end in maps for i in range(start, end)}
    last = max(told, default=draft.line)
    below = (rows[i] if i in told else "" for i in range(draft.line, min(last + 1, len(rows))))
    return "\n".join([draft.title, *below])


def _line(tree: Any, field_name: str) -> int:
    """Return the line of a field in a tree of YAML, counted from 0; of the nearest above it."""
    line = 0
    for name in filter(None, field_name.split(".")):
        if isinstance(tree, yaml.MappingNode):
            found = next(((k, v) for k, v in tree.value if k.value == name), None)
            if found is None:
                break
            line, tree = found[0].start_mark.line, found[1]
        elif isinstance(tree, yaml.SequenceNode) and name.isdigit() and int(name) < len(tree.value):
            tree = tree.value[int(name)]
            line = tree.start_mark.line
        else:
            break
    return line
