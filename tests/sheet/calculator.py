"""A pocket calculator for sheets: it computes what is printed, as a reader would, and no tree."""

import math
import re
from xml.etree import ElementTree

from app.explain.expression import Expression, Leaf, Number, evaluate, leaves
from app.sheet.notation import Layout
from app.sheet.plain import text
from app.sheet.rounding import Rounding
from app.sheet.symbols import value

__all__ = ["computed", "from_mathml", "printed", "reach"]

FUNCTIONS = {
    "e": math.e, "ln": math.log, "tanh": math.tanh, "max": max, "min": min, "sqrt": math.sqrt,
    "sgn": lambda x: (x > 0) - (x < 0), "σ": lambda x: 1 / (1 + math.exp(-x)), "abs": abs,
}  # fmt: skip


def computed(said: str) -> float:
    """Compute a formula of numbers as `plain` prints it."""
    formula = said.split(", because")[0]
    formula = re.sub(r"\|([^|]*)\|", r"abs(\1)", formula).replace("√", "sqrt")
    formula = formula.replace("−", "-").replace("·", "*").replace("^", "**")
    result: float = eval(formula, {"__builtins__": {}}, FUNCTIONS)
    return float(result)


def from_mathml(markup: str) -> str:
    """Return what MathML shows as text that `computed` understands."""
    row = ElementTree.fromstring(f"<mrow>{markup.replace('<wbr>', '')}</mrow>")
    return _shown(row).replace("\N{NO-BREAK SPACE}", " ")


def _shown(element: ElementTree.Element) -> str:
    inner = [_shown(child) for child in element]
    match element.tag:
        case "mfrac":
            return f"(({inner[0]})/({inner[1]}))"
        case "msup":
            return f"({inner[0]})^({inner[1]})"
        case "msqrt":
            return f"√({''.join(inner)})"
        case _:
            return (element.text or "") + "".join(inner)


def printed(leaf: Leaf, rounding: Rounding) -> float:
    """Return the number that is printed for a leaf; constants of the formula are exact."""
    if isinstance(leaf, Number):
        return leaf.value if "√" not in leaf.text else computed(text(value(leaf, rounding)))
    return computed(text(value(leaf, rounding)))


def reach(tree: Expression, rounding: Rounding) -> float:
    """How far the rounding of the printed numbers may move the result."""
    base, total = evaluate(tree), 0.0
    for moved in leaves(tree):

        def read(leaf: Leaf, moved: Leaf = moved) -> float:
            return printed(leaf, rounding) if leaf is moved else leaf.value

        total += abs(evaluate(tree, read) - base)
    return total


def unit(layout: Layout) -> float:
    """Return one in the last place of a printed number."""
    mantissa, _, power = text(layout).partition("·10^")
    decimals = len(mantissa.partition(".")[2])
    return float(10.0 ** (int(power.replace("−", "-") or 0) - decimals))
