"""The shape of the code: a test module for each module, nothing long, names that say something."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MODULES = sorted((ROOT / "app").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
LONGEST_FUNCTION = 40
LONGEST_MODULE = 300
"""Lines of code: blank lines, comments and docstrings are free."""
ELSEWHERE = {"app/__main__.py": "tests/test_main_cli.py", "app/main.py": "tests/web/test_pages.py"}
"""Modules whose tests stand under another name."""
EMPTY_WORDS = re.compile(r"(^|_)(utils?|helpers?|managers?|common|misc)(_|$)|Manager|Helper")


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def lines_of_code(module: Path) -> set[int]:
    """Return the numbers of the lines that are code."""
    source = module.read_text()
    lines = {
        number
        for number, line in enumerate(source.splitlines(), 1)
        if line.strip() and not line.strip().startswith("#")
    }
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            lines -= set(range(node.lineno, (node.end_lineno or 0) + 1))
    return lines


@pytest.mark.parametrize("module", MODULES, ids=named)
def test_a_module_has_its_test_module(module: Path) -> None:
    if module.name == "__init__.py":
        return
    inside = module.relative_to(ROOT / "app")
    mirror = f"tests/{inside.parent.as_posix()}/test_{inside.name}".replace("/./", "/")
    assert (ROOT / ELSEWHERE.get(named(module), mirror)).is_file()


@pytest.mark.parametrize("module", MODULES, ids=named)
def test_a_module_fits_into_the_head(module: Path) -> None:
    assert len(lines_of_code(module)) <= LONGEST_MODULE


@pytest.mark.parametrize("module", MODULES, ids=named)
def test_a_function_fits_on_a_screen(module: Path) -> None:
    lines = lines_of_code(module)
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = len(lines & set(range(node.lineno, (node.end_lineno or 0) + 1)))
            assert length <= LONGEST_FUNCTION, f"{node.name} has {length} lines"


@pytest.mark.parametrize("module", MODULES, ids=named)
def test_a_module_says_what_it_is_and_what_it_offers(module: Path) -> None:
    tree = ast.parse(module.read_text())
    assert ast.get_docstring(tree)
    if module.name != "__init__.py":
        assert any(
            isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
            for node in tree.body
        )


def test_no_name_is_an_empty_word() -> None:
    for module in [*MODULES, *TESTS]:
        assert not EMPTY_WORDS.search(module.stem), module
        for node in ast.walk(ast.parse(module.read_text())):
            if isinstance(node, ast.ClassDef):
                assert not EMPTY_WORDS.search(node.name), f"{node.name} in {named(module)}"


def test_tests_neither_sleep_nor_mock() -> None:
    for module in TESTS:
        for node in ast.walk(ast.parse(module.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(".sleep"):
                assert ast.unparse(node) == "asyncio.sleep(0)", named(module)
            if isinstance(node, ast.ImportFrom):
                assert node.module not in ("unittest", "unittest.mock", "mock"), named(module)
