"""MNIST from IDX files: read as they stand, and what is wrong with them told with its file."""

import gzip
import struct
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from app.engine import mnist
from app.engine.config import Config
from app.engine.examples import examples
from app.engine.run import Run
from app.errors import ConfigError
from tests.idx import write_idx, write_mnist

RNG = np.random.default_rng(0)
IMAGES = RNG.integers(0, 256, (30, 28, 28), np.uint8)
LABELS = np.arange(30) % 10
CONFIG = {
    "data": {"name": "mnist", "samples": 20}, "cost": {"name": "cross_entropy"},
    "layers": [{"units": 10, "activation": "softmax"}],
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    before = list(mnist._folder)
    write_mnist(tmp_path, IMAGES, LABELS, train=25)
    mnist.look_in(tmp_path)
    yield tmp_path
    mnist.look_in(*before)


def test_images_and_labels_are_those_of_the_files_packed_or_not(folder: Path) -> None:
    images, labels = mnist.digits()
    assert np.array_equal(images, IMAGES.reshape(30, 784))
    assert np.array_equal(labels, LABELS)
    assert (mnist.count(), mnist.missing()) == (30, "")
    assert (folder / "t10k-images-idx3-ubyte.gz").is_file()


@pytest.mark.parametrize("shape", [(3,), (2, 4), (2, 28, 28)])
@pytest.mark.parametrize("end", ["", ".gz"])
def test_an_idx_file_is_read_with_its_axes(
    tmp_path: Path, shape: tuple[int, ...], end: str
) -> None:
    array = RNG.integers(0, 256, shape, np.uint8)
    write_idx(tmp_path / f"some{end}", array)
    assert np.array_equal(mnist.read_idx(tmp_path / f"some{end}"), array)


def test_the_names_with_a_dot_and_one_pair_alone_will_do(tmp_path: Path, folder: Path) -> None:
    for path in list(folder.glob("train-*")):
        path.unlink()
    for path in list(folder.glob("t10k-*")):
        path.rename(folder / path.name.replace("-idx", ".idx"))
    mnist.look_in(folder / ".")
    mnist._pairs.cache_clear()
    assert mnist.count() == 5


def test_a_network_trains_on_them(folder: Path) -> None:
    config = Config.parse(CONFIG)
    rows = examples(config).X * 255
    known = {image.tobytes() for image in IMAGES.reshape(30, 784)}
    assert {np.round(row).astype(np.uint8).tobytes() for row in rows} <= known
    run = Run(config)
    first = run.advance(len(run.program)) or run.cost
    run.advance(20 * len(run.program))
    assert run.cost < first


def test_more_than_there_are_cannot_be_had(folder: Path) -> None:
    with pytest.raises(ConfigError, match=r"data\.samples must be at most 30 for mnist, got 31\."):
        Config.parse({**CONFIG, "data": {"name": "mnist", "samples": 31}})


def test_without_a_folder_it_is_told_which_setting_helps() -> None:
    before = list(mnist._folder)
    mnist.look_in(None)
    try:
        assert "set BACKSTEP_MNIST to the folder" in mnist.missing()
        with pytest.raises(ConfigError, match=r"data\.name needs the IDX files of MNIST"):
            Config.parse(CONFIG)
        for read in (mnist.count, mnist.digits):
            with pytest.raises(ConfigError, match="needs the IDX files"):
                read()
    finally:
        mnist.look_in(*before)


@pytest.mark.parametrize(
    ("name", "data", "rule"),
    [
        ("train-images-idx3-ubyte", b"", "needs an IDX file of unsigned bytes in place of"),
        ("train-images-idx3-ubyte", b"\0\0\x0d\x03" + bytes(12), "needs an IDX file of unsigned"),
        ("train-images-idx3-ubyte", b"\0\0\x08\x03" + bytes(5), "needs an IDX file of unsigned"),
        ("t10k-labels-idx1-ubyte.gz", b"no gzip", "needs a file in place of t10k-labels-idx1"),
        (
            "train-images-idx3-ubyte", struct.pack(">4B3I", 0, 0, 8, 3, 25, 8, 8) + bytes(1600),
            "needs images of 28 x 28 in train-images-idx3-ubyte, which has (25, 8, 8)",
        ),
        (
            "train-labels-idx1-ubyte", struct.pack(">4BI", 0, 0, 8, 1, 24) + bytes(24),
            "needs a label for each image: train-labels-idx1-ubyte has (24,), not 25",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_file_is_told(folder: Path, name: str, data: bytes, rule: str) -> None:
    (folder / name).write_bytes(data)
    mnist._pairs.cache_clear()
    assert mnist.missing().startswith(rule)


def test_a_file_that_ends_too_early_and_a_label_that_is_none_are_told(folder: Path) -> None:
    path = folder / "train-images-idx3-ubyte"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(ConfigError, match=r"needs 19,600 values in train-images-idx3-ubyte, which"):
        mnist.digits()
    write_mnist(folder, IMAGES, LABELS + 5, train=25)
    with pytest.raises(ConfigError, match="must have labels from 0 to 9"):
        mnist.digits()


@pytest.mark.parametrize("change", [lambda data: data[:-20], lambda data: data[:30] + b"?" * 40])
def test_a_packed_file_that_is_damaged_is_told(
    folder: Path, change: Callable[[bytes], bytes]
) -> None:
    path = folder / "t10k-images-idx3-ubyte.gz"
    path.write_bytes(change(path.read_bytes()))
    mnist._pairs.cache_clear()
    with pytest.raises(ConfigError, match=r"t10k-images-idx3-ubyte\.gz"):
        mnist.digits()


def test_a_folder_in_the_place_of_a_file_is_told(folder: Path) -> None:
    path = folder / "train-labels-idx1-ubyte"
    path.unlink()
    path.mkdir()
    mnist._pairs.cache_clear()
    assert mnist.missing().startswith("needs a file in place of train-labels-idx1-ubyte")


def test_an_empty_folder_is_told_which_files_it_lacks(tmp_path: Path) -> None:
    before = list(mnist._folder)
    mnist.look_in(tmp_path)
    try:
        assert mnist.missing().startswith("needs train-images-idx3-ubyte and -labels-idx1-ubyte")
        (tmp_path / "train-images-idx3-ubyte.gz").write_bytes(gzip.compress(b""))
        assert mnist.missing().startswith("needs train-images-idx3-ubyte")
    finally:
        mnist.look_in(*before)
