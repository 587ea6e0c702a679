"""What is known of workings that were printed elsewhere, held to the engine."""

from app.engine.program import Kind
from app.engine.run import Run
from app.presets import preset
from app.sheet.published import published


def test_mazur_is_known_with_nine_decimals() -> None:
    known = published(preset("mazur"))
    assert known is not None
    assert known.decimals == 9


def test_the_note_has_the_cost_of_the_right_order_and_that_of_the_wrong_one() -> None:
    known = published(preset("mazur"))
    assert known is not None
    right = Run(preset("mazur"))
    right.advance(len(right.program))
    right.step_to(Kind.DELTA)
    assert f"{right.cost:.9f}" in known.note
    assert f"{_wrong_cost():.9f}" in known.note


def _wrong_cost() -> float:
    """The cost after one update in which the output weights come first."""
    run = Run(preset("mazur"))
    run.advance(len(run.program))
    a0, a1, delta2 = (run.tensor(name) for name in ("a0", "a1", "delta2"))
    start, after = Run(preset("mazur")), Run(preset("mazur"))
    dW1 = a0.T @ (delta2 @ run.tensor("W2").T * a1 * (1 - a1))
    for name, value in (("W1", start.tensor("W1") - 0.5 * dW1), ("W2", run.tensor("W2"))):
        for i in (0, 1):
            for j in (0, 1):
                after.set_value(name, (i, j), float(value[i, j]))
    after.step_to(Kind.DELTA)
    return after.cost


def test_of_other_experiments_nothing_is_known() -> None:
    assert published(preset("xor")) is None
    assert published(preset("mazur").merged({"seed": 1})) is None
