"""What batch norm computes, number by number.

Its functions bear the names of the tensors; for d, the error signal above it, see `passes.signal`.
"""

from typing import Any

from numpy.typing import NDArray

from app.engine.norm import EPSILON, SHARE
from app.explain.expression import (
    Call,
    Expression,
    Fraction,
    Negative,
    Number,
    Power,
    Product,
    Quantity,
    Sum,
)
from app.explain.scene import Scene, mean, scaled, total

__all__ = ["error", "gradient", "mu", "running", "var", "zhat", "ztilde"]


def mu(s: Scene, l: int, j: int) -> Expression:
    """μ = 1/N Σ z"""
    return mean(s, "z", l, j)


def var(s: Scene, l: int, j: int) -> Expression:
    """σ² = 1/N Σ (z - μ)²"""
    centre = s.of_layer("mu", l, j)
    away = (s.now.tensor(f"z{l}")[:, j] - centre.value) ** 2
    whole = total(lambda n: Power(Sum((s.unit("z", l, j, n), Negative(centre))), 2), away, s.most)
    return Fraction(whole, Number(s.N, str(s.N)))


def zhat(s: Scene, l: int, j: int, n: int) -> Expression:
    """ẑ = (z - μ) / √(σ² + ε)"""
    return Fraction(Sum((s.unit("z", l, j, n), Negative(s.of_layer("mu", l, j)))), _root(s, l, j))


def ztilde(s: Scene, l: int, j: int, n: int) -> Expression:
    """z̃ = γ ẑ + β"""
    stretched = Product((s.of_layer("gamma", l, j), s.unit("zhat", l, j, n)))
    return Sum((stretched, s.of_layer("beta", l, j)))


def running(s: Scene, symbol: str, l: int, j: int) -> Expression:
    """r + share (μ - r), or for the variance r + share (N/(N - 1) σ² - r)"""
    name = f"{symbol}{l}"
    old = Quantity(symbol, float(s.before.tensor(name)[j]), l, (j + 1,), name, (j,))
    new: Expression = s.of_layer(symbol.removeprefix("r"), l, j)
    if symbol == "rvar":
        new = Product((Number(s.N / (s.N - 1), f"{s.N}/{s.N - 1}"), new))
    share = Number(SHARE, repr(SHARE))
    return Sum((old, Product((share, Sum((new, Negative(old)))))))


def _root(s: Scene, l: int, j: int) -> Expression:
    return Call("sqrt", (Sum((s.of_layer("var", l, j), Number(EPSILON, "0.00001"))),))


def error(s: Scene, l: int, j: int, n: int) -> Expression:
    """γ / √(σ² + ε) · (d - mean d - ẑ mean(d ẑ)), d the error signal above the norm"""
    d, hats = s.now.tensor(f"deltatilde{l}")[:, j], s.now.tensor(f"zhat{l}")[:, j]
    count = Number(s.N, str(s.N))
    plain = Fraction(total(lambda m: s.unit("deltatilde", l, j, m), d, s.most), count)
    along = Fraction(_along(s, l, j, d * hats), count)
    rest = Sum(
        (
            s.unit("deltatilde", l, j, n),
            Negative(plain),
            Negative(Product((s.unit("zhat", l, j, n), along))),
        )
    )
    return Product((Fraction(s.of_layer("gamma", l, j), _root(s, l, j)), rest))


def _along(s: Scene, l: int, j: int, values: NDArray[Any]) -> Expression:
    """Σ d ẑ over the examples"""
    return total(
        lambda m: Product((s.unit("deltatilde", l, j, m), s.unit("zhat", l, j, m))), values, s.most
    )


def gradient(s: Scene, symbol: str, l: int, j: int) -> Expression:
    """dγ = share · Σ d ẑ,  dβ = share · Σ d"""
    d, hats = s.now.tensor(f"deltatilde{l}")[:, j], s.now.tensor(f"zhat{l}")[:, j]
    if symbol == "dgamma":
        return scaled(s.share(), _along(s, l, j, d * hats))
    return scaled(s.share(), total(lambda n: s.unit("deltatilde", l, j, n), d, s.most))
