"""The rules written for Keras are the engine's, executed as they stand; the rest is Keras's own.

They compute with `keras.ops`, which are NumPy's functions by name; so NumPy executes them here.
"""

import ast
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from app.engine.config import Config
from app.engine.optimizers import schedule_factor
from app.engine.program import Kind, Op, writes
from app.engine.run import Run
from app.export.keras_optimizer import keeps_frozen, keras_optimizer
from tests.engine.networks import OPTIMIZERS, run_until
from tests.explain.networks import CONFIGS

from .experiments import EXPERIMENTS, call_of

Array = NDArray[Any]
OPS = SimpleNamespace(
    sqrt=np.sqrt, square=np.square, sum=np.sum, minimum=np.minimum,
    cast=lambda value, dtype: np.asarray(value, dtype),
)  # fmt: skip
RULED = [name for name in EXPERIMENTS if "class" in keras_optimizer(EXPERIMENTS[name])]


def method(config: Config, name: str, **known: Any) -> Any:
    """A method of the class as a function that can be called without Keras, None if it has none."""
    (made,) = (n for n in ast.parse(keras_optimizer(config)).body if isinstance(n, ast.ClassDef))
    found = [n for n in made.body if isinstance(n, ast.FunctionDef) and n.name == name]
    if not found:
        return None
    space = {"ops": OPS, **known}
    exec(compile(ast.Module(list(found), []), "script", "exec"), space)
    return space[name]


class Remembering:
    """What a rule uses of Keras's optimizer: places, moments, the iteration, and assignments."""

    def __init__(self, weights: list[Array]) -> None:
        self.weights = weights
        self.m, self.v = ([np.zeros_like(w) for w in weights] for _ in range(2))
        self.iterations = np.array(0)

    def _get_variable_index(self, w: Array) -> int:
        return next(i for i, known in enumerate(self.weights) if known is w)

    def assign(self, variable: Array, value: Array) -> None:
        variable[...] = value

    def assign_sub(self, variable: Array, value: Array) -> None:
        variable[...] -= value


def parameters(run: Run) -> list[str]:
    return [name for name in run.names() if name[0] in "Wb"]


def rates(config: Config, count: int) -> list[float]:
    """The learning rate of the first iterations."""
    rule, per_epoch = config.optimizer, Run(config).per_epoch
    return [
        rule.learning_rate * schedule_factor(rule.schedule, t / per_epoch) for t in range(count)
    ]


OWN = [name for name in RULED if method(EXPERIMENTS[name], "build")]


@pytest.mark.parametrize("name", OWN)
def test_a_rule_makes_the_steps_of_the_engine(name: str) -> None:
    config = EXPERIMENTS[name]
    run, update = Run(config), method(config, "update_step")
    names = parameters(run)
    keras = Remembering([run.tensor(name).copy() for name in names])
    learning = {name for op in run.program if op.kind is Kind.UPDATE for name in writes(op, config)}
    for eta in rates(config, 6):
        run_until(run, Kind.UPDATE)
        for name, w in zip(names, keras.weights, strict=True):
            if name in learning or keeps_frozen(config):
                update(keras, run.tensor(f"d{name}").copy(), w, eta)
        keras.iterations += 1
        run.step()
        if run.next_op.kind is Kind.UPDATE:
            run_until(run, Kind.DRAW)
        for name, w in zip(names, keras.weights, strict=True):
            np.testing.assert_allclose(w, run.tensor(name), rtol=1e-5 if w.itemsize == 4 else 1e-11)


@pytest.mark.parametrize("name", [name for name in EXPERIMENTS if name.endswith("clipped")])
def test_the_norm_is_clipped_as_in_the_engine(name: str) -> None:
    config = EXPERIMENTS[name]
    run = run_until(Run(config), Kind.CLIP)
    given: list[Array] = []
    above = SimpleNamespace(apply=lambda grads, variables: given.extend(grads))
    apply = method(config, "apply", super=lambda: above)
    names = parameters(run)
    apply(None, [run.tensor(f"d{name}").copy() for name in names])
    run.step()
    for found, name in zip(given, names, strict=True):
        np.testing.assert_allclose(found, run.tensor(f"d{name}"), rtol=1e-12)


def changed(**patch: Any) -> str:
    return keras_optimizer(CONFIGS["tanh"].merged(patch))


def test_sgd_is_that_of_keras() -> None:
    assert changed() == "optimizer = keras.optimizers.SGD(learning_rate=0.1)"


@pytest.mark.parametrize("name", ["momentum", "nesterov"])
def test_momentum_is_that_of_keras_while_the_rate_does_not_change(name: str) -> None:
    called, _, values = call_of(changed(optimizer={**OPTIMIZERS[name]}), "optimizer =")
    ahead = {"nesterov": True} if name == "nesterov" else {}
    assert called == "keras.optimizers.SGD"
    assert values == {"learning_rate": 0.05, "momentum": 0.8, **ahead}
    scheduled = changed(optimizer={**OPTIMIZERS[name], "schedule": "step"})
    assert "keras.optimizers.SGD has the learning rate of its time in every step" in scheduled


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_number_is_a_float_because_keras_refuses_others(name: str) -> None:
    rule = {**OPTIMIZERS[name], "learning_rate": 2}
    _, _, values = call_of(changed(optimizer=rule, clip={"by": "value"}), "optimizer =")
    assert values["clipvalue"] == 1.0
    assert all(type(value) is float for value in values.values() if value is not True)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_frozen_biases_are_kept_by_the_class_only_where_they_count_in_the_norm(name: str) -> None:
    assert not keeps_frozen(EXPERIMENTS[f"frozen {name}"])
    assert keeps_frozen(EXPERIMENTS[f"frozen {name} clipped"])
    assert "[1, 4]:  # frozen biases" in keras_optimizer(EXPERIMENTS[f"frozen {name} clipped"])


@pytest.mark.parametrize("name", ["frozen sgd clipped", "frozen nesterov clipped"])
def test_keras_own_rule_is_asked_for_all_but_the_frozen(name: str) -> None:
    asked: list[int] = []
    above = SimpleNamespace(update_step=lambda g, w, eta: asked.append(w))
    update = method(EXPERIMENTS[name], "update_step", super=lambda: above)
    for place in range(5):
        update(SimpleNamespace(_get_variable_index=int), None, place, 0.1)
    assert asked == [0, 2, 3]


@pytest.mark.parametrize("name", OWN)
def test_a_class_remembers_what_the_optimizer_does(name: str) -> None:
    config = EXPERIMENTS[name]
    remembered = {n[0] for n in writes(Op(Kind.UPDATE, 1), config) if n[1] == "_"}
    made: list[tuple[Any, str]] = []
    keras = SimpleNamespace(
        built=False, add_variable_from_reference=lambda w, name: made.append((w, name))
    )
    above = SimpleNamespace(build=lambda variables: None)
    method(config, "build", super=lambda: above)(keras, ["W1", "b1"])
    assert {place for place, _ in made} == {"W1", "b1"}
    assert {kind for _, kind in made} == remembered
    assert all(len(getattr(keras, kind)) == 2 for kind in remembered)
