"""Formulas read as plain text, so that a test can say what a line looks like."""

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
    Rest,
    Sum,
)

__all__ = ["written"]


def written(tree: Expression) -> str:
    """Return a tree in symbols: w1(2,3) is the weight of layer 1 from unit 2 to unit 3."""
    match tree:
        case Number(text=text):
            return text
        case Quantity(symbol=symbol, layer=layer, units=units):
            return f"{symbol}{layer or ''}" + (f"({','.join(map(str, units))})" if units else "")
        case Rest(count=count):
            return f"{count} more"
        case Sum(terms):
            return "(" + " + ".join(map(written, terms)).replace("+ -", "- ") + ")"
        case Product(factors):
            return "·".join(map(written, factors))
        case Fraction(top, bottom):
            return f"{written(top)} / {written(bottom)}"
        case Power(base, exponent):
            return f"{written(base)}^{exponent}"
        case Negative(term):
            return f"-{written(term)}"
        case Call(name, arguments):
            return f"{name}[{', '.join(map(written, arguments))}]"
        case Cases(of, positive, other):
            return f"{{{written(of)} > 0: {written(positive)}, {written(other)}}}"
