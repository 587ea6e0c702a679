"""The experiment in words: network, data and conventions, so that a sheet can be read alone."""

from collections.abc import Iterator

from app.engine.config import AdaGrad, Adam, AdamW, Config, Momentum, RMSProp, Rule
from app.engine.run import Run
from app.explain import formulas
from app.explain.expression import Call, Expression, Negative, Number, Product, Quantity, Sum
from app.presets import PRESETS, preset
from app.sheet.headings import COSTS, activation_name
from app.sheet.notation import Layout, Mark, Over, Row, bracketed, name, number
from app.sheet.origin import Origin
from app.sheet.parts import Fact, Piece
from app.sheet.symbols import Naming, in_symbols

__all__ = ["about", "facts", "title"]

OPTIMIZERS = {
    "sgd": "gradient descent", "momentum": "gradient descent with momentum",
    "nesterov": "gradient descent with Nesterov's momentum", "adagrad": "AdaGrad",
    "rmsprop": "RMSProp", "adam": "Adam", "adamw": "AdamW",
}  # fmt: skip
A, Y, Z = Quantity("a", 0.5), Quantity("y", 1.0), Quantity("z", 1.0)


def title(config: Config) -> str:
    """Return the name of an experiment: that of its preset, or what it is."""
    for key, known in PRESETS.items():
        if preset(key) == config:
            return known.title
    return f"{_data_name(config)}, {_sizes(config)}"


def about(config: Config) -> str:
    """Return what its preset says of it, or nothing."""
    return next((known.about for key, known in PRESETS.items() if preset(key) == config), "")


def facts(origin: Origin, run: Run, decimals: int) -> tuple[Fact, ...]:
    """Return what has to be known to work the sheet out."""
    config = origin.config
    made = (
        Fact("Network", tuple(_network(config))),
        *(Fact(f"Layer {l}", tuple(_layer(config, l))) for l in range(1, config.depth + 1)),
        Fact("Data", tuple(_data(config, run))),
        Fact("Cost", tuple(_cost(config, run))),
        Fact("Learning", tuple(_learning(origin))),
        Fact("Begins", tuple(_start(origin))),
        Fact("Symbols", tuple(_indices())),
        Fact("Rounding", (_rounding(config, decimals),)),
    )
    return tuple(fact for fact in made if fact.pieces)


def _sizes(config: Config) -> str:
    return "-".join(map(str, config.sizes))


def _data_name(config: Config) -> str:
    return config.data.set.title if config.data.set else "Your own data"


def _written(tree: Expression, outputs: int = 1) -> Layout:
    return in_symbols(Naming(None, 1, outputs)).of(tree)


def _network(config: Config) -> Iterator[Piece]:
    inputs = config.sizes[0]
    yield f"{_sizes(config)}: {inputs} input{'s' * (inputs > 1)}, then {config.depth} layer"
    yield f"{'s' * (config.depth > 1)} of units, the last one the output."


def _layer(config: Config, l: int) -> Iterator[Piece]:
    layer = config.layers[l - 1]
    yield f"{layer.units} unit{'s' * (layer.units > 1)}, {activation_name(config, l)}: "
    if layer.activation == "softmax":
        yield "each a is a power "
        yield _written(Call("exp", (Z,)))
        yield " over the sum of all; the largest z may be taken off each z before"
    else:
        yield _equation(A, formulas.VALUES[layer.activation](Z))
        yield ", with the slope "
        yield _equation(Quantity("slope", 1.0), formulas.SLOPES[layer.activation](Z, A))
    yield "." if layer.bias else ". It has no biases."
    if layer.bias and layer.freeze_bias:
        yield " Its biases are held still."
    yield from _besides(config, l)


def _besides(config: Config, l: int) -> Iterator[Piece]:
    """What a layer has besides weights, biases and an activation."""
    layer = config.layers[l - 1]
    if layer.batch_norm:
        yield " Batch norm comes before the activation: its z is the shifted one."
    if layer.dropout:
        yield f" Of its outputs {layer.dropout:g} are dropped, drawn anew in each minibatch."
    if layer.residual:
        through = " through a matrix of weights" if config.projects(l) else ""
        yield f" A residual link adds what enters the layer{through}."
    if layer.frozen:
        yield " It is frozen: nothing of it is updated."


def _equation(left: Quantity, right: Expression) -> Layout:
    return Row((_written(left), Mark("infix", "="), _written(right)))


def _data(config: Config, run: Run) -> Iterator[Piece]:
    count, minibatches = run.minibatches[0].data.train, run.minibatches[0]
    yield f"{_data_name(config)}, {count:,} example{'s' * (count > 1)}"
    if minibatches.whole:
        yield ", all of them in each minibatch." if count > 1 else "."
    else:
        order = "in a new order in each epoch" if minibatches.shuffle else "in their order"
        yield f" in minibatches of {minibatches.size}, {order}."


def _cost(config: Config, run: Run) -> Iterator[Piece]:
    half, outputs = config.cost.half, config.sizes[-1]
    trees = {
        "squared_error": formulas.squared_error((A,), (Y,), half),
        "binary_cross_entropy": formulas.logistic_cost((Z,), (Y,)),
        "cross_entropy": formulas.cross_entropy((Z,), (A,), (Y,)),
    }
    tree = trees[config.cost.name]
    yield f"{COSTS[config.cost.name]}: "
    yield Row((_written(Quantity("Cx", 0.0)), Mark("infix", "="), *_over_outputs(tree, outputs)))
    yield f" for each example{', over its outputs' if outputs > 1 else ''}. "
    yield from _reduction(config, run)


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


def _reduction(config: Config, run: Run) -> Iterator[Piece]:
    several = run.minibatches[0].size > 1
    words = {
        "sum": "the sum over the examples of the minibatch" if several else "that of the example",
        "mean": "the mean over the examples of the minibatch" if several else "that of the example",
        "mean_all": "the mean over outputs and examples of the minibatch",
    }
    yield name("C")
    yield f" is {words[config.cost.reduction]}"
    for factor, symbol in ((config.l2 / 2, "sumW2"), (config.l1, "sumAbsW")):
        if factor:
            yield ", plus "
            penalty = Product((Number(factor, repr(factor)), Quantity(symbol, 0.0)))
            yield _written(penalty)
    yield "."


def _learning(origin: Origin) -> Iterator[Piece]:
    config, rule = origin.config, origin.config.optimizer
    yield f"{OPTIMIZERS[rule.name]}, learning rate "
    yield _setting("η", origin.learning_rate)
    if rule.schedule.name != "constant":
        yield f" with the schedule {rule.schedule.name.replace('_', ' ')}"
    for letter, value in _settings(rule):
        yield ", "
        yield _setting(letter, value)
    if config.clip:
        by = "each by itself" if config.clip.by == "value" else "all together by their norm"
        yield f"; gradients are clipped, {by}, at {config.clip.threshold:g}"
    yield "."


def _settings(rule: Rule) -> Iterator[tuple[str, float]]:
    match rule:
        case Momentum(momentum=mu):
            yield "μ", mu
        case RMSProp(rho=rho):
            yield "ρ", rho
        case Adam(beta1=beta1, beta2=beta2):
            yield from (("β₁", beta1), ("β₂", beta2))
    if isinstance(rule, RMSProp | Adam | AdaGrad):
        yield "ε", rule.epsilon
    if isinstance(rule, AdamW):
        yield "decay", rule.weight_decay


def _setting(letter: str, value: float) -> Layout:
    return Row((name(letter), Mark("infix", "="), number(f"{value:.12g}")))


def _start(origin: Origin) -> Iterator[Piece]:
    if origin.iteration:
        yield f"after {origin.iteration:,} minibatch{'es' * (origin.iteration > 1)}."


def _indices() -> Iterator[Piece]:
    yield _written(Quantity("w", 0.0, 2, (1, 3)))
    yield " is the weight of layer 2 from unit 1 below to its unit 3; δ is the slope "
    yield Over(Row((name("∂"), _written(Quantity("Cx", 0.0)))), Row((name("∂"), name("z"))))
    yield " of the cost of one example."


def _rounding(config: Config, decimals: int) -> str:
    digits = "double" if config.dtype == "float64" else "single"
    return (
        f"Numbers are shown rounded to {decimals} decimals, very small ones to three digits, and "
        f"computed with all the digits of {digits} precision: what the printed digits give may "
        "differ in the last place."
    )
