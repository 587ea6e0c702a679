"""Find the bug: one mistake is in the network, and the learner does not know which.

Nothing that is said of the network names the mistake; the numbers, and the order of the ops, are
what it really does.
"""

import secrets
from dataclasses import dataclass, replace
from typing import Any, Self

from app.engine.config import Config
from app.engine.mistakes import MISTAKES
from app.errors import BackstepError, ConfigError, SessionError
from app.language import say
from app.session.commands import Configure

__all__ = ["Exercise", "config_for", "possible"]


def possible(config: Config) -> tuple[str, ...]:
    """Name the mistakes that a config can have."""
    return tuple(name for name, mistake in MISTAKES.items() if not mistake.misfit(config))


def _unnamed(error: ConfigError) -> BackstepError:
    """Return an error that says the same without naming the mistake."""
    if others := [fault for fault in error.faults if fault.field != "mistake"]:
        return ConfigError(others)
    sentence = say("The hidden mistake cannot be made in that network. Find it first.")
    return SessionError("exercise", sentence)


def config_for(command: Configure, config: Config, *, hidden: bool) -> Config:
    """Return the config that a command makes of the present one; a hidden mistake stays in it.

    Raises:
        ConfigError: there can be no such config.
        SessionError: it would uncover the mistake.
    """
    asked, patch = command.config, command.patch or {}
    if not hidden:
        return config.merged(patch) if asked is None else Config.parse(asked)
    named = patch.get("mistake") if asked is None else asked.get("mistake")
    if named is not None:
        raise SessionError("exercise", say("A mistake is hidden. Find it first, or give up."))
    try:
        kept = {"mistake": config.mistake}
        return config.merged(patch) if asked is None else Config.parse({**kept, **asked})
    except ConfigError as error:
        raise _unnamed(error) from None


@dataclass(frozen=True)
class Exercise:
    """A hidden mistake: what it may be, and what it was wrongly taken for so far."""

    choices: tuple[str, ...]
    wrong: tuple[str, ...] = ()
    found: str | None = None
    given_up: bool = False

    @classmethod
    def of(cls, config: Config) -> Self:
        """Return a new one for a config."""
        return cls(possible(config))

    @property
    def is_open(self) -> bool:
        """Whether the mistake is still hidden."""
        return self.found is None

    def draw(self) -> str:
        """Choose a mistake; nobody can foresee which."""
        return secrets.choice(self.choices)

    def guessed(self, name: str | None, truth: str) -> "Exercise":
        """Return the exercise after a guess, or with None after giving up."""
        if name is None or name == truth:
            return replace(self, found=truth, given_up=name is None)
        return replace(self, wrong=(*self.wrong, *({name} - {*self.wrong})))

    def as_json(self) -> dict[str, Any]:
        """Return what may be told."""
        return {
            "choices": list(self.choices), "wrong": list(self.wrong), "found": self.found,
            "given_up": self.given_up,
        }  # fmt: skip
