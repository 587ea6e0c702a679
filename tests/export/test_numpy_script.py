"""The script runs alone, in a clean interpreter, and prints the costs of the engine."""

from pathlib import Path

import pytest

from app.engine.config import Config
from app.export.numpy_script import numpy_script
from app.presets import PRESETS, preset
from tests.explain.networks import CONFIGS

from .experiments import EPOCHS, printed, trained

SCHEDULES = ("step", "exponential", "cosine", "warmup_cosine")


@pytest.mark.parametrize("name", [name for name in PRESETS if name != "exploding"])  # it overflows
def test_every_preset_trains_to_the_same_costs(name: str, tmp_path: Path) -> None:
    epochs = 2 if name == "digits" else EPOCHS
    found = printed(numpy_script(preset(name)), tmp_path, epochs)
    assert found == pytest.approx(trained(preset(name), epochs), rel=1e-11)


@pytest.mark.parametrize("name", [name for name in CONFIGS if name != "single precision"])
def test_every_activation_cost_and_optimizer_trains_to_the_same_costs(
    name: str, tmp_path: Path
) -> None:
    assert printed(numpy_script(CONFIGS[name]), tmp_path) == pytest.approx(
        trained(CONFIGS[name]), rel=1e-10
    )


@pytest.mark.parametrize("name", SCHEDULES)
def test_the_schedule_goes_along(name: str, tmp_path: Path) -> None:
    rule = {"name": "adam", "learning_rate": 0.05, "schedule": {"name": name}}
    config = CONFIGS["tanh"].merged({"optimizer": rule})
    assert printed(numpy_script(config), tmp_path) == pytest.approx(trained(config), rel=1e-10)


def test_single_precision_stays_single(tmp_path: Path) -> None:
    config = CONFIGS["single precision"]
    assert printed(numpy_script(config), tmp_path) == pytest.approx(trained(config), rel=1e-4)


def test_the_xor_of_the_first_page_prints_the_known_cost(tmp_path: Path) -> None:
    assert printed(numpy_script(preset("xor")), tmp_path, 1) == [0.255004917955]


def test_a_title_cannot_become_code(tmp_path: Path) -> None:
    script = numpy_script(preset("xor"), title='""" + open("x", "w").write("y") + """')
    printed(script, tmp_path, 1)
    assert not (tmp_path / "x").exists()


def test_a_large_matrix_beside_few_examples_goes_along(tmp_path: Path) -> None:
    wide = [{"units": 70, "activation": "tanh"}] * 2 + [{"units": 1, "activation": "sigmoid"}]
    config = Config.parse({"layers": wide})
    found = printed(numpy_script(config), tmp_path)
    assert found == pytest.approx(trained(config), rel=1e-10)
