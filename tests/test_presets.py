"""The presets are what they say, and they train."""

import numpy as np
import pytest

from app.engine.config import Config
from app.engine.evaluate import Evaluator
from app.engine.run import Run
from app.failures import FAILURES
from app.language import Text
from app.presets import PRESETS, preset

CLAIMS = {
    "xor": ((2, 3, 1), 4),
    "xor_sum": ((2, 3, 1), 4),
    "linear_regression": ((1, 1), 100),
    "one_neuron": ((1, 1), 1),
    "perceptron": ((2, 1), 100),
    "mazur": ((2, 2, 2), 1),
    "circle": ((2, 4, 2, 1), 500),
    "spiral": ((2, 8, 8, 8, 1), 400),
    "sine": ((1, 8, 8, 1), 100),
    "iris": ((4, 8, 3), 150),
    "digits": ((784, 10, 10), 5000),
    "vanishing": ((2, *[4] * 10, 1), 200),
    "exploding": ((2, *[8] * 6, 1), 200),
    "dead_relu": ((2, 6, 1), 200),
    "symmetry": ((2, 3, 1), 4),
    "too_large_rate": ((1, 1), 100),
    "stuck_xor": ((2, 2, 1), 4),
    "saturation": ((1, 1), 1),
}
"""Sizes of the layers and number of examples, as title and text of each preset say."""


def test_every_preset_has_a_claim() -> None:
    assert CLAIMS.keys() == PRESETS.keys()
    assert next(iter(PRESETS)) == "xor"


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_has_the_sizes_it_claims(name: str) -> None:
    config = preset(name)
    assert (config.sizes, config.data.count) == CLAIMS[name]
    written = PRESETS[name].title.rpartition(", ")[2]
    if written[0].isdigit():
        assert written == "-".join(map(str, config.sizes))


@pytest.mark.parametrize("name", [name for name in PRESETS if name not in FAILURES])
def test_a_preset_trains_without_divergence_and_gets_better(name: str) -> None:
    run = Run(preset(name))
    evaluator = Evaluator(run)
    before = evaluator.training().cost
    assert run.advance_while_finite(10 * run.per_epoch * len(run.program))
    assert run.is_finite()
    assert evaluator.training().cost < before


@pytest.mark.parametrize(("name", "epochs"), [("xor", 2000), ("iris", 40), ("spiral", 300)])
def test_a_preset_learns_what_it_is_for(name: str, epochs: int) -> None:
    run = Run(preset(name))
    run.advance(epochs * run.per_epoch * len(run.program))
    assert (Evaluator(run).training().accuracy or 0) > 0.95


def test_the_line_finds_slope_and_intercept() -> None:
    run = Run(preset("linear_regression"))
    run.advance(300 * len(run.program))
    found = [run.tensor("W1")[0, 0], run.tensor("b1")[0]]
    assert np.allclose(found, [2, 1], atol=0.1)


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_is_read_once_and_can_be_written_down(name: str) -> None:
    assert preset(name) is preset(name)
    assert Config.parse(preset(name).as_json()) == preset(name)
    assert PRESETS[name].about.endswith(".")


@pytest.mark.parametrize("name", PRESETS)
def test_its_words_can_be_said_in_another_language(name: str) -> None:
    known = PRESETS[name]
    words = [known.title, known.about, *([known.group] if known.group else [])]
    assert all(isinstance(word, Text) for word in words)


def test_there_is_no_other() -> None:
    with pytest.raises(KeyError):
        preset("none")
