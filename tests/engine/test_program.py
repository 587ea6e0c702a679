"""The program: the ops of a minibatch in their order, and what each one reads and writes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.config import Config
from app.engine.program import MOMENTS, Kind, Op, Phase, program, reads, symbol, writes
from app.engine.run import Run

from .networks import OPTIMIZERS, Array, configs, drawn, net


def told(config: Config) -> list[str]:
    return [f"{op.kind} {op.layer}" for op in program(config)]


def test_one_minibatch_goes_up_down_and_updates_last() -> None:
    assert told(net((3, "tanh"), (1, "sigmoid"))) == [
        "draw 0",
        "preactivate 1",
        "activate 1",
        "preactivate 2",
        "activate 2",
        "cost 2",
        "delta 2",
        "gradient 2",
        "delta 1",
        "gradient 1",
        "update 1",
        "update 2",
    ]


def test_clipping_stands_between_the_gradients_and_the_updates() -> None:
    config = net((1, "sigmoid"), clip={"by": "norm"})
    assert told(config)[-3:] == ["gradient 1", "clip 0", "update 1"]


@pytest.mark.parametrize("depth", range(1, 17))
def test_a_network_of_depth_l_has_5l_plus_2_ops(depth: int) -> None:
    config = net(*[(1, "tanh")] * depth)
    assert len(program(config)) == 5 * depth + 2
    assert len(set(program(config))) == 5 * depth + 2
    assert len(program(config.merged({"clip": {}}))) == 5 * depth + 3


def test_every_op_belongs_to_a_phase_and_phases_follow_each_other() -> None:
    phases = [op.phase for op in program(net((2, "tanh"), (1, "sigmoid"), clip={}))]
    assert list(dict.fromkeys(phases)) == list(Phase)
    assert phases == sorted(phases, key=list(Phase).index)


def test_the_symbols_of_the_time_line() -> None:
    config = net((2, "tanh"), (1, "sigmoid"), clip={})
    symbols = " ".join(symbol(op) for op in program(config))
    assert symbols == "X z1 a1 z2 a2 C delta2 dW2 delta1 dW1 clip W1 W2"


def test_what_the_ops_write_in_order() -> None:
    config = net((2, "tanh"), (1, "sigmoid", {"bias": False}), optimizer=OPTIMIZERS["adam"])
    assert [writes(op, config) for op in program(config)] == [
        ("a0", "y"),
        ("z1",),
        ("a1",),
        ("z2",),
        ("a2",),
        ("cost",),
        ("delta2",),
        ("dW2",),
        ("delta1",),
        ("dW1", "db1"),
        ("W1", "b1", "m_W1", "m_b1", "v_W1", "v_b1"),
        ("W2", "m_W2", "v_W2"),
    ]


def test_clipping_writes_every_gradient() -> None:
    config = net((2, "tanh"), (1, "sigmoid", {"bias": False}), clip={})
    assert writes(Op(Kind.CLIP, 0), config) == ("dW1", "db1", "dW2")


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_an_optimizer_writes_the_moments_that_it_keeps(name: str) -> None:
    config = net((1, "sigmoid"), optimizer=OPTIMIZERS[name])
    assert {n for n in writes(Op(Kind.UPDATE, 1), config) if "_" in n} == {
        f"{moment}_{w}" for moment in MOMENTS[name] for w in ("W1", "b1")
    }


def test_a_frozen_bias_is_not_written() -> None:
    layer = {"freeze_bias": True}
    config = net((1, "sigmoid", layer), (1, "sigmoid"), optimizer=OPTIMIZERS["momentum"])
    assert writes(Op(Kind.UPDATE, 1), config) == ("W1", "m_W1")
    assert writes(Op(Kind.UPDATE, 2), config) == ("W2", "b2", "m_W2", "m_b2")


def all_tensors(run: Run) -> dict[str, Array]:
    """The places of all tensors, those that are not defined yet among them."""
    return run.parameters.named | run._now.tape.named


@given(configs(), st.integers(0, 2))
def test_an_op_changes_what_it_writes_and_nothing_else(config: Config, minibatches: int) -> None:
    run = Run(config)
    run.advance(minibatches * len(run.program))
    for op in run.program:
        if op.kind is Kind.DRAW:
            run.step()
            continue
        before = {name: array.copy() for name, array in all_tensors(run).items()}
        assert run.step() == op
        for name, array in all_tensors(run).items():
            if name not in writes(op, config):
                assert array.tobytes() == before[name].tobytes(), (op, name)


def all_nan_but(run: Run, like: Run, names: set[str]) -> None:
    """Copy the tensors of these names from another run, and make every other number a NaN."""
    there = all_tensors(like)
    for name, array in all_tensors(run).items():
        array[...] = there[name] if name in names else np.nan


@given(configs())
def test_an_op_needs_what_it_reads_and_nothing_else(config: Config) -> None:
    honest, blind = Run(config), Run(config)
    honest.step(), blind.step()
    for op in program(config)[1:]:
        all_nan_but(blind, honest, set(reads(op, config)))
        assert honest.step() == blind.step() == op
        for name in writes(op, config):
            assert blind.tensor(name).tobytes() == honest.tensor(name).tobytes(), (op, name)


def test_an_op_reads_only_what_is_there() -> None:
    for name in OPTIMIZERS:
        config = net(
            (2, "tanh"), (2, "tanh", {"bias": False}), (1, "sigmoid"),
            optimizer=OPTIMIZERS[name], data=drawn(3, 2, 1), l1=0.1, clip={},
        )  # fmt: skip
        run = Run(config)
        for op in program(config):
            assert set(reads(op, config)) <= set(run.tensors())
            run.step()
