"""Weights from a file: both formats, as they were saved, and what is no such file is refused."""

import io
from typing import Any

import numpy as np
import orjson
import pytest
from safetensors.numpy import save

from app.engine.run import Run
from app.export.weights import npz, safetensors
from app.presets import preset

from .conftest import Client


def archive(**tensors: Any) -> bytes:
    file = io.BytesIO()
    np.savez(file, **tensors)
    return file.getvalue()


@pytest.mark.parametrize("write", [safetensors, npz])
def test_what_was_saved_is_read_again(client: Client, write: Any) -> None:
    run = Run(preset("circle"))
    run.advance(500)
    answer = client.post("/api/weights", content=write(run)).json()
    assert answer["ignored"] == []
    for l in (1, 2, 3):
        assert answer["layers"][str(l)] == {
            "W": run.tensor(f"W{l}").tolist(), "b": run.tensor(f"b{l}").tolist()
        }  # fmt: skip
    config = preset("circle").as_json()
    for l, layer in enumerate(config["layers"], 1):
        layer |= answer["layers"][str(l)]
    assert client.post("/api/sessions", content=orjson.dumps(config)).status_code == 201


def test_what_is_no_weight_of_ours_is_named_and_ignored(client: Client) -> None:
    data = save({"W1": np.ones((2, 3), np.float32), "rmu1": np.ones(3), "fc.bias": np.ones(1)})
    answer = client.post("/api/weights", content=data).json()
    assert answer["layers"] == {"1": {"W": [[1, 1, 1], [1, 1, 1]]}}
    assert sorted(answer["ignored"]) == ["fc.bias", "rmu1"]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "file must be weights as safetensors or as NumPy's npz."),
        (b"PK\x03\x04 broken", "file must be weights as safetensors or as NumPy's npz."),
        (b"\xff" * 64, "file must be weights as safetensors or as NumPy's npz."),
        (archive(W1=np.array([{}], object)), "file must be weights as safetensors or as NumPy's"),
        (archive(W1=np.zeros(2_000_000)), "file must be weights as safetensors or as NumPy's"),
        (archive(fc1=np.ones(3)), "file must have W1, b1, … in it, got 'fc1'."),
        (archive(W1=np.ones(3)), "W1 must be finite numbers, W in two dimensions and b in one,"),
        (archive(b1=np.array([np.nan])), "b1 must be finite numbers"),
        (archive(W1=np.array([["a"]])), "W1 must be finite numbers"),
    ],
)
def test_a_file_without_weights_is_refused(client: Client, data: bytes, sentence: str) -> None:
    if len(data) > 1_000_000:
        packed = io.BytesIO()
        np.savez_compressed(packed, W1=np.zeros(2_000_000))
        data = packed.getvalue()
    response = client.post("/api/weights", content=data)
    assert response.status_code == 422
    assert response.json()["detail"].startswith(sentence)


def test_a_shape_that_does_not_fit_is_told_by_the_config(client: Client) -> None:
    answer = client.post("/api/weights", content=save({"W1": np.ones((3, 3))})).json()
    config = preset("xor").as_json()
    config["layers"][0] |= answer["layers"]["1"]
    response = client.post("/api/sessions", content=orjson.dumps(config))
    assert response.json()["detail"].startswith("layers.0.W must have 2 rows, one for each input")
