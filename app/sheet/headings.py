"""What the sections of a sheet are called, and what there is to say at their head."""

from app.engine.config import Config
from app.engine.program import Kind, Op
from app.sheet.notation import name
from app.sheet.parts import Piece

__all__ = ["COSTS", "activation_name", "needs_every_gradient", "note", "title"]

NAMES = {
    "linear": "linear", "sigmoid": "sigmoid", "tanh": "tanh", "relu": "ReLU",
    "leaky_relu": "leaky ReLU", "elu": "ELU", "gelu": "GELU", "silu": "SiLU",
    "softplus": "softplus", "softmax": "softmax",
}  # fmt: skip
COSTS = {
    "squared_error": "squared error", "binary_cross_entropy": "binary cross-entropy",
    "cross_entropy": "cross-entropy",
}  # fmt: skip


def activation_name(config: Config, l: int) -> str:
    """Return the activation function of a layer as people write it."""
    return NAMES[config.layers[l - 1].activation]


def title(config: Config, op: Op) -> str:
    """Return the heading of an op."""
    l = op.layer
    match op.kind:
        case Kind.DRAW:
            return "the examples"
        case Kind.PREACTIVATE:
            return f"layer {l}, weighted sums"
        case Kind.NORMALIZE:
            return f"layer {l}, batch norm"
        case Kind.DROP:
            return f"layer {l}, dropout"
        case Kind.PRUNE:
            return "pruned weights"
        case Kind.ACTIVATE:
            return f"layer {l}, activations: {activation_name(config, l)}"
        case Kind.COST:
            return COSTS[config.cost.name]
        case Kind.DELTA:
            return f"layer {l}, error signals"
        case Kind.GRADIENT:
            return f"layer {l}, gradients"
        case Kind.CLIP:
            return "clipped gradients"
        case Kind.UPDATE:
            return f"layer {l}, new weights and biases"


def needs_every_gradient(config: Config) -> bool:
    """Whether gradients of frozen biases count too: they are part of the norm that is clipped."""
    return config.clip is not None and config.clip.by == "norm"


def note(config: Config, op: Op) -> tuple[Piece, ...]:
    """Return what has to be said before the lines of an op; mostly nothing."""
    layer = config.layers[op.layer - 1] if op.layer else None
    held = layer is not None and layer.bias and layer.freeze_bias
    match op.kind:
        case Kind.DELTA if op.layer == config.depth and config.cost.name != "squared_error":
            return ("The slope of the activation and that of the cost cancel: what is left is ",
                    name("a"), " − ", name("y"), ".")  # fmt: skip
        case Kind.GRADIENT if held and not needs_every_gradient(config):
            return ("The biases of this layer are held still; their gradients are not needed.",)
        case Kind.DROP:
            share = config.layers[op.layer - 1].dropout
            chance = f" is drawn: 0 with a chance of {share:g}, else {1 / (1 - share):g}."
            return (name("r"), chance)
        case Kind.PRUNE:
            return ("What was pruned is 0 again after its update.",)
        case Kind.UPDATE:
            old = "The update comes last: every number above was computed with the old weights."
            words = [old] if op.layer == 1 else []
            words += ["The biases of this layer are held still."] if held else []
            return (" ".join(words),) if words else ()
        case _:
            return ()
