"""The JavaScript loop, `playground.js`, in Node: one example at a time, node by node."""

import json
import subprocess
from pathlib import Path

from app.engine.config import Config

__all__ = ["loop"]

LOOP = Path(__file__).with_name("playground.js")
ROUND = 0.4  # s


def loop(config: Config) -> tuple[float, float]:
    """Return how many examples a second the loop trains on, and the µs of one minibatch.

    It has neither Adam nor softmax: its networks have the same sizes, sigmoids in the place of
    softmax, and learn by gradient descent.
    """
    size = config.minibatch_size or config.data.train
    names = [layer.activation for layer in config.layers]
    told = {
        "sizes": config.sizes,
        "activations": ["sigmoid" if name == "softmax" else name for name in names],
        "rate": config.optimizer.learning_rate,
        "minibatch": size,
        "seconds": ROUND,
    }
    command = ["node", str(LOOP), json.dumps(told)]
    found = subprocess.run(command, capture_output=True, check=True, text=True)
    examples_a_second = float(found.stdout)
    return examples_a_second, size / examples_a_second * 1e6
