"""An experiment as a NumPy script that runs alone and prints the same costs.

Its lines are those of the program's listing; around them stand the examples, the first weights,
the order of the minibatches and the learning rate's schedule.
"""

import base64
import re
import zlib
from typing import Any

from numpy.typing import NDArray

from app import __version__
from app.engine.config import Config, Cosine, Exponential, Step, WarmupCosine
from app.engine.listing import listing
from app.engine.minibatches import Minibatches
from app.engine.program import Kind, Op, program, writes
from app.engine.run import Run

__all__ = ["numpy_script"]

Array = NDArray[Any]
WRITTEN_OUT = 4000
"""Numbers up to which an array is written as numbers, not packed."""

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
PACKED = '''def unpacked(text, shape):
    """Return the array that a text holds."""
    return np.frombuffer(zlib.decompress(base64.b85decode(text)), DTYPE).reshape(shape).copy()
'''
ORDER = '''def minibatches(epoch):
    """Yield the rows of each minibatch; their order is a function of the seed and the epoch."""
    rows = np.arange(len(X))
    if SHUFFLE:
        bits = np.random.PCG64(np.random.SeedSequence((SEED, crc32(b"shuffle"), epoch)))
        rows = np.random.Generator(bits).permutation(len(X))
    for start in range(0, len(X), SIZE):
        yield rows[start : start + SIZE]
'''


def numpy_script(config: Config, *, title: str = "An experiment") -> str:
    """Return the script; it takes the number of epochs and prints the cost after each."""
    run, body = Run(config), _body(config)
    data = run.minibatches[0].data
    arrays = "\n".join(
        [_array("X", data.X[: data.train]), _array("Y", data.Y[: data.train]), _parameters(run)]
    )
    packed = "unpacked(" in arrays
    used = ["base64", "sys", "zlib"] if packed else ["sys"]
    imports = "".join(f"import {name}\n" for name in used)
    named = title.replace("\\", "").replace('"', "'")
    parts = [
        f'"""{named}, trained step by step: made by Backstep {__version__}.\n\n'
        'Run it with the number of epochs: python train.py 100\n"""\n',
        f"{imports}from zlib import crc32\n\nimport numpy as np",
        _settings(config, run.minibatches[0], body),
        *([PACKED] if packed else []),
        arrays,
        *(text + "\n" for name, text in FUNCTIONS.items() if _calls(body, name)),
        ORDER,
        *([_schedule(config)] if "eta" in body else []),
        _loop(config, body),
    ]
    return "\n\n".join(part.rstrip("\n") for part in parts) + "\n"


def _calls(body: str, name: str) -> bool:
    return re.search(rf"\b{name}\(", body) is not None


def _settings(config: Config, minibatches: Minibatches, body: str) -> str:
    lines = [
        f"SEED = {config.seed}",
        f"SIZE = {minibatches.size}  # examples in a minibatch",
        f"SHUFFLE = {minibatches.shuffle}",
        f'DTYPE = "{config.dtype}"',
    ]
    if "gelu" in body:
        lines.append("ROOT = np.sqrt(2 / np.pi)")
    return "\n".join(lines)


def _array(name: str, array: Array) -> str:
    if array.size > WRITTEN_OUT:
        text = base64.b85encode(zlib.compress(array.tobytes(), 9)).decode()
        return f'{name} = unpacked("{text}", {array.shape})'
    rows = repr(array.tolist()) if array.ndim == 1 else _rows(array)
    return f"{name} = np.array({rows}, DTYPE)"


def _rows(array: Array) -> str:
    lines = ",\n".join(f"    {row.tolist()!r}" for row in array)
    return f"[\n{lines},\n]"


def _parameters(run: Run) -> str:
    """The first weights and biases, and moments of zero."""
    lines = []
    for name in run.names():
        value = run.tensor(name)
        if name[0] in "Wb":
            lines.append(_array(name, value))
        else:
            lines.append(f"{name} = np.zeros_like({name[2:]})")
    if run.config.mistake == "stale_gradients":
        names = [name for name in run.names() if name[0] in "Wb"]
        lines += [f"d{name} = np.zeros_like({name})" for name in names]
    return "\n".join(lines)


def _body(config: Config) -> str:
    """The lines of one minibatch."""
    made = []
    for op, line in zip(program(config), listing(config, 1), strict=True):
        if op.kind is Kind.CLIP:
            made += _before_clip(config, op)
        made += line.code.split("\n")
    return "\n".join(f"        {line}" for line in made)


def _before_clip(config: Config, op: Op) -> list[str]:
    names = ", ".join(writes(op, config))
    lines = [f"gradients = [{names}]"]
    assert config.clip is not None
    if config.clip.by == "norm":
        lines.append("norm = np.sqrt(sum(np.sum(g**2) for g in gradients))")
    return lines


def _schedule(config: Config) -> str:
    rate = repr(config.optimizer.learning_rate)
    match config.optimizer.schedule:
        case Step(every=every, factor=factor):
            lines = [f"return {rate} * {factor!r} ** (int(epoch) // {every})"]
        case Exponential(factor=factor):
            lines = [f"return {rate} * {factor!r} ** epoch"]
        case Cosine(epochs=epochs, floor=floor):
            lines = [f"share = min(epoch / {epochs}, 1)", _cosine(rate, floor)]
        case WarmupCosine(warmup=warmup, epochs=epochs, floor=floor):
            lines = [
                f"if epoch < {warmup}:",
                f"    return {rate} * (epoch + 1) / {warmup + 1}",
                f"share = min((epoch - {warmup}) / {max(1, epochs - warmup)}, 1)",
                _cosine(rate, floor),
            ]
        case _:
            lines = [f"return {rate}"]
    body = "\n".join(f"    {line}" for line in lines)
    return f'def rate(epoch):\n    """Return the learning rate after so many epochs."""\n{body}\n'


def _cosine(rate: str, floor: float) -> str:
    return f"return {rate} * ({floor!r} + {1 - floor!r} * (1 + np.cos(np.pi * share)) / 2)"


def _loop(config: Config, body: str) -> str:
    head = ["t = 0", "for epoch in range(int(sys.argv[1]) if len(sys.argv) > 1 else 100):"]
    head += ["    for rows in minibatches(epoch):", "        t += 1"]
    if "eta" in body:
        head.append("        eta = rate((t - 1) / -(-len(X) // SIZE))")
    return "\n".join([*head, body, '    print(epoch + 1, f"{cost:.12g}")'])
