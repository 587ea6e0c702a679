"""What an explanation says is computed: from the numbers it shows, the number it explains."""

import json
import math
import re
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from app.engine.config import Config
from app.engine.mistakes import MISTAKES
from app.engine.program import Kind
from app.engine.run import Run
from app.errors import SessionError
from app.explain.explanation import Explanation, explain
from app.explain.expression import Expression, Leaf, Number, evaluate, leaves
from app.explain.proof import prove
from app.language import Text
from app.live.codec import encode_text
from app.presets import preset
from app.session import telling
from app.session.commands import Explain
from app.session.timeline import Timeline
from tests.chinese import learn
from tests.engine.test_mistakes import mistaken

from .networks import CONFIGS, places, scene, stops


def explanations(config: Config) -> Iterator[Explanation]:
    for timeline in stops(config, 2):
        s = scene(timeline)
        for tensor, index in places(s):
            yield explain(s, tensor, index, 1)
            yield explain(s, tensor, index, None)


@pytest.mark.parametrize("name", CONFIGS)
def test_every_line_computes_to_the_number_it_explains(name: str) -> None:
    tolerance = 2e-5 if CONFIGS[name].dtype == "float32" else 1e-9
    for explanation in explanations(CONFIGS[name]):
        for left, right in explanation.lines:
            found = evaluate(right)
            size = max(abs(left.value), 1e-3)
            assert abs(found - left.value) <= tolerance * size, (left, right)


def rounded(digits: int) -> Callable[[Leaf], float]:
    def read(leaf: Leaf) -> float:
        return leaf.value if isinstance(leaf, Number) else round(leaf.value, digits)

    return read


def reach(tree: Expression, digits: int) -> float:
    """How far rounding every shown number may move the result: the sum of single effects."""
    half, base = 0.5 * 10.0**-digits, evaluate(tree)
    total = 0.0
    for moved in leaves(tree):
        if isinstance(moved, Number):
            continue

        def nudged(leaf: Leaf, by: float, moved: Leaf = moved) -> float:
            return leaf.value + (by if leaf is moved else 0.0)

        ends = [evaluate(tree, lambda leaf, by=by: nudged(leaf, by)) for by in (half, -half)]
        total += max(abs(end - base) for end in ends)
    return total


@pytest.mark.parametrize("name", ["tanh", "relu", "cross_entropy", "momentum", "penalties"])
def test_the_shown_digits_compute_to_the_shown_result(name: str) -> None:
    digits = 4
    for timeline in stops(CONFIGS[name], 1):
        s = scene(timeline)
        for tensor, index in places(s):
            for left, right in explain(s, tensor, index, 0).lines:
                shown = evaluate(right, rounded(digits))
                allowed = 0.5 * 10**-digits + 1.2 * reach(right, digits) + 1e-6
                assert abs(shown - round(left.value, digits)) <= allowed, (left, right)


@pytest.mark.parametrize("name", ["tanh", "relu", "sigmoid", "cross_entropy"])
def test_the_links_of_a_chain_multiply_to_the_part_of_its_path(name: str) -> None:
    *_, timeline = (t for t in stops(CONFIGS[name], 1) if t.run.position % t.length == 0)
    s = scene(timeline)
    for l in range(1, s.config.depth + 1):
        for j in range(s.config.sizes[l]):
            found = explain(s, f"delta{l}", (j,), 0)
            assert found.chain is not None
            product = math.prod(link.value for link in found.chain.links)
            assert product == pytest.approx(found.chain.links[-1].product, rel=1e-12)
            whole = found.chain.share * found.of.value
            assert product == pytest.approx(whole, rel=1e-9, abs=1e-15)
        assert found.chain.paths == math.prod(s.config.sizes[l + 1 :])


def test_the_chain_is_that_of_the_known_network() -> None:
    timeline = Timeline(preset("xor"))
    timeline.forward(350 * timeline.length + 9)
    found = explain(scene(timeline), "delta1", (1,), 1)
    assert found.chain is not None
    links = [round(link.value, 4) for link in found.chain.links]
    assert links == [-0.9563, 0.2495, -3.1266, 0.0122]
    assert round(found.of.value, 4) == 0.0091
    assert found.remark == "The unit is saturated at 0.9876: its slope lets 1.2 % through."


def test_after_an_update_the_minibatch_is_explained_with_the_old_weights() -> None:
    timeline = Timeline(preset("xor"))
    timeline.forward(timeline.length)
    before = Run(preset("xor")).tensor("W1")
    found = explain(scene(timeline), "z1", (0,), 1)
    weights = [leaf for leaf in leaves(found.lines[0][1]) if getattr(leaf, "symbol", "") == "w"]
    assert [w.value for w in weights] == [*before[:, 0]]


def test_explaining_leaves_the_run_alone() -> None:
    timeline = Timeline(CONFIGS["adam clipped"])
    timeline.forward(2 * timeline.length)
    bits = {name: array.tobytes() for name, array in timeline.run.tensors().items()}
    s = scene(timeline)
    for tensor, index in places(s):
        explain(s, tensor, index, 0)
    assert {name: array.tobytes() for name, array in timeline.run.tensors().items()} == bits


@pytest.mark.parametrize(
    ("tensor", "index", "example", "words"),
    [
        ("delta2", (0,), 0, "delta2 is not there at this op."),
        ("Q7", (0,), 0, "Q7 is not there at this op."),
        ("W1", (0, 9), 0, "index must lie within the shape [2, 3] of W1, got [0, 9]."),
        ("W1", (0,), 0, "index must lie within the shape [2, 3] of W1, got [0]."),
        ("z1", (0,), 4, "example must be less than 4, the size of the minibatch, got 4."),
    ],
)
def test_what_is_not_there_is_refused(
    tensor: str, index: tuple[int, ...], example: int, words: str
) -> None:
    timeline = Timeline(preset("xor"))
    timeline.forward(2)
    with pytest.raises(SessionError, match=re.escape(words)):
        explain(scene(timeline), tensor, index, example)


def test_a_parameter_that_nothing_has_updated_says_where_it_comes_from() -> None:
    timeline = Timeline(CONFIGS["tanh"])
    timeline.forward(3)
    found = explain(scene(timeline), "W1", (0, 0), None)
    assert "drawn at the start: xavier normal, seed" in found.remark
    timeline = Timeline(preset("xor"))
    timeline.forward(3)
    assert explain(scene(timeline), "W1", (0, 0), None).remark == "It was typed in as the start."
    timeline.forward(timeline.length + 3)
    assert "the minibatch before" in explain(scene(timeline), "W1", (0, 0), None).remark


def test_a_gradient_tells_of_its_examples() -> None:
    timeline = Timeline(preset("xor"))
    timeline.forward(8)
    assert timeline.run.last_op is not None
    assert timeline.run.last_op.kind is Kind.GRADIENT
    found = explain(scene(timeline), "dW2", (0, 0), None)
    assert found.remark.startswith("4 examples, one gradient")
    rows = {leaf.example for leaf in leaves(found.lines[0][1]) if hasattr(leaf, "example")}
    assert rows == {0, 1, 2, 3}
    assert np.isclose(found.of.value, float(timeline.run.tensor("dW2")[0, 0]))


# ---------------------------------------------------------------- mistakes


def detected(mistake: str) -> tuple[bool, bool]:
    """Whether the proof, and whether a formula, disagrees with a network that has a mistake."""
    timeline = Timeline(mistaken(mistake))
    timeline.forward(timeline.length)
    failed = differs = False
    for _ in range(timeline.length):
        timeline.forward(timeline.position + 1)
        s = scene(timeline)
        for tensor, index in places(s):
            differs |= explain(s, tensor, index, 0).differs is not None
            if tensor.startswith(("dW", "db")):
                failed |= prove(s, tensor, index, 0).verdict == "failed"
    return failed, differs


@pytest.mark.parametrize("name", [name for name in MISTAKES if name != "unshifted_softmax"])
def test_the_proof_or_a_formula_catches_every_mistake(name: str) -> None:
    failed, differs = detected(name)
    assert failed == MISTAKES[name].proved
    assert differs


def test_softmax_without_the_maximum_is_caught_where_it_overflows() -> None:
    W = [[2000.0, -2000.0, 0.0]] * 3
    config = mistaken("unshifted_softmax")
    layers = [*config.as_json()["layers"][:2], {"units": 3, "activation": "softmax", "W": W}]
    layers[1] = {"units": 3, "activation": "sigmoid", "b": [3.0] * 3}
    timeline = Timeline(config.merged({"layers": layers}))
    timeline.forward(7)
    found = explain(scene(timeline), "a3", (0,), 0)
    assert found.differs == pytest.approx(1.0)


def test_without_a_mistake_no_formula_differs() -> None:
    timeline = Timeline(mistaken(None))
    timeline.forward(2 * timeline.length)
    s = scene(timeline)
    assert all(explain(s, tensor, index, 0).differs is None for tensor, index in places(s))


@pytest.mark.parametrize("name", CONFIGS)
def test_every_word_of_an_explanation_can_be_said_in_another_language(name: str) -> None:
    for found in explanations(CONFIGS[name]):
        assert found.remark == "" or isinstance(found.remark, Text)
        assert all(
            isinstance(link.words, Text) for link in (found.chain.links if found.chain else ())
        )


def test_a_remark_is_told_in_the_language_of_who_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    learn(monkeypatch, {
        "slope, layer {layer}": "第 {layer} 层的斜率",
        "{count} examples, one gradient: each adds its input times its error signal.":
            "{count} 个样本，一个梯度：每个样本加上它的输入乘以误差信号。",
    })  # fmt: skip
    timeline = Timeline(preset("xor"))
    timeline.forward(timeline.length)
    command = Explain(type="explain", tensor="dW1", index=(0, 0), example=2)
    told = json.loads(encode_text(telling.explanation(timeline, command), "zh"))
    assert told["remark"] == "4 个样本，一个梯度：每个样本加上它的输入乘以误差信号。"
    assert "第 2 层的斜率" in [link["words"] for link in told["chain"]["links"]]
