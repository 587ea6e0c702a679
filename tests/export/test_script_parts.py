"""What every form of script shares is, when executed, exactly what the engine has."""

from math import cos, pi
from zlib import crc32

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine.config import Config
from app.engine.optimizers import schedule_factor
from app.engine.run import Run
from app.export.script_parts import Own, script
from app.presets import preset
from tests.engine.networks import OPTIMIZERS, SCHEDULES, configs
from tests.explain.networks import CONFIGS

from .experiments import EXPERIMENTS, executed, unknown_names

OWN = Own("some.py", "a library", "from os import *\nimport numpy as np", ("print(np, sys)",))
XOR = Run(preset("xor"))
ORDER = ("SEED", "SIZE", "SHUFFLE", "X")


def made(config: Config, title: str = "A title") -> str:
    return script(Run(config), title, OWN)


def assert_same_arrays(config: Config) -> None:
    run = Run(config)
    data = run.minibatches[0].data
    expected = {"X": data.X[: data.train], "Y": data.Y[: data.train]}
    expected |= {name: run.tensor(name) for name in run.names() if name[0] in "Wb"}
    found = executed(made(config), "DTYPE", "unpacked", *expected)
    for name, array in expected.items():
        assert getattr(found, name).dtype == array.dtype
        assert (getattr(found, name) == array).all()


@pytest.mark.parametrize("name", ["xor", "packed", "single precision", "frozen adam"])
def test_the_arrays_are_the_engines_to_the_last_bit(name: str) -> None:
    assert_same_arrays(EXPERIMENTS[name])


@settings(max_examples=25)
@given(configs())
def test_every_network_keeps_its_arrays(config: Config) -> None:
    assert_same_arrays(config)


@settings(max_examples=25)
@given(configs(), st.integers(0, 9))
def test_the_minibatches_come_in_the_order_of_the_engine(config: Config, epoch: int) -> None:
    space = executed(made(config), *ORDER, "DTYPE", "minibatches", crc32=crc32)
    minibatches = Run(config).minibatches[0]
    found = [rows.tolist() for rows in space.minibatches(epoch)]
    first = epoch * minibatches.per_epoch
    expected = [minibatches.examples_of(first + n) for n in range(minibatches.per_epoch)]
    if minibatches.whole:  # the engine does not ask for an order then
        expected = [range(minibatches.size)]
    assert found == [list(rows) for rows in expected]


@pytest.mark.parametrize("schedule", SCHEDULES[1:], ids=lambda schedule: schedule["name"])
def test_the_factor_on_the_rate_is_that_of_the_engine(schedule: dict[str, object]) -> None:
    rule = {**OPTIMIZERS["sgd"], "schedule": schedule}
    config = CONFIGS["tanh"].merged({"optimizer": rule})
    found = executed(made(config), "factor", "PER_EPOCH", cos=cos, pi=pi)
    assert Run(config).per_epoch == found.PER_EPOCH
    for t in range(100):
        epoch = t / found.PER_EPOCH
        assert found.factor(epoch) == schedule_factor(config.optimizer.schedule, epoch)


@given(st.text() | st.sampled_from(['"""', '\\"""', '"', "\\", "a\\", '"""+1+"""', "\0", "\ud800"]))
def test_a_title_stays_within_the_docstring(title: str) -> None:
    text = script(XOR, title, OWN)
    compile(text.encode(), "script", "exec")
    assert text.split('"""\n', 1)[1] == script(XOR, "", OWN).split('"""\n', 1)[1]


def test_what_a_script_needs_stands_at_its_top() -> None:
    assert "python some.py 100\nIt needs a library.\n" in made(preset("xor"))


def test_nothing_is_imported_that_nothing_reads() -> None:
    for config in EXPERIMENTS.values():
        assert unknown_names(made(config).replace("from os import *\n", "")) == set()
