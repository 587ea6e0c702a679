"""What pages load: packed, kept for good under its hash, and found under any."""

from pathlib import Path
from typing import Any

import pytest
from anyio.lowlevel import checkpoint

from app.assets import assets

from .conftest import Client

MAIN = "js/main.js"
PLOTLY = "vendor/plotly.min.js"
OLDER = "0123456789abcdef"


def source(name: str) -> bytes:
    return Path("static", name).read_bytes()


def test_under_its_hash_a_file_may_be_kept_for_good(client: Client) -> None:
    answer = client.get(assets.current().address(MAIN))
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.content == source(MAIN)


@pytest.mark.parametrize("address", [f"/static/{MAIN}", f"/static/{OLDER}/{MAIN}"])
def test_without_one_or_under_that_of_another_server_it_is_asked_for_each_time(
    client: Client, address: str
) -> None:
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.content == source(MAIN)


@pytest.mark.parametrize(
    "path",
    ["/static/js/none.js", f"/static/{OLDER}/js/none.js", f"/static/{OLDER}/", "/static",
     "/static/js/js/main.js", f"/static/{OLDER}/{OLDER}/{MAIN}", f"/static/{PLOTLY}.br"],
)  # fmt: skip
def test_what_is_not_there_is_not_found(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code in (307, 404)
    assert "immutable" not in answer.headers["cache-control"]


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [("gzip, deflate, br, zstd", "br"), ("gzip, deflate", "gzip"), ("br;q=0, gzip;q=0.5", "gzip"),
     ("identity", None), ("gzip;q=0.0", None), ("BR", "br"), ("deflate", None)],
)  # fmt: skip
def test_a_browser_gets_the_best_form_that_it_accepts(
    client: Client, accepted: str, encoding: str | None
) -> None:
    answer = client.get(f"/static/{PLOTLY}", headers={"accept-encoding": accepted})
    assert answer.headers.get("content-encoding") == encoding
    assert answer.headers["vary"] == "Accept-Encoding"
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    if encoding != "br":  # which the client does not unpack
        assert answer.content == source(PLOTLY)


def test_every_form_has_a_tag_of_its_own_and_is_not_sent_twice(client: Client) -> None:
    tags = set()
    for encoding in ("br", "gzip", "identity"):
        asked = {"accept-encoding": encoding}
        answer = client.request("HEAD", f"/static/{PLOTLY}", headers=asked)
        assert answer.content == b""
        assert int(answer.headers["content-length"]) > 300_000
        tag = answer.headers["etag"]
        tags.add(tag)
        for known in (tag, f'"x", W/{tag}'):
            again = client.get(f"/static/{PLOTLY}", headers=asked | {"if-none-match": known})
            assert (again.status_code, again.content) == (304, b"")
            assert again.headers["etag"] == tag
    assert len(tags) == 3


def test_a_socket_is_refused_there(client: Client) -> None:
    sent: list[Any] = []

    async def knock() -> None:
        async def send(message: Any) -> None:
            sent.append(message)

        scope = {"type": "websocket", "path": f"/static/{MAIN}", "headers": [], "query_string": b""}
        await client.app(scope, checkpoint, send)

    client.call(knock)
    assert [(each["type"], each["code"]) for each in sent] == [("websocket.close", 1008)]


def test_nothing_can_be_sent_there(client: Client) -> None:
    answer = client.post(f"/static/{MAIN}")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")


def test_the_language_of_the_reader_makes_no_difference(client: Client) -> None:
    answer = client.get(f"/static/{MAIN}?lang=zh", headers={"accept-language": "zh"})
    assert answer.headers["vary"] == "Accept-Encoding"
    assert "set-cookie" not in answer.headers
