"""WebSocket and frames from the side of a browser, as cheaply as Python can.

Server and clients share a machine, so what a client costs is taken from the server. Commands are
therefore framed beforehand, and of what arrives no more is read than its number and position. The
mask of a client's frame is four zeros: allowed, unmasked by the server like any other, and nothing
to compute here.
"""

from typing import NamedTuple

__all__ = ["BINARY", "CLOSE", "PING", "PONG", "TEXT", "Frame", "Unframer", "frame_of", "masked"]

TEXT, BINARY, CLOSE, PING, PONG = 0x81, 0x82, 0x88, 0x89, 0x8A
"""First bytes of a frame that is the whole message."""
FACTS = slice(8, 120)
"""Where the facts begin that every frame has, in this order: type, seq, position."""


def masked(payload: bytes, head: int = TEXT) -> bytes:
    """Return a short message as the frame that a client sends."""
    size = len(payload)
    if size >= 2**16:
        raise ValueError(f"a command must be shorter than 65,536 bytes, got {size:,}")
    length = bytes([0x80 | size]) if size < 126 else b"\xfe" + size.to_bytes(2, "big")
    return bytes([head]) + length + bytes(4) + payload


class Unframer:
    """Cuts what a server sends into messages."""

    def __init__(self) -> None:
        self._rest = b""

    def messages(self, data: bytes) -> list[tuple[int, bytes]]:
        """Return the first byte and the payload of each message that is complete."""
        data = self._rest + data if self._rest else data
        found, at, end = [], 0, len(data)
        while end - at >= 2:
            length, start = data[at + 1], at + 2
            if length >= 126:
                start += 2 if length == 126 else 8
                if end < start:
                    break
                length = int.from_bytes(data[at + 2 : start], "big")
            if end < start + length:
                break
            found.append((data[at], data[start : start + length]))
            at = start + length
        self._rest = data[at:]
        return found


class Frame(NamedTuple):
    """What a browser must know of a frame to answer it."""

    seq: int
    position: int
    whole: bool


def frame_of(message: bytes) -> Frame | None:
    """Return the facts of a frame or snapshot, None for arrays, which have no number."""
    facts = message[FACTS].split(b'"', 14)
    if facts[7] != b"seq":
        return None
    return Frame(int(facts[9]), int(facts[13]), facts[5] == b"snapshot")
