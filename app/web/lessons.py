"""The pages of lessons: the list of all, and the lab with one of them beside it."""

from typing import Any

import orjson
from fastapi import APIRouter, Request, Response
from markupsafe import Markup
from starlette.concurrency import run_in_threadpool

from app import __version__
from app.language import current, say
from app.lessons.errors import LessonError
from app.lessons.library import Library
from app.lessons.told import told
from app.presets import PRESETS
from app.web.pages import templates
from app.web.problems import Problem

__all__ = ["router"]

router = APIRouter(include_in_schema=False)


@router.get("/lessons")
async def lessons(request: Request) -> Response:
    """The list of all lessons."""
    library: Library = request.app.state.library
    found = await run_in_threadpool(library.lessons, current.get())
    return templates.TemplateResponse(request, "lessons.html", {"lessons": found})


@router.get("/lessons/{slug}")
async def lesson(slug: str, request: Request) -> Response:
    """The lab with a lesson. What is wrong with its file is told by its lines."""
    library: Library = request.app.state.library
    try:
        made = await run_in_threadpool(library.lesson, slug, current.get())
        page = await run_in_threadpool(told, made)
    except KeyError:
        raise Problem(404, say("There is no lesson {name}.", name=repr(slug[:60]))) from None
    except LessonError as error:
        broken = {"slug": slug, "mishaps": error.mishaps}
        return templates.TemplateResponse(request, "unreadable.html", broken, status_code=422)
    every = await run_in_threadpool(library.lessons, current.get())
    place = next((i for i, each in enumerate(every) if each.slug == slug), 0)
    context: dict[str, Any] = {
        "version": __version__, "presets": PRESETS, "key": "", "entry": "lessons/lesson.js",
        "lesson": made, "content": in_script(page.content), "hidden": page.content["hidden"],
        "texts": [Markup(text) for text in page.texts],
        "following": every[place + 1] if place + 1 < len(every) else None,
    }  # fmt: skip
    return templates.TemplateResponse(request, "lab.html", context)


def in_script(value: Any) -> Markup:
    """Return JSON that may stand in a script element: nothing in it can end one."""
    text = orjson.dumps(value).decode()
    return Markup(text.replace("<", "\\u003c"))
