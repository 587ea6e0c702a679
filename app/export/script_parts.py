"""What the scripts of every form share, so that all train the same experiment.

That is the examples, the first weights, the order of the minibatches and the learning rate's
schedule. What trains is the form's own: lines of NumPy, of PyTorch or of Keras.
"""

import base64
import zlib
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from app import __version__
from app.engine.config import Config, Cosine, Exponential, Step, WarmupCosine
from app.engine.run import Run

__all__ = [
    "Own",
    "called",
    "has_logits",
    "is_scheduled",
    "is_sequential",
    "logits_remark",
    "loop",
    "script",
]

Array = NDArray[Any]
WRITTEN_OUT = 4000
"""Numbers up to which an array is written as numbers, not packed."""

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


@dataclass(frozen=True)
class Own:
    """What a form adds to the shared parts: the libraries it imports and how it trains."""

    file: str
    needs: str
    libraries: str
    parts: tuple[str, ...]
    standard: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()


def script(run: Run, title: str, own: Own) -> str:
    """Return the whole text: it takes the number of epochs and prints the cost after each."""
    arrays = _arrays(run)
    packed = "unpacked(" in arrays
    parts = [
        _opening(title, own),
        _imports(run.config, own, packed),
        _settings(run, own),
        *([PACKED] if packed else []),
        arrays,
        ORDER,
        *([_schedule(run.config)] if is_scheduled(run.config) else []),
        *own.parts,
    ]
    return "\n\n".join(part.rstrip("\n") for part in parts) + "\n"


def loop(before: list[str], minibatch: list[str], cost: str = "cost") -> str:
    """Return the training: lines before it, those of a minibatch, and what every form prints."""
    return "\n".join(
        [
            *before,
            "for epoch in range(int(sys.argv[1]) if len(sys.argv) > 1 else 100):",
            "    for rows in minibatches(epoch):",
            *(f"        {line}" for line in minibatch),
            f'    print(epoch + 1, f"{{{cost}:.12g}}")',
        ]
    )


DRAWN = '''def drawn(layer, share, shape):
    """Return 0 for what is dropped, else 1 / (1 - share): a function of seed, layer and t."""
    bits = np.random.PCG64(np.random.SeedSequence((SEED, crc32(b"dropout"), layer, t - 1)))
    return ((np.random.Generator(bits).random(shape) >= share) / (1 - share)).astype(DTYPE)
'''
LARGEST = '''def largest(W, share):
    """Return 0 for the smallest weights, as many as the share says, and 1 for the others."""
    keep = np.ones(W.size, DTYPE)
    keep[np.argsort(abs(W).ravel(), kind="stable")[: round(share * W.size)]] = 0
    return keep.reshape(W.shape)
'''


def called(body: str) -> list[str]:
    """Return the functions that lines call for dropout and pruning."""
    return [text for name, text in (("drawn(", DRAWN), ("largest(", LARGEST)) if name in body]


def is_scheduled(config: Config) -> bool:
    """Whether the learning rate changes, so that the script has a `factor` of the epoch."""
    return config.optimizer.schedule.name != "constant"


def is_sequential(config: Config) -> bool:
    """Whether a network is one layer after the other, with nothing else and all learning."""
    return config.prune is None and all(x.is_plain and not x.frozen for x in config.layers)


def has_logits(config: Config) -> bool:
    """Whether the cost is computed from the logits: then a model has no output activation."""
    return config.cost.name != "squared_error"


def logits_remark(config: Config) -> list[str]:
    """Return the line that stands in a model in place of the output's activation, if it does."""
    left_out = f"    # no {config.layers[-1].activation}: the cost takes the logits"
    return [left_out] if has_logits(config) else []


def _opening(title: str, own: Own) -> str:
    """The docstring; a title is text of any kind and must not end it."""
    named = "".join(c for c in title if c.isprintable() and c != "\\").replace('"', "'")
    return (
        f'"""{named}, trained step by step: made by Backstep {__version__}.\n\n'
        f'Run it with the number of epochs: python {own.file} 100\nIt needs {own.needs}.\n"""\n'
    )


def _imports(config: Config, own: Own, packed: bool) -> str:
    names = sorted({"sys", *own.standard, *(("base64", "zlib") if packed else ())})
    lines = [f"import {name}" for name in names]
    if isinstance(config.optimizer.schedule, Cosine | WarmupCosine):
        lines.append("from math import cos, pi")
    return "\n".join([*lines, "from zlib import crc32", "", own.libraries])


def _settings(run: Run, own: Own) -> str:
    config, minibatches = run.config, run.minibatches[0]
    lines = [
        f"SEED = {config.seed}",
        f"SIZE = {minibatches.size}  # examples in a minibatch",
        f"SHUFFLE = {minibatches.shuffle}",
        f'DTYPE = "{config.dtype}"',
    ]
    if is_scheduled(config):
        lines.append(f"PER_EPOCH = {minibatches.per_epoch}  # minibatches")
    return "\n".join([*lines, *own.settings])


def _arrays(run: Run) -> str:
    """The examples that are trained on, and what the network begins with."""
    data = run.minibatches[0].data
    named = {"X": data.X[: data.train], "Y": data.Y[: data.train]}
    named |= {name: run.tensor(name) for name in run.lasting_names()}
    return "\n".join(_array(name, value) for name, value in named.items())


def _array(name: str, array: Array) -> str:
    if array.size > WRITTEN_OUT:
        text = base64.b85encode(zlib.compress(array.tobytes(), 9)).decode()
        return f'{name} = unpacked("{text}", {array.shape})'
    rows = repr(array.tolist()) if array.ndim == 1 else _rows(array)
    return f"{name} = np.array({rows}, DTYPE)"


def _rows(array: Array) -> str:
    lines = ",\n".join(f"    {row.tolist()!r}" for row in array)
    return f"[\n{lines},\n]"


def _schedule(config: Config) -> str:
    match config.optimizer.schedule:
        case Step(every=every, factor=factor):
            lines = [f"return {factor!r} ** (int(epoch) // {every})"]
        case Exponential(factor=factor):
            lines = [f"return {factor!r} ** epoch"]
        case Cosine(epochs=epochs, floor=floor):
            lines = [f"share = min(epoch / {epochs}, 1)", _cosine(floor)]
        case WarmupCosine(warmup=warmup, epochs=epochs, floor=floor):
            lines = [
                f"if epoch < {warmup}:",
                f"    return (epoch + 1) / {warmup + 1}",
                f"share = min((epoch - {warmup}) / {max(1, epochs - warmup)}, 1)",
                _cosine(floor),
            ]
    body = "\n".join(f"    {line}" for line in lines)
    return (
        "def factor(epoch):\n"
        '    """Return the factor on the learning rate after so many epochs, or parts of one."""\n'
        f"{body}\n"
    )


def _cosine(floor: float) -> str:
    return f"return {floor!r} + {1 - floor!r} * (1 + cos(pi * share)) / 2"
