"""Histograms hold every value once, and say what is flat and what is off."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.config import Config
from app.engine.histograms import BINS, histograms
from app.engine.program import Kind
from app.engine.run import Run

from .networks import bits, configs, inline, net, run_until, trained

SPREADS = ("W", "z", "a", "delta", "dW")


@given(configs(), st.integers(0, 60))
def test_every_value_of_what_is_defined_stands_in_one_bin(config: Config, ops: int) -> None:
    run = Run(config)
    run.advance(ops)
    seen = bits(run)
    for spread in SPREADS:
        found = {h.tensor: h for h in histograms(run, spread)}
        layers = range(1, config.depth + 1)
        assert {*found} == {f"{spread}{l}" for l in layers} & {*run.names()}
        for name, h in found.items():
            values = run.tensor(name).astype(float)
            assert len(h.counts) == BINS
            assert sum(h.counts) == values.size
            assert (h.low <= values.min()) & (values.max() <= h.high)
            assert h.mean == pytest.approx(values.mean(), abs=1e-12)
            assert h.std == pytest.approx(values.std(), abs=1e-12)
    assert bits(run) == seen


def test_bins_have_equal_width() -> None:
    W = [[0.0, 1.0, 2.0, 25.0]]
    run = Run(net((4, "linear", {"W": W}), data=inline([[1]], [[0, 0, 0, 0]])))
    [found] = histograms(run, "W")
    assert (found.low, found.high) == (0, 25)
    assert [i for i, n in enumerate(found.counts) if n] == [0, 1, 2, 24]


def test_values_that_are_all_alike_stand_in_the_middle() -> None:
    run = Run(net((2, "linear"), data={"name": "xor"}, init={"weights": "zeros"}))
    [found] = histograms(run, "W")
    assert found.counts[BINS // 2] == 4
    assert found.low < 0 < found.high


def test_what_is_not_finite_is_counted_and_stands_in_no_bin() -> None:
    run = trained(net((1, "linear"), data={"name": "xor"}), 1)
    run.set_value("W1", (0, 0), float("inf"))
    [found] = histograms(run, "W")
    assert (sum(found.counts), found.wild) == (1, 1)
    run.set_value("W1", (1, 0), float("nan"))
    [found] = histograms(run, "W")
    assert (sum(found.counts), found.wild) == (0, 2)


def test_flat_outputs_and_units_that_are_off_are_told() -> None:
    data = inline([[1], [2]], [[0], [0]])
    shared = {"bias": False}
    config = net(
        (2, "relu", {"W": [[-1, 1]], **shared}), (2, "sigmoid", {"W": [[0, 0], [0, 9]], **shared}),
        (1, "linear"), data=data,
    )  # fmt: skip
    first, second, last = histograms(run_until(Run(config), Kind.COST), "a")
    assert (first.off, first.flat) == (0.5, None)
    assert (second.off, second.flat) == (None, 0.5)  # σ(0) is steepest, σ(9) and σ(18) are flat
    assert (last.off, last.flat) == (None, None)


def test_a_layer_that_drops_units_is_off_where_its_activation_is() -> None:
    layers = [(20, "relu", {"dropout": 0.9}), (1, "linear")]
    run = run_until(Run(net(*layers, data={"name": "gaussian"})), Kind.COST)
    found = histograms(run, "a")[0]
    assert found.off == np.mean((run.tensor("f1") <= 0).all(0))


def test_a_frozen_layer_has_no_gradient() -> None:
    config = net((2, "tanh", {"frozen": True}), (1, "linear"), data={"name": "xor"})
    assert [h.tensor for h in histograms(trained(config, 1), "dW")] == ["dW2"]
