"""The real MNIST, for those who have its files: 28 x 28 handwritten digits in the IDX format.

The files are the four of Y. LeCun, C. Cortes and C. Burges, packed with gzip or not; a folder with
the first two, or the last two, will do. An IDX file is a magic number (two bytes 0, the type, 8 for
unsigned bytes, and the number of axes), each axis as four bytes, big end first, and the values.
"""

import gzip
import struct
import zlib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from app.errors import ConfigError, Fault
from app.language import say

__all__ = ["PARTS", "count", "digits", "look_in", "missing", "read_idx"]

Array = NDArray[Any]
PARTS = ("train", "t10k")
SIDE = 28
SETTING = "BACKSTEP_MNIST"
UNREADABLE = (OSError, EOFError, zlib.error)
UNSIGNED = b"\0\0\x08"

_folder: list[Path] = []


def look_in(folder: Path | None) -> None:
    """Take the files from a folder from now on, None for no files."""
    _folder[:] = [] if folder is None else [folder]


def missing() -> str:
    """Say why there is no MNIST here, "" if there is."""
    if not _folder:
        return say(
            "needs the IDX files of MNIST: set {setting} to the folder that has them",
            setting=SETTING,
        )
    try:
        count()
    except ConfigError as error:
        return str(error.faults[0].rule)
    return ""


def count() -> int:
    """Return how many digits the files hold.

    Raises:
        ConfigError: there are no files, or they are no MNIST; it names the file and what is wrong.
    """
    return sum(size for _, _, size in _pairs(_folder[0] if _folder else None))


def digits() -> tuple[Array, Array]:
    """Return the images (n, 784), from 0 to 255, and the labels (n,), as they stand in the files.

    Raises:
        ConfigError: see `count`.
    """
    return _read(_folder[0] if _folder else None)


@lru_cache(maxsize=1)
def _read(folder: Path | None) -> tuple[Array, Array]:
    pairs = list(_pairs(folder))
    images = [read_idx(images).reshape(-1, SIDE * SIDE) for images, _, _ in pairs]
    labels = [read_idx(labels) for _, labels, _ in pairs]
    if labels and max(int(part.max(initial=0)) for part in labels) > 9:
        raise _fault(say("must have labels from 0 to 9"))
    return np.concatenate(images), np.concatenate(labels)


@lru_cache(maxsize=1)
def _pairs(folder: Path | None) -> tuple[tuple[Path, Path, int], ...]:
    """Return the files of images and of labels that a folder has, with their number."""
    if folder is None:
        raise _fault(missing())
    found = tuple(_found(folder))
    if not found:
        rule = say(
            "needs {part}-images-idx3-ubyte and -labels-idx1-ubyte (or .gz) in {setting}",
            part=PARTS[0], setting=SETTING,
        )  # fmt: skip
        raise _fault(rule)
    return found


def _found(folder: Path) -> Iterator[tuple[Path, Path, int]]:
    for part in PARTS:
        images, labels = (
            _file(folder, f"{part}-{kind}") for kind in ("images?idx3-ubyte", "labels?idx1-ubyte")
        )
        if images is None or labels is None:
            continue
        shape, other = _shape(images), _shape(labels)
        if shape[1:] != (SIDE, SIDE):
            raise _fault(
                say(
                    "needs images of {side} x {side} in {file}, which has {shape}",
                    side=SIDE, file=images.name, shape=shape,
                )
            )  # fmt: skip
        if other != shape[:1]:
            raise _fault(
                say(
                    "needs a label for each image: {file} has {other}, not {count}",
                    file=labels.name, other=other, count=shape[0],
                )
            )  # fmt: skip
        yield images, labels, shape[0]


def _file(folder: Path, pattern: str) -> Path | None:
    return next(iter(sorted([*folder.glob(pattern), *folder.glob(f"{pattern}.gz")])), None)


def read_idx(path: Path) -> Array:
    """Return the array of unsigned bytes in an IDX file.

    Raises:
        ConfigError: it is no such file, or ends too early.
    """
    with _opened(path) as file:
        shape = _header(file, path)
        try:
            data = file.read()
        except UNREADABLE as error:
            raise _unreadable(path) from error
    if len(data) != np.prod(shape):
        rule = say(
            "needs {needed:,} values in {file}, which has {found:,}",
            needed=np.prod(shape), file=path.name, found=len(data),
        )  # fmt: skip
        raise _fault(rule)
    return np.frombuffer(data, np.uint8).reshape(shape)


def _shape(path: Path) -> tuple[int, ...]:
    with _opened(path) as file:
        return _header(file, path)


def _opened(path: Path) -> BinaryIO:
    try:
        return gzip.open(path) if path.suffix == ".gz" else path.open("rb")  # type: ignore[return-value]
    except OSError as error:
        raise _unreadable(path) from error


def _header(file: BinaryIO, path: Path) -> tuple[int, ...]:
    try:
        magic = file.read(4)
        axes = file.read(4 * magic[3]) if magic[:3] == UNSIGNED and len(magic) == 4 else b""
    except UNREADABLE as error:
        raise _unreadable(path) from error
    if not axes or len(axes) != 4 * magic[3]:
        rule = say("needs an IDX file of unsigned bytes in place of {file}", file=path.name)
        raise _fault(rule)
    return struct.unpack(f">{magic[3]}I", axes)


def _unreadable(path: Path) -> ConfigError:
    return _fault(say("needs a file in place of {file} that can be read", file=path.name))


def _fault(rule: str) -> ConfigError:
    return ConfigError([Fault("data.name", rule, "'mnist'")])
