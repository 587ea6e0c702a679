"""Forward pass, cost and backward pass number by number: how they are written, what they give."""

from typing import Any

import numpy as np
import pytest

from app.engine.config import Config
from app.engine.program import Kind
from app.explain import passes
from app.explain.expression import Rest, Sum, evaluate
from app.explain.scene import Scene, mean
from app.presets import preset
from app.session.timeline import Timeline
from tests.engine.networks import OUTPUT, drawn, net

from .networks import CONFIGS, scene
from .reading import written


def before_update(config: Config) -> Scene:
    timeline = Timeline(config)
    kinds = [op.kind for op in timeline.run.program]
    timeline.forward(kinds.index(Kind.UPDATE))
    return scene(timeline)


XOR = before_update(preset("xor"))


def outputs(last: str, cost: str, **more: Any) -> Scene:
    convention = {"name": cost, **more}
    count = 3 if last == "softmax" else 2
    data = drawn(4, 2, count, cost)
    return before_update(net((3, "tanh"), (count, last), data=data, cost=convention))


# ---------------------------------------------------------------- as they are written


@pytest.mark.parametrize(
    ("tree", "words"),
    [
        (passes.preactivation(XOR, 1, 1, 0), "(x(1)·w1(1,2) + x(2)·w1(2,2) + b1(2))"),
        (
            passes.preactivation(XOR, 2, 0, 0),
            "(a1(1)·w2(1,1) + a1(2)·w2(2,1) + a1(3)·w2(3,1) + b2(1))",
        ),
        (passes.activation(XOR, 1, 2, 0), "1 / (1 + exp[-z1(3)])"),
        (passes.slope(XOR, 1, 2, 0), "a1(3)·(1 - a1(3))"),
        (passes.example_cost(XOR, 1), "(a2(1) - y(1))^2"),
        (passes.cost(XOR), "1/4·(Cx + Cx + Cx + Cx)"),
        (passes.delta(XOR, 2, 0, 1), "2·(a2(1) - y(1))·a2(1)·(1 - a2(1))"),
        (passes.delta(XOR, 1, 1, 1), "delta2(1)·w2(2,1)·a1(2)·(1 - a1(2))"),
        (passes.gradient(XOR, 2, None, 0), "1/4·(delta2(1) + delta2(1) + delta2(1) + delta2(1))"),
        (mean(XOR, "z", 1, 0), "(z1(1) + z1(1) + z1(1) + z1(1)) / 4"),
    ],
)  # fmt: skip
def test_the_known_network_is_written_as_in_the_documents(tree: Any, words: str) -> None:

    assert written(tree) == words


def test_the_known_network_comes_to_the_numbers_of_the_documents() -> None:
    """docs/maths.md has them worked by hand: example 2 is (0, 1) with target 1."""
    assert evaluate(passes.preactivation(XOR, 1, 0, 1)) == pytest.approx(-0.5, abs=1e-12)
    assert evaluate(passes.preactivation(XOR, 2, 0, 1)) == pytest.approx(0.04515652, abs=1e-8)
    assert evaluate(passes.activation(XOR, 1, 1, 1)) == pytest.approx(0.66818777, abs=1e-8)
    assert evaluate(passes.example_cost(XOR, 1)) == pytest.approx(0.23884019, abs=1e-8)
    assert evaluate(passes.cost(XOR)) == pytest.approx(0.25500492, abs=1e-8)
    assert evaluate(passes.delta(XOR, 2, 0, 1)) == pytest.approx(-0.24423187, abs=1e-8)
    assert evaluate(passes.delta(XOR, 1, 0, 1)) == pytest.approx(-0.04017678, abs=1e-8)
    assert evaluate(passes.gradient(XOR, 2, None, 0)) == pytest.approx(0.03047684, abs=1e-8)
    assert evaluate(passes.gradient(XOR, 1, 0, 0)) == pytest.approx(0.00461221, abs=1e-8)


def test_a_layer_without_bias_ends_with_its_last_product() -> None:
    config = net((1, "tanh", {"bias": False}), (1, "linear"), data=drawn(3, 1, 1))
    s = before_update(config)
    assert written(passes.preactivation(s, 1, 0, 0)) == "x(1)·w1(1,1)"
    assert written(passes.preactivation(s, 2, 0, 0)) == "(a1(1)·w2(1,1) + b2(1))"


def test_a_linear_unit_has_no_slope_to_write() -> None:
    s = before_update(net((2, "linear"), (2, "linear"), data=drawn(3, 1, 2)))
    assert written(passes.delta(s, 1, 0, 0)) == "(delta2(1)·w2(1,1) + delta2(2)·w2(1,2))"
    assert written(passes.delta(s, 2, 1, 0)) == "2·(a2(2) - y(2))"


@pytest.mark.parametrize(
    ("last", "cost", "half", "words"),
    [
        ("linear", "squared_error", True, "(a2(1) - y(1))"),
        ("linear", "squared_error", False, "2·(a2(1) - y(1))"),
        ("tanh", "squared_error", True, "(a2(1) - y(1))·(1 - a2(1)^2)"),
        ("tanh", "squared_error", False, "2·(a2(1) - y(1))·(1 - a2(1)^2)"),
        ("sigmoid", "binary_cross_entropy", False, "(a2(1) - y(1))"),
        ("softmax", "cross_entropy", False, "(a2(1) - y(1))"),
    ],
)
def test_delta_at_the_output_follows_the_cost(last: str, cost: str, half: bool, words: str) -> None:
    s = outputs(last, cost, half=half)
    assert written(passes.delta(s, 2, 0, 0)) == words
    assert evaluate(passes.delta(s, 2, 0, 0)) == pytest.approx(s.now.tensor("delta2")[0, 0])


# ---------------------------------------------------------------- what they come to


@pytest.mark.parametrize("half", [False, True])
def test_delta_through_softmax_with_squared_error_is_that_of_the_engine(half: bool) -> None:
    s = outputs("softmax", "squared_error", half=half)
    shown = [[evaluate(passes.delta(s, 2, j, n)) for j in range(3)] for n in range(4)]
    np.testing.assert_allclose(shown, s.now.tensor("delta2"), rtol=1e-11, atol=1e-16)


@pytest.mark.parametrize("cost", ["squared_error", *OUTPUT])
@pytest.mark.parametrize("reduction", ["sum", "mean", "mean_all"])
def test_cost_and_gradients_follow_the_reduction(cost: str, reduction: str) -> None:
    s = outputs(OUTPUT.get(cost, "linear"), cost, reduction=reduction)
    assert evaluate(passes.cost(s)) == pytest.approx(s.now.cost, rel=1e-12)
    for l in (1, 2):
        rows, columns = s.now.tensor(f"dW{l}").shape
        shown = [[evaluate(passes.gradient(s, l, i, j)) for j in range(columns)]
                 for i in range(rows)]  # fmt: skip
        np.testing.assert_allclose(shown, s.now.tensor(f"dW{l}"), rtol=1e-11, atol=1e-16)
        biases = [evaluate(passes.gradient(s, l, None, j)) for j in range(columns)]
        np.testing.assert_allclose(biases, s.now.tensor(f"db{l}"), rtol=1e-11, atol=1e-16)


def test_penalties_are_added_to_the_cost_and_to_gradients_of_weights() -> None:
    s = before_update(CONFIGS["penalties"])
    assert written(passes.cost(s)).endswith(" + 0.05·sumW2 + 0.02·sumAbsW)")
    assert evaluate(passes.cost(s)) == pytest.approx(s.now.cost, rel=1e-12)
    words = written(passes.gradient(s, 2, 1, 0))
    assert words.endswith(" + 0.1·w2(2,1) + 0.02·sign[w2(2,1)])")
    known = s.now.tensor("dW2")[1, 0]
    assert evaluate(passes.gradient(s, 2, 1, 0)) == pytest.approx(known, rel=1e-12)
    assert "w2" not in written(passes.gradient(s, 2, None, 0))


def test_each_penalty_can_stand_alone() -> None:
    for settings, words in (({"l1": 0.5}, "0.5·sign[w1(1,1)]"), ({"l2": 0.5}, "0.5·w1(1,1)")):
        s = before_update(net((1, "linear"), data=drawn(2, 1, 1), **settings))
        (penalty,) = passes.penalty_slope(s, s.weight(1, 0, 0))
        assert written(penalty) == words
    assert passes.penalty_slope(XOR, XOR.weight(1, 0, 0)) == []


def test_of_many_inputs_the_strongest_are_written_and_the_rest_is_summed() -> None:
    s = before_update(net((2, "tanh"), (1, "linear"), data=drawn(3, 40, 1)))
    tree = passes.preactivation(s, 1, 1, 2)
    assert isinstance(tree, Sum)
    assert any(isinstance(term, Rest) and term.count == 29 for term in tree.terms)
    assert written(tree.terms[-1]) == "b1(2)"
    assert evaluate(tree) == pytest.approx(s.now.tensor("z1")[2, 1], rel=1e-12)


def test_the_mean_of_one_example_is_that_example() -> None:
    s = before_update(net((2, "tanh"), (1, "linear"), data=drawn(1, 2, 1)))
    assert written(mean(s, "a", 1, 0)) == "a1(1)"


def test_after_the_updates_the_old_weights_stand_in_every_formula() -> None:
    timeline = Timeline(preset("xor"))
    timeline.forward(timeline.length)
    s = scene(timeline)
    assert evaluate(passes.delta(s, 1, 0, 1)) == pytest.approx(s.now.tensor("delta1")[1, 0])
    assert evaluate(passes.preactivation(s, 2, 0, 1)) == pytest.approx(s.now.tensor("z2")[1, 0])


# ---------------------------------------------------------------- over all layers


def test_the_penalties_are_summed_term_by_term() -> None:
    s = before_update(CONFIGS["penalties"])
    weights = np.concatenate([s.now.tensor(f"W{l}").ravel() for l in (1, 2, 3)])
    squares, sizes = (passes.weights_total(s, symbol) for symbol in ("sumW2", "sumAbsW"))
    assert evaluate(squares) == pytest.approx((weights**2).sum(), rel=1e-12)
    assert evaluate(sizes) == pytest.approx(abs(weights).sum(), rel=1e-12)
    assert written(squares).startswith("(w1(1,1)^2 + w1(1,2)^2")


def test_the_norm_is_that_of_all_gradients_before_they_are_clipped() -> None:
    s = before_update(CONFIGS["sgd clipped"])
    squares = passes.squared_norm(s)
    assert s.clipped
    assert evaluate(squares) == pytest.approx(
        np.linalg.norm(s.unclipped.parameters.flat["d"]) ** 2, rel=1e-12
    )
    assert isinstance(squares, Sum)
    assert len(squares.terms) == s.now.parameters.flat["d"].size
