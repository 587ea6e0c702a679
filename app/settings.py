"""Settings of the server, from the environment; each is listed in `docs/settings.md`."""

import os
import re
from ipaddress import ip_network
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from app.errors import ConfigError, Fault, faults_of
from app.language import say

__all__ = ["PREFIX", "Settings"]

PREFIX = "BACKSTEP_"
ORIGIN = re.compile(r"https?://(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*(:(\d{1,5}|\*))?", re.IGNORECASE)


def _entries(text: str) -> list[str]:
    """Return what stands between commas and spaces."""
    return text.replace(",", " ").split()


class Settings(BaseModel):
    """Limits and places. A name here in capitals after ``BACKSTEP_`` is the variable that sets it."""  # noqa: E501

    model_config = ConfigDict(frozen=True, extra="forbid")

    data: Path = Field(Path.home() / ".backstep", description="folder for what must be kept")
    redis_url: str = Field("", description="Redis or Valkey that keeps it for several workers")
    origins: str = Field("", description="further origins that may open a socket, by comma")
    max_rooms: int = Field(2000, ge=1, description="sessions that are open at once")
    max_viewers: int = Field(2000, ge=1, description="browsers on one session")
    max_learners: int = Field(1000, ge=1, description="learners in one class")
    class_hours: float = Field(24, gt=0, description="after how long a class is erased")
    max_parameters: int = Field(500_000, ge=1, description="weights and biases of one network")
    max_message: int = Field(1_000_000, ge=1000, description="bytes of one message or request")
    messages_per_second: float = Field(1000, gt=0, description="messages from one browser")
    idle_seconds: float = Field(900, gt=0, description="how long a session without browser stays")
    address: str = Field("", description="address of this server as learners type it")
    guesses_per_minute: float = Field(20, gt=0, description="wrong codes from one address")
    keep_days: float = Field(30, gt=0, description="how long a saved session is kept")
    history_bytes: int = Field(32 * 2**20, ge=2**16, description="memory for one session's past")
    embed: str = Field("", description="origins whose pages may show ours, by comma or space")
    sessions_per_minute: float = Field(120, gt=0, description="sessions opened for one address")
    secret: str = Field("", repr=False, description="what seals hidden mistakes in links")
    drain_seconds: float = Field(0, ge=0, description="from being not ready to closing sockets")
    lessons: Path | None = Field(None, description="folder with lessons of your own")
    mnist: Path | None = Field(None, description="folder with the IDX files of MNIST")
    proxies: str = Field("127.0.0.1", description="proxies that are believed who asks, by comma")
    log: Literal["text", "json"] = Field("text", description="form of the lines that are logged")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="what is logged at the least"
    )

    @field_validator("embed")
    @classmethod
    def _origins(cls, value: str) -> str:
        """Refuse what would be something else in the header that it comes to stand in."""
        if not all(map(ORIGIN.fullmatch, _entries(value))):
            rule = say("must be origins like https://learn.example.org, by comma or space")
            raise ValueError(rule)
        return value

    @property
    def embedders(self) -> tuple[str, ...]:
        """The origins whose pages may show ours in a frame."""
        return tuple(_entries(self.embed))

    @field_validator("proxies")
    @classmethod
    def _addresses(cls, value: str) -> str:
        """Refuse what uvicorn would take for a name and never meet."""
        for address in _entries(value if value != "*" else ""):
            try:
                ip_network(address)
            except ValueError as error:
                rule = say("must be addresses or networks like 10.0.0.0/8, by comma, or *")
                raise ValueError(rule) from error
        return ",".join(_entries(value))

    @classmethod
    def from_environment(cls) -> "Settings":
        """Read the settings.

        Raises:
            ConfigError: a variable is unknown or its value cannot be.
        """
        given = {
            name.removeprefix(PREFIX).lower(): value
            for name, value in os.environ.items()
            if name.startswith(PREFIX)
        }
        try:
            return cls(**given)
        except ValidationError as error:
            faults = [
                Fault(PREFIX + fault.field.upper(), fault.rule, fault.value)
                for fault in faults_of(error)
            ]
            raise ConfigError(faults) from error
