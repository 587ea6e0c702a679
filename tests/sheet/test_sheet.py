"""A sheet says what the engine computes, leaves nothing out, and can be recomputed by hand."""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.engine.config import Config
from app.engine.program import Kind
from app.engine.program import symbol as told
from app.engine.run import Run
from app.errors import ConfigError
from app.explain.expression import Quantity, leaves
from app.presets import PRESETS, preset
from app.sheet.mathml import mathml
from app.sheet.origin import Origin
from app.sheet.parts import Group, Line, Minibatch, Sheet, name_of
from app.sheet.plain import text
from app.sheet.rounding import Rounding
from app.sheet.sheet import decimals, make
from app.sheet.wanted import Wanted
from app.sheet.written import written
from tests.engine.networks import configs
from tests.explain.networks import CONFIGS

from .calculator import computed, from_mathml, reach, unit

NARROW = ["relu", "softmax with squared error", "cross_entropy", "adamw clipped", "penalties"]


def sheet_of(config: Config, **wanted: Any) -> Sheet:
    return make(Origin(config), Wanted(**wanted))


def placed(sheet: Sheet) -> Iterator[tuple[Minibatch, Group, Line]]:
    for minibatch in sheet.minibatches:
        for section in minibatch.sections:
            for group in section.groups:
                yield from ((minibatch, group, line) for line in group.lines)


def check_printed(sheet: Sheet) -> None:
    """Check that each step that is printed computes to the result that is printed."""
    rounding = Rounding(sheet.decimals)
    single = 1e-6 if sheet.config.dtype == "float32" else 1e-12
    for minibatch, group, line in placed(sheet):
        made = written(sheet, minibatch, group, line)
        result = computed(text(made.result))
        allowed = 0.51 * unit(made.result) + 1.5 * reach(line.right, rounding)
        allowed += single * max(1.0, abs(line.of.value))
        if len(made.steps) > 1:  # the second has every path rounded by itself
            allowed += 0.51 * 10.0**-sheet.decimals * len(line.right.terms)  # type: ignore[union-attr]
        for step in made.steps:
            for said in (text(step), from_mathml(mathml(step))):
                assert abs(computed(said) - result) <= allowed, (line.number, said, made)


@pytest.mark.parametrize("places", [2, 4, 9])
@pytest.mark.parametrize("name", NARROW)
def test_every_printed_line_computes_to_its_printed_result(name: str, places: int) -> None:
    check_printed(sheet_of(CONFIGS[name], minibatches=2, decimals=places))


@pytest.mark.parametrize("name", CONFIGS)
def test_it_does_for_every_activation_cost_optimizer_penalty_and_clip(name: str) -> None:
    check_printed(sheet_of(CONFIGS[name], decimals=6))


@given(config=configs(), places=st.integers(2, 12))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_it_does_for_random_networks(config: Config, places: int) -> None:
    check_printed(sheet_of(config, decimals=places, examples=(1,)))


# ---------------------------------------------------------------- all of it, and right


def worked(sheet: Sheet, minibatch: Minibatch, symbol: str) -> dict[tuple[Any, ...], float]:
    """The results under the heading of an op by their names."""
    return {
        name_of(line.of): line.of.value
        for section in minibatch.sections
        if section.symbol == symbol
        for group in section.groups
        for line in group.lines
    }


@pytest.mark.parametrize("name", [n for n in CONFIGS if CONFIGS[n].clip is None])
def test_every_number_of_the_engine_is_there(name: str) -> None:
    config = CONFIGS[name]
    sheet, run = sheet_of(config, minibatches=2), Run(config)
    for minibatch in sheet.minibatches[:2]:
        for _ in run.program:
            op = run.step()
            for (letter, prefix), symbol in SHOWN.items():
                tensor = f"{prefix}{op.layer}"
                if op.kind is letter and tensor in run.writes[op]:
                    found = worked(sheet, minibatch, told(op))
                    for index, value in np.ndenumerate(run.tensor(tensor)):
                        by_example = op.kind not in (Kind.GRADIENT, Kind.UPDATE)
                        units = tuple(int(i) + 1 for i in (index[1:] if by_example else index))
                        example = index[0] if by_example else None
                        assert found[(symbol, op.layer, units, example)] == value
            if op.kind is Kind.COST:
                assert worked(sheet, minibatch, "C")[("C", None, (), None)] == run.cost


SHOWN = {
    (Kind.PREACTIVATE, "z"): "z", (Kind.ACTIVATE, "a"): "a", (Kind.DELTA, "delta"): "delta",
    (Kind.GRADIENT, "dW"): "dw", (Kind.UPDATE, "W"): "w", (Kind.DROP, "a"): "a",
    (Kind.NORMALIZE, "zhat"): "zhat", (Kind.NORMALIZE, "ztilde"): "ztilde",
    (Kind.DELTA, "deltatilde"): "deltatilde", (Kind.DELTA, "da"): "da", (Kind.GRADIENT, "dP"): "dp",
    (Kind.GRADIENT, "dgamma"): "dgamma", (Kind.GRADIENT, "dbeta"): "dbeta",
}  # fmt: skip


@pytest.mark.parametrize("name", CONFIGS)
def test_what_a_line_takes_from_another_is_what_that_one_has_found(name: str) -> None:
    sheet = sheet_of(CONFIGS[name], minibatches=2)
    lines = [*sheet.lines()]
    assert [line.number for line in lines] == [*range(1, len(lines) + 1)]
    tolerance = 1e-5 if CONFIGS[name].dtype == "float32" else 1e-9
    for line in lines:
        for leaf in leaves(line.right):
            if isinstance(leaf, Quantity) and name_of(leaf) in line.sources:
                source = lines[line.sources[name_of(leaf)] - 1]
                assert source.number < line.number
                assert leaf.value == pytest.approx(source.of.value, rel=tolerance, abs=1e-12)


GIVEN = ("x", "y", "eta", "w", "b", "p", "gamma", "beta", "rmu", "rvar", "mask", "keep", "m", "v")


@pytest.mark.parametrize("name", CONFIGS)
def test_only_what_is_given_comes_from_nowhere(name: str) -> None:
    """Inputs, targets, the rate, first weights and moments; all other numbers have a line."""
    for line in sheet_of(CONFIGS[name]).lines():
        for leaf in leaves(line.right):
            if isinstance(leaf, Quantity) and name_of(leaf) not in line.sources:
                assert leaf.symbol in GIVEN, (line, leaf)


def test_the_last_part_is_the_cost_of_the_same_examples_after_the_update() -> None:
    sheet, run = sheet_of(preset("xor")), Run(preset("xor"))
    run.advance(len(run.program))
    run.step_to(Kind.DELTA)
    *_, last = sheet.lines()
    assert last.of == Quantity("C", run.cost)


def test_with_a_part_of_the_examples_the_last_part_still_has_those_of_the_minibatch() -> None:
    config = CONFIGS["tanh"]
    sheet = sheet_of(config, minibatches=1)
    run = Run(config)
    run.advance(len(run.program))
    X, Y = run.tensor("a0"), run.tensor("y")
    a = X
    for l, layer in enumerate(config.layers, 1):
        z = a @ run.tensor(f"W{l}") + run.tensor(f"b{l}")
        a = {"tanh": np.tanh, "sigmoid": lambda z: 1 / (1 + np.exp(-z)), "linear": lambda z: z}[
            layer.activation
        ](z)
    *_, last = sheet.lines()
    assert last.of.value == pytest.approx(((a - Y) ** 2).sum(1).mean(), rel=1e-12)


# ---------------------------------------------------------------- what is wanted


def test_chosen_examples_are_worked_out_and_the_others_are_given() -> None:
    whole, part = sheet_of(preset("xor")), sheet_of(preset("xor"), examples=(3,))
    assert {group.example for _, group, _ in placed(part)} == {2, None}
    costs = [[q.of.value for q in s.lines() if q.of.symbol == "C"] for s in (whole, part)]
    assert costs[0] == costs[1]
    assert sum(1 for _ in part.lines()) < sum(1 for _ in whole.lines()) / 2
    check_printed(part)


def test_an_example_that_is_not_there_is_refused() -> None:
    with pytest.raises(ConfigError, match="examples must be at most 4, the number of examples"):
        sheet_of(preset("xor"), examples=(5,))


@pytest.mark.parametrize(("name", "more"), [("digits", {}), ("iris", {"minibatches": 5})])
def test_a_sheet_that_nobody_would_print_is_refused(name: str, more: dict[str, int]) -> None:
    with pytest.raises(ConfigError, match="sheet must have at most 5,000 lines: choose fewer"):
        sheet_of(preset(name), **more)


@pytest.mark.parametrize("name", [name for name in PRESETS if name != "digits"])
def test_every_example_that_ships_has_a_sheet(name: str) -> None:
    sheet = sheet_of(preset(name), examples=(1,))
    assert sheet.title == PRESETS[name].title
    assert sheet.about == PRESETS[name].about
    assert sum(1 for _ in sheet.lines()) > 5


def test_decimals_are_those_asked_for_else_those_of_the_published_working_else_four() -> None:
    assert decimals(preset("xor"), Wanted()) == 4
    assert decimals(preset("mazur"), Wanted()) == 9
    assert decimals(preset("mazur"), Wanted(decimals=5)) == 5


def test_a_run_that_diverges_ends_the_sheet_with_a_sentence() -> None:
    config = Config.parse(
        {
            "data": {"name": "inline", "X": [[1e3]], "Y": [[0.0]]},
            "layers": [{"units": 1, "activation": "linear", "W": [[1.0]]}],
            "optimizer": {"name": "sgd", "learning_rate": 100},
        }
    )
    sheet = sheet_of(config, minibatches=100)
    assert sheet.ended == "C in layer 1 is not a number: the run has diverged."
    assert 1 < len(sheet.minibatches) < 100
    assert all(math.isfinite(line.of.value) for line in sheet.lines())


# ---------------------------------------------------------------- the published working


MAZUR = {
    "z1": [0.3775, 0.3925],
    "a1": [0.593269992107, 0.596884378260],
    "z2": [1.105905967, 1.224921404],
    "a2": [0.751365069552, 0.772928465321],
    "C": [0.274811083, 0.0235600256, 0.2983711087600027],
    "delta2": [0.741365070, 0.186815602, 0.138498562, -0.217071535, 0.175510053, -0.0380982365],
    "dW2": [0.0821670406, -0.0226025405, 0.0826676278, -0.0227402422],
    "delta1": [
        0.0363503064, 0.241300709, 0.00877135469, 0.0413703226, 0.240613417, 0.00995425471,
    ],
    "dW1": [0.000438567734, 0.000497712735, 0.000877135469, 0.000995425471],
    "W1": [0.149780716, 0.249751144, 0.199561432, 0.299502287],
    "W2": [0.358916480, 0.511301270, 0.408666186, 0.561370121],
}  # fmt: skip
"""Line by line; weights of one unit below after the other, so that w2 and w3 change places."""


@pytest.mark.parametrize("symbol", MAZUR)
def test_mazur_comes_out_as_the_published_working(symbol: str) -> None:
    sheet = sheet_of(preset("mazur"))
    found = [*worked(sheet, sheet.minibatches[0], symbol).values()]
    assert found == pytest.approx(MAZUR[symbol], abs=6e-10)


def test_mazur_prints_the_published_digits() -> None:
    sheet = sheet_of(preset("mazur"))
    results = [text(written(sheet, *place).result) for place in placed(sheet)]
    for published in ("0.593269992", "0.596884378", "1.105905967", "0.298371109", "0.138498562",
                      "0.082167041", "0.358916480", "0.408666186", "0.511301270", "0.561370121",
                      "0.036350306", "0.241300709", "0.000438568", "0.149780716"):  # fmt: skip
        assert published in results
    steps = [text(step) for place in placed(sheet) for step in written(sheet, *place).steps]
    assert "0.055399425 − 0.019049118" in steps


def test_mazur_ends_with_the_right_cost_and_a_note_on_the_published_one() -> None:
    sheet = sheet_of(preset("mazur"))
    *_, last = sheet.lines()
    assert last.of.value == pytest.approx(0.29102777369359933, rel=1e-14)
    assert "prints 0.291027924" in sheet.note
    assert "the cost is 0.291027774" in sheet.note


def test_the_note_is_about_the_first_update_of_that_experiment_alone() -> None:
    assert not sheet_of(preset("xor")).note
    assert not sheet_of(preset("mazur"), minibatches=2).note
    other = preset("mazur").merged({"optimizer": {"learning_rate": 0.4}})
    assert not sheet_of(other).note
