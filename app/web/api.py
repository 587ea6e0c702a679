"""The HTTP interface to catalog, presets and sessions."""

from typing import Any

import orjson
from fastapi import APIRouter, Request, Response
from starlette.requests import ClientDisconnect

from app.errors import ConfigError, Fault, shown
from app.live.keys import Key
from app.live.lobby import Lobby
from app.presets import PRESETS, preset
from app.session.commands import FARTHEST
from app.web.catalog import catalog
from app.web.problems import Problem
from app.web.rooms import room_of

__all__ = ["router"]

router = APIRouter(prefix="/api", tags=["api"])


def _json(value: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(value), status, media_type="application/json")


@router.get("/catalog")
async def read_catalog() -> Response:
    """Every choice that a config offers, with its formula and range."""
    return _json(catalog())


@router.get("/presets")
async def list_presets() -> Response:
    """The experiments that ship with Backstep."""
    return _json([{"name": n, "title": p.title, "about": p.about} for n, p in PRESETS.items()])


@router.get("/presets/{name}")
async def read_preset(name: str) -> Response:
    """The config of one of them."""
    if name not in PRESETS:
        raise Problem(404, f"There is no preset {name[:40]!r}.")
    return _json(preset(name).as_json())


@router.post("/sessions", status_code=201)
async def create_session(request: Request) -> Response:
    """Open a session: with a config, `{"preset": name}`, or a document (`config`, `edits`,
    `position`) as a link or a saved file holds it."""
    lobby: Lobby = request.app.state.lobby
    suite = await lobby.create(_document(await _body(request, lobby.settings.max_message)))
    drive, watch = Key(suite.shard, suite.drive), Key(suite.shard, suite.watch)
    urls = {
        "key": str(drive),
        "drive_url": f"/s/{drive}",
        "watch_url": f"/s/{watch}",
        "socket_url": f"/ws/{drive}",
    }
    return _json(urls, 201)


@router.get("/sessions/{key}")
async def read_session(key: str, request: Request) -> Response:
    """The config, the changes and the position of a session."""
    room = await room_of(request, key)
    return _json(room.session.document())


async def _body(request: Request, limit: int) -> Any:
    """Return the JSON body, read no further than the limit."""
    parts, size = [], 0
    try:
        async for part in request.stream():
            size += len(part)
            if size > limit:
                raise Problem(413, f"A request may have at most {limit:,} bytes.")
            parts.append(part)
    except ClientDisconnect as error:
        raise Problem(400, "The request ended early.") from error
    try:
        return orjson.loads(b"".join(parts))
    except orjson.JSONDecodeError as error:
        raise Problem(400, "The request must be JSON.") from error


def _document(body: Any) -> dict[str, Any]:
    if not isinstance(body, dict):
        raise ConfigError([Fault("", "must be an object")])
    if "preset" in body:
        name = body["preset"]
        if not isinstance(name, str) or name not in PRESETS:
            names = ", ".join(PRESETS)
            raise ConfigError([Fault("preset", f"must be one of {names}", shown(name))])
        return {"config": PRESETS[name].config}
    if "config" not in body:
        return {"config": body}
    position = body.get("position", 0)
    if type(position) is not int or not 0 <= position <= FARTHEST:
        rule = f"must be a whole number from 0 to {FARTHEST}"
        raise ConfigError([Fault("position", rule, shown(position))])
    edits = body.get("edits", [])
    if not isinstance(edits, list) or len(edits) > 10_000:
        raise ConfigError([Fault("edits", "must be a list of at most 10,000 changes")])
    breaks = body.get("breakpoints", [])
    if not isinstance(breaks, list) or not all(type(op) is int and op >= 0 for op in breaks):
        raise ConfigError([Fault("breakpoints", "must be a list of ops, counted from 0")])
    return {
        "config": body["config"], "edits": edits, "position": position, "breakpoints": breaks,
        "hidden": body.get("hidden") is True,
    }  # fmt: skip
