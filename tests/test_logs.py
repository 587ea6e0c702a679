"""What is logged: in two forms, and never with a key."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.exceptions import InvalidStatus

from app.logs import configure, masked
from app.settings import Settings
from tests.live.clients import Server

BROKEN = """
import sys
from app import logs, server
from app.main import create_app
from app.settings import Settings

settings = Settings.from_environment()
logs.configure(settings)
app = create_app(settings)

@app.get("/api/sessions/{key}/broken")
async def broken(key: str) -> None:
    raise RuntimeError(f"GET /api/sessions/{key} is broken")

server.serve(app, settings, host="127.0.0.1", port=int(sys.argv[1]))
"""


@pytest.fixture
def logging_as_it_was() -> Iterator[None]:
    root, uvicorn = logging.getLogger(), logging.getLogger("uvicorn")
    before = root.handlers[:], root.level, uvicorn.level
    yield
    root.handlers[:], level, quieter = before
    root.setLevel(level)
    uvicorn.setLevel(quieter)


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("level", ["debug", "info"])
def test_no_key_is_in_the_log_whatever_is_asked(tmp_path: Path, form: str, level: str) -> None:
    server = Server(tmp_path, log=form, log_level=level)
    server.command = ["-c", BROKEN]
    try:
        server.start()
        made = server.create()
        keys = [made["key"], made["watch_url"].rpartition("/")[2]]
        for key in keys:
            assert ask_everything(server, key) == 500
        server.stop()
    finally:
        server.end()
    assert "/api/sessions/… is broken" in server.log
    assert "request failed: GET /api/sessions/{key}/broken" in server.log
    assert [key for key in keys if key in server.log] == []


def ask_everything(server: Server, key: str) -> int:
    """Ask all sorts of things with a key; return how the last one, which is broken, ends."""
    for path in (
        f"/s/{key}",
        f"/s/{key}/sheet",
        f"/s/{key}/none",
        f"/ws/{key}",
        f"/poll/{key}/name",
        f"/static/{key}",
    ):
        server.http.get(path, params={"key": key})
    for more in ("", "?as=nothing", "/export?as=html", "/export?as=" + key, "/"):
        server.http.get(f"/api/sessions/{key}{more}")
    server.http.post(f"/api/sessions/{key}", content=b"{")
    server.http.post("/api/sessions", json={"config": key})
    with server.browser(key) as browser:
        browser.ask("step")
        browser.connection.send("{" + key)
        browser.connection.send(key.encode())
        browser.ask("sync")
    with pytest.raises(InvalidStatus), server.browser(key, origin=f"http://{key}.example"):
        pass
    # uvicorn closes a connection on which something broke.
    headers = {"connection": "close"}
    return server.http.get(f"/api/sessions/{key}/broken", headers=headers).status_code


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("GET /s/abc-DE_f/sheet?x=1 200", "GET /s/…/sheet?x=1 200"),
        ('"WebSocket /ws/shard.secret" [accepted]', '"WebSocket /ws/…" [accepted]'),
        ("/api/sessions/abc, then '/s/abc'", "/api/sessions/… then '/s/…'"),
        ("GET /api/sessions/{key}/export", "GET /api/sessions/{key}/export"),
        ("/class/K7M2QX/teach", "/class/…/teach"),
        ("GET /static/js/main.js", "GET /static/js/main.js"),
    ],
)
def test_the_key_of_an_address_is_masked(text: str, shown: str) -> None:
    assert masked(text) == shown


@pytest.mark.usefixtures("logging_as_it_was")
def test_a_line_of_json_says_when_how_bad_who_and_what(capsys: pytest.CaptureFixture[str]) -> None:
    configure(Settings(log="json"))
    logging.getLogger("backstep.room").warning("%d things", 3, extra={"code": "full"})
    try:
        raise ValueError("no")
    except ValueError:
        logging.getLogger("backstep.room").exception("it failed")
    first, second = map(json.loads, capsys.readouterr().err.splitlines())
    assert first.pop("timestamp").endswith("+00:00")
    assert first == {
        "level": "WARNING", "logger": "backstep.room", "message": "3 things", "code": "full",
    }  # fmt: skip
    assert second["exception"].startswith("Traceback")


@pytest.mark.usefixtures("logging_as_it_was")
def test_below_the_level_nothing_is_logged(capsys: pytest.CaptureFixture[str]) -> None:
    configure(Settings(log_level="warning"))
    logging.getLogger("backstep.room").info("as usual")
    logging.getLogger("backstep.room").warning("look")
    assert capsys.readouterr().err == "WARNING backstep.room: look\n"


@pytest.mark.usefixtures("logging_as_it_was")
@pytest.mark.parametrize(
    ("level", "quieter"), [("debug", "INFO"), ("info", "WARNING"), ("error", "ERROR")]
)
def test_uvicorn_never_logs_what_goes_over_a_socket(level: str, quieter: str) -> None:
    configure(Settings.model_validate({"log_level": level}))
    assert logging.getLogger("uvicorn.error").getEffectiveLevel() == getattr(logging, quieter)
