"""Headers of every answer, and pages of other sites that may change nothing."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.main import create_app
from app.settings import Settings
from app.web.guard import protection
from app.web.pages import STATIC

from .conftest import Client, asked, serving

PATHS = (
    "/", "/s/x", "/sheet/xor", "/api/catalog", "/healthz", "/metrics", "/static/js/main.js",
    "/static/css/lab.css", "/openapi.json", "/none", "/api/no", "/static/none", "/broken",
)  # fmt: skip


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """An application of which one address is broken."""
    folder = tmp_path_factory.mktemp("guarded")
    app = create_app(Settings(data=folder, origins="https://school.example"))

    @app.api_route("/broken", methods=["GET", "POST"])
    async def broken() -> None:
        raise RuntimeError("it broke")

    with serving(folder, app=app) as made:
        yield made


def policy(settings: Settings) -> dict[str, list[str]]:
    """Return the sources that each directive of the policy allows."""
    parts = protection(settings)["Content-Security-Policy"].split("; ")
    return {name: sources for name, *sources in map(str.split, parts)}


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_has_every_header(client: Client, path: str) -> None:
    headers = client.get(path).headers
    for name, value in protection(Settings()).items():
        assert headers.get_list(name) == [value]


def test_a_file_that_has_not_changed_has_them_too(client: Client) -> None:
    tag = client.get("/static/js/main.js").headers["etag"]
    answer = client.get("/static/js/main.js", headers={"if-none-match": tag})
    assert answer.status_code == 304
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_scripts_and_connections_are_ours_and_nothing_is_evaluated() -> None:
    rules = policy(Settings())
    for name in ("default-src", "script-src", "connect-src", "form-action", "frame-ancestors"):
        assert rules[name] == ["'self'"]
    assert rules["object-src"] == rules["base-uri"] == ["'none'"]
    unsafe = {name for name, sources in rules.items() if any("unsafe" in s for s in sources)}
    assert unsafe == {"style-src"}


def test_pages_that_may_show_ours_are_named_by_the_settings() -> None:
    embed = "https://learn.example.org, https://*.school.example:8443"
    assert policy(Settings(embed=embed))["frame-ancestors"] == [
        "'self'", "https://learn.example.org", "https://*.school.example:8443"
    ]  # fmt: skip


def test_templates_hold_no_script_and_no_handler() -> None:
    for template in Path("templates").rglob("*.html"):
        text = template.read_text(encoding="utf-8")
        assert not re.search(r"\son[a-z]+\s*=|javascript:", text), template
        for tag, inner in re.findall(r"<script([^>]*)>(.*?)</script>", text, re.S):
            assert "src=" in tag or 'type="text/plain"' in tag, (template, inner)


def test_no_module_of_the_page_makes_markup_of_text() -> None:
    """It sets text as text, so that no text of somebody's becomes an element or a script."""
    makes = re.compile(
        r"\.(inner|outer)HTML|insertAdjacentHTML|document\.write|\beval\(|new Function|text/html|"
        r"createContextualFragment|setHTMLUnsafe|\.srcdoc|javascript:"
    )
    modules = [*STATIC.glob("js/**/*.js")]
    assert len(modules) > 30
    assert [m.name for m in modules if makes.search(m.read_text(encoding="utf-8"))] == []


# ---------------------------------------------------------------- pages of other sites


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "BREW"])
@pytest.mark.parametrize("path", ["/api/sessions", "/", "/none", "/broken"])
@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://lab.evil"])
def test_a_page_of_another_site_may_change_nothing(
    client: Client, method: str, path: str, origin: str
) -> None:
    answer = client.request(method, path, json={"preset": "xor"}, headers={"origin": origin})
    assert answer.status_code == 403
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize("origin", ["http://lab", "https://school.example", None])
def test_our_pages_those_of_the_settings_and_programs_may(
    client: Client, origin: str | None
) -> None:
    headers = {} if origin is None else {"origin": origin}
    answer = client.post("/api/sessions", json={"preset": "xor"}, headers=headers)
    assert answer.status_code == 201


def test_anybody_may_look(client: Client) -> None:
    answer = client.get("/api/catalog", headers={"origin": "https://evil.example"})
    assert answer.status_code == 200
    assert "access-control-allow-origin" not in answer.headers


def test_an_answer_that_broke_is_counted_as_one(client: Client) -> None:
    client.get("/broken")
    assert 'backstep_requests_total{route="/broken",status="500"}' in client.get("/metrics").text


def test_before_anything_has_started_it_guards_already(tmp_path: Path) -> None:
    with asked(create_app(Settings(data=tmp_path))) as asleep:
        assert asleep.get("/readyz").headers["x-content-type-options"] == "nosniff"
        evil = {"origin": "https://evil.example"}
        assert asleep.post("/api/sessions", headers=evil).status_code == 403
