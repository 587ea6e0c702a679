"""The PyTorch lines stand beside the ops, compile, and say what autograd does at the others."""

import importlib.util
from typing import Any

import numpy as np
import pytest

from app.engine.config import Config
from app.engine.names import is_parameter
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


def assert_same_gradients(config: Config, torch: Any) -> None:
    run = Run(config)
    while run.next_op.kind is not Kind.UPDATE:
        run.step()
    updates = [op for op in run.program if op.kind is Kind.UPDATE]
    learned = {name for op in updates for name in run.writes[op] if is_parameter(name)}
    names: dict[str, Any] = {
        name: torch.tensor(run.tensor(name).copy(), requires_grad=name in learned)
        for name in run.lasting_names()
    }
    names |= {"torch": torch, "F": Drops(run, torch), "rows": slice(None)}
    names["X"], names["Y"] = (torch.tensor(run.tensor(n).copy()) for n in ("a0", "y"))
    for op, line in zip(run.program, torch_listing(config), strict=True):
        if op.kind is Kind.UPDATE:
            break
        exec(line, names)
    assert learned
    for name in learned:
        gradient = names[name].grad.numpy()
        np.testing.assert_allclose(run.tensor(f"d{name}"), gradient, rtol=1e-4, atol=1e-9)


class Drops:
    """PyTorch's functions, but what is dropped is what the engine dropped."""

    def __init__(self, run: Run, torch: Any) -> None:
        masks = [name for name in run.tensors() if name.startswith("mask")]
        self._masks = iter([torch.tensor(run.tensor(name).copy()) for name in masks])
        self._functions = torch.nn.functional

    def __getattr__(self, name: str) -> Any:
        return getattr(self._functions, name)

    def dropout(self, f: Any, share: float) -> Any:
        return f * next(self._masks)
