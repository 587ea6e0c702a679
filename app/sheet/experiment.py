"""The experiment in words: network, data and conventions, so that a sheet can be read alone."""

from collections.abc import Iterator
from typing import Any

from app.engine.config import AdaGrad, Adam, AdamW, Config, Momentum, RMSProp, Rule
from app.engine.run import Run
from app.explain import formulas
from app.explain.expression import Call, Expression, Negative, Number, Product, Quantity, Sum
from app.language import Text, joined, say
from app.presets import PRESETS, preset
from app.sheet.headings import activation_name
from app.sheet.notation import Layout, Mark, Over, Row, bracketed, name, number, words
from app.sheet.origin import Origin
from app.sheet.parts import Fact
from app.sheet.pieces import formula, pieces
from app.sheet.symbols import Naming, in_symbols
from app.terms import COSTS

__all__ = ["about", "facts", "title"]

OPTIMIZERS = {
    "sgd": say("gradient descent"), "momentum": say("gradient descent with momentum"),
    "nesterov": say("gradient descent with Nesterov's momentum"), "adagrad": "AdaGrad",
    "rmsprop": "RMSProp", "adam": "Adam", "adamw": "AdamW",
}  # fmt: skip
SCHEDULES = {
    "step": say("step"), "exponential": say("exponential"), "cosine": say("cosine"),
    "warmup_cosine": say("warmup cosine"),
}  # fmt: skip
SPACE = say(" ")
A, Y, Z = Quantity("a", 0.5), Quantity("y", 1.0), Quantity("z", 1.0)


def title(config: Config) -> str:
    """Return the name of an experiment: that of its preset, or what it is."""
    for key, known in PRESETS.items():
        if preset(key) == config:
            return known.title
    return say("{data}, {sizes}", data=_data_name(config), sizes=_sizes(config))


def about(config: Config) -> str:
    """Return what its preset says of it, or nothing."""
    return next((known.about for key, known in PRESETS.items() if preset(key) == config), "")


def facts(origin: Origin, run: Run, decimals: int) -> tuple[Fact, ...]:
    """Return what has to be known to work the sheet out."""
    config = origin.config
    layers = range(1, config.depth + 1)
    told = (
        (say("Network"), _network(config)),
        *((say("Layer {layer}", layer=l), joined(SPACE, _layer(config, l))) for l in layers),
        (say("Data"), _data(config, run)),
        (say("Cost"), joined(SPACE, (_cost(config), _reduction(config, run)))),
        (say("Learning"), _learning(origin)),
        (say("Begins"), _start(origin)),
        (say("Symbols"), _indices()),
        (say("Rounding"), _rounding(config, decimals)),
    )
    return tuple(Fact(term, pieces(sentence)) for term, sentence in told if sentence)


def _sizes(config: Config) -> str:
    return "-".join(map(str, config.sizes))


def _data_name(config: Config) -> str:
    return config.data.set.title if config.data.set else say("Your own data")


def _written(tree: Expression, outputs: int = 1) -> Layout:
    return in_symbols(Naming(None, 1, outputs)).of(tree)


def _network(config: Config) -> Text:
    inputs, depth = config.sizes[0], config.depth
    return say(
        "{sizes}: {inputs}, then {layers}, the last one the output.",
        sizes=_sizes(config),
        inputs=say("{count} inputs", count=inputs) if inputs > 1 else say("1 input"),
        layers=say("{count} layers of units", count=depth)
        if depth > 1
        else say("1 layer of units"),
    )


def _layer(config: Config, l: int) -> Iterator[Text]:
    """The sentences about a layer"""
    layer = config.layers[l - 1]
    units = say("{count} units", count=layer.units) if layer.units > 1 else say("1 unit")
    activation = activation_name(config, l)
    if layer.activation == "softmax":
        yield say(
            "{units}, {activation}: each a is a power {power} over the sum of all; the largest z "
            "may be taken off each z before.",
            units=units, activation=activation, power=_written(Call("exp", (Z,))),
        )  # fmt: skip
    else:
        slope = formulas.SLOPES[layer.activation](Z, A)
        yield say(
            "{units}, {activation}: {value}, with the slope {slope}.",
            units=units, activation=activation,
            value=_equation(A, formulas.VALUES[layer.activation](Z)),
            slope=_equation(Quantity("slope", 1.0), slope),
        )  # fmt: skip
    if not layer.bias:
        yield say("It has no biases.")
    elif layer.freeze_bias:
        yield say("Its biases are held still.")
    yield from _besides(config, l)


def _besides(config: Config, l: int) -> Iterator[Text]:
    """What a layer has besides weights, biases and an activation."""
    layer = config.layers[l - 1]
    if layer.batch_norm:
        yield say("Batch norm comes before the activation: its z is the shifted one.")
    if layer.dropout:
        yield say("Of its outputs {share:g} are dropped, drawn anew in each minibatch.",
                  share=layer.dropout)  # fmt: skip
    if layer.residual and config.projects(l):
        yield say("A residual link adds what enters the layer through a matrix of weights.")
    elif layer.residual:
        yield say("A residual link adds what enters the layer.")
    if layer.frozen:
        yield say("It is frozen: nothing of it is updated.")


def _equation(left: Quantity, right: Expression) -> Layout:
    return Row((_written(left), Mark("infix", "="), _written(right)))


def _data(config: Config, run: Run) -> Text:
    count, minibatches = run.minibatches[0].data.train, run.minibatches[0]
    if count == 1:
        return say("{data}, 1 example.", data=_data_name(config))
    known: dict[str, Any] = {"data": _data_name(config), "count": count}
    if minibatches.whole:
        return say("{data}, {count:,} examples, all of them in each minibatch.", **known)
    known["size"] = minibatches.size
    if minibatches.shuffle:
        return say("{data}, {count:,} examples in minibatches of {size}, in a new order in each "
                   "epoch.", **known)  # fmt: skip
    return say("{data}, {count:,} examples in minibatches of {size}, in their order.", **known)


def _cost(config: Config) -> Text:
    half, outputs = config.cost.half, config.sizes[-1]
    trees = {
        "squared_error": formulas.squared_error((A,), (Y,), half),
        "binary_cross_entropy": formulas.logistic_cost((Z,), (Y,)),
        "cross_entropy": formulas.cross_entropy((Z,), (A,), (Y,)),
    }
    tree = trees[config.cost.name]
    equals = (_written(Quantity("Cx", 0.0)), Mark("infix", "="))
    known = {
        "cost": COSTS[config.cost.name],
        "value": Row((*equals, *_over_outputs(tree, outputs))),
    }
    if outputs > 1:
        return say("{cost}: {value} for each example, over its outputs.", **known)
    return say("{cost}: {value} for each example.", **known)


def _over_outputs(tree: Expression, outputs: int) -> Iterator[Layout]:
    """The formula of one output, summed where there are several; a minus goes before the Σ."""
    if outputs > 1 and isinstance(tree, Negative):
        yield Mark("prefix", "−")
        tree = tree.term
    inner = _written(tree)
    if outputs > 1:
        yield Mark("prefix", "Σ")
        inner = bracketed(inner) if isinstance(tree, Sum) else inner
    yield inner


def _reduction(config: Config, run: Run) -> Text:
    """How the cost of the minibatch comes from those of the examples."""
    penalties = [
        formula(_written(Product((Number(factor, repr(factor)), Quantity(symbol, 0.0)))))
        for factor, symbol in ((config.l2 / 2, "sumW2"), (config.l1, "sumAbsW"))
        if factor
    ]
    known: dict[str, Any] = {"C": name("C"), "reduced": _reduced(config, run)}
    if not penalties:
        return say("{C} is {reduced}.", **known)
    added = joined(say(", plus "), penalties)
    return say("{C} is {reduced}, plus {penalties}.", **known, penalties=added)


def _reduced(config: Config, run: Run) -> Text:
    if config.cost.reduction == "mean_all":
        return say("the mean over outputs and examples of the minibatch")
    if run.minibatches[0].size == 1:
        return say("that of the example")
    if config.cost.reduction == "sum":
        return say("the sum over the examples of the minibatch")
    return say("the mean over the examples of the minibatch")


def _learning(origin: Origin) -> Text:
    config, rule = origin.config, origin.config.optimizer
    known: dict[str, Any] = {
        "rule": OPTIMIZERS[rule.name], "rate": _setting(name("η"), origin.learning_rate)
    }  # fmt: skip
    if rule.schedule.name == "constant":
        learned = say("{rule}, learning rate {rate}", **known)
    else:
        known["schedule"] = SCHEDULES[rule.schedule.name]
        learned = say("{rule}, learning rate {rate} with the schedule {schedule}", **known)
    settings = (formula(_setting(letter, value)) for letter, value in _settings(rule))
    whole = joined(say(", "), (learned, *settings))
    if config.clip is None:
        return say("{learning}.", learning=whole)
    threshold = config.clip.threshold
    if config.clip.by == "value":
        return say("{learning}; gradients are clipped, each by itself, at {threshold:g}.",
                   learning=whole, threshold=threshold)  # fmt: skip
    return say("{learning}; gradients are clipped, all together by their norm, at {threshold:g}.",
               learning=whole, threshold=threshold)  # fmt: skip


def _settings(rule: Rule) -> Iterator[tuple[Layout, float]]:
    match rule:
        case Momentum(momentum=mu):
            yield name("μ"), mu
        case RMSProp(rho=rho):
            yield name("ρ"), rho
        case Adam(beta1=beta1, beta2=beta2):
            yield from ((name("β₁"), beta1), (name("β₂"), beta2))
    if isinstance(rule, RMSProp | Adam | AdaGrad):
        yield name("ε"), rule.epsilon
    if isinstance(rule, AdamW):
        yield words(say("decay")), rule.weight_decay


def _setting(letter: Layout, value: float) -> Layout:
    return Row((letter, Mark("infix", "="), number(f"{value:.12g}")))


def _start(origin: Origin) -> str:
    match origin.iteration:
        case 0:
            return ""
        case 1:
            return say("after 1 minibatch.")
        case count:
            return say("after {count:,} minibatches.", count=count)


def _indices() -> Text:
    slope = Over(Row((name("∂"), _written(Quantity("Cx", 0.0)))), Row((name("∂"), name("z"))))
    return say(
        "{w} is the weight of layer 2 from unit 1 below to its unit 3; δ is the slope {slope} of "
        "the cost of one example.",
        w=_written(Quantity("w", 0.0, 2, (1, 3))), slope=slope,
    )  # fmt: skip


def _rounding(config: Config, decimals: int) -> Text:
    double = config.dtype == "float64"
    return say(
        "Numbers are shown rounded to {decimals} decimals, very small ones to three digits, and "
        "computed with all the digits of {precision}: what the printed digits give may differ in "
        "the last place.",
        decimals=decimals,
        precision=say("double precision") if double else say("single precision"),
    )
