"""How an update makes a new weight of an old one: the optimizers' rules, number by number.

A rule is one or more lines, because moments come before the weight they move. The formulas are
PyTorch's documented ones, written out once more; `app.engine.optimizers` has what runs.
"""

from collections.abc import Callable, Iterator
from typing import Any

from numpy.typing import NDArray

from app.engine.config import AdaGrad, Adam, AdamW, Momentum, RMSProp
from app.engine.optimizers import schedule_factor
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
from app.explain.scene import Scene

__all__ = ["Line", "Place", "update"]

Array = NDArray[Any]
Line = tuple[Quantity, Expression]
"""What is made, and of what."""
ONE = Number(1, "1")
Place = tuple[str, int, tuple[int, ...]]
"""``W`` or ``b``, the layer, and the index of an entry."""


def update(s: Scene, place: Place) -> Iterator[Line]:
    """Yield the lines that lead to the new value of a parameter."""
    rule = s.config.optimizer
    w, g = _known(s, place, ""), _gradient(s, place)
    match rule:
        case Momentum(name=name, momentum=momentum):
            mu = Number(momentum, repr(momentum))
            m = _new(s, place, "m")
            yield m, Sum((Product((mu, _known(s, place, "m"))), g))
            ahead: Expression = Sum((g, Product((mu, m)))) if name == "nesterov" else m
            yield _new(s, place, ""), _less(s, w, ahead)
        case AdaGrad(epsilon=epsilon):
            v = _new(s, place, "v")
            yield v, Sum((_known(s, place, "v"), Power(g, 2)))
            yield _new(s, place, ""), _less(s, w, _over_root(g, v, epsilon))
        case RMSProp(rho=rho, epsilon=epsilon):
            v = _new(s, place, "v")
            yield v, _average(_known(s, place, "v"), Power(g, 2), rho)
            yield _new(s, place, ""), _less(s, w, _over_root(g, v, epsilon))
        case Adam():
            yield from _adam(s, place, w, g)
        case _:
            yield _new(s, place, ""), _less(s, w, g)


def _adam(s: Scene, place: Place, w: Quantity, g: Quantity) -> Iterator[Line]:
    rule = s.config.optimizer
    assert isinstance(rule, Adam)
    m, v = _new(s, place, "m"), _new(s, place, "v")
    yield m, _average(_known(s, place, "m"), g, rule.beta1)
    yield v, _average(_known(s, place, "v"), Power(g, 2), rule.beta2)
    t = s.now.shown_iteration + 1
    hats = []
    for moment, beta in ((m, rule.beta1), (v, rule.beta2)):
        corrected = Sum((ONE, Negative(Power(Number(beta, repr(beta)), t))))
        hat = Quantity(
            f"{moment.symbol[0]}hat", moment.value / (1 - beta**t), moment.layer, moment.units
        )
        yield hat, Fraction(moment, corrected)
        hats.append(hat)
    step = _over_root(hats[0], hats[1], rule.epsilon)
    kept: Expression = w
    if isinstance(rule, AdamW):
        decay = Product((_rate(s), Number(rule.weight_decay, repr(rule.weight_decay))))
        kept = Product((w, Sum((ONE, Negative(decay)))))
    yield _new(s, place, ""), _less(s, kept, step)


def _rate(s: Scene) -> Quantity:
    """The learning rate of this iteration, as the schedule has it."""
    factor = schedule_factor(s.config.optimizer.schedule, s.now.shown_iteration / s.now.per_epoch)
    return Quantity("eta", s.learning_rate * factor)


def _less(s: Scene, w: Expression, step: Expression) -> Expression:
    """w - eta · step"""
    return Sum((w, Negative(Product((_rate(s), step)))))


def _average(mean: Expression, new: Expression, keep: float) -> Expression:
    """keep · mean + (1 - keep) · new"""
    kept = Number(keep, repr(keep))
    return Sum((Product((kept, mean)), Product((Sum((ONE, Negative(kept))), new))))


def _over_root(g: Expression, v: Expression, epsilon: float) -> Expression:
    """g / (√v + epsilon)"""
    return Fraction(g, Sum((Call("sqrt", (v,)), Number(epsilon, f"{epsilon:g}"))))


def _known(s: Scene, place: Place, moment: str) -> Quantity:
    """The parameter or its moment as it was before."""
    return _entry(place, moment, s.used, "")


def _new(s: Scene, place: Place, moment: str) -> Quantity:
    """The parameter or its moment as the update has left it."""
    return _entry(place, moment, s.now.tensor, "new")


def _entry(place: Place, moment: str, tensor: Callable[[str], Array], mark: str) -> Quantity:
    kind, layer, index = place
    name = f"{moment}_{kind}{layer}" if moment else f"{kind}{layer}"
    symbol = (moment or kind.lower()) + mark
    units = tuple(i + 1 for i in index)
    return Quantity(symbol, float(tensor(name)[index]), layer, units, name, index)


def _gradient(s: Scene, place: Place) -> Quantity:
    kind, layer, index = place
    value = float(s.now.tensor(f"d{kind}{layer}")[index])
    units = tuple(i + 1 for i in index)
    return Quantity(f"d{kind.lower()}", value, layer, units, f"d{kind}{layer}", index)
