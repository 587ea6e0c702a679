"""A run as one HTML file that plays without a server: the lab itself, on a recording."""

from base64 import b64encode
from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from app import __version__
from app.engine.config import Config
from app.engine.datasets import DATA_SETS
from app.engine.mistakes import MISTAKES
from app.engine.program import program
from app.export.inline import inlined
from app.export.recording import MOST_OPS, Recording, record
from app.session.past import Past

__all__ = ["replay", "replay_of"]

ROOT = Path(__file__).resolve().parents[2]
COSTS = {
    "squared_error": "squared error",
    "binary_cross_entropy": "binary cross-entropy",
    "cross_entropy": "cross-entropy",
}
templates = Environment(loader=FileSystemLoader(ROOT / "templates"), autoescape=True)


def replay(past: Past, position: int, focus: int | None = 0) -> bytes:
    """Return the page with the ops up to the end of the minibatch that `position` stands in.

    It opens at `position`; at the start the first minibatches are there to go on with.
    """
    return _page(record(past, position, focus), past.config)


def replay_of(config: Config, minibatches: int, *, title: str = "") -> bytes:
    """Return the page with the first minibatches of a run; it opens where they begin."""
    recording = record(Past(config), minibatches * len(program(config)))
    recording.facts["at"] = recording.facts["first"]
    return _page(recording, config, title)


def _page(recording: Recording, config: Config, title: str = "") -> bytes:
    page = templates.get_template("lab.html").render(
        key="",
        version=__version__,
        recording={
            **recording.facts,
            "title": title or _title(config),
            "most": MOST_OPS,
            "about": _about(recording, config),
            "packed": b64encode(recording.packed()).decode(),
        },
    )
    return inlined(page, ROOT).encode()


def _title(config: Config) -> str:
    name = config.data.name
    data = DATA_SETS[name].title if name in DATA_SETS else "Own data"
    return f"{data}, {'-'.join(map(str, config.sizes))}"


def _about(recording: Recording, config: Config) -> list[tuple[str, str]]:
    """Return the rows that tell what is on record, and of what."""
    cost, rule = config.cost, config.optimizer
    layers = (f"{layer.units} {layer.activation.replace('_', ' ')}" for layer in config.layers)
    reduction = cost.reduction.replace("_", " of ")
    size = config.minibatch_size
    first, last = recording.facts["first"], recording.facts["last"]
    mistake = MISTAKES[config.mistake].title if config.mistake else ""
    if recording.facts["hiding"]:
        mistake = "one is hidden"
    ops = f"last {last - first:,} of {last:,}" if first else f"all {last:,}"
    return [
        ("Layers", ", ".join(layers)),
        ("Cost", f"{'½ ' if cost.half else ''}{COSTS[cost.name]}, {reduction}"),
        ("Optimizer", f"{rule.name}, rate {recording.facts['learning_rate']:g}"),
        ("Minibatch", "all examples" if size is None else f"{size:,} examples"),
        ("Seed", f"{config.seed}"),
        *([("Mistake", mistake)] if mistake else []),
        ("Ops on record", ops),
        ("Made by", f"Backstep {__version__}"),
    ]
