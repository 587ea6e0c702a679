"""Expressions over a run come to what NumPy says."""

import numpy as np
import pytest

from app.engine.run import Run
from app.errors import ConfigError
from app.lessons.numbers import Scene, evaluate, scene_at
from app.presets import preset

XOR = preset("xor")
END = Scene(XOR, 12)


def tensor(name: str, position: int = 12) -> np.ndarray:
    run = Run(XOR)
    run.advance(position)
    return np.array(run.tensor(name))


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("W1[0,1]", tensor("W1")[0, 1]),
        ("-b2[0] * 2 + 1", -tensor("b2")[0] * 2 + 1),
        ("norm(dW1)", np.linalg.norm(tensor("dW1"))),
        ("mean(a1[0])", tensor("a1")[0].mean()),
        ("sigmoid(z2[0,0])", tensor("a2")[0, 0]),
        ("(W1 - eta * 0)[0,0] @ start", tensor("W1", 0)[0, 0]),
        ("count(W1)", 6),
        ("positive(y)", 2),
        ("eta", 3.0),
        (4, 4),
    ],
)
def test_an_expression_is_computed(expression: str | float, value: float) -> None:
    assert evaluate(expression, END) == pytest.approx(value, rel=1e-15)


def test_places_are_those_of_the_run() -> None:
    assert evaluate("cost @ minibatch(5)", END) == evaluate("cost", scene_at(END, 5))
    assert evaluate("cost @ epoch(5)", END) == evaluate("cost @ minibatch(5)", END)


def test_another_step_of_the_lesson_can_be_looked_at() -> None:
    other = Scene(preset("one_neuron"), 7)
    here = Scene(XOR, 12, [other, END])
    assert evaluate("cost @ step(1)", here) == 3.125
    assert evaluate("cost @ step(2)", here) == evaluate("cost", END)
    with pytest.raises(ConfigError, match="not an expression"):
        evaluate("cost @ step(3)", here)


def test_how_many_seeds_are_stuck_is_counted() -> None:
    fast = preset("stuck_xor")
    stuck = evaluate("stuck(6, 300, 0.05)", Scene(fast, 0))
    alone = 0
    for seed in range(6):
        run = Run(fast.merged({"seed": seed}))
        run.advance(300 * len(run.program))
        alone += evaluate("train_cost", Scene(fast.merged({"seed": seed}), run.position)) >= 0.05
    assert stuck == alone


@pytest.mark.parametrize("name", ["accuracy", "train_cost"])
def test_measures_of_all_examples_are_there(name: str) -> None:
    assert 0 <= evaluate(name, END) <= 1


def test_measures_of_test_examples_are_there() -> None:
    assert 0 < evaluate("test_cost", Scene(preset("circle"), 0))
    assert 0 <= evaluate("test_accuracy", Scene(preset("circle"), 0)) <= 1


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("W1", "must be one number, and has 6"),
        ("open('x')", "not an expression"),
        ("W1.T[0,0]", "not an expression"),
        ("W1['a']", "not an expression"),
        ("1 if 2 else 3", "not an expression"),
        ("stuck(1000, 1, 1)", "not an expression"),
        ("nobody", "not there at this stop"),
        ("(" * 5000, "not an expression"),
        ("9**9**9", "not an expression"),
        ("1/0", "not an expression"),
        ("(0-8)**(1/3)", "not an expression"),
        ("cost[0]", "not an expression"),
        ("sum()", "not an expression"),
        ("min(1, 2)", "not an expression"),
        ("stuck(1)", "not an expression"),
        ("stuck(0, 1, 1)", "not an expression"),
        ("stuck(exp(1000), 1, 1)", "not an expression"),
        ("log(0)", "no finite number"),
        ("test_cost", "not there at this stop"),
        ("cost @ epoch(10000000)", "within 200,000 minibatches"),
    ],
)
def test_what_is_no_expression_is_refused(expression: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        evaluate(expression, END)
