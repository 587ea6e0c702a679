"""The catalog says of every choice what it is; it is read off the config and cannot disagree."""

import json
import math
from typing import Any, get_args

import pytest

from app.engine import mnist
from app.engine.config import Activation, Config, Cost, DataName
from app.engine.datasets import DATA_SETS
from app.engine.optimizers import Updates
from app.engine.program import MOMENTS
from app.web.catalog import PENALTIES, RATES, catalog


def names(literal: Any) -> set[str]:
    return {n for part in get_args(literal) for n in (get_args(part) or (part,))}


def test_every_choice_has_an_entry() -> None:
    entries = catalog()
    assert entries["activations"].keys() == names(Activation)
    assert entries["costs"].keys() == names(Cost.model_fields["name"].annotation)
    assert entries["optimizers"].keys() == MOMENTS.keys()
    assert all(hasattr(Updates, name) for name in entries["optimizers"])
    assert entries["data"].keys() | {"inline"} == names(DataName)


def test_every_entry_has_its_formula() -> None:
    entries = catalog()
    for kind in ("costs", "optimizers"):
        assert all(entries[kind].values())
    for formulas in entries["activations"].values():
        assert formulas["formula"]
        assert formulas["derivative"]


def test_the_schema_has_range_and_description_of_every_setting() -> None:
    schema = catalog()["schema"]
    assert schema == Config.model_json_schema()
    rate = schema["$defs"]["SGD"]["properties"]["learning_rate"]
    assert (rate["exclusiveMinimum"], rate["maximum"], rate["default"]) == (0, 100, 0.1)
    assert schema["$defs"]["Layer"]["properties"]["units"]["maximum"] == 1024
    for name, setting in schema["properties"].items():
        described = "$ref" in setting or "description" in setting or "discriminator" in setting
        assert described or name in ("version", "layers", "clip")


def test_the_rates_and_penalties_on_offer_are_allowed() -> None:
    for rate in RATES:
        Config.parse({"optimizer": {"name": "sgd", "learning_rate": rate}})
    for penalty in PENALTIES:
        Config.parse({"l1": penalty, "l2": penalty})


@pytest.mark.parametrize("name", DATA_SETS)
def test_every_data_set_has_a_picture_of_real_numbers(name: str) -> None:
    entry = catalog()["data"][name]
    assert entry["title"]
    assert entry["samples"] <= entry["most"]
    picture = entry["picture"]
    if "image" in picture:
        side = min(14, entry["side"])
        assert [len(row) for row in picture["image"]] == [side] * side
    else:
        assert len(picture["points"]) == len(picture["values"]) > 0
        assert all(len(point) == 2 for point in picture["points"])
        assert all(map(math.isfinite, picture["values"]))


def test_the_catalog_is_json() -> None:
    assert json.loads(json.dumps(catalog(), allow_nan=False))


def test_a_data_set_that_is_not_here_says_what_it_needs_and_has_no_picture() -> None:
    before = list(mnist._folder)
    mnist.look_in(None)
    try:
        entry = catalog.__wrapped__()["data"]["mnist"]
    finally:
        mnist.look_in(*before)
    assert entry["missing"].startswith("needs the IDX files")
    assert (entry["picture"], entry["most"]) == (None, 70_000)
    assert catalog()["data"]["mnist"]["missing"] == ""
