"""Sweeps over HTTP: lines as they go, refusals in words, and room for others."""

from typing import Any

import orjson
import pytest

from app.engine.config import Config
from app.engine.evaluate import Evaluator
from app.engine.run import Run
from app.presets import preset

from .conftest import Client

DIGITS = preset("digits").as_json()


def along(path: str, *values: Any) -> dict[str, Any]:
    return {"path": path, "values": values}


def asked(**more: Any) -> bytes:
    body = {
        "config": preset("xor").as_json(),
        "rows": {"path": "optimizer.learning_rate", "values": [0.5, 5]},
        "columns": {"path": "seed", "values": [0, 1, 2]},
        "epochs": 500,
    }
    return orjson.dumps(body | more)


def test_lines_tell_how_it_goes_and_the_last_how_it_ended(client: Client) -> None:
    response = client.post("/api/sweep", content=asked())
    assert response.status_code == 200
    assert response.headers["X-Accel-Buffering"] == "no"
    lines = [orjson.loads(line) for line in response.content.splitlines()]
    assert lines[-1]["end"]
    assert lines[-1]["done"] == 1
    assert [len(lines[-1][key]) for key in ("costs", "accuracies", "converged")] == [6, 6, 6]
    assert lines[-1]["test_costs"] == [None] * 6
    done = [line["done"] for line in lines]
    assert done == sorted(done)


def test_a_network_that_diverges_has_no_cost(client: Client) -> None:
    rows = {"path": "optimizer.learning_rate", "values": [100]}
    config = preset("linear_regression").as_json()
    response = client.post("/api/sweep", content=asked(config=config, rows=rows))
    assert orjson.loads(response.content.splitlines()[-1])["costs"] == [None] * 3


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"epochs": 0}, "epochs must be at least 1, got 0."),
        ({"rows": along("seed")}, "rows.values must have at least 1 entries, got"),
        (
            {"rows": along("seed", *range(33)), "columns": along("l2", *range(33))},
            "rows times columns must be at most 1,024, got 1,089.",
        ),
        ({"rows": along("l2", "much")}, "l2 'much' cannot be: l2 must be a number, got 'much'."),
        ({"config": {"layers": []}}, "layers must have at least 1 entries, got []."),
        ({"config": {"mistake": "wrong_sign"}}, "mistake cannot be swept."),
        (
            {"config": DIGITS, "rows": along("seed", *range(300))},
            "rows times columns must be fewer: together they need at most 20,000,000 values, got ",
        ),
    ],
)
def test_what_cannot_be_swept_is_refused(
    client: Client, more: dict[str, Any], sentence: str
) -> None:
    response = client.post("/api/sweep", content=asked(**more))
    assert response.status_code == 422
    assert response.json()["detail"].startswith(sentence)


def test_there_are_only_so_many_at_once(client: Client) -> None:
    state = client.app.state  # type: ignore[attr-defined]
    state.sweeps = 4
    try:
        response = client.post("/api/sweep", content=asked())
    finally:
        state.sweeps = 0
    assert response.status_code == 503
    assert response.json()["detail"].startswith("4 sweeps are under way")
    assert response.headers["Retry-After"] == "5"


def test_the_config_of_a_network_is_the_one_that_the_sweep_trains(client: Client) -> None:
    rows, columns = along("optimizer.learning_rate", 5), along("seed", 2)
    given = orjson.loads(asked())["config"]
    given["layers"][0]["W"] = [[1, 1, 1], [1, 1, 1]]
    body = asked(config=given, rows=rows, columns=columns)
    settings = {"optimizer.learning_rate": 5, "seed": 2}
    config = client.post("/api/config", json={"config": given, "settings": settings}).json()
    assert (config["optimizer"]["learning_rate"], config["seed"]) == (5, 2)
    assert "W" not in config["layers"][0]
    response = client.post("/api/sweep", content=body)
    assert response.status_code == 200, response.text
    line = orjson.loads(response.content.splitlines()[-1])
    run = Run(Config.parse(config))
    run.advance(500 * len(run.program))
    assert line["costs"] == [Evaluator(run).training().cost]


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ({"config": {}, "settings": {"l2": -1}}, "l2 -1 cannot be"),
        ({"config": {"seed": -1}, "settings": {}}, "seed must be"),
        ({"config": {}, "settings": {"l2": [1]}}, "settings"),
        ({"settings": {}}, "config"),
    ],
)
def test_settings_that_cannot_be_are_refused(client: Client, body: Any, detail: str) -> None:
    response = client.post("/api/config", json=body)
    assert response.status_code == 422
    assert response.json()["detail"].startswith(detail)
