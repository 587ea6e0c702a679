"""The JavaScript loop, `playground.js`, in Node: one example at a time, node by node."""

import json
import shutil
import subprocess
from pathlib import Path

from app.engine.config import Config

__all__ = ["JavaScript", "is_installed"]

LOOP = Path(__file__).with_name("playground.js")
ROUND = 0.3  # s


def is_installed() -> bool:
    """Whether there is a Node.js to run the loop."""
    return shutil.which("node") is not None


class JavaScript:
    """A way (`bench.rounds`) that trains in a process of its own, which times itself.

    It has neither Adam nor softmax: its networks have the same sizes, sigmoids in the place of
    softmax, and learn by gradient descent.
    """

    def __init__(self, config: Config) -> None:
        names = [layer.activation for layer in config.layers]
        self._size = config.minibatch_size or config.data.train
        told = {
            "sizes": config.sizes,
            "activations": ["sigmoid" if name == "softmax" else name for name in names],
            "rate": config.optimizer.learning_rate,
            "minibatch": self._size,
            "seconds": ROUND,
        }
        self._command = ["node", str(LOOP), json.dumps(told)]

    def warmed_up(self) -> int:
        """The loop compiles itself before it is timed, and goes on for as long as it is told."""
        return 1

    def timed(self, n: int) -> float:
        """Return the seconds that `n` minibatches take."""
        found = subprocess.run(self._command, capture_output=True, check=True, text=True)
        return n * self._size / float(found.stdout)
