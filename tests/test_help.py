"""The help explains itself in the current language, and after that in English again."""

import inspect

import pytest
from typer import rich_utils
from typer.testing import CliRunner

from app.__main__ import app
from app.help import WORDS
from tests.chinese import learn, reading


def helped(*arguments: str) -> str:
    result = CliRunner().invoke(app, [*arguments, "--help"])
    assert result.exit_code == 0
    return result.stdout


def test_typer_has_the_words_that_are_replaced() -> None:
    source = inspect.getsource(rich_utils)
    assert all(f'{name} = _("{words}")' in source for name, words in WORDS.items())


def test_the_help_of_all_commands_and_of_each(monkeypatch: pytest.MonkeyPatch) -> None:
    english = helped(), helped("serve")
    learn(monkeypatch, {
        "Serve the lab.": "启动实验室。", "Commands": "命令", "Options": "选项",
        "port to listen on": "监听的端口", "Usage: ": "用法：",
    })  # fmt: skip
    with reading("zh"):
        whole, serve = helped(), helped("serve")
    assert "启动实验室。" in whole
    assert "─ 命令 ─" in whole
    assert "启动实验室。" in serve
    assert "监听的端口" in serve
    assert "用法：" in serve
    assert (helped(), helped("serve")) == english
