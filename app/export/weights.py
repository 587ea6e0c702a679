"""What a run has learned as files that other programs read."""

import io
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.engine.run import Run
from app.live.codec import pack

__all__ = ["npz", "safetensors"]

Array = NDArray[Any]


def _weights(run: Run) -> dict[str, Array]:
    """With what evaluation needs besides: the running means of norms, and what is pruned."""
    return {name: run.tensor(name) for name in run.lasting_names()}


def safetensors(run: Run) -> bytes:
    """Return them in the safetensors format."""
    return pack({"format": "np"}, _weights(run).items())


def npz(run: Run) -> bytes:
    """Return them as NumPy's archive of arrays."""
    file = io.BytesIO()
    np.savez(file, **_weights(run))  # type: ignore[arg-type]  # names are no options
    return file.getvalue()
