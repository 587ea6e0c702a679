"""The files hold every weight and bias, to the bit."""

import io
import json

import numpy as np

from app.engine.run import Run
from app.export.weights import npz, safetensors
from app.presets import preset


def run() -> Run:
    made = Run(preset("iris"))
    made.advance(240)
    return made


def test_npz_is_read_by_numpy() -> None:
    found = np.load(io.BytesIO(npz(run())))
    assert set(found) == {"W1", "b1", "W2", "b2"}
    assert all(np.array_equal(found[name], run().tensor(name)) for name in found)


def test_safetensors_has_names_shapes_and_raw_values() -> None:
    data = safetensors(run())
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    assert header.pop("__metadata__") == {"format": "np"}
    assert set(header) == {"W1", "b1", "W2", "b2"}
    for name, entry in header.items():
        start, end = (8 + length + offset for offset in entry["data_offsets"])
        found = np.frombuffer(data[start:end]).reshape(entry["shape"])
        assert np.array_equal(found, run().tensor(name))
