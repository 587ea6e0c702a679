"""Activations, slopes and costs as formulas of the symbols that a reader knows.

They are written from the equations in `docs/maths.md`, not from the kernels; a test compares both.
"""

from collections.abc import Callable, Sequence
from math import pi, sqrt

from app.explain.expression import (
    Call,
    Cases,
    Expression,
    Fraction,
    Negative,
    Number,
    Power,
    Product,
    Quantity,
    Sum,
    evaluate,
)

__all__ = ["SLOPES", "VALUES", "cross_entropy", "logistic_cost", "softmax", "squared_error"]

ONE, HALF = Number(1, "1"), Number(0.5, "½")
LEAK, CUBE = Number(0.01, "0.01"), Number(0.044715, "0.044715")
ROOT = Number(sqrt(2 / pi), "√(2/π)")
FAR = 700.0
"""e to the power of more than this is beyond what a double holds."""
LEAST = 1e-300
"""An output below this has lost its digits; the cost is then shown from the logits."""


def _e(x: Expression) -> Expression:
    return Call("exp", (x,))


def _log_one_plus_e(z: Expression) -> Expression:
    """ln(1 + e^z); of a z that e cannot hold, z + ln(1 + e^(-z))"""
    if evaluate(z) < FAR:
        return Call("ln", (Sum((ONE, _e(z))),))
    return Sum((z, Call("ln", (Sum((ONE, _e(Negative(z)))),))))


def _gate(z: Expression) -> Expression:
    """tanh(√(2/π) (z + 0.044715 z³))"""
    return Call("tanh", (Product((ROOT, Sum((z, Product((CUBE, Power(z, 3))))))),))


def _gelu_slope(z: Expression, a: Expression) -> Expression:
    """(1 + t)/2 + z/2 (1 - t²) √(2/π) (1 + 3 · 0.044715 z²)"""
    t = _gate(z)
    inner = Sum((ONE, Product((Number(3, "3"), CUBE, Power(z, 2)))))
    steep = Product((HALF, z, Sum((ONE, Negative(Power(t, 2)))), ROOT, inner))
    return Sum((Product((HALF, Sum((ONE, t)))), steep))


VALUES: dict[str, Callable[[Expression], Expression]] = {
    "linear": lambda z: z,
    "sigmoid": lambda z: Fraction(ONE, Sum((ONE, _e(Negative(z))))),
    "tanh": lambda z: Call("tanh", (z,)),
    "relu": lambda z: Call("max", (Number(0, "0"), z)),
    "leaky_relu": lambda z: Call("max", (Product((LEAK, z)), z)),
    "elu": lambda z: Cases(z, z, Sum((_e(z), Negative(ONE)))),
    "gelu": lambda z: Product((HALF, z, Sum((ONE, _gate(z))))),
    "silu": lambda z: Fraction(z, Sum((ONE, _e(Negative(z))))),
    "softplus": _log_one_plus_e,
}
"""a = f(z)"""

SLOPES: dict[str, Callable[[Expression, Expression], Expression]] = {
    "linear": lambda z, a: ONE,
    "sigmoid": lambda z, a: Product((a, Sum((ONE, Negative(a))))),
    "tanh": lambda z, a: Sum((ONE, Negative(Power(a, 2)))),
    "relu": lambda z, a: Cases(z, ONE, Number(0, "0")),
    "leaky_relu": lambda z, a: Cases(z, ONE, LEAK),
    "elu": lambda z, a: Cases(z, ONE, _e(z)),
    "gelu": _gelu_slope,
    "silu": lambda z, a: Sum(
        (Call("sigma", (z,)), Product((a, Sum((ONE, Negative(Call("sigma", (z,))))))))
    ),
    "softplus": lambda z, a: Call("sigma", (z,)),
}
"""f'(z), from z and a = f(z)"""


def softmax(zs: Sequence[Quantity], unit: int) -> Expression:
    """e^(z_unit) / Σ e^z, each z less the largest, which cancels"""
    top = max(zs, key=lambda z: z.value)
    powers = [_e(Sum((z, Negative(top)))) for z in zs]
    return Fraction(powers[unit], Sum(tuple(powers)))


def squared_error(a: Sequence[Expression], y: Sequence[Expression], half: bool) -> Expression:
    """½ Σ (a - y)², or without the half"""
    terms = [Power(Sum((at, Negative(wanted))), 2) for at, wanted in zip(a, y, strict=True)]
    whole: Expression = terms[0] if len(terms) == 1 else Sum(tuple(terms))
    return Product((HALF, whole)) if half else whole


def logistic_cost(z: Sequence[Expression], y: Sequence[Expression]) -> Expression:
    """Σ ln(1 + e^z) - y z, the binary cross-entropy from the logits"""
    return Sum(
        tuple(
            term
            for at, wanted in zip(z, y, strict=True)
            for term in (_log_one_plus_e(at), Negative(Product((wanted, at))))
        )
    )


def cross_entropy(
    z: Sequence[Quantity], a: Sequence[Quantity], y: Sequence[Quantity]
) -> Expression:
    """-Σ y ln a over the classes that are wanted"""
    wanted = [k for k, target in enumerate(y) if target.value]
    if all(a[k].value > LEAST for k in wanted):
        terms = [Negative(Product((y[k], Call("ln", (a[k],))))) for k in wanted]
    else:
        top = max(z, key=lambda at: at.value)
        logs = Call("ln", (Sum(tuple(_e(Sum((at, Negative(top)))) for at in z)),))
        terms = [
            Negative(Product((y[k], Sum((z[k], Negative(top), Negative(logs)))))) for k in wanted
        ]
    return terms[0] if len(terms) == 1 else Sum(tuple(terms))
