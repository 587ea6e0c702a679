"""scikit-learn's multilayer perceptron: its own loop, over the nearest network that it has.

It knows no squared error of a sigmoid or tanh output: the regressor's output is linear, the
classifier's has a cross-entropy.
"""

import warnings
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier, MLPRegressor

from app.engine.config import Adam, Config
from bench.peers.given import Given

__all__ = ["Scikit"]

NAMES = {"sigmoid": "logistic", "tanh": "tanh", "relu": "relu"}


class Scikit:
    """A model of which every call fits a new one, for so many epochs."""

    def __init__(self, config: Config) -> None:
        self.given, rule = Given(config), config.optimizer
        hidden = [layer.units for layer in config.layers[:-1]]
        kind: Any = MLPRegressor if config.layers[-1].activation == "tanh" else MLPClassifier
        adam = isinstance(rule, Adam)
        self._model = kind(
            hidden_layer_sizes=hidden, activation=NAMES[config.layers[0].activation],
            solver="adam" if adam else "sgd", momentum=0, alpha=0, shuffle=config.shuffle,
            batch_size=self.given.size, learning_rate_init=rule.learning_rate, tol=0,
            n_iter_no_change=10**9, random_state=0,
        )  # fmt: skip
        Y = self.given.Y
        self._Y = Y.argmax(1) if Y.shape[1] > 1 else Y[:, 0]
        if kind is MLPClassifier:
            self._Y = np.round(self._Y).astype(int)

    def advance(self, minibatches: int) -> None:
        """Fit to the epochs that are nearest to so many minibatches, at least one."""
        self._model.max_iter = max(1, round(minibatches / self.given.per_epoch))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            self._model.fit(self.given.X, self._Y)
