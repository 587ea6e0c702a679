"""What the engine is compared with trains the same network to the same costs."""

import importlib.util

import pytest

from app.session.timeline import Timeline
from bench.engine import check, play
from bench.growth import kept, network
from bench.peers.tutorial import Tutorial
from bench.reference import Reference
from bench.workloads import WORKLOADS

SMALL = [name for name in WORKLOADS if name != "W5"]


@pytest.mark.parametrize("name", SMALL)
def test_the_references_train_to_the_costs_of_the_engine(name: str) -> None:
    config = WORKLOADS[name].config
    for peer in (Reference(config), Tutorial(config)):
        check(config, peer.advance, lambda peer=peer: peer.cost)


@pytest.mark.parametrize("name", SMALL)
@pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="PyTorch is not installed")
def test_pytorch_trains_to_the_costs_of_the_engine(name: str) -> None:
    from bench.peers.pytorch import PyTorch

    fresh = PyTorch(WORKLOADS[name].config)
    check(WORKLOADS[name].config, fresh.advance, lambda: fresh.cost)
    assert fresh.form in ({"fused": True}, {"foreach": True}, {"foreach": False})


def test_another_cost_is_an_error() -> None:
    config = WORKLOADS["W1"].config
    other = Tutorial(config.merged({"seed": 1, "init": {"weights": "normal"}}))
    with pytest.raises(AssertionError, match="disagree"):
        check(config, other.advance, lambda: other.cost)


def test_play_records_and_comes_to_its_goal() -> None:
    timeline = Timeline(network([3]))
    play(timeline, 1200)
    assert timeline.run.iteration == 1200
    assert len(timeline.keyframes) > 2
    assert kept(timeline) > 1000
