"""Places of a run have names, and positions that can be reached."""

import pytest

from app.engine.program import program
from app.errors import ConfigError
from app.lessons.places import FARTHEST, named, op_of, position_of_op, position_of_reveal
from app.presets import preset

XOR = preset("xor")


def test_every_op_has_a_name_of_its_own() -> None:
    names = [named(op) for op in program(XOR)]
    assert len(set(names)) == len(names)
    assert [op_of(name, XOR) for name in names] == list(range(len(names)))
    assert names[5:8] == ["cost", "delta 2", "gradient 2"]


@pytest.mark.parametrize("minibatch", [1, 2, 20])
def test_a_place_is_the_position_after_its_op(minibatch: int) -> None:
    ops = program(XOR)
    places = [position_of_op(named(op), XOR, minibatch) for op in ops]
    first = (minibatch - 1) * len(ops)
    assert places == list(range(first + 1, first + len(ops) + 1))
    assert position_of_op("start", XOR, minibatch) == first


def test_a_place_that_takes_too_long_to_reach_is_refused() -> None:
    assert position_of_op("start", XOR, FARTHEST + 1) == FARTHEST * len(program(XOR))
    with pytest.raises(ConfigError, match="within 200,000 minibatches, got 200,001"):
        position_of_op("start", XOR, FARTHEST + 2)
    with pytest.raises(ConfigError, match="within 200,000 minibatches, got 999,999"):
        position_of_reveal("epoch 999999", XOR, 0)


def test_before_an_op_is_one_less() -> None:
    after = position_of_op("delta 1", XOR, 3)
    assert position_of_op("delta 1", XOR, 3, before=True) == after - 1


def test_an_op_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(ConfigError, match=r"must be start or one of draw, .*update 2"):
        op_of("delta 3", XOR)
