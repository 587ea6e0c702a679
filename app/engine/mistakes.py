"""Named mistakes: what each gets wrong, where it can be made, and whether a gradient check sees it.

They are the errors that people really make (and that printed examples really contain). A config
that names one is run with it: `app.engine.mistaken` has the variants of the ops.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.engine.functions import ACTIVATIONS
from app.language import say

__all__ = ["MISTAKES", "Mistake"]


@dataclass(frozen=True)
class Mistake:
    """`misfit` returns why a config cannot have the mistake, "" where it can.

    `proved` tells whether a gradient check catches it. Where it does not, what is computed wrongly
    is no gradient: there the formula and the number of the same place disagree.
    """

    title: str
    about: str
    proved: bool
    misfit: Callable[[Any], str]


def _anywhere(config: Any) -> str:
    return ""


def _if(fits: Callable[[Any], bool], why: str) -> Callable[[Any], str]:
    return lambda config: "" if fits(config) else why


def _slopes(config: Any) -> bool:
    """Whether any delta is multiplied by a slope."""
    layers = config.layers if config.cost.name == "squared_error" else config.layers[:-1]
    return any(
        x.activation == "softmax" or ACTIVATIONS[x.activation].slope is not None for x in layers
    )


def _averages(config: Any) -> bool:
    several = (config.minibatch_size or config.data.count) * config.sizes[-1] > 1
    return bool(config.cost.reduction != "sum" and several)


def _biases(config: Any) -> bool:
    pairs = zip(config.layers, config.sizes, strict=False)
    return any(x.bias and not x.freeze_bias and inputs > 1 for x, inputs in pairs)


MISTAKES: dict[str, Mistake] = {
    "early_update": Mistake(
        say("Weights updated too early"),
        say(
            "Each layer is updated before the error signal of the layer below is computed, which "
            "then goes back through the new weights. A much copied printed example ends with it."
        ),
        True,
        lambda c: (
            say("needs at least two layers")
            if c.depth < 2
            else say("does not go with clipping, which needs every gradient first")
            if c.clip
            else ""
        ),
    ),
    "missing_slope": Mistake(
        say("f′ left out"),
        say("The error signal is passed back without the slope of the activation."),
        True,
        _if(_slopes, say("needs an activation whose slope is not 1")),
    ),
    "wrong_sign": Mistake(
        say("Wrong sign"),
        say(
            "The error at the output is target less output, and is still subtracted: every step "
            "goes up."
        ),
        True,
        _anywhere,
    ),
    "sum_for_mean": Mistake(
        say("Sum in place of the mean"),
        say(
            "The cost is a mean, its gradient is summed and never divided: the steps are N times "
            "as long."
        ),
        True,
        _if(_averages, say("needs a cost that is a mean, over more than one value")),
    ),
    "stale_gradients": Mistake(
        say("Gradients not cleared"),
        say(
            "Each minibatch adds its gradients to those of all before it. The first one shows "
            "nothing."
        ),
        True,
        _anywhere,
    ),
    "bias_per_input": Mistake(
        say("Bias updated once for each input"),
        say("The update of the bias stands inside the loop over the inputs of the unit."),
        False,
        _if(_biases, say("needs a layer with biases and more than one input")),
    ),
    "unshifted_softmax": Mistake(
        say("Softmax without the maximum"),
        say("e is raised to z itself, not to z less the largest z: beyond z = 709 it overflows."),
        False,
        _if(lambda c: c.layers[-1].activation == "softmax", say("needs a softmax output")),
    ),
    "uncorrected_adam": Mistake(
        say("Adam without its correction"),
        say(
            "The moments start at 0 and are not divided by 1 − β^t: the first steps are too long, "
            "as the second moment lags behind the first."
        ),
        False,
        _if(lambda c: c.optimizer.name in ("adam", "adamw"), say("needs Adam or AdamW")),
    ),
    "no_output_activation": Mistake(
        say("Output activation forgotten"),
        say("The output is z itself, while the way back still assumes the activation."),
        True,
        _if(
            lambda c: c.layers[-1].activation != "linear", say("needs an output that is not linear")
        ),
    ),
}
"""The mistakes by their public names."""
