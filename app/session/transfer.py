"""Weights that go on in another experiment: what is learned is kept where its shape fits."""

from app.engine.config import Config
from app.engine.run import Run
from app.errors import ConfigError, Fault
from app.language import say

__all__ = ["with_weights_of"]

MOST = 20_000
"""Weights and biases that a config carries at the most; it is sent to every page."""


def with_weights_of(run: Run, config: Config) -> Config:
    """Return a config whose layers begin with the weights and biases that a run has now.

    A layer whose shape is another begins as the config says. What norms, residual links and
    optimizers have learned begins anew.

    Raises:
        ConfigError: no layer fits, or the network is too large for a config to carry.
    """
    if run.parameters.flat[""].size > MOST:
        rule = say("can keep at most {most:,} weights and biases", most=MOST)
        raise ConfigError([Fault("keep", rule, f"{run.parameters.flat[''].size:,}")])
    described, fitting = config.as_json(), 0
    for l, layer in enumerate(described["layers"], 1):
        shape = (config.sizes[l - 1], config.sizes[l])
        if l > run.config.depth or run.tensor(f"W{l}").shape != shape:
            continue
        fitting += 1
        layer["W"] = run.tensor(f"W{l}").tolist()
        if layer["bias"] and run.config.layers[l - 1].bias:
            layer["b"] = run.tensor(f"b{l}").tolist()
    if not fitting:
        raise ConfigError([Fault("keep", say("no layer has the shape that it had"))])
    return Config.parse(described)
