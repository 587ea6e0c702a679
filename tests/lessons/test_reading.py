"""A Markdown file becomes a lesson, and what is wrong with it is told by its line."""

from pathlib import Path

import pytest

from app.lessons.errors import LessonError
from app.lessons.reading import read_lesson
from app.presets import preset
from tests.lessons.files import HEAD, lesson, written

STOP = """## First

```stop
op: activate 1
light: a1[0,0]
```

The output is [3.5](=a1[0,0]).
"""


def faults(folder: Path, text: str, head: str = HEAD) -> list[str]:
    with pytest.raises(LessonError) as found:
        lesson(folder, text, head)
    return str(found.value).split("\n")


def test_a_step_has_its_text_its_place_and_its_light(tmp_path: Path) -> None:
    made = lesson(tmp_path, STOP)
    step = made.steps[0]
    assert (made.title, made.config) == ("A test", preset("one_neuron"))
    assert (step.title, step.position, step.example, step.line) == ("First", 3, 0, 7)
    assert step.light is not None
    assert (step.light.tensor, step.light.index, step.light.example) == ("a1", (0, 0), 0)
    assert 'data-tensor="a1" data-index="0,0"' in step.html


def test_a_step_may_have_settings_of_its_own(tmp_path: Path) -> None:
    own = "```stop\nwith: {optimizer.learning_rate: 0.5}\nepoch: 3\n```"
    text = f"## One\n\n{own}\n\n## Two\n\nText.\n"
    first, second = lesson(tmp_path, text).steps
    assert first.config.optimizer.learning_rate == 0.5
    assert first.position == 3 * 7
    assert second.config == preset("one_neuron")


def test_the_config_may_be_written_out(tmp_path: Path) -> None:
    head = HEAD.replace(
        "{preset: one_neuron}", '{"data": {"name": "and"}, "layers": [{"units": 1}]}'
    )
    assert lesson(tmp_path, "## One\n\nText.\n", head).config.data.name == "and"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("## A\n\n```stop\nop: delta 7\n```\n", 10, "op must be start or one of draw, preactivate"),
        ("## A\n\n```stop\nlight: Q1\n```\n", 10, "must name a tensor of this network"),
        ("## A\n\n```stop\nlight: W1[3,0]\n```\n", 10, "must have an index within 1 × 1"),
        ("## A\n\n```stop\nop: cost\ncolour: op\n```\n", 11, "colour is not a setting here"),
        ("## A\n\n```stop\nop: [\n```\n", 11, "is not YAML"),
        ("## A\n\n```stop\nwith: {seed: -1}\n```\n", 10, "seed must be at least 0"),
        ("## A\n\n```ask\nquestion: Why?\n```\n", 10, "either an answer, or choices"),
        ("## A\n\n```ask\nquestion: Q\nchoices: [a, b]\nright: 3\n```\n", 12, "at most 2"),
        ("## A\n\n```ask\nquestion: Q\nanswer: 1\nthen: fly\n```\n", 12, "op must be start"),
        ("## A\n\n```do\ntask: Go\nuntil: {op: fly}\n```\n", 11, "op must be start"),
        ("## A\n\n```do\ntask: Go\nuntil: {cost: 1}\n```\n", 11, "cost is not a setting here"),
        ("## A\n\n```stop\n```\n\n```stop\n```\n", 12, "is the second stop"),
        ("## A\n\nLook at [this](@W9[0,0]).\n", 9, "must name a tensor"),
        ("Text first.\n\n## A\n", 7, "stands before the first step"),
        ("", 1, "must have a step"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_by_its_line(
    tmp_path: Path, text: str, line: int, words: str
) -> None:
    told = faults(tmp_path, text)
    assert any(each.startswith(f"test.md:{line}: ") and words in each for each in told), told


def test_a_head_that_is_missing_or_wrong_is_told(tmp_path: Path) -> None:
    assert faults(tmp_path, "## A\n", head="")[0].startswith("test.md:1: must begin with a head")
    head = HEAD.replace("title: A test\n", "").replace("one_neuron", "nobody")
    assert any("title is required" in each for each in faults(tmp_path, STOP, head))
    wrong = HEAD.replace("{preset: one_neuron}", "{preset: xor, layers: []}")
    assert any(each.startswith("test.md:4: layers") for each in faults(tmp_path, STOP, wrong))


def test_two_faults_are_told_at_once(tmp_path: Path) -> None:
    text = "## A\n\n```stop\nop: fly\n```\n\n## B\n\n```stop\nop: swim\n```\n"
    assert len(faults(tmp_path, text)) == 2


def test_a_file_may_begin_with_a_mark_of_its_encoding(tmp_path: Path) -> None:
    path = written(tmp_path, STOP)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert read_lesson(path, "test", "en").title == "A test"


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    path = written(tmp_path, STOP)
    path.write_bytes("测试".encode("gbk"))
    with pytest.raises(LessonError, match=r"test\.md:1: must be a text in UTF-8"):
        read_lesson(path, "test", "en")
    with pytest.raises(LessonError, match=r"none\.md:1: cannot be read: No such file"):
        read_lesson(tmp_path / "none.md", "none", "en")


DOUBLED = "".join(f"k{i}: &a{i} {{x: *a{i - 1}, y: *a{i - 1}}}, " for i in range(1, 40))


@pytest.mark.parametrize(
    ("config", "words"),
    [
        (f"{{preset: xor, a: &a0 {{}}, {DOUBLED}init: *a39}}", "aliases, with a \\* in front"),
        ("&c {preset: xor, init: *c}", "aliases"),
        ("[" * 2000 + "]" * 2000, "is nested too deeply"),
        ("2020-99-99", "is not YAML: month must be in"),
        ("{preset: [xor]}", "must be one of xor"),
        ("{preset: xor, seed: 2020-01-01}", "config.seed must be JSON"),
    ],
)
def test_yaml_that_would_unfold_without_end_or_is_no_json_is_refused(
    tmp_path: Path, config: str, words: str
) -> None:
    head = HEAD.replace("{preset: one_neuron}", config)
    with pytest.raises(LessonError, match=words):
        lesson(tmp_path, STOP, head)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("## A\n\nIt is $x^$ here.\n", 9),
        ("## A\n\n```ask\nquestion: Is it $x^$?\nchoices: [a, b]\nright: 1\n```\n", 10),
        ("## A\n\n```do\ntask: Go\nuntil: {epoch: 1}\nhint: $x^$\n```\n", 10),
    ],
)
def test_a_formula_that_cannot_be_read_is_told(tmp_path: Path, text: str, line: int) -> None:
    assert faults(tmp_path, text) == [f"test.md:{line}: has a formula that cannot be read: x^"]


def test_a_reference_of_a_question_is_checked_too(tmp_path: Path) -> None:
    text = '## A\n\n```ask\nquestion: "What is [this](@W9[0,0])?"\nanswer: 1\n```\n'
    assert "must name a tensor" in faults(tmp_path, text)[0]


def test_a_file_that_is_too_large_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "x" * 600_000)
    with pytest.raises(LessonError, match="at most 500,000 characters"):
        read_lesson(path, "test", "en")
