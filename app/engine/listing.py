"""The program as the NumPy lines a person would write: one line for each op, with shapes.

This is for reading; what runs are the kernels of `app.engine.ops`, and a test executes these
lines and compares.
"""

from typing import NamedTuple

from app.engine.config import (
    AdaGrad,
    Adam,
    AdamW,
    Config,
    Momentum,
    RMSProp,
)
from app.engine.functions import ACTIVATIONS
from app.engine.program import Kind, Op, program, writes

__all__ = ["Line", "listing", "penalty", "plain", "share"]


class Line(NamedTuple):
    """The code of one op, and the shapes of the tensors it writes."""

    code: str
    shapes: tuple[tuple[int, ...], ...]


def listing(config: Config, N: int, *, hidden: bool = False) -> tuple[Line, ...]:
    """Return the lines of one minibatch of N examples, in the order of the program.

    With `hidden` a mistake of the config does not show: the lines are what they should be.
    """
    told = config.model_copy(update={"mistake": None}) if hidden else config
    return tuple(Line(_code(op, told), _shapes(op, config, N)) for op in program(config))


def plain(value: float) -> str:
    """Write a number as a person would, with every digit that it has."""
    short = f"{value:g}"
    return short if float(short) == value else repr(value)


def _code(op: Op, config: Config) -> str:
    l = op.layer
    match op.kind:
        case Kind.DRAW:
            return "a0, y = X[rows], Y[rows]"
        case Kind.PREACTIVATE:
            return f"z{l} = a{l - 1} @ W{l}" + (f" + b{l}" if config.layers[l - 1].bias else "")
        case Kind.ACTIVATE:
            return f"a{l} = {_activation(config, l)}"
        case Kind.COST:
            return f"cost = {_cost(config)}{penalty(config, 'np.sum({W}**2)', 'np.sum(abs({W}))')}"
        case Kind.DELTA:
            turned = config.mistake == "wrong_sign" and l == config.depth
            return f"delta{l} = {f'-({_delta(config, l)})' if turned else _delta(config, l)}"
        case Kind.GRADIENT:
            return _gradient(config, l)
        case Kind.CLIP:
            return _clip(config)
        case Kind.UPDATE:
            return _update(config, l)


def _activation(config: Config, l: int) -> str:
    name = config.layers[l - 1].activation
    if config.mistake == "no_output_activation" and l == config.depth:
        return f"z{l}"
    if config.mistake == "unshifted_softmax" and name == "softmax":
        return f"np.exp(z{l}) / np.sum(np.exp(z{l}), 1, keepdims=True)"
    return _filled(ACTIVATIONS[name].code, l)


def _filled(template: str, l: int) -> str:
    return template.format(z=f"z{l}", a=f"a{l}")


def _cost(config: Config) -> str:
    L, k = config.depth, config.sizes[-1]
    match config.cost.name:
        case "squared_error":
            terms = f"(a{L} - y)**2"
        case "binary_cross_entropy":
            terms = f"np.logaddexp(z{L}, 0) - y*z{L}"
        case _:
            unshifted = f"np.log(np.sum(np.exp(z{L}), 1, keepdims=True))"
            naive = config.mistake == "unshifted_softmax"
            terms = f"y * ({unshifted if naive else f'logsumexp(z{L})'} - z{L})"
    half = "0.5 * " if config.cost.half else ""
    if config.cost.reduction == "sum":
        return f"{half}np.sum({terms})"
    if config.cost.reduction == "mean_all" or k == 1:
        return f"{half}np.mean({terms})"
    return f"{half}np.sum({terms}) / len(y)"


def penalty(config: Config, square: str, absolute: str) -> str:
    """Return what the penalties add to the cost, from the texts for Σ W² and Σ |W| of a layer."""
    layers = range(1, config.depth + 1)
    ridge = " + ".join(square.format(W=f"W{l}") for l in layers)
    lasso = " + ".join(absolute.format(W=f"W{l}") for l in layers)
    return (f" + {plain(config.l2 / 2)}*({ridge})" if config.l2 else "") + (
        f" + {plain(config.l1)}*({lasso})" if config.l1 else ""
    )


def share(config: Config) -> str:
    """Return the division that the reduction stands for."""
    outputs = config.sizes[-1]
    match config.cost.reduction:
        case _ if config.mistake == "sum_for_mean":
            return ""
        case "sum":
            return ""
        case "mean_all" if outputs > 1:
            return f" / (len(y)*{outputs})"
        case _:
            return " / len(y)"


def _delta(config: Config, l: int) -> str:
    f = ACTIVATIONS[config.layers[l - 1].activation]
    flat = f.slope is None or config.mistake == "missing_slope"
    slope = "" if flat else f" * {_filled(f.slope_code, l)}"
    if l < config.depth:
        return f"(delta{l + 1} @ W{l + 1}.T){slope}" if slope else f"delta{l + 1} @ W{l + 1}.T"
    if config.cost.name != "squared_error":
        return f"a{l} - y"
    error = f"(a{l} - y)" if config.cost.half else f"2*(a{l} - y)"
    if config.layers[-1].activation == "softmax" and config.mistake != "missing_slope":
        return f"a{l} * ({error} - np.sum({error}*a{l}, 1, keepdims=True))"
    return f"{error}{slope}"


def _gradient(config: Config, l: int) -> str:
    part = share(config)
    extra = (f" + {plain(config.l2)}*W{l}" if config.l2 else "") + (
        f" + {plain(config.l1)}*np.sign(W{l})" if config.l1 else ""
    )
    sign = "+=" if config.mistake == "stale_gradients" else "="
    dW = f"dW{l} {sign} a{l - 1}.T @ delta{l}{part}{extra}"
    return f"{dW};  db{l} {sign} delta{l}.sum(0){part}" if config.layers[l - 1].bias else dW


def _clip(config: Config) -> str:
    assert config.clip is not None
    limit = plain(config.clip.threshold)
    if config.clip.by == "value":
        return f"for g in gradients: np.clip(g, -{limit}, {limit}, out=g)"
    return f"for g in gradients: g *= min(1, {limit} / (norm + 1e-6))"


def _update(config: Config, l: int) -> str:
    """One parameter written out; the others of the layer follow the same rule."""
    names = (name for name in writes(Op(Kind.UPDATE, l), config) if name[0] in "Wb")
    rules = [_rule(config, name) for name in names]
    if config.mistake == "bias_per_input" and len(rules) > 1:
        rules[1] = f"for i in range({config.sizes[l - 1]}): {rules[1]}"
        return "\n".join(rules)
    return ";  ".join(rules)


def _rule(config: Config, w: str) -> str:
    rule = config.optimizer
    eta = plain(rule.learning_rate) if rule.schedule.name == "constant" else "eta"
    g, m, v = f"d{w}", f"m_{w}", f"v_{w}"
    match rule:
        case Momentum(name="nesterov", momentum=mu):
            return f"{m} = {plain(mu)}*{m} + {g};  {w} -= {eta}*({g} + {plain(mu)}*{m})"
        case Momentum(momentum=mu):
            return f"{m} = {plain(mu)}*{m} + {g};  {w} -= {eta}*{m}"
        case AdaGrad(epsilon=e):
            return f"{v} += {g}**2;  {w} -= {eta}*{g} / (np.sqrt({v}) + {plain(e)})"
        case RMSProp(rho=rho, epsilon=e):
            return f"{_mean(v, f'{g}**2', rho)};  {w} -= {eta}*{g} / (np.sqrt({v}) + {plain(e)})"
        case Adam():
            return _adam(rule, eta, w, corrected=config.mistake != "uncorrected_adam")
        case _:
            return f"{w} -= {eta}*{g}"


def _mean(moment: str, new: str, keep: float) -> str:
    kept = plain(keep)
    return f"{moment} = {kept}*{moment} + (1 - {kept})*{new}"


def _adam(rule: Adam, eta: str, w: str, *, corrected: bool) -> str:
    g, m, v, b1, b2 = f"d{w}", f"m_{w}", f"v_{w}", plain(rule.beta1), plain(rule.beta2)
    decay = f"{w} *= 1 - {eta}*{plain(rule.weight_decay)};  " if isinstance(rule, AdamW) else ""
    means = f"{_mean(m, g, rule.beta1)};  {_mean(v, f'{g}**2', rule.beta2)}"
    if not corrected:
        return f"{decay}{means};  {w} -= {eta}*{m} / (np.sqrt({v}) + {plain(rule.epsilon)})"
    root = f"np.sqrt({v} / (1 - {b2}**t)) + {plain(rule.epsilon)}"
    return f"{decay}{means};  {w} -= {eta}*({m} / (1 - {b1}**t)) / ({root})"


def _shapes(op: Op, config: Config, N: int) -> tuple[tuple[int, ...], ...]:
    sizes, l = config.sizes, op.layer
    match op.kind:
        case Kind.DRAW:
            return ((N, sizes[0]), (N, sizes[-1]))
        case Kind.COST:
            return ((),)
        case Kind.GRADIENT | Kind.UPDATE:
            layer = config.layers[l - 1]
            frozen = op.kind is Kind.UPDATE and layer.freeze_bias
            bias = ((sizes[l],),) if layer.bias and not frozen else ()
            return ((sizes[l - 1], sizes[l]), *bias)
        case Kind.CLIP:
            return ()
        case _:
            return ((N, sizes[l]),)
