"""Answers that are packed, and what is not touched by it."""

import asyncio
import zlib

import pytest
from starlette.types import Message, Receive, Scope, Send

from app.web.packing import Packing

from .conftest import Client


@pytest.mark.parametrize(
    "path", ["/", "/s/some.key", "/class", "/api/catalog", "/openapi.json", "/sheet/xor"]
)
def test_what_is_long_is_packed_for_who_can_unpack_it(client: Client, path: str) -> None:
    packed, plain = (client.get(path, headers={"accept-encoding": e}) for e in ("gzip", "br"))
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.content == plain.content
    for answer in (packed, plain):
        assert "Accept-Encoding" in answer.headers["vary"]


def test_what_is_short_is_not_packed(client: Client) -> None:
    assert "content-encoding" not in client.get("/healthz").headers


def test_tensors_are_not_packed(client: Client) -> None:
    key = client.post("/api/sessions", json={"preset": "digits"}).json()["key"]
    answer = client.get(f"/api/sessions/{key}/export?as=safetensors")
    assert len(answer.content) > 10_000
    assert "content-encoding" not in answer.headers


def test_a_line_of_a_sweep_leaves_before_the_next_is_there() -> None:
    left: list[bytes] = []
    unpacked = zlib.decompressobj(16 + zlib.MAX_WBITS)

    async def sweep(scope: Scope, receive: Receive, send: Send) -> None:
        kind = (b"content-type", b"application/x-ndjson")
        await send({"type": "http.response.start", "status": 200, "headers": [kind]})
        for number in range(3):
            line = b'{"done": %d}\n' % number
            await send({"type": "http.response.body", "body": line, "more_body": True})
            assert unpacked.decompress(left[-1]) == line
        await send({"type": "http.response.body"})

    async def sent(message: Message) -> None:
        left.append(message.get("body", b""))

    async def nothing() -> Message:
        return {"type": "http.disconnect"}

    scope = {"type": "http", "path": "/api/sweep", "headers": [(b"accept-encoding", b"gzip")]}
    asyncio.run(Packing(sweep)(scope, nothing, sent))
    assert unpacked.decompress(left[-1]) == b""
    assert unpacked.eof
