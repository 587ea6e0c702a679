"""Classes over HTTP: opening one, joining by code, the addresses to show, the results."""

from typing import Any

import orjson
from fastapi import APIRouter, Request, Response

from app.classroom.codes import read_code
from app.classroom.results import results
from app.errors import ConfigError, Fault, shown
from app.language import say, spoken
from app.live.allowance import Allowances
from app.live.keys import Key, parse
from app.live.lobby import Lobby
from app.live.meeting import Meeting
from app.live.origins import address_of
from app.web import addresses
from app.web.documents import read_document, read_json
from app.web.limits import refuse_too_many, refuse_who_tries
from app.web.problems import Problem

__all__ = ["router"]

router = APIRouter(prefix="/api/classes", tags=["classes"])
SUGGESTED = 4


def _json(value: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(value), status, media_type="application/json")


@router.post("", status_code=201)
async def open_class(request: Request) -> Response:
    """Open a class on an experiment, given as for a session. The key is the teacher's."""
    refuse_too_many(request)
    lobby: Lobby = request.app.state.lobby
    meeting = await lobby.open_class(await read_document(request))
    code = meeting.shard
    key = Key(code, meeting.classroom.secret)
    urls = {"join_url": f"/class/{code}", "teach_url": f"/class/{code}/teach#{key}"}
    return _json({"code": code, "key": str(key), **urls}, 201)


@router.get("/{code}")
async def read_class(code: str, request: Request) -> Response:
    """Whether one can join, and names to choose from."""
    classroom = (await _meeting(request, code)).classroom
    names = classroom.suggestions(SUGGESTED)
    told = {"locked": classroom.locked, "own_names": classroom.own_names, "names": names}
    return _json({"code": classroom.code, **told})


@router.post("/{code}/learners", status_code=201)
async def join_class(code: str, request: Request) -> Response:
    """Join with a `name`, or with a new one if there is none. The key is the learner's."""
    meeting = await _meeting(request, code)
    body = await read_json(request)
    name = body.get("name") if isinstance(body, dict) else ()
    if not (name is None or isinstance(name, str)):
        raise ConfigError([Fault("name", say("must be a text"), shown(name))])
    learner = meeting.join(name)
    if (kept := meeting.keep()) is not None:
        await kept
    return _json({"key": str(Key(meeting.shard, learner.secret)), "name": learner.name}, 201)


@router.get("/{code}/results.csv")
async def read_results(code: str, request: Request) -> Response:
    """Who answered what, as a table for a spreadsheet; for the teacher."""
    meeting = await _taught(request, code)
    headers = {"Content-Disposition": f'attachment; filename="class-{meeting.shard}.csv"'}
    text = "\ufeff" + results(meeting.classroom)  # without the mark Excel reads it as Latin
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/{code}/addresses")
async def read_addresses(code: str, request: Request) -> Response:
    """Where learners find the class, each with its QR code; `typed` adds one of the teacher's."""
    meeting = await _taught(request, code)
    own = f"{request.url.scheme}://{request.url.netloc}"
    settings = request.app.state.lobby.settings
    every = addresses.found(own, request.url.port, settings.address)
    if typed := request.query_params.get("typed"):
        origin = addresses.origin_of(typed)
        if not origin:
            rule = say("must be an address like 192.168.1.20:8000 or http://backstep.local")
            raise ConfigError([Fault("typed", rule, shown(typed))])
        every = [origin]
    listens = getattr(request.app.state, "listens", "")
    offered = [
        {"url": f"{origin}/class/{meeting.shard}", "shown": _in_words(origin), "qr": qr}
        for origin, qr in ((o, addresses.qr_code(f"{o}/class/{meeting.shard}")) for o in every)
    ]
    warning = spoken(addresses.warning(own, listens, every))
    return _json({"addresses": offered, "warning": warning})


def _in_words(origin: str) -> str:
    """Return an address as it is typed: without http, which browsers add."""
    return f"{origin.removeprefix('http://')}/class"


async def _meeting(request: Request, text: str) -> Meeting:
    """Return the class of a code.

    Raises:
        Problem: there is none, or somebody tries codes out.
    """
    tries: Allowances = request.app.state.guesses
    address = address_of(request)
    refuse_who_tries(tries, address)
    lobby: Lobby = request.app.state.lobby
    code = read_code(text)
    meeting = None if code is None else await lobby.meeting(code)
    if meeting is None:
        tries.spend(address)
        raise Problem(404, say("There is no class with this code. Look at the board again."))
    return meeting


async def _taught(request: Request, text: str) -> Meeting:
    """Return the class of a code to its teacher, who shows the key in the header."""
    meeting = await _meeting(request, text)
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    key = parse(given) if scheme.lower() == "bearer" else None
    if key is None or key.shard != meeting.shard or not meeting.is_teacher(key.secret):
        request.app.state.guesses.spend(address_of(request))
        raise Problem(403, say("That is for the teacher of this class."))
    return meeting
