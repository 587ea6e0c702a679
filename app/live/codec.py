"""Messages on the wire: JSON text, and arrays as binary messages in the safetensors format.

A binary message is: 8 bytes little-endian length of the header, the JSON header, then the raw
tensors, each at an offset that is a multiple of its item size. Facts stand in ``__metadata__``,
whose values are texts as the format demands.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from math import prod
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from app.engine.names import is_of_examples
from app.language import DEFAULT, spoken
from app.session.messages import (
    Arrays,
    Cells,
    Comparison,
    Evaluation,
    Explanation,
    Failure,
    Frame,
    Histograms,
    Nudged,
    Pictures,
    Proof,
    Slice,
    Status,
    Welcome,
    Workload,
)

__all__ = ["Spoken", "chosen", "encode_arrays", "encode_frame", "encode_text", "pack"]

Array = NDArray[Any]
Spoken = (
    Cells | Comparison | Evaluation | Explanation | Failure | Histograms | Nudged | Pictures | Proof
    | Slice | Status | Welcome | Workload
)  # fmt: skip
WHOLE = 4096
"""Values up to which a tensor is sent whole without being asked for."""
FLYING = 512
"""The same for tensors about the examples, and for moments, while minibatches fly past."""

DTYPES = {
    np.dtype(name): code
    for name, code in (("float64", "F64"), ("float32", "F32"), ("int32", "I32"), ("int64", "I64"))
}


def encode_text(message: Spoken, language: str = DEFAULT, **more: Any) -> str:
    """Encode a message as JSON text, its sentences in a language; `more` is added to it."""
    fields = {k: spoken(v, language) for k, v in vars(message).items() if v is not None}
    kind = "error" if isinstance(message, Failure) else type(message).__name__.lower()
    return orjson.dumps({"type": kind, **fields, **more}).decode()


def encode_frame(frame: Frame, seq: int, watched: frozenset[str] | None = None) -> bytes:
    """Encode a frame with the tensors that are watched; None for all that are small."""
    facts = {
        "type": "snapshot" if frame.whole else "frame",
        "seq": str(seq),
        "position": str(frame.position),
        "op": frame.op or "",
        "layer": str(frame.layer),
        "phase": frame.phase,
        "epoch": str(frame.epoch),
        "iteration": str(frame.iteration),
        "cost": "" if frame.cost is None else repr(frame.cost),
        "end": str(frame.end),
        "drawn": "1" if frame.drawn else "",
    }
    return pack(facts, chosen(frame, watched))


def chosen(frame: Frame, watched: frozenset[str] | None) -> list[tuple[str, Array]]:
    """Return the tensors to send. Of a large one about the minibatch, only the example in focus
    is sent, under a name like ``a0[3]``, or the mean of all as ``a0[mean]``; other large ones
    only where they are watched."""
    sent = []
    inputs = frame.tensors.get("a0")
    some = FLYING if inputs is None or inputs.size <= FLYING else 0  # of examples all or one
    for name, array in frame.tensors.items():
        limit = WHOLE
        if frame.flying and (is_of_examples(name) or "_" in name):
            limit = some if is_of_examples(name) else FLYING
        if (array.size <= limit) if watched is None else (name in watched):
            sent.append((name, array))
        elif watched is None and is_of_examples(name) and array.ndim == 2:
            sent.append(_of_one(name, array, frame.focus))
    return sent


def _of_one(name: str, array: Array, focus: int | None) -> tuple[str, Array]:
    """Return the row of the example in focus, or the mean of all, under the name that says so."""
    if focus is None:
        with np.errstate(all="ignore"):
            return f"{name}[mean]", array.mean(0)
    row = min(focus, len(array) - 1)
    return f"{name}[{row}]", array[row]


def encode_arrays(message: Arrays) -> bytes:
    """Encode arrays that are not part of a frame, in single precision where that is enough."""
    facts = {
        "type": message.type,
        "position": str(message.position),
        "start": str(message.start),
    }
    small = message.type != "curve"
    with np.errstate(over="ignore"):  # what has diverged may be too large for it: infinite then
        tensors = [
            (name, array.astype(np.float32) if small else array)
            for name, array in message.tensors.items()
        ]
    return pack(facts, tensors)


def pack(facts: Mapping[str, str], tensors: Iterable[tuple[str, Array]]) -> bytes:
    """Return a safetensors message of the tensors, with `facts` as its metadata."""
    given = list(tensors)
    order, rest = _layout(tuple([(name, array.dtype.char, array.shape) for name, array in given]))
    text = b'{"__metadata__":' + orjson.dumps(facts) + rest
    text += b" " * (-len(text) % 8)
    data = [given[i][1].tobytes() for i in order]
    return b"".join([len(text).to_bytes(8, "little"), text, *data])


@lru_cache(512)  # frames of one kind differ in their numbers only, and there are very many
def _layout(given: tuple[tuple[str, str, tuple[int, ...]], ...]) -> tuple[list[int], bytes]:
    """Return the order in which tensors (name, type, shape) are laid out, the largest items first,
    and what the header says of them, from behind the metadata on."""
    dtypes = [np.dtype(char) for _, char, _ in given]
    order = sorted(range(len(given)), key=lambda i: -dtypes[i].itemsize)
    header, offset = {}, 0
    for i in order:
        name, _, shape = given[i]
        end = offset + dtypes[i].itemsize * prod(shape)
        header[name] = {"dtype": DTYPES[dtypes[i]], "shape": shape, "data_offsets": (offset, end)}
        offset = end
    return order, (b"," if header else b"") + orjson.dumps(header)[1:]
