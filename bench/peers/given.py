"""What every peer is given, so that all of them train the same: first weights and minibatches."""

from typing import Any

from numpy.typing import NDArray

from app.engine.config import Config
from app.engine.run import Run

__all__ = ["Given"]

Array = NDArray[Any]


class Given:
    """Training examples X (n, d) and Y (n, k), the first parameters, and the minibatches."""

    def __init__(self, config: Config) -> None:
        run = Run(config)
        self._minibatches = run.minibatches[0]
        data = self._minibatches.data
        self.X, self.Y = data.X[: data.train].copy(), data.Y[: data.train].copy()
        self.parameters = {
            name: run.tensor(name).copy()
            for l in range(1, config.depth + 1)
            for name in (f"W{l}", f"b{l}")
        }
        self.per_epoch, self.size = run.per_epoch, self._minibatches.size

    def minibatch(self, iteration: int) -> Array:
        """Return the indices (N,) of the examples of an iteration."""
        return self._minibatches.examples_of(iteration)
