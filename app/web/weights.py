"""Weights from a file, safetensors or npz, as the layers of a config take them."""

import io
import re
import zipfile
from typing import Any

import numpy as np
import orjson
from fastapi import APIRouter, Request, Response
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load as load_safetensors

from app.errors import ConfigError, Fault, shown
from app.language import say
from app.live.lobby import Lobby
from app.web.body import body_of

__all__ = ["read_weights", "router"]

router = APIRouter(prefix="/api", tags=["api"])
Array = NDArray[Any]
NAME = re.compile(r"([Wb])([1-9]\d?)")
ZIP = b"PK"
MOST_BYTES = 8_000_000
"""What an archive may hold when it is unpacked."""


@router.post("/weights")
async def make_layers(request: Request) -> Response:
    """Read weights from a file (safetensors or npz) with `W1`, `b1`, …; answer `layers` by their
    number, each with `W` and `b`, and the names that were `ignored`."""
    lobby: Lobby = request.app.state.lobby
    tensors = read_weights(await body_of(request, lobby.settings.max_message))
    layers: dict[str, dict[str, Any]] = {}
    for name, array in tensors.items():
        if found := NAME.fullmatch(name):
            layers.setdefault(found[2], {})[found[1]] = array.astype(float).tolist()
    if not layers:
        given = shown(", ".join(list(tensors)[:8])) if tensors else say("nothing")
        raise ConfigError([Fault("file", say("must have W1, b1, … in it"), given)])
    ignored = [name for name in tensors if not NAME.fullmatch(name)]
    answer = {"layers": layers, "ignored": ignored}
    return Response(orjson.dumps(answer), media_type="application/json")


def read_weights(data: bytes) -> dict[str, Array]:
    """Return the tensors of a file, by name.

    Raises:
        ConfigError: it is neither of the two formats, or a tensor is no table of numbers.
    """
    try:
        tensors = _archive(data) if data.startswith(ZIP) else load_safetensors(data)
    except (SafetensorError, ValueError, KeyError, OSError, EOFError, zipfile.BadZipFile) as error:
        rule = say("must be weights as safetensors or as NumPy's npz")
        raise ConfigError([Fault("file", rule)]) from error
    for name, array in tensors.items():
        finite = array.dtype.kind in "fiu" and np.isfinite(array).all()
        if NAME.fullmatch(name) and not (finite and array.ndim == (2 if name[0] == "W" else 1)):
            rule = say("must be finite numbers, W in two dimensions and b in one")
            raise ConfigError([Fault(name, rule, f"{array.dtype} {list(array.shape)}")])
    return tensors


def _archive(data: bytes) -> dict[str, Array]:
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        if sum(part.file_size for part in file.infolist()) > MOST_BYTES:
            raise ValueError("it would be too large")
    with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
        return {name: arrays[name] for name in arrays.files}
