"""The pages, and what they load."""

from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse, RedirectResponse
from fastapi.templating import Jinja2Templates

from app import __version__
from app.classroom.codes import read_code
from app.language import say
from app.lessons.blocks import CONTROLS
from app.presets import PRESETS
from app.templates import templates as environment

__all__ = ["STATIC", "router"]

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "static"
router = APIRouter(include_in_schema=False)
templates = Jinja2Templates(env=environment)


@router.get("/")
@router.get("/s/{key}")
async def lab(request: Request, key: str = "") -> Response:
    """The lab; it opens a session by itself where the address names none. With ``?embed`` it is
    made for a frame in another page, ``?hide=data,layers`` leaves controls out."""
    embed = "embed" in request.query_params
    asked = request.query_params.get("hide", "").split(",")
    context = {
        "version": __version__, "presets": PRESETS, "key": key, "embed": embed,
        "hidden": [control for control in CONTROLS if control in asked],
    }  # fmt: skip
    return templates.TemplateResponse(request, "lab.html", context)


@router.get("/class")
async def classes(request: Request) -> Response:
    """Where learners type their code, and teachers open a class."""
    return templates.TemplateResponse(request, "classes.html", {"presets": PRESETS})


@router.get("/class/{code}")
async def learner(request: Request, code: str) -> Response:
    """The class as a learner sees it, after joining. The code is looked up by the page."""
    return _class_page(request, code, "learner")


@router.get("/class/{code}/teach")
@router.get("/class/{code}/board")
async def teacher(request: Request, code: str) -> Response:
    """The class as its teacher sees and projects it; the key is known to the page alone."""
    return _class_page(request, code, "teacher")


def _class_page(request: Request, text: str, role: str) -> Response:
    code = read_code(text)
    if code is None:
        sentence = say("A code has six letters and digits, without O, 0, I and 1.")
        context = {"presets": PRESETS, "wrong": sentence}
        return templates.TemplateResponse(request, "classes.html", context, status_code=404)
    if text != code:  # so that everybody's address leads a proxy to the same worker
        end = "" if role == "learner" else "/" + request.url.path.rpartition("/")[2]
        return RedirectResponse(f"/class/{code}{end}")
    context = {
        "version": __version__, "presets": PRESETS, "key": "", "role": role, "code": code,
        "entry": f"classroom/{role}.js",
    }  # fmt: skip
    return templates.TemplateResponse(request, "lab.html", context)


@router.get("/privacy")
async def privacy(request: Request) -> Response:
    """What is kept, where, and for how long, with the settings of this server."""
    settings = request.app.state.lobby.settings
    context = {
        "hours": settings.class_hours,
        "days": settings.keep_days,
        "shared": bool(settings.redis_url),
    }
    return templates.TemplateResponse(request, "privacy.html", context)


@router.get("/healthz")
async def healthz() -> PlainTextResponse:
    """Whether the process is alive."""
    return PlainTextResponse("alive")


@router.get("/readyz")
async def readyz(request: Request) -> PlainTextResponse:
    """Whether it can serve: it cannot before it has started and while it stops."""
    ready = getattr(request.app.state, "ready", False)
    return PlainTextResponse("ready" if ready else "not ready", 200 if ready else 503)
