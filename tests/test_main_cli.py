"""The command line, to the letter of the contract, in a process of its own.

What is only about refusing runs in this process, because starting Python takes its time.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file
from typer.testing import CliRunner

from app.__main__ import app, main
from app.engine.config import Config
from app.engine.evaluate import Evaluator
from app.engine.program import writes
from app.engine.run import Run
from app.export.replay import replay_of
from app.export.scripts import SCRIPTS
from app.language import current
from app.presets import PRESETS, preset
from tests.chinese import learn
from tests.lessons.files import written

ROOT = Path(__file__).parents[1]
DIVERGING = {
    "data": {"name": "inline", "X": [[1.0], [2.0]], "Y": [[3.0], [-5.0]]},
    "layers": [{"units": 2, "activation": "linear"}, {"units": 1, "activation": "linear"}],
    "optimizer": {"name": "sgd", "learning_rate": 10.0},
}


def backstep(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "app", *arguments]
    return subprocess.run(command, input=stdin, capture_output=True, text=True, cwd=ROOT)


def printed(*arguments: str, status: int = 0, stdin: str = "") -> list[dict[str, Any]]:
    """Run in this process and return the JSON objects that are printed, one a line."""
    result = CliRunner().invoke(app, list(arguments), input=stdin)
    assert result.exit_code == status, result.output
    return [json.loads(line, parse_constant=pytest.fail) for line in result.stdout.splitlines()]


def refusal(monkeypatch: pytest.MonkeyPatch, capsys: Any, *arguments: str) -> str:
    """Run in this process and return the sentence that ends it with status 2."""
    monkeypatch.setattr(sys, "argv", ["backstep", *arguments])
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 2
    text: str = capsys.readouterr().err
    assert "Traceback" not in text
    return text


# ---------------------------------------------------------------- trace


@pytest.mark.parametrize("name", PRESETS)
def test_trace_prints_every_op_with_all_that_it_wrote(name: str) -> None:
    run = Run(preset(name))
    length = len(run.program)
    lines = printed("trace", name, "--json")
    assert len(lines) == length
    for position, line in enumerate(lines):
        op = run.step()
        assert list(line) == ["position", "epoch", "iteration", "op", "layer", "phase", "writes"]
        assert (line["position"], line["iteration"], line["epoch"]) == (position, 0, 0)
        assert (line["op"], line["layer"], line["phase"]) == (op.kind, op.layer, op.phase)
        assert line["writes"].keys() == set(writes(op, run.config))
        for tensor, values in line["writes"].items():
            assert np.array_equal(np.array(values), run.tensor(tensor))
    assert lines[-1]["op"] == "update"


def test_trace_goes_on_over_minibatches_and_epochs() -> None:
    lines = printed("trace", "iris", "--minibatches", "9", "--json")
    length = len(Run(preset("iris")).program)
    assert [line["position"] for line in lines] == list(range(9 * length))
    assert [line["iteration"] for line in lines[::length]] == list(range(9))
    assert [line["epoch"] for line in lines[::length]] == [0] * 7 + [1] * 2
    assert [line["op"] for line in lines[length - 1 :: length]] == ["update"] * 9
    assert [line["op"] for line in lines[::length]] == ["draw"] * 9


def test_trace_reads_a_file_and_standard_input(tmp_path: Path) -> None:
    config = json.dumps({"data": {"name": "and"}, "layers": [{"units": 1}]})
    file = tmp_path / "config.json"
    file.write_text(config)
    assert printed("trace", str(file), "--json") == printed("trace", "-", "--json", stdin=config)


def test_trace_without_json_is_for_people() -> None:
    result = CliRunner().invoke(app, ["trace", "mazur"])
    assert result.exit_code == 0
    assert "0  draw      draw 0" in result.stdout
    assert "W2 =" in result.stdout


def test_a_trace_that_diverges_ends_with_1_and_without_nan(tmp_path: Path) -> None:
    file = tmp_path / "config.json"
    file.write_text(json.dumps(DIVERGING))
    result = backstep("trace", str(file), "--minibatches", "10000", "--json")
    assert result.returncode == 1
    lines = [json.loads(line, parse_constant=pytest.fail) for line in result.stdout.splitlines()]
    last = [value for values in lines[-1]["writes"].values() for value in np.ravel(values)]
    assert None in last
    assert "the run has diverged" in result.stderr
    assert "Traceback" not in result.stderr
    assert "Warning" not in result.stderr


# ---------------------------------------------------------------- train


def test_train_prints_an_object_for_each_epoch_and_a_final_one() -> None:
    *epochs, final = printed("train", "iris", "--epochs", "3", "--json")
    assert [line["epoch"] for line in epochs] == [1, 2, 3]
    assert all(
        line.keys() == {"epoch", "cost", "test_cost", "accuracy", "test_accuracy"}
        for line in epochs
    )
    assert final == {**epochs[-1], "final": True, "diverged": False}
    run = Run(preset("iris"))
    run.advance(3 * run.per_epoch * len(run.program))
    assert final["cost"] == Evaluator(run).training().cost


def test_training_for_numbers_has_no_accuracy_and_without_test_examples_no_test_cost() -> None:
    first, _ = printed("train", "linear_regression", "--epochs", "1", "--json")
    assert first.keys() == {"epoch", "cost"}


@pytest.mark.parametrize(
    ("stop", "epochs"), [({"epochs": 4}, 4), ({"cost_below": 1e9}, 1),
                         ({"gradient_norm_below": 1e9}, 1)]
)  # fmt: skip
def test_train_obeys_the_stop_of_the_config(stop: dict[str, Any], epochs: int) -> None:
    config = json.dumps({"data": {"name": "xor"}, "stop": stop})
    assert printed("train", "-", "--json", stdin=config)[-1]["epoch"] == epochs


def test_the_epochs_of_the_command_line_go_before_those_of_the_config() -> None:
    config = json.dumps({"stop": {"epochs": 4}})
    assert printed("train", "-", "--epochs", "2", "--json", stdin=config)[-1]["epoch"] == 2


def test_a_run_that_diverges_ends_with_1_and_says_so_in_json(tmp_path: Path) -> None:
    file = tmp_path / "config.json"
    file.write_text(json.dumps(DIVERGING))
    result = backstep("train", str(file), "--epochs", "10000", "--json")
    assert result.returncode == 1
    lines = [json.loads(line, parse_constant=pytest.fail) for line in result.stdout.splitlines()]
    assert (lines[-1]["final"], lines[-1]["diverged"]) == (True, True)
    assert "the run diverged in epoch" in result.stderr
    assert "Traceback" not in result.stderr
    assert "Warning" not in result.stderr


def test_the_weights_are_saved_for_any_safetensors_reader(tmp_path: Path) -> None:
    file = tmp_path / "weights.safetensors"
    printed("train", "spiral", "--epochs", "2", "--json", "--save", str(file))
    run = Run(preset("spiral"))
    run.advance(2 * run.per_epoch * len(run.program))
    saved = load_file(file)
    assert saved.keys() == {f"{s}{l}" for s in "Wb" for l in (1, 2, 3, 4)}
    for name, array in saved.items():
        assert np.array_equal(array, run.tensor(name))


def test_the_figure_is_a_page_that_works_by_itself(tmp_path: Path) -> None:
    file = tmp_path / "curve.html"
    printed("train", "circle", "--epochs", "2", "--json", "--figure", str(file))
    page = file.read_text()
    assert page.count("test_cost") >= 1
    assert "<script src=" not in page
    assert 'src="http' not in page
    assert len(page) > 1_000_000


def test_training_without_json_is_for_people() -> None:
    result = backstep("train", "xor", "--epochs", "2")
    assert result.returncode == 0
    assert [line.split()[:2] for line in result.stdout.splitlines()] == [
        ["epoch", "1"], ["epoch", "2"]
    ]  # fmt: skip


# ---------------------------------------------------------------- export


@pytest.mark.parametrize("form", SCRIPTS)
def test_export_prints_the_script_of_a_preset_under_its_name(form: str) -> None:
    result = CliRunner().invoke(app, ["export", "xor", "--as", form])
    assert result.exit_code == 0
    assert result.stdout == SCRIPTS[form].write(preset("xor"), title="xor")


def test_export_makes_numpy_of_a_file_unless_told_otherwise(tmp_path: Path) -> None:
    file = tmp_path / "config.json"
    file.write_text(json.dumps(DIVERGING))
    result = CliRunner().invoke(app, ["export", str(file)])
    assert result.stdout == SCRIPTS["numpy"].write(Config.parse(DIVERGING))


def test_a_form_that_there_is_not_ends_export_with_2_and_the_forms(
    monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    text = refusal(monkeypatch, capsys, "export", "xor", "--as", "fortran")
    assert text == "--as must be one of numpy, torch, keras, html, got 'fortran'.\n"


# ---------------------------------------------------------------- sheet


def sheet(*arguments: str, status: int = 0) -> str:
    result = CliRunner().invoke(app, ["sheet", *arguments])
    assert result.exit_code == status, result.output
    return result.stdout


def test_a_sheet_is_printed_as_text() -> None:
    text = sheet("mazur")
    assert "C = E₁ + E₂" in text
    assert "= 0.298371109" in text
    assert "the cost is 0.291027774" in text
    assert sheet("mazur", "--decimals", "4").count("= 0.2984") == 1


@pytest.mark.parametrize(
    ("form", "start"),
    [("text", "# XOR"), ("markdown", "# XOR"), ("html", "<!doctype html>"), ("csv", "line,")],
)
def test_a_sheet_has_four_forms(tmp_path: Path, form: str, start: str) -> None:
    file = tmp_path / "sheet"
    assert sheet("xor", "--as", form, "--output", str(file)) == ""
    assert file.read_text(encoding="utf-8").startswith(start)


def test_a_sheet_for_students_with_its_key() -> None:
    assert "0.2984" not in sheet("mazur", "--student", "--decimals", "4")
    assert "| 11 | C | 0.2984 |" in sheet("mazur", "--student", "--key", "--decimals", "4")
    assert "## Given" not in sheet("mazur", "--key")
    assert "Example 2" not in sheet("xor", "--examples", "1,3", "--minibatches", "2")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("mazur", "--decimals", "20"), "decimals must be at most 12, got 20.\n"),
        (("mazur", "--minibatches", "0"), "minibatches must be at least 1, got 0.\n"),
        (("xor", "--examples", "7"), "examples must be at most 4, the number of examples in the "),
        (("xor", "--as", "pdf"), "--as must be one of text, markdown, html, csv, got 'pdf'.\n"),
        (("digits",), "sheet must have at most 5,000 lines: choose fewer examples, minibatches or"),
        (("nothing",), "There is no file 'nothing' and no preset of that name"),
    ],
)
def test_a_sheet_that_cannot_be_ends_with_2_and_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: Any, arguments: tuple[str, ...], sentence: str
) -> None:
    text = refusal(monkeypatch, capsys, "sheet", *arguments)
    assert text.startswith(sentence)
    assert text.count("\n") == 1


def test_a_sheet_of_a_run_that_diverges_ends_there_with_1(tmp_path: Path) -> None:
    file = tmp_path / "config.json"
    file.write_text(json.dumps(DIVERGING))
    text = sheet(str(file), "--minibatches", "20", status=1)
    assert "is not a number: the run has diverged." in text


# ---------------------------------------------------------------- check, serve, refusals


@pytest.mark.parametrize("name", ["xor", "mazur", "perceptron", "iris", "circle"])
def test_check_finds_every_gradient_right(name: str) -> None:
    result = CliRunner().invoke(app, ["check", name])
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines
    assert all(line.endswith("ok") for line in lines)


def test_export_prints_a_page_that_replays_the_first_minibatches() -> None:
    result = CliRunner().invoke(app, ["export", "xor", "--as", "html", "--minibatches", "2"])
    assert result.exit_code == 0
    assert result.stdout == replay_of(preset("xor"), 2, title="XOR").decode() + "\n"


def test_the_script_and_the_module_are_one() -> None:
    result = backstep("--help")
    assert result.returncode == 0
    for command in ("serve", "lessons", "trace", "train", "check", "export", "sheet"):
        assert command in result.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("dance",), ("trace",), ("train", "xor", "--epochs", "0"), ("trace", "xor", "--minibatches",
        "x"), ("serve", "--port", "70000"), ("train", "xor", "--nonsense"),
    ],
)  # fmt: skip
def test_arguments_that_cannot_be_end_with_2(arguments: tuple[str, ...]) -> None:
    assert CliRunner().invoke(app, list(arguments)).exit_code == 2


@pytest.mark.parametrize("command", ["trace", "train", "check"])
@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "config must be JSON"),
        ("{", "config must be JSON"),
        ("[]", "config must be an object"),
        ('{"seed": -1, "minibatch_size": 0}', "seed must be at least 0, got -1; minibatch_size"),
        ('{"nonsense": 1}', "nonsense is not a setting here"),
        ('{"optimizer": {"name": "sgd", "learning_rate": NaN}}', "optimizer.learning_rate must be"),
    ],
)
def test_a_config_that_cannot_be_ends_with_2_and_every_fault(
    monkeypatch: pytest.MonkeyPatch, capsys: Any, tmp_path: Path, command: str, text: str,
    sentence: str,
) -> None:  # fmt: skip
    file = tmp_path / "config.json"
    file.write_text(text)
    assert refusal(monkeypatch, capsys, command, str(file)).startswith(sentence)


def test_a_config_that_is_not_there_ends_with_2_and_the_names_of_the_presets(
    monkeypatch: pytest.MonkeyPatch, capsys: Any, tmp_path: Path
) -> None:
    for source in ("no-such-file.json", str(tmp_path)):
        text = refusal(monkeypatch, capsys, "trace", source)
        assert all(name in text for name in PRESETS)


def test_bytes_that_are_no_text_end_with_2() -> None:
    command = [sys.executable, "-m", "app", "trace", "-"]
    result = subprocess.run(command, input=b"\xff\xfe\x00", capture_output=True, cwd=ROOT)
    assert result.returncode == 2
    assert result.stderr.startswith(b"config must be JSON")


def test_a_file_that_cannot_be_written_ends_with_2_and_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: Any, tmp_path: Path
) -> None:
    for option in ("--save", "--figure"):
        file = str(tmp_path / "no" / "such" / "folder")
        text = refusal(monkeypatch, capsys, "train", "xor", "--epochs", "1", option, file)
        assert file in text


def test_a_setting_that_cannot_be_ends_serve_with_2(
    monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setenv("BACKSTEP_MAX_ROOMS", "many")
    text = refusal(monkeypatch, capsys, "serve", "--port", "0")
    assert text == "BACKSTEP_MAX_ROOMS must be a whole number, got 'many'.\n"


def test_the_same_config_prints_the_same_bytes() -> None:
    config = Config.parse({"data": {"name": "moons"}, "minibatch_size": 7, "seed": 3}).as_json()
    text = json.dumps(config)
    one, other = (backstep("train", "-", "--epochs", "3", "--json", stdin=text) for _ in range(2))
    assert one.stdout == other.stdout


# ---------------------------------------------------------------- languages


CHINESE = {
    "A step debugger for backpropagation.": "反向传播的单步调试器。",
    "Options": "选项",
    "Usage: ": "用法：",
    "Show this message and exit.": "显示此信息并退出。",
    "how many are worked out": "逐步计算多少个",
    "[default: {}]": "[默认：{}]",
    "epoch": "轮",
    "forward": "前向",
    "preactivate": "加权和",
    "{tensor:>5}  {count:>6} entries  {error:.1e}  {verdict}":
        "{tensor:>5}  {count:>6} 个元素  {error:.1e}  {verdict}",
    "ok": "正确",
    "There is no file {source!r} and no preset of that name ({names}).":
        "没有文件 {source!r}，也没有同名的示例（{names}）。",
    "Your own data": "自备数据",
}  # fmt: skip


def in_chinese(
    monkeypatch: pytest.MonkeyPatch, capsys: Any, *arguments: str
) -> tuple[object, str, str]:
    """Run in this process as in a Chinese shell; return the status and what is printed."""
    learn(monkeypatch, CHINESE)
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    monkeypatch.setattr(sys, "argv", ["backstep", *arguments])
    # The name of the program is told by who runs it, which may be ``python -m pytest``.
    monkeypatch.setattr(sys.modules["__main__"], "__package__", None)
    with pytest.raises(SystemExit) as end:
        main()
    said = capsys.readouterr()
    assert current.get() == "en"
    return end.value.code, said.out, said.err


def test_the_help_is_in_the_language_of_the_shell(
    monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    status, out, _ = in_chinese(monkeypatch, capsys, "--help")
    assert status == 0
    for words in ("反向传播的单步调试器。", "─ 选项 ─", "用法：backstep", "显示此信息并退出。"):
        assert words in out
    _, out, _ = in_chinese(monkeypatch, capsys, "sheet", "--help")
    assert "逐步计算多少个 [默认：1]" in out


def test_the_output_is_in_the_language_of_the_shell(
    monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    assert in_chinese(monkeypatch, capsys, "train", "xor", "--epochs", "1")[1].startswith(
        "轮      1"
    )
    assert "    1  前向      加权和 1\n" in in_chinese(monkeypatch, capsys, "trace", "xor")[1]
    assert " 个元素  " in in_chinese(monkeypatch, capsys, "check", "xor")[1]
    assert "正确\n" in in_chinese(monkeypatch, capsys, "check", "xor")[1]


def test_a_sheet_is_in_the_language_of_the_shell(
    monkeypatch: pytest.MonkeyPatch, capsys: Any, tmp_path: Path
) -> None:
    file = tmp_path / "config.json"
    data = {"name": "inline", "X": [[1.0]], "Y": [[1.0]]}
    file.write_text(json.dumps({"data": data, "layers": [{"units": 1}]}))
    assert in_chinese(monkeypatch, capsys, "sheet", str(file))[1].startswith("# 自备数据, 1-1\n")


def test_what_is_refused_is_told_in_the_language_of_the_shell(
    monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    status, _, error = in_chinese(monkeypatch, capsys, "trace", "nothing")
    assert status == 2
    assert error.startswith("没有文件 'nothing'，也没有同名的示例（xor, ")


def test_json_is_the_same_in_every_language(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    out = in_chinese(monkeypatch, capsys, "train", "xor", "--epochs", "1", "--json")[1]
    lines = [json.loads(line) for line in out.splitlines()]
    assert lines == printed("train", "xor", "--epochs", "1", "--json")


# ---------------------------------------------------------------- lessons of one's own

FAULTY = "## A\n\n```stop\nop: cost\n```\n\nIt costs [7.25](=cost).\n"


def test_lessons_that_are_right_are_counted(tmp_path: Path) -> None:
    written(tmp_path, "## A\n\nText.\n")
    result = CliRunner().invoke(app, ["lessons", str(tmp_path)])
    assert (result.exit_code, result.stdout) == (
        0,
        "The lesson is right, with every number in it.\n",
    )
    written(tmp_path, "## B\n\nText.\n", "zh/other.md")
    assert "2 lessons are right" in CliRunner().invoke(app, ["lessons", str(tmp_path)]).stdout


@pytest.mark.parametrize("command", [["lessons"], ["serve", "--port", "0", "--lessons"]])
def test_a_lesson_that_is_wrong_ends_with_2_and_tells_file_and_line(
    monkeypatch: pytest.MonkeyPatch, capsys: Any, tmp_path: Path, command: list[str]
) -> None:
    written(tmp_path, FAULTY)
    text = refusal(monkeypatch, capsys, *command, str(tmp_path))
    assert text == "test.md:13: states 7.25, but cost is 3.125 here\n"


def test_a_folder_that_is_not_there_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: Any, tmp_path: Path
) -> None:
    text = refusal(monkeypatch, capsys, "lessons", str(tmp_path / "none"))
    assert text.startswith("There is no folder ")
