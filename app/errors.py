"""What went wrong, in words for the person who can mend it.

A `Fault` names one field, the rule it breaks and the value that was given. The two errors carry
their own sentence; nothing here knows HTTP or sockets.
"""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from reprlib import Repr
from typing import Any

from pydantic import ValidationError

__all__ = ["BackstepError", "ConfigError", "Fault", "SessionError", "faults_of"]

SHOWN = 80
"""Characters of a wrong value that are repeated to the sender."""
MOST_FAULTS = 100
"""Faults that are told at once: who sends a table of texts need not hear of every cell."""
MEMBER = re.compile(r"constrained-\w+|literal\[.*\]|str|int|float")
"""What pydantic calls the members of a choice, at the end of the place of a fault."""
_short = Repr()  # looks only a few levels deep and a few entries far, whatever it is given
_short.maxstring = _short.maxlong = _short.maxother = 2 * SHOWN
_short.maxlist = _short.maxtuple = _short.maxdict = SHOWN


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with an input: `field` is a dotted path, "" for the whole."""

    field: str
    rule: str
    value: str = ""

    def __str__(self) -> str:
        name = self.field or "config"
        return f"{name} {self.rule}" + (f", got {self.value}" if self.value else "")

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


class BackstepError(Exception):
    """A refusal that is shown to the user; whatever was asked for has changed nothing."""

    code = "refused"


class ConfigError(BackstepError, ValueError):
    """A config that cannot be, with all of its faults."""

    code = "config"

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(map(str, faults)) + ".")


class SessionError(BackstepError):
    """A command that cannot be carried out now; `code` is public."""

    def __init__(self, code: str, sentence: str, field: str = "") -> None:
        self.code = code
        self.field = field
        super().__init__(sentence)


RULES = {
    "missing": "is required",
    "extra_forbidden": "is not a setting here",
    "literal_error": "must be one of {expected}",
    "enum": "must be one of {expected}",
    "greater_than": "must be greater than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be at most {le}",
    "finite_number": "must be a finite number",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_parsing_size": "is too large a number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "string_type": "must be a text",
    "string_too_short": "must have at least {min_length} characters",
    "string_too_long": "must have at most {max_length} characters",
    "string_pattern_mismatch": "must have the form {pattern}",
    "tuple_type": "must be a list",
    "list_type": "must be a list",
    "model_type": "must be an object",
    "model_attributes_type": "must be an object",
    "dict_type": "must be an object",
    "json_invalid": "must be JSON",
    "too_short": "must have at least {min_length} entries",
    "too_long": "must have at most {max_length} entries",
    "union_tag_invalid": "must have a {discriminator} that is one of {expected_tags}",
    "union_tag_not_found": "must be an object with a {discriminator}",
}
"""pydantic's error types in our words."""


def shown(value: Any) -> str:
    """Repeat a wrong value, cut to a length that can be read."""
    text = _short.repr(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def faults_of(error: ValidationError) -> tuple[Fault, ...]:
    """Tell pydantic's findings in our words, all of them unless they are very many."""
    found = error.errors(include_url=False)
    short = {f["loc"] for f in found if f["type"] == "too_short"}
    above = {f["loc"][:n] for f in found for n in range(len(f["loc"])) if short}
    # A list whose entries are wrong is also reported as too short; its entries say it better.
    twice = short & above
    kept = [f for f in found if f["loc"] not in twice]
    return _joined([fault for part in kept[:MOST_FAULTS] for fault in _faults(part)])


def _joined(faults: Sequence[Fault]) -> tuple[Fault, ...]:
    """Make one fault of what the members of a choice find, each on its own, with one value."""
    joined: list[Fault] = []
    choice = ""
    for fault in faults:
        field, _, last = fault.field.rpartition(".")
        if not (field and MEMBER.fullmatch(last)):
            joined.append(fault)
        elif field == choice:
            joined[-1] = replace(joined[-1], rule=f"{joined[-1].rule}, or {fault.rule}")
        else:
            joined.append(replace(fault, field=field))
            choice = field
    return tuple(joined)


def _faults(found: Any) -> list[Fault]:
    context = found.get("ctx", {})
    cause = context.get("error")
    if isinstance(cause, ConfigError):
        return list(cause.faults)
    path = _path(found["loc"])
    rule = RULES.get(found["type"])
    sentence = rule.format(**context) if rule else str(cause or found["msg"])
    value = "" if found["type"] in ("missing", "extra_forbidden") else shown(found["input"])
    return [Fault(path, sentence, value)]


def _path(location: tuple[int | str, ...]) -> str:
    """Write a place as a dotted path, without the variant that pydantic adds after a choice."""
    choices = ("optimizer", "schedule")
    parts = [p for i, p in enumerate(location) if i == 0 or location[i - 1] not in choices]
    return ".".join(map(str, parts))
