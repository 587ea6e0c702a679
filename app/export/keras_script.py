"""An experiment as a Keras 3 script, for whatever backend is there, with the same costs.

`train_on_batch` is what all backends have, and takes the minibatches in Backstep's order.
"""

from app.engine.config import Config
from app.engine.run import Run
from app.export.keras_optimizer import keeps_frozen, keras_optimizer
from app.export.script_parts import Own, has_logits, is_scheduled, logits_remark, loop, script

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
        parts=(_model(config), _cost(config), keras_optimizer(config), _loop(config)),
    )
    return script(Run(config), title, own)


def _model(config: Config) -> str:
    """The layers with their first weights; biases that are frozen cannot be trained."""
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


def _penalty(config: Config) -> list[str]:
    if not (config.l1 or config.l2):
        return []
    return [f"penalty = keras.regularizers.L1L2(l1={config.l1!r}, l2={config.l2 / 2!r})"]


def _dense(config: Config, l: int) -> str:
    layer = config.layers[l - 1]
    arguments = [str(layer.units)]
    if layer.activation != "linear" and not (l == config.depth and has_logits(config)):
        arguments.append(f"activation={_activation(layer.activation)}")
    if not layer.bias:
        arguments.append("use_bias=False")
    if config.l1 or config.l2:
        arguments.append("kernel_regularizer=penalty")
    return f"keras.layers.Dense({', '.join(arguments)})"


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
    lines = [
        "model.reset_metrics()  # older versions of Keras give the mean of all minibatches",
        'cost = model.train_on_batch(X[rows], Y[rows], return_dict=True)["loss"]',
    ]
    if is_scheduled(config):
        before.append("t = 0")
        rate = f"{config.optimizer.learning_rate!r} * factor(t / PER_EPOCH)"
        lines = [f"optimizer.learning_rate = {rate}", *lines, "t += 1"]
    return loop(before, lines)
