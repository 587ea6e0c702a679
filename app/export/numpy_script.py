"""An experiment as a NumPy script that runs alone and prints the same costs.

Its lines are those of the program's listing.
"""

import re

from app.engine.config import Config
from app.engine.listing import listing, plain
from app.engine.names import is_parameter
from app.engine.program import Kind, Op, program, writes
from app.engine.run import Run
from app.export.script_parts import Own, called, is_scheduled, loop, script

__all__ = ["numpy_script"]

FUNCTIONS = {
    "sigmoid": """def sigmoid(z):
    return 1 / (1 + np.exp(-z))""",
    "softmax": """def softmax(z):
    e = np.exp(z - z.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)""",
    "logsumexp": """def logsumexp(z):
    top = z.max(1, keepdims=True)
    return top + np.log(np.exp(z - top).sum(1, keepdims=True))""",
    "gelu": """def gelu(z):
    return z / 2 * (1 + np.tanh(ROOT * (z + 0.044715 * z**3)))""",
    "gelu_slope": """def gelu_slope(z):
    t = np.tanh(ROOT * (z + 0.044715 * z**3))
    return (1 + t) / 2 + z / 2 * (1 - t**2) * ROOT * (1 + 3 * 0.044715 * z**2)""",
}


def numpy_script(config: Config, *, title: str = "An experiment") -> str:
    """Return the script; it takes the number of epochs and prints the cost after each."""
    run, lines = Run(config), _body(config)
    body = "\n".join(lines)
    own = Own(
        file="train.py",
        needs="NumPy",
        libraries="import numpy as np",
        settings=("ROOT = np.sqrt(2 / np.pi)",) if "gelu" in body else (),
        parts=(
            *_moments(run),
            *(text for name, text in FUNCTIONS.items() if _calls(body, name)),
            *called(body),
            _loop(config, lines),
        ),
    )
    return script(run, title, own)


def _calls(body: str, name: str) -> bool:
    return re.search(rf"\b{name}\(", body) is not None


def _moments(run: Run) -> list[str]:
    """What one minibatch hands to the next besides weights and biases starts at zero."""
    of = {name: name[2:] for name in run.names() if "_" in name}
    if run.config.mistake == "stale_gradients":
        of |= {f"d{name}": name for name in run.names() if is_parameter(name)}
    lines = [f"{name} = np.zeros_like({parameter})" for name, parameter in of.items()]
    return ["\n".join(lines)] if lines else []


def _body(config: Config) -> list[str]:
    """The lines of one minibatch."""
    made = []
    for op, line in zip(program(config), listing(config, 1), strict=True):
        if op.kind is Kind.CLIP:
            made += _before_clip(config, op)
        made += line.code.split("\n")
    return made


def _before_clip(config: Config, op: Op) -> list[str]:
    names = ", ".join(writes(op, config))
    lines = [f"gradients = [{names}]"]
    assert config.clip is not None
    if config.clip.by == "norm":
        lines.append("norm = np.sqrt(sum(np.sum(g**2) for g in gradients))")
    return lines


def _loop(config: Config, lines: list[str]) -> str:
    head = ["t += 1"]
    if is_scheduled(config):
        rate = plain(config.optimizer.learning_rate)
        head.append(f"eta = {rate} * factor((t - 1) / PER_EPOCH)")
    return loop(["t = 0"], head + lines)
