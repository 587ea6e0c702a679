"""The complex step gives every gradient to the last digits, from a forward pass of its own."""

import numpy as np
import pytest

from app.engine.functions import ACTIVATIONS
from app.engine.program import Kind
from app.explain.complex_step import VALUES, complex_step
from app.explain.expression import Quantity, evaluate
from app.explain.formulas import VALUES as FORMULAS
from app.explain.proof import prove
from app.session.timeline import Timeline

from .networks import CONFIGS, gradients, scene


def at_end_of_backward(name: str) -> Timeline:
    timeline = Timeline(CONFIGS[name])
    kinds = [op.kind for op in timeline.run.program]
    clips = Kind.CLIP if Kind.CLIP in kinds else Kind.UPDATE
    timeline.forward(timeline.length + kinds.index(clips))
    return timeline


@pytest.mark.parametrize("name", CONFIGS)
def test_every_gradient_is_that_of_the_complex_step(name: str) -> None:
    s = scene(at_end_of_backward(name))
    tolerance = 2e-4 if s.config.dtype == "float32" else 1e-11
    for tensor in gradients(s):
        known = s.now.tensor(tensor)[1] if tensor[0:2] == "de" else s.now.tensor(tensor)
        found = np.array(
            [complex_step(s, tensor, index, 1) for index in np.ndindex(known.shape)]
        ).reshape(known.shape)
        rounding = max(tolerance * abs(known).max(), 1e-15)
        np.testing.assert_allclose(found, known, tolerance, rounding)


def test_every_activation_has_its_complex_value() -> None:
    assert VALUES.keys() == ACTIVATIONS.keys()


@pytest.mark.parametrize("name", sorted(FORMULAS))
def test_on_real_numbers_it_is_the_activation(name: str) -> None:
    for z in (-800.0, -3.0, -0.1, 0.0, 0.2, 2.5, 800.0):
        with np.errstate(all="ignore"):
            found = VALUES[name](np.array([[complex(z)]]))
        expected = evaluate(FORMULAS[name](Quantity("z", z)))
        assert found[0, 0].real == pytest.approx(expected, rel=1e-12, abs=1e-300)


def test_the_proof_has_it_where_there_is_no_kink() -> None:
    s = scene(at_end_of_backward("tanh"))
    proof = prove(s, "dW1", (0, 1), None)
    assert proof.complex_step == pytest.approx(proof.analytic, rel=1e-12)
