"""The ops: what each stop of the program computes, as kernels on the state.

Every function's docstring is its equation; `l` is the layer number. In memory a minibatch stands
units-first and [W; b] is one matrix (`app.engine.state`), so the products below read transposed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy import add, copyto, multiply
from numpy.typing import NDArray

from app.engine.compiler import Kernel, Sweep
from app.engine.config import Clip, Config
from app.engine.costs import cost, output_delta, scale
from app.engine.dropout import Mask
from app.engine.functions import ACTIVATIONS, Call, constant
from app.engine.norm import Norm
from app.engine.optimizers import Updates
from app.engine.program import Op, pruned, reads, writes
from app.engine.pruning import Pruning
from app.engine.state import Parameters, Tape

__all__ = ["Ops"]

Array = NDArray[Any]


class Ops:
    """The kernels of one config for minibatches of one size.

    `seeds` are those of the runs, for what is drawn. Without any, the ops are those of evaluation:
    a norm goes by its running means and nothing is dropped.
    """

    def __init__(
        self,
        config: Config,
        p: Parameters,
        t: Tape,
        updates: Updates,
        draw: Sequence[Call] = (),
        seeds: tuple[int, ...] = (),
    ) -> None:
        self.config, self.p, self.t, self.updates = config, p, t, updates
        self._draw, self._seeds = list(draw), seeds
        self.scale = constant(scale(config, t.N), t.y)

    def kernel(self, op: Op) -> Kernel:
        """Return what `op` does."""
        steps = getattr(self, op.kind)(op.layer)
        names = frozenset(reads(op, self.config)), frozenset(writes(op, self.config))
        return Kernel(steps, *names)

    def draw(self, l: int) -> list[Call]:
        """a[0], y = the next minibatch, and the step size of this iteration"""
        rates = self.updates.rates
        return [*self._draw, (rates.fill,)] if rates.varies else self._draw

    # ------------------------------------------------------------------ forward

    def preactivate(self, l: int) -> list[Call]:
        """z[l] = a[l-1] W[l] + b[l]"""
        return [product(self.p.blocks[""][l].mT, self.t.inputs[l], self.t.z[l])]

    def normalize(self, l: int) -> list[Call]:
        """ẑ[l] = (z[l] - μ) / √(σ² + ε),  z̃[l] = γ ẑ[l] + β"""
        norm = Norm(self.p, self.t, l)
        return norm.of_minibatch() if self._seeds else norm.of_running_means()

    def activate(self, l: int) -> list[Call]:
        """a[l] = f(z[l]) (+ a[l-1] where residual); of z̃[l] where there is a norm"""
        layer, (z, out) = self.config.layers[l - 1], self.t.activated(l)
        value = ACTIVATIONS[layer.activation].value(z, out, *self.t.scratch[l])
        if layer.dropout or not layer.residual:
            return value
        return [*value, (copyto, self.t.a[l], out), *self._link(l)]

    def drop(self, l: int) -> list[Call]:
        """a[l] = mask[l] ∘ f(z[l]) (+ a[l-1] where residual)"""
        a, (_, f) = self.t.a[l], self.t.activated(l)
        if not self._seeds:
            return [(copyto, a, f), *self._link(l)]
        mask, share = self.t.beside[f"mask{l}"], self.config.layers[l - 1].dropout
        draw = Mask(mask, share, l, self._seeds, self.updates.rates)
        return [(draw,), *self.masked(l)]

    def masked(self, l: int) -> list[Call]:
        """What `drop` does when the mask is there."""
        _, f = self.t.activated(l)
        return [(multiply, f, self.t.beside[f"mask{l}"], self.t.a[l]), *self._link(l)]

    def _link(self, l: int) -> list[Call]:
        """a[l] = a[l] + a[l-1], or + a[l-1] P[l] where the sizes differ"""
        if not self.config.layers[l - 1].residual:
            return []
        a, below, s = self.t.a[l], self.t.a[l - 1], self.t.scratch[l][0]
        if not self.config.projects(l):
            return [(add, a, below, a)]
        return [product(self.p.named[f"P{l}"].mT, below, s), (add, a, s, a)]

    def cost(self, l: int) -> list[Call]:
        """C = reduction of C_x(a[L], y) + penalties"""
        return cost(self.config, self.p, self.t)

    # ------------------------------------------------------------------ backward

    def delta(self, l: int) -> list[Call]:
        """delta[l] = (delta[l+1] W[l+1]ᵀ) · f'(z[l]), and at the output what the cost says

        A residual link above brings its own share, dropout and a norm are passed through.
        """
        if l == self.config.depth:
            return output_delta(self.config, self.t)
        layer, beside = self.config.layers[l - 1], self.t.beside
        signal = beside[f"deltatilde{l}"] if layer.batch_norm else self.t.delta[l]
        arrived = beside[f"da{l}"] if layer.residual else signal
        calls = [product(self.p.named[f"W{l + 1}"], self.t.delta[l + 1], arrived)]
        calls += self._by_link(l, arrived)
        if layer.dropout:
            calls.append((multiply, arrived, beside[f"mask{l}"], signal))
            arrived = signal
        if slope := self.slope(l):
            calls += [*slope, (multiply, arrived, self.t.scratch[l][0], signal)]
        elif arrived is not signal:
            calls.append((copyto, signal, arrived))
        return [*calls, *(Norm(self.p, self.t, l).back() if layer.batch_norm else [])]

    def slope(self, l: int) -> list[Call]:
        """f'(z[l]), left in scratch; nothing where it is 1"""
        f = ACTIVATIONS[self.config.layers[l - 1].activation].slope
        return [] if f is None else f(*self.t.activated(l), *self.t.scratch[l])

    def _by_link(self, l: int, arrived: Array) -> list[Call]:
        """da[l] = … + da[l+1], or + da[l+1] P[l+1]ᵀ: what the link of the layer above brings"""
        if not self.config.layers[l].residual:
            return []
        above, s = self.t.beside[f"da{l + 1}"], self.t.scratch[l][0]
        if not self.config.projects(l + 1):
            return [(add, arrived, above, arrived)]
        return [product(self.p.named[f"P{l + 1}"], above, s), (add, arrived, s, arrived)]

    def gradient(self, l: int) -> list[Call | Sweep]:
        """dW[l] = s · a[l-1]ᵀ delta[l] + penalty,  db[l] = s · Σ delta[l]"""
        layer = self.config.layers[l - 1]
        steps: list[Call | Sweep] = [
            product(self.t.inputs[l], self.t.delta[l].mT, self.p.blocks["d"][l])
        ]
        if layer.batch_norm:
            steps += Norm(self.p, self.t, l).gradient()
        if self.config.projects(l):
            above = self.t.beside[f"da{l}"]
            steps.append(product(self.t.a[l - 1], above.mT, self.p.named[f"dP{l}"]))
        if self.scale != 1:
            steps.append(Sweep(self._scaled, self.p.spans[l]))
        if self.config.l1 or self.config.l2:
            steps.append(Sweep(self._penalized, self.p.weights[l]))
        return steps

    def _scaled(self, span: slice) -> list[Call]:
        """g = s g"""
        g = self.p.flat["d"][..., span]
        return [(multiply, g, self.scale, g)]

    def _penalized(self, span: slice) -> list[Call]:
        """g = g + l2 w + l1 sign(w)"""
        w, g = self.p.flat[""][..., span], self.p.flat["d"][..., span]
        s, l1, l2 = np.empty_like(w), self.config.l1, self.config.l2
        ridge: list[Call] = [(multiply, w, constant(l2, w), s), (add, g, s, g)] if l2 else []
        if not l1:
            return ridge
        return [*ridge, (np.sign, w, s), (multiply, s, constant(l1, w), s), (add, g, s, g)]

    def clip(self, l: int) -> list[Call]:
        """g = g clipped to the threshold, value by value or all by one factor"""
        assert self.config.clip is not None
        return [(_Clipped(self.config.clip, self.p.flat["d"]),)]

    def update(self, l: int) -> list[Sweep]:
        """W[l], b[l] = the optimizer's rule"""
        span, layer = self.p.spans[l], self.config.layers[l - 1]
        biases = layer.units if layer.bias and layer.freeze_bias else 0
        return [Sweep(self.updates.on, slice(span.start, span.stop - biases))]

    def prune(self, l: int) -> list[Call]:
        """W = keep ∘ W"""
        prune, after, named = self.config.prune, self.config.pruned_after, self.p.named
        assert prune is not None, "only what is pruned has a prune op"
        assert after is not None, "what is pruned is pruned after some epoch"
        layers = [(named[f"W{k}"], named[f"keep{k}"]) for k in pruned(self.config)]
        return [(Pruning(layers, prune.share, after - 1, self.updates.rates),)]


def product(A: Array, B: Array, out: Array) -> Call:
    """out = A B; the bound method is the cheapest way into BLAS where there is no run axis.

    Of what is strided (inputs without their row of ones) it makes a copy, and then sums in another
    order than with a run axis: one network and many must come to the same bits.
    """
    plain = A.ndim == B.ndim == 2 and A.flags.forc and B.flags.forc
    return (A.dot, B, out) if plain else (np.matmul, A, B, out)


@dataclass(frozen=True, eq=False)
class _Clipped:
    """By norm as PyTorch's clip_grad_norm_: factor min(1, threshold / (norm + 1e-6))."""

    clip: Clip
    g: Array

    @property
    def operations(self) -> int:
        """By value one for each entry; by norm a square, a sum and a product."""
        return (1 if self.clip.by == "value" else 3) * self.g.size

    def __call__(self) -> None:
        limit = self.clip.threshold
        if self.clip.by == "value":
            np.clip(self.g, -limit, limit, out=self.g)
        else:
            norm = np.linalg.norm(self.g, axis=-1, keepdims=True)
            np.multiply(self.g, np.minimum(limit / (norm + 1e-6), 1), out=self.g)
