"""PyTorch on bare tensors: what learns, what is drawn and what is pruned, line by line."""

import pytest

from app.engine.program import parameters
from app.export.script_parts import is_sequential
from app.export.torch_tensors import learning, minibatch, tensors
from tests.explain.networks import CONFIGS, REMEDIES

OTHERS = [*REMEDIES, "frozen layer", "pruned"]


def test_only_networks_with_something_besides_are_written_so() -> None:
    assert {name for name, config in CONFIGS.items() if not is_sequential(config)} == {*OTHERS}


@pytest.mark.parametrize("name", OTHERS)
def test_what_learns_has_a_gradient_and_nothing_else_has(name: str) -> None:
    config = CONFIGS[name]
    lines = tensors(config).splitlines()
    for l, layer in enumerate(config.layers, 1):
        for parameter in parameters(config, l):
            with_gradient = f"{parameter} = torch.tensor({parameter}, requires_grad=True)"
            assert (with_gradient in lines) != layer.frozen
            assert (f"{parameter} = torch.tensor({parameter})" in lines) == layer.frozen
    assert sum("requires_grad" in line for line in lines) == lines[-1].count(",") + 1


def test_frozen_biases_have_a_gradient_that_counts_but_do_not_learn() -> None:
    config = CONFIGS["link"]
    assert learning(config) == "parameters"
    layers = [{**layer.model_dump(exclude_none=True)} for layer in config.layers]
    layers[0]["freeze_bias"] = True
    held = config.merged({"layers": layers})
    assert "b1" not in learning(held)
    assert "b1 = torch.tensor(b1, requires_grad=True)" in tensors(held)


def test_dropout_takes_the_masks_that_backstep_draws() -> None:
    lines = minibatch(CONFIGS["norm, dropout and link"])
    at = lines.index("mask1 = torch.from_numpy(drawn(1, 0.3, f1.shape))")
    assert lines[at + 1] == "a1 = f1*mask1 + a0 @ P1"
    assert "def drawn(" in tensors(CONFIGS["dropout"])
    assert not any("F.dropout" in line for line in lines)


def test_weights_are_pruned_after_the_step_and_chosen_once() -> None:
    lines = minibatch(CONFIGS["pruned"])
    step, chosen = lines.index("optimizer.step()"), lines.index("if t == 2:")
    held = lines.index("W1.data *= keep1")
    assert step < chosen < held
    assert "    keep3 = torch.from_numpy(largest(W3.detach().numpy(), 0.5))" in lines
