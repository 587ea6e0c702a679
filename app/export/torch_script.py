"""An experiment as a PyTorch script: autograd and torch.optim, with the same costs.

Backstep's rules are those of PyTorch's optimizers, so each is the one of its name.
"""

from app.engine.config import AdaGrad, Adam, AdamW, Config, Momentum, Optimizer, RMSProp
from app.engine.listing import plain
from app.engine.run import Run
from app.engine.torch_listing import torch_cost
from app.export.script_parts import (
    Own,
    has_logits,
    is_scheduled,
    is_sequential,
    logits_remark,
    loop,
    script,
)
from app.export.torch_tensors import learning, minibatch, tensors

__all__ = ["torch_script"]

MODULES = {
    "sigmoid": "nn.Sigmoid()",
    "tanh": "nn.Tanh()",
    "relu": "nn.ReLU()",
    "leaky_relu": "nn.LeakyReLU(0.01)",
    "elu": "nn.ELU()",
    "gelu": 'nn.GELU(approximate="tanh")',
    "silu": "nn.SiLU()",
    "softplus": "nn.Softplus(threshold=40)",  # above it, z itself: 20 would show in the costs
    "softmax": "nn.Softmax(dim=1)",
}
"""The activations as modules; linear needs none."""


def torch_script(config: Config, *, title: str = "An experiment") -> str:
    """Return the script; it takes the number of epochs and prints the cost after each."""
    config = config.model_copy(update={"mistake": None})  # autograd makes none of them
    parts = _sequential(config) if is_sequential(config) else _on_tensors(config)
    body = "\n".join(parts)
    libraries = ["import numpy as np", "import torch"]
    libraries += ["from torch import nn"] if "nn." in body else []
    libraries += ["from torch.nn import functional as F"] if "F." in body else []
    own = Own(
        file="train_torch.py",
        needs="NumPy and PyTorch",
        libraries="\n".join(libraries),
        settings=(f"torch.set_default_dtype(torch.{config.dtype})",),
        parts=parts,
    )
    return script(Run(config), title, own)


def _sequential(config: Config) -> tuple[str, ...]:
    lines = [_optimizer(config, "model.parameters()")]
    if _frozen(config):
        lines = [_those_that_learn(config), _optimizer(config, "learning")]
    optimizer = "\n".join(lines)
    return _model(config), _first_weights(config), optimizer, _loop(config)


def _on_tensors(config: Config) -> tuple[str, ...]:
    return (
        tensors(config),
        _optimizer(config, learning(config)),
        loop(["t = 0"], minibatch(config), "cost.item()"),
    )


def _modules(config: Config) -> list[tuple[int, str]]:
    """Each module with its layer; a cross-entropy takes the logits, so the output stays linear."""
    modules = []
    for l, layer in enumerate(config.layers, 1):
        bias = "" if layer.bias else ", bias=False"
        modules.append((l, f"nn.Linear({config.sizes[l - 1]}, {layer.units}{bias})"))
        if layer.activation != "linear" and not (l == config.depth and has_logits(config)):
            modules.append((l, MODULES[layer.activation]))
    return modules


def _places(config: Config) -> dict[int, int]:
    """Where in the model each layer's weights are."""
    modules = enumerate(_modules(config))
    return {l: place for place, (l, module) in modules if module.startswith("nn.Linear")}


def _model(config: Config) -> str:
    lines = [f"    {module}," for _, module in _modules(config)]
    return "\n".join(["model = nn.Sequential(", *lines, *logits_remark(config), ")"])


def _first_weights(config: Config) -> str:
    lines = []
    for l, place in _places(config).items():
        lines.append(f'    "{place}.weight": torch.tensor(W{l}.T),')
        if config.layers[l - 1].bias:
            lines.append(f'    "{place}.bias": torch.tensor(b{l}),')
    about = "# PyTorch keeps a row of weights for each unit, hence the .T"
    return "\n".join([about, "model.load_state_dict({", *lines, "})"])


def _frozen(config: Config) -> list[str]:
    layers = config.layers
    return [
        f'"{place}.bias"'
        for l, place in _places(config).items()
        if layers[l - 1].bias and layers[l - 1].freeze_bias
    ]


def _those_that_learn(config: Config) -> str:
    return (
        f"frozen = [{', '.join(_frozen(config))}]\n"
        "learning = [p for name, p in model.named_parameters() if name not in frozen]"
    )


def _optimizer(config: Config, learning: str) -> str:
    rule = config.optimizer
    name, settings = _rule(rule)
    arguments = ", ".join([learning, f"lr={rule.learning_rate!r}", *settings])
    lines = [f"optimizer = torch.optim.{name}({arguments})"]
    if is_scheduled(config):
        change = "lambda t: factor(t / PER_EPOCH)"
        lines.append(f"scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, {change})")
    return "\n".join(lines)


def _rule(rule: Optimizer) -> tuple[str, list[str]]:
    """The optimizer and its settings, as floats: PyTorch refuses some that are whole numbers."""
    match rule:
        case Momentum(momentum=mu) if mu:  # PyTorch refuses Nesterov's rule without any momentum
            ahead = ["nesterov=True"] if rule.name == "nesterov" else []
            return "SGD", [f"momentum={mu!r}", *ahead]
        case AdaGrad(epsilon=e):
            return "Adagrad", [f"eps={e!r}"]
        case RMSProp(rho=rho, epsilon=e):
            return "RMSprop", [f"alpha={rho!r}", f"eps={e!r}"]
        case Adam(beta1=beta1, beta2=beta2, epsilon=e):
            settings = [f"betas=({beta1!r}, {beta2!r})", f"eps={e!r}"]
            if isinstance(rule, AdamW):
                return "AdamW", [*settings, f"weight_decay={rule.weight_decay!r}"]
            return "Adam", settings
        case _:
            return "SGD", []


def _loop(config: Config) -> str:
    output = f"{'z' if has_logits(config) else 'a'}{config.depth}"
    lines = [
        "a0, y = torch.from_numpy(X[rows]), torch.from_numpy(Y[rows])",
        f"{output} = model(a0)",
        f"cost = {torch_cost(config)}{_penalty(config)}",
        f"{'model' if _frozen(config) else 'optimizer'}.zero_grad()",
        "cost.backward()",
        *_clip(config),
        "optimizer.step()",
        *(["scheduler.step()"] if is_scheduled(config) else []),
    ]
    weights = [f"model[{place}].weight" for place in _places(config).values()]
    before = [f"weights = [{', '.join(weights)}]"] if config.l1 or config.l2 else []
    return loop(before, lines, "cost.item()")


def _penalty(config: Config) -> str:
    ridge = f" + {plain(config.l2 / 2)}*sum((W**2).sum() for W in weights)" if config.l2 else ""
    lasso = f" + {plain(config.l1)}*sum(abs(W).sum() for W in weights)" if config.l1 else ""
    return ridge + lasso


def _clip(config: Config) -> list[str]:
    """All gradients, also those of frozen biases: they count in the norm."""
    if config.clip is None:
        return []
    limit = repr(config.clip.threshold)
    return [f"nn.utils.clip_grad_{config.clip.by}_(model.parameters(), {limit})"]
