"""What forward pass, cost and backward pass compute, number by number.

Every function returns the formula of one number as a tree. `l` is the layer, `j` the unit, `n` the
example of the minibatch; all count from 0 here and from 1 where a reader sees them.
"""

import numpy as np

from app.engine.costs import example_costs
from app.engine.names import parsed
from app.engine.program import parameters, penalized
from app.explain import formulas, norm
from app.explain.expression import (
    Call,
    Expression,
    Negative,
    Number,
    Power,
    Product,
    Quantity,
    Sum,
)
from app.explain.scene import Scene, scaled, total

__all__ = [
    "activation", "arrived", "cost", "delta", "example_cost", "gradient", "link_gradient",
    "penalty_slope", "preactivation", "signal", "slope", "squared_norm", "value", "weights_total",
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
    """a = f(z), with dropout and a residual link what these make of it"""
    layer = s.config.layers[l - 1]
    if not layer.is_branch:
        return value(s, l, j, n)
    branch: Expression = s.unit("f", l, j, n)
    if layer.dropout:
        branch = Product((branch, s.unit("mask", l, j, n)))
    return Sum((branch, _skipped(s, l, j, n))) if layer.residual else branch


def _skipped(s: Scene, l: int, j: int, n: int) -> Expression:
    """What a residual link adds: the a below, or Σ a p"""
    if not s.config.projects(l):
        return s.unit("a", l - 1, j, n)
    a, P = s.now.tensor(f"a{l - 1}")[n], s.used(f"P{l}")[:, j]
    return total(lambda i: Product((s.unit("a", l - 1, i, n), s.link(l, i, j))), a * P, s.most)


def value(s: Scene, l: int, j: int, n: int) -> Expression:
    """f(z), or f(z̃) where there is a norm"""
    name = s.config.layers[l - 1].activation
    if name == "softmax":
        return formulas.softmax([s.unit("z", l, k, n) for k in range(s.config.sizes[l])], j)
    return formulas.VALUES[name](s.activated(l, j, n)[0])


def slope(s: Scene, l: int, j: int, n: int) -> Expression:
    """f'(z), for every activation but softmax, whose outputs hang together"""
    f = formulas.SLOPES[s.config.layers[l - 1].activation]
    return f(*s.activated(l, j, n))


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
        s.link(l, i, j) if kind == "P" else s.weight(l, i, j)
        for name in penalized(s.config)
        for kind, l in [parsed(name)]
        for i, j in np.ndindex(s.used(name).shape)
    ]
    if symbol == "sumW2":
        return Sum(tuple(Power(w, 2) for w in weights))
    return Sum(tuple(Call("abs", (w,)) for w in weights))


def squared_norm(s: Scene) -> Expression:
    """Σ g² over the gradients of all layers, as they were before clipping, term by term"""
    names = [n for l in range(1, s.config.depth + 1) for n in parameters(s.config, l, "d")]
    return Sum(
        tuple(
            Power(Quantity("g", float(value), parsed(name)[1], tuple(i + 1 for i in index)), 2)
            for name in names
            if name in s.defined
            for index, value in np.ndenumerate(s.unclipped.tensor(name))
        )
    )


def _over_weights(s: Scene, symbol: str) -> float:
    """Σ W² or Σ |W| over all layers"""
    each = [s.used(name) for name in penalized(s.config)]
    return float(sum((W * W if symbol == "sumW2" else np.abs(W)).sum() for W in each))


def delta(s: Scene, l: int, j: int, n: int) -> Expression:
    """delta = (Σ delta w) f'(z), at the output what the cost says, below a norm what that passes"""
    if l == s.config.depth:
        return _output_delta(s, j, n)
    return norm.error(s, l, j, n) if s.config.layers[l - 1].batch_norm else signal(s, l, j, n)


def signal(s: Scene, l: int, j: int, n: int) -> Expression:
    """(Σ delta w) f'(z), at what the activation of a hidden unit is applied to"""
    layer = s.config.layers[l - 1]
    error = s.unit("da", l, j, n) if layer.residual else arrived(s, l, j, n)
    factors = [*(error.factors if isinstance(error, Product) else (error,))]
    if layer.dropout:
        factors.append(s.unit("mask", l, j, n))
    if (f := slope(s, l, j, n)) != formulas.ONE:
        factors.append(f)
    return Product(tuple(factors)) if len(factors) > 1 else error


def arrived(s: Scene, l: int, j: int, n: int) -> Expression:
    """Σ delta w from the layer above, and what its residual link brings"""
    W, above = s.used(f"W{l + 1}")[j], s.now.tensor(f"delta{l + 1}")[n]
    error = total(
        lambda k: Product((s.unit("delta", l + 1, k, n), s.weight(l + 1, j, k))), W * above, s.most
    )
    if not s.config.layers[l].residual:
        return error
    terms = error.terms if isinstance(error, Sum) else (error,)
    if not s.config.projects(l + 1):
        return Sum((*terms, s.unit("da", l + 1, j, n)))
    P, da = s.used(f"P{l + 1}")[j], s.now.tensor(f"da{l + 1}")[n]
    by_link = total(
        lambda k: Product((s.unit("da", l + 1, k, n), s.link(l + 1, j, k))), P * da, s.most
    )
    return Sum((*terms, *(by_link.terms if isinstance(by_link, Sum) else (by_link,))))


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
    return _of_matrix(s, "delta", s.weight(l, i, j), i, j)


def link_gradient(s: Scene, l: int, i: int, j: int) -> Expression:
    """dp = share · Σ a da + penalty: the matrix of a link is a weight like any other"""
    return _of_matrix(s, "da", s.link(l, i, j), i, j)


def _of_matrix(s: Scene, error: str, w: Quantity, i: int, j: int) -> Expression:
    l = w.layer or 0
    values = s.now.tensor(f"a{l - 1}")[:, i] * s.now.tensor(f"{error}{l}")[:, j]
    summed = total(
        lambda n: Product((s.unit("a", l - 1, i, n), s.unit(error, l, j, n))), values, s.most
    )
    whole = scaled(s.share(), summed)
    penalties = penalty_slope(s, w)
    return Sum((whole, *penalties)) if penalties else whole


def penalty_slope(s: Scene, w: Quantity) -> list[Expression]:
    """l2 w + l1 sign(w), as far as they are switched on"""
    ridge = [Product((Number(s.config.l2, repr(s.config.l2)), w))] if s.config.l2 else []
    lasso = [Product((Number(s.config.l1, repr(s.config.l1)), Call("sign", (w,))))]
    return [*ridge, *(lasso if s.config.l1 else [])]
