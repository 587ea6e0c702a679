"""The experiment in words."""

import pytest

from app.engine.config import Config
from app.presets import PRESETS, preset
from app.sheet import experiment
from app.sheet.experiment import OPTIMIZERS, about, facts, title
from app.sheet.origin import Origin
from app.sheet.plain import text
from app.web.catalog import OPTIMIZERS as CATALOG
from tests.engine.networks import SCHEDULES
from tests.explain.networks import CONFIGS


def told(config: Config, iteration: int = 0) -> dict[str, str]:
    origin = Origin(config, iteration)
    made = facts(origin, Origin(config).run(), 4)
    return {
        fact.term: "".join(p if isinstance(p, str) else text(p) for p in fact.pieces)
        for fact in made
    }


def test_xor_in_words() -> None:
    said = told(preset("xor"))
    assert said["Network"] == "2-3-1: 2 inputs, then 2 layers of units, the last one the output."
    assert said["Layer 1"] == (
        "3 units, sigmoid: a = 1/(1 + e^(−z)), with the slope f′(z) = a·(1 − a)."
    )
    assert said["Data"] == "XOR, 4 examples, all of them in each minibatch."
    assert said["Cost"] == (
        "squared error: Cₓ = (a − y)^2 for each example. "
        "C is the mean over the examples of the minibatch."
    )
    assert said["Learning"] == "gradient descent, learning rate η = 3."
    assert "rounded to 4 decimals" in said["Rounding"]
    assert "double precision" in said["Rounding"]
    assert "Begins" not in said


def test_mazur_in_words() -> None:
    said = told(preset("mazur"))
    assert said["Layer 2"].endswith("Its biases are held still.")
    assert said["Cost"] == (
        "squared error: Cₓ = Σ1/2·(a − y)^2 for each example, over its outputs. "
        "C is that of the example."
    )


@pytest.mark.parametrize(
    ("name", "term", "words"),
    [
        ("iris", "Layer 2", "3 units, softmax: each a is a power e^z over the sum of all"),
        ("iris", "Cost", "cross-entropy: Cₓ = −Σy·ln(a) for each"),
        ("iris", "Learning", "Adam, learning rate η = 0.02, β₁ = 0.9, β₂ = 0.999, ε = 1·10^−8."),
        ("iris", "Data", "in minibatches of 16, in a new order in each epoch."),
        ("perceptron", "Layer 1", "It has no biases."),
        ("perceptron", "Cost", "binary cross-entropy: Cₓ = ln(1 + e^z) − y·z for each example."),
        ("spiral", "Layer 1", "a = max(0, z), with the slope f′(z) = 1 if z > 0, else 0."),
        ("one_neuron", "Layer 1", "1 unit, linear: a = z, with the slope f′(z) = 1."),
    ],
)
def test_what_the_examples_say(name: str, term: str, words: str) -> None:
    assert words in told(preset(name))[term]


def test_conventions_penalties_and_clipping_are_named() -> None:
    assert "plus 0.05·Σw^2, plus 0.02·Σ|w|." in told(CONFIGS["penalties"])["Cost"]
    assert "the mean over outputs and examples" in told(CONFIGS["mean_all True"])["Cost"]
    assert "the sum over the examples" in told(CONFIGS["sum True"])["Cost"]
    assert (
        "clipped, all together by their norm, at 0.05" in told(CONFIGS["adam clipped"])["Learning"]
    )
    assert "clipped, each by itself, at 0.01" in told(CONFIGS["clip by value"])["Learning"]
    assert "single precision" in told(CONFIGS["single precision"])["Rounding"]


@pytest.mark.parametrize("name", ["momentum", "nesterov", "adagrad", "rmsprop", "adamw"])
def test_the_settings_of_an_optimizer_are_named(name: str) -> None:
    letters = {
        "momentum": "μ = 0.8", "nesterov": "μ = 0.8", "adagrad": "ε = 1·10^−8",
        "rmsprop": "ρ = 0.95", "adamw": "decay = 0.1",
    }  # fmt: skip
    assert letters[name] in told(CONFIGS[name])["Learning"]


@pytest.mark.parametrize("schedule", SCHEDULES[1:])
def test_a_schedule_is_named(schedule: dict[str, str]) -> None:
    config = preset("xor").merged({"optimizer": {"schedule": schedule}})
    assert f"schedule {schedule['name'].replace('_', ' ')}" in told(config)["Learning"]


def test_every_optimizer_has_its_words() -> None:
    assert OPTIMIZERS.keys() == CATALOG.keys()


def test_every_schedule_has_its_words() -> None:
    assert experiment.SCHEDULES.keys() == {each["name"] for each in SCHEDULES[1:]}


def test_a_later_start_is_told() -> None:
    assert told(preset("xor"), 350)["Begins"] == "after 350 minibatches."
    assert told(preset("xor"), 1)["Begins"] == "after 1 minibatch."


def test_an_experiment_is_called_as_its_preset_or_by_what_it_is() -> None:
    assert title(preset("xor")) == "XOR"
    assert about(preset("xor")) == PRESETS["xor"].about
    other = preset("xor").merged({"seed": 5})
    assert (title(other), about(other)) == ("XOR, 2-3-1", "")
    assert title(CONFIGS["tanh"]) == "Your own data, 2-4-3-2"
