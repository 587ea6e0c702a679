"""Write docs/asyncapi.yaml: every command and every message of the socket, from the code.

    python docs/asyncapi.py

Commands are the schemas of `app.session.commands`; texts are those of the dataclasses in
`app.session.messages` with what the room adds; the facts of binary messages are read off real
ones. A test fails where the file is not what this writes.
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

from pydantic import TypeAdapter

from app import __version__
from app.classroom.board import for_learner, for_teacher
from app.classroom.classroom import Classroom
from app.classroom.commands import ClassCommand
from app.live.audience import PROTOCOL
from app.live.codec import encode_arrays, encode_frame
from app.live.suite import CloseCode
from app.presets import preset
from app.session.commands import Command, Identifier
from app.session.messages import (
    Arrays,
    Evaluation,
    Explanation,
    Failure,
    Frame,
    Histograms,
    Nudged,
    Pictures,
    Proof,
    Slice,
    Status,
    Welcome,
    Workload,
)
from app.session.session import Session

FILE = Path(__file__).with_name("asyncapi.yaml")
REFERENCE = "#/components/schemas/{model}"
TENSORS = "#/components/schemas/Tensor"
BINARY = "application/octet-stream"

Schema = dict[str, Any]
ADDED: dict[str, Schema] = {
    "welcome": {
        "protocol": {"const": PROTOCOL, "type": "integer"},
        "rights": {"enum": ["drive", "watch"], "type": "string"},
        "watch_key": {"type": ["string", "null"]},
        "limits": {
            "type": "object",
            "properties": {"parameters": {"type": "integer"}, "message": {"type": "integer"}},
        },
    },
    "status": {"viewers": {"type": "integer"}},
    **{
        name: {"id": {"type": ["string", "integer"]}}
        for name in (
            "explanation", "proof", "nudged", "histograms", "pictures", "slice", "workload",
            "error",
        )
    },
}  # fmt: skip
"""What the room adds to a message when it is encoded."""
NEW_NAMES = {"failure": "error"}
TENSOR: Schema = {
    "type": "object",
    "properties": {
        "dtype": {"enum": ["F64", "F32", "I32"], "type": "string"},
        "shape": {"type": "array", "items": {"minimum": 0, "type": "integer"}},
        "data_offsets": {
            "type": "array", "items": {"minimum": 0, "type": "integer"},
            "minItems": 2, "maxItems": 2,
        },
    },
    "required": ["dtype", "shape", "data_offsets"],
}  # fmt: skip


def plain(schema: Any) -> Any:
    """Return a schema without the titles that pydantic makes of names."""
    if isinstance(schema, list):
        return [plain(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    made = isinstance(schema.get("title"), str)
    return {k: plain(v) for k, v in schema.items() if not (made and k == "title")}


def described(text: str | None) -> str:
    """Return the first paragraph of a docstring on one line."""
    return " ".join((text or "").split("\n\n")[0].split())


class Document:
    """The document as it grows: messages, and the schemas they refer to."""

    def __init__(self) -> None:
        self.schemas: Schema = {"Tensor": TENSOR}
        self.messages: Schema = {}

    def add(self, name: str, summary: str, payload: Schema, content: str) -> None:
        self.schemas |= plain(payload.pop("$defs", {}))
        self.messages[name] = {
            "name": name,
            "summary": summary,
            "contentType": content,
            "payload": {k: v for k, v in plain(payload).items() if k != "description"},
        }

    def add_command(self, kind: Any) -> str:
        payload = kind.model_json_schema(ref_template=REFERENCE)
        name = str(payload["properties"]["type"]["const"])
        self.add(name, described(kind.__doc__), payload, "application/json")
        return name

    def add_text(self, kind: Any) -> str:
        """Add a dataclass as JSON text; what is None there is left out of it."""
        payload = TypeAdapter(kind).json_schema(ref_template=REFERENCE)
        name: str = NEW_NAMES.get(kind.__name__.lower(), kind.__name__.lower())
        found, more = payload["properties"], ADDED.get(name, {})
        optional = {key for key, part in found.items() if {"type": "null"} in part.get("anyOf", ())}
        always = [key for key in (*found, *more) if key not in optional and key != "id"]
        payload |= {
            "properties": {
                "type": {"const": name, "type": "string"},
                **{key: without_null(part) for key, part in found.items()},
                **more,
            },
            "required": ["type", *always],
        }
        self.add(name, described(kind.__doc__), payload, "application/json")
        return name

    def add_binary(self, data: bytes, summary: str) -> str:
        """Add a binary message; its payload is described by its header."""
        length = int.from_bytes(data[:8], "little")
        facts = json.loads(data[8 : 8 + length])["__metadata__"]
        name = str(facts["type"])
        texts = {key: {"type": "string"} for key in facts} | {
            "type": {"const": name, "type": "string"}
        }
        payload = {
            "type": "object",
            "properties": {
                "__metadata__": {"type": "object", "properties": texts, "required": [*facts]}
            },
            "required": ["__metadata__"],
            "additionalProperties": {"$ref": TENSORS},
        }
        self.add(name, summary, payload, BINARY)
        return name


def without_null(schema: Schema) -> Schema:
    """Return a schema for a value that is there."""
    rest = [part for part in schema.get("anyOf", ()) if part != {"type": "null"}]
    kept = {k: v for k, v in schema.items() if k not in ("anyOf", "default")}
    if not rest:
        return {k: v for k, v in schema.items() if k != "default"}
    return {**kept, **(rest[0] if len(rest) == 1 else {"anyOf": rest})}


def answer() -> Schema:
    schema = TypeAdapter(Identifier).json_schema()
    return {
        "type": "object",
        "properties": {"type": {"const": "answer", "type": "string"}, "id": without_null(schema)},
        "required": ["type", "id"],
    }


def binaries() -> Iterator[tuple[bytes, str]]:
    """Make one binary message of every type."""
    session = Session(preset("xor"))
    frame = session.snapshot()
    part = Frame(**{**vars(frame), "whole": False})
    yield encode_frame(frame, 0), "Everything that is defined at a position."
    yield encode_frame(part, 1), "What the ops since the last frame wrote."
    surface, points = session.surface(2), session.points()
    assert surface is not None
    assert points is not None
    yield encode_arrays(session.curve()), "The loss curve from its entry `start` on."
    yield encode_arrays(surface), "The outputs over the plane or the line."
    yield encode_arrays(points), "The examples of data that has a picture."


def document() -> Schema:
    """Return the AsyncAPI document."""
    made = Document()
    commands = [made.add_command(kind) for kind in get_args(Command)]
    texts = (
        Welcome,
        Status,
        Evaluation,
        Explanation,
        Pictures,
        Proof,
        Slice,
        Nudged,
        Histograms,
        Workload,
        Failure,
    )
    told = [made.add_text(kind) for kind in texts]
    made.add("answer", "A command with an id was carried out.", answer(), "application/json")
    told.append("answer")
    told += [made.add_binary(data, summary) for data, summary in binaries()]
    commands += [made.add_command(kind) for kind in get_args(ClassCommand)]
    made.add("class", "What is told of a class.", of_class(), "application/json")
    told.append("class")
    assert {*get_args(Arrays.__annotations__["type"])} < {*told}
    codes = ", ".join(f"{code.value} {code.name}" for code in CloseCode)
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Backstep socket",
            "version": __version__,
            "description": "Made by docs/asyncapi.py; docs/protocol.md tells it in words.",
            "license": {"name": "MIT"},
        },
        "defaultContentType": "application/json",
        "servers": {"local": {"host": "127.0.0.1:8000", "protocol": "ws"}},
        "channels": {
            "session": {
                "address": "/ws/{key}",
                "description": f"One session. The server closes with {codes}.",
                "parameters": {"key": {"description": "the drive key or the watch key"}},
                "messages": {n: {"$ref": f"#/components/messages/{n}"} for n in made.messages},
            }
        },
        "operations": {
            "command": operation("receive", "The server receives a command.", commands),
            "tell": operation("send", "The server sends a message.", told),
        },
        "components": {"messages": made.messages, "schemas": made.schemas},
    }


def operation(action: str, summary: str, names: list[str]) -> Schema:
    return {
        "action": action,
        "summary": summary,
        "channel": {"$ref": "#/channels/session"},
        "messages": [{"$ref": f"#/channels/session/messages/{name}"} for name in names],
    }


def of_class() -> Schema:
    """Return the schema of what teacher and learner are told, read off a class."""
    classroom = Classroom("K7M4QX", "secret", 0.0, 1)
    learner = classroom.join(None, "secret", 0.0)
    return {"oneOf": [seen(for_teacher(classroom, 0.0)), seen(for_learner(classroom, learner))]}


def seen(told: Mapping[str, Any]) -> Schema:
    kinds = {bool: "boolean", str: "string", int: "integer", float: "number", dict: "object"}
    fixed = ("type", "role")

    def of(name: str, value: Any) -> Schema:
        if name in fixed:
            return {"const": value, "type": "string"}
        if isinstance(value, list | tuple):
            return {"type": "array"}
        if value is None:
            return {"type": ["object" if name == "question" else "string", "null"]}
        return {"type": kinds[type(value)]}

    properties = {name: of(name, value) for name, value in told.items()}
    return {"type": "object", "properties": properties, "required": [*told]}


BARE = re.compile(r"[A-Za-z$_/][\w$/.{}-]*( [\w$/.,{}()-]+)*")
WORDS = {"null", "true", "false", "yes", "no", "on", "off", "y", "n"}


def scalar(value: Any) -> str:
    """Write a value on one line; JSON is YAML, so what is not a bare word is written as JSON."""
    bare = isinstance(value, str) and BARE.fullmatch(value) and value.lower() not in WORDS
    return str(value) if bare else json.dumps(value, ensure_ascii=False)


def lines(value: Any, indent: str = "") -> Iterator[str]:
    """Write mappings and lists as YAML, one entry a line."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from entry(f"{indent}{scalar(key)}:", inner, indent + "  ")
    else:
        for inner in value:
            if isinstance(inner, Mapping | list) and inner:
                first, *rest = lines(inner, indent + "  ")
                yield f"{indent}- {first.lstrip()}"
                yield from rest
            else:
                yield f"{indent}- {scalar(inner)}"


def entry(head: str, inner: Any, indent: str) -> Iterator[str]:
    if isinstance(inner, Mapping | list) and inner:
        yield head
        yield from lines(inner, indent)
    else:
        yield f"{head} {scalar(inner)}"


def text() -> str:
    """Return what belongs into the file."""
    return "\n".join(["# Made by docs/asyncapi.py; do not edit.", *lines(document()), ""])


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
    print(f"{FILE.name}: {len(text().splitlines())} lines")
