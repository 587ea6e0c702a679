"""The optimizer of a Keras script: Keras's own where its rule is Backstep's, else a short class.

Keras differs in three places. It has epsilon under the root, or beside the root before that is
corrected; it keeps the learning rate inside the momentum, which matters when the rate changes; and
its clipping by norm has no 1e-6. A class written out says so and does the same as Backstep.
"""

from app.engine.config import AdaGrad, Adam, AdamW, Config, Momentum, RMSProp
from app.engine.program import MOMENTS
from app.export.script_parts import is_scheduled

__all__ = ["keeps_frozen", "keras_optimizer"]

MOMENTUM = ("SGD", "has the learning rate of its time in every step that it sums")
UNDER, BESIDE = "adds epsilon under the root", "adds epsilon before it corrects the root"
NEAR = {
    "momentum": MOMENTUM,
    "nesterov": MOMENTUM,
    "adagrad": ("Adagrad", UNDER),
    "rmsprop": ("RMSprop", UNDER),
    "adam": ("Adam", BESIDE),
    "adamw": ("AdamW", BESIDE),
}
"""The optimizer of Keras that comes near, and where it differs."""


def keras_optimizer(config: Config) -> str:
    """Return the lines that make `optimizer`, after its class if it needs one."""
    rule, parts = config.optimizer, []
    arguments = [f"learning_rate={rule.learning_rate!r}"]
    if isinstance(rule, Momentum) and _is_of_keras(config):
        arguments.append(f"momentum={rule.momentum!r}")
        arguments += ["nesterov=True"] if rule.name == "nesterov" else []
    if config.clip and config.clip.by == "value":
        arguments.append(f"clipvalue={config.clip.threshold!r}")
    name = "keras.optimizers.SGD"
    if _clips_by_norm(config) or not _is_of_keras(config):
        name = "Nesterov" if rule.name == "nesterov" else type(rule).__name__
        parts.append(_class(config, name))
    return "\n\n".join([*parts, f"optimizer = {name}({', '.join(arguments)})"])


def keeps_frozen(config: Config) -> bool:
    """Whether the class must keep the biases that are frozen.

    Where the norm is clipped they count in it, so Keras has to compute their gradients.
    """
    return _clips_by_norm(config) and bool(_frozen(config))


def _is_of_keras(config: Config) -> bool:
    rule = config.optimizer
    return rule.name == "sgd" or (isinstance(rule, Momentum) and not is_scheduled(config))


def _clips_by_norm(config: Config) -> bool:
    return config.clip is not None and config.clip.by == "norm"


def _frozen(config: Config) -> list[int]:
    """Where frozen biases stand among all weights and biases."""
    frozen = []
    for l, layer in enumerate(config.layers, 1):
        if not layer.frozen:
            frozen += [False, layer.freeze_bias] if layer.bias else [False]
            frozen += [False] * (2 * layer.batch_norm + config.projects(l))
    return [place for place, is_frozen in enumerate(frozen) if is_frozen]


def _class(config: Config, name: str) -> str:
    own = not _is_of_keras(config)
    methods = [_build(config), _update(config)] if own else []
    if keeps_frozen(config) and not own:
        methods.append(_kept(config))
    if _clips_by_norm(config):
        methods.append(_apply(config))
    body = "\n\n".join(["\n".join(_about(config)), *("\n".join(method) for method in methods)])
    indented = "\n".join(f"    {line}" if line else line for line in body.split("\n"))
    return f"class {name}(keras.optimizers.{'Optimizer' if own else 'SGD'}):\n{indented}"


def _about(config: Config) -> list[str]:
    remarks = []
    if not _is_of_keras(config):
        near, differs = NEAR[config.optimizer.name]
        remarks.append(f"keras.optimizers.{near} {differs}.")
    if _clips_by_norm(config):
        remarks.append("Clipping in Keras, global_clipnorm, adds no 1e-6 to the norm.")
    return ['"""The rule that Backstep and PyTorch follow.', "", *remarks, '"""']


def _build(config: Config) -> list[str]:
    made = (
        f'self.{m} = [self.add_variable_from_reference(w, name="{m}") for w in variables]'
        for m in MOMENTS[config.optimizer.name]
    )
    lines = ("if self.built:", "    return", "super().build(variables)", *made)
    return ["def build(self, variables):", *(f"    {line}" for line in lines)]


UPDATE = "def update_step(self, g, w, learning_rate):"


def _update(config: Config) -> list[str]:
    lines = ["i = self._get_variable_index(w)"]
    if keeps_frozen(config):
        lines += [f"if i in {_frozen(config)}:  # frozen biases", "    return"]
    lines += ["eta = ops.cast(learning_rate, w.dtype)", *_rule(config)]
    return [UPDATE, *(f"    {line}" for line in lines)]


def _kept(config: Config) -> list[str]:
    return [
        UPDATE,
        f"    if self._get_variable_index(w) not in {_frozen(config)}:  # frozen biases",
        "        super().update_step(g, w, learning_rate)",
    ]


def _apply(config: Config) -> list[str]:
    assert config.clip is not None
    return [
        "def apply(self, grads, trainable_variables=None):",
        "    norm = ops.sqrt(sum(ops.sum(ops.square(g)) for g in grads))",
        f"    share = ops.minimum(1.0, {config.clip.threshold!r} / (norm + 1e-6))",
        "    super().apply([share * g for g in grads], trainable_variables)",
    ]


def _rule(config: Config) -> list[str]:
    match config.optimizer:
        case Momentum(name=name, momentum=mu):
            step = "m" if name == "momentum" else f"(g + {mu!r} * m)"
            return [*_moment("m", f"{mu!r} * self.m[i] + g"), f"self.assign_sub(w, eta * {step})"]
        case AdaGrad(epsilon=e):
            return [*_moment("v", "self.v[i] + ops.square(g)"), _over_root(e)]
        case RMSProp(rho=rho, epsilon=e):
            return [*_mean("v", "ops.square(g)", rho), _over_root(e)]
        case rule:
            assert isinstance(rule, Adam), "plain SGD is Keras's own"
            return _adam(rule)


def _over_root(epsilon: float) -> str:
    return f"self.assign_sub(w, eta * g / (ops.sqrt(v) + {epsilon!r}))"


def _adam(rule: Adam) -> list[str]:
    lines = [
        *_mean("m", "g", rule.beta1),
        *_mean("v", "ops.square(g)", rule.beta2),
        "t = ops.cast(self.iterations + 1, w.dtype)",
        f"root = ops.sqrt(v / (1 - {rule.beta2!r}**t)) + {rule.epsilon!r}",
        f"self.assign_sub(w, eta * (m / (1 - {rule.beta1!r}**t)) / root)",
    ]
    if isinstance(rule, AdamW):
        lines.insert(0, f"self.assign(w, w * (1 - eta * {rule.weight_decay!r}))")
    return lines


def _mean(moment: str, new: str, keep: float) -> list[str]:
    return _moment(moment, f"{keep!r} * self.{moment}[i] + (1 - {keep!r}) * {new}")


def _moment(moment: str, value: str) -> list[str]:
    return [f"{moment} = {value}", f"self.assign(self.{moment}[i], {moment})"]
