"""JAX on the CPU: one step compiled, and the whole loop compiled, of one network or of many."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from app.engine.config import Adam, Config
from bench.peers.given import Given

__all__ = ["JaxLoop", "JaxStep", "JaxSweep"]

jax.config.update("jax_enable_x64", True)
EPOCHS = 64
"""Epochs whose order the compiled loop knows; it begins again with the first of them."""
ACTIVATIONS: dict[str, Any] = {
    "sigmoid": jax.nn.sigmoid, "tanh": jnp.tanh, "relu": jax.nn.relu, "softmax": jax.nn.softmax,
}  # fmt: skip
State = Any


class _Network:
    """The pure functions of a config, and the state that training begins with."""

    def __init__(self, config: Config) -> None:
        self.config, self.given = config, Given(config)
        self.X, self.Y = jnp.asarray(self.given.X), jnp.asarray(self.given.Y)
        table = [self.given.minibatch(t) for t in range(EPOCHS * self.given.per_epoch)]
        self.table = jnp.asarray(np.stack(table))
        parameters = {name: jnp.asarray(p) for name, p in self.given.parameters.items()}
        kinds = 2 if isinstance(config.optimizer, Adam) else 0
        moments = tuple(jax.tree.map(jnp.zeros_like, parameters) for _ in range(kinds))
        self.state: State = (parameters, moments, jnp.zeros((), int), jnp.zeros(()))

    def measure(self, p: Any, x: Any, y: Any) -> Any:
        a = x
        for l, layer in enumerate(self.config.layers, 1):
            z = a @ p[f"W{l}"] + p[f"b{l}"]
            a = ACTIVATIONS[layer.activation](z)
        match self.config.cost.name:
            case "squared_error":
                terms = (a - y) ** 2
            case "binary_cross_entropy":
                terms = jnp.logaddexp(z, 0) - y * z
            case _:
                terms = -y * jax.nn.log_softmax(z)
        return terms.sum() / len(y)

    def step(self, state: State, chosen: Any) -> State:
        p, moments, t, _ = state
        if self.given.per_epoch == 1:
            x, y = self.X, self.Y
        else:
            x, y = self.X[chosen], self.Y[chosen]
        cost, g = jax.value_and_grad(self.measure)(p, x, y)
        rule = self.config.optimizer
        t = t + 1
        if not isinstance(rule, Adam):
            return jax.tree.map(lambda w, d: w - rule.learning_rate * d, p, g), moments, t, cost
        b1, b2 = rule.beta1, rule.beta2
        m = jax.tree.map(lambda m, d: b1 * m + (1 - b1) * d, moments[0], g)
        v = jax.tree.map(lambda v, d: b2 * v + (1 - b2) * d * d, moments[1], g)
        rate, root = rule.learning_rate / (1 - b1**t), jnp.sqrt(1 - b2**t)
        p = jax.tree.map(
            lambda w, m, v: w - rate * m / (jnp.sqrt(v) / root + rule.epsilon), p, m, v
        )
        return p, (m, v), t, cost

    def loop(self, state: State, count: Any) -> State:
        def one(_: Any, state: State) -> State:
            return self.step(state, self.table[state[2] % len(self.table)])

        return jax.lax.fori_loop(0, count, one, state)


class JaxStep:
    """One step compiled, called for every minibatch."""

    def __init__(self, config: Config) -> None:
        self._network = _Network(config)
        self._state, self._t = self._network.state, 0
        self._step = jax.jit(self._network.step, donate_argnums=0)
        self._table = np.asarray(self._network.table)

    def advance(self, minibatches: int) -> None:
        """Train on so many minibatches."""
        state, step, table = self._state, self._step, self._table
        for t in range(self._t, self._t + minibatches):
            state = step(state, table[t % len(table)])
        self._state = jax.block_until_ready(state)
        self._t += minibatches

    @property
    def cost(self) -> float:
        return float(self._state[3])


class _Compiled:
    """A compiled function of the state and the number of minibatches, and the state."""

    _loop: Any
    _state: State

    def advance(self, minibatches: int) -> None:
        """Train on so many minibatches."""
        self._state = jax.block_until_ready(self._loop(self._state, minibatches))


class JaxLoop(_Compiled):
    """The loop over the minibatches compiled as well."""

    def __init__(self, config: Config) -> None:
        network = _Network(config)
        self._state = network.state
        self._loop = jax.jit(network.loop, donate_argnums=0)

    @property
    def cost(self) -> float:
        return float(self._state[3])


class JaxSweep(_Compiled):
    """The compiled loop over many networks at once, each with first weights of its own."""

    def __init__(self, config: Config, networks: int) -> None:
        network = _Network(config)
        rng = np.random.default_rng(0)
        self._state = jax.tree.map(
            lambda x: (
                jnp.asarray(np.asarray(x) + 0.1 * rng.standard_normal((networks, *x.shape)))
                if jnp.issubdtype(x.dtype, jnp.floating)
                else jnp.broadcast_to(x, (networks, *x.shape))
            ),
            network.state,
        )
        self._loop = jax.jit(jax.vmap(network.loop, (0, None)), donate_argnums=0)
