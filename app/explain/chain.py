"""The chain rule unfolded: the factors from the cost down to one number, link by link.

Where the network forks there are as many chains as paths; the one that carries most is shown, and
how much of the whole it carries.
"""

from dataclasses import dataclass

from app.explain import passes
from app.explain.expression import evaluate
from app.explain.scene import Scene
from app.language import say

__all__ = ["Chain", "Link", "chain"]

COUNTED = 2**53 - 1
"""Paths that are counted: JSON and JavaScript know no larger whole numbers."""


@dataclass(frozen=True)
class Link:
    """One factor: ∂`top` by ∂`bottom`, its value, and the product up to here."""

    top: str
    bottom: str
    words: str
    value: float
    product: float


@dataclass(frozen=True)
class Chain:
    """The links of one path; `share` is what the path carries of the whole, 1 if it is the only."""

    links: tuple[Link, ...]
    paths: int
    share: float


def chain(s: Scene, l: int, j: int, n: int, i: int | None = None) -> Chain | None:
    """Unfold delta of unit j, or with i the part of example n in dw, along its strongest path.

    None at a softmax whose cost is not cross-entropy, where every output hangs on every z; above a
    norm, where every example hangs on every other; and where residual links go beside the path.
    """
    L = s.config.depth
    if any(layer.batch_norm or layer.residual for layer in s.config.layers[l - 1 :]):
        return None
    path = _strongest(s, l, j, n)
    factors = _output_factors(s, path[-1], n)
    if factors is None:
        return None
    for k in range(L, l, -1):
        unit = path[k - 1 - l]
        weight = float(s.used(f"W{k}")[unit, path[k - l]])
        factors.append((f"z{k}", f"a{k - 1}", say("weight"), weight))
        if s.config.layers[k - 2].dropout:
            mask = s.unit("mask", k - 1, unit, n).value
            factors.append((f"a{k - 1}", f"f{k - 1}", say("dropout"), mask))
        slope = evaluate(passes.slope(s, k - 1, unit, n))
        factors.append((f"a{k - 1}", f"z{k - 1}", say("slope, layer {layer}", layer=k - 1), slope))
    whole = evaluate(passes.delta(s, l, j, n))  # by its formula, whatever stands on the tape
    if i is not None:
        a = float(s.now.tensor(f"a{l - 1}")[n, i])
        of_input = say("input") if l == 1 else say("a of layer {layer}", layer=l - 1)
        factors.append((f"z{l}", f"w{l}", of_input, a))
        whole *= a
    links, product = [], 1.0
    for top, bottom, words, value in factors:
        product *= value
        links.append(Link(top, bottom, words, value, product))
    paths = 1
    for k in range(l + 1, L + 1):
        paths *= s.config.sizes[k]
    return Chain(tuple(links), min(paths, COUNTED), product / whole if whole else 1.0)


def _strongest(s: Scene, l: int, j: int, n: int) -> list[int]:
    """The units of the path that carries most: what each unit can carry, from the output down."""
    L, steps = s.config.depth, []
    carried = abs(s.now.tensor(f"delta{L}")[n])
    for k in range(L, l, -1):
        each = abs(s.used(f"W{k}")) * carried
        steps.append(each.argmax(1))
        carried = each.max(1)
        if k - 1 > l:
            units = range(s.config.sizes[k - 1])
            carried = carried * [abs(evaluate(passes.slope(s, k - 1, u, n))) for u in units]
            if s.config.layers[k - 2].dropout:
                carried = carried * s.now.tensor(f"mask{k - 1}")[n]
    path = [j]
    for best in reversed(steps):
        path.append(int(best[path[-1]]))
    return path


def _output_factors(s: Scene, k: int, n: int) -> list[tuple[str, str, str, float]] | None:
    """∂C_x/∂a and ∂a/∂z of output k; in one where the cost is computed from the logits"""
    L = s.config.depth
    a, y = float(s.now.tensor(f"a{L}")[n, k]), float(s.now.tensor("y")[n, k])
    if s.config.cost.name != "squared_error":
        return [("Cx", f"z{L}", say("error"), a - y)]
    if s.config.layers[-1].activation == "softmax":
        return None
    error = (1 if s.config.cost.half else 2) * (a - y)
    slope = evaluate(passes.slope(s, L, k, n))
    of_output = say("slope, layer {layer}", layer=L)
    return [("Cx", f"a{L}", say("error"), error), (f"a{L}", f"z{L}", of_output, slope)]
