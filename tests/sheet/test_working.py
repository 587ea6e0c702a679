"""The working follows the run through its ops, changes by hand included."""

from typing import Any

import pytest

from app.engine.config import Config
from app.errors import ConfigError
from app.explain.expression import Quantity
from app.presets import preset
from app.session.timeline import Timeline
from app.sheet.origin import Origin
from app.sheet.parts import Minibatch, Section, name_of
from app.sheet.plain import text
from app.sheet.sheet import make
from app.sheet.wanted import Wanted
from app.sheet.working import Diverged, Working, places, too_long

from .test_sheet import check_printed


def working(config: Config, chosen: tuple[int, ...] | None = None) -> Working:
    return Working(Origin(config), chosen)


def symbols(minibatch: Minibatch) -> list[str]:
    return [section.symbol for section in minibatch.sections]


def test_there_is_a_section_for_every_op_in_order() -> None:
    work = working(preset("xor"))
    assert symbols(work.minibatch()) == [
        "X", "z1", "a1", "z2", "a2", "C", "delta2", "dW2", "delta1", "dW1", "W1", "W2",
    ]  # fmt: skip
    assert symbols(work.again()) == ["z1", "a1", "z2", "a2", "C"]


def test_a_minibatch_is_called_by_its_epoch_and_its_place() -> None:
    work = working(preset("iris"), (0,))
    made = [work.minibatch() for _ in range(8)]
    assert [m.title for m in made[::7]] == [
        "Epoch 1, minibatch 1 of 7",
        "Epoch 2, minibatch 1 of 7",
    ]
    assert [m.number for m in made] == [*range(1, 9)]
    assert working(preset("xor")).minibatch().title == "Epoch 1"


def test_examples_have_groups_of_their_own() -> None:
    z1 = working(preset("xor")).minibatch().sections[1]
    assert [group.example for group in z1.groups] == [0, 1, 2, 3]
    assert [len(group.lines) for group in z1.groups] == [3, 3, 3, 3]


def test_held_biases_have_no_lines() -> None:
    sections = working(preset("mazur")).minibatch().sections
    symbols = {line.of.symbol for s in sections for group in s.groups for line in group.lines}
    assert "wnew" in symbols
    assert not symbols & {"db", "bnew"}


def test_the_places_of_a_layer_are_its_weights_then_its_biases() -> None:
    assert [*places(preset("xor"), 2)] == [
        ("W", 2, (0, 0)), ("W", 2, (1, 0)), ("W", 2, (2, 0)), ("b", 2, (0,)),
    ]  # fmt: skip
    assert len([*places(preset("mazur"), 1)]) == 4
    assert len([*places(preset("mazur"), 1, frozen=True)]) == 6


def by_hand(minibatch: Minibatch) -> list[Section]:
    return [section for section in minibatch.sections if section.phase == "by hand"]


def said(section: Section) -> str:
    return "".join(part if isinstance(part, str) else text(part) for part in section.note)


def edited(*edits: tuple[int, str, tuple[int, ...], float]) -> Origin:
    """The start of XOR, with changes by hand made later on."""
    timeline = Timeline(preset("xor"))
    for position, *change in edits:
        timeline.forward(position)
        timeline.change(*change)  # type: ignore[arg-type]
    return Origin.of(timeline, first=True)


def test_a_change_by_hand_is_told_where_it_was_made() -> None:
    work = Working(edited((8, "learning_rate", (), 0.5), (24, "W1", (0, 1), 0.75)), (0,))
    first, second, third = (work.minibatch() for _ in range(3))
    assert [said(section) for section in by_hand(first)] == ["η is set to 0.5 from here on."]
    assert symbols(first).index("") == 8
    assert not by_hand(second)
    assert [said(s) for s in by_hand(third)] == ["w[1]₁→₂ is set to 0.75 from here on."]
    assert symbols(third)[0] == ""


def test_what_was_set_by_hand_is_given_from_then_on() -> None:
    work = Working(edited((12, "W1", (0, 1), 0.75)), (0,))
    work.minibatch()
    z = work.minibatch().sections[2].groups[0].lines[1]
    assert name_of(Quantity("w", 0, 1, (2, 2))) in z.sources
    assert name_of(Quantity("w", 0, 1, (1, 2))) not in z.sources


def test_the_sheet_of_a_changed_run_is_the_run_that_was_changed() -> None:
    timeline = Timeline(preset("xor"))
    timeline.forward(8)
    timeline.change("learning_rate", (), 0.5)
    timeline.forward(23)  # between two updates
    timeline.change("W1", (1, 0), 0.1)
    work = Working(Origin.of(timeline, first=True), None)
    for _ in range(3):
        work.minibatch()
    timeline.forward(36)
    assert work.run.kept().tobytes() == timeline.run.kept().tobytes()


def test_a_change_at_the_very_end_is_not_part_of_the_update() -> None:
    changed = Working(edited((12, "W2", (0, 0), 50.0)), None)
    plain = working(preset("xor"))
    results: list[Any] = []
    for work in (changed, plain):
        work.minibatch()
        results.append([g.lines[-1].of for g in work.again().sections[-1].groups])
    assert results[0] == results[1]


def test_too_many_lines_are_refused_on_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.sheet.working.MOST_LINES", 20)
    with pytest.raises(ConfigError, match="got more than 20"):
        working(preset("xor")).minibatch()
    assert "sheet must have at most 20 lines" in str(too_long("99"))


def test_what_is_not_finite_ends_it() -> None:
    config = Config.parse(
        {
            "data": {"name": "inline", "X": [[1e6]], "Y": [[0.0]]},
            "layers": [{"units": 1, "activation": "linear", "W": [[1e6]]}],
            "optimizer": {"name": "sgd", "learning_rate": 100},
        }
    )
    work = working(config)

    def go_on() -> None:
        while True:
            work.minibatch()

    with pytest.raises(Diverged, match="is not a number: the run has diverged"):
        go_on()


def test_a_sheet_with_changes_can_be_recomputed() -> None:
    origin = edited((8, "learning_rate", (), 0.5), (23, "W1", (0, 1), 0.75))
    check_printed(make(origin, Wanted(minibatches=3)))
