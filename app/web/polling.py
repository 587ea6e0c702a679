"""The same messages as over a socket, over plain HTTP, for networks that let no socket through."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse

from app.language import say
from app.live.polling import Poller, Pollers
from app.live.suite import CloseCode, SeatError
from app.web.body import body_of
from app.web.problems import Problem

__all__ = ["router"]

router = APIRouter(prefix="/poll/{key}", include_in_schema=False)
NOT_KEPT = {"Cache-Control": "no-store"}
STATUSES = {CloseCode.NO_SESSION: 404, CloseCode.FULL: 503}
GONE = 410
Number = Annotated[int, Query(ge=1, le=2**53 - 1)]


def _problem(error: SeatError) -> Problem:
    more = {"code": error.code} if error.code else {}
    status = STATUSES.get(error.close, GONE)
    return Problem(status, str(error), close=error.close, headers=NOT_KEPT, **more)


def _poller(request: Request, key: str, connection: str) -> Poller:
    pollers: Pollers = request.app.state.pollers
    try:
        return pollers.find(key, connection)
    except SeatError as error:
        raise _problem(error) from error


@router.get("")
async def try_it() -> Response:
    """Whether HTTP gets through to where the key leads."""
    return Response(status_code=204, headers=NOT_KEPT)


@router.post("", status_code=201)
async def open_connection(key: str, request: Request) -> Response:
    """Open a connection."""
    pollers: Pollers = request.app.state.pollers
    try:
        name = await pollers.open(key)
    except SeatError as error:
        raise _problem(error) from error
    return JSONResponse({"connection": name}, 201, headers=NOT_KEPT)


@router.get("/{connection}")
async def listen(key: str, connection: str, batch: Number, request: Request) -> Response:
    """Answer with a batch of messages when there is one, with nothing after a while."""
    poller = _poller(request, key, connection)
    asking = asyncio.create_task(poller.batch(batch))
    leaving = asyncio.create_task(_disconnected(request))
    try:
        await asyncio.wait((asking, leaving), return_when=asyncio.FIRST_COMPLETED)
        data = asking.result() if asking.done() else b""
    except SeatError as error:
        raise _problem(error) from error
    finally:
        for task in (asking, leaving):
            task.cancel()
    if not data:
        return Response(status_code=204, headers=NOT_KEPT)
    return Response(data, media_type="application/octet-stream", headers=NOT_KEPT)


@router.post("/{connection}", status_code=204)
async def hear(key: str, connection: str, batch: Number, request: Request) -> Response:
    """Take commands, each a line of JSON."""
    poller = _poller(request, key, connection)
    data = await body_of(request, request.app.state.lobby.settings.max_message)
    try:
        await poller.hear(batch, filter(None, data.decode().split("\n")))
    except UnicodeDecodeError as error:
        raise Problem(400, say("Commands must be text in UTF-8.")) from error
    except SeatError as error:
        raise _problem(error) from error
    return Response(status_code=204, headers=NOT_KEPT)


@router.post("/{connection}/close", status_code=204)
async def close(key: str, connection: str, request: Request) -> Response:
    """Close a connection; a page that goes says so."""
    _poller(request, key, connection).leave()
    return Response(status_code=204, headers=NOT_KEPT)


async def _disconnected(request: Request) -> None:
    """Return when the browser has gone."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
