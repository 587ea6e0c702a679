"""An experiment as a Keras 3 script, for whatever backend is there, with the same costs.

`train_on_batch` is what all backends have, and takes the minibatches in Backstep's order.
"""

from app.engine.config import Config
from app.engine.run import Run
from app.export.keras_graph import inputs, model, pruning
from app.export.keras_optimizer import keeps_frozen, keras_optimizer
from app.export.script_parts import (
    Own,
    called,
    has_logits,
    is_scheduled,
    is_sequential,
    logits_remark,
    loop,
    script,
)

__all__ = ["keras_script"]

BY_NAME = ("sigmoid", "tanh", "relu", "elu", "silu", "softplus", "softmax")
"""The activations that are the same in Keras under the same name; linear is what it begins with."""
ACTIVATIONS = {
    "leaky_relu": "lambda z: ops.where(z > 0, z, 0.01 * z)",  # the slope of Keras's own is 0.2
    "gelu": "lambda z: keras.activations.gelu(z, approximate=True)",
}
LIBRARIES = "import keras\nimport numpy as np\nfrom keras import ops"
JAX = 'os.environ.setdefault("JAX_ENABLE_X64", "1")  # JAX has no float64 without'


def keras_script(config: Config, *, title: str = "An experiment") -> str:
    """Return the script; it takes the number of epochs and prints the cost after each."""
    config = config.model_copy(update={"mistake": None})  # autograd makes none of them
    double = config.dtype == "float64"
    own = Own(
        file="train_keras.py",
        needs="NumPy and Keras 3, with TensorFlow, JAX or PyTorch as KERAS_BACKEND says.\n"
        "Keras computes some products and functions in single precision, so the costs agree with\n"
        "those of Backstep to about seven digits",
        standard=("os",) if double else (),
        libraries=f"{JAX}\n\n{LIBRARIES}" if double else LIBRARIES,
        settings=("keras.config.set_floatx(DTYPE)",),
        parts=(
            *called("\n".join(_minibatch(config))),
            _model(config),
            _cost(config),
            keras_optimizer(config),
            _loop(config),
        ),
    )
    return script(Run(config), title, own)


def _model(config: Config) -> str:
    """The layers with their first weights; biases that are frozen cannot be trained."""
    if not is_sequential(config):
        return "\n".join([*_penalty(config), *_graph(config), *_held_biases(config)])
    layers = [f"    {_dense(config, l)}," for l in range(1, config.depth + 1)]
    lines = [
        *_penalty(config),
        "model = keras.Sequential([",
        f"    keras.Input(({config.sizes[0]},)),",
        *layers,
        *logits_remark(config),
        "])",
    ]
    for l, layer in enumerate(config.layers, 1):
        values = f"W{l}, b{l}" if layer.bias else f"W{l}"
        lines.append(f"model.layers[{l - 1}].set_weights([{values}])")
        if layer.bias and layer.freeze_bias and not keeps_frozen(config):
            lines.append(f"model.layers[{l - 1}].bias.trainable = False")
    return "\n".join(lines)


def _graph(config: Config) -> list[str]:
    layers = range(1, config.depth + 1)
    names = {l: config.layers[l - 1].activation for l in layers}
    activations = {
        l: _activation(name) if name != "linear" else '"linear"' for l, name in names.items()
    }
    return model(config, {l: ", ".join(_arguments(config, l)) for l in layers}, activations)


def _held_biases(config: Config) -> list[str]:
    if keeps_frozen(config):
        return []
    held = (l for l, x in enumerate(config.layers, 1) if x.bias and x.freeze_bias)
    return [f"dense{l}.bias.trainable = False" for l in held]


def _penalty(config: Config) -> list[str]:
    if not (config.l1 or config.l2):
        return []
    return [f"penalty = keras.regularizers.L1L2(l1={config.l1!r}, l2={config.l2 / 2!r})"]


def _dense(config: Config, l: int) -> str:
    layer = config.layers[l - 1]
    units, *rest = _arguments(config, l)
    if layer.activation != "linear" and not (l == config.depth and has_logits(config)):
        rest.insert(0, f"activation={_activation(layer.activation)}")
    return f"keras.layers.Dense({', '.join([units, *rest])})"


def _arguments(config: Config, l: int) -> list[str]:
    """What makes a dense layer, its activation aside."""
    layer = config.layers[l - 1]
    bias = [] if layer.bias else ["use_bias=False"]
    penalty = ["kernel_regularizer=penalty"] if config.l1 or config.l2 else []
    return [str(layer.units), *bias, *penalty]


def _activation(name: str) -> str:
    return f'"{name}"' if name in BY_NAME else ACTIVATIONS[name]


def _cost(config: Config) -> str:
    """The cost in the config's convention; Keras adds the penalties of its layers."""
    output = "z" if has_logits(config) else "a"
    return f'''def cost_of(y, {output}):
    """Return the cost of a minibatch."""
    return {_reduced(config)}
'''


def _reduced(config: Config) -> str:
    half = "0.5 * " if config.cost.half else ""
    match config.cost.name:
        case "squared_error":
            terms = "ops.square(a - y)"
        case "binary_cross_entropy":
            terms = "ops.binary_crossentropy(y, z, from_logits=True)"
        case "cross_entropy":
            return _reduced_classes(config)
    match config.cost.reduction:
        case "sum":
            return f"{half}ops.sum({terms})"
        case "mean":
            return f"{half}ops.mean(ops.sum({terms}, axis=1))"
        case "mean_all":
            return f"{half}ops.mean({terms})"


def _reduced_classes(config: Config) -> str:
    """Keras has summed the classes of each example already."""
    costs = "ops.categorical_crossentropy(y, z, from_logits=True)"
    share = f" / {config.sizes[-1]}" if config.cost.reduction == "mean_all" else ""
    return f"ops.{'sum' if config.cost.reduction == 'sum' else 'mean'}({costs}){share}"


def _loop(config: Config) -> str:
    before = ["model.compile(optimizer=optimizer, loss=cost_of)"]
    lines = _minibatch(config)
    return loop([*before, *(["t = 0"] if "t += 1" in lines else [])], lines)


def _minibatch(config: Config) -> list[str]:
    given = "X[rows]"
    drawn = []
    for l, layer in enumerate(config.layers, 1):
        if layer.dropout:
            shape = f"(len(rows), {layer.units})"
            drawn.append(f"mask{l} = drawn({l}, {layer.dropout!r}, {shape})")
    if drawn:
        given = f"[{', '.join(['X[rows]', *inputs(config)[1:]])}]"
    lines = [
        *drawn,
        "model.reset_metrics()  # older versions of Keras give the mean of all minibatches",
        f'cost = model.train_on_batch({given}, Y[rows], return_dict=True)["loss"]',
    ]
    if is_scheduled(config):
        rate = f"{config.optimizer.learning_rate!r} * factor((t - 1) / PER_EPOCH)"
        lines.insert(0, f"optimizer.learning_rate = {rate}")
    counts = is_scheduled(config) or drawn or config.prune
    return [*(["t += 1"] if counts else []), *lines, *pruning(config)]
