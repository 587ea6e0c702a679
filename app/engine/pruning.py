"""Magnitude pruning: the smallest weights of each layer become 0, and a mask keeps them there.

LeCun et al. 1990 removed weights by what they matter; their size stands for that here, as in Han
et al. 2015.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Pruning"]

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Pruning:
    """W = keep ∘ W in every minibatch; in the one that is `due`, keep is chosen.

    `layers` has W and keep of each. Of weights of the same size the first go.
    """

    layers: Sequence[tuple[Array, Array]]
    share: float
    due: int
    clock: Any
    """Has the number of the iteration."""

    @property
    def operations(self) -> int:
        """One product for each weight; the choice, which comes once, is not counted."""
        return sum(W.size for W, _ in self.layers)

    def __call__(self) -> None:
        for W, keep in self.layers:
            if self.clock.iteration == self.due:
                self._choose(W, keep)
            np.multiply(W, keep, out=W)

    def _choose(self, W: Array, keep: Array) -> None:
        flat = (*W.shape[:-2], -1)
        order = np.abs(W).reshape(flat).argsort(-1, kind="stable")
        gone = order[..., : round(self.share * order.shape[-1])]
        chosen = np.ones(order.shape, keep.dtype)
        np.put_along_axis(chosen, gone, 0, -1)
        keep[...] = chosen.reshape(keep.shape)
