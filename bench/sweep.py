"""A sweep of 256 networks against one network in a JavaScript loop: samples a second.

The loop is `bench/playground.js`: plain scalar code of the kind that TensorFlow Playground's page
runs, over nodes and links, and like there the examples are not shuffled again. The ways take turns;
a figure is the median of its rounds, a ratio the median of the ratios within a round.
"""

import json
import subprocess
from pathlib import Path
from statistics import median
from time import perf_counter

from app.engine.config import Config
from app.engine.run import Run
from bench.tables import machine, table
from bench.workloads import WORKLOADS

__all__ = ["main"]

NETWORKS = (1, 16, 64, 256, 1024)
ROUNDS = 7
ROUND = 0.4  # s that a way has in a round
LOOP = Path(__file__).with_name("playground.js")


def main() -> None:
    """Measure the two networks of TensorFlow Playground's size, and print the table."""
    print("## Sweep\n")
    print(f"{machine()}. Samples a second in millions, and their ratio to the JavaScript loop.\n")
    head = ["workload", "JavaScript loop", *(f"{n} at once" for n in NETWORKS)]
    rows = []
    for name in ("W1", "W2"):
        config = WORKLOADS[name].config.merged({"shuffle": False})
        runs = [Run(*(config.merged({"seed": i}) for i in range(n))) for n in NETWORKS]
        rounds = [[loop(config), *map(samples_a_second, runs)] for _ in range(ROUNDS)]
        loops, *ours = (list(column) for column in zip(*rounds, strict=True))
        cells = [
            f"{median(own) / 1e6:.2f} "
            f"({median(a / b for a, b in zip(own, loops, strict=True)):.1f})"
            for own in ours
        ]
        rows.append([f"{name} {WORKLOADS[name].title}", f"{median(loops) / 1e6:.2f}", *cells])
    print(table(head, rows))


def samples_a_second(run: Run) -> float:
    """Return how many examples a second all networks of a run train on together."""
    count, length, started = 0, len(run.program), perf_counter()
    while perf_counter() - started < ROUND:
        run.advance(run.position + 20 * length)
        count += 20
    size = run.minibatches[0].size
    return count * size * len(run.configs) / (perf_counter() - started)


def loop(config: Config) -> float:
    """Return how many examples a second the JavaScript loop trains on."""
    told = {
        "sizes": config.sizes,
        "activations": [layer.activation for layer in config.layers],
        "rate": config.optimizer.learning_rate,
        "minibatch": config.minibatch_size or config.data.train,
        "seconds": ROUND,
    }
    found = subprocess.run(
        ["node", LOOP, json.dumps(told)], capture_output=True, check=True, text=True
    )
    return float(found.stdout)


if __name__ == "__main__":
    main()
