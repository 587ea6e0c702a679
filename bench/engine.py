"""The engine against careful NumPy and against its peers: processor time of one minibatch.

All of them train the same network on the same minibatches from the same weights, and the costs are
compared before anything is timed; only scikit-learn and the JavaScript loop train on something near
to it. Peers that are not installed are left out.
"""

from collections.abc import Callable, Iterator
from functools import partial
from importlib.util import find_spec
from statistics import median
from typing import Any

from app.engine.config import Config
from app.engine.run import Run
from app.session.timeline import Timeline
from bench import node
from bench.peers.tutorial import Tutorial
from bench.reference import Reference
from bench.rounds import Timed, Way, measured
from bench.tables import Report, machine, ratio
from bench.workloads import WORKLOADS, Workload

__all__ = ["advance", "check", "play", "reports"]

ROUNDS = 15
SLICE = 500  # minibatches of a small network that a room does at a time, in which play records
LOAD = 40_000_000  # parameters times examples that it does at a time, of a large one
LATER = 2.0  # s that a run has behind it whose recording is measured once more
CHECKED = 50  # minibatches after which costs are compared
AGREEMENT = 1e-9
CAREFUL, FUSED = "careful NumPy", "unrecorded"


def reports(chosen: list[str] | None = None) -> list[Report]:
    """Measure the workloads, and return the table of our ways and that of the peers."""
    names = chosen or list(WORKLOADS)
    times = {name: _measured(WORKLOADS[name]) for name in names}
    return [_own(times), _peers(times)]


def _measured(workload: Workload) -> dict[str, list[float]]:
    return measured({**own_ways(workload.config), **dict(peer_ways(workload.config))}, ROUNDS)


def own_ways(config: Config) -> dict[str, Timed]:
    """Return the reference and the ways of the engine, each with a network of its own."""
    reference = Reference(config)
    fused, guarded, stepped = (Run(config) for _ in range(3))
    length = len(fused.program)
    check(config, reference.advance, lambda: reference.cost)
    old = Timeline(config)
    fresh = _Fresh(config)
    play(old, Way(partial(play, old), seconds=LATER).warmed_up())

    def advance_while_finite(n: int) -> None:
        assert guarded.advance_while_finite(guarded.position + n * length), "must not diverge"

    def step(n: int) -> None:
        for _ in stepped.steps(stepped.position + n * length):
            pass

    return {
        CAREFUL: Way(Reference(config).advance),
        FUSED: Way(partial(advance, fused)),
        "guarded": Way(advance_while_finite),
        "op by op": Way(step),
        "recorded": Way(partial(play, old), seconds=0.06),
        "recorded, from the start": Way(fresh.play, seconds=0.1, begin=fresh.begin),
    }


def advance(run: Run, minibatches: int) -> None:
    """Train on so many minibatches."""
    run.advance(run.position + minibatches * len(run.program))


def play(timeline: Timeline, n: int) -> None:
    """Play at full speed as a room does: slice by slice, leaving keyframes and curve behind."""
    length = timeline.length
    slice_ = max(1, min(SLICE, LOAD // timeline.run.load))
    goal = timeline.position + n * length
    while timeline.position < goal:
        timeline.forward(min(goal, timeline.position + slice_ * length))


class _Fresh:
    """A run that begins anew in every round."""

    def __init__(self, config: Config) -> None:
        self._config = config

    def begin(self) -> None:
        self._timeline = Timeline(self._config)

    def play(self, n: int) -> None:
        play(self._timeline, n)


def peer_ways(config: Config) -> Iterator[tuple[str, Timed]]:
    """Yield the peers that are installed, each with a network that trains to the same costs."""
    yield "tutorial NumPy", _checked(config, Tutorial)
    if find_spec("torch"):
        from bench.peers.pytorch import PyTorch

        yield "PyTorch", _checked(config, PyTorch)
    if find_spec("jax"):
        from bench.peers.jax_loop import JaxLoop, JaxStep

        yield "JAX, step", _checked(config, JaxStep)
        yield "JAX, loop", _checked(config, JaxLoop)
    if find_spec("sklearn"):
        from bench.peers.scikit import Scikit

        model = Scikit(config)
        yield "scikit-learn", Way(model.advance, unit=model.given.per_epoch, seconds=0.1)
    if node.is_installed():
        yield "JavaScript loop", node.JavaScript(config)


def _checked(config: Config, kind: Callable[[Config], Any]) -> Way:
    peer = kind(config)
    check(config, peer.advance, lambda: peer.cost)
    return Way(peer.advance, seconds=0.06)


def check(config: Config, train: Callable[[int], object], cost: Callable[[], float]) -> None:
    """Compare the costs of the engine and of another after some minibatches."""
    run = Run(config)
    advance(run, CHECKED)
    train(CHECKED)
    difference = abs(run.cost - cost())
    assert difference <= AGREEMENT * run.cost, "engine and peer disagree on the cost"


def _own(times: dict[str, dict[str, list[float]]]) -> Report:
    ways = [CAREFUL, FUSED, "guarded", "recorded", "recorded, from the start", "op by op"]
    rows, figures = [], []
    for name, found in times.items():
        cells = [f"{median(found[CAREFUL]):.1f}"]
        for way in ways[1:]:
            base = FUSED if way == "op by op" else CAREFUL
            share = ratio(found[way], found[base])
            cells.append(f"{median(found[way]):.1f} ({share:.2f})")
            figures.append(_figure(name, way, found[way], {f"to {base}": share}))
        figures.append(_figure(name, CAREFUL, found[CAREFUL], {}))
        rows.append([f"{name} {WORKLOADS[name].title}", *cells])
    about = (
        f"{machine()}. µs of one minibatch; in brackets its ratio to careful NumPy, and of op by "
        f"op to unrecorded. {ROUNDS} rounds."
    )
    return Report("engine", "Engine", about, ["workload", *ways], rows, figures)


def _peers(times: dict[str, dict[str, list[float]]]) -> Report:
    own = {"guarded", "recorded", "recorded, from the start", "op by op", CAREFUL}
    ways = [way for way in next(iter(times.values())) if way not in own]
    rows, figures = [], []
    for name, found in times.items():
        cells = []
        for way in ways:
            share = ratio(found[way], found[FUSED])
            mark = "" if way == FUSED else f" ({share:.3g})"
            cells.append(f"{median(found[way]):.4g}{mark}")
            figures.append(_figure(name, way, found[way], {f"to {FUSED}": share}))
        rows.append([f"{name} {WORKLOADS[name].title}", *cells])
    about = (
        f"{machine('torch', 'jax', 'scikit-learn')}. µs of one minibatch; in brackets how many "
        "times that of ours."
    )
    return Report("peers", "Peers", about, ["workload", "Backstep", *ways[1:]], rows, figures)


def _figure(name: str, way: str, found: list[float], more: dict[str, float]) -> dict[str, Any]:
    return {"workload": name, "way": way, "µs": median(found), **more}
