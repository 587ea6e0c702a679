"""A run as one HTML file that plays without a server: the lab itself, on a recording."""

from base64 import b64encode
from pathlib import Path

from app import __version__
from app.engine.config import Config
from app.engine.datasets import DATA_SETS
from app.engine.mistakes import MISTAKES
from app.engine.program import program
from app.export.inline import inlined
from app.export.recording import MOST_OPS, Recording, record
from app.language import current, joined, page_words, say, spoken
from app.session.past import Past
from app.templates import templates
from app.terms import COSTS

__all__ = ["replay", "replay_of"]

ROOT = Path(__file__).resolve().parents[2]
REDUCTIONS = {"sum": say("sum"), "mean": say("mean"), "mean_all": say("mean of all")}
ACTIVATIONS = {
    "linear": say("linear"), "sigmoid": say("sigmoid"), "tanh": say("tanh"), "relu": say("relu"),
    "leaky_relu": say("leaky relu"), "elu": say("elu"), "gelu": say("gelu"), "silu": say("silu"),
    "softplus": say("softplus"), "softmax": say("softmax"),
}  # fmt: skip


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
    told = {
        **recording.facts,
        "title": title or _title(config),
        "most": MOST_OPS,
        "about": _about(recording, config),
        "packed": b64encode(recording.packed()).decode(),
    }
    # Spoken here, because what a template puts into a sentence of its own stays as it is.
    page = templates.get_template("lab.html").render(
        key="",
        static="/static/{}".format,  # where `inlined` finds them; a file has nothing to keep
        version=__version__,
        recording=spoken(told),
        words=page_words(current.get()),
    )
    return inlined(page, ROOT).encode()


def _title(config: Config) -> str:
    name = config.data.name
    data = DATA_SETS[name].title if name in DATA_SETS else say("Own data")
    return say("{data}, {sizes}", data=data, sizes="-".join(map(str, config.sizes)))


def _about(recording: Recording, config: Config) -> list[tuple[str, str]]:
    """Return the rows that tell what is on record, and of what."""
    cost, rule = config.cost, config.optimizer
    layers = (
        say("{units} {activation}", units=layer.units, activation=ACTIVATIONS[layer.activation])
        for layer in config.layers
    )
    costs = {"cost": COSTS[cost.name], "reduction": REDUCTIONS[cost.reduction]}
    rate = recording.facts["learning_rate"]
    first, last = recording.facts["first"], recording.facts["last"]
    mistake = MISTAKES[config.mistake].title if config.mistake else ""
    if recording.facts["hiding"]:
        mistake = say("one is hidden")
    ops = say("all {last:,}", last=last)
    if first:
        ops = say("last {count:,} of {last:,}", count=last - first, last=last)
    return [
        (say("Layers"), joined(say(", "), layers)),
        (say("Cost"), say("½ {cost}, {reduction}", **costs))
        if cost.half
        else (say("Cost"), say("{cost}, {reduction}", **costs)),
        (say("Optimizer"), say("{rule}, rate {rate:g}", rule=rule.name, rate=rate)),
        (say("Minibatch"), _size(config.minibatch_size)),
        (say("Seed"), f"{config.seed}"),
        *([(say("Mistake"), mistake)] if mistake else []),
        (say("Ops on record"), ops),
        (say("Made by"), f"Backstep {__version__}"),
    ]


def _size(minibatch: int | None) -> str:
    if minibatch is None:
        return say("all examples")
    return say("{size:,} examples", size=minibatch)
