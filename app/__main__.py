"""The command line: ``backstep serve``, ``trace``, ``train``, ``check``, ``export``, ``sheet``, ``lessons``."""  # noqa: E501

import sys
import webbrowser
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import orjson
import typer
from rich.cells import set_cell_size
from rich.console import Console
from rich.progress import track

from app.engine import mnist
from app.engine.config import Config
from app.engine.evaluate import Evaluator
from app.engine.gradcheck import TOLERANCE
from app.engine.gradcheck import check as gradient_check
from app.engine.program import Op, symbol, writes
from app.engine.run import Run
from app.errors import BackstepError, ConfigError, Fault
from app.export.replay import replay_of
from app.export.scripts import SCRIPTS
from app.export.weights import safetensors
from app.help import Command, Group
from app.language import DEFAULT, current, language_of_environment, say, spoken
from app.lessons.library import checked
from app.presets import PRESETS, preset
from app.settings import Settings
from app.sheet.document import markdown, plain_text
from app.sheet.origin import Origin
from app.sheet.page import page
from app.sheet.sheet import make
from app.sheet.values import values
from app.sheet.wanted import Wanted
from app.terms import COLUMNS, KINDS, PHASES

__all__ = ["app", "main"]

FAILED, BAD_INPUT = 1, 2
EPOCHS = 100
SHEETS = {"text": plain_text, "markdown": markdown, "html": page, "csv": values}

app = typer.Typer(
    cls=Group, help=say("A step debugger for backpropagation."), no_args_is_help=True,
    add_completion=False, pretty_exceptions_enable=False,
)  # fmt: skip
Experiment = Annotated[
    str,
    typer.Argument(metavar="CONFIG", help=say("a file, - for standard input, or a preset's name")),
]


def main() -> None:
    """Run the command line; bad input ends with one sentence and status 2."""
    before = current.set(language_of_environment())
    try:
        app()
    except (BackstepError, OSError) as error:
        _complain(str(error))
        sys.exit(BAD_INPUT)
    finally:
        current.reset(before)


def _config(source: str) -> Config:
    if (files := Settings.from_environment().mnist) is not None:
        mnist.look_in(files)
    if source in PRESETS:
        return preset(source)
    if source == "-":
        return Config.parse(sys.stdin.buffer.read())
    path = Path(source)
    if not path.is_file():
        names = ", ".join(PRESETS)
        raise BackstepError(
            say("There is no file {source!r} and no preset of that name ({names}).",
                source=source, names=names)
        )  # fmt: skip
    return Config.parse(path.read_bytes())


def _say(line: str) -> None:
    print(spoken(line), flush=True)  # noqa: T201


def _json_line(value: Any) -> None:
    _say(orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY).decode())


@app.command(cls=Command, help=say("Serve the lab."))
def serve(
    host: Annotated[str, typer.Option(help=say("address to listen on"))] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help=say("port to listen on"))] = 8000,
    open_: Annotated[bool, typer.Option("--open", help=say("open the browser"))] = False,
    lessons: Annotated[
        Path | None, typer.Option(metavar="DIR", help=say("a folder with lessons of your own"))
    ] = None,
) -> None:
    from app import logs, server
    from app.main import create_app

    settings = Settings.from_environment()
    if lessons is not None:
        settings = settings.model_copy(update={"lessons": lessons})
    if settings.lessons is not None:
        checked(settings.lessons)
    logs.configure(settings)
    address = f"http://{host}:{port}/"
    if open_:
        webbrowser.open(address)
    _say(say("Backstep is at {address} (Ctrl+C stops it)", address=address))
    current.set(DEFAULT)  # who reads a page has a language of their own
    application = create_app(settings)
    application.state.listens = host
    server.serve(application, settings, host=host, port=port)


@app.command(cls=Command, help=say("Check lessons of your own, every number in them included."))
def lessons(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help=say("a folder with lessons"))],
) -> None:
    count = checked(folder)
    _say(say("{count} lessons are right, with every number in them.", count=count)
         if count != 1 else say("The lesson is right, with every number in it."))  # fmt: skip


@app.command(cls=Command, help=say("Execute op by op and print what each one writes."))
def trace(
    config: Experiment,
    minibatches: Annotated[int, typer.Option(min=1, help=say("how many to execute"))] = 1,
    json: Annotated[bool, typer.Option("--json", help=say("one JSON object a line"))] = False,
) -> None:
    run = Run(_config(config))
    for _ in range(minibatches * len(run.program)):
        op = run.step()
        (_print_op_as_json if json else _print_op)(run, op)
        if not run.op_is_finite(op):
            _complain(say("{op} in layer {layer} is not a number: the run has diverged",
                          op=symbol(op), layer=op.layer))  # fmt: skip
            raise typer.Exit(FAILED)


def _print_op_as_json(run: Run, op: Op) -> None:
    iteration = run.shown_iteration
    tensors = {name: run.tensor(name) for name in writes(op, run.config)}
    _json_line(
        {
            "position": run.position - 1,
            "epoch": iteration // run.per_epoch,
            "iteration": iteration,
            "op": op.kind,
            "layer": op.layer,
            "phase": op.phase,
            "writes": {name: array.tolist() for name, array in tensors.items()},
        }
    )


def _print_op(run: Run, op: Op) -> None:
    phase = set_cell_size(spoken(PHASES[op.phase]), 9)
    _say(f"{run.position - 1:>5}  {phase} {spoken(KINDS[op.kind])} {op.layer}")
    for name in writes(op, run.config):
        text = np.array2string(run.tensor(name), precision=8, threshold=64, prefix=" " * 16)
        _say(f"{name:>12} =  {text}")


@app.command(cls=Command, help=say("Train and print the cost of every epoch."))
def train(
    config: Experiment,
    epochs: Annotated[
        int | None, typer.Option(min=1, help=say("how many, if not in CONFIG"))
    ] = None,
    json: Annotated[
        bool, typer.Option("--json", help=say("one JSON object for each epoch"))
    ] = False,
    save: Annotated[Path | None, typer.Option(help=say("write the weights (safetensors)"))] = None,
    figure: Annotated[Path | None, typer.Option(help=say("write the loss curve (HTML)"))] = None,
) -> None:
    run = Run(_config(config))
    evaluator = Evaluator(run)
    last = epochs or run.config.stop.epochs or EPOCHS
    rows: list[dict[str, Any]] = []
    diverged = False
    for epoch in _progress(range(1, last + 1), quiet=json):
        diverged = not run.advance_while_finite(epoch * run.per_epoch * len(run.program))
        rows.append(_measured(evaluator, epoch))
        _print_epoch(rows[-1], json)
        if diverged or _is_done(run, rows[-1]):
            break
    _finish(run, rows[-1], json, diverged)
    if save:
        save.write_bytes(safetensors(run))
    if figure:
        _write_figure(rows, figure)
    if diverged:
        raise typer.Exit(FAILED)


def _progress(epochs: range, *, quiet: bool) -> Iterable[int]:
    """Show a bar on the terminal, on standard error so that output can be piped."""
    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        return epochs
    return _tracked(epochs, console)


def _tracked(epochs: range, console: Console) -> Iterator[int]:
    yield from track(epochs, spoken(say("Training")), console=console, transient=True)


def _measured(evaluator: Evaluator, epoch: int) -> dict[str, Any]:
    train, test = evaluator.training(), evaluator.testing()
    row: dict[str, Any] = {"epoch": epoch, "cost": train.cost}
    if test is not None:
        row["test_cost"] = test.cost
    if train.accuracy is not None:
        row["accuracy"] = train.accuracy
    if test is not None and test.accuracy is not None:
        row["test_accuracy"] = test.accuracy
    return row


def _print_epoch(row: dict[str, Any], json: bool) -> None:
    if json:
        _json_line(row)
    else:
        values = {k: f"{v:.6g}" if k != "epoch" else f"{v:>6}" for k, v in row.items()}
        _say("  ".join(f"{spoken(COLUMNS[k])} {v}" for k, v in values.items()))


def _is_done(run: Run, row: dict[str, Any]) -> bool:
    stop = run.config.stop
    small = stop.gradient_norm_below
    return (stop.cost_below is not None and row["cost"] < stop.cost_below) or (
        small is not None and float(np.linalg.norm(run.gradient_norms())) < small
    )


def _finish(run: Run, row: dict[str, Any], json: bool, diverged: bool) -> None:
    if json:
        _json_line({**row, "final": True, "diverged": diverged})
    if diverged:
        _complain(say("the run diverged in epoch {epoch}; lower the learning rate",
                      epoch=row["epoch"]))  # fmt: skip


def _complain(sentence: str) -> None:
    print(spoken(sentence), file=sys.stderr)  # noqa: T201


def _write_figure(rows: list[dict[str, Any]], path: Path) -> None:
    """Write the loss curve as a page that works by itself."""
    from plotly import graph_objects  # type: ignore[import-untyped]  # heavy, and rarely needed

    columns = [name for name in ("cost", "test_cost") if name in rows[0]]
    figure = graph_objects.Figure(
        [
            graph_objects.Scatter(
                x=[row["epoch"] for row in rows], y=[row[name] for row in rows],
                name=spoken(COLUMNS[name]),
            )
            for name in columns
        ],
        {
            "xaxis": {"title": spoken(COLUMNS["epoch"])},
            "yaxis": {"title": spoken(COLUMNS["cost"])},
            "template": "plotly_white",
        },
    )  # fmt: skip
    figure.write_html(path, include_plotlyjs=True)


@app.command(cls=Command, help=say("Compare every gradient with the numerical one."))
def check(config: Experiment) -> None:
    parsed = _config(config)
    results = gradient_check(parsed, minibatches=1)
    for result in results:
        _say(
            say("{tensor:>5}  {count:>6} entries  {error:.1e}  {verdict}",
                tensor=result.tensor, count=result.analytic.size, error=result.error,
                verdict=say("ok") if result.error < TOLERANCE else say("DIFFERENT"))
        )  # fmt: skip
    if any(result.error >= TOLERANCE for result in results):
        raise typer.Exit(FAILED)


@app.command(
    cls=Command,
    help=say(
        "Print a script that trains the network without Backstep, or a page that replays the run."
    ),
)
def export(
    config: Experiment,
    form: Annotated[str, typer.Option("--as", help=" | ".join((*SCRIPTS, "html")))] = "numpy",
    minibatches: Annotated[int, typer.Option(min=1, help=say("how many html records"))] = 3,
) -> None:
    if form not in (*SCRIPTS, "html"):
        names = ", ".join((*SCRIPTS, "html"))
        raise ConfigError([Fault("--as", say("must be one of {names}", names=names), repr(form))])
    known = config in PRESETS
    if form == "html":
        title = spoken(PRESETS[config].title) if known else ""
        _say(replay_of(_config(config), minibatches, title=title).decode())
    else:
        title = config if known else "An experiment"
        _say(SCRIPTS[form].write(_config(config), title=title).rstrip())


@app.command(cls=Command, help=say("Work out every number of a few minibatches, for paper."))
def sheet(
    config: Experiment,
    minibatches: Annotated[int, typer.Option(help=say("how many are worked out"))] = 1,
    decimals: Annotated[
        int | None, typer.Option(help=say("decimals that are shown, 2 to 12"))
    ] = None,
    examples: Annotated[
        str, typer.Option(help=say("rows of the minibatch, as 1,3; all if empty"))
    ] = "",
    form: Annotated[str, typer.Option("--as", help=say("text, markdown, html or csv"))] = "text",
    student: Annotated[bool, typer.Option("--student", help=say("with blanks"))] = False,
    key: Annotated[bool, typer.Option("--key", help=say("the answers by number"))] = False,
    output: Annotated[Path | None, typer.Option(help=say("write to a file"))] = None,
) -> None:
    if form not in SHEETS:
        rule = say("must be one of {names}", names=", ".join(SHEETS))
        raise ConfigError([Fault("--as", rule, repr(form))])
    wanted = Wanted.parse(
        {
            "minibatches": minibatches, "decimals": decimals, "examples": examples,
            "student": student, "key": key,
        }
    )  # fmt: skip
    made = make(Origin(_config(config)), wanted)
    text = SHEETS[form](made).rstrip()
    if output:
        output.write_text(f"{text}\n", encoding="utf-8")
    else:
        _say(text)
    if made.ended:
        _complain(made.ended)
        raise typer.Exit(FAILED)


if __name__ == "__main__":
    main()
