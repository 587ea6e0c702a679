"""The PyTorch lines stand beside the ops, compile, and say what autograd does at the others."""

import importlib.util

import numpy as np
import pytest

from app.engine.config import Config
from app.engine.program import Kind, program
from app.engine.run import Run
from app.engine.torch_listing import torch_listing
from app.presets import PRESETS, preset
from tests.explain.networks import CONFIGS

ALL = {**{name: preset(name) for name in PRESETS}, **CONFIGS}


@pytest.mark.parametrize("name", ALL)
def test_every_op_has_a_line_that_compiles(name: str) -> None:
    lines = torch_listing(ALL[name])
    assert len(lines) == len(program(ALL[name]))
    compile("\n".join(lines), name, "exec")


def test_the_lines_of_xor() -> None:
    assert torch_listing(preset("xor")) == (
        "a0, y = X[rows], Y[rows]",
        "z1 = a0 @ W1 + b1",
        "a1 = torch.sigmoid(z1)",
        "z2 = a1 @ W2 + b2",
        "a2 = torch.sigmoid(z2)",
        "cost = ((a2 - y)**2).sum() / len(y)",
        "cost.backward()",
        "# backward() leaves W2.grad, b2.grad",
        "# backward() passes through z1",
        "# backward() leaves W1.grad, b1.grad",
        "optimizer.step();  optimizer.zero_grad()",
        "# step() has changed W2, b2",
    )


@pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="PyTorch is not installed")
@pytest.mark.parametrize("name", [name for name in CONFIGS if "clip" not in name])
def test_autograd_finds_the_gradients_of_the_engine(name: str) -> None:
    import torch

    assert_same_gradients(CONFIGS[name], torch)


def assert_same_gradients(config: Config, torch: object) -> None:
    run = Run(config)
    while run.next_op.kind is not Kind.UPDATE:
        run.step()
    names = {"torch": torch, "F": torch.nn.functional, "rows": slice(None)}  # type: ignore[attr-defined]
    for name, array in run.tensors().items():
        if name[0] in "Wb":
            names[name] = torch.tensor(array.copy(), requires_grad=True)  # type: ignore[attr-defined]
    names["X"], names["Y"] = (torch.tensor(run.tensor(n).copy()) for n in ("a0", "y"))  # type: ignore[attr-defined]
    for op, line in zip(run.program, torch_listing(config), strict=True):
        if op.kind is Kind.UPDATE:
            break
        exec(line, names)
    for name in run.tensors():
        if name[0] in "Wb":
            grad = names[name].grad.numpy()  # type: ignore[attr-defined]
            np.testing.assert_allclose(run.tensor(f"d{name}"), grad, rtol=1e-4, atol=1e-9)
