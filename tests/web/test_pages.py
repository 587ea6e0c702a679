"""The pages, what they load, and how they are guarded."""

import re
from pathlib import Path

import pytest

from app import __version__
from app.assets import assets
from app.main import create_app
from app.settings import Settings
from app.web.pages import STATIC

from .conftest import Client, asked


@pytest.mark.parametrize(("path", "key"), [("/", ""), ("/s/any-key", "any-key")])
def test_the_lab_is_one_page_with_or_without_a_session(client: Client, path: str, key: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert f'data-key="{key}"' in answer.text


def test_a_key_in_the_address_is_not_taken_for_markup(client: Client) -> None:
    text = client.get('/s/"><script>alert(1)</script>').text
    assert "<script>alert" not in text
    text = client.get("/s/%22%20onload=%22x").text
    assert '" onload="x' not in text


def test_the_page_loads_only_what_is_there_and_ours(client: Client) -> None:
    text = client.get("/").text
    loaded = re.findall(r'(?:src|href)="([^"#]+)"', text)
    assert loaded
    for address in loaded:
        assert address.startswith(("/", "?lang=")), address
        if address.startswith("/static/"):
            assert client.get(address).status_code == 200, address


@pytest.mark.parametrize("path", ["/", "/s/any-key", "/class", "/class/K7M4QX", "/privacy"])
def test_the_other_language_is_a_link_that_keeps_the_address(client: Client, path: str) -> None:
    for language, other, called in (("en", "zh", "中文"), ("zh", "en", "English")):
        text = client.get(path, headers={"accept-language": language}).text
        link = f'href="?lang={other}" hreflang="{other}" lang="{other}">{called}</a>'
        assert text.count(link) == text.count('"tb lang"') > 0
        assert f'<html lang="{language}"' in text
    embedded = client.get("/s/any-key?embed").text
    assert 'href="?embed&amp;lang=zh"' in embedded


def test_only_a_page_that_is_opened_by_a_link_keeps_its_language(client: Client) -> None:
    assert "language=zh" in client.get("/?lang=zh").headers["set-cookie"]
    answer = client.post("/poll/nothing?lang=zh", headers={"sec-fetch-site": "same-origin"})
    assert answer.headers["content-language"] == "zh"
    assert "set-cookie" not in answer.headers


def test_there_is_no_script_in_the_page_itself(client: Client) -> None:
    for tag in re.findall(r"<script[^>]*>", client.get("/").text):
        assert "src=" in tag or 'type="application/json"' in tag or "importmap" in tag, tag


def test_static_files_are_served_with_their_type(client: Client) -> None:
    script = next(STATIC.glob("js/**/*.js")).relative_to(STATIC).as_posix()
    answer = client.get(f"/static/{script}")
    assert answer.headers["content-type"].startswith("text/javascript")
    again = client.get(f"/static/{script}", headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    "path", ["/static/../app/main.py", "/static/%2e%2e/pyproject.toml", "/static/..%2fapp/main.py",
             "/static//etc/passwd", "/static/"]
)  # fmt: skip
def test_nothing_beside_the_static_files_is_served(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_browser_need_not_read_a_module_to_know_of_the_next(client: Client) -> None:
    text = client.get("/").text
    early = re.findall(r'<link rel="modulepreload" href="/static/[0-9a-f]+/([^"]+)"', text)
    assert sorted(early) == sorted(assets.current().modules("js/main.js"))


def test_health_and_readiness(client: Client) -> None:
    assert client.get("/healthz").text == "alive"
    assert client.get("/readyz").status_code == 200


def test_before_it_has_started_it_is_alive_and_not_ready(tmp_path: Path) -> None:
    with asked(create_app(Settings(data=tmp_path))) as asleep:
        assert asleep.get("/healthz").status_code == 200
        answer = asleep.get("/readyz")
    assert (answer.status_code, answer.text) == (503, "not ready")


def test_the_interface_is_described(client: Client) -> None:
    described = client.get("/openapi.json").json()
    assert described["info"] == {"title": "Backstep", "version": __version__}
    assert {"/api/catalog", "/api/presets/{name}", "/api/sessions"} <= described["paths"].keys()


@pytest.mark.parametrize("path", ["/", "/s/some.key"])
def test_a_page_for_a_frame_is_one_by_its_address_alone(client: Client, path: str) -> None:
    framed, plain = client.get(f"{path}?embed").text, client.get(path).text
    assert 'class="lab embed"' in framed
    assert "/css/embed.css" in framed
    assert "embed" not in plain
    assert f'href="{path}" target="_blank"' in framed
