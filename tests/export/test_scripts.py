"""Every form of script, for any experiment: Python that knows every name that it reads."""

import ast

import pytest
from hypothesis import given, settings

from app.engine.config import Config
from app.export.scripts import SCRIPTS
from app.presets import preset
from tests.engine.networks import configs

from .experiments import EXPERIMENTS, unknown_names


def assert_complete(script: str) -> None:
    compile(script, "script", "exec")
    assert unknown_names(script) == set()
    assert script.count("print(") == 1


@pytest.mark.parametrize("form", SCRIPTS)
@pytest.mark.parametrize("name", EXPERIMENTS)
def test_a_script_knows_every_name_that_it_reads(form: str, name: str) -> None:
    assert_complete(SCRIPTS[form].write(EXPERIMENTS[name]))


@pytest.mark.parametrize("form", SCRIPTS)
@settings(max_examples=50)
@given(config=configs())
def test_so_does_that_of_any_network(form: str, config: Config) -> None:
    assert_complete(SCRIPTS[form].write(config))


@pytest.mark.parametrize("form", SCRIPTS)
def test_a_script_says_its_title_and_how_to_run_it(form: str) -> None:
    write, file = SCRIPTS[form]
    about = ast.get_docstring(ast.parse(write(preset("xor"), title="My first net")))
    assert about is not None
    assert about.startswith("My first net, trained step by step")
    assert f"python {file} 100" in about


def test_no_two_files_have_one_name() -> None:
    assert len({script.file for script in SCRIPTS.values()}) == len(SCRIPTS)


@pytest.mark.parametrize("form", SCRIPTS)
def test_a_title_cannot_become_code(form: str) -> None:
    write = SCRIPTS[form].write
    tree = ast.parse(write(preset("xor"), title='""" + open("x", "w").write("y") + """'))
    assert isinstance(tree.body[0], ast.Expr)
    assert isinstance(tree.body[0].value, ast.Constant)
    assert ast.unparse(tree.body[1:]) == ast.unparse(ast.parse(write(preset("xor"))).body[1:])
