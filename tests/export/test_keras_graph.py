"""The graph of a Keras script: what goes in, what each layer is made of, what is held."""

import pytest

from app.export.keras_graph import inputs, pruning
from app.export.keras_script import keras_script
from tests.explain.networks import CONFIGS


@pytest.mark.parametrize(
    ("name", "expected"),
    [("norm", ["a0"]), ("dropout", ["a0", "mask1", "mask2", "mask3"]), ("pruned", ["a0"])],
)
def test_masks_go_in_beside_the_examples(name: str, expected: list[str]) -> None:
    assert inputs(CONFIGS[name]) == expected
    text = keras_script(CONFIGS[name])
    given = f"[{', '.join(['X[rows]', *expected[1:]])}]" if len(expected) > 1 else "X[rows]"
    assert f"model.train_on_batch({given}, Y[rows], return_dict=True)" in text


def test_a_layer_is_a_sum_a_norm_an_activation_a_mask_and_a_link() -> None:
    lines = keras_script(CONFIGS["norm, dropout and link"]).splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("dense1"))
    assert lines[start : start + 8] == [
        "dense1 = keras.layers.Dense(4, use_bias=False, kernel_regularizer=penalty)",
        "z1 = dense1(a0)",
        "norm1 = keras.layers.BatchNormalization(momentum=0.9, epsilon=1e-05)",
        "ztilde1 = norm1(z1)",
        'a1 = keras.layers.Activation("tanh")(ztilde1)',
        "a1 = keras.layers.Multiply()([a1, mask1])",
        "link1 = keras.layers.Dense(4, kernel_regularizer=penalty, use_bias=False)",
        "a1 = keras.layers.Add()([a1, link1(a0)])",
    ]
    assert "norm1.set_weights([gamma1, beta1, rmu1, rvar1])" in lines
    assert "a2 = keras.layers.Add()([a2, a1])" in lines


def test_what_is_frozen_cannot_be_trained() -> None:
    lines = keras_script(CONFIGS["frozen layer"]).splitlines()
    at = next(i for i, line in enumerate(lines) if line.startswith("for w in dense1"))
    assert lines[at + 1] == "    w.trainable = False"
    assert not any("dense2.trainable" in line for line in lines)


def test_weights_are_pruned_when_it_is_time_and_held_from_then_on() -> None:
    lines = pruning(CONFIGS["pruned"])
    assert lines[0] == "if t == 2:"
    assert lines[1].startswith("    keep1 = largest(")
    assert lines[-1] == "dense3.kernel.assign(dense3.kernel * keep3)"
    assert pruning(CONFIGS["tanh"]) == []
