"""What the sections of a sheet are called, and what there is to say at their head."""

from app.engine.config import Config
from app.engine.program import Kind, Op
from app.language import Text, joined, say
from app.sheet.notation import name
from app.sheet.parts import Piece
from app.sheet.pieces import pieces
from app.terms import COSTS

__all__ = ["activation_name", "needs_every_gradient", "note", "title"]

NAMES = {
    "linear": say("linear"), "sigmoid": "sigmoid", "tanh": "tanh", "relu": "ReLU",
    "leaky_relu": say("leaky ReLU"), "elu": "ELU", "gelu": "GELU", "silu": "SiLU",
    "softplus": "softplus", "softmax": "softmax",
}  # fmt: skip


def activation_name(config: Config, l: int) -> str:
    """Return the activation function of a layer as people write it."""
    return NAMES[config.layers[l - 1].activation]


def title(config: Config, op: Op) -> str:
    """Return the heading of an op."""
    l = op.layer
    match op.kind:
        case Kind.DRAW:
            return say("the examples")
        case Kind.PREACTIVATE:
            return say("layer {layer}, weighted sums", layer=l)
        case Kind.NORMALIZE:
            return say("layer {layer}, batch norm", layer=l)
        case Kind.DROP:
            return say("layer {layer}, dropout", layer=l)
        case Kind.PRUNE:
            return say("pruned weights")
        case Kind.ACTIVATE:
            activation = activation_name(config, l)
            return say("layer {layer}, activations: {activation}", layer=l, activation=activation)
        case Kind.COST:
            return COSTS[config.cost.name]
        case Kind.DELTA:
            return say("layer {layer}, error signals", layer=l)
        case Kind.GRADIENT:
            return say("layer {layer}, gradients", layer=l)
        case Kind.CLIP:
            return say("clipped gradients")
        case Kind.UPDATE:
            return say("layer {layer}, new weights and biases", layer=l)


def needs_every_gradient(config: Config) -> bool:
    """Whether gradients of frozen biases count too: they are part of the norm that is clipped."""
    return config.clip is not None and config.clip.by == "norm"


def note(config: Config, op: Op) -> tuple[Piece, ...]:
    """Return what has to be said before the lines of an op; mostly nothing."""
    sentence = _sentence(config, op)
    return pieces(sentence) if sentence else ()


def _sentence(config: Config, op: Op) -> Text | None:
    layer = config.layers[op.layer - 1] if op.layer else None
    held = layer is not None and layer.bias and layer.freeze_bias
    match op.kind:
        case Kind.DELTA if op.layer == config.depth and config.cost.name != "squared_error":
            return say("The slope of the activation and that of the cost cancel: what is left is "
                       "{a} − {y}.", a=name("a"), y=name("y"))  # fmt: skip
        case Kind.GRADIENT if held and not needs_every_gradient(config):
            return say("The biases of this layer are held still; their gradients are not needed.")
        case Kind.DROP:
            share = config.layers[op.layer - 1].dropout
            return say("{r} is drawn: 0 with a chance of {share:g}, else {larger:g}.",
                       r=name("r"), share=share, larger=1 / (1 - share))  # fmt: skip
        case Kind.PRUNE:
            return say("What was pruned is 0 again after its update.")
        case Kind.UPDATE:
            old = say(
                "The update comes last: every number above was computed with the old weights."
            )
            told = [old] if op.layer == 1 else []
            told += [say("The biases of this layer are held still.")] if held else []
            return joined(say(" "), told) if told else None
        case _:
            return None
