"""What went wrong, in words for the person who can mend it.

A `Fault` names one field, the rule it breaks and the value that was given. The two errors carry
their own sentence; nothing here knows HTTP or sockets.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from reprlib import Repr
from typing import Any

from pydantic import ValidationError

from app.language import Text, joined, say

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
        name = self.field or say("config")
        if self.value:
            return say("{name} {rule}, got {value}", name=name, rule=self.rule, value=self.value)
        return say("{name} {rule}", name=name, rule=self.rule)

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
        super().__init__(say("{faults}.", faults=joined(say("; "), map(str, faults))))


class SessionError(BackstepError):
    """A command that cannot be carried out now; `code` is public."""

    def __init__(self, code: str, sentence: str, field: str = "") -> None:
        self.code = code
        self.field = field
        super().__init__(sentence)


RULES = {
    "missing": say("is required"),
    "extra_forbidden": say("is not a setting here"),
    "literal_error": say("must be one of {expected}"),
    "enum": say("must be one of {expected}"),
    "greater_than": say("must be greater than {gt}"),
    "greater_than_equal": say("must be at least {ge}"),
    "less_than": say("must be less than {lt}"),
    "less_than_equal": say("must be at most {le}"),
    "finite_number": say("must be a finite number"),
    "int_type": say("must be a whole number"),
    "int_from_float": say("must be a whole number"),
    "int_parsing": say("must be a whole number"),
    "int_parsing_size": say("is too large a number"),
    "float_type": say("must be a number"),
    "float_parsing": say("must be a number"),
    "bool_type": say("must be true or false"),
    "bool_parsing": say("must be true or false"),
    "string_type": say("must be a text"),
    "string_too_short": say("must have at least {min_length} characters"),
    "string_too_long": say("must have at most {max_length} characters"),
    "string_pattern_mismatch": say("must have the form {pattern}"),
    "tuple_type": say("must be a list"),
    "list_type": say("must be a list"),
    "model_type": say("must be an object"),
    "model_attributes_type": say("must be an object"),
    "dict_type": say("must be an object"),
    "json_invalid": say("must be JSON"),
    "invalid-json-value": say("must be JSON"),
    "too_short": say("must have at least {min_length} entries"),
    "too_long": say("must have at most {max_length} entries"),
    "union_tag_invalid": say("must have a {discriminator} that is one of {expected_tags}"),
    "union_tag_not_found": say("must be an object with a {discriminator}"),
}
"""pydantic's error types in our words; what stands in braces is of its context."""
LISTS = ("expected", "expected_tags")
"""What of its context is a list of values, which it writes in English."""


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
    return _merged([fault for part in kept[:MOST_FAULTS] for fault in _faults(part)])


def _merged(faults: Sequence[Fault]) -> tuple[Fault, ...]:
    """Make one fault of what the members of a choice find, each on its own, with one value."""
    told: list[Fault] = []
    choice = ""
    for fault in faults:
        field, _, last = fault.field.rpartition(".")
        if not (field and MEMBER.fullmatch(last)):
            told.append(fault)
        elif field == choice:
            rule = say("{rule}, or {other}", rule=told[-1].rule, other=fault.rule)
            told[-1] = replace(told[-1], rule=rule)
        else:
            told.append(replace(fault, field=field))
            choice = field
    return tuple(told)


def _faults(found: Any) -> list[Fault]:
    context = found.get("ctx", {})
    cause = context.get("error")
    if isinstance(cause, ConfigError):
        return list(cause.faults)
    path = _path(found["loc"])
    rule = RULES.get(found["type"])
    sentence = _filled(rule, context) if rule else str(cause or found["msg"])
    value = "" if found["type"] in ("missing", "extra_forbidden") else shown(found["input"])
    return [Fault(path, sentence, value)]


def _filled(rule: Text, context: Mapping[str, Any]) -> Text:
    """Fill what stands in braces in a rule."""
    listed = {name: _listed(context[name]) for name in LISTS if name in context}
    return Text(rule.template, {**context, **listed})


def _listed(values: str) -> Text:
    """Return pydantic's list, like ``'a', 'b' or 'c'``, so that it can be said in any language."""
    names, _, last = values.rpartition(" or ")
    listed = joined(say(", "), (names or last).split(", "))
    return say("{names} or {last}", names=listed, last=last) if names else listed


def _path(location: tuple[int | str, ...]) -> str:
    """Write a place as a dotted path, without the variant that pydantic adds after a choice."""
    choices = ("optimizer", "schedule")
    parts = [p for i, p in enumerate(location) if i == 0 or location[i - 1] not in choices]
    return ".".join(map(str, parts))
