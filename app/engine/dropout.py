"""Dropout: in each minibatch some outputs of a layer, drawn anew for every example, are 0.

Those that stay are larger by 1 / (1 - share), so that their mean is what it was and evaluation
needs nothing (Srivastava et al. 2014, in the form that PyTorch has).
"""

from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from app.engine.streams import stream

__all__ = ["Mask"]

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Mask:
    """Draws the mask (n, N) of a layer: a function of seed, layer and iteration, and so the same
    whenever a minibatch is executed again. With several seeds it has a run axis in front."""

    mask: Array
    share: float
    layer: int
    seeds: tuple[int, ...]
    clock: Any
    """Has the number of the iteration."""

    @property
    def operations(self) -> int:
        """One comparison and one product for each entry."""
        return 2 * self.mask.size

    def __call__(self) -> None:
        masks = [self.mask] if len(self.seeds) == 1 else self.mask
        for seed, mask in zip(self.seeds, masks, strict=True):
            drawn = stream(seed, "dropout", self.layer, self.clock.iteration).random(mask.T.shape)
            mask[...] = (drawn.T >= self.share) / (1 - self.share)
