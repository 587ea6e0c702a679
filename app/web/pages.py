"""The pages, and what they load."""

from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse
from fastapi.templating import Jinja2Templates

from app import __version__
from app.presets import PRESETS

__all__ = ["STATIC", "router"]

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "static"
router = APIRouter(include_in_schema=False)
templates = Jinja2Templates(ROOT / "templates")


@router.get("/")
@router.get("/s/{key}")
async def lab(request: Request, key: str = "") -> Response:
    """The lab; it opens a session by itself where the address names none."""
    context = {"version": __version__, "presets": PRESETS, "key": key}
    return templates.TemplateResponse(request, "lab.html", context)


@router.get("/healthz")
async def healthz() -> PlainTextResponse:
    """Whether the process is alive."""
    return PlainTextResponse("alive")


@router.get("/readyz")
async def readyz(request: Request) -> PlainTextResponse:
    """Whether it can serve: it cannot before it has started and while it stops."""
    ready = getattr(request.app.state, "ready", False)
    return PlainTextResponse("ready" if ready else "not ready", 200 if ready else 503)
