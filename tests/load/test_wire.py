"""Framing against that of the library, and facts of frames that the server encodes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.frames import Frame, Opcode
from websockets.protocol import OPEN
from websockets.server import ServerProtocol

from app.live.codec import encode_arrays, encode_frame
from app.presets import preset
from app.session.commands import Step
from app.session.messages import Frame as Told
from app.session.session import Session
from bench.load.wire import BINARY, PING, PONG, TEXT, Unframer, frame_of, masked


@pytest.mark.parametrize("size", [0, 1, 125, 126, 65_535])
def test_what_a_client_sends_is_what_a_server_reads(size: int) -> None:
    server = ServerProtocol(state=OPEN, max_size=None)
    server.receive_data(masked(b"x" * size) + masked(b"p", PONG))
    text, pong = server.events_received()
    assert (text.opcode, text.data, text.fin) == (Opcode.TEXT, b"x" * size, True)
    assert (pong.opcode, pong.data) == (Opcode.PONG, b"p")


def test_a_command_may_not_be_long() -> None:
    with pytest.raises(ValueError, match="must be shorter than 65,536 bytes, got 65,536"):
        masked(bytes(65_536))


@given(
    st.lists(st.sampled_from([0, 5, 125, 126, 300, 65_536]), max_size=6),
    st.lists(st.integers(1, 70_000), max_size=6),
)
def test_messages_come_whole_however_the_bytes_are_cut(sizes: list[int], cuts: list[int]) -> None:
    kinds = {TEXT: Opcode.TEXT, BINARY: Opcode.BINARY, PING: Opcode.PING}
    heads = [list(kinds)[number % 3 if size < 126 else 1] for number, size in enumerate(sizes)]
    payloads = [bytes([65 + number]) * size for number, size in enumerate(sizes)]
    sent = b"".join(
        Frame(kinds[head], payload).serialize(mask=False)
        for head, payload in zip(heads, payloads, strict=True)
    )
    unframer, found = Unframer(), []
    for cut in [*cuts, len(sent)]:
        found += unframer.messages(sent[:cut])
        sent = sent[cut:]
    assert found == list(zip(heads, payloads, strict=True))


def test_a_frame_has_its_number_and_its_position() -> None:
    session = Session(preset("xor"))
    frame = next(m for m in session.apply(Step(type="step", count=7)) if isinstance(m, Told))
    assert frame_of(encode_frame(frame, 118)) == (118, 7, False)
    assert frame_of(encode_frame(session.snapshot(), 0)) == (0, 7, True)


def test_arrays_have_no_number() -> None:
    assert frame_of(encode_arrays(Session(preset("xor")).curve())) is None
