"""PyTorch on one thread of the CPU, eager, with the fastest of its own optimizers' forms."""

from time import process_time
from typing import Any

import torch

from app.engine.config import Adam, Config
from bench.peers.given import Given

__all__ = ["PyTorch"]

FORMS: tuple[dict[str, bool], ...] = ({"fused": True}, {"foreach": True}, {"foreach": False})
TRIED = 100  # minibatches
ACTIVATIONS = {
    "sigmoid": torch.nn.Sigmoid,
    "tanh": torch.nn.Tanh,
    "relu": torch.nn.ReLU,
}


class PyTorch:
    """A network in training, as its documentation has it."""

    def __init__(self, config: Config) -> None:
        torch.set_num_threads(1)
        self.form = min(FORMS, key=lambda form: _Trained(config, form).seconds(TRIED))
        self._trained = _Trained(config, self.form)
        self.advance = self._trained.advance

    @property
    def cost(self) -> float:
        return float(self._trained.cost)


class _Trained:
    def __init__(self, config: Config, form: dict[str, bool]) -> None:
        self.given = Given(config)
        self.X, self.Y = torch.tensor(self.given.X), torch.tensor(self.given.Y)
        self.model = _model(config, self.given)
        rule = config.optimizer
        known = (
            {"betas": (rule.beta1, rule.beta2), "eps": rule.epsilon}
            if isinstance(rule, Adam)
            else {}
        )
        kind = torch.optim.Adam if isinstance(rule, Adam) else torch.optim.SGD
        self.optimizer: Any = kind(self.model.parameters(), lr=rule.learning_rate, **known, **form)
        self.measure = _cost(config, self.given.size)
        self.t = 0
        self.cost: Any = float("nan")

    def seconds(self, minibatches: int) -> float:
        """Return the processor time of so many minibatches, after as many that are not timed."""
        self.advance(minibatches)
        started = process_time()
        self.advance(minibatches)
        return process_time() - started

    def advance(self, minibatches: int) -> None:
        """Train on so many minibatches."""
        model, optimizer, measure = self.model, self.optimizer, self.measure
        whole = self.given.per_epoch == 1
        for t in range(self.t, self.t + minibatches):
            x, y = self.X, self.Y
            if not whole:
                chosen = torch.from_numpy(self.given.minibatch(t))
                x, y = x[chosen], y[chosen]
            optimizer.zero_grad()
            cost = measure(model(x), y)
            cost.backward()
            optimizer.step()
        self.t += minibatches
        self.cost = cost.detach()


def _model(config: Config, given: Given) -> torch.nn.Sequential:
    """Return the layers with the given weights; the output has no activation of its own where the
    cost takes logits."""
    parts: list[torch.nn.Module] = []
    for l, layer in enumerate(config.layers, 1):
        linear = torch.nn.Linear(config.sizes[l - 1], layer.units, dtype=torch.float64)
        with torch.no_grad():
            linear.weight.copy_(torch.tensor(given.parameters[f"W{l}"].T))
            linear.bias.copy_(torch.tensor(given.parameters[f"b{l}"]))
        parts.append(linear)
        if l < config.depth or config.cost.name == "squared_error":
            parts.append(ACTIVATIONS[layer.activation]())
    return torch.nn.Sequential(*parts)


def _cost(config: Config, N: int) -> Any:
    functions = torch.nn.functional
    match config.cost.name:
        case "squared_error":
            return lambda a, y: functions.mse_loss(a, y, reduction="sum") / N
        case "binary_cross_entropy":
            whole = functions.binary_cross_entropy_with_logits
            return lambda z, y: whole(z, y, reduction="sum") / N
        case _:
            return functions.cross_entropy
