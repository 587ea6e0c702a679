"""Many networks at once against one in a compiled or in a JavaScript loop: examples a second."""

from collections.abc import Iterator
from functools import partial
from importlib.util import find_spec
from statistics import median

from app.engine.config import Config
from app.engine.run import Run
from bench import node
from bench.engine import advance
from bench.rounds import Timed, Way, measured
from bench.tables import Report, machine, ratio
from bench.workloads import WORKLOADS

__all__ = ["reports"]

NETWORKS = (1, 16, 64, 256, 1024)
LARGEST = 3_000_000
"""Parameters of all networks together: more take gigabytes, and gain nothing."""
ROUNDS = 7
COMPILED = 256


def reports(chosen: list[str] | None = None) -> list[Report]:
    """Measure all workloads for several numbers of networks."""
    rows, figures = [], []
    ours = [f"{n} at once" for n in NETWORKS]
    peers = ["JavaScript loop", "JAX loop", f"JAX loop, {COMPILED} at once"]
    for name in chosen or list(WORKLOADS):
        found = _measured(WORKLOADS[name].config)
        cells = []
        for way in [*peers, *ours]:
            rates = found.get(way)
            if rates is None:
                cells.append("–")
                continue
            figure = {"workload": name, "way": way, "examples/s": median(rates)}
            cell = f"{median(rates) / 1e6:.3g}"
            if way in ours:
                known = {peer: found[peer] for peer in peers if peer in found}
                ratios = {peer: ratio(rates, base) for peer, base in known.items()}
                figure |= {f"to {peer}": share for peer, share in ratios.items()}
                cell += f" ({' · '.join(f'{share:.2g}' for share in ratios.values())})"
            cells.append(cell)
            figures.append(figure)
        rows.append([f"{name} {WORKLOADS[name].title}", *cells])
    about = (
        f"{machine('jax')}. Millions of examples a second, all networks together; in brackets the "
        f"ratios to {', '.join(peers)}, in this order. {ROUNDS} rounds."
    )
    return [Report("sweep", "Sweep", about, ["workload", *peers, *ours], rows, figures)]


def _measured(config: Config) -> dict[str, list[float]]:
    """Return the examples a second in every round, for each way."""
    config = config.merged({"shuffle": False})
    size = config.minibatch_size or config.data.train
    ways = {name: (way, count) for name, way, count in _ways(config)}
    times = measured({name: way for name, (way, _) in ways.items()}, ROUNDS)
    return {
        name: [size * ways[name][1] / (us / 1e6) for us in found] for name, found in times.items()
    }


def _ways(config: Config) -> Iterator[tuple[str, Timed, int]]:
    """Yield the name of a way, the way and how many networks it trains."""
    one = Run(config)
    for n in NETWORKS:
        if n * one.parameters.flat[""].size <= LARGEST:
            run = Run(*(config.merged({"optimizer": _rate(config, i)}) for i in range(n)))
            yield f"{n} at once", Way(partial(advance, run), seconds=0.1), n
    if find_spec("jax"):
        from bench.peers.jax_loop import JaxLoop, JaxSweep

        yield "JAX loop", Way(JaxLoop(config).advance, seconds=0.1), 1
        if COMPILED * one.parameters.flat[""].size <= LARGEST:
            sweep = JaxSweep(config, COMPILED)
            yield f"JAX loop, {COMPILED} at once", Way(sweep.advance, seconds=0.1), COMPILED
    if node.is_installed():
        yield "JavaScript loop", node.JavaScript(config), 1


def _rate(config: Config, i: int) -> dict[str, float]:
    """A learning rate of its own for each network; they share examples and first weights."""
    return {"learning_rate": config.optimizer.learning_rate * (1 + i / 1e6)}
