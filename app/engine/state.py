"""The numbers of a run: parameters in one arena, and the tape of a minibatch.

Memory is laid out for the kernels. Weights and biases of a layer stand together as one matrix
[W; b] whose last row is the bias, and every activation carries a row of ones, so that
z = a W + b and (dW, db) = aᵀ delta are one product each. Minibatch tensors are kept
units-first, (n_l, N), which makes every kernel's operands contiguous; `named` shows all of them
batch-first, as the world outside knows them. With a run axis every array has R in front.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.engine.config import Config
from app.engine.program import MOMENTS

__all__ = ["Parameters", "Tape", "lies_within"]

Array = NDArray[Any]


class Parameters:
    """Values, gradients and moments of all parameters, each a view into one arena.

    The arena is [values | moments | gradients]; its first part, `lasting`, is all that one
    minibatch hands to the next (with gradients only where they are, by mistake, not cleared).
    """

    def __init__(self, config: Config, runs: tuple[int, ...] = ()) -> None:
        sizes = config.sizes
        self.spans: list[slice] = [slice(0, 0)]
        for layer, fan_in in zip(config.layers, sizes[:-1], strict=True):
            start = self.spans[-1].stop
            self.spans.append(slice(start, start + (fan_in + layer.bias) * layer.units))
        count = self.spans[-1].stop
        kinds = ("", *(f"{moment}_" for moment in MOMENTS[config.optimizer.name]), "d")
        arena = np.zeros((*runs, len(kinds) * count), config.dtype)
        handed_on = len(kinds) - (config.mistake != "stale_gradients")
        self.lasting: Array = arena[..., : handed_on * count]
        self.flat: dict[str, Array] = {
            kind: arena[..., i * count : (i + 1) * count] for i, kind in enumerate(kinds)
        }
        self.blocks = {kind: self._blocks(config, flat) for kind, flat in self.flat.items()}
        self._config = config
        self.named = dict(self._named(self.blocks))

    def values_in(self, lasting: Array) -> dict[str, Array]:
        """Return weights and biases by name, views into what `lasting` was at another time."""
        count = self.flat[""].shape[-1]
        return dict(self._named({"": self._blocks(self._config, lasting[..., :count])}))

    def _blocks(self, config: Config, flat: Array) -> list[Array]:
        """Return the matrices [W; b] of the layers in `flat`; entry 0 stands for the input."""
        sizes = config.sizes
        blocks = [flat[..., :0]]
        for l, layer in enumerate(config.layers, 1):
            shape = (*flat.shape[:-1], sizes[l - 1] + layer.bias, layer.units)
            blocks.append(flat[..., self.spans[l]].reshape(shape))
            assert np.shares_memory(blocks[l], flat), "a parameter matrix must be a view"
        return blocks

    def _named(self, blocks_of: Mapping[str, list[Array]]) -> Iterator[tuple[str, Array]]:
        for kind, blocks in blocks_of.items():
            for l, layer in enumerate(self._config.layers, 1):
                fan_in = self._config.sizes[l - 1]
                yield f"{kind}W{l}", blocks[l][..., :fan_in, :]
                if layer.bias:
                    yield f"{kind}b{l}", blocks[l][..., fan_in, :]


class Tape:
    """What one minibatch of N examples computes: a, z and delta of every layer, and the cost.

    `inputs[l]` is what the weights of layer l multiply: a[l-1], with its row of ones where the
    layer has biases.
    """

    def __init__(self, config: Config, N: int, runs: tuple[int, ...] = ()) -> None:
        sizes, dtype = config.sizes, config.dtype
        self.N = N
        self.rows = np.ones((*runs, N, sizes[0] + 1), dtype)  # gathered example by example
        ones = [self.rows.mT, *(np.ones((*runs, n + 1, N), dtype) for n in sizes[1:])]
        self.a: list[Array] = [array[..., :-1, :] for array in ones]
        self.inputs: list[Array] = [ones[0]] + [
            ones[l] if layer.bias else self.a[l] for l, layer in enumerate(config.layers)
        ]
        # All z stand in one vector, so that one product tells whether all of them are finite.
        self.all_z: Array = np.zeros((*runs, sum(sizes[1:]) * N), dtype)
        starts = np.cumsum((0, *sizes[1:])) * N
        self.z: list[Array] = [self.all_z[..., :0]] + [
            self.all_z[..., starts[l] : starts[l + 1]].reshape(*runs, n, N)
            for l, n in enumerate(sizes[1:])
        ]
        self.delta: list[Array] = [np.zeros((*runs, n, N), dtype) for n in sizes]
        self.scratch: list[tuple[Array, Array]] = [
            (np.zeros((*runs, n, N), dtype), np.zeros((*runs, n, N), dtype)) for n in sizes
        ]
        self.y: Array = np.zeros((*runs, sizes[-1], N), dtype)
        self.cost: Array = np.zeros(runs, dtype)
        self.named: dict[str, Array] = {"y": self.y.mT, "cost": self.cost, "a0": self.a[0].mT}
        for l in range(1, config.depth + 1):
            for name in ("z", "a", "delta"):
                self.named[f"{name}{l}"] = getattr(self, name)[l].mT

    def take(self, other: "Tape") -> None:
        """Hold what another tape for as many examples holds."""
        for name, array in other.named.items():
            self.named[name][...] = array
        for mine, others in zip(self.scratch, other.scratch, strict=True):
            for array, its in zip(mine, others, strict=True):
                array[...] = its  # an op may have left something for the next


def lies_within(index: tuple[int, ...], shape: tuple[int, ...]) -> bool:
    """Whether an index names one entry of a tensor of that shape."""
    return len(index) == len(shape) and all(i < n for i, n in zip(index, shape, strict=True))
