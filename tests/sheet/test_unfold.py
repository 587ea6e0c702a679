"""Formulas taken apart: which lines one works out by hand, and in which order."""

from collections.abc import Iterator
from typing import Any

import pytest

from app.engine.config import Config
from app.engine.program import Kind
from app.engine.run import Run
from app.explain.expression import evaluate
from app.explain.scene import Scene
from app.presets import preset
from app.sheet import unfold
from tests.explain.networks import CONFIGS, small
from tests.explain.reading import written


def after(config: Config, kind: Kind) -> Scene:
    """The place right after the first op of a kind."""
    run = Run(config)
    run.step_to(kind)
    run.step()
    return Scene(run, lambda: Run(config), config.optimizer.learning_rate)


def said(made: Iterator[unfold.Made]) -> list[str]:
    return [f"{written(of)} = {written(tree)}" for of, tree in made]


def test_a_softmax_is_its_powers_their_sum_and_the_shares() -> None:
    run = Run(CONFIGS["cross_entropy"])
    run.step_to(Kind.COST)
    lines = said(unfold.activation(Scene(run, lambda: run, 0.1), 3, 0))
    assert [line.split(" = ")[0] for line in lines] == [
        "s3(1)", "s3(2)", "s3(3)", "S3", "a3(1)", "a3(2)", "a3(3)",
    ]  # fmt: skip
    assert lines[3] == "S3 = (s3(1) + s3(2) + s3(3))"
    assert lines[4] == "a3(1) = s3(1) / S3"


def test_a_squared_error_of_several_outputs_has_a_part_for_each() -> None:
    mazur = after(preset("mazur"), Kind.COST)
    assert said(unfold.example_cost(mazur, 0)) == [
        "E(1) = ½·(a2(1) - y(1))^2",
        "E(2) = ½·(a2(2) - y(2))^2",
        "C = (E(1) + E(2))",
    ]
    assert said(unfold.cost(mazur)) == []
    xor = after(preset("xor"), Kind.COST)
    assert said(unfold.example_cost(xor, 1)) == ["Cx = (a2(1) - y(1))^2"]
    assert said(unfold.cost(xor)) == ["C = 1/4·(Cx + Cx + Cx + Cx)"]


def test_a_squared_error_without_the_half_is_taken_apart_too() -> None:
    (first, *_, last) = said(unfold.example_cost(after(CONFIGS["tanh"], Kind.COST), 0))
    assert first == "E(1) = (a3(1) - y(1))^2"
    assert last == "Cx = (E(1) + E(2))"


def test_penalties_are_summed_before_the_cost() -> None:
    lines = said(unfold.cost(after(CONFIGS["penalties"], Kind.COST)))
    assert lines[0].startswith("sumW2 = (w1(1,1)^2 + w1(1,2)^2 + ")
    assert lines[1].startswith("sumAbsW = (abs[w1(1,1)] + ")
    assert lines[2].endswith("0.05·sumW2 + 0.02·sumAbsW)")


def test_an_error_signal_is_what_arrives_times_the_slope() -> None:
    s = after(preset("xor"), Kind.GRADIENT)
    assert said(unfold.delta(s, 2, 0)) == [
        "dax2(1) = 2·(a2(1) - y(1))",
        "slope2(1) = a2(1)·(1 - a2(1))",
        "delta2(1) = dax2(1)·slope2(1)",
    ]


@pytest.mark.parametrize(
    ("config", "first"),
    [
        (small("tanh", "binary_cross_entropy", 2), "delta3(1) = (a3(1) - y(1))"),
        (CONFIGS["tanh"], "delta3(1) = 2·(a3(1) - y(1))"),
        (
            CONFIGS["softmax with squared error"],
            "delta3(1) = a3(1)·(2·(a3(1) - y(1)) - (2·(a3(1) - y(1))·a3(1) + "
            "2·(a3(2) - y(2))·a3(2) + 2·(a3(3) - y(3))·a3(3)))",
        ),
    ],
)
def test_where_no_slope_is_left_it_is_one_line(config: Config, first: str) -> None:
    assert said(unfold.delta(after(config, Kind.DELTA), 3, 0))[0] == first


def test_a_gradient_has_a_line_for_each_example_before_it() -> None:
    s = after(preset("xor"), Kind.GRADIENT)
    lines = said(unfold.gradient(s, ("W", 2, (0, 0)), range(4)))
    assert lines[:4] == ["dwx2(1,1) = a1(1)·delta2(1)"] * 4
    assert lines[4] == "dw2(1,1) = 1/4·(dwx2(1,1) + dwx2(1,1) + dwx2(1,1) + dwx2(1,1))"
    two = said(unfold.gradient(s, ("W", 2, (0, 0)), (1,)))
    assert two[1] == (
        "dw2(1,1) = 1/4·(a1(1)·delta2(1) + dwx2(1,1) + a1(1)·delta2(1) + a1(1)·delta2(1))"
    )


def test_of_one_example_the_gradient_is_one_line() -> None:
    s = after(preset("mazur"), Kind.GRADIENT)
    assert said(unfold.gradient(s, ("W", 2, (0, 1)), (0,))) == ["dw2(1,2) = a1(1)·delta2(2)"]


def test_the_parts_of_a_bias_are_the_error_signals() -> None:
    s = after(preset("xor"), Kind.GRADIENT)
    assert said(unfold.gradient(s, ("b", 2, (0,)), range(4))) == [
        "db2(1) = 1/4·(delta2(1) + delta2(1) + delta2(1) + delta2(1))"
    ]


def test_clipping_by_norm_begins_with_the_norm() -> None:
    s = after(CONFIGS["sgd clipped"], Kind.CLIP)
    squares, norm, first, bias = said(unfold.clip(s, [("W", 1, (0, 0)), ("b", 1, (0,))]))
    assert squares.startswith("sumg2 = (dw1(1,1)^2 + dw1(1,2)^2 + ")
    assert norm == "norm = sqrt[sumg2]"
    assert first == "g1(1,1) = dw1(1,1)·min[1, 0.05 / (norm + 0.000001)]"
    assert bias.startswith("g1(1) = db1(1)·")


def test_clipping_by_value_is_one_line_each() -> None:
    s = after(CONFIGS["clip by value"], Kind.CLIP)
    assert said(unfold.clip(s, [("W", 1, (0, 0))])) == ["g1(1,1) = min[0.01, max[−0.01, dw1(1,1)]]"]


def test_an_update_takes_the_clipped_gradient_where_there_is_one() -> None:
    place: Any = ("W", 1, (0, 0))
    clipped = said(unfold.new_value(after(CONFIGS["sgd clipped"], Kind.UPDATE), place))
    assert clipped == ["wnew1(1,1) = (w1(1,1) - eta·g1(1,1))"]
    plain = said(unfold.new_value(after(CONFIGS["sgd"], Kind.UPDATE), place))
    assert plain == ["wnew1(1,1) = (w1(1,1) - eta·dw1(1,1))"]


@pytest.mark.parametrize("name", CONFIGS)
def test_taking_apart_changes_no_value(name: str) -> None:
    config = CONFIGS[name]
    s = after(config, Kind.UPDATE)
    tolerance = 1e-5 if config.dtype == "float32" else 1e-9
    made = [
        *unfold.activation(s, 3, 0), *unfold.example_cost(s, 1), *unfold.cost(s),
        *unfold.delta(s, 3, 0), *unfold.delta(s, config.lowest, 1),
        *unfold.new_value(s, ("W", config.lowest, (1, 1))),
    ]  # fmt: skip
    for of, tree in made:
        assert evaluate(tree) == pytest.approx(of.value, rel=tolerance, abs=1e-9)
