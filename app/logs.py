"""What the server logs: lines for people or objects for programs, and never a key.

Whoever has a key can drive its session, so an address with a key is masked in whatever is
logged, by us or by others, tracebacks included.
"""

import logging
import re

from pythonjsonlogger.orjson import OrjsonFormatter

from app.settings import Settings

__all__ = ["configure", "masked"]

ADDRESS = re.compile(r"(/(?:api/sessions|api/classes|class|poll|s|ws)/)[^\s/?#\"'\\{}]+")
"""An address that names a session or a class; what follows the first group opens it."""
FIELDS = {"levelname": "level", "name": "logger", "exc_info": "exception"}
"""Python's names for parts of a record, in our words."""


def masked(text: str) -> str:
    """Return a text without the keys of the addresses in it."""
    return ADDRESS.sub(r"\1…", text)


class _Text(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return masked(super().format(record))


class _Json(OrjsonFormatter):
    def format(self, record: logging.LogRecord) -> str:
        return masked(super().format(record))


def configure(settings: Settings) -> None:
    """Send everything that is logged in this process to standard error, in the form asked for."""
    handler = logging.StreamHandler()
    if settings.log == "json":
        fields = "{levelname}{name}{message}"
        handler.setFormatter(_Json(fields, style="{", rename_fields=FIELDS, timestamp=True))
    else:
        handler.setFormatter(_Text("%(levelname)s %(name)s: %(message)s"))
    level = settings.log_level.upper()
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # uvicorn has a line for each socket at "info", and at "debug" whatever goes over it: messages
    # hold keys and names that no pattern finds.
    quieter = {"DEBUG": "INFO", "INFO": "WARNING"}
    for name in ("uvicorn", "uvicorn.error"):  # whatever was set for either before
        logging.getLogger(name).setLevel(quieter.get(level, level))
