"""A scene: every number with its name, and the weights that a minibatch was computed with."""

from typing import Any

import numpy as np
import pytest

from app.engine.program import Kind
from app.engine.run import Run
from app.explain.expression import Expression, Number, Product, Quantity, Rest, Sum, evaluate
from app.explain.scene import MOST, scaled, total
from app.presets import preset
from app.session.timeline import Timeline
from tests.engine.networks import drawn, net

from .networks import CONFIGS, scene
from .reading import written


def at(position: int, name: str = "xor") -> Timeline:
    timeline = Timeline(preset(name))
    timeline.forward(position)
    return timeline


# ---------------------------------------------------------------- names


def test_a_unit_is_named_as_a_reader_counts() -> None:
    s = scene(at(9))
    value = float(s.now.tensor("delta1")[3, 2])
    assert s.unit("delta", 1, 2, 3) == Quantity("delta", value, 1, (3,), "delta1", (3, 2), 3)
    assert s.unit("a", 0, 1, 1) == Quantity("x", 1.0, None, (2,), "a0", (1, 1), 1)
    assert s.target(0, 2) == Quantity("y", 1.0, None, (1,), "y", (2, 0), 2)


def test_a_weight_goes_from_a_unit_to_a_unit() -> None:
    s = scene(at(9))
    assert s.weight(1, 1, 0) == Quantity("w", -0.6, 1, (2, 1), "W1", (1, 0))
    assert s.bias(1, 1) == Quantity("b", -0.2, 1, (2,), "b1", (1,))


def test_a_layer_without_bias_has_none() -> None:
    config = net((2, "tanh", {"bias": False}), (1, "linear"), data=drawn(3, 2, 1))
    s = scene(Timeline(config))
    assert s.bias(1, 0) is None
    assert s.bias(2, 0) is not None


# ---------------------------------------------------------------- before and after an update


def test_what_is_updated_is_used_as_it_was_before() -> None:
    before, timeline = Run(preset("xor")), at(11)
    s = scene(timeline)
    assert s.updated == {"W1", "b1"}
    assert np.array_equal(s.used("W1"), before.tensor("W1"))
    assert not np.array_equal(s.used("W1"), timeline.run.tensor("W1"))
    assert s.used("W2") is not s.before.tensor("W2")
    assert np.array_equal(s.used("W2"), timeline.run.tensor("W2"))


@pytest.mark.parametrize(
    ("position", "updated"),
    [
        (0, set()), (10, set()), (11, {"W1", "b1"}), (12, {"W1", "b1", "W2", "b2"}), (13, set()),
        (23, {"W1", "b1"}),
    ],
)  # fmt: skip
def test_an_update_counts_until_the_next_minibatch_is_drawn(
    position: int, updated: set[str]
) -> None:
    assert scene(at(position)).updated == updated


def test_gradients_are_clipped_from_the_clip_op_on() -> None:
    timeline = Timeline(CONFIGS["adam clipped"])
    kinds = [op.kind for op in timeline.run.program]
    clip = kinds.index(Kind.CLIP) + 1
    for position in range(timeline.length + 2):
        timeline.forward(position)
        assert scene(timeline).clipped == (clip <= position <= timeline.length)


def test_the_start_is_fetched_only_when_it_is_needed() -> None:
    timeline = at(9)
    fetched: list[int] = []

    def start() -> Run:
        fetched.append(timeline.position)
        return timeline.start_of_minibatch()

    s = type(scene(timeline))(timeline.run, start, 3.0)
    s.used("W1"), s.weight(2, 0, 0), s.bias(2, 0)
    assert fetched == []


# ---------------------------------------------------------------- shares and sums


@pytest.mark.parametrize(
    ("reduction", "outputs", "N", "text", "value"),
    [
        ("sum", 2, 4, None, 1.0),
        ("mean", 2, 4, "1/4", 0.25),
        ("mean", 2, 1, None, 1.0),
        ("mean_all", 2, 4, "1/(4·2)", 0.125),
        ("mean_all", 1, 4, "1/4", 0.25),
        ("mean_all", 2, 1, "1/(1·2)", 0.5),
    ],
)
def test_the_share_of_an_example(
    reduction: str, outputs: int, N: int, text: str | None, value: float
) -> None:
    config = net((outputs, "linear"), data=drawn(N, 2, outputs), cost={"reduction": reduction})
    timeline = Timeline(config)
    timeline.forward(1)
    share = scene(timeline).share()
    assert share == (None if text is None else Number(value, text))


def numbered(values: Any) -> Expression:
    return total(lambda i: Quantity("w", float(values[i]), None, (i + 1,)), np.asarray(values))


def test_one_term_is_no_sum_and_a_dozen_is_written_out() -> None:
    assert numbered([2.0]) == Quantity("w", 2.0, None, (1,))
    twelve = numbered(np.arange(MOST))
    assert isinstance(twelve, Sum)
    assert len(twelve.terms) == MOST


def test_as_many_terms_are_written_out_as_are_asked_for() -> None:
    values = np.arange(1.0, 40.0)

    def make(i: int) -> Expression:
        return Quantity("w", float(values[i]), None, (i + 1,))

    assert total(make, values, 40) == Sum(tuple(make(i) for i in range(39)))
    three = total(make, values, 3)
    assert isinstance(three, Sum)
    assert three.terms == (make(37), make(38), Rest(37, 703.0))


def test_of_many_terms_the_largest_are_written_out_in_their_order() -> None:
    values = np.random.default_rng(0).normal(size=100)
    tree = numbered(values)
    assert isinstance(tree, Sum)
    *shown, rest = tree.terms
    assert isinstance(rest, Rest)
    assert (len(shown), rest.count) == (MOST - 1, 100 - (MOST - 1))
    places = [term.units[0] - 1 for term in shown if isinstance(term, Quantity)]
    assert places == sorted(places)
    left = np.delete(values, places)
    assert np.abs(values[places]).min() >= np.abs(left).max()
    assert evaluate(tree) == pytest.approx(values.sum(), rel=1e-12)


def test_a_factor_of_one_is_not_written() -> None:
    w = Quantity("w", 2.0)
    assert scaled(None, w) is w
    assert written(scaled(Number(0.25, "1/4"), w)) == "1/4·w"
    assert isinstance(scaled(Number(0.25, "1/4"), w), Product)
