"""The names of tensors: symbol and layer, and what a symbol stands for."""

import pytest
from hypothesis import given

from app.engine.config import Config
from app.engine.names import is_of_examples, is_parameter, parsed
from app.engine.program import parameters
from app.engine.run import Run

from .networks import configs


@pytest.mark.parametrize(
    ("name", "symbol", "layer"),
    [
        ("W1", "W", 1), ("m_W12", "m_W", 12), ("dgamma3", "dgamma", 3),
        ("deltatilde2", "deltatilde", 2), ("cost", "cost", 0), ("y", "y", 0), ("a0", "a", 0),
        ("a0[mean]", "a0[mean]", 0),
    ],
)  # fmt: skip
def test_a_name_is_a_symbol_and_a_layer(name: str, symbol: str, layer: int) -> None:
    assert parsed(name) == (symbol, layer)


@given(configs())
def test_the_symbols_say_which_tensors_are_learned_and_which_are_of_examples(
    config: Config,
) -> None:
    run = Run(config)
    run.advance(len(run.program))
    layers = range(1, config.depth + 1)
    learned = {name for l in layers for name in parameters(config, l)}
    assert {name for name in run.names() if is_parameter(name)} == learned
    N = run.minibatches[0].count(0)
    for name, array in run.tensors().items():
        if is_of_examples(name):
            assert array.shape == (
                N,
                config.sizes[parsed(name)[1]] if name != "y" else len(array.T),
            )
        elif array.ndim and not is_parameter(name.split("_")[-1].removeprefix("d")):
            assert array.shape[0] in config.sizes
