"""How a number is rounded for paper. It is printed rounded and never computed with what is printed.

Texts are plain: ``-`` is the minus, and ``6.12e-06`` is a number times a power of ten.
"""

from dataclasses import dataclass
from math import isfinite, isnan

from app.language import say

__all__ = ["DECIMALS", "Rounding"]

DECIMALS = 4
NOISE = 1e-16
"""What is smaller is what rounding left of a zero."""
LARGE = 1e7


@dataclass(frozen=True)
class Rounding:
    """So many decimals; a number too small for two digits then gets three significant ones."""

    decimals: int = DECIMALS

    def computed(self, value: float) -> str:
        """Return a number that was worked out: always with all of its decimals."""
        size = abs(value)
        if not isfinite(value):
            return say("not a number") if isnan(value) else "∞" if value > 0 else "-∞"
        if size < NOISE:
            return f"{0:.{self.decimals}f}"
        if size >= LARGE:
            return f"{value:.{self.decimals}e}"
        if float(f"{size:.{self.decimals}f}") >= 10.0 ** (1 - self.decimals):
            return f"{value:.{self.decimals}f}"
        mantissa, exponent = f"{value:.2e}".split("e")
        if int(exponent) < -self.decimals - 1:
            return f"{mantissa}e{exponent}"
        return f"{value:.{2 - int(exponent)}f}"

    def given(self, value: float) -> str:
        """Return a number that is given: as short as it is exact."""
        text = self.computed(value)
        if "." not in text or "e" in text or float(text) != value:
            return text
        return text.rstrip("0").rstrip(".")

    def constant(self, value: float) -> str:
        """Return a setting such as the learning rate: with every digit that it has."""
        text = f"{value:.12g}"
        return text if len(text) <= max(8, self.decimals + 2) else self.computed(value)
