"""What stands at the head of a section."""

import pytest

from app.engine.config import Config
from app.engine.functions import ACTIVATIONS
from app.engine.program import Kind, Op, program
from app.presets import preset
from app.sheet.headings import NAMES, activation_name, needs_every_gradient, note, title
from app.sheet.plain import text
from tests.explain.networks import CONFIGS


def said(config: Config, op: Op) -> str:
    return "".join(p if isinstance(p, str) else text(p) for p in note(config, op))


def test_every_op_has_a_title_of_its_own() -> None:
    config = CONFIGS["adam clipped"]
    titles = [title(config, op) for op in program(config)]
    assert len(set(titles)) == len(titles)
    assert titles[:3] == ["the examples", "layer 1, weighted sums", "layer 1, activations: tanh"]


def test_every_activation_has_its_name() -> None:
    assert NAMES.keys() == ACTIVATIONS.keys()
    assert activation_name(preset("iris"), 2) == "softmax"


@pytest.mark.parametrize(
    ("config", "op", "words"),
    [
        (preset("mazur"), Op(Kind.GRADIENT, 2), "held still; their gradients are not needed."),
        (preset("mazur"), Op(Kind.UPDATE, 1), "old weights. The biases of this layer are held"),
        (preset("mazur"), Op(Kind.UPDATE, 2), "The biases of this layer are held still."),
        (preset("xor"), Op(Kind.UPDATE, 1), "every number above was computed with the old weights"),
        (preset("iris"), Op(Kind.DELTA, 2), "cancel: what is left is a − y."),
    ],
)
def test_what_has_to_be_said_is_said(config: Config, op: Op, words: str) -> None:
    assert words in said(config, op)


@pytest.mark.parametrize("op", [Op(Kind.DRAW, 0), Op(Kind.DELTA, 2), Op(Kind.GRADIENT, 1)])
def test_mostly_there_is_nothing_to_say(op: Op) -> None:
    assert not note(preset("xor"), op)


def test_the_norm_needs_the_gradients_of_held_biases_too() -> None:
    assert needs_every_gradient(CONFIGS["sgd clipped"])
    assert not needs_every_gradient(CONFIGS["clip by value"])
    assert not needs_every_gradient(preset("mazur"))
