"""The documents say what the code does: names, ranges, defaults, numbers and links."""

import doctest
import io
import json
import re
import runpy
import shlex
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import fields
from pathlib import Path
from typing import Any, get_args

import pytest
from prometheus_client.metrics import MetricWrapperBase
from pydantic import BaseModel

from app.__main__ import app as command_line
from app.classroom.board import for_learner, for_teacher
from app.classroom.classroom import Classroom
from app.classroom.commands import ClassCommand
from app.engine.config import Activation, DataName, Optimizer, Part, Rule, Schedule
from app.engine.datasets import DATA_SETS, FEATURES
from app.engine.functions import ACTIVATIONS
from app.engine.initial import SPREADS
from app.engine.program import Kind
from app.explain.expression import FUNCTIONS, Expression
from app.lessons.blocks import CONTROLS, AskBlock, Conditions, DoBlock, Head, StopBlock, View
from app.lessons.library import checked
from app.lessons.numbers import FUNCTIONS as LESSON_FUNCTIONS
from app.live import metrics
from app.live.codec import encode_arrays, encode_frame, encode_text
from app.live.suite import CloseCode
from app.presets import PRESETS, preset
from app.session.commands import Command, decode
from app.session.messages import Evaluation, Explanation, Failure, Proof, Status, Welcome
from app.session.session import Session
from app.settings import PREFIX, Settings
from app.sheet.wanted import Wanted
from app.web.catalog import COSTS, OPTIMIZERS

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
SKIPPED = {"node_modules", "build", "dist"}
NOISE = 1e-6
"""Numbers smaller than this are rounding, and differ from machine to machine."""


def documents() -> list[Path]:
    found = (path.relative_to(ROOT) for path in ROOT.rglob("*.md"))
    shipped = (p for p in found if not SKIPPED & {*p.parts} and not str(p).startswith("."))
    return sorted(p for p in shipped if not any(part.startswith(".") for part in p.parts))


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def section(name: str, heading: str) -> str:
    """Return the text under a heading, up to the next heading of the same or a higher level."""
    text = read(name)
    found = re.search(rf"^(#+) {re.escape(heading)}$", text, re.M)
    assert found, f"{name} has no heading {heading!r}"
    rest = text[found.end() :]
    end = re.search(rf"^#{{1,{len(found[1])}}} ", rest, re.M)
    return rest[: end.start()] if end else rest


# ---------------------------------------------------------------- fields in tables


def number(value: float) -> str:
    if isinstance(value, int) or float(value).is_integer():
        return f"{int(value):,}"
    return f"{value:g}"


def interval(schema: dict[str, Any], low: str, high: str) -> str:
    """Say a range in words, with the names that JSON Schema has for its ends."""
    ends = {key: number(schema[key]) for key in (low, high) if key in schema}
    above, below = schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum")
    words = []
    if above is not None:
        words.append(f"above {number(above)}")
    if low in ends and high in ends:
        return f"{ends[low]} to {ends[high]}"
    if low in ends:
        words.append(f"{ends[low]} or more" if below is None else f"from {ends[low]}")
    if high in ends:
        words.append(f"up to {ends[high]}")
    if below is not None:
        words.append(f"below {number(below)}")
    return " ".join(words)


def values(schema: dict[str, Any]) -> str:
    """Say in words which values a schema allows; this is the second column of the tables."""
    if "anyOf" in schema:
        return " or ".join(values(part) for part in schema["anyOf"])
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2].lower()
    if "discriminator" in schema:
        return " ".join(f"`{name}`" for name in schema["discriminator"]["mapping"])
    if "enum" in schema:
        return " ".join(f"`{name}`" for name in schema["enum"])
    if "const" in schema:
        return f"`{schema['const']}`"
    match schema["type"]:
        case "boolean":
            return "`true` `false`"
        case "integer":
            return f"whole number {interval(schema, 'minimum', 'maximum')}".strip()
        case "number":
            return f"number {interval(schema, 'minimum', 'maximum')}".strip()
        case "string":
            most = schema.get("maxLength")
            return f"text of at most {most} characters" if most else "text"
        case "array":
            length = interval(schema, "minItems", "maxItems")
            if schema.get("minItems") == schema.get("maxItems"):
                length = str(schema["minItems"]) if "minItems" in schema else ""
            return f"list of {length + ' × ' if length else ''}{values(schema['items'])}"
        case kind:
            return str(kind)


def default(schema: dict[str, Any], *, required: bool) -> str:
    if required:
        return "required"
    value = schema.get("default")
    return f"`{json.dumps(value)}`" if not isinstance(value, dict | list) else "see below"


def rows(model: type[BaseModel]) -> Iterator[str]:
    """Return how the table row of each field of a model begins."""
    schema = model.model_json_schema()
    for name, part in schema["properties"].items():
        told = default(part, required=name in schema.get("required", ()))
        yield f"| `{name}` | {values(part)} | {told} |"


def parts() -> list[type[Part]]:
    """Return the config and every part that it is made of."""

    def below(kind: type[Part]) -> Iterator[type[Part]]:
        for made in kind.__subclasses__():
            yield made
            yield from below(made)

    return list(below(Part))


@pytest.mark.parametrize("kind", parts(), ids=lambda kind: kind.__name__)
def test_every_field_of_the_config_stands_with_its_range_and_default(kind: type[Part]) -> None:
    heading = {"Config": "The whole", "Rule": "Optimizer"}.get(kind.__name__, kind.__name__)
    text = section("docs/config.md", heading)
    common = set(rows(Rule)) if kind is not Rule and issubclass(kind, Rule) else set()
    for row in rows(kind):
        if row not in common:
            assert row in text, f"docs/config.md, {heading}: no row that begins with {row}"


@pytest.mark.parametrize("kind", get_args(Command), ids=lambda kind: kind.__name__)
def test_every_field_of_a_command_stands_with_its_range_and_default(kind: Any) -> None:
    text = section("docs/protocol.md", f"`{kind.__name__.lower()}`")
    for row in rows(kind):
        if not row.startswith(("| `id`", "| `type`")):
            assert row in text, f"{kind.__name__}: no row that begins with {row}"


@pytest.mark.parametrize("row", [*rows(Wanted)])
def test_every_choice_of_a_sheet_stands_with_its_range_and_default(row: str) -> None:
    assert row in section("docs/sheets.md", "Choices")


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_stands_with_its_default(name: str) -> None:
    standard = Settings.model_fields[name].default
    told = "~/.backstep" if name == "data" else "" if standard in ("", None) else f"{standard}"
    row = f"| `{PREFIX}{name.upper()}` | {f'`{told}`' if told else 'none'} |"
    assert row in read("docs/settings.md")


def test_no_setting_stands_there_that_is_none() -> None:
    named = set(re.findall(rf"^\| `{PREFIX}(\w+)` \|", read("docs/settings.md"), re.M))
    assert {name.lower() for name in named} == {*Settings.model_fields}


# ---------------------------------------------------------------- choices


def chosen(literal: Any) -> set[str]:
    """Return the names of a literal type that may hold others."""
    return {
        name for part in get_args(literal) for name in (chosen(part) if get_args(part) else {part})
    }


def names_of(union: Any) -> set[str]:
    """Return the names of the variants of a config part."""
    variants = get_args(get_args(union)[0])
    return {name for kind in variants for name in chosen(kind.model_fields["name"].annotation)}


def cells(heading: str) -> dict[str, list[str]]:
    """Return the rows of the tables under a heading of docs/config.md by their first cell."""
    lines = re.findall(r"^\| `(\w+)` \|(.*)\|$", section("docs/config.md", heading), re.M)
    return {name: [cell.strip().strip("`") for cell in rest.split("|")] for name, rest in lines}


def test_every_activation_stands_with_its_formula_and_derivative() -> None:
    told = cells("Activations")
    assert set(told) == chosen(Activation) == set(ACTIVATIONS)
    for name, f in ACTIVATIONS.items():
        assert told[name][:2] == [f.formula, f.derivative]


def test_every_cost_stands_with_its_formula() -> None:
    assert {name: row[0] for name, row in cells("Costs").items()} == COSTS


def test_every_optimizer_stands_with_its_rule() -> None:
    assert {name: row[0] for name, row in cells("Optimizers").items()} == OPTIMIZERS
    assert set(OPTIMIZERS) == names_of(Optimizer)


def test_every_schedule_stands_with_its_factor() -> None:
    assert set(cells("Schedules")) == names_of(Schedule)


def test_every_initializer_stands_with_its_distribution() -> None:
    told = cells("Initializers")
    assert {name: row[0] for name, row in told.items()} == {n: d for n, (d, _) in SPREADS.items()}


def test_every_data_set_stands_with_its_size() -> None:
    told = cells("Data sets")
    assert set(told) == chosen(DataName)
    for name, data in DATA_SETS.items():
        size = [data.task, *map(str, (data.inputs, data.outputs)), f"{data.samples:,}"]
        assert told[name][:5] == [*size, f"{data.most:,}"]


def test_every_feature_and_every_preset_is_named() -> None:
    assert set(cells("Features")) == set(FEATURES)
    assert {n: r[0] for n, r in cells("Presets").items()} == {
        n: p.title for n, p in PRESETS.items()
    }


def test_every_kind_of_op_has_its_own_part_in_the_mathematics() -> None:
    for kind in Kind:
        assert section("docs/maths.md", f"`{kind}`").strip()


# ---------------------------------------------------------------- messages


@pytest.mark.parametrize("kind", [Welcome, Status, Evaluation, Explanation, Proof, Failure])
def test_every_field_of_a_message_is_told(kind: Any) -> None:
    name = "error" if kind is Failure else kind.__name__.lower()
    text = section("docs/protocol.md", f"`{name}`")
    for field in fields(kind):
        assert f"| `{field.name}` |" in text, f"{name}: no row for {field.name}"


def example(heading: str) -> Any:
    """Return the first example of JSON under a heading of the protocol."""
    found = re.search(r"^```json\n(.*?)^```", section("docs/protocol.md", heading), re.M | re.S)
    assert found, heading
    return json.loads(found[1])


def alike(told: Any, said: Any) -> bool:
    """Whether two JSON values are the same, numbers as near as machines agree on them."""
    if isinstance(told, dict) and isinstance(said, dict):
        return told.keys() == said.keys() and all(alike(told[key], said[key]) for key in told)
    if isinstance(told, list) and isinstance(said, list):
        return len(told) == len(said) and all(map(alike, told, said))
    return bool(told == said) or near(str(told), str(said))


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("explain", "explanation"),
        ("prove", "proof"),
        ("nudge", "nudged"),
        ("histogram", "histograms"),
        ("work", "workload"),
    ],
)
def test_the_question_of_the_protocol_has_the_answer_that_stands_there(
    question: str, answer: str
) -> None:
    session = Session(preset("xor"))
    session.apply(decode('{"type": "seek", "position": 9}'))
    asked = decode(json.dumps(example(f"`{question}`")))
    said = encode_text(session.answer(asked), id=asked.id)  # type: ignore[arg-type]
    assert alike(example(f"`{answer}`"), json.loads(said))


@pytest.mark.parametrize("kind", get_args(Expression), ids=lambda kind: kind.__name__)
def test_every_kind_of_node_of_a_formula_is_told(kind: Any) -> None:
    own = " ".join(f"`{field.name}`" for field in fields(kind) if field.name != "value")
    row = f"| `{kind.__name__.lower()}` | {own} |"
    assert row in section("docs/protocol.md", "`explanation`")


def test_every_function_of_a_formula_is_told() -> None:
    told = section("docs/protocol.md", "`explanation`")
    assert " ".join(f"`{name}`" for name in FUNCTIONS) in told


def binary() -> Iterator[tuple[str, dict[str, Any]]]:
    """Return the type and the header of one binary message of each kind."""
    session = Session(preset("xor"))
    session.apply(get_args(Command)[0](type="step", count=6))
    for data in (
        encode_frame(session.snapshot(), 1),
        *map(encode_arrays, filter(None, (session.curve(), session.surface(2), session.points()))),
    ):
        header = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
        yield header["__metadata__"]["type"], header


@pytest.mark.parametrize(("name", "header"), [*binary()], ids=lambda value: str(value)[:8])
def test_every_fact_and_every_tensor_of_a_binary_message_is_told(
    name: str, header: dict[str, Any]
) -> None:
    heading = "`frame` and `snapshot`" if name == "snapshot" else f"`{name}`"
    text = section("docs/protocol.md", heading)
    for fact in header.pop("__metadata__"):
        assert f"| `{fact}` |" in text, f"{name}: no row for {fact}"
    for tensor in {re.sub(r"\d+$", "1", tensor) for tensor in header}:
        assert f"`{tensor}`" in text, f"{name}: the tensor {tensor} is not named"


def test_what_the_room_adds_to_a_welcome_is_told() -> None:
    added = runpy.run_path(str(DOCS / "asyncapi.py"))["ADDED"]["welcome"]
    call = re.search(r"def _welcome\(.*?\n    (?:async )?def ", read("app/live/audience.py"), re.S)
    assert call
    assert set(re.findall(r"^ +(\w+)=", call[0], re.M)) == set(added)
    for name in added:
        assert f"| `{name}` |" in section("docs/protocol.md", "`welcome`")


@pytest.mark.parametrize("kind", get_args(ClassCommand), ids=lambda kind: kind.__name__)
def test_every_command_of_a_class_is_told_with_its_fields(kind: Any) -> None:
    text = section("docs/protocol.md", "Classes")
    name = get_args(kind.model_fields["type"].annotation)[0]
    (row,) = re.findall(rf"^\| `{name}` \| (?:teacher|learner) \|.*$", text, re.M)
    for field in kind.model_fields:
        if field not in ("id", "type"):
            assert f"`{field}`" in row, f"{kind.__name__}: {field} is not told"


def test_every_field_of_what_is_told_of_a_class_stands_there() -> None:
    text = section("docs/protocol.md", "`class`")
    classroom = Classroom("K7M4QX", "secret", 0.0, 1)
    learner = classroom.join(None, "secret", 0.0)
    row = for_teacher(classroom, 0.0)
    for field in (*row, *row["learners"][0], *for_learner(classroom, learner)):
        assert field == "type" or f"`{field}`" in text, field


def test_every_close_code_is_told() -> None:
    told = re.findall(r"^\| (\d{4}) \| `(\w+)` \|", read("docs/protocol.md"), re.M)
    assert {name: int(code) for code, name in told} == {c.name: c.value for c in CloseCode}


def error_codes() -> set[str]:
    """Return the codes that the code makes errors with."""
    made = re.compile(r'(?:S\w+Error|Failure|_object)\(\s*(?:[\w.]+, )?"(\w+)"')
    sources = (path.read_text(encoding="utf-8") for path in (ROOT / "app").rglob("*.py"))
    return {code for text in sources for code in made.findall(text)} | {"config"}


def test_every_error_code_is_told() -> None:
    told = set(re.findall(r"^\| `(\w+)` \|", section("docs/protocol.md", "Error codes"), re.M))
    assert told == error_codes()


def test_the_asyncapi_file_is_what_its_script_writes() -> None:
    script = runpy.run_path(str(DOCS / "asyncapi.py"))
    assert (DOCS / "asyncapi.yaml").read_text(encoding="utf-8") == script["text"]()


# ---------------------------------------------------------------- metrics


def counted() -> set[str]:
    """Return the row of the table for each metric that there is."""
    rows = set()
    for metric in vars(metrics).values():
        if isinstance(metric, MetricWrapperBase):
            [family] = metric.collect()
            name = family.name + ("_total" if family.type == "counter" else "")
            labels = "".join(f" `{label}`" for label in metric._labelnames)
            rows.add(f"| `{name}` | {family.type} |{labels} | {family.documentation} |")
    return rows


def test_every_metric_stands_with_its_type_and_labels_and_no_other() -> None:
    told = re.findall(r"^\| `backstep_.*$", section("docs/operations.md", "Metrics"), re.M)
    assert set(told) == counted()


# ---------------------------------------------------------------- numbers


def quoted(name: str) -> list[tuple[str, list[str]]]:
    """Return the commands of a document's console examples, each with what it is said to print."""
    examples: list[tuple[str, list[str]]] = []
    for block in re.findall(r"^```console\n(.*?)^```", read(name), re.M | re.S):
        for line in block.splitlines():
            if line.startswith("$ "):
                examples.append((line[2:], []))
            elif line.strip() not in ("", "…"):
                examples[-1][1].append(line)
    return [(command, lines) for command, lines in examples if lines]


def printed(command: str) -> list[str]:
    said = io.StringIO()
    with redirect_stdout(said):
        command_line(shlex.split(command)[1:], standalone_mode=False)
    return said.getvalue().splitlines()


def same(told: str, line: str) -> bool:
    """Whether two lines have the same words, and numbers that agree to the digits printed."""
    pairs = list(zip(told.split(), line.split(), strict=False))
    return len(told.split()) == len(line.split()) and all(a == b or near(a, b) for a, b in pairs)


def near(told: str, given: str) -> bool:
    try:
        a, b = (float(text.strip("[],")) for text in (told, given))
    except ValueError:
        return False
    return max(abs(a), abs(b)) < NOISE or abs(a - b) <= 1e-5 * max(abs(a), abs(b))


@pytest.mark.parametrize(
    ("name", "command", "lines"),
    [(name, *e) for name in ("README.md", "docs/maths.md") for e in quoted(name)],
)
def test_a_command_prints_what_the_document_says(name: str, command: str, lines: list[str]) -> None:
    left = iter(printed(command))
    for told in lines:
        assert any(same(told, line) for line in left), f"{name}: {command!r} does not print {told}"


def test_the_readme_has_an_example_of_trace_check_and_train() -> None:
    assert {command.split()[1] for command, _ in quoted("README.md")} == {"trace", "check", "train"}


@pytest.mark.parametrize("name", ["README.md", "docs/maths.md", "docs/architecture.md"])
def test_what_python_is_said_to_print_it_prints(name: str) -> None:
    blocks = re.findall(r"^```pycon\n(.*?)^```", read(name), re.M | re.S)
    assert blocks
    test = doctest.DocTestParser().get_doctest("\n".join(blocks), {}, name, name, 0)
    said = io.StringIO()
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    assert runner.run(test, out=said.write).failed == 0, said.getvalue()


# ---------------------------------------------------------------- documents as such


def test_the_readme_can_be_read_in_one_go() -> None:
    assert len(read("README.md").splitlines()) < 150


def slug(heading: str) -> str:
    """Return the anchor that GitHub gives a heading."""
    kept = re.sub(r"[^\w\- ]", "", heading.strip().lower())
    return kept.replace(" ", "-")


def anchors(text: str) -> set[str]:
    prose = re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)
    return {slug(heading) for heading in re.findall(r"^#+ (.+)$", prose, re.M)}


def links(name: Path) -> Iterator[str]:
    prose = re.sub(r"^```.*?^```", "", read(str(name)), flags=re.M | re.S)
    yield from re.findall(r"\]\(([^)\s]+)\)", prose)
    yield from re.findall(r'(?:src|href)="([^"]+)"', prose)


@pytest.mark.parametrize("name", documents(), ids=str)
def test_every_relative_link_leads_somewhere(name: Path) -> None:
    for link in links(name):
        if re.match(r"\w+:|<?[=@]", link):  # those of lessons lead into the lab
            continue
        path, _, anchor = link.partition("#")
        target = (ROOT / name).parent / path if path else ROOT / name
        assert target.exists(), f"{name} links to {link}"
        if anchor:
            assert anchor in anchors(target.read_text(encoding="utf-8")), f"{name} links to {link}"


def test_every_file_that_a_recipe_names_is_there() -> None:
    named = re.findall(
        r"`((?:app|tests|static|templates|docs)/[\w./]+\.\w+)", read("CONTRIBUTING.md")
    )
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_every_test_that_a_recipe_names_is_there() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", read("CONTRIBUTING.md"))
    assert named
    for path, test in named:
        assert f"def {test}(" in read(path), f"{path} has no {test}"


def test_every_threat_has_a_measure_and_a_test_that_is_there() -> None:
    rows = re.findall(r"^\| (.+) \|$", read("docs/security.md"), re.M)[2:]
    assert len(rows) > 20
    for row in rows:
        threat, measure, tests = row.split(" | ")
        assert threat.strip(), row
        assert measure.strip(), row
        named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", tests)
        assert named, threat
        for path, test in named:
            assert re.search(rf"^(async )?def {test}\(", read(path), re.M), f"{path} has no {test}"


def test_the_licences_of_what_is_shipped_are_listed() -> None:
    text = read("README.md")
    for path in ("static/vendor/plotly-LICENSE.txt", "app/engine/data/README.md", "LICENSE"):
        assert f"]({path})" in text


# ---------------------------------------------------------------- lessons


@pytest.mark.parametrize("block", [Head, StopBlock, AskBlock, DoBlock, Conditions])
def test_every_field_of_a_lesson_stands_in_its_page(block: type[BaseModel]) -> None:
    text = read("docs/lessons.md")
    for name, field in block.model_fields.items():
        assert f"`{field.alias or name}`" in text, name
    for name in (*CONTROLS, *get_args(View), *LESSON_FUNCTIONS):
        assert f"`{name}`" in text, name


def test_the_lesson_of_the_page_is_right(tmp_path: Path) -> None:
    found = re.search(r"^````markdown\n(.*?)^````", read("docs/lessons.md"), re.M | re.S)
    assert found is not None
    (tmp_path / "shown.md").write_text(found[1], encoding="utf-8")
    assert checked(tmp_path) == 1
