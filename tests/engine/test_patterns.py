"""What the units of the first layer look for: their weights, told in steps."""

import numpy as np
import pytest

from app.engine.patterns import STEPS, patterns
from app.engine.run import Run
from app.presets import preset

from .networks import net


@pytest.mark.parametrize(("name", "pixels"), [("digits8", 64), ("digits28", 784)])
def test_a_pattern_has_a_step_for_every_pixel(name: str, pixels: int) -> None:
    data = {"name": name, "samples": 50}
    run = Run(net((6, "tanh"), (10, "softmax"), data=data, cost={"name": "cross_entropy"}))
    found = patterns(run, 4)
    assert len(found) == 4
    for j, pattern in enumerate(found):
        assert len(pattern.weights) == pixels
        assert max(map(abs, pattern.weights)) == STEPS
        told = np.array(pattern.weights) / STEPS * pattern.largest
        assert told == pytest.approx(run.tensor("W1")[:, j], abs=0.51 * pattern.largest / STEPS)


def test_where_the_inputs_are_no_picture_or_a_weight_no_number_there_are_none() -> None:
    assert patterns(Run(preset("xor")), 24) == []
    run = Run(preset("digits"))
    run.set_value("W1", (0, 0), float("nan"))
    assert patterns(run, 24) == []


def test_weights_that_are_all_zero_are_a_plain_picture() -> None:
    run = Run(preset("digits").merged({"init": {"weights": "zeros"}}))
    assert patterns(run, 1)[0] == (0.0, (0,) * 784)
