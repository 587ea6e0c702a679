"""What a number is called, however often it is made."""

from app.engine.program import Phase
from app.explain.expression import Quantity
from app.presets import preset
from app.sheet.origin import Origin
from app.sheet.parts import PHASES, name_of
from app.sheet.sheet import make
from app.sheet.wanted import Wanted


def test_a_name_is_symbol_layer_units_and_example() -> None:
    assert name_of(Quantity("z", 0.5, 1, (2,), "z1", (0, 1), 0)) == ("z", 1, (2,), 0)
    assert name_of(Quantity("wnew", 0.5, 1, (1, 2), "W1", (0, 1))) == ("w", 1, (1, 2), None)


def test_the_lines_of_a_sheet_come_in_order() -> None:
    numbers = [line.number for line in make(Origin(preset("xor")), Wanted()).lines()]
    assert numbers == [*range(1, len(numbers) + 1)]


def test_every_phase_is_called_something() -> None:
    assert PHASES == {phase: phase.capitalize() for phase in (*Phase, "by hand")}
