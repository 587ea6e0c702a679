"""What a request says a session should begin with."""

from typing import Any, TypeVar

import orjson
from fastapi import Request
from pydantic import BaseModel, ValidationError

from app.errors import ConfigError, Fault, faults_of, shown
from app.language import joined, say
from app.presets import PRESETS
from app.session.commands import FARTHEST
from app.session.twins import MOST
from app.web.body import body_of
from app.web.hiding import unsealed
from app.web.problems import Problem

__all__ = ["document_of", "read_document", "read_json", "read_model"]

M = TypeVar("M", bound=BaseModel)
MOST_EDITS = 10_000


async def read_json(request: Request) -> Any:
    """Return the JSON body of a request.

    Raises:
        Problem: it is too long, or no JSON.
    """
    try:
        return orjson.loads(await body_of(request, request.app.state.lobby.settings.max_message))
    except orjson.JSONDecodeError as error:
        raise Problem(400, say("The request must be JSON.")) from error


async def read_model(request: Request, model: type[M]) -> M:
    """Return what the JSON body of a request says, as a model validates it.

    Raises:
        Problem: the body is too long, or no JSON.
        ConfigError: the model refuses it; the error names every field, rule and value.
    """
    try:
        return model.model_validate(await read_json(request))
    except ValidationError as error:
        raise ConfigError(faults_of(error)) from error


async def read_document(request: Request) -> dict[str, Any]:
    """Return the document that the body of a request describes.

    Raises:
        Problem: the body is too long, or no JSON.
        ConfigError: it describes none.
    """
    return document_of(unsealed(await read_json(request), request.app.state.seal))


def document_of(body: Any) -> dict[str, Any]:
    """Return the document that a request describes: a config, the name of a preset, or a document.

    Raises:
        ConfigError: it is none of them.
    """
    if not isinstance(body, dict):
        raise ConfigError([Fault("", say("must be an object"))])
    if "preset" in body:
        name = body["preset"]
        if not isinstance(name, str) or name not in PRESETS:
            rule = say("must be one of {names}", names=joined(say(", "), PRESETS))
            raise ConfigError([Fault("preset", rule, shown(name))])
        return {"config": PRESETS[name].config}
    if "config" not in body:
        return {"config": body}
    position = body.get("position", 0)
    if type(position) is not int or not 0 <= position <= FARTHEST:
        rule = say("must be a whole number from 0 to {most}", most=FARTHEST)
        raise ConfigError([Fault("position", rule, shown(position))])
    edits = body.get("edits", [])
    if not isinstance(edits, list) or len(edits) > MOST_EDITS:
        rule = say("must be a list of at most {most:,} changes", most=MOST_EDITS)
        raise ConfigError([Fault("edits", rule)])
    breaks = body.get("breakpoints", [])
    if not isinstance(breaks, list) or not all(type(op) is int and op >= 0 for op in breaks):
        rule = say("must be a list of ops, counted from 0")
        raise ConfigError([Fault("breakpoints", rule)])
    twins = body.get("twins", [])
    if not isinstance(twins, list) or len(twins) > MOST:
        rule = say("must be a list of at most {most} configs", most=MOST)
        raise ConfigError([Fault("twins", rule)])
    return {
        "config": body["config"], "edits": edits, "position": position, "breakpoints": breaks,
        "twins": twins, "hidden": body.get("hidden") is True,
    }  # fmt: skip
