"""Documents of sessions with a hidden mistake, which may not name it to who asks for them.

In its place stands a seal that only this server opens, so that a link still holds the exercise.
"""

from collections.abc import Mapping
from typing import Any

from app.errors import ConfigError, Fault
from app.language import say
from app.live.seal import Seal

__all__ = ["told", "unsealed"]


def told(document: Mapping[str, Any], seal: Seal) -> dict[str, Any]:
    """Return a document as it may be told."""
    if not document.get("hidden"):
        return dict(document)
    config = document["config"]
    return {
        **document,
        "config": {**config, "mistake": None},
        "sealed": seal.close(config["mistake"]),
    }


def unsealed(body: Any, seal: Seal) -> Any:
    """Return what a request says with the mistake that is sealed in it.

    Raises:
        ConfigError: another server has sealed it.
    """
    if not (isinstance(body, dict) and "sealed" in body and isinstance(body.get("config"), dict)):
        return body
    sealed = body["sealed"]
    mistake = seal.open(sealed) if isinstance(sealed, str) else None
    if mistake is None:
        rule = say("must be a seal of this server: an exercise opens only where it was made")
        raise ConfigError([Fault("sealed", rule)])
    return {**body, "config": {**body["config"], "mistake": mistake}, "hidden": True}
