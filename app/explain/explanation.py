"""Why a number is what it is: the lines that lead to it, its chain, and a remark.

`explain` answers for every number that a frame can carry.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from app.engine.names import OF_EXAMPLES, PARAMETERS, is_parameter
from app.engine.program import Kind, Op
from app.explain import norm, passes
from app.explain.chain import Chain, chain
from app.explain.expression import (
    Call,
    Expression,
    Fraction,
    Number,
    Product,
    Quantity,
    Sum,
    evaluate,
)
from app.explain.scene import Scene, mean
from app.explain.updates import Line, update
from app.language import Text, say

__all__ = ["Explanation", "explain"]

FLAT = 0.05
"""A slope below this lets so little through that it is worth a word."""
INITIAL = {
    "zeros": say("zeros"), "constant": say("constant"),
    "normal": say("normal"), "uniform": say("uniform"),
    "xavier_normal": say("xavier normal"), "xavier_uniform": say("xavier uniform"),
    "he_normal": say("he normal"), "he_uniform": say("he uniform"),
    "lecun_normal": say("lecun normal"), "lecun_uniform": say("lecun uniform"),
}  # fmt: skip
"""How first weights and biases were drawn, in words."""


@dataclass(frozen=True)
class Explanation:
    """`lines` end with the line of the number itself; none where nothing computed it.

    In a network with a mistake `differs` is what the last line comes to, where the number is not
    that.
    """

    of: Quantity
    lines: tuple[Line, ...]
    chain: Chain | None
    remark: str
    example: int | None
    differs: float | None = None


def explain(s: Scene, tensor: str, index: tuple[int, ...], example: int | None) -> Explanation:
    """Explain one number: of `example` of the minibatch, or with None of the mean over all.

    `index` is that of the unit for z, a, delta and y, else that of the entry.

    Raises:
        SessionError: there is no such number at this place.
    """
    kind, l = s.refuse_unknown(tensor, index, example)
    found = _explained(s, tensor, kind, l, index, example)
    return replace(found, differs=_by_formula(s, found)) if s.config.mistake else found


def _by_formula(s: Scene, found: Explanation) -> float | None:
    """What the formula of a number comes to, None where the number agrees with it."""
    if not found.lines:
        return None
    value, close = evaluate(found.lines[-1][1]), 1e-3 if s.config.dtype == "float32" else 1e-6
    same = np.isclose(value, found.of.value, rtol=close, atol=1e-12, equal_nan=True)
    return None if same else value


def _explained(
    s: Scene, tensor: str, kind: str, l: int, index: tuple[int, ...], example: int | None
) -> Explanation:
    if kind in OF_EXAMPLES:
        return _of_unit(s, kind, l, index[0], example)
    if kind in ("mu", "var", "rmu", "rvar"):
        return _of_statistic(s, kind, l, index[0])
    if kind in ("cost", "costs"):
        return _of_cost(s, kind, index)
    if is_parameter(kind.removeprefix("d")) and kind not in PARAMETERS:
        return _of_gradient(s, kind, l, index, example)
    return _of_parameter(s, tensor, kind, l, index)


# ---------------------------------------------------------------- units


def _of_unit(s: Scene, kind: str, l: int, j: int, n: int | None) -> Explanation:
    if n is None:
        return _of_mean(s, kind, l, j)
    of = s.target(j, n) if kind == "y" else s.unit(kind, l, j, n)
    if kind == "y" or l == 0:
        row = int(s.now.examples_shown()[n]) + 1
        given = say("It is given: example {row} of the training set.", row=row)
        return Explanation(of, (), None, given, n)
    if kind == "mask":
        return Explanation(of, (), None, _drawn(s, l, of.value), n)
    right = FORMULAS[kind]
    links = chain(s, l, j, n) if kind == "delta" else None
    return Explanation(of, ((of, right(s, l, j, n)),), links, _remark(s, kind, l, j, n), n)


FORMULAS: dict[str, Callable[[Scene, int, int, int], Expression]] = {
    "z": passes.preactivation, "zhat": norm.zhat, "ztilde": norm.ztilde, "f": passes.value,
    "a": passes.activation, "da": passes.arrived, "deltatilde": passes.signal,
    "delta": passes.delta,
}  # fmt: skip
"""The formula of every number that each example has for each unit."""


def _drawn(s: Scene, l: int, mask: float) -> str:
    share = s.config.layers[l - 1].dropout
    if mask == 0:
        return say(
            "It is drawn: with a chance of {share:g} a unit is dropped. This one is dropped in "
            "this minibatch.", share=share,
        )  # fmt: skip
    return say(
        "It is drawn: with a chance of {share:g} a unit is dropped. This one is kept, and so "
        "1 / (1 − {share:g}) larger.", share=share,
    )  # fmt: skip


def _of_statistic(s: Scene, kind: str, l: int, j: int) -> Explanation:
    """A mean or a variance of a norm, over the minibatch or running."""
    name = f"{kind}{l}"
    of = Quantity(kind, float(s.now.tensor(name)[j]), l, (j + 1,), name, (j,))
    if kind in ("mu", "var"):
        tree = norm.mu(s, l, j) if kind == "mu" else norm.var(s, l, j)
        return Explanation(of, ((of, tree),), None, "", None)
    about = say("Evaluation goes by it, because there one example must not hang on others.")
    if not any(op == Op(Kind.NORMALIZE, l) for op in s.now.executed):
        return Explanation(of, (), None, about, None)
    new = replace(of, symbol=f"{kind}new")
    return Explanation(of, ((new, norm.running(s, kind, l, j)),), None, about, None)


def _of_mean(s: Scene, kind: str, l: int, j: int) -> Explanation:
    name = "y" if kind == "y" else f"{kind}{l}"
    value = float(s.now.tensor(name)[:, j].mean())
    symbol = "x" if name == "a0" else kind
    of = Quantity(f"mean {symbol}", value, l or None, (j + 1,), name, (j,))
    right = mean(s, kind, l, j) if kind != "y" else None
    lines = () if right is None else ((of, right),)
    remark = say("The mean over the {count} examples of this minibatch.", count=s.N)
    return Explanation(of, lines, None, remark, None)


def _remark(s: Scene, kind: str, l: int, j: int, n: int) -> str:
    """Say what is worth seeing in an error signal: that little or nothing comes through."""
    if kind != "delta" or s.config.layers[l - 1].activation in ("softmax", "linear"):
        return ""
    if l == s.config.depth and s.config.cost.name != "squared_error":
        return say("Slope and cost cancel to a − y: a saturated output still learns.")
    slope = evaluate(passes.slope(s, l, j, n))
    delta = float(s.now.tensor(f"delta{l}")[n, j])
    if slope == 0:
        return say("The unit is off: its slope is 0, so nothing comes through.")
    if abs(slope) < FLAT and abs(delta / slope) > 10 * abs(delta):
        a = float(s.now.tensor(f"a{l}")[n, j])
        return say(
            "The unit is saturated at {a:.4f}: its slope lets {percent:.1f} % through.",
            a=a, percent=100 * slope,
        )  # fmt: skip
    return ""


# ---------------------------------------------------------------- cost


def _of_cost(s: Scene, kind: str, index: tuple[int, ...]) -> Explanation:
    if kind == "costs":
        n = index[0]
        tree = passes.example_cost(s, n)
        of = Quantity("Cx", evaluate(tree), None, (), "costs", (n,), n)
        return Explanation(of, ((of, tree),), None, "", n)
    of = Quantity("C", s.now.cost, None, (), "cost", ())
    remark = _reduced(s.config.cost.reduction, s.N) if s.N > 1 else ""
    return Explanation(of, ((of, passes.cost(s)),), None, remark, None)


def _reduced(reduction: str, count: int) -> Text:
    match reduction:
        case "sum":
            return say("The cost is the sum over the {count} examples of this minibatch.",
                       count=count)  # fmt: skip
        case "mean":
            return say("The cost is the mean over the {count} examples of this minibatch.",
                       count=count)  # fmt: skip
        case _:
            return say("The cost is the mean over outputs and the {count} examples of this "
                       "minibatch.", count=count)  # fmt: skip


# ---------------------------------------------------------------- gradients and parameters


def _of_gradient(
    s: Scene, kind: str, l: int, index: tuple[int, ...], example: int | None
) -> Explanation:
    units = tuple(k + 1 for k in index)
    value = float(s.now.tensor(f"{kind}{l}")[index])
    of = Quantity(kind.lower(), value, l, units, f"{kind}{l}", index)
    summed = _summed(s, kind, l, index)
    if s.clipped:
        raw = Quantity("g", evaluate(summed), l, units)
        lines: tuple[Line, ...] = ((raw, summed), (of, _clipped(s, raw)))
    else:
        lines = ((of, summed),)
    links = None
    if example is not None and kind in ("dW", "db"):
        links = chain(s, l, index[-1], example, index[0] if kind == "dW" else None)
    remark = say(
        "{count} examples, one gradient: each adds its input times its error signal.", count=s.N
    )
    return Explanation(of, lines, links, remark if s.N > 1 else "", example)


def _summed(s: Scene, kind: str, l: int, index: tuple[int, ...]) -> Expression:
    match kind:
        case "dP":
            return passes.link_gradient(s, l, index[0], index[1])
        case "dgamma" | "dbeta":
            return norm.gradient(s, kind, l, index[0])
        case _:
            return passes.gradient(s, l, index[0] if kind == "dW" else None, index[-1])


def _clipped(s: Scene, g: Quantity) -> Expression:
    """g held to the threshold, by itself or with all others by one factor"""
    clip = s.config.clip
    assert clip is not None, "only what has a clip op is clipped"
    limit = Number(clip.threshold, repr(clip.threshold))
    if clip.by == "value":
        low = Number(-clip.threshold, f"−{clip.threshold!r}")
        return Call("min", (limit, Call("max", (low, g))))
    norm = Quantity("norm", float(np.linalg.norm(s.unclipped.parameters.flat["d"])))
    little = Number(1e-6, "0.000001")
    return Product((g, Call("min", (Number(1, "1"), Fraction(limit, Sum((norm, little)))))))


def _of_parameter(s: Scene, tensor: str, kind: str, l: int, index: tuple[int, ...]) -> Explanation:
    moment, letter = (kind[0], kind[2:]) if "_" in kind else ("", kind)
    symbol = moment or letter.lower()
    units = tuple(k + 1 for k in index)
    of = Quantity(symbol, float(s.now.tensor(tensor)[index]), l, units, tensor, index)
    if tensor not in s.updated:
        return Explanation(of, (), None, _origin(s, tensor, letter, l), None)
    if letter == "keep":
        return Explanation(of, (), None, _kept(s, of.value), None)
    lines = tuple(_up_to(update(s, (letter, l, index)), tensor))
    if letter == "W" and not moment and _is_pruned(s, l, index):
        return _of_pruned(s, lines, of)
    return Explanation(lines[-1][0], lines, None, "", None)


def _is_pruned(s: Scene, l: int, index: tuple[int, ...]) -> bool:
    pruned = any(op.kind is Kind.PRUNE for op in s.now.executed)
    return pruned and f"keep{l}" in s.defined and not s.now.tensor(f"keep{l}")[index]


def _of_pruned(s: Scene, lines: tuple[Line, ...], of: Quantity) -> Explanation:
    """The update moved the weight, and the mask took it away again."""
    *before, (new, right) = lines
    moved = replace(new, value=evaluate(right))
    keep = Quantity("keep", 0.0, of.layer, of.units, f"keep{of.layer}", of.index)
    told = (*before, (moved, right), (of, Product((keep, moved))))
    return Explanation(of, told, None, _kept(s, 0.0), None)


def _kept(s: Scene, keep: float) -> str:
    assert s.config.prune is not None, "only what is pruned has a mask"
    share, epoch = s.config.prune.share, s.config.prune.epoch
    if keep:
        return say("1 while the weight is there: after epoch {epoch} the smallest {share:.0%} go.",
                   epoch=epoch, share=share)  # fmt: skip
    return say("It was among the smallest {share:.0%} after epoch {epoch}: it is 0 and stays 0.",
               share=share, epoch=epoch)  # fmt: skip


def _up_to(lines: Iterator[Line], tensor: str) -> Iterator[Line]:
    """Yield lines up to the one that makes the tensor's own entry."""
    for left, right in lines:
        yield left, right
        if left.tensor == tensor:
            return


def _origin(s: Scene, tensor: str, letter: str, l: int) -> str:
    """Say where a parameter comes from that this minibatch has not updated."""
    layer = s.config.layers[l - 1]
    if layer.frozen and letter in PARAMETERS:
        return say("This layer is frozen: no update changes it.")
    if letter == "b" and layer.freeze_bias:
        return say("This bias is frozen: no update changes it.")
    if letter == "keep":
        return _kept(s, 1.0)
    if s.now.shown_iteration or tensor[1:2] == "_":
        return say("It is what the update of the minibatch before left, or what was set by hand.")
    if letter in ("gamma", "beta"):
        first = 1 if letter == "gamma" else 0
        return say("It begins at {first}: at first a norm changes no scale.", first=first)
    given = {"W": layer.W, "b": layer.b}.get(letter)
    init = s.config.init.biases if letter == "b" else s.config.init.weights
    if given is not None:
        return say("It was typed in as the start.")
    return say("It was drawn at the start: {how}, seed {seed}.",
               how=INITIAL[init], seed=s.config.seed)  # fmt: skip
