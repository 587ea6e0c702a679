"""What a minibatch costs: counted off the kernels, and what later ops need of it."""

import pytest
from hypothesis import given

from app.engine.config import Config
from app.engine.program import Kind, Op, Phase, program, reads, writes
from app.engine.work import workload
from app.presets import preset

from .networks import configs, net


def operations(config: Config, N: int) -> dict[Op, int]:
    return dict(zip(program(config), workload(config, N).operations, strict=True))


@pytest.mark.parametrize("N", [1, 4, 50])
def test_a_layer_takes_two_operations_for_every_weight_bias_and_example(N: int) -> None:
    found = operations(preset("circle"), N)
    assert found[Op(Kind.PREACTIVATE, 1)] == 2 * N * (2 + 1) * 4
    assert found[Op(Kind.PREACTIVATE, 2)] == 2 * N * (4 + 1) * 2
    assert found[Op(Kind.ACTIVATE, 1)] == N * 4  # one tanh each
    # dW = aᵀ delta, then the factor of the mean on every gradient
    assert found[Op(Kind.GRADIENT, 1)] == 2 * N * (2 + 1) * 4 + (N > 1) * (2 + 1) * 4
    # delta W, 1 - a², and their product
    assert found[Op(Kind.DELTA, 1)] == 2 * N * 2 * 4 + 3 * N * 4
    # rate times gradient, and the difference
    assert found[Op(Kind.UPDATE, 1)] == 2 * (2 + 1) * 4


def test_backward_takes_about_twice_as_much_as_forward() -> None:
    config = preset("digits").merged({"layers": [
        {"units": 256, "activation": "relu"}, {"units": 256, "activation": "relu"},
        {"units": 256, "activation": "relu"}, {"units": 10, "activation": "softmax"},
    ]})  # fmt: skip
    ops, found = program(config), workload(config, 32)
    ratio = found.total(ops, Phase.BACKWARD) / found.total(ops, Phase.FORWARD)
    assert 1.4 < ratio < 2  # below the lowest layer nothing is passed on


def test_what_is_kept_grows_with_the_minibatch_and_parameters_do_not() -> None:
    one, ten = workload(preset("xor"), 1), workload(preset("xor"), 10)
    assert [10 * n for n in one.alive] == ten.alive
    assert one.parameters == ten.parameters == 13


def test_a_tensor_stays_until_the_last_op_that_needs_it() -> None:
    ops = program(preset("xor"))
    kept = {k.tensor: (ops[k.first], ops[k.last]) for k in workload(preset("xor"), 4).kept}
    assert kept["a0"] == (Op(Kind.DRAW, 0), Op(Kind.GRADIENT, 1))
    assert kept["a1"] == (Op(Kind.ACTIVATE, 1), Op(Kind.DELTA, 1))
    assert kept["delta2"] == (Op(Kind.DELTA, 2), Op(Kind.DELTA, 1))
    assert kept["z1"][1] == Op(Kind.ACTIVATE, 1), "the slope of a sigmoid needs its output only"
    gelu = net((3, "gelu"), (1, "sigmoid"), data={"name": "xor"})
    kept = {k.tensor: (ops[k.first], ops[k.last]) for k in workload(gelu, 4).kept}
    assert kept["z1"][1] == Op(Kind.DELTA, 1), "that of GELU needs z"


@given(configs())
def test_nothing_is_let_go_before_the_ops_that_work_on_it(config: Config) -> None:
    ops, found = program(config), workload(config, 4)
    assert len(found.operations) == len(found.alive) == len(ops)
    assert min(found.operations) >= 0
    assert found.alive[-1] == 0
    for tensor in found.kept:
        assert tensor.tensor in writes(ops[tensor.first], config)
        assert tensor.tensor in reads(ops[tensor.last], config)
        assert tensor.first < tensor.last
    at = ops.index(Op(Kind.COST, config.depth))
    alive = sum(k.bytes for k in found.kept if k.first <= at < k.last)
    assert found.alive[at] == alive
