"""The tables of what is given."""

from app.engine.run import Run
from app.explain.scene import Scene
from app.presets import preset
from app.sheet.given import examples, parameters
from app.sheet.parts import Table
from tests.explain.networks import CONFIGS


def values(table: Table) -> list[list[float]]:
    return [[quantity.value for quantity in row] for _, row in table.rows]


def drawn(name: str) -> Scene:
    run = Run(preset(name))
    run.step()
    return Scene(run, lambda: run, 0.1)


def test_the_examples_with_inputs_and_targets() -> None:
    table = examples(drawn("xor"), (0, 2))
    assert table.columns == ("x1", "x2", "y")
    assert [name for name, _ in table.rows] == ["1", "3"]
    assert values(table) == [[0, 0, 0], [1, 0, 1]]
    assert not table.caption


def test_of_a_minibatch_it_is_said_which_examples_of_the_training_set_these_are() -> None:
    s = drawn("iris")
    numbers = [int(row) + 1 for row in s.now.examples_shown()]
    assert examples(s, (0, 1)).caption == (
        f"From the training set: numbers {numbers[0]}, {numbers[1]}."
    )
    assert examples(s, (1,)).caption == f"From the training set: number {numbers[1]}."
    assert examples(s, ()).caption == ""


def test_weights_and_biases_of_every_layer() -> None:
    first, second = parameters(Run(preset("mazur")))
    assert first.caption == "Layer 1: weights and biases"
    assert first.columns == ("to unit 1", "to unit 2")
    assert [name for name, _ in first.rows] == ["from x1", "from x2", "bias"]
    assert values(first) == [[0.15, 0.25], [0.2, 0.3], [0.35, 0.35]]
    assert [name for name, _ in second.rows] == ["from unit 1", "from unit 2", "bias"]


def test_a_layer_without_biases_has_no_row_for_them() -> None:
    (table,) = parameters(Run(preset("perceptron")))
    assert [name for name, _ in table.rows] == ["from x1", "from x2"]


def test_moments_are_given_as_soon_as_there_are_any() -> None:
    run = Run(CONFIGS["adam"])
    assert len([*parameters(run)]) == 3
    run.advance(len(run.program))
    captions = [table.caption for table in parameters(run)]
    assert captions[:3] == [
        "Layer 1: weights and biases", "Layer 1: first moments m", "Layer 1: second moments v",
    ]  # fmt: skip
