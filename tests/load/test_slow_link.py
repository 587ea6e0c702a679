"""A slow link changes nothing that passes."""

import asyncio

import pytest

from bench.load.slow_link import slow_link

pytestmark = pytest.mark.anyio


async def test_what_passes_both_ways_is_what_was_sent() -> None:
    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(1000):
            writer.write(data)
        writer.close()

    sent = bytes(range(256)) * 40
    async with await asyncio.start_server(echo, "127.0.0.1", 0) as server:
        host, port = server.sockets[0].getsockname()
        async with slow_link(f"{host}:{port}", 1e9) as link:
            there, _, at = link.partition(":")
            reader, writer = await asyncio.open_connection(there, int(at))
            writer.write(sent)
            assert await reader.readexactly(len(sent)) == sent
            writer.close()
            await writer.wait_closed()
