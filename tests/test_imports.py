"""Imports go one way: main -> web · live -> classroom -> session -> explain -> engine.

The code is read, not imported.
"""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MODULES = sorted((ROOT / "app").rglob("*.py"))
LEAVES = {"language", "assets"}
"""Anybody may import these; they import nothing of ours."""
ALLOWED = {
    "language": set(),
    "assets": set(),
    "errors": {"language"},
    "templates": {"language", "assets"},
    "settings": {"errors", "language"},
    "logs": {"settings"},
    "server": {"language", "live", "settings"},
    "engine": {"language", "engine", "errors"},
    "failures": {"language"},
    "lessons": {"lessons", "language", "engine", "errors", "presets"},
    "presets": {"language", "engine", "errors", "failures"},
    "explain": {"language", "explain", "engine", "errors"},
    "export": {
        "terms",
        "language",
        "assets",
        "templates",
        "export",
        "live",
        "session",
        "explain",
        "engine",
        "errors",
        "",
    },
    "sheet": {
        "terms",
        "language",
        "templates",
        "sheet",
        "session",
        "explain",
        "engine",
        "errors",
        "presets",
    },
    "session": {"language", "session", "explain", "engine", "errors"},
    "classroom": {"language", "classroom", "session", "engine", "errors"},
    "live": {"language", "live", "classroom", "session", "engine", "errors", "settings"},
    "web": {
        "lessons",
        "language",
        "assets",
        "templates",
        "web",
        "export",
        "sheet",
        "live",
        "classroom",
        "session",
        "engine",
        "errors",
        "settings",
        "presets",
        "",
    },
    "main": {
        "lessons",
        "language",
        "assets",
        "web",
        "live",
        "session",
        "engine",
        "errors",
        "settings",
        "presets",
        "",
    },
    "help": {"language"},
    "terms": {"engine", "language"},
    "__main__": {
        "terms",
        "help",
        "lessons",
        "language",
        "main",
        "server",
        "logs",
        "export",
        "sheet",
        "live",
        "engine",
        "errors",
        "settings",
        "presets",
    },
    "notebook": {"language", "main", "server", "engine", "errors", "settings"},
    "__init__": set(),
}
"""What each part of the application may import; "" is the package itself, for its version."""
OUTSIDE = {"asyncio", "time", "threading", "fastapi", "starlette", "uvicorn", "websockets"}
"""What the pure parts may not know."""


def imported(module: Path) -> set[str]:
    """Return the full names of all that a module imports, within functions too."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} imports relatively"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def part(module: Path) -> str:
    """Return the part of the application that a module belongs to."""
    return module.relative_to(ROOT / "app").parts[0].removesuffix(".py")


def named_part(name: str) -> str:
    parts = name.split(".")
    return parts[1] if len(parts) > 1 and not parts[1].startswith("__") else ""


@pytest.mark.parametrize("module", MODULES, ids=lambda m: str(m.relative_to(ROOT)))
def test_a_module_imports_only_what_stands_below_it(module: Path) -> None:
    ours = {named_part(name) for name in imported(module) if name.split(".")[0] == "app"}
    assert ours <= ALLOWED[part(module)], sorted(ours - ALLOWED[part(module)])


@pytest.mark.parametrize("module", MODULES, ids=lambda m: str(m.relative_to(ROOT)))
def test_the_pure_parts_know_no_loop_no_clock_and_no_web(module: Path) -> None:
    if part(module) in (
        "engine",
        "explain",
        "session",
        "classroom",
        "errors",
        "failures",
        "presets",
    ):
        assert not {name.split(".")[0] for name in imported(module)} & OUTSIDE


@pytest.mark.parametrize("name", ["codec", "viewer"])
def test_codec_and_viewer_know_no_clock_and_no_web(name: str) -> None:
    roots = {name.split(".")[0] for name in imported(ROOT / "app" / "live" / f"{name}.py")}
    assert not roots & (OUTSIDE - {"asyncio"})


def test_nothing_imports_the_command_line() -> None:
    for module in MODULES:
        assert not any(name.startswith("app.__main__") for name in imported(module))


def test_every_part_is_known() -> None:
    assert {part(module) for module in MODULES} == ALLOWED.keys()
    assert all(not ALLOWED[leaf] for leaf in LEAVES)
