"""The numbers of a run: parameters in one arena, and the tape of a minibatch.

Memory is laid out for the kernels. Weights and biases of a layer stand together as one matrix
[W; b] whose last row is the bias, and every activation carries a row of ones, so that
z = a W + b and (dW, db) = aᵀ delta are one product each. Minibatch tensors are kept
units-first, (n_l, N), which makes every kernel's operands contiguous; `named` shows all of them
batch-first, as the world outside knows them. With a run axis every array has R in front; in memory
the units come first all the same, so that elementwise work goes through all runs in one stretch.
"""

from collections.abc import Iterable, Iterator
from copy import copy
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.engine.config import Config
from app.engine.names import is_of_examples
from app.engine.program import MOMENTS, pruned

__all__ = ["Parameters", "Tape", "lies_within"]

Array = NDArray[Any]


class Parameters:
    """Values, gradients and moments of all parameters, each a view into one arena.

    The arena is one vector [values | moments | held | gradients], each of them of all runs, so that
    elementwise work goes through all runs in one stretch. All but the last is `lasting`, what one
    minibatch hands to the next (with gradients only where they are, by mistake, not cleared).
    `held` is what no gradient moves: running means of norms, and which weights are not pruned.
    A layer stands there as [gamma | beta | P | W | b], as far as it has them.
    """

    def __init__(self, config: Config, runs: tuple[int, ...] = ()) -> None:
        self._config = config
        self.spans: list[slice] = [slice(0, 0)]
        """Of every layer, all that it learns."""
        self.dense: list[slice] = [slice(0, 0)]
        """Of every layer, [W; b]."""
        for l, layer in enumerate(config.layers, 1):
            start = self.spans[-1].stop
            before = sum(np.prod(shape) for _, shape in _beside(config, l))
            stop = start + int(before) + (config.sizes[l - 1] + layer.bias) * layer.units
            self.spans.append(slice(start, stop))
            self.dense.append(slice(start + int(before), stop))
        self.weights = [slice(0, 0), *map(self._weights, range(1, config.depth + 1))]
        """Of every layer, its weights and those of its projection."""
        count = self.spans[-1].stop
        kinds = ("", *(f"{moment}_" for moment in MOMENTS[config.optimizer.name]))
        held = [part for l in range(1, config.depth + 1) for part in _held(config, l)]
        aside = sum(int(np.prod(shape)) for _, shape in held)
        sections = np.cumsum([0, *(count for _ in kinds), aside, count]) * int(np.prod(runs))
        arena = np.zeros(sections[-1], config.dtype)
        views = [arena[i:j].reshape(*runs, -1) for i, j in pairwise(sections.tolist())]
        stale = config.mistake == "stale_gradients"
        self.lasting: Array = arena if stale else arena[: sections[-2]]
        self.flat: dict[str, Array] = dict(
            zip((*kinds, "d"), [*views[:-2], views[-1]], strict=True)
        )
        self.blocks = {kind: self._blocks(flat) for kind, flat in self.flat.items()}
        self.named = {name: view for kind in self.flat for name, view in self._named(kind)}
        self.named |= _cut(views[-2], held)

    def take(self, one: "Parameters") -> None:
        """Hold, in every run, what the parameters of one run hold."""
        for name, array in one.named.items():
            self.named[name][...] = array

    def values_in(self, lasting: Array) -> dict[str, Array]:
        """Return weights and biases by name, views into what `lasting` was at another time."""
        flat = self.flat[""]
        return dict(self._named("", lasting[: flat.size].reshape(flat.shape)))

    def _weights(self, l: int) -> slice:
        rows, layer = self.dense[l], self._config.layers[l - 1]
        own = self._config.sizes[l - 1] * layer.units
        link = own if self._config.projects(l) else 0
        return slice(rows.start - link, rows.start + own)

    def _blocks(self, flat: Array) -> list[Array]:
        """Return the matrices [W; b] of the layers in `flat`; entry 0 stands for the input."""
        sizes = self._config.sizes
        blocks = [flat[..., :0]]
        for l, layer in enumerate(self._config.layers, 1):
            shape = (*flat.shape[:-1], sizes[l - 1] + layer.bias, layer.units)
            blocks.append(flat[..., self.dense[l]].reshape(shape))
            assert np.shares_memory(blocks[l], flat), "a parameter matrix must be a view"
        return blocks

    def _named(self, kind: str, values: Array | None = None) -> Iterator[tuple[str, Array]]:
        flat = self.flat[kind] if values is None else values
        blocks = self.blocks[kind] if values is None else self._blocks(values)
        for l, layer in enumerate(self._config.layers, 1):
            fan_in = self._config.sizes[l - 1]
            yield f"{kind}W{l}", blocks[l][..., :fan_in, :]
            if layer.bias:
                yield f"{kind}b{l}", blocks[l][..., fan_in, :]
            beside = slice(self.spans[l].start, self.dense[l].start)
            for name, view in _cut(flat[..., beside], _beside(self._config, l)).items():
                yield f"{kind}{name}", view


Named = Iterable[tuple[str, tuple[int, ...]]]


def _beside(config: Config, l: int) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Yield name and shape of what a layer learns beside [W; b]."""
    layer = config.layers[l - 1]
    if layer.batch_norm:
        yield from ((f"gamma{l}", (layer.units,)), (f"beta{l}", (layer.units,)))
    if config.projects(l):
        yield f"P{l}", (config.sizes[l - 1], layer.units)


def _held(config: Config, l: int) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Yield name and shape of what a layer keeps that no gradient moves."""
    layer = config.layers[l - 1]
    if layer.batch_norm:
        yield from ((f"rmu{l}", (layer.units,)), (f"rvar{l}", (layer.units,)))
    if l in pruned(config):
        yield f"keep{l}", (config.sizes[l - 1], layer.units)


def _cut(flat: Array, parts: Named) -> dict[str, Array]:
    """Return views of a vector, one behind the other, by name."""
    views, start = {}, 0
    for name, shape in parts:
        stop = start + int(np.prod(shape))
        views[name] = flat[..., start:stop].reshape(*flat.shape[:-1], *shape)
        start = stop
    return views


class Tape:
    """What one minibatch of N examples computes: a, z and delta of every layer, and the cost.

    `inputs[l]` is what the weights of layer l multiply: a[l-1], with its row of ones where the
    layer has biases.
    """

    def __init__(self, config: Config, N: int, runs: tuple[int, ...] = ()) -> None:
        sizes, dtype = config.sizes, config.dtype
        self.N = N

        def zeros(n: int, columns: int = N) -> Array:
            """Return an array (*runs, n, columns) in which a unit's rows of all runs touch. Of one
            example units touch: products of vectors with gaps would round in another way."""
            if N == 1:
                return np.zeros((*runs, n, columns), dtype)
            return np.moveaxis(np.zeros((n, *runs, columns), dtype), 0, -2)

        def compact(n: int) -> Array:
            """Return an array (*runs, n, N) in which each run's values touch, to be summed."""
            return np.zeros((*runs, n, N), dtype)

        self.rows = np.ones((*runs, N, sizes[0] + 1), dtype)  # gathered example by example
        ones = [self.rows.mT, *(zeros(n + 1) for n in sizes[1:-1])]
        for array in ones:
            array[..., -1, :] = 1
        self.a: list[Array] = [*(array[..., :-1, :] for array in ones), compact(sizes[-1])]
        self.inputs: list[Array] = [ones[0]] + [
            ones[l] if layer.bias else self.a[l] for l, layer in enumerate(config.layers)
        ]
        # All z stand in one block, so that one product tells whether all of them are finite.
        self.all_z: Array = zeros(sum(sizes[1:]))
        self.flat_z: Array = self.all_z.reshape(-1)
        """The same without a run axis, one vector."""
        starts = np.cumsum((0, *sizes[1:]))
        self.z: list[Array] = [self.all_z[..., :0, :]] + [
            self.all_z[..., starts[l] : starts[l + 1], :] for l in range(config.depth)
        ]
        self.delta: list[Array] = [*map(zeros, sizes[:-1]), compact(sizes[-1])]
        self.scratch: list[tuple[Array, Array]] = [
            *((zeros(n), zeros(n)) for n in sizes[:-1]), (compact(sizes[-1]), compact(sizes[-1]))
        ]  # fmt: skip
        self.y: Array = compact(sizes[-1])
        self.beside = {name: zeros(*shape) for name, shape in _on_the_way(config, N)}
        """What norms, dropout and residual links compute besides, by name; units first."""
        self.cost: Array = np.zeros(runs, dtype)
        self.named: dict[str, Array] = {"y": self.y.mT, "cost": self.cost, "a0": self.a[0].mT}
        for l in range(1, config.depth + 1):
            for name in ("z", "a", "delta"):
                self.named[f"{name}{l}"] = getattr(self, name)[l].mT
        for name, array in self.beside.items():
            self.named[name] = array.mT if is_of_examples(name) else array[..., 0]

    def activated(self, l: int) -> tuple[Array, Array]:
        """Return what the activation of layer l is applied to, and what it comes to: z and a where
        there is neither a norm nor anything after the activation."""
        return self.beside.get(f"ztilde{l}", self.z[l]), self.beside.get(f"f{l}", self.a[l])

    def over(self, rows: Array) -> "Tape":
        """Return a tape of the same arrays whose inputs (N, n + 1), with their column of ones, are
        `rows` themselves; for one network only."""
        other = copy(self)
        other.rows, other.a = rows, [rows[:, :-1].mT, *self.a[1:]]
        first = other.a[0] if self.inputs[1] is self.a[0] else rows.mT
        other.inputs = [rows.mT, first, *self.inputs[2:]]
        other.named = {**self.named, "a0": rows[:, :-1]}
        return other

    def take(self, other: "Tape") -> None:
        """Hold what another tape for as many examples holds."""
        for name, array in other.named.items():
            self.named[name][...] = array
        for mine, others in zip(self.scratch, other.scratch, strict=True):
            for array, its in zip(mine, others, strict=True):
                array[...] = its  # an op may have left something for the next


def _on_the_way(config: Config, N: int) -> Iterator[tuple[str, tuple[int, int]]]:
    """Yield name and shape of what a minibatch computes besides z, a and delta."""
    for l, layer in enumerate(config.layers, 1):
        n = layer.units
        if layer.batch_norm:
            yield from ((f"mu{l}", (n, 1)), (f"var{l}", (n, 1)))
            yield from ((f"{name}{l}", (n, N)) for name in ("zhat", "ztilde", "deltatilde"))
        if layer.is_branch:
            yield f"f{l}", (n, N)
        if layer.dropout:
            yield f"mask{l}", (n, N)
        if layer.residual:
            yield f"da{l}", (n, N)


def lies_within(index: tuple[int, ...], shape: tuple[int, ...]) -> bool:
    """Whether an index names one entry of a tensor of that shape."""
    return len(index) == len(shape) and all(i < n for i, n in zip(index, shape, strict=True))
