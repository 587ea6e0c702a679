"""How strong the gradient is in every layer, and how far it moves the weights."""

from math import nan, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.engine.run import Run, norm

__all__ = ["gradient_flow"]

Array = NDArray[Any]


@np.errstate(all="ignore")  # what is about to diverge may overflow when it is squared
def gradient_flow(run: Run, before: Array | None) -> list[float]:
    """Return, between two minibatches, three numbers for each layer of the one that is done.

    First the norms of dW of all layers, then those of delta, then how far W moved.

    - ‖dW[l]‖, NaN for a frozen layer;
    - ‖delta[l]‖ / √N, the root mean square over the examples of each one's ‖delta[l]‖, which does
      not depend on the size of the minibatch;
    - ‖ΔW[l]‖ / ‖W[l]‖ with the weights in `before`, all that was learned when it began.

    All are NaN at the very start, and the last where `before` is not known or W was 0.
    """
    layers = range(1, run.config.depth + 1)
    if not run.position:
        return [nan] * (3 * len(layers))
    tape = run.tape
    deltas = (norm(tape.delta[l]) / sqrt(tape.N) for l in layers)
    return [*run.gradient_norms(), *deltas, *(_moved(run, l, before) for l in layers)]


def _moved(run: Run, l: int, before: Array | None) -> float:
    """Return ‖ΔW[l]‖ / ‖W[l]‖."""
    if before is None:
        return nan
    place = run.parameters.weights[l]
    old, new = before[place], run.parameters.flat[""][place]
    size = norm(old)
    return norm(new - old) / size if size else nan
