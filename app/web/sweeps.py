"""Sweeps over HTTP: one request trains many networks and streams how they do.

The answer is JSON, a line for each look. Who closes the connection ends the sweep. It computes on
the thread of the sessions, in slices as short as theirs, so that nobody is held up by it.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from math import isfinite
from time import monotonic
from typing import Annotated, Any, TypeVar

import orjson
from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field, Strict

from app.engine.config import Config
from app.engine.sweep import Axis, Outcome, Sweep, grid, with_setting
from app.errors import ConfigError, Fault
from app.language import say
from app.live.lobby import Lobby
from app.session.options import refuse_beyond, weights_and_biases
from app.web.documents import read_model
from app.web.limits import refuse_too_many
from app.web.problems import Problem

__all__ = ["router"]

router = APIRouter(prefix="/api", tags=["api"])
T = TypeVar("T")
MOST = 1024
"""Networks of one sweep."""
AT_ONCE = 4
"""Sweeps that this server does at once."""
SLICE = 0.005  # s of work at a time
LOOK = 0.3  # s between two lines
LOOKED_AT = 200  # examples that are measured in between
Value = str | bool | int | float


class Range(BaseModel):
    """A setting and its values."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)

    path: str = Field(max_length=60)
    values: Annotated[tuple[Value, ...], Strict(False)] = Field(min_length=1, max_length=MOST)

    @property
    def axis(self) -> Axis:
        return Axis(self.path, self.values)


class Asked(BaseModel):
    """A sweep: the config that it starts from, two settings, and how long."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)

    config: dict[str, Any]
    rows: Range
    columns: Range
    epochs: int = Field(ge=1, le=100_000)
    goal: float = Field(0.05, gt=0)

    def configs(self) -> list[Config]:
        """Return the config of every network, row by row.

        Raises:
            ConfigError: one of them cannot be.
        """
        config = Config.parse(self.config)
        if config.mistake:
            raise ConfigError([Fault("mistake", say("cannot be swept"))])
        return grid(config, self.rows.axis, self.columns.axis)


class Changed(BaseModel):
    """A config, and settings that are to be others, by their paths."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)

    config: dict[str, Any]
    settings: dict[Annotated[str, Field(max_length=60)], Value] = Field(max_length=20)


@router.post("/config")
async def config_with(request: Request) -> Response:
    """The config with those settings, as a sweep has it for its networks."""
    asked = await read_model(request, Changed)
    config = Config.parse(asked.config)
    for path, value in asked.settings.items():
        config = with_setting(config, path, value)
    return Response(orjson.dumps(config.as_json()), media_type="application/json")


@router.post("/sweep")
async def sweep(request: Request) -> StreamingResponse:
    """Train a network for every pair of values of two settings, and tell how they do: lines of
    JSON, the last of which has `end`."""
    refuse_too_many(request)
    lobby: Lobby = request.app.state.lobby
    asked = await read_model(request, Asked)
    if request.app.state.sweeps >= AT_ONCE:
        sentence = say(
            "{most} sweeps are under way on this server. Try again in a while.", most=AT_ONCE
        )
        raise Problem(503, sentence, headers={"Retry-After": "5"})
    compute = lobby.rooms.compute
    work = await asyncio.get_running_loop().run_in_executor(
        compute, _made, asked, lobby.settings.max_parameters
    )
    unbuffered = {"X-Accel-Buffering": "no"}  # or nginx keeps the lines until there are many
    return StreamingResponse(
        _lines(request, work), media_type="application/x-ndjson", headers=unbuffered
    )


def _made(asked: Asked, most_parameters: int) -> Sweep:
    """Return the sweep, ready to begin.

    Raises:
        ConfigError: it cannot be, or is too large.
    """
    count = len(asked.rows.values) * len(asked.columns.values)
    if count > MOST:
        rule = say("times columns must be at most {most:,}", most=MOST)
        raise ConfigError([Fault("rows", rule, f"{count:,}")])
    configs = asked.configs()
    for each in configs:
        refuse_beyond(each, most_parameters)
    values = sum(_values(each) for each in configs)
    if values > 40 * most_parameters:
        rule = say(
            "times columns must be fewer: together they need at most {most:,} values",
            most=40 * most_parameters,
        )
        raise ConfigError([Fault("rows", rule, f"{values:,}")])
    return Sweep(configs, asked.epochs, asked.goal)


def _values(config: Config) -> int:
    """Return about how many values a network keeps, with its minibatch."""
    sizes = config.sizes
    return 4 * weights_and_biases(config) + 4 * min(
        config.minibatch_size or config.data.train, 500
    ) * sum(sizes)


async def _lines(request: Request, work: Sweep) -> AsyncIterator[bytes]:
    """Train slice by slice; yield a line now and then, and one at the end."""
    state = request.app.state
    state.sweeps += 1
    loop, compute = asyncio.get_running_loop(), state.lobby.rooms.compute

    async def apart(call: Callable[[], T]) -> T:
        return await loop.run_in_executor(compute, call)

    quantum, looked = 1, 0.0
    try:
        while work.done < 1 and not state.lobby.draining:
            took = await apart(lambda n=quantum: _timed(work, n))  # type: ignore[misc]
            quantum = max(1, int(quantum * min(2.0, SLICE / max(took, 1e-6))))
            if monotonic() - looked >= LOOK:
                yield _line(work, await apart(lambda: work.outcomes(LOOKED_AT)))
                looked = monotonic()
        yield _line(work, await apart(work.outcomes), end=True)
    finally:
        state.sweeps -= 1


def _timed(work: Sweep, minibatches: int) -> float:
    started = monotonic()
    work.work(minibatches)
    return monotonic() - started


def _line(work: Sweep, outcomes: list[Outcome], *, end: bool = False) -> bytes:
    def told(value: float | None) -> float | None:
        return value if value is not None and isfinite(value) else None

    line = {
        "done": work.done,
        "costs": [told(o.cost) for o in outcomes],
        "accuracies": [told(o.training.accuracy) for o in outcomes],
        "test_costs": [o.testing and told(o.testing.cost) for o in outcomes],
        "test_accuracies": [o.testing and told(o.testing.accuracy) for o in outcomes],
        "converged": [o.converged for o in outcomes],
    }
    return orjson.dumps(line | ({"end": True} if end else {})) + b"\n"
