"""A run: its clock, and that every way to the same position gives the same bits."""

import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine.config import Config
from app.engine.program import MOMENTS, Kind, Op, Phase, program, writes
from app.engine.run import Run

from .networks import (
    HIDDEN,
    OPTIMIZERS,
    OUTPUT,
    REDUCTIONS,
    SCHEDULES,
    bits,
    configs,
    drawn,
    inline,
    net,
    run_until,
    trained,
)

XOR = net((3, "tanh"), (1, "sigmoid"))
UNEVEN = net((3, "tanh"), (1, "linear"), data=drawn(7, 2, 1), minibatch_size=3)
"""Minibatches of 3, 3 and 1: two tapes, and three minibatches an epoch."""


def stepped(config: Config, ops: int) -> Run:
    """Return a run that has executed so many ops one by one."""
    run = Run(config)
    for _ in range(ops):
        run.step()
    return run


def advanced(config: Config, ops: int) -> Run:
    run = Run(config)
    run.advance(ops)
    return run


# ---------------------------------------------------------------- the clock


def test_a_run_starts_before_its_first_op() -> None:
    run = Run(XOR)
    assert (run.position, run.iteration, run.epoch, run.boundary()) == (0, 0, 0, 0)
    assert run.next_op == Op(Kind.DRAW, 0)
    assert run.last_op is None
    assert run.phase is Phase.DRAW
    assert run.defined_cost is None
    assert run.shown_iteration == 0


def test_the_clock_follows_from_the_position() -> None:
    run, length = Run(UNEVEN), len(program(UNEVEN))
    for position in range(1, 5 * length):
        op = run.next_op
        assert run.step() == op == run.last_op
        assert run.phase is op.phase
        assert run.position == position
        assert run.iteration == position // length
        assert run.epoch == position // length // 3
        assert run.boundary() == position // length * length
        assert run.shown_iteration == (position - 1) // length
        assert run.next_op == run.program[position % length]


def test_advancing_goes_no_further_and_never_back() -> None:
    run = Run(XOR)
    for target in (0, 1, 5, 12, 13, 40, 40, 39, 7):
        run.advance(target)
        assert run.position == max(target, run.position)
    assert run.position == 40


def test_the_tensors_that_are_defined_grow_with_the_ops() -> None:
    run = Run(UNEVEN.merged({"optimizer": OPTIMIZERS["adam"], "clip": {}}))
    always = {f"{kind}{name}" for kind in ("", "m_", "v_") for name in ("W1", "b1", "W2", "b2")}
    assert set(run.tensors()) == always
    for _ in range(3):
        defined = set(always)
        for _ in run.program:
            defined |= set(writes(run.step(), run.config))
            assert set(run.tensors()) == set(run.names()) == defined


def test_tensors_have_the_shapes_of_the_minibatch() -> None:
    run = Run(UNEVEN)
    for N in (3, 3, 1, 3):
        run.step()
        assert run.tensor("a0").shape == (N, 2)
        run.advance(run.boundary() + len(run.program))
        shapes = {name: run.tensor(name).shape for name in ("y", "z1", "a2", "delta1", "dW2")}
        assert shapes == {"y": (N, 1), "z1": (N, 3), "a2": (N, 1), "delta1": (N, 3), "dW2": (3, 1)}


def test_a_tensor_can_be_read_and_not_written() -> None:
    run = advanced(XOR, 12)
    for array in run.tensors().values():
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0


def test_an_unknown_tensor_is_a_key_error() -> None:
    with pytest.raises(KeyError, match="W3"):
        Run(XOR).tensor("W3")


def test_the_cost_is_defined_from_its_op_to_the_next_draw() -> None:
    run = Run(UNEVEN)
    for _ in range(3):
        for op in run.program:
            run.step()
            known = op.phase in (Phase.COST, Phase.BACKWARD, Phase.UPDATE)
            assert run.defined_cost == (run.cost if known else None)
    assert run.cost == run.tensor("cost")


def test_a_value_can_be_set() -> None:
    run = Run(XOR)
    run.set_value("W1", (1, 2), 0.75)
    run.set_value("b2", (0,), -2.0)
    assert run.tensor("W1")[1, 2] == 0.75
    assert run.tensor("b2").tolist() == [-2]


def test_the_norms_of_the_gradients() -> None:
    run = advanced(UNEVEN, 12)
    norms = [float(np.sqrt((run.tensor(f"dW{l}") ** 2).sum())) for l in (1, 2)]
    assert run.gradient_norms() == pytest.approx(norms, rel=1e-14)


# ---------------------------------------------------------------- the same bits

VARIANTS: dict[str, dict[str, Any]] = {
    "plain": {},
    "single precision": {"dtype": "float32"},
    "in order": {"shuffle": False},
    "one by one": {"minibatch_size": 1},
    "all at once": {"minibatch_size": None},
    "sum": {"cost": {"reduction": "sum"}},
    "mean over all": {"cost": {"reduction": "mean_all", "half": True}},
    "l1": {"l1": 0.05},
    "l1 and l2": {"l1": 0.05, "l2": 0.1},
    "clip by value": {"clip": {"by": "value", "threshold": 0.1}},
    "clip by norm": {"clip": {"by": "norm", "threshold": 0.1}},
    "everything": {"l1": 0.05, "l2": 0.1, "clip": {"by": "norm", "threshold": 0.1}},
}
BIASES: dict[str, list[dict[str, bool]]] = {
    "biases": [{}, {}, {}],
    "no bias": [{"bias": False}] * 3,
    "some biases": [{}, {"bias": False}, {}],
    "frozen biases": [{"freeze_bias": True}, {}, {"freeze_bias": True}],
}


CASES = [
    *((o, v, sorted(BIASES)[i % 4]) for i, o in enumerate(OPTIMIZERS) for v in VARIANTS),
    *((o, "plain", b) for o in OPTIMIZERS for b in BIASES),
]
"""Every optimizer with every variant, and with every kind of bias."""


@pytest.mark.parametrize(("optimizer", "variant", "biases"), sorted(set(CASES)))
def test_op_by_op_and_all_at_once_give_the_same_bits(
    optimizer: str, variant: str, biases: str
) -> None:
    first, second, third = BIASES[biases]
    config = net(
        (4, "tanh", first), (3, "relu", second), (2, "sigmoid", third),
        **{
            "data": drawn(7, 2, 2),
            "init": {"biases": "normal"},
            "minibatch_size": 3,
            "optimizer": OPTIMIZERS[optimizer],
            **VARIANTS[variant],
        },
    )  # fmt: skip
    ops = 5 * len(program(config))
    assert bits(stepped(config, ops)) == bits(advanced(config, ops))


@settings(max_examples=150)
@given(configs(), st.lists(st.integers(1, 60), max_size=4), st.integers(0, 60))
def test_every_way_to_a_position_gives_the_same_bits(
    config: Config, jumps: list[int], rest: int
) -> None:
    by_jumps = Run(config)
    for jump in jumps:
        by_jumps.advance(by_jumps.position + jump)
    assert by_jumps.advance_while_finite(by_jumps.position + rest)
    assert bits(by_jumps) == bits(stepped(config, sum(jumps) + rest))


@given(configs(), st.integers(0, 6), st.integers(0, 5), st.integers(0, 80))
def test_after_going_back_every_number_is_the_same_to_the_last_bit(
    config: Config, iteration: int, detour: int, ops: int
) -> None:
    run = trained(config, iteration)
    kept, start = run.kept(), run.position
    first = Run(config)
    first.advance(start + ops)
    run.advance(start + detour * len(run.program) + detour)
    run.go_to_start_of(iteration, kept)
    assert (run.position, run.iteration) == (start, iteration)
    run.advance(start + ops)
    if ops:
        assert bits(run) == bits(first)
    for name, array in run.parameters.named.items():
        if not name.startswith("d"):
            assert array.tobytes() == first.parameters.named[name].tobytes()


def test_what_is_kept_is_a_copy() -> None:
    run = Run(XOR)
    kept = run.kept()
    before = kept.copy()
    run.advance(30 * len(run.program))
    assert np.array_equal(kept, before)


def test_state_is_kept_between_minibatches_only() -> None:
    with pytest.raises(AssertionError, match="between minibatches"):
        advanced(XOR, 5).kept()


def test_going_without_a_keyframe_keeps_the_parameters() -> None:
    run = trained(UNEVEN, 4)
    W = run.tensor("W1").copy()
    run.go_to_start_of(2)
    assert (run.position, run.iteration) == (2 * len(run.program), 2)
    assert np.array_equal(run.tensor("W1"), W)


@pytest.mark.parametrize("size", [3, 4])
def test_at_the_start_of_an_iteration_the_tape_is_that_of_the_one_before(size: int) -> None:
    run = Run(UNEVEN.merged({"minibatch_size": size}))
    kept = {}
    for iteration in range(7):
        run.advance(iteration * len(run.program))
        kept[iteration] = run.kept()
    for iteration in (5, 3, 6, 0, 4, 1):
        run.go_to_start_of(iteration, kept[iteration])
        assert len(run.examples_shown()) == len(run._now.tape.named["a0"])
        run.step()
        assert len(run.examples_shown()) == len(run.tensor("a0"))


@given(configs(), st.integers(0, 100))
def test_the_same_config_gives_the_same_bits(config: Config, ops: int) -> None:
    assert bits(advanced(config, ops)) == bits(advanced(Config.parse(config.as_json()), ops))


def test_two_runs_do_not_touch_each_other() -> None:
    alone = bits(advanced(UNEVEN, 50))
    first, second = Run(UNEVEN), Run(UNEVEN)
    for _ in range(50):
        first.step(), second.step()
    assert bits(first) == bits(second) == alone


def test_an_edit_is_all_that_changes_the_future() -> None:
    run, edited = trained(UNEVEN, 3), trained(UNEVEN, 3)
    edited.set_value("W1", (0, 0), run.tensor("W1")[0, 0])
    run.advance(80), edited.advance(80)
    assert bits(run) == bits(edited)
    edited.set_value("W1", (0, 0), 0.5)
    run.advance(120), edited.advance(120)
    assert bits(run) != bits(edited)


# ---------------------------------------------------------------- many runs at once

RATES = {"first": (0, 1.0), "second": (1, 0.5), "third": (12, 0.1)}


def three_of(config: Config) -> list[Config]:
    """The config with three seeds and three learning rates."""
    rate = config.optimizer.learning_rate
    return [
        config.merged({"seed": seed, "optimizer": {"learning_rate": rate * share}})
        for seed, share in RATES.values()
    ]


def assert_alike(configs: list[Config], *positions: int) -> None:
    """Compare many runs at once with each alone, at every one of the positions."""
    together, alone = Run(*configs), [Run(config) for config in configs]
    for position in positions:
        for run in (together, *alone):
            run.advance(position)
        for name, array in together.tensors().items():
            for row, run in zip(array, alone, strict=True):
                expected = run.tensor(name)
                size = float(np.abs(expected).max(initial=1e-3))
                np.testing.assert_allclose(row, expected, 1e-12, 1e-12 * size, err_msg=name)


COSTS = ("squared_error", *OUTPUT)
MIXED = [
    *((HIDDEN[i % len(HIDDEN)], o, c) for i, o in enumerate(OPTIMIZERS) for c in COSTS),
    *((f, sorted(OPTIMIZERS)[i % 7], c) for i, f in enumerate(HIDDEN) for c in COSTS),
]
"""Every optimizer with every cost, every activation with every cost."""


@pytest.mark.parametrize(("activation", "optimizer", "cost"), MIXED)
def test_many_runs_train_like_each_alone(activation: str, optimizer: str, cost: str) -> None:
    rule = OPTIMIZERS[optimizer]
    if "v" in MOMENTS[optimizer]:  # a tiny gradient over its own root would magnify rounding
        rule = {**rule, "epsilon": 1e-3}
    config = net(
        (3, activation),
        (2, OUTPUT.get(cost, activation)),
        data=drawn(7, 2, 2, cost),
        init={"biases": "normal"},
        cost={"name": cost},
        optimizer=rule,
        minibatch_size=3,
    )
    assert_alike(three_of(config), 4 * len(program(config)))


@pytest.mark.parametrize("settings", [
    {"clip": {"by": "norm", "threshold": 0.1}},
    {"clip": {"by": "value", "threshold": 0.1}},
    {"l1": 0.05, "l2": 0.1},
    {"minibatch_size": None},
    {"minibatch_size": 1},
    {"shuffle": False},
    {"prune": {"share": 0.3, "epoch": 1}},
    *({"cost": {"name": "squared_error", "reduction": r, "half": True}} for r in REDUCTIONS),
    *({"optimizer": {"name": "adamw", "learning_rate": 0.01, "schedule": s}} for s in SCHEDULES),
], ids=str)  # fmt: skip
def test_many_runs_obey_every_setting(settings: dict[str, Any]) -> None:
    layers = [(4, "tanh"), (3, "relu", {"bias": False}), (2, "softmax", {"freeze_bias": True})]
    base = {"data": drawn(7, 2, 2), "init": {"biases": "normal"}, "minibatch_size": 3}
    config = net(*layers, **{**base, **settings})
    assert_alike(three_of(config), 0, 1, 9, 50, 4 * len(program(config)))


def test_many_runs_on_data_of_their_own_seed() -> None:
    config = net(
        (3, "tanh"), (1, "sigmoid"),
        data={"name": "circle", "samples": 20, "noise": 0.1, "test_share": 0.3}, minibatch_size=4,
    )  # fmt: skip
    assert_alike(three_of(config), 100)


def test_many_runs_differ_in_seed_and_rate_only() -> None:
    with pytest.raises(AssertionError, match="only seed and rate may differ"):
        Run(XOR, XOR.merged({"l2": 0.1}))


def test_many_runs_go_back_and_step_to_the_same_bits() -> None:
    configs = three_of(UNEVEN.merged({"optimizer": OPTIMIZERS["adam"]}))
    run, other = Run(*configs), Run(*configs)
    length = len(run.program)
    run.advance(3 * length)
    kept = run.kept()
    run.advance(8 * length)
    run.go_to_start_of(3, kept)
    run.advance(6 * length + 5)
    for _ in range(6 * length + 5):
        other.step()
    assert bits(run) == bits(other)


def test_the_learning_rate_of_many_runs_is_set_for_all() -> None:
    configs = three_of(UNEVEN)
    run = Run(*configs)
    run.set_learning_rate(0.01)
    same = Run(*(c.merged({"optimizer": {"learning_rate": 0.01}}) for c in configs))
    run.advance(50), same.advance(50)
    assert bits(run) == bits(same)


def test_a_diverging_run_among_many_is_noticed() -> None:
    wild = net((1, "linear"), data=inline([[10.0]], [[1.0]]))
    calm, huge = (wild.merged({"optimizer": {"learning_rate": r}}) for r in (1e-3, 50.0))
    run = Run(calm, huge)
    assert not run.advance_while_finite(1000 * len(run.program))
    assert run.position % len(run.program) == 0
    assert not run.is_finite()
    assert Run(calm, calm.merged({"seed": 1})).advance_while_finite(1000 * len(run.program))


# ---------------------------------------------------------------- divergence


def first_bad_minibatch(config: Config, minibatches: int) -> int | None:
    """Find, op by op, the number of minibatches after which something is not finite."""
    run = Run(config)
    for number in range(1, minibatches + 1):
        fine = True
        for _ in run.program:
            op = run.step()
            fine = fine and run.op_is_finite(op)
        if not fine:
            return number
        assert run.is_finite()
    return None


def huge(activation: str, optimizer: str = "sgd", rate: float = 30.0, **settings: Any) -> Config:
    return net(
        (3, activation), (2, activation), (1, "linear"),
        data=drawn(5, 2, 1),
        optimizer={"name": optimizer, "learning_rate": rate},
        **{"minibatch_size": 2, "init": {"weights": "normal", "biases": "normal"}, **settings},
    )  # fmt: skip


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "nesterov", "adam"])
@pytest.mark.parametrize("activation", HIDDEN)
def test_play_stops_where_an_exact_look_finds_the_first_bad_number(
    activation: str, optimizer: str, dtype: str
) -> None:
    config = huge(activation, optimizer, dtype=dtype)
    bad = first_bad_minibatch(config, 40)
    run = Run(config)
    length = len(run.program)
    assert run.advance_while_finite(40 * length) == (bad is None)
    assert run.position == (bad or 40) * length
    assert run.is_finite() == (bad is None)


def test_a_linear_network_with_a_huge_rate_diverges() -> None:
    config = huge("linear")
    assert first_bad_minibatch(config, 40) is not None


@given(
    st.sampled_from(HIDDEN), st.sampled_from(sorted(OPTIMIZERS)), st.integers(0, 50),
    st.sampled_from([0.3, 1.0, 5.0, 100.0]), st.sampled_from(["float64", "float32"]),
    st.sampled_from(REDUCTIONS), st.sampled_from([None, 1, 2]),
    st.sampled_from([None, {"by": "value", "threshold": 1e6}, {"by": "norm", "threshold": 1e6}]),
)  # fmt: skip
def test_no_bad_number_is_missed(
    activation: str, optimizer: str, seed: int, rate: float, dtype: str,
    reduction: str, size: int | None, clip: Any,
) -> None:  # fmt: skip
    config = huge(
        activation, optimizer, rate,
        seed=seed, dtype=dtype, cost={"reduction": reduction}, minibatch_size=size,
        **({"clip": clip} if clip else {}),
    )  # fmt: skip
    bad = first_bad_minibatch(config, 12)
    run = Run(config)
    assert run.advance_while_finite(12 * len(run.program)) == (bad is None)
    assert run.position == (bad or 12) * len(run.program)


@given(st.sampled_from(HIDDEN), st.integers(0, 20), st.integers(1, 17))
def test_no_bad_number_is_missed_in_small_strides(activation: str, seed: int, stride: int) -> None:
    config = huge(activation, seed=seed)
    bad = first_bad_minibatch(config, 12)
    run, length = Run(config), 5 * 3 + 2
    while run.position < 12 * length:
        if not run.advance_while_finite(min(run.position + stride, 12 * length)):
            break
    reached = -(-run.position // length)
    assert reached == (bad or 12)
    assert run.is_finite() == (bad is None)


def test_divergence_names_the_first_op_that_is_not_finite() -> None:
    """w grows by |1 - 2 · 50 · 100| each minibatch: 1e4 each, so z² overflows before z."""
    config = net((1, "linear", {"W": [[1.0]], "bias": False}), data=inline([[10.0]], [[0.0]]))
    run = Run(config.merged({"optimizer": {"learning_rate": 50.0}}))
    assert not run.advance_while_finite(1000 * len(run.program))
    again = Run(run.config)
    while again.op_is_finite(again.step()):
        pass
    assert again.last_op == Op(Kind.COST, 1)
    assert again.iteration == run.iteration - 1
    assert again.cost == np.inf
    assert np.isfinite(again.tensor("z1")).all()


def test_op_is_finite_looks_at_what_the_op_wrote() -> None:
    run = run_until(Run(XOR), Kind.COST)
    run._now.tape.named["a1"][0, 0] = np.nan
    assert not run.op_is_finite(Op(Kind.ACTIVATE, 1))
    assert run.op_is_finite(Op(Kind.ACTIVATE, 2))
    assert not run.is_finite()


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("name", ["W1", "b2", "m_W1", "v_b2"])
def test_is_finite_looks_at_every_parameter(name: str, value: float) -> None:
    run = Run(XOR.merged({"optimizer": OPTIMIZERS["adam"]}))
    assert run.is_finite()
    run.parameters.named[name].flat[0] = value
    assert not run.is_finite()


def test_divergence_warns_of_nothing_and_leaves_numpy_as_it_was() -> None:
    before = np.geterr(), np.geterrcall()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for activation in HIDDEN:
            run = Run(huge(activation))
            run.advance(200 * len(run.program))
            stepped(huge(activation), 200)
    assert (np.geterr(), np.geterrcall()) == before


def test_overflow_inside_a_saturated_unit_does_not_stop_play() -> None:
    """exp(-z) overflows at z = -10000, yet the sigmoid is 0 and all numbers are finite."""
    config = net(
        (1, "sigmoid", {"W": [[-1e4]], "b": [0]}), (1, "linear"), data=inline([[1.0]], [[1.0]])
    )
    run = Run(config)
    assert run.advance_while_finite(20 * len(run.program))
    assert run.tensor("a1").tolist() == [[0.0]]
    stepped_run = Run(config)
    for _ in range(20 * len(run.program)):
        assert stepped_run.advance_while_finite(stepped_run.position + 1)
    assert bits(run) == bits(stepped_run)


def test_large_but_finite_numbers_do_not_stop_play() -> None:
    config = net(
        (1, "linear", {"W": [[1e6]], "bias": False}), data=inline([[1e6]], [[0.0]]),
        optimizer={"name": "sgd", "learning_rate": 1e-13},
    )  # fmt: skip
    run = Run(config)
    run.set_value("W1", (0, 0), 1e140)  # z² is beyond what is taken for granted
    assert run.advance_while_finite(3 * len(run.program))
    assert run.is_finite()


# ---------------------------------------------------------------- many at once


@given(configs(), st.integers(0, 99), st.integers(1, 60))
def test_every_one_of_many_networks_has_the_bits_that_it_has_alone(
    config: Config, seed: int, ops: int
) -> None:
    several = [
        config.merged({"seed": seed + i, "optimizer": {"learning_rate": rate}})
        for i, rate in ((0, 0.1), (1, 0.03), (2, 0.1))
    ]
    together = Run(*several)
    together.advance(ops)
    for i, one in enumerate(several):
        alone = Run(one)
        alone.advance(ops)
        for name in alone.names():
            assert alone.tensor(name).tobytes() == together.tensor(name)[i].tobytes(), name
