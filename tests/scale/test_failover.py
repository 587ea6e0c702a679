"""Workers behind a proxy: where sessions live, and what is left of them when one dies."""

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from tests.live.clients import UNIT, Server, same_tensors

from .cluster import SOON, Cluster, Learner, until

pytestmark = pytest.mark.anyio
LEARNERS = 6


@pytest.fixture(autouse=True)
async def within_the_time() -> AsyncIterator[None]:
    async with asyncio.timeout(3 * UNIT):
        yield


@asynccontextmanager
async def learning(cluster: Cluster) -> AsyncIterator[dict[str, Learner]]:
    """Have learners step all the while; at the end each is held to its answers."""
    keys = [cluster.create()["drive"] for _ in range(LEARNERS)]
    learners = {key: Learner(cluster, key) for key in keys}
    for learner in learners.values():
        learner.begin()
    try:
        await until(lambda: all(learner.has_answers(20) for learner in learners.values()))
        yield learners
        more = {key: learner.answers + 20 for key, learner in learners.items()}
        await until(lambda: all(learners[key].has_answers(most) for key, most in more.items()))
    finally:
        await asyncio.gather(*(learner.end() for learner in learners.values()))
    for key, learner in learners.items():
        learner.hold_to_answers(cluster.document(key))


def busiest(cluster: Cluster, learners: dict[str, Learner]) -> Server:
    return Counter(cluster.owner(key) for key in learners).most_common(1)[0][0]


async def in_thread(work: Callable[[], object]) -> None:
    await asyncio.get_running_loop().run_in_executor(None, work)


async def test_sessions_are_spread_and_everybody_with_a_key_of_one_meets_in_one_worker(
    cluster: Cluster,
) -> None:
    owners: set[Server] = set()
    for _ in range(100):  # shards are drawn, so it may take a while until every worker has one
        if len(owners) == len(cluster.workers):
            break
        keys = cluster.create()
        shard = keys["drive"].partition(".")[0]
        with cluster.browser(keys["drive"]) as driver:
            driver.ask("step", count=5)
            mark = cluster.owner_mark(shard)
            with cluster.browser(keys["watch"]) as watcher:
                watcher.frame_at(5)
                assert cluster.document(keys["watch"])["position"] == 5
                assert cluster.http.get(f"/s/{keys['watch']}/sheet").status_code == 200
                driver.ask("step")
                watcher.frame_at(6)
        assert cluster.owner_mark(shard) == mark  # nobody has taken it meanwhile
        owners.add(cluster.owner(keys["drive"]))
    assert len(owners) == len(cluster.workers)


@pytest.mark.parametrize("end", ["kill", "stop"])
async def test_when_a_worker_ends_everybody_is_back_soon_and_nothing_answered_is_lost(
    cluster: Cluster, end: str
) -> None:
    async with learning(cluster) as learners:
        ended = busiest(cluster, learners)
        moved = [key for key in learners if cluster.owner(key) is ended]
        await in_thread(getattr(ended, end))
        await until(lambda: all(learners[key].has_returned(2) for key in moved))
    assert max(learner.longest for learner in learners.values()) < SOON
    assert all(cluster.owner(key) is not ended for key in learners)
    assert all(learners[key].returns == 1 for key in learners if key not in moved)
    await in_thread(lambda: cluster.start_worker(ended))


async def test_another_worker_goes_on_with_the_same_numbers(cluster: Cluster) -> None:
    key = cluster.create()["drive"]
    with cluster.browser(key) as browser:
        browser.ask("step", size="epoch", count=50)
        browser.ask("edit", tensor="W1", index=[0, 1], value=0.25)
        browser.ask("step", count=7)
        browser.frame_at(607)
        before = browser.snapshot()
        first = cluster.owner(key)
        first.kill()
        with cluster.browser(key) as again:
            again.frame_at(607)
            assert same_tensors(before, again.snapshot())
            again.ask("step")
            again.frame_at(608)
    assert cluster.owner(key) is not first
    cluster.start_worker(first)


async def test_sessions_move_back_and_whoever_sat_elsewhere_follows(cluster: Cluster) -> None:
    keys = cluster.create()
    with cluster.browser(keys["drive"]) as driver:
        driver.ask("step", count=3)
        first = cluster.owner(keys["drive"])
        first.kill()
    with cluster.browser(keys["watch"]) as left, cluster.browser(keys["drive"]) as driver:
        left.frame_at(3)
        driver.ask("step")
        assert cluster.owner(keys["drive"]) is not first
        await in_thread(lambda: cluster.start_worker(first))
        with cluster.browser(keys["watch"]) as newcomer:  # nginx leads it to the first
            newcomer.frame_at(4)
        closed_with = {who.closed() for who in (left, driver)}
    assert closed_with == {1001}
    with cluster.browser(keys["watch"]) as left, cluster.browser(keys["drive"]) as driver:
        driver.ask("step")
        left.frame_at(5)
    assert cluster.owner(keys["drive"]) is first


async def test_redis_restarts_while_people_step_and_nobody_is_sent_away(cluster: Cluster) -> None:
    async with learning(cluster) as learners:
        cluster.redis.end(kill=True)
        await in_thread(cluster.redis.start)
    assert max(learner.longest for learner in learners.values()) < SOON
    assert {learner.returns for learner in learners.values()} == {1}


async def test_the_proxy_writes_down_no_key_shows_no_metrics_and_takes_no_more_than_the_server(
    cluster: Cluster,
) -> None:
    keys = cluster.create()
    with cluster.browser(keys["drive"]) as driver:
        driver.ask("step")
    cluster.document(keys["watch"])
    assert cluster.http.get("/metrics").status_code == 404
    too_long = cluster.http.post("/api/sessions", content=b" " * 1_000_001)
    assert too_long.status_code == 413
    written = "".join(log.read_text() for log in cluster.nginx.folder.glob("*.log"))
    assert "GET /ws/* 101" in written
    assert "GET /api/sessions/* 200" in written
    for key in keys.values():
        assert key.partition(".")[2] not in written


async def test_what_every_page_loads_comes_from_the_proxy(cluster: Cluster) -> None:
    addresses = re.findall(r'"(/static/[0-9a-f]+/[^"]+)"', cluster.http.get("/").text)
    main = next(address for address in addresses if address.endswith("/js/main.js"))
    for encoding in ("gzip", "gzip", "br, gzip"):
        answer = cluster.http.get(main, headers={"Accept-Encoding": encoding})
        assert answer.headers["Cache-Control"].endswith("immutable")
        assert answer.headers["Content-Encoding"] == "gzip"
    tag = {"If-None-Match": answer.headers["ETag"], "Accept-Encoding": "gzip"}
    assert cluster.http.get(main, headers=tag).status_code == 304
    asked = [line for line in cluster.nginx.folder.joinpath("access.log").read_text().splitlines()]
    upstream = [line.split()[-1] for line in asked if main in line]
    assert len(upstream) == 4
    assert [upstream[1], upstream[3]] == ["-", "-"]


async def test_modules_of_one_version_come_from_one_worker(cluster: Cluster) -> None:
    names = ("main.js", "store.js", "dialogue.js", "actions.js", "format.js", "connection.js")
    for name in names:
        cluster.http.get(f"/static/0123456789abcdef/js/{name}")
    asked = cluster.nginx.folder.joinpath("access.log").read_text().splitlines()
    upstream = {line.split()[-1] for line in asked if "/static/0123456789abcdef/" in line}
    assert len(upstream) == 1
    assert upstream != {"-"}
