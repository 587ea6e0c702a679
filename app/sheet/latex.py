"""Formulas as LaTeX, as Markdown has it between dollars."""

from app.sheet.notation import Break, Gap, Hat, Indexed, Layout, Mark, Over, Raised, Root, Row

__all__ = ["latex"]

SIGNS = {
    "−": "-", "·": r" \cdot ", "→": r" \to ", "∂": r"\partial ", "δ": r"\delta", "η": r"\eta",
    "Σ": r"\sum ", "σ": r"\sigma", "‖∇C‖": r"\lVert \nabla C \rVert", "√(2/π)": r"\sqrt{2/\pi}",
    "≤": r" \le ", ">": " > ", "=": " = ", "+": " + ", "f′": "f'", "μ": r"\mu", "ρ": r"\rho",
    "β₁": r"\beta_1", "β₂": r"\beta_2", "ε": r"\varepsilon", "(": r"\left(", ")": r"\right)",
    "ln": r"\ln", "tanh": r"\tanh", "max": r"\max", "min": r"\min", "sgn": r"\operatorname{sgn}",
    "∞": r"\infty", "−∞": r"-\infty", "γ": r"\gamma", "β": r"\beta", "var": r"\operatorname{var}",
    "keep": r"\text{keep}",
}  # fmt: skip


ACCENTS = {"^": "hat", "~": "tilde", "¯": "bar"}


def latex(layout: Layout) -> str:
    """Return a layout as LaTeX without the dollars around it."""
    match layout:
        case Mark("number", text):
            return SIGNS.get(text, text.replace("−", "-").replace("·", r" \cdot "))
        case Mark("words", text):
            return rf"\text{{{text}}}"
        case Mark("infix", text):
            return f" {SIGNS.get(text, text).strip()} "
        case Mark(_, text):
            return SIGNS.get(text, text)
        case Row(parts):
            return "".join(map(latex, parts))
        case Over(top, bottom):
            return rf"\frac{{{latex(top)}}}{{{latex(bottom)}}}"
        case Raised(base, exponent):
            return rf"{{{latex(base)}}}^{{{latex(exponent)}}}"
        case Indexed():
            return _indexed(layout)
        case Root(inner):
            return rf"\sqrt{{{latex(inner)}}}"
        case Hat(inner, sign):
            return rf"\{ACCENTS[sign]}{{{latex(inner)}}}"
        case Gap(number):
            return rf"\underset{{{number}}}{{\underline{{\hspace{{4em}}}}}}"
        case Break():
            return ""


def _indexed(layout: Indexed) -> str:
    below = f"_{{{layout.below.replace('→', SIGNS['→'])}}}" if layout.below else ""
    layer = f"[{layout.layer}]" if layout.layer is not None else ""
    above = f"^{{{layer}{_mark(layout.mark)}}}" if layer or layout.mark else ""
    return f"{latex(layout.base)}{below}{above}"


def _mark(mark: str) -> str:
    """The word over a letter, and the number of another example in brackets."""
    word, blank, example = mark.partition(" (")
    if not word or word.startswith("("):
        return mark
    return rf"\text{{{word}}}{blank}{example}" if blank else rf"\,\text{{{word}}}"
