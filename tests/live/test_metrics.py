"""What is counted: each command by its outcome, each refusal by its code, and no key anywhere."""

from typing import Any

import pytest
from prometheus_client import REGISTRY

from app.live.metrics import refused, sent, timed
from app.session.commands import decode

from .clients import Server, of_type

pytestmark = pytest.mark.anyio
STEP = decode('{"type": "step"}')


class Count:
    """How much a value has grown since this was made."""

    def __init__(self, name: str, **labels: str) -> None:
        self._name, self._labels = name, labels
        self._before = self._now()

    def _now(self) -> float:
        return REGISTRY.get_sample_value(self._name, self._labels) or 0.0

    def grown(self) -> float:
        return self._now() - self._before


def steps(outcome: str) -> Count:
    return Count("backstep_command_seconds_count", type="step", outcome=outcome)


async def test_a_command_is_counted_when_it_is_answered() -> None:
    done, refusals, waits = steps("done"), steps("refused"), Count("backstep_refusals_total")

    async def work() -> None:
        assert done.grown() == 0

    answer = timed(STEP, work)
    assert done.grown() == 0
    await answer()
    assert (done.grown(), refusals.grown(), waits.grown()) == (1, 0, 0)


async def test_the_time_counts_from_its_arrival() -> None:
    spent = Count("backstep_command_seconds_sum", type="step", outcome="done")

    async def work() -> None: ...

    answer = timed(STEP, work)
    assert spent.grown() == 0
    await answer()
    assert 0 < spent.grown() < 1


async def test_a_refusal_is_counted_by_its_code_and_its_command() -> None:
    done, refusals = steps("done"), steps("refused")
    code = Count("backstep_refusals_total", code="too_far")

    async def work() -> None:
        refused("too_far", STEP)

    await timed(STEP, work)()
    assert (done.grown(), refusals.grown(), code.grown()) == (0, 1, 1)


async def test_what_is_refused_at_once_is_counted_too() -> None:
    refusals, code = steps("refused"), Count("backstep_refusals_total", code="busy")
    refused("busy", STEP)
    refused("busy")
    assert (refusals.grown(), code.grown()) == (1, 2)


async def test_a_refusal_of_one_is_none_of_the_next() -> None:
    done = steps("done")

    async def work() -> None:
        refused("too_far", STEP)

    async def well() -> None: ...

    await timed(STEP, work)()
    await timed(STEP, well)()
    assert done.grown() == 1


def test_messages_are_counted_with_their_bytes() -> None:
    counts = [
        Count(f"backstep_sent_bytes_{part}", form=form)
        for form in ("text", "binary")
        for part in ("count", "sum")
    ]
    sent("four")
    sent(b"1234567")
    sent(b"890")
    assert [count.grown() for count in counts] == [1, 4, 2, 10]


def values(server: Server) -> dict[str, float]:
    """Return what a server counts, by name and labels."""
    lines = server.http.get("/metrics").text.splitlines()
    pairs = (line.rpartition(" ") for line in lines if line.startswith("backstep_"))
    return {name: float(value) for name, _, value in pairs}


def test_a_server_counts_what_its_browsers_do(server: Server) -> None:
    before = values(server)
    made = server.create()
    watch = made["watch_url"].rpartition("/")[2]
    with server.browser(made["key"]) as driver, server.browser(watch) as watcher:
        watcher.hear(of_type("welcome"))
        driver.ask("step")
        driver.ask("edit", tensor="W9", index=[0, 0], value=1.0)
        watcher.ask("step")
        driver.ask("step", count=0)
        during = values(server)
        grown: dict[str, Any] = {k: during[k] - before.get(k, 0) for k in during}
        text = server.http.get("/metrics").text
    count = "backstep_command_seconds_count"
    assert grown[count + '{outcome="done",type="step"}'] == 1
    assert grown[count + '{outcome="refused",type="step"}'] == 1
    assert grown[count + '{outcome="refused",type="edit"}'] == 1
    for code in ("edit", "rights", "message"):
        assert grown[f'backstep_refusals_total{{code="{code}"}}'] == 1
    assert grown["backstep_viewers"] == 2
    assert grown["backstep_rooms"] == 1
    assert grown['backstep_sent_bytes_sum{form="binary"}'] > 1000
    assert grown["backstep_store_write_seconds_count"] >= 1
    assert made["key"] not in text
    assert watch not in text
