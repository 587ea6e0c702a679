"""The program as a person would write it in PyTorch, line beside line with the NumPy listing.

Autograd computes what Backstep shows one by one, so most stops of the way back have a remark in
place of code. A line stands for one op, as in `app.engine.listing`.
"""

import re

from app.engine.config import Config
from app.engine.listing import listing, penalty, plain, share
from app.engine.names import is_parameter
from app.engine.program import Kind, Op, activated, program, writes

__all__ = ["torch_cost", "torch_listing"]

ACTIVATIONS = {
    "linear": "{z}",
    "sigmoid": "torch.sigmoid({z})",
    "tanh": "torch.tanh({z})",
    "relu": "torch.relu({z})",
    "leaky_relu": "F.leaky_relu({z}, 0.01)",
    "elu": "F.elu({z})",
    "gelu": 'F.gelu({z}, approximate="tanh")',
    "silu": "F.silu({z})",
    "softplus": "F.softplus({z})",
    "softmax": "torch.softmax({z}, 1)",
}


def torch_listing(config: Config) -> tuple[str, ...]:
    """Return a line for each op of the program; autograd makes none of the mistakes."""
    lines = zip(program(config), listing(config, 1, hidden=True), strict=True)
    right = config.model_copy(update={"mistake": None})
    return tuple(_code(op, right, numpy.code) for op, numpy in lines)


def _code(op: Op, config: Config, numpy: str) -> str:
    l, L = op.layer, config.depth
    match op.kind:
        case Kind.DRAW | Kind.PREACTIVATE:
            return numpy
        case Kind.NORMALIZE:
            given = f"z{l}, rmu{l}, rvar{l}, gamma{l}, beta{l}"
            return f"ztilde{l} = F.batch_norm({given}, training=True)"
        case Kind.ACTIVATE:
            return _activated(config, l, numpy)
        case Kind.DROP:
            link = numpy.partition(f"*mask{l}")[2]
            return f"a{l} = F.dropout(f{l}, {plain(config.layers[l - 1].dropout)}){link}"
        case Kind.COST:
            return (
                f"cost = {torch_cost(config)}{penalty(config, '({W}**2).sum()', '{W}.abs().sum()')}"
            )
        case Kind.DELTA:
            return "cost.backward()" if l == L else f"# backward() passes through z{l}"
        case Kind.GRADIENT:
            return f"# backward() leaves {_names(config, l, '.grad')}"
        case Kind.CLIP:
            assert config.clip is not None, "only what has a clip op is clipped"
            return f"clip_grad_{config.clip.by}_(parameters, {plain(config.clip.threshold)})"
        case Kind.UPDATE:
            step = "optimizer.step();  optimizer.zero_grad()"
            return step if l == config.lowest else f"# step() has changed {_names(config, l, '')}"
        case Kind.PRUNE:
            return re.sub(r"(W\d+) \*=", r"\1.data *=", numpy)


def _activated(config: Config, l: int, numpy: str) -> str:
    """The activation; what comes after it is the same in NumPy."""
    z, a = activated(config, l)
    value = ACTIVATIONS[config.layers[l - 1].activation].format(z=z)
    rest = f";  {numpy.partition(';  ')[2]}" if ";  " in numpy else ""
    return f"{a} = {value}{rest}"


def _names(config: Config, l: int, ending: str) -> str:
    names = [name for name in writes(Op(Kind.UPDATE, l), config) if is_parameter(name)]
    return ", ".join(name + ending for name in names)


def torch_cost(config: Config) -> str:
    """Return the cost of a minibatch without penalties, from y and what the output layer wrote."""
    L = config.depth
    match config.cost.name:
        case "squared_error":
            whole = f"((a{L} - y)**2).sum()"
        case "binary_cross_entropy":
            whole = f'F.binary_cross_entropy_with_logits(z{L}, y, reduction="sum")'
        case _:
            whole = f'F.cross_entropy(z{L}, y, reduction="sum")'
    half = "0.5 * " if config.cost.half else ""
    return f"{half}{whole}{share(config)}"
