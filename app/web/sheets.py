"""Worked sheets over HTTP: of a session, from where it stands, and of the examples that ship."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from app.errors import ConfigError
from app.language import joined, say
from app.presets import PRESETS, preset
from app.session.session import Session
from app.sheet.document import markdown, plain_text
from app.sheet.origin import Origin
from app.sheet.page import page
from app.sheet.parts import Sheet
from app.sheet.sheet import decimals, make
from app.sheet.values import values
from app.sheet.wanted import Wanted
from app.web.problems import Problem
from app.web.rooms import room_of
from app.web.writer import Writer

__all__ = ["router"]

router = APIRouter(include_in_schema=False)
writer = Writer(most=60, what=say("sheets"))
KINDS: tuple[tuple[str, dict[str, int]], ...] = (
    (say("Full working"), {}),
    (say("With blanks"), {"student": 1}),
    (say("With blanks and key"), {"student": 1, "key": 1}),
    (say("Key"), {"key": 1}),
)
FILES: dict[str, tuple[str, Callable[[Sheet], str], str, str]] = {
    "markdown": ("Markdown", markdown, "text/markdown", "sheet.md"),
    "text": (say("Text"), plain_text, "text/plain", "sheet.txt"),
    "csv": ("CSV", values, "text/csv", "sheet.csv"),
}
"""What a sheet can be had as besides the page: its title, how, media type, name of the file."""


@router.get("/s/{key}/sheet")
async def session_sheet(key: str, request: Request) -> Response:
    """The sheet of a session, from the minibatch that it shows or from its start."""
    room = await room_of(request, key)
    first = request.query_params.get("start") == "first"

    def origin(session: Session) -> Origin:
        return Origin.of(session.timeline, first=first)

    begin = await room.read(origin)
    return await _answered(request, begin, back=f"/s/{key}")


@router.get("/sheet/{name}")
async def preset_sheet(name: str, request: Request) -> Response:
    """The sheet of an example that ships."""
    if name not in PRESETS:
        raise Problem(404, say("There is no preset {name!r}.", name=name[:40]))
    return await _answered(request, Origin(preset(name)), back=f"/?preset={name}")


async def _answered(request: Request, origin: Origin, back: str) -> Response:
    """Make the sheet beside the loop and answer with the page or with a file."""
    query = request.query_params
    form = query.get("as", "html")
    if form != "html" and form not in FILES:
        names = joined(say(", "), ("html", *FILES))
        sentence = say("as must be one of {names}, got {form!r}.", names=names, form=form[:40])
        raise Problem(422, sentence)
    given = {name: query[name] for name in Wanted.model_fields if name in query}
    if form == "html":
        return await writer.write(partial(_page, request.url.path, given, origin, back))
    _, write, media, name = FILES[form]
    text = await writer.write(lambda: write(make(origin, Wanted.parse(given))))
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text, media_type=f"{media}; charset=utf-8", headers=headers)


def _page(path: str, given: Mapping[str, str], origin: Origin, back: str) -> Response:
    """The page with its toolbar; what is refused is said on it, so that one can ask for less."""
    sheet, wanted, refusal = None, Wanted(), ""
    try:
        wanted = Wanted.parse(given)
        sheet = make(origin, wanted)
    except ConfigError as error:
        refusal = str(error)
    toolbar = _toolbar(path, wanted, decimals(origin.config, wanted), back)
    return HTMLResponse(page(sheet, toolbar, refusal), 422 if refusal else 200)


def _toolbar(path: str, wanted: Wanted, shown: int, back: str) -> dict[str, Any]:
    chosen = wanted.model_dump(exclude_defaults=True, exclude={"student", "key"})
    if wanted.examples:
        chosen["examples"] = ",".join(map(str, wanted.examples))
    kind = {name: 1 for name in ("student", "key") if getattr(wanted, name)}

    def address(**more: Any) -> str:
        return f"{path}?{urlencode({**chosen, **more})}".rstrip("?")

    return {
        "action": path,
        "back": back,
        "kinds": [
            {"name": title, "address": address(**flags), "current": flags == kind}
            for title, flags in KINDS
        ],
        "kept": list(kind),
        "decimals": shown,
        "minibatches": wanted.minibatches,
        "examples": chosen.get("examples", ""),
        "session": path.startswith("/s/"),
        "first": wanted.start == "first",
        "files": [
            {"name": title, "address": address(**kind, **{"as": form})}
            for form, (title, *_) in FILES.items()
        ],
    }
