"""Sockets over a real server: what a browser sees, and what is refused."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import pairwise
from socket import SO_RCVBUF, SOL_SOCKET, socket

import numpy as np
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from app.engine.config import Config
from app.engine.program import Kind, writes
from app.engine.run import Run
from app.live.viewer import BACKLOG, IN_FLIGHT
from app.presets import PRESETS, preset

from .clients import UNIT, Browser, Server, answers, of_type, same_tensors

LENGTH = 12


def closed(browser: Browser) -> ConnectionClosed:
    """Listen until the socket closes and return how it did."""
    try:
        while True:
            browser.next()
    except ConnectionClosed as end:
        return end


def test_a_minibatch_step_by_step_has_the_numbers_of_the_engine(server: Server) -> None:
    key = server.create(preset="circle")["key"]
    run = Run(preset("circle"))
    with server.browser(key) as browser:
        welcome = browser.hear(of_type("welcome"))
        assert [(op["kind"], op["layer"]) for op in welcome["program"]] == [*run.program]
        assert browser.hear(of_type("snapshot")).position == 0
        for position, op in enumerate([*run.program, *run.program], 1):
            run.step()
            assert browser.ask("step")["type"] == "answer"
            heard = browser.frame_at(position)
            facts = heard["op"], int(heard["layer"]), heard["phase"]
            assert facts == (op.kind, op.layer, op.phase)
            for name in writes(op, run.config):
                assert np.array_equal(heard.tensors[name], run.tensor(name))
            if op.kind is Kind.COST:
                assert float(heard["cost"]) == run.cost


def test_going_back_shows_every_number_as_it_was(server: Server) -> None:
    with server.browser(server.create()["key"]) as browser:
        there = {}
        for position in range(1, 2 * LENGTH):
            browser.ask("step")
            there[position] = browser.snapshot()
        for position in reversed(range(1, 2 * LENGTH - 1)):
            browser.ask("back")
            back = browser.snapshot()
            assert back.position == position
            assert same_tensors(back, there[position])
        browser.ask("seek", position=17)
        assert same_tensors(browser.snapshot(), there[17])


def test_an_edit_and_a_learning_rate_change_what_follows(server: Server) -> None:
    key = server.create()["key"]
    with server.browser(key) as browser:
        browser.ask("step", size="minibatch", count=3)
        browser.ask("back", size="minibatch", count=2)
        browser.ask("edit", tensor="W1", index=[0, 1], value=2.5)
        assert browser.snapshot().tensors["W1"][0, 1] == 2.5
        heard = [h for h in browser.heard if h["type"] == "status"][-1]
        assert heard["rejoin"] == {"position": LENGTH, "end": 3 * LENGTH}
        browser.ask("rejoin")
        assert browser.snapshot().tensors["W1"][0, 1] != 2.5
        browser.ask("rejoin")
        assert browser.snapshot().tensors["W1"][0, 1] == 2.5
        browser.ask("configure", patch={"optimizer": {"learning_rate": 0.25}})
        assert browser.snapshot().position == LENGTH
        browser.ask("configure", patch={"layers": [{"units": 1}]})
        assert browser.snapshot().position == 0
    document = server.document(key)
    assert document["config"]["optimizer"]["learning_rate"] == 0.25
    assert (len(document["config"]["layers"]), document["edits"]) == (1, [])


def test_play_runs_until_pause(server: Server) -> None:
    with server.browser(server.create()["key"]) as browser:
        browser.say("play", size="minibatch", rate="max")
        browser.hear(lambda h: h.is_frame and h.position > 1000 * LENGTH)
        browser.hear(lambda h: h["type"] == "evaluation" and h["position"] > 0)
        browser.hear(of_type("curve"))
        browser.hear(of_type("surface"))
        browser.ask("pause")
        first = browser.snapshot()
        assert first.position >= 1000 * LENGTH
        assert browser.snapshot().position == first.position


def test_a_reload_shows_the_same_place(server: Server) -> None:
    key = server.create()["key"]
    with server.browser(key) as browser:
        browser.ask("step", size="epoch", count=7)
        browser.ask("step", size="op", count=3)
        before = browser.snapshot()
    with server.browser(key) as browser:
        after = browser.hear(of_type("snapshot"))
        assert after.position == before.position == 7 * LENGTH + 3
        assert same_tensors(after, before)


def test_a_restart_of_the_server_restores_keys_position_and_numbers(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    server = Server(tmp_path_factory.mktemp("restarted"))
    try:
        server.start()
        keys = server.create(preset="spiral")
        with server.browser(keys["key"]) as browser:
            browser.ask("step", size="minibatch", count=20)
            browser.ask("edit", tensor="W1", index=[0, 0], value=0.5)
            browser.ask("configure", patch={"optimizer": {"learning_rate": 0.02}})
            browser.ask("step", size="op", count=5)
            before = browser.snapshot()
            server.stop()
        server.start()
        for address in ("key", "watch_url"):
            with server.browser(keys[address].rpartition("/")[2]) as browser:
                browser.hear(lambda h: h.is_frame and h.position == before.position)
                assert same_tensors(browser.snapshot(), before)
        assert len(server.document(keys["key"])["edits"]) == 2
        server.stop()
        assert "Traceback" not in server.log
    finally:
        server.end()


def test_the_watch_key_sees_the_same_bytes_and_cannot_drive(server: Server) -> None:
    keys = server.create()
    watch = keys["watch_url"].rpartition("/")[2]
    with server.browser(keys["key"]) as driver, server.browser(watch) as watcher:
        assert watcher.hear(of_type("welcome"))["rights"] == "watch"
        watcher.hear(of_type("status"))
        assert watcher.ask("step")["code"] == "rights"
        for _ in range(10):
            driver.ask("step")
        driver.frame_at(10)
        mine = {h.position: h.raw for h in driver.heard if h["type"] == "frame"}
        watcher.frame_at(10)
        theirs = {h.position: h.raw for h in watcher.heard if h["type"] == "frame"}
        assert mine == theirs


@pytest.mark.parametrize("key", ["nobody", "x" * 2000, "%00", "%F0%9F%8D%80"])
def test_an_unknown_key_is_told_and_closed_with_4404(server: Server, key: str) -> None:
    with server.browser(key) as browser:
        heard = browser.next()
        assert (heard["type"], heard["code"]) == ("error", "no_session")
        end = closed(browser)
        assert end.rcvd is not None
        assert end.rcvd.code == 4404


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://[", "http://127.0.0.1:1", "//", "http://"]
)
def test_a_page_from_elsewhere_is_refused_before_the_handshake(server: Server, origin: str) -> None:
    key = server.create()["key"]
    with pytest.raises(InvalidStatus) as refusal, server.browser(key, origin=origin):
        pass
    assert refusal.value.response.status_code == 403


def test_our_own_page_and_those_of_the_settings_are_let_in(server: Server, strict: Server) -> None:
    for asked, origin in ((server, server.url), (strict, "https://school.example")):
        with asked.browser(asked.create()["key"], origin=origin) as browser:
            assert browser.hear(of_type("welcome"))


def test_a_binary_message_is_refused_and_the_socket_goes_on(server: Server) -> None:
    with server.browser(server.create()["key"]) as browser:
        browser.connection.send(b"\x00\x01")
        heard = browser.hear(of_type("error"))
        assert heard["code"] == "message"
        assert "binary" in heard["message"]
        assert browser.ask("step")["type"] == "answer"


def test_what_is_no_command_is_refused_with_its_id(server: Server) -> None:
    with server.browser(server.create()["key"]) as browser:
        browser.connection.send('{"type": "step", "count": 0, "size": "day", "id": "mine"}')
        heard = browser.hear(answers("mine"))
        assert (heard["type"], heard["code"], heard["field"]) == ("error", "message", "size")
        assert [fault["field"] for fault in heard["faults"]] == ["size", "count"]


def test_a_message_over_the_limit_closes_the_socket(strict: Server) -> None:
    with strict.browser(strict.create()["key"]) as browser:
        browser.connection.send(json.dumps({"type": "step", "id": "x" * 5000}))
        end = closed(browser)
        assert end.rcvd is not None
        assert end.rcvd.code == 1009


def test_too_many_messages_are_refused_with_the_limit(strict: Server) -> None:
    with strict.browser(strict.create()["key"], acknowledges=False) as browser:
        for number in range(15):
            browser.say("sync", id=number)
        heard = browser.hear(lambda h: h.get("code") == "rate")
        assert "5 messages a second" in heard["message"]
        if not any(answers(9)(h) for h in browser.heard):
            browser.hear(answers(9))
        answered = [h for h in browser.heard if h["type"] == "answer"]
        assert [h["id"] for h in answered] == list(range(10))


def test_more_viewers_than_the_limit_are_turned_away(strict: Server) -> None:
    key = strict.create()["key"]
    with strict.browser(key) as one, strict.browser(key) as two, strict.browser(key) as three:
        assert one.hear(of_type("welcome"))
        assert two.hear(of_type("welcome"))
        heard = three.next()
        assert (heard["type"], heard["code"]) == ("error", "full")
        assert "2 viewers" in heard["message"]
        end = closed(three)
        assert end.rcvd is not None
        assert end.rcvd.code == 4429
    with strict.browser(key) as again:
        assert again.hear(of_type("welcome"))


def test_a_network_over_the_limit_is_refused_and_the_old_one_stays(strict: Server) -> None:
    key = strict.create()["key"]
    with strict.browser(key) as browser:
        heard = browser.ask("configure", patch={"layers": [{"units": 90}, {"units": 1}]})
        assert heard["code"] == "config"
        assert "100 weights and biases on this server" in heard["message"]
    assert strict.document(key)["config"] == preset("xor").as_json()


def test_a_full_server_says_so(strict: Server) -> None:
    answers_ = [strict.http.post("/api/sessions", json={"preset": "xor"}) for _ in range(9)]
    refused = [answer for answer in answers_ if answer.status_code != 201]
    assert refused
    assert {answer.status_code for answer in refused} == {503}
    assert "it holds 8 sessions" in refused[0].json()["detail"]


def test_a_thousand_steps_at_once_arrive_in_order(server: Server) -> None:
    with server.browser(server.create()["key"]) as browser:
        browser.hear(of_type("evaluation"))
        for number in range(1000):
            browser.say("step", id=number)
        browser.hear(answers(999))
        identifiers = [h["id"] for h in browser.heard if "id" in h]
        assert identifiers == list(range(1000))
        assert not [h for h in browser.heard if h["type"] == "error"]
        last = browser.frame_at(1000)
        frames = [h for h in browser.heard if h.is_frame]
        assert [h.position for h in frames] == sorted(h.position for h in frames)
        for before, after in pairwise(frames):
            assert after.seq == before.seq + 1 or after["type"] == "snapshot"
        run = Run(preset("xor"))
        run.advance(1000)
        assert last.position == 1000
        snapshot = browser.snapshot()
        assert all(
            np.array_equal(snapshot.tensors[name], array) for name, array in run.tensors().items()
        )


def test_who_never_acknowledges_gets_a_few_frames_and_later_the_present(server: Server) -> None:
    key = server.create()["key"]
    with server.browser(key) as driver, server.browser(key, acknowledges=False) as slow:
        for _ in range(3 * BACKLOG):
            driver.ask("step")
        driver.ask("break", op=3)
        slow.hear(lambda h: h["type"] == "status" and h["position"] == 3 * BACKLOG)
        frames = [h for h in slow.heard if h.is_frame]
        assert len(frames) == IN_FLIGHT
        slow.acknowledges = True
        slow.say("ack", seq=frames[-1].seq)
        first = slow.hear(lambda h: h.is_frame)
        assert first["type"] == "snapshot"
        assert first.position >= 2 * BACKLOG
        assert slow.frame_at(3 * BACKLOG).seq > first.seq


def test_who_floods_and_never_reads_is_given_up_and_the_server_goes_on(server: Server) -> None:
    key = server.create()["key"]
    text = b'{"type": "step", "id": "flood"}'
    frames = (bytes([0x81, 0x80 | len(text), 0, 0, 0, 0]) + text) * 1000  # masked with zeros
    with raw(server, f"GET /ws/{key}", upgrade=True) as dead:
        assert dead.recv(12) == b"HTTP/1.1 101"
        with suppress(OSError):  # refused at last, or no longer taken
            for _ in range(300):
                dead.sendall(frames)
        with server.browser(key) as same, server.browser(server.create()["key"]) as other:
            assert other.ask("focus", example=1)["type"] == "answer"
            heard = same.ask("focus", example=1)
            assert heard["type"] == "answer" or heard["code"] == "busy"


def test_a_request_that_ends_early_is_no_fault_of_ours(server: Server) -> None:
    with raw(server, "POST /api/sessions", length=1000) as early:
        early.sendall(b'{"preset": ')
    with raw(server, "GET /ws/nobody", upgrade=True):
        pass
    assert server.http.get("/healthz").text == "alive"


@contextmanager
def raw(
    server: Server, request: str, *, upgrade: bool = False, length: int = 0
) -> Iterator[socket]:
    """Connect with a small buffer and send the head of a request."""
    lines = [f"{request} HTTP/1.1", f"Host: {server.address}", f"Content-Length: {length}"]
    if upgrade:
        lines[2:] = [
            "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        ]  # fmt: skip
    with socket() as connection:
        connection.setsockopt(SOL_SOCKET, SO_RCVBUF, 4096)
        connection.settimeout(UNIT / 10)
        connection.connect(("127.0.0.1", server.port))
        connection.sendall("\r\n".join([*lines, "", ""]).encode())
        yield connection


def test_a_greedy_neighbour_is_hardly_felt(server: Server) -> None:
    with (
        server.browser(server.create()["key"]) as greedy,
        server.browser(server.create(preset="digits")["key"]) as heavy,
        server.browser(server.create()["key"]) as other,
    ):
        greedy.say("play", size="minibatch", rate="max")
        heavy.say("play", size="minibatch", rate="max")
        other.hear(of_type("evaluation"))
        waits = []
        for _ in range(50):
            started = time.monotonic()
            other.ask("step")
            waits.append(time.monotonic() - started)
        assert sorted(waits)[25] < UNIT / 100
        greedy.ask("pause")
        heavy.ask("pause")


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_is_played_over_the_socket(server: Server, name: str) -> None:
    with server.browser(server.create(preset=name)["key"]) as browser:
        assert browser.hear(of_type("welcome"))["config"] == preset(name).as_json()
        browser.ask("step", size="minibatch", count=2)
        browser.ask("step", size="phase", count=2)
        run = Run(Config.parse(PRESETS[name].config))
        length = len(run.program)
        heard = browser.snapshot()
        run.advance(heard.position)
        assert heard.position > 2 * length
        assert np.array_equal(
            heard.tensors["b1" if "b1" in heard.tensors else "y"],
            run.tensor("b1" if "b1" in heard.tensors else "y"),
        )
