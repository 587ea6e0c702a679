"""The chain unfolded: its factors are the slopes and weights of one path, and paths add up."""

import json
from itertools import product

import orjson
import pytest

from app.engine.config import Config
from app.engine.program import Kind
from app.explain.chain import Chain, chain
from app.explain.scene import Scene
from app.presets import preset
from app.session.timeline import Timeline
from tests.engine.networks import drawn, net

from .networks import CONFIGS, scene


def before_update(config: Config) -> Scene:
    timeline = Timeline(config)
    kinds = [op.kind for op in timeline.run.program]
    timeline.forward(kinds.index(Kind.UPDATE))
    return scene(timeline)


def unfolded(s: Scene, l: int, j: int, n: int, i: int | None = None) -> Chain:
    found = chain(s, l, j, n, i)
    assert found is not None
    return found


def test_the_links_go_from_the_cost_down_to_z() -> None:
    found = unfolded(before_update(preset("xor")), 1, 1, 1)
    assert [(link.top, link.bottom, link.words) for link in found.links] == [
        ("Cx", "a2", "error"), ("a2", "z2", "slope, layer 2"), ("z2", "a1", "weight"),
        ("a1", "z1", "slope, layer 1"),
    ]  # fmt: skip
    assert (found.paths, found.share) == (1, pytest.approx(1, rel=1e-12))


def test_a_weight_hangs_on_its_input_and_on_the_unit_before() -> None:
    s = before_update(preset("xor"))
    last = unfolded(s, 1, 1, 2, 0).links[-1]
    assert (last.top, last.bottom, last.words) == ("z1", "w1", "input")
    assert last.value == s.now.tensor("a0")[2, 0]
    last = unfolded(s, 2, 0, 2, 1).links[-1]
    assert (last.top, last.bottom, last.words) == ("z2", "w2", "a of layer 1")
    assert last.product == pytest.approx(s.now.tensor("delta2")[2, 0] * last.value, rel=1e-12)


def test_the_values_are_those_worked_by_hand() -> None:
    """Example 2 of XOR, unit 1: 2 (a - y), a (1 - a), w, a (1 - a)."""
    found = unfolded(before_update(preset("xor")), 1, 0, 1)
    a2, a1 = 0.51128721, 0.37754067
    by_hand = [2 * (a2 - 1), a2 * (1 - a2), 0.7, a1 * (1 - a1)]
    assert [link.value for link in found.links] == pytest.approx(by_hand, rel=1e-7)
    assert found.links[-1].product == pytest.approx(-0.04017678, abs=1e-8)


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("tanh", ("Cx", "a3")),
        ("binary_cross_entropy", ("Cx", "z3")),
        ("cross_entropy", ("Cx", "z3")),
    ],
)
def test_cost_and_slope_of_the_output_are_one_link_where_they_cancel(
    name: str, first: tuple[str, str]
) -> None:
    link = unfolded(before_update(CONFIGS[name]), 1, 0, 0).links[0]
    assert (link.top, link.bottom) == first


def test_softmax_with_squared_error_has_no_chain() -> None:
    s = before_update(CONFIGS["softmax with squared error"])
    assert chain(s, 1, 0, 0) is None
    assert chain(s, 3, 0, 0) is None


@pytest.mark.parametrize("half", [False, True])
def test_the_error_has_the_factor_of_the_convention(half: bool) -> None:
    cost = {"name": "squared_error", "half": half}
    s = before_update(net((2, "linear"), data=drawn(3, 2, 2), cost=cost))
    error = unfolded(s, 1, 0, 0).links[0].value
    difference = s.now.tensor("a1")[0, 0] - s.now.tensor("y")[0, 0]
    assert error == pytest.approx((1 if half else 2) * difference, rel=1e-12)


def paths(s: Scene, l: int, j: int, n: int) -> list[float]:
    """What each path from unit j of layer l to the outputs carries, by the engine's numbers."""
    L, sizes = s.config.depth, s.config.sizes
    found = []
    for way in product(*(range(sizes[k]) for k in range(l + 1, L + 1))):
        units = (j, *way)
        carried = float(s.now.tensor(f"delta{L}")[n, units[-1]])
        for k in range(l + 1, L + 1):
            a, z = (float(s.now.tensor(f"{x}{k - 1}")[n, units[k - 1 - l]]) for x in "az")
            name = s.config.layers[k - 2].activation
            slope = {"tanh": 1 - a * a, "sigmoid": a * (1 - a), "relu": float(z > 0)}[name]
            carried *= float(s.used(f"W{k}")[units[k - 1 - l], units[k - l]]) * slope
        found.append(carried)
    return found


@pytest.mark.parametrize("name", ["tanh", "relu", "sigmoid", "cross_entropy"])
def test_all_paths_add_up_and_the_shown_one_is_among_them(name: str) -> None:
    s = before_update(CONFIGS[name])
    for l, n in product((1, 2, 3), range(s.N)):
        for j in range(s.config.sizes[l]):
            carried, found = paths(s, l, j, n), unfolded(s, l, j, n)
            whole = float(s.now.tensor(f"delta{l}")[n, j])
            assert len(carried) == found.paths
            assert sum(carried) == pytest.approx(whole, rel=1e-10, abs=1e-16)
            end = found.links[-1].product
            assert any(end == pytest.approx(c, rel=1e-10, abs=1e-16) for c in carried)
            if whole:
                assert found.share == pytest.approx(end / whole, rel=1e-10)


@pytest.mark.parametrize("name", ["tanh", "sigmoid", "cross_entropy"])
def test_the_shown_path_carries_most(name: str) -> None:
    s = before_update(CONFIGS[name])
    for l, n in product((1, 2, 3), range(s.N)):
        for j in range(s.config.sizes[l]):
            strongest = max(map(abs, paths(s, l, j, n)))
            assert abs(unfolded(s, l, j, n).links[-1].product) == pytest.approx(strongest)


def test_the_chain_of_a_unit_that_is_off_ends_at_zero() -> None:
    layers = ((1, "relu", {"W": [[-1.0]], "b": [-1.0]}), (1, "linear", {"W": [[2.0]], "b": [0.0]}))
    s = before_update(net(*layers, data={"name": "inline", "X": [[1.0]], "Y": [[1.0]]}))
    found = unfolded(s, 1, 0, 0)
    assert (found.links[-1].value, found.links[-1].product, found.share) == (0, 0, 1)


def test_after_the_updates_the_chain_has_the_old_weights() -> None:
    config = preset("xor")
    timeline = Timeline(config)
    timeline.forward(timeline.length)
    assert unfolded(scene(timeline), 1, 2, 3) == unfolded(before_update(config), 1, 2, 3)


def test_more_paths_than_can_be_told_are_not_counted_on() -> None:
    deep = net(*[(64, "tanh")] * 12, (1, "linear"), data=drawn(2, 2, 1))
    found = unfolded(before_update(deep), 1, 0, 0)
    assert found.paths == 2**53 - 1
    assert json.loads(orjson.dumps({"paths": found.paths})) == {"paths": found.paths}
