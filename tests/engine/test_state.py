"""The state: shapes and names of all tensors, and that they are views of one arena."""

import numpy as np
import pytest
from hypothesis import given

from app.engine.config import Config
from app.engine.names import is_parameter
from app.engine.program import MOMENTS
from app.engine.state import Parameters, Tape

from .networks import OPTIMIZERS, Array, configs, drawn, net

NET = net(
    (4, "tanh"), (2, "relu", {"bias": False}), (3, "softmax"),
    data=drawn(5, 2, 3), optimizer=OPTIMIZERS["adam"],
)  # fmt: skip


def shapes(named: dict[str, Array]) -> dict[str, tuple[int, ...]]:
    return {name: array.shape for name, array in named.items()}


def test_parameters_are_named_by_symbol_and_layer() -> None:
    expected = {"W1": (2, 4), "b1": (4,), "W2": (4, 2), "W3": (2, 3), "b3": (3,)}
    named = Parameters(NET).named
    assert shapes(named) == {
        f"{kind}{name}": shape for kind in ("", "m_", "v_", "d") for name, shape in expected.items()
    }


def test_a_tape_is_shown_batch_first() -> None:
    assert shapes(Tape(NET, 5).named) == {
        "y": (5, 3), "cost": (), "a0": (5, 2),
        "z1": (5, 4), "a1": (5, 4), "delta1": (5, 4),
        "z2": (5, 2), "a2": (5, 2), "delta2": (5, 2),
        "z3": (5, 3), "a3": (5, 3), "delta3": (5, 3),
    }  # fmt: skip


def test_with_a_run_axis_every_tensor_has_it_in_front() -> None:
    for one, many in (
        (Parameters(NET).named, Parameters(NET, (6,)).named),
        (Tape(NET, 5).named, Tape(NET, 5, (6,)).named),
    ):
        assert shapes(many) == {name: (6, *shape) for name, shape in shapes(one).items()}


@pytest.mark.parametrize("runs", [(), (3,)], ids=["one run", "three runs"])
@given(config=configs())
def test_every_parameter_is_a_place_of_its_own_in_the_arena(
    runs: tuple[int, ...], config: Config
) -> None:
    p = Parameters(config, runs)
    arena = p.lasting.base
    assert isinstance(arena, np.ndarray)
    arena[...] = np.arange(arena.size).reshape(arena.shape)
    places = np.concatenate([array.ravel() for array in p.named.values()])
    assert sorted(places.tolist()) == list(range(arena.size))
    assert {array.dtype for array in p.named.values()} == {np.dtype(config.dtype)}


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_what_lasts_is_values_and_moments_but_no_gradient(optimizer: str) -> None:
    p = Parameters(net((3, "tanh"), (1, "linear"), optimizer=OPTIMIZERS[optimizer]))
    kinds = 1 + len(MOMENTS[optimizer])
    assert p.lasting.shape == (kinds * 13,)
    for name, array in p.named.items():
        assert np.shares_memory(array, p.lasting) == (not name.startswith("d"))


def test_weights_and_biases_of_a_layer_are_one_matrix() -> None:
    p = Parameters(NET)
    p.named["W1"][...] = 1
    p.named["b1"][...] = 2
    assert p.blocks[""][1].tolist() == [[1] * 4, [1] * 4, [2] * 4]
    assert p.flat[""][p.spans[1]].tolist() == [1] * 8 + [2] * 4
    assert p.blocks[""][2].shape == (4, 2), "no row where there is no bias"


def test_the_spans_of_the_layers_follow_each_other() -> None:
    p = Parameters(NET)
    assert [(span.start, span.stop) for span in p.spans] == [(0, 0), (0, 12), (12, 20), (20, 29)]
    assert p.flat["d"].shape == (29,)


@pytest.mark.parametrize("runs", [(), (3,)], ids=["one run", "three runs"])
def test_the_input_of_a_layer_has_a_row_of_ones_where_it_has_biases(runs: tuple[int, ...]) -> None:
    tape = Tape(NET, 5, runs)
    assert [x.shape for x in tape.inputs[1:]] == [(*runs, 3, 5), (*runs, 4, 5), (*runs, 3, 5)]
    for l in (1, 3):
        assert (tape.inputs[l][..., -1, :] == 1).all()
    for l in range(1, 4):
        tape.a[l - 1][...] = l
        units = tape.a[l - 1].shape[-2]
        assert (tape.inputs[l][..., :units, :] == l).all(), "a view, not a copy"


@pytest.mark.parametrize("runs", [(), (3,)], ids=["one run", "three runs"])
def test_all_logits_stand_in_one_block(runs: tuple[int, ...]) -> None:
    tape = Tape(NET, 5, runs)
    for l in (1, 2, 3):
        tape.z[l][...] = l
    expected = [1] * 4 + [2] * 2 + [3] * 3
    assert (tape.all_z == np.array(expected)[:, None]).all()
    assert tape.all_z.shape == (*runs, 9, 5)
    if not runs:
        assert np.shares_memory(tape.flat_z, tape.all_z)


def test_the_rows_of_a_minibatch_are_the_input() -> None:
    tape = Tape(NET, 5)
    tape.rows[:, :-1] = np.arange(10).reshape(5, 2)
    assert tape.named["a0"].tolist() == np.arange(10).reshape(5, 2).tolist()
    assert tape.inputs[1].T.tolist() == tape.rows.tolist()


@given(config=configs())
def test_weights_and_biases_are_read_from_what_was_kept_at_another_time(config: Config) -> None:
    p = Parameters(config)
    p.lasting[...] = np.arange(p.lasting.size)
    kept = p.lasting.copy()
    p.lasting[...] = 0
    found = p.values_in(kept)
    assert shapes(found) == {n: a.shape for n, a in p.named.items() if is_parameter(n)}
    p.lasting[...] = kept
    assert all(np.array_equal(found[name], p.named[name]) for name in found)


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("N", [1, 3])
def test_a_tape_over_given_rows_reads_them_where_they_are(bias: bool, N: int) -> None:
    config = net((2, "tanh", {"bias": bias}), (1, "linear"))
    tape, rows = Tape(config, N), np.arange(9.0).reshape(3, 3)[:N]
    over = tape.over(rows)
    assert over.inputs[1].shape == ((3 if bias else 2), N)
    for view in (over.a[0], over.inputs[0], over.inputs[1], over.named["a0"]):
        assert np.shares_memory(view, rows)
    assert over.named["a0"].tolist() == rows[:, :2].tolist()
    assert over.z[1] is tape.z[1]
    assert not np.shares_memory(tape.a[0], rows)
