"""The experiments that every form of script is made from, and how a script is read and run."""

import ast
import base64
import builtins
import subprocess
import sys
import zlib
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from app.engine.config import Config
from app.engine.run import Run
from app.presets import PRESETS, preset
from tests.engine.networks import OPTIMIZERS, SCHEDULES
from tests.explain.networks import CONFIGS

Array = NDArray[Any]

EPOCHS = 5
FROZEN = {
    "layers": [
        {"units": 4, "activation": "tanh", "freeze_bias": True},
        {"units": 3, "activation": "sigmoid", "bias": False},
        {"units": 2, "activation": "linear", "freeze_bias": True},
    ],
}
CLIP = {"by": "norm", "threshold": 0.05}
WIDE = [{"units": 70, "activation": "tanh"}, {"units": 70, "activation": "relu"}, {"units": 1}]
EXPERIMENTS = {
    **{name: preset(name) for name in PRESETS if name != "digits"},
    **CONFIGS,
    **{
        f"{name} {schedule['name']}": CONFIGS["tanh"].merged(
            {"optimizer": {**rule, "schedule": schedule}}
        )
        for name, rule in OPTIMIZERS.items()
        for schedule in SCHEDULES
        if isinstance(schedule, dict)
    },
    **{f"frozen {name}": CONFIGS[name].merged(FROZEN) for name in OPTIMIZERS},
    **{
        f"frozen {name} clipped": CONFIGS[name].merged({**FROZEN, "clip": CLIP})
        for name in OPTIMIZERS
    },
    "no momentum": CONFIGS["nesterov"].merged({"optimizer": {"momentum": 0.0}}),
    "packed": Config.parse({"layers": WIDE}),
    "whole numbers": CONFIGS["adam"].merged({"optimizer": {"beta1": 0.0, "learning_rate": 1.0}}),
}
"""Every preset but the slow one; every activation, cost, convention, clip and penalty; every
optimizer with every schedule, with frozen biases, and with these clipped."""


def printed(
    script: str, folder: Path, epochs: int = EPOCHS, warnings: str = "error"
) -> list[float]:
    """Run a script in an interpreter that knows nothing of Backstep; return its costs."""
    file = folder / "train.py"
    file.write_text(script)
    done = subprocess.run(
        [sys.executable, "-I", "-W", warnings, file, str(epochs)],
        capture_output=True, text=True, check=False, cwd=folder,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    lines = [line.split() for line in done.stdout.splitlines()]
    assert [int(epoch) for epoch, _ in lines] == list(range(1, epochs + 1))
    return [float(cost) for _, cost in lines]


def trained(config: Config, epochs: int = EPOCHS) -> list[float]:
    """The cost of the last minibatch of every epoch."""
    run, costs = Run(config), []
    for epoch in range(1, epochs + 1):
        run.advance(epoch * run.per_epoch * len(run.program))
        costs.append(run.cost)
    return costs


def assert_same_costs(script: str, config: Config, folder: Path, rel: float = 1e-9) -> None:
    """Run a script whose library sums in an order of its own."""
    rel = rel if config.dtype == "float64" else 1e-4
    costs = printed(script, folder, warnings="default")
    assert costs == pytest.approx(trained(config), rel=rel, nan_ok=True)  # one example diverges


def unknown_names(script: str) -> set[str]:
    """The names that are read but neither made nor imported, and the imports that nothing reads."""
    nodes = list(ast.walk(ast.parse(script)))
    read = {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
    made = {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    made |= {n.name for n in nodes if isinstance(n, ast.FunctionDef | ast.ClassDef)}
    made |= {n.arg for n in nodes if isinstance(n, ast.arg)}
    imports = {
        alias.asname or alias.name
        for n in nodes
        if isinstance(n, ast.Import | ast.ImportFrom)
        for alias in n.names
    }
    return (read - made - imports - set(dir(builtins))) | (imports - read)


def executed(script: str, *names: str, **known: Any) -> SimpleNamespace:
    """Execute only the statements that make these names, with what they are to know."""
    chosen = [
        node
        for node in ast.parse(script).body
        if getattr(node, "name", None) in names
        or (isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in names)
    ]
    space = {"np": np, "base64": base64, "zlib": zlib, **known}
    exec(compile(ast.Module(chosen, []), "script", "exec"), space)
    return SimpleNamespace(**space)


def model_of(script: str) -> ast.Call:
    """The call that makes the model."""
    (made,) = (
        node.value
        for node in ast.parse(script).body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "model"
    )
    assert isinstance(made, ast.Call)
    return made


def line_of(script: str, start: str) -> str:
    """The one line that starts so."""
    (line,) = (line.strip() for line in script.splitlines() if line.strip().startswith(start))
    return line


def call_of(script: str, start: str) -> tuple[str, list[str], dict[str, Any]]:
    """The call in the one line that starts so: what is called, places, and values by name."""
    node = ast.parse(line_of(script, start)).body[0]
    assert isinstance(node, ast.Assign | ast.Expr)
    assert isinstance(node.value, ast.Call)
    values = {str(word.arg): ast.literal_eval(word.value) for word in node.value.keywords}
    places = [ast.unparse(argument) for argument in node.value.args]
    return ast.unparse(node.value.func), places, values
