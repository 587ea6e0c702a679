"""Every form of a session is a file that its reader accepts, with the session's own numbers."""

import asyncio
import csv
import io
import json
import re
import threading
from pathlib import Path

import numpy as np
import pytest

from app.engine.run import Run
from app.export.replay import replay
from app.export.scripts import SCRIPTS
from app.presets import preset
from app.session.past import Past
from app.session.timeline import Timeline
from app.web.exports import Writer
from app.web.problems import Problem
from tests.export.test_replay import recorded

from .conftest import Client

ROOT = Path(__file__).parents[2]


@pytest.fixture
def key(client: Client) -> str:
    body = {"config": preset("iris").as_json(), "position": 240}
    made: str = client.post("/api/sessions", json=body).json()["key"]
    return made


def trained() -> Run:
    run = Run(preset("iris"))
    run.advance(240)
    return run


def exported(client: Client, key: str, form: str) -> bytes:
    answer = client.get(f"/api/sessions/{key}/export?as={form}")
    assert answer.status_code == 200
    assert answer.headers["content-disposition"].startswith("attachment; filename=")
    content: bytes = answer.content
    return content


def test_the_config_opens_the_same_experiment(client: Client, key: str) -> None:
    assert json.loads(exported(client, key, "config")) == preset("iris").as_json()


@pytest.mark.parametrize("form", SCRIPTS)
def test_a_script_is_the_one_of_the_command_line(client: Client, key: str, form: str) -> None:
    script = exported(client, key, form).decode()
    assert script == SCRIPTS[form].write(preset("iris"))
    compile(script, SCRIPTS[form].file, "exec")


@pytest.mark.parametrize("form", SCRIPTS)
def test_a_script_is_saved_under_the_name_that_it_gives_itself(
    client: Client, key: str, form: str
) -> None:
    answer = client.get(f"/api/sessions/{key}/export?as={form}")
    name = SCRIPTS[form].file
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
    assert answer.headers["content-type"] == "text/x-python; charset=utf-8"
    assert f"python {name} 100" in answer.text


def test_npz_holds_the_weights_of_this_place(client: Client, key: str) -> None:
    found = np.load(io.BytesIO(exported(client, key, "npz")))
    run = trained()
    assert set(found) == {"W1", "b1", "W2", "b2"}
    for name in found:
        assert np.array_equal(found[name], run.tensor(name))


def test_safetensors_holds_the_weights_of_this_place(client: Client, key: str) -> None:
    data = exported(client, key, "safetensors")
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    start, end = header["W1"]["data_offsets"]
    found = np.frombuffer(data[8 + length + start : 8 + length + end]).reshape(4, 8)
    assert np.array_equal(found, trained().tensor("W1"))


def test_csv_is_the_loss_curve(client: Client, key: str) -> None:
    rows = exported(client, key, "csv").decode().splitlines()
    assert rows[0] == "iteration,train,test,norm1,norm2,delta1,delta2,change1,change2"
    assert rows[1].split(",")[0] == "0"
    assert rows[1].endswith(6 * ",")  # no gradient yet
    assert float(rows[-1].split(",")[1]) > 0


def test_html_is_a_recording_that_opens_where_the_session_stands(client: Client, key: str) -> None:
    before = client.get(f"/api/sessions/{key}").json()
    page = exported(client, key, "html")
    facts = recorded(page)
    assert (facts["at"], facts["last"]) == (240, 240)
    assert b"Iris, 4-8-3" in page
    assert client.get(f"/api/sessions/{key}").json() == before


def test_a_recording_has_the_changes_that_were_made_by_hand(client: Client) -> None:
    edit = {"position": 12, "tensor": "W1", "index": [0, 0], "value": 0.125}
    body = {"config": preset("xor").as_json(), "edits": [edit], "position": 24}
    key = client.post("/api/sessions", json=body).json()["key"]
    timeline = Timeline(preset("xor"))
    timeline.load([edit])
    expected = replay(Past.of(timeline), 24, 0)
    assert exported(client, key, "html") == expected


def test_more_recordings_than_can_wait_are_refused() -> None:
    async def ask() -> list[object]:
        writer, go_on = Writer(2, "recordings"), threading.Event()

        def make() -> bytes:
            go_on.wait(10)
            return b"made"

        waiting = [asyncio.create_task(writer.write(make)) for _ in range(3)]
        with pytest.raises(Problem, match="2 recordings are being made"):
            await waiting[2]
        go_on.set()
        return [await waiting[0], await waiting[1], await writer.write(make)]

    assert asyncio.run(ask()) == [b"made"] * 3


def test_an_unknown_form_and_an_unknown_session_are_refused(client: Client, key: str) -> None:
    answer = client.get(f"/api/sessions/{key}/export?as=exe")
    assert answer.status_code == 422
    assert (
        "as must be one of html, config, numpy, torch, keras, safetensors"
        in answer.json()["detail"]
    )
    assert client.get("/api/sessions/nobody/export?as=npz").status_code == 404


def test_a_hidden_mistake_is_in_no_file_that_names_it(client: Client) -> None:
    document = {"config": {"mistake": "wrong_sign"}, "hidden": True}
    key = client.post("/api/sessions", json=document).json()["key"]
    for form in ("config", "numpy", "torch", "keras"):
        answer = client.get(f"/api/sessions/{key}/export", params={"as": form})
        assert answer.status_code == 409
        assert "wrong" not in answer.text
    assert client.get(f"/api/sessions/{key}/export", params={"as": "csv"}).status_code == 200
    assert client.get(f"/s/{key}/sheet").status_code == 422


FORMULA = re.compile(r"[=@\t\r]|[+-](?!\d)")
"""How a cell begins that a spreadsheet would compute."""


def test_no_cell_of_a_table_is_a_formula(client: Client) -> None:
    document = {"config": {"data": {"name": "spiral"}}, "position": 60}
    key = client.post("/api/sessions", json=document).json()["key"]
    for path in (f"/api/sessions/{key}/export?as=csv", "/sheet/xor?as=csv", "/sheet/mazur?as=csv"):
        rows = [*csv.reader(client.get(path).text.splitlines())]
        assert len(rows) > 1
        assert [cell for row in rows for cell in row if FORMULA.match(cell)] == []


def test_nothing_reads_or_writes_a_pickle() -> None:
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "app").rglob("*.py")]
    assert not any(re.search(r"\b(pickle|shelve|marshal|joblib)\b", text) for text in sources)
    assert not any("allow_pickle=True" in text for text in sources)
