"""The numbers of a lesson, computed: expressions over the tensors of a run at a stop.

``a1[0,1] * W2[1,0]``, ``norm(dW1)``, ``cost @ epoch(100)``, ``cost @ step(2) - cost``: names are
tensors of the network, ``cost``, ``accuracy``, ``test_cost``, ``eta``; ``@`` looks at another place
of the same run, or at the stop of another step of the lesson.
"""

import ast
import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from math import isfinite
from typing import Any

import numpy as np

from app.engine.config import Config
from app.engine.evaluate import Evaluator
from app.engine.run import Run
from app.engine.sweep import Sweep
from app.errors import ConfigError, Fault
from app.language import say
from app.lessons.places import FARTHEST, position_of_op

__all__ = ["FUNCTIONS", "Scene", "entries", "evaluate", "scene_at"]

OPERATORS: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}
FUNCTIONS: dict[str, Callable[..., Any]] = {
    "abs": np.abs, "exp": np.exp, "log": np.log, "sqrt": np.sqrt, "tanh": np.tanh, "sum": np.sum,
    "mean": np.mean, "min": np.min, "max": np.max, "norm": np.linalg.norm, "std": np.std,
    "count": np.size, "positive": lambda x: np.sum(np.asarray(x) > 0),
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
}  # fmt: skip
MOST_SEEDS = 256
NONSENSE = (SyntaxError, RecursionError, MemoryError, ValueError, TypeError, ArithmeticError)
"""What reading and computing an expression raises that means nothing."""


@dataclass(frozen=True)
class Scene:
    """A run at a place; `others` are the scenes of the lesson's steps, this one among them."""

    config: Config
    position: int
    others: Sequence["Scene"] = ()


def scene_at(scene: Scene, minibatches: int) -> Scene:
    """Return the scene after so many whole minibatches of the same run.

    Raises:
        ConfigError: that is too far.
    """
    position = position_of_op("start", scene.config, minibatches + 1)
    return Scene(scene.config, position, scene.others)


@lru_cache(64)
def _run(config: Config, position: int) -> Run:
    run = Run(config)
    run.advance(position)
    return run


def evaluate(expression: str | float, scene: Scene) -> float:
    """Return the number that an expression comes to.

    Raises:
        ConfigError: it cannot be understood, or names what is not there at this place.
    """
    value = entries(expression, scene)
    if len(value) != 1:
        rule = say("must be one number, and has {count}", count=len(value))
        raise ConfigError([Fault("expression", rule, str(expression))])
    if not isfinite(value[0]):
        rule = say("comes to no finite number")
        raise ConfigError([Fault("expression", rule, str(expression))])
    return value[0]


def entries(expression: str | float, scene: Scene) -> list[float]:
    """Return every number of what an expression comes to, which may be a whole tensor.

    Raises:
        ConfigError: it cannot be understood, or names what is not there at this place.
    """
    if not isinstance(expression, str):
        return [float(expression)]
    try:
        tree = ast.parse(expression.strip(), mode="eval").body
        with np.errstate(all="ignore"):
            return [float(number) for number in np.ravel(_value(tree, scene)).tolist()]
    except ConfigError:  # which is a ValueError too, and says more
        raise
    except NONSENSE as error:
        rule = say("is not an expression that can be computed")
        raise ConfigError([Fault("expression", rule, expression)]) from error
    except IndexError as error:
        rule = say("names an entry that the tensor does not have")
        raise ConfigError([Fault("expression", rule, expression)]) from error


def _value(node: ast.AST, scene: Scene) -> Any:
    match node:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            return float(value)  # powers of whole numbers may have more digits than memory holds
        case ast.Name(id=name):
            return _named(name, scene)
        case ast.Subscript(value=inner, slice=index):
            return _value(inner, scene)[_index(index)]
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return -_value(inner, scene)
        case ast.BinOp(left=left, op=ast.MatMult(), right=place):
            return _value(left, _elsewhere(place, scene))
        case ast.BinOp(left=left, op=sign, right=right) if type(sign) in OPERATORS:
            return OPERATORS[type(sign)](_value(left, scene), _value(right, scene))
        case ast.Call(func=ast.Name(id="stuck"), args=[*given], keywords=[]):
            return _stuck(scene, *(_value(each, scene) for each in given))
        case ast.Call(func=ast.Name(id=name), args=[given], keywords=[]) if name in FUNCTIONS:
            return FUNCTIONS[name](_value(given, scene))
    raise ValueError


def _index(node: ast.AST) -> Any:
    index = ast.literal_eval(node)
    parts = index if isinstance(index, tuple) else (index,)
    if not all(type(part) is int for part in parts):
        raise ValueError
    return index


def _elsewhere(place: ast.AST, scene: Scene) -> Scene:
    """Return the scene that stands behind an @."""
    per_epoch = scene.config.per_epoch
    match place:
        case ast.Name(id="start"):
            return scene_at(scene, 0)
        case ast.Call(func=ast.Name(id="epoch"), args=[ast.Constant(value=int(number))]):
            return scene_at(scene, number * per_epoch)
        case ast.Call(func=ast.Name(id="minibatch"), args=[ast.Constant(value=int(number))]):
            return scene_at(scene, number)
        case ast.Call(func=ast.Name(id="step"), args=[ast.Constant(value=int(number))]):
            if 1 <= number <= len(scene.others):
                other = scene.others[number - 1]
                return Scene(other.config, other.position, scene.others)
    raise ValueError


def _named(name: str, scene: Scene) -> Any:
    run = _run(scene.config, scene.position)
    match name:
        case "eta":
            return scene.config.optimizer.learning_rate
        case "cost":
            if (found := run.defined_cost) is not None:
                return found
        case "train_cost":
            return Evaluator(run).training().cost
        case "accuracy":
            return Evaluator(run).training().accuracy
        case "test_cost" | "test_accuracy":
            if (measure := Evaluator(run).testing()) is not None:
                return getattr(measure, name.removeprefix("test_"))
    if not run.defines(name):
        raise ConfigError([Fault("expression", say("names what is not there at this stop"), name)])
    return np.array(run.tensor(name))


def _stuck(scene: Scene, seeds: float, epochs: float, cost: float) -> int:
    """Return how many of the first seeds have not come below a cost after so many epochs."""
    count, epochs = int(seeds), int(epochs)
    if not (1 <= count <= MOST_SEEDS and 1 <= epochs * scene.config.per_epoch <= FARTHEST):
        raise ValueError
    return _stuck_of(scene.config, count, epochs, cost)


@cache
def _stuck_of(config: Config, seeds: int, epochs: int, cost: float) -> int:
    configs = [config.merged({"seed": seed}) for seed in range(seeds)]
    sweep = Sweep(configs, epochs, cost)
    while sweep.done < 1:
        sweep.work(10**6)
    return sum(outcome.cost >= cost for outcome in sweep.outcomes())
