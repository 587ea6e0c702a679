"""Formulas taken apart into lines of the size that one works out by hand.

The parts are parts of the trees of `app.explain`; here they only get a name and a line of their
own. `l` is the layer, `j` the unit, `n` the example of the minibatch, all from 0.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

from app.explain import passes
from app.explain.explanation import explain
from app.explain.expression import (
    Call,
    Expression,
    Fraction,
    Product,
    Quantity,
    Sum,
    evaluate,
)
from app.explain.scene import Scene
from app.explain.updates import Line as Made
from app.explain.updates import Place, update

__all__ = [
    "Made", "activation", "arriving", "clip", "cost", "delta", "example_cost", "gradient",
    "moments", "new_value", "normalized", "of_units", "preactivation", "pruned", "running",
    "stands_alone",
]  # fmt: skip


SLOPES = ("dw", "db", "dp", "dgamma", "dbeta")
"""Symbols of gradients."""


def preactivation(s: Scene, l: int, n: int) -> Iterator[Made]:
    """z of every unit"""
    for j in range(s.config.sizes[l]):
        yield s.unit("z", l, j, n), passes.preactivation(s, l, j, n)


def activation(s: Scene, l: int, n: int) -> Iterator[Made]:
    """a of every unit; of softmax the powers of e first, and their sum"""
    units, layer = range(s.config.sizes[l]), s.config.layers[l - 1]
    if layer.is_branch:
        yield from of_units(s, "f", l, n)
        yield from () if layer.dropout else of_units(s, "a", l, n)
        return
    trees = [passes.activation(s, l, j, n) for j in units]
    if s.config.layers[l - 1].activation == "softmax":
        powers = [_part("s", _fraction(tree).top, l, (j + 1,), n) for j, tree in enumerate(trees)]
        yield from powers
        whole = Sum(tuple(of for of, _ in powers))
        total, _ = _part("S", whole, l, (), n)
        yield total, whole
        trees = [Fraction(of, total) for of, _ in powers]
    for j in units:
        yield s.unit("a", l, j, n), trees[j]


def of_units(s: Scene, symbol: str, l: int, n: int) -> Iterator[Made]:
    """The number of that symbol of every unit, as it is explained"""
    for j in range(s.config.sizes[l]):
        yield from explain(s, f"{symbol}{l}", (j,), n).lines


def moments(s: Scene, l: int) -> Iterator[Made]:
    """Mean and variance of z of every unit, over the minibatch"""
    for j in range(s.config.sizes[l]):
        for name in ("mu", "var"):
            yield from explain(s, f"{name}{l}", (j,), None).lines


def normalized(s: Scene, l: int, n: int) -> Iterator[Made]:
    """z of every unit with the mean away and divided, then scaled and shifted"""
    yield from of_units(s, "zhat", l, n)
    yield from of_units(s, "ztilde", l, n)


def running(s: Scene, l: int) -> Iterator[Made]:
    """The running means, which evaluation goes by"""
    for j in range(s.config.sizes[l]):
        for name in ("rmu", "rvar"):
            yield from explain(s, f"{name}{l}", (j,), None).lines


def pruned(s: Scene) -> Iterator[Made]:
    """Every weight that the mask takes away"""
    for name in (name for name in sorted(s.defined) if name.startswith("keep")):
        for index in zip(*(s.now.tensor(name) == 0).nonzero(), strict=True):
            place = tuple(int(i) for i in index)
            yield explain(s, f"W{name.removeprefix('keep')}", place, None).lines[-1]


def _fraction(tree: Expression) -> Fraction:
    assert isinstance(tree, Fraction), "softmax is a share"
    return tree


def _part(
    symbol: str, tree: Expression, layer: int | None, units: tuple[int, ...], n: int | None
) -> Made:
    """A part of a tree with a name of its own"""
    return Quantity(symbol, evaluate(tree), layer, units, example=n), tree


# ---------------------------------------------------------------- cost


def stands_alone(s: Scene) -> bool:
    """Whether the cost is that of the one example, and nothing besides."""
    return s.N == 1 and s.share() is None and not (s.config.l1 or s.config.l2)


def example_cost(s: Scene, n: int) -> Iterator[Made]:
    """C_x; of a squared error the part of every output first"""
    tree, outputs = passes.example_cost(s, n), s.config.sizes[-1]
    if s.config.cost.name == "squared_error" and outputs > 1:
        terms = enumerate(_distributed(tree))
        parts = [_part("E", term, None, (k + 1,), n) for k, term in terms]
        yield from parts
        tree = Sum(tuple(of for of, _ in parts))
    if stands_alone(s):
        yield Quantity("C", s.now.cost), tree
    else:
        yield Quantity("Cx", evaluate(tree), None, (), "costs", (n,), n), tree


def _distributed(tree: Expression) -> tuple[Expression, ...]:
    """The terms of a sum, each with the factor that stands before it"""
    if isinstance(tree, Product):
        *factors, whole = tree.factors
        assert isinstance(whole, Sum), "the factor stands before a sum"
        return tuple(Product((*factors, term)) for term in whole.terms)
    assert isinstance(tree, Sum), "two outputs make a sum"
    return tree.terms


def cost(s: Scene) -> Iterator[Made]:
    """C, and before it what the penalties add up"""
    if stands_alone(s):
        return
    for factor, symbol in ((s.config.l2, "sumW2"), (s.config.l1, "sumAbsW")):
        if factor:
            yield _part(symbol, passes.weights_total(s, symbol), None, (), None)
    yield Quantity("C", s.now.cost), passes.cost(s)


# ---------------------------------------------------------------- backward


def delta(s: Scene, l: int, n: int) -> Iterator[Made]:
    """delta of every unit; the error that arrives and the slope come first, then their product"""
    if s.config.layers[l - 1].batch_norm:
        yield from of_units(s, "delta", l, n)
        return
    for j in range(s.config.sizes[l]):
        of, tree = s.unit("delta", l, j, n), passes.delta(s, l, j, n)
        if s.config.layers[l - 1].activation != "softmax" and isinstance(tree, Product):
            *before, last = tree.factors
            if last == passes.slope(s, l, j, n):
                error = before[0] if len(before) == 1 else Product(tuple(before))
                arrived = _part("dax", error, l, (j + 1,), n)
                slope = _part("slope", last, l, (j + 1,), n)
                yield arrived
                yield slope
                tree = Product((arrived[0], slope[0]))
        yield of, tree


def arriving(s: Scene, l: int, n: int) -> Iterator[Made]:
    """What comes before delta: the error at the end of a residual link, and that above a norm"""
    if s.config.layers[l - 1].residual:
        yield from of_units(s, "da", l, n)
    if s.config.layers[l - 1].batch_norm:
        yield from of_units(s, "deltatilde", l, n)


def gradient(s: Scene, place: Place, chosen: Iterable[int]) -> Iterator[Made]:
    """dw, and before it what each of the chosen examples adds; the parts of db are the deltas"""
    kind, l, index = place
    if kind not in ("W", "b"):
        yield from explain(s, f"d{kind}{l}", index, None).lines
        return
    i, j = (index[0], index[1]) if kind == "W" else (None, index[0])
    tree = passes.gradient(s, l, i, j)
    if i is not None and s.N > 1:
        parts: dict[Expression, Expression] = {}
        for n in chosen:
            term = Product((s.unit("a", l - 1, i, n), s.unit("delta", l, j, n)))
            part = _part("dwx", term, l, (i + 1, j + 1), n)
            yield part
            parts[term] = part[0]
        tree = _changed(tree, parts.get)
    value = float(s.now.tensor(f"d{kind}{l}")[index])
    yield Quantity(f"d{kind.lower()}", value, l, tuple(k + 1 for k in index)), tree


# ---------------------------------------------------------------- clip and update


def clip(s: Scene, places: Iterable[Place]) -> Iterator[Made]:
    """g, the clipped gradient, of every ∂C/∂w; by norm, the norm of all of them first"""
    assert s.config.clip is not None, "only what has a clip op is clipped"
    if s.config.clip.by == "norm":
        squares = _part("sumg2", _called_slopes(passes.squared_norm(s)), None, (), None)
        yield squares
        yield _part("norm", Call("sqrt", (squares[0],)), None, (), None)
    for kind, l, index in places:
        _, (of, tree) = explain(s, f"d{kind}{l}", index, None).lines
        yield replace(of, symbol="g"), _called_slopes(tree)


def new_value(s: Scene, place: Place) -> Iterator[Made]:
    """The lines of the optimizer, with the clipped gradient where there is one"""

    def clipped(part: Expression) -> Expression | None:
        if not (isinstance(part, Quantity) and part.symbol in SLOPES):
            return None
        return replace(part, symbol="g")

    for of, tree in update(s, place):
        yield of, _changed(tree, clipped) if s.config.clip else tree


def _called_slopes(tree: Expression) -> Expression:
    """A formula of clipping, whose g is the gradient as it was: on paper that is ∂C/∂w."""

    def slope(part: Expression) -> Expression | None:
        if not (isinstance(part, Quantity) and part.symbol == "g"):
            return None
        return replace(part, symbol="dw" if len(part.units) == 2 else "db")

    changed: Expression = _changed(tree, slope)
    return changed


def _changed(tree: Any, change: Callable[[Any], Expression | None]) -> Any:
    """The tree with every part for which `change` gives another"""
    if (other := change(tree)) is not None:
        return other
    changes: dict[str, Any] = {}
    for field in fields(tree):
        part = getattr(tree, field.name)
        if isinstance(part, tuple) and part and is_dataclass(part[0]):
            changes[field.name] = tuple(_changed(p, change) for p in part)
        elif is_dataclass(part):
            changes[field.name] = _changed(part, change)
    return replace(tree, **changes) if changes else tree
