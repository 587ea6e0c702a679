"""Weights that go on: kept where they fit, as they are, and everything else begins anew."""

import json
from typing import Any

import numpy as np
import pytest

from app.errors import ConfigError
from app.presets import preset
from app.session.commands import decode
from app.session.session import Session


def told(s: Session, **fields: Any) -> None:
    s.apply(decode(json.dumps(fields)))
    while s.goal is not None:
        s.work(1000)


def trained() -> Session:
    s = Session(preset("circle"))
    told(s, type="step", size="epoch", count=3)
    return s


def test_other_data_begin_with_the_weights_as_they_are() -> None:
    s = trained()
    before = {name: s.run.tensor(name).copy() for name in ("W1", "b1", "W2", "b2", "W3", "b3")}
    told(s, type="configure", patch={"data": {"name": "gaussian"}}, keep=True)
    assert s.position == 0
    assert s.config.data.name == "gaussian"
    for name, array in before.items():
        assert np.array_equal(s.run.tensor(name), array), name


def test_what_no_longer_fits_begins_anew() -> None:
    s = trained()
    W1, W3 = s.run.tensor("W1").copy(), s.run.tensor("W3").copy()
    layers = s.config.as_json()["layers"]
    layers[1]["units"] = 5
    told(s, type="configure", patch={"layers": layers}, keep=True)
    assert np.array_equal(s.run.tensor("W1"), W1)
    assert s.run.tensor("W2").shape == (4, 5)
    assert s.run.tensor("W3").shape == (5, 1) != W3.shape


def test_frozen_layers_keep_what_they_learned_while_the_others_go_on() -> None:
    s = trained()
    W1, W3 = s.run.tensor("W1").copy(), s.run.tensor("W3").copy()
    layers = s.config.as_json()["layers"]
    layers[0]["frozen"] = True
    told(s, type="configure", patch={"layers": layers, "data": {"name": "xor"}}, keep=True)
    told(s, type="step", size="epoch", count=2)
    assert np.array_equal(s.run.tensor("W1"), W1)
    assert not np.array_equal(s.run.tensor("W3"), W3)


def test_the_run_before_is_still_there_to_return_to() -> None:
    s = trained()
    position = s.position
    told(s, type="configure", patch={"data": {"name": "gaussian"}}, keep=True)
    told(s, type="rejoin")
    assert s.position == position


def test_nothing_that_fits_and_too_much_to_carry_are_refused() -> None:
    s = trained()
    layers = [{"units": 3}, {"units": 1}]
    patch = {"data": {"name": "sine"}, "layers": layers}
    with pytest.raises(ConfigError, match="no layer has the shape that it had"):
        told(s, type="configure", patch=patch, keep=True)
    large = preset("digits").merged(
        {"layers": [{"units": 30}, {"units": 10, "activation": "softmax"}]}
    )
    with pytest.raises(ConfigError, match="at most 20,000 weights and biases, got 23,860"):
        told(Session(large), type="configure", patch={"l2": 0.1}, keep=True)
