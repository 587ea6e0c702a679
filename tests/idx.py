"""IDX files like those of MNIST, made from the digits that Backstep ships."""

import gzip
import struct
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.engine.datasets import FILES

__all__ = ["write_digits", "write_idx", "write_mnist"]


def write_idx(path: Path, array: NDArray[Any]) -> None:
    """Write an array of bytes as an IDX file, packed where the name ends in gz."""
    header = struct.pack(f">4B{array.ndim}I", 0, 0, 8, array.ndim, *array.shape)
    data = header + array.astype(np.uint8).tobytes()
    path.write_bytes(gzip.compress(data, 1) if path.suffix == ".gz" else data)


def write_mnist(folder: Path, images: NDArray[Any], labels: NDArray[Any], train: int) -> None:
    """Write the four files, the first `train` images as those for training."""
    for name, part in (("train", slice(0, train)), ("t10k", slice(train, None))):
        end = ".gz" if name == "t10k" else ""
        write_idx(folder / f"{name}-images-idx3-ubyte{end}", images[part])
        write_idx(folder / f"{name}-labels-idx1-ubyte{end}", labels[part])


def write_digits(folder: Path) -> None:
    """Write the 5,000 digits that Backstep ships, 4,000 of them as those for training."""
    with np.load(FILES / "digits28.npz") as arrays:
        write_mnist(folder, arrays["images"], arrays["labels"], train=4000)
