"""The bound of rounding covers what is measured, and is not much larger than need be."""

import numpy as np
import pytest

from app.engine.names import parsed
from app.explain.complex_step import complex_step
from app.explain.rounding import backward_rounding

from .networks import CONFIGS, gradients, scene
from .test_proof import NETWORKS, at_end_of_backward, fitted


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("digits", [12, 14, 16])
def test_the_way_back_is_off_by_less(name: str, digits: float) -> None:
    s = scene(fitted(digits, **NETWORKS[name]))
    for tensor in gradients(s):
        analytic = s.now.tensor(tensor)
        is_delta = tensor.startswith("delta")
        for index in np.ndindex(analytic.shape):
            found = complex_step(s, tensor, index[-1:] if is_delta else index, index[0])
            assert abs(analytic[index] - found) < backward_rounding(s, *parsed(tensor))


@pytest.mark.parametrize("name", CONFIGS)
def test_what_a_person_sees_as_a_gradient_is_far_above_it(name: str) -> None:
    s = scene(at_end_of_backward(CONFIGS[name]))
    for tensor in gradients(s):
        assert 0 < backward_rounding(s, *parsed(tensor)) < 1e-9


def test_where_numbers_are_not_finite_there_is_no_bound() -> None:
    timeline = at_end_of_backward(CONFIGS["tanh"])
    timeline.change("W2", (0, 0), 1e308)
    timeline.change("W2", (0, 1), 1e308)
    assert backward_rounding(scene(timeline), "delta", 1) == 0.0
