"""A sheet as Markdown and as text."""

import re

import pytest

from app.presets import preset
from app.sheet.document import markdown, plain_text
from app.sheet.origin import Origin
from app.sheet.sheet import make
from app.sheet.wanted import Wanted
from tests.chinese import learn, reading
from tests.explain.networks import CONFIGS

MAZUR = make(Origin(preset("mazur")), Wanted())


def test_text_has_a_line_as_one_would_write_it() -> None:
    assert (
        "    (5)    z[2]₁ = a[1]₁·w[2]₁→₁ + a[1]₂·w[2]₂→₁ + b[2]₁\n"
        "                 = 0.593269992·0.4 + 0.596884378·0.45 + 0.6\n"
        "                 = 1.105905967\n"
    ) in plain_text(MAZUR)


def test_markdown_has_it_between_dollars() -> None:
    assert (
        "$$\n\\begin{aligned}\n"
        "E_{1} &= \\frac{1}{2} \\cdot {\\left(a_{1}^{[2]} - y_{1}\\right)}^{2} \\\\\n"
        "&= \\frac{1}{2} \\cdot {\\left(0.751365070 - 0.01\\right)}^{2} \\\\\n"
        "&= 0.274811083 && \\text{(9)}\n"
        "\\end{aligned}\n$$\n"
    ) in markdown(MAZUR)


@pytest.mark.parametrize("write", [markdown, plain_text])
def test_headings_follow_the_ops(write: object) -> None:
    assert callable(write)
    text = write(MAZUR)
    assert text.startswith("# Mazur's 2-2-2\n")
    headings = re.findall(r"^### (.*)$", text, re.M)
    assert headings[:4] == [
        "Draw: the examples",
        "Forward: layer 1, weighted sums",
        "Forward: layer 1, activations: sigmoid",
        "Forward: layer 2, weighted sums",
    ]
    assert "## The cost with the new weights" in text
    assert text.rstrip().endswith("the cost is 0.291027774.")


def test_dollars_and_environments_come_in_pairs() -> None:
    for name in ("cross_entropy", "adamw clipped", "relu"):
        text = markdown(make(Origin(CONFIGS[name]), Wanted()))
        assert text.count("$") % 2 == 0
        assert text.count(r"\begin{aligned}") == text.count(r"\end{aligned}") > 50


@pytest.mark.parametrize("write", [markdown, plain_text])
def test_a_student_gets_no_answer_and_the_key_has_all_of_them(write: object) -> None:
    assert callable(write)
    origin = Origin(preset("mazur"))
    student = write(make(origin, Wanted(student=True)))
    key = write(make(origin, Wanted(key=True)))
    both = write(make(origin, Wanted(student=True, key=True)))
    for answer in ("0.593269992", "0.298371109", "0.358916480", "0.291027774", "0.291027924"):
        assert answer not in student
        assert answer in key
        assert answer in both
    assert "Name: ____" in student
    assert "## Given" not in key
    assert len(re.findall(r"^\| \d+ \|", key, re.M)) == len([*MAZUR.lines()])


def test_a_sheet_that_ended_early_says_why() -> None:
    config = preset("one_neuron").merged({"optimizer": {"learning_rate": 100.0}})
    text = plain_text(make(Origin(config), Wanted(minibatches=100)))
    assert "> C in layer 1 is not a number: the run has diverged." in text


def test_a_sheet_is_in_the_language_of_who_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    learn(monkeypatch, {
        "XOR": "异或", "Layer {layer}": "第 {layer} 层", "{count} units": "{count} 个单元",
        "{units}, {activation}: {value}, with the slope {slope}.":
            "{activation}，{units}：{value}，斜率为 {slope}。",
        "{phase}: {title}": "{phase}：{title}", "Forward": "前向", "new": "新",
        "layer {layer}, weighted sums": "第 {layer} 层，加权和", "to unit {unit}": "到单元 {unit}",
        "The cost with the new weights": "用新权重的代价",
    })  # fmt: skip
    with reading("zh"):
        sheet = make(Origin(preset("xor")), Wanted())
        text, marked = plain_text(sheet), markdown(sheet)
    assert text.startswith("# 异或\n")
    assert "sigmoid，3 个单元：a = 1/(1 + e^(−z))，斜率为 f′(z) = a·(1 − a)。" in text
    assert "### 前向：第 1 层，加权和\n" in text
    assert "|  | 到单元 1 | 到单元 2 | 到单元 3 |" in text
    assert "w[1]₁→₁ 新 = " in text
    assert r"w_{1 \to 1}^{[1]\,\text{新}}" in marked
    assert "## 用新权重的代价" in text
    assert text.count("=") == plain_text(make(Origin(preset("xor")), Wanted())).count("=")
