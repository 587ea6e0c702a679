"""The page that Prometheus reads."""

from prometheus_client.parser import text_string_to_metric_families

from .conftest import Client


def test_it_is_in_the_format_of_prometheus(client: Client) -> None:
    answer = client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=")
    names = {family.name for family in text_string_to_metric_families(answer.text)}
    assert {"backstep_rooms", "backstep_command_seconds", "process_cpu_seconds"} <= names


def test_answers_are_counted_by_their_route_and_not_by_their_address(client: Client) -> None:
    key = client.post("/api/sessions", json={"preset": "xor"}).json()["key"]
    for path in (f"/s/{key}", f"/api/sessions/{key}", "/s/nobody/sheet", "/nowhere", "/static/no"):
        client.get(path)
    text = client.get("/metrics").text
    for route, status in (
        ("/s/{key}", 200), ("/api/sessions/{key}", 200), ("/s/{key}/sheet", 404), ("other", 404),
        ("/api/sessions", 201),
    ):  # fmt: skip
        assert f'backstep_requests_total{{route="{route}",status="{status}"}}' in text
    assert key not in text
    assert "nowhere" not in text


def test_it_tells_how_many_sessions_are_open_now(client: Client) -> None:
    def rooms() -> int:
        lines = client.get("/metrics").text.splitlines()
        return next(int(float(s.split()[1])) for s in lines if s.startswith("backstep_rooms "))

    before = rooms()
    client.post("/api/sessions", json={"preset": "xor"})
    assert rooms() == before + 1
