"""Formulas as trees: each kind computes what it is read as, and nothing breaks on what is far."""

import json
import math
from dataclasses import fields
from typing import get_args

import pytest

from app.explain.expression import (
    FUNCTIONS,
    Call,
    Cases,
    Expression,
    Fraction,
    Leaf,
    Negative,
    Number,
    Power,
    Product,
    Quantity,
    Rest,
    Sum,
    as_json,
    evaluate,
    leaves,
)

TWO, THREE, HALF = Number(2, "2"), Quantity("w", 3.0, 1, (1, 2), "W1", (0, 1)), Number(0.5, "½")
MINUS = Quantity("b", -4.0, 2, (1,), "b2", (0,))
REST = Rest(7, 1.25)
EXAMPLES: dict[str, tuple[Expression, float]] = {
    "number": (TWO, 2),
    "quantity": (THREE, 3),
    "rest": (REST, 1.25),
    "sum": (Sum((TWO, THREE, MINUS)), 1),
    "product": (Product((TWO, THREE, MINUS)), -24),
    "fraction": (Fraction(THREE, TWO), 1.5),
    "power": (Power(MINUS, 3), -64),
    "negative": (Negative(THREE), -3),
    "call": (Call("max", (TWO, THREE)), 3),
    "cases": (Cases(MINUS, TWO, THREE), 3),
}


def test_there_is_an_example_of_every_kind() -> None:
    assert {kind.__name__.lower() for kind in get_args(Expression)} == set(EXAMPLES)


@pytest.mark.parametrize("kind", EXAMPLES)
def test_a_tree_computes_to_its_value(kind: str) -> None:
    tree, value = EXAMPLES[kind]
    assert evaluate(tree) == value


@pytest.mark.parametrize(
    ("name", "given", "value"),
    [
        ("exp", (1.0,), math.e),
        ("ln", (math.e,), 1.0),
        ("tanh", (0.5,), math.tanh(0.5)),
        ("sqrt", (2.25,), 1.5),
        ("sigma", (math.log(3),), 0.75),
        ("max", (-1.0, 2.0), 2.0),
        ("min", (-1.0, 2.0), -1.0),
        ("abs", (-1.5,), 1.5),
        ("sign", (-1.5,), -1.0),
        ("sign", (0.0,), 0.0),
        ("sign", (7.0,), 1.0),
    ],
)
def test_a_function_is_the_one_of_its_name(name: str, given: tuple[float], value: float) -> None:
    tree = Call(name, tuple(Number(x) for x in given))
    assert evaluate(tree) == pytest.approx(value, rel=1e-15)


def test_every_function_is_tried() -> None:
    tried = {"exp", "ln", "tanh", "sqrt", "sigma", "max", "min", "abs", "sign"}
    assert set(FUNCTIONS) == tried


@pytest.mark.parametrize("of", [0.0, -0.0, -1e-300])
def test_a_case_is_positive_above_zero_only(of: float) -> None:
    assert evaluate(Cases(Number(of), TWO, THREE)) == 3
    assert evaluate(Cases(Number(1e-300), TWO, THREE)) == 2


@pytest.mark.parametrize(
    ("tree", "value"),
    [
        (Call("exp", (Number(1e6),)), math.inf),
        (Call("exp", (Number(-1e6),)), 0.0),
        (Call("sigma", (Number(-1e6),)), 0.0),
        (Call("ln", (Number(0.0),)), -math.inf),
        (Call("ln", (Number(-1.0),)), math.nan),
        (Call("sqrt", (Number(-1.0),)), math.nan),
        (Fraction(TWO, Number(0.0)), math.nan),
        (Sum((Number(math.inf), TWO)), math.inf),
        (Sum((Number(math.inf), Number(-math.inf))), math.nan),
        (Product((Number(1e200), Number(1e200))), math.inf),
    ],
)
def test_what_is_far_out_is_computed_too(tree: Expression, value: float) -> None:
    assert evaluate(tree) == pytest.approx(value, nan_ok=True)


@pytest.mark.parametrize("tree", [Power(Number(1e200), 2), Sum((Number(1.5e308), Number(1.5e308)))])
def test_what_overflows_is_infinite(tree: Expression) -> None:
    assert evaluate(tree) == math.inf


def test_a_sum_keeps_every_digit() -> None:
    terms = tuple(Number(x) for x in (1e16, 1.0, -1e16, 1e-3))
    assert evaluate(Sum(terms)) == 1.001


def test_a_tree_is_computed_from_the_leaves_that_are_read() -> None:
    def read(leaf: Leaf) -> float:
        return 10.0 if leaf is THREE else leaf.value

    tree = Sum((Product((TWO, THREE)), Negative(Power(THREE, 2)), Call("min", (HALF, MINUS))))
    assert evaluate(tree, read) == 20 - 100 - 4


def test_leaves_come_from_left_to_right() -> None:
    inner = Fraction(Power(MINUS, 2), Call("max", (HALF, REST)))
    tree = Sum((Product((TWO, THREE)), Negative(inner), Cases(THREE, TWO, HALF)))
    assert [*leaves(tree)] == [TWO, THREE, MINUS, HALF, REST, THREE, TWO, HALF]
    assert [*leaves(TWO)] == [TWO]


@pytest.mark.parametrize("kind", EXAMPLES)
def test_a_tree_becomes_json_with_its_kind_its_value_and_its_parts(kind: str) -> None:
    tree, value = EXAMPLES[kind]
    made = as_json(tree)
    assert (made["kind"], made["value"]) == (kind, value)
    assert made.keys() == {"kind", "value", *(field.name for field in fields(tree))}
    assert json.loads(json.dumps(made)).keys() == made.keys()


def test_a_name_in_json_says_where_to_follow_it() -> None:
    made = as_json(Product((THREE, Quantity("x", 0.5, None, (2,), "a0", (3, 1), 3))))
    assert made["factors"] == [
        {
            "kind": "quantity", "value": 3.0, "symbol": "w", "layer": 1, "units": [1, 2],
            "tensor": "W1", "index": [0, 1], "example": None,
        },
        {
            "kind": "quantity", "value": 0.5, "symbol": "x", "layer": None, "units": [2],
            "tensor": "a0", "index": [3, 1], "example": 3,
        },
    ]  # fmt: skip
