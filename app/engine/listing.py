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
from app.engine.names import is_of_examples, is_parameter, parsed
from app.engine.norm import EPSILON, SHARE
from app.engine.program import (
    Kind,
    Op,
    activated,
    parameters,
    penalized,
    program,
    pruned,
    writes,
)

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
        case Kind.NORMALIZE:
            return _norm(l)
        case Kind.ACTIVATE:
            return _activated(config, l)
        case Kind.DROP:
            share = plain(config.layers[l - 1].dropout)
            mask = f"mask{l} = drawn({l}, {share}, f{l}.shape)"
            return f"{mask};  a{l} = f{l}*mask{l}{_link(config, l)}"
        case Kind.COST:
            return f"cost = {_cost(config)}{penalty(config, 'np.sum({W}**2)', 'np.sum(abs({W}))')}"
        case Kind.DELTA:
            return _delta(config, l)
        case Kind.GRADIENT:
            return _gradient(config, l)
        case Kind.CLIP:
            return _clip(config)
        case Kind.UPDATE:
            return _update(config, l)
        case Kind.PRUNE:
            return _prune(config)


def _norm(l: int) -> str:
    return (
        f"mu{l}, var{l} = z{l}.mean(0), z{l}.var(0)\n"
        f"zhat{l} = (z{l} - mu{l}) / np.sqrt(var{l} + {EPSILON});  "
        f"ztilde{l} = gamma{l}*zhat{l} + beta{l}\n"
        f"rmu{l} += {SHARE}*(mu{l} - rmu{l});  "
        f"rvar{l} += {SHARE}*(var{l}*len(y)/(len(y) - 1) - rvar{l})"
    )


def _activated(config: Config, l: int) -> str:
    layer = config.layers[l - 1]
    if not layer.is_branch:
        return f"a{l} = {_activation(config, l)}"
    branch = f"f{l} = {_activation(config, l)}"
    return branch if layer.dropout else f"{branch};  a{l} = f{l}{_link(config, l)}"


def _link(config: Config, l: int) -> str:
    """What a residual link adds to the activation."""
    if not config.layers[l - 1].residual:
        return ""
    return f" + a{l - 1} @ P{l}" if config.projects(l) else f" + a{l - 1}"


def _activation(config: Config, l: int) -> str:
    name = config.layers[l - 1].activation
    if config.mistake == "no_output_activation" and l == config.depth:
        return f"z{l}"
    if config.mistake == "unshifted_softmax" and name == "softmax":
        return f"np.exp(z{l}) / np.sum(np.exp(z{l}), 1, keepdims=True)"
    return _filled(ACTIVATIONS[name].code, config, l)


def _filled(template: str, config: Config, l: int) -> str:
    """Fill in what an activation is applied to, and what it comes to."""
    z, a = activated(config, l)
    return template.format(z=z, a=a)


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
    weights = penalized(config)
    ridge = " + ".join(square.format(W=W) for W in weights)
    lasso = " + ".join(absolute.format(W=W) for W in weights)
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
    if l < config.depth:
        return _passed_back(config, l)
    error = _output_delta(config, l)
    return f"delta{l} = " + (f"-({error})" if config.mistake == "wrong_sign" else error)


def _passed_back(config: Config, l: int) -> str:
    """The error signal of a hidden layer: what arrives, then through dropout, slope and norm."""
    layer, above = config.layers[l - 1], config.layers[l]
    arrived = f"delta{l + 1} @ W{l + 1}.T"
    if above.residual:
        arrived += f" + da{l + 1}" + (f" @ P{l + 1}.T" if config.projects(l + 1) else "")
    factors = [f"mask{l}"] if layer.dropout else []
    factors += [slope] if (slope := _slope(config, l)) else []
    before = f"da{l} = {arrived}\n" if layer.residual else ""
    arrived = f"da{l}" if layer.residual else f"({arrived})" if factors else arrived
    signal = " * ".join([arrived, *factors])
    if not layer.batch_norm:
        return f"{before}delta{l} = {signal}"
    d = f"deltatilde{l}"
    centred = f"{d} - {d}.mean(0) - zhat{l}*({d}*zhat{l}).mean(0)"
    return (
        f"{before}{d} = {signal}\ndelta{l} = gamma{l} / np.sqrt(var{l} + {EPSILON}) * ({centred})"
    )


def _slope(config: Config, l: int) -> str:
    f = ACTIVATIONS[config.layers[l - 1].activation]
    flat = f.slope is None or config.mistake == "missing_slope"
    return "" if flat else _filled(f.slope_code, config, l)


def _output_delta(config: Config, l: int) -> str:
    slope = f" * {found}" if (found := _slope(config, l)) else ""
    if config.cost.name != "squared_error":
        return f"a{l} - y"
    error = f"(a{l} - y)" if config.cost.half else f"2*(a{l} - y)"
    if config.layers[-1].activation == "softmax" and config.mistake != "missing_slope":
        return f"a{l} * ({error} - np.sum({error}*a{l}, 1, keepdims=True))"
    return f"{error}{slope}"


def _gradient(config: Config, l: int) -> str:
    part = share(config)
    sign = "+=" if config.mistake == "stale_gradients" else "="
    made = {
        "W": f"a{l - 1}.T @ delta{l}{part}{_penalty_slope(config, f'W{l}')}",
        "b": f"delta{l}.sum(0){part}",
        "P": f"a{l - 1}.T @ da{l}{part}{_penalty_slope(config, f'P{l}')}",
        "gamma": f"(deltatilde{l}*zhat{l}).sum(0){part}",
        "beta": f"deltatilde{l}.sum(0){part}",
    }
    names = parameters(config, l)
    return ";  ".join(f"d{name} {sign} {made[parsed(name)[0]]}" for name in names)


def _penalty_slope(config: Config, W: str) -> str:
    ridge = f" + {plain(config.l2)}*{W}" if config.l2 else ""
    return ridge + (f" + {plain(config.l1)}*np.sign({W})" if config.l1 else "")


def _clip(config: Config) -> str:
    assert config.clip is not None
    limit = plain(config.clip.threshold)
    if config.clip.by == "value":
        return f"for g in gradients: np.clip(g, -{limit}, {limit}, out=g)"
    return f"for g in gradients: g *= min(1, {limit} / (norm + 1e-6))"


def _update(config: Config, l: int) -> str:
    """One parameter written out; the others of the layer follow the same rule."""
    names = (name for name in writes(Op(Kind.UPDATE, l), config) if is_parameter(name))
    rules = [_rule(config, name) for name in names]
    if config.mistake == "bias_per_input" and len(rules) > 1:
        rules[1] = f"for i in range({config.sizes[l - 1]}): {rules[1]}"
        return "\n".join(rules)
    return ";  ".join(rules)


def _prune(config: Config) -> str:
    """In one minibatch the mask is chosen, in every one it holds."""
    assert config.prune is not None, "only what is pruned has a prune op"
    layers, share = pruned(config), plain(config.prune.share)
    chosen = ";  ".join(f"keep{l} = largest(W{l}, {share})" for l in layers)
    held = ";  ".join(f"W{l} *= keep{l}" for l in layers)
    return f"if t == {config.pruned_after}: {chosen}\n{held}"


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
    """Return the shapes of what an op writes; those of all gradients would only be in the way."""
    if op.kind is Kind.CLIP:
        return ()
    names = (name for name in writes(op, config) if "_" not in name)
    return tuple(_shape(name, config, N) for name in names)


def _shape(name: str, config: Config, N: int) -> tuple[int, ...]:
    symbol, l = parsed(name)
    sizes = config.sizes
    if symbol == "cost":
        return ()
    if symbol == "y":
        return (N, sizes[-1])
    if is_of_examples(name):
        return (N, sizes[l])
    matrix = symbol in ("W", "P", "dW", "dP", "keep")
    return (sizes[l - 1], sizes[l]) if matrix else (sizes[l],)
