"""Formulas as text that can be read anywhere: z[1]₂ is z of layer 1, unit 2."""

from app.sheet.notation import Break, Gap, Hat, Indexed, Layout, Mark, Over, Raised, Root, Row

__all__ = ["text"]

ACCENTS = {"^": "\u0302", "~": "\u0303", "¯": "\u0304"}
"""The combining characters that stand over a letter."""
SUBSCRIPTS = str.maketrans("0123456789x", "₀₁₂₃₄₅₆₇₈₉ₓ")


def text(layout: Layout) -> str:
    """Return a layout in one line; fractions and powers get the brackets that they need."""
    match layout:
        case Mark("infix", sign):
            return sign if sign == "·" else ", " if sign == "," else f" {sign} "
        case Mark(_, sign):
            return sign
        case Row(parts):
            return "".join(map(text, parts))
        case Over(top, bottom):
            return f"{_closed(top)}/{_closed(bottom)}"
        case Raised(base, exponent):
            return f"{_closed(base)}^{_closed(exponent)}"
        case Indexed(base, below, layer, mark):
            at = f"[{layer}]" if layer is not None else ""
            mark = mark if mark.startswith("(") else f" {mark}" if mark else ""
            return f"{text(base)}{at}{below.translate(SUBSCRIPTS)}{mark}"
        case Root(inner):
            return f"√({text(inner)})"
        case Hat(inner, sign):
            return text(inner) + ACCENTS[sign]
        case Gap(number):
            return f"[{number}: ______]"
        case Break():
            return ""


def _closed(layout: Layout) -> str:
    """A part that stands beside a sign that binds: in brackets unless it holds together alone."""
    said = text(layout)
    if not isinstance(layout, Row | Over) or said.startswith("∂"):
        return said
    return said if said[0] == "(" and _closes_at_end(said) else f"({said})"


def _closes_at_end(said: str) -> bool:
    """Whether the bracket that opens at the start closes at the end."""
    depth = 0
    for i, sign in enumerate(said):
        depth += (sign == "(") - (sign == ")")
        if not depth:
            return i == len(said) - 1
    return False
