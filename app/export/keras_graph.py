"""The model of a Keras script for networks that `keras.Sequential` cannot say.

What dropout leaves out goes in beside the examples, drawn as Backstep draws it, so that the costs
are the same.
"""

from collections.abc import Iterator

from app.engine.config import Config
from app.engine.norm import EPSILON, SHARE
from app.engine.program import pruned
from app.export.script_parts import has_logits

__all__ = ["inputs", "model", "pruning"]


def model(config: Config, dense: dict[int, str], activations: dict[int, str]) -> list[str]:
    """Return the lines of the model, from the arguments of its layers and their activations."""
    lines = [f"a0 = keras.Input(({config.sizes[0]},))"]
    lines += [f"mask{l} = keras.Input(({config.sizes[l]},))" for l in _dropping(config)]
    for l in range(1, config.depth + 1):
        lines += _layer(config, l, dense[l], activations[l])
    output = f"{'z' if has_logits(config) else 'a'}{config.depth}"
    names = ", ".join(inputs(config))
    lines.append(f"model = keras.Model({f'[{names}]' if ',' in names else names}, {output})")
    for l in range(1, config.depth + 1):
        lines += _first_values(config, l)
    return lines


def inputs(config: Config) -> list[str]:
    """Name what goes into the model."""
    return ["a0", *(f"mask{l}" for l in _dropping(config))]


def _dropping(config: Config) -> list[int]:
    return [l for l, layer in enumerate(config.layers, 1) if layer.dropout]


def _layer(config: Config, l: int, dense: str, activation: str) -> Iterator[str]:
    layer, z = config.layers[l - 1], f"z{l}"
    yield f"dense{l} = keras.layers.Dense({dense})"
    yield f"{z} = dense{l}(a{l - 1})"
    if layer.batch_norm:
        constants = f"momentum={1 - SHARE!r}, epsilon={EPSILON!r}"
        yield f"norm{l} = keras.layers.BatchNormalization({constants})"
        yield f"ztilde{l} = norm{l}({z})"
        z = f"ztilde{l}"
    if l == config.depth and has_logits(config):
        return
    yield f"a{l} = keras.layers.Activation({activation})({z})"
    if layer.dropout:
        yield f"a{l} = keras.layers.Multiply()([a{l}, mask{l}])"
    if layer.residual:
        below = f"a{l - 1}"
        if config.projects(l):
            arguments = dense.replace(", use_bias=False", "") + ", use_bias=False"
            yield f"link{l} = keras.layers.Dense({arguments})"
            below = f"link{l}(a{l - 1})"
        yield f"a{l} = keras.layers.Add()([a{l}, {below}])"


def _first_values(config: Config, l: int) -> Iterator[str]:
    layer = config.layers[l - 1]
    values = f"W{l}, b{l}" if layer.bias else f"W{l}"
    yield f"dense{l}.set_weights([{values}])"
    if layer.batch_norm:
        yield f"norm{l}.set_weights([gamma{l}, beta{l}, rmu{l}, rvar{l}])"
    if config.projects(l):
        yield f"link{l}.set_weights([P{l}])"
    if layer.frozen:
        held = [f"dense{l}", *([f"norm{l}"] if layer.batch_norm else [])]
        held += [f"link{l}"] if config.projects(l) else []
        variables = " + ".join(f"{name}.trainable_variables" for name in held)
        yield f"for w in {variables}:  # frozen; a norm that is no layer to train would not norm"
        yield "    w.trainable = False"


def pruning(config: Config) -> list[str]:
    """Return the lines after a minibatch: what is pruned is chosen once and held from then on."""
    if config.prune is None:
        return []
    lines = [f"if t == {config.pruned_after}:"]
    for l in pruned(config):
        weights = f"ops.convert_to_numpy(dense{l}.kernel)"
        lines.append(f"    keep{l} = largest({weights}, {config.prune.share!r})")
    return lines + [f"dense{l}.kernel.assign(dense{l}.kernel * keep{l})" for l in pruned(config)]
