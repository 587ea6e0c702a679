"""Every optimizer's lines against steps worked by hand, and as PyTorch's documents have them.

The network is that of `tests/engine/test_optimizers.py`, where the steps are worked: one linear
unit with g = w, from w = 1.
"""

from typing import Any

import pytest

from app.engine.config import Config
from app.explain.expression import Quantity, evaluate, leaves
from app.explain.updates import Line, update
from app.session.timeline import Timeline
from tests.engine.networks import OPTIMIZERS
from tests.engine.test_optimizers import EIGHT, one_weight

from .networks import CONFIGS, scene
from .reading import written

RATE = {"learning_rate": 0.1}
ADAM = {**RATE, "beta1": 0.5, "beta2": 0.75, "epsilon": 0.1}
STEPS: dict[str, tuple[dict[str, Any], list[str], list[list[float]]]] = {
    "sgd": (RATE, ["w"], [[0.9], [0.81], [0.729]]),
    "momentum": (
        {**RATE, "momentum": 0.9}, ["m", "w"], [[1, 0.9], [1.8, 0.72], [2.34, 0.486]]
    ),
    "nesterov": (
        {**RATE, "momentum": 0.9}, ["m", "w"], [[1, 0.81], [1.71, 0.5751], [2.1141, 0.327321]]
    ),
    "adagrad": (
        {"learning_rate": 0.5, "epsilon": 0.1}, ["v", "w"],
        [[1, 0.5454545455], [1.2975206612, 0.3253512509], [1.4033740976, 0.1987200472]],
    ),
    "rmsprop": (
        {**RATE, "rho": 0.75, "epsilon": 0.1}, ["v", "w"],
        [[0.25, 0.8333333333], [0.3611111111, 0.7144428557], [0.3984404818, 0.6167374500]],
    ),
    "adam": (
        ADAM, ["m", "v", "mhat", "vhat", "w"],
        [
            [0.5, 0.25, 1, 1, 0.9090909091],
            [0.7045454545, 0.3941115702, 0.9393939394, 0.9008264463, 0.8195496710],
            [0.7620475627, 0.4634990935, 0.8709115003, 0.8017281617, 0.7320554123],
        ],
    ),
    "adamw": (
        {**ADAM, "weight_decay": 0.5}, ["m", "v", "mhat", "vhat", "w"],
        [
            [0.5, 0.25, 1, 1, 0.8590909091],
            [0.6795454545, 0.3720092975, 0.9060606061, 0.8503069658, 0.7274912141],
        ],
    ),
}  # fmt: skip
"""The settings, what each line makes, and what it comes to after each step, worked by hand."""


def test_every_optimizer_has_its_steps_here() -> None:
    assert set(STEPS) == set(OPTIMIZERS)


def lines(config: Config, minibatches: int, place: Any = ("W", 1, (0, 0))) -> list[Line]:
    timeline = Timeline(config)
    timeline.forward(minibatches * timeline.length)
    return [*update(scene(timeline), place)]


def one(name: str, **more: Any) -> Config:
    return one_weight({"name": name, **STEPS[name][0], **more})


@pytest.mark.parametrize("name", STEPS)
def test_the_lines_come_to_the_steps_worked_by_hand(name: str) -> None:
    _, symbols, steps = STEPS[name]
    for done, known in enumerate(steps, 1):
        found = lines(one(name), done)
        assert [left.symbol.removesuffix("new") for left, _ in found] == symbols
        assert [left.value for left, _ in found] == pytest.approx(known, **EIGHT)
        assert [evaluate(right) for _, right in found] == pytest.approx(known, **EIGHT)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("sgd", ["wnew = (w - eta·dw)"]),
        ("momentum", ["mnew = (0.9·m + dw)", "wnew = (w - eta·mnew)"]),
        ("nesterov", ["mnew = (0.9·m + dw)", "wnew = (w - eta·(dw + 0.9·mnew))"]),
        ("adagrad", ["vnew = (v + dw^2)", "wnew = (w - eta·dw / (sqrt[vnew] + 0.1))"]),
        (
            "rmsprop",
            [
                "vnew = (0.75·v + (1 - 0.75)·dw^2)",
                "wnew = (w - eta·dw / (sqrt[vnew] + 0.1))",
            ],
        ),
        (
            "adam",
            [
                "mnew = (0.5·m + (1 - 0.5)·dw)",
                "vnew = (0.75·v + (1 - 0.75)·dw^2)",
                "mhat = mnew / (1 - 0.5^2)",
                "vhat = vnew / (1 - 0.75^2)",
                "wnew = (w - eta·mhat / (sqrt[vhat] + 0.1))",
            ],
        ),
    ],
)
def test_a_rule_is_written_as_it_is_known(name: str, words: list[str]) -> None:
    found = [f"{written(left)} = {written(right)}" for left, right in lines(one(name), 2)]
    assert [line.replace("1(1,1)", "") for line in found] == words


def test_the_decay_of_adamw_is_beside_the_step_and_not_in_the_gradient() -> None:
    *_, (_, right) = lines(one("adamw"), 1)
    text = written(right).replace("1(1,1)", "")
    assert text == "(w·(1 - eta·0.5) - eta·mhat / (sqrt[vhat] + 0.1))"


@pytest.mark.parametrize("name", STEPS)
def test_a_line_starts_from_what_was_there_before(name: str) -> None:
    timeline = Timeline(one(name))
    timeline.forward(timeline.length)
    old = {known: a.copy() for known, a in timeline.run.tensors().items() if known[0] in "Wmv"}
    timeline.forward(2 * timeline.length)
    for _, right in update(scene(timeline), ("W", 1, (0, 0))):
        for leaf in _quantities(right):
            if leaf.tensor in old and not leaf.symbol.endswith("new"):
                assert leaf.value == old[leaf.tensor].item()


def _quantities(tree: Any) -> list[Quantity]:
    return [leaf for leaf in leaves(tree) if isinstance(leaf, Quantity)]


@pytest.mark.parametrize(
    ("schedule", "rates"),
    [
        ("constant", [0.1, 0.1, 0.1]),
        ({"name": "step", "every": 2, "factor": 0.5}, [0.1, 0.1, 0.05]),
        ({"name": "exponential", "factor": 0.9}, [0.1, 0.09, 0.081]),
    ],
)
def test_the_rate_is_that_of_the_iteration(schedule: Any, rates: list[float]) -> None:
    for done, rate in enumerate(rates, 1):
        ((_, right),) = lines(one("sgd", schedule=schedule), done)
        (eta,) = [leaf for leaf in _quantities(right) if leaf.symbol == "eta"]
        assert eta.value == pytest.approx(rate, rel=1e-12)


@pytest.mark.parametrize("place", [("W", 2, (1, 0)), ("b", 1, (2,))])
@pytest.mark.parametrize("name", [*STEPS, "schedule", "adam clipped"])
def test_every_line_comes_to_what_the_engine_has(name: str, place: Any) -> None:
    for left, right in lines(CONFIGS[name], 3, place):
        assert evaluate(right) == pytest.approx(left.value, rel=1e-10, abs=1e-14)


def test_the_new_bias_is_named_as_a_bias() -> None:
    ((left, right),) = lines(CONFIGS["sgd"], 1, ("b", 2, (1,)))
    assert (left.tensor, left.index, left.units) == ("b2", (1,), (2,))
    assert written(right) == "(b2(2) - eta·db2(2))"
