"""What forward pass, cost and backward pass compute, number by number.

Every function returns the formula of one number as a tree. `l` is the layer, `j` the unit, `n` the
example of the minibatch; all count from 0 here and from 1 where a reader sees them.
"""

import numpy as np

from app.engine.costs import example_costs
from app.explain import formulas
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
from app.explain.scene import Scene, scaled, total

__all__ = [
    "activation", "cost", "delta", "example_cost", "gradient", "mean", "penalty_slope",
    "preactivation", "slope", "squared_norm", "weights_total",
]  # fmt: skip


def preactivation(s: Scene, l: int, j: int, n: int) -> Expression:
    """z = Σ a w + b"""
    a, W = s.now.tensor(f"a{l - 1}")[n], s.used(f"W{l}")[:, j]
    products = total(
        lambda i: Product((s.unit("a", l - 1, i, n), s.weight(l, i, j))), a * W, s.most
    )
    bias = s.bias(l, j)
    if bias is None:
        return products
    return Sum((*(products.terms if isinstance(products, Sum) else (products,)), bias))


def activation(s: Scene, l: int, j: int, n: int) -> Expression:
    """a = f(z)"""
    name = s.config.layers[l - 1].activation
    if name == "softmax":
        return formulas.softmax([s.unit("z", l, k, n) for k in range(s.config.sizes[l])], j)
    return formulas.VALUES[name](s.unit("z", l, j, n))


def slope(s: Scene, l: int, j: int, n: int) -> Expression:
    """f'(z), for every activation but softmax, whose outputs hang together"""
    f = formulas.SLOPES[s.config.layers[l - 1].activation]
    return f(s.unit("z", l, j, n), s.unit("a", l, j, n))


def example_cost(s: Scene, n: int) -> Expression:
    """C_x, what example n adds"""
    L, outputs = s.config.depth, range(s.config.sizes[-1])
    z, a = ([s.unit(symbol, L, k, n) for k in outputs] for symbol in ("z", "a"))
    y = [s.target(k, n) for k in outputs]
    match s.config.cost.name:
        case "squared_error":
            return formulas.squared_error(a, y, s.config.cost.half)
        case "binary_cross_entropy":
            return formulas.logistic_cost(z, y)
        case _:
            return formulas.cross_entropy(z, a, y)


def cost(s: Scene) -> Expression:
    """C = share · Σ C_x + penalties"""
    L = s.config.depth
    values = example_costs(s.config, *(s.now.tensor(name) for name in (f"z{L}", f"a{L}", "y")))
    terms = total(
        lambda n: Quantity("Cx", float(values[n]), None, (), "costs", (n,), n), values, s.most
    )
    whole = scaled(s.share(), terms)
    factors = ((s.config.l2 / 2, "sumW2"), (s.config.l1, "sumAbsW"))
    penalties = [
        Product((Number(factor, repr(factor)), Quantity(symbol, _over_weights(s, symbol))))
        for factor, symbol in factors
        if factor
    ]
    return Sum((whole, *penalties)) if penalties else whole


def weights_total(s: Scene, symbol: str) -> Expression:
    """Σ w² or Σ |w| over all layers, term by term"""
    weights = [
        s.weight(l, i, j)
        for l in range(1, s.config.depth + 1)
        for i, j in np.ndindex(s.used(f"W{l}").shape)
    ]
    if symbol == "sumW2":
        return Sum(tuple(Power(w, 2) for w in weights))
    return Sum(tuple(Call("abs", (w,)) for w in weights))


def squared_norm(s: Scene) -> Expression:
    """Σ g² over the gradients of all layers, as they were before clipping, term by term"""
    names = [n for l in range(1, s.config.depth + 1) for n in (f"dW{l}", f"db{l}")]
    return Sum(
        tuple(
            Power(Quantity("g", float(value), int(name[2:]), tuple(i + 1 for i in index)), 2)
            for name in names
            if name in s.defined
            for index, value in np.ndenumerate(s.unclipped.tensor(name))
        )
    )


def _over_weights(s: Scene, symbol: str) -> float:
    """Σ W² or Σ |W| over all layers"""
    each = [s.used(f"W{l}") for l in range(1, s.config.depth + 1)]
    return float(sum((W * W if symbol == "sumW2" else np.abs(W)).sum() for W in each))


def delta(s: Scene, l: int, j: int, n: int) -> Expression:
    """delta = (Σ delta w) f'(z), and at the output what the cost says"""
    if l == s.config.depth:
        return _output_delta(s, j, n)
    W, above = s.used(f"W{l + 1}")[j], s.now.tensor(f"delta{l + 1}")[n]
    error = total(
        lambda k: Product((s.unit("delta", l + 1, k, n), s.weight(l + 1, j, k))), W * above, s.most
    )
    f = slope(s, l, j, n)
    if f == formulas.ONE:
        return error
    return Product((*(error.factors if isinstance(error, Product) else (error,)), f))


def _output_delta(s: Scene, j: int, n: int) -> Expression:
    """a - y; for the squared error 2 (a - y) f'(z), without the 2 if it is halved"""
    L = s.config.depth
    error: Expression = Sum((s.unit("a", L, j, n), Negative(s.target(j, n))))
    if s.config.cost.name != "squared_error":
        return error
    if s.config.layers[-1].activation == "softmax":
        return _through_softmax(s, j, n)
    two = () if s.config.cost.half else (Number(2, "2"),)
    f = slope(s, L, j, n)
    factors = (*two, error, *(() if f == formulas.ONE else (f,)))
    return Product(factors) if len(factors) > 1 else error


def _through_softmax(s: Scene, j: int, n: int) -> Expression:
    """a_j (g_j - Σ g_k a_k), g = 2 (a - y), or without the 2"""
    L, outputs = s.config.depth, range(s.config.sizes[-1])
    a = [s.unit("a", L, k, n) for k in outputs]
    g: list[Expression] = [Sum((a[k], Negative(s.target(k, n)))) for k in outputs]
    if not s.config.cost.half:
        g = [Product((Number(2, "2"), term)) for term in g]
    mixed = Sum(tuple(Product((g[k], a[k])) for k in outputs))
    return Product((a[j], Sum((g[j], Negative(mixed)))))


def gradient(s: Scene, l: int, i: int | None, j: int) -> Expression:
    """dw = share · Σ a delta + penalty, over the examples; with i None db = share · Σ delta"""
    errors = s.now.tensor(f"delta{l}")[:, j]
    if i is None:
        return scaled(s.share(), total(lambda n: s.unit("delta", l, j, n), errors, s.most))
    inputs = s.now.tensor(f"a{l - 1}")[:, i]
    summed = total(
        lambda n: Product((s.unit("a", l - 1, i, n), s.unit("delta", l, j, n))),
        inputs * errors,
        s.most,
    )
    whole = scaled(s.share(), summed)
    penalties = penalty_slope(s, l, i, j)
    return Sum((whole, *penalties)) if penalties else whole


def penalty_slope(s: Scene, l: int, i: int, j: int) -> list[Expression]:
    """l2 w + l1 sign(w), as far as they are switched on"""
    w = s.weight(l, i, j)
    ridge = [Product((Number(s.config.l2, repr(s.config.l2)), w))] if s.config.l2 else []
    lasso = [Product((Number(s.config.l1, repr(s.config.l1)), Call("sign", (w,))))]
    return [*ridge, *(lasso if s.config.l1 else [])]


def mean(s: Scene, symbol: str, l: int, j: int) -> Expression:
    """The mean over the examples of the minibatch"""
    values = s.now.tensor(f"{symbol}{l}")[:, j]
    whole = total(lambda n: s.unit(symbol, l, j, n), values, s.most)
    return whole if s.N == 1 else Fraction(whole, Number(s.N, str(s.N)))
