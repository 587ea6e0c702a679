"""Settings come from the environment; what cannot be is refused by the name of its variable."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from app.errors import ConfigError
from app.settings import PREFIX, Settings


@pytest.fixture(autouse=True)
def without_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        monkeypatch.delenv(name)


def test_nothing_needs_to_be_set() -> None:
    settings = Settings.from_environment()
    assert settings == Settings()
    assert settings.data.name == ".backstep"


def test_each_setting_is_read_from_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BACKSTEP_DATA", "/somewhere")
    monkeypatch.setenv("BACKSTEP_MAX_ROOMS", "7")
    monkeypatch.setenv("BACKSTEP_IDLE_SECONDS", "1.5")
    monkeypatch.setenv("BACKSTEP_ORIGINS", "https://a.example, https://b.example")
    settings = Settings.from_environment()
    assert (settings.data, settings.max_rooms) == (Path("/somewhere"), 7)
    assert settings.idle_seconds == 1.5
    assert settings.origins.endswith("b.example")


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("MAX_ROOMS", "0", "BACKSTEP_MAX_ROOMS must be at least 1, got '0'."),
        ("MAX_ROOMS", "many", "BACKSTEP_MAX_ROOMS must be a whole number, got 'many'."),
        ("KEEP_DAYS", "-1", "BACKSTEP_KEEP_DAYS must be greater than 0.0, got '-1'."),
        ("KEEP_DAYS", "long", "BACKSTEP_KEEP_DAYS must be a number, got 'long'."),
        ("LOG", "xml", "BACKSTEP_LOG must be one of 'text' or 'json', got 'xml'."),
        (
            "PROXIES",
            "10.0.0.1, nginx",
            "BACKSTEP_PROXIES must be addresses or networks like 10.0.0.0/8, by comma, or *, "
            "got '10.0.0.1, nginx'.",
        ),
        *(
            (
                "EMBED",
                value,
                "BACKSTEP_EMBED must be origins like https://learn.example.org, by comma or space, "
                f"got {value!r}.",
            )
            for value in ("learn.example.org", "https://a.example; script-src *", "*", "'none'")
        ),
        ("NONSENSE", "1", "BACKSTEP_NONSENSE is not a setting here."),
    ],
)
def test_what_cannot_be_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, sentence: str
) -> None:
    monkeypatch.setenv(PREFIX + variable, value)
    with pytest.raises(ConfigError) as refusal:
        Settings.from_environment()
    assert str(refusal.value) == sentence


def test_all_that_is_wrong_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BACKSTEP_MAX_ROOMS", "0")
    monkeypatch.setenv("BACKSTEP_MAX_VIEWERS", "0")
    with pytest.raises(ConfigError) as refusal:
        Settings.from_environment()
    assert len(refusal.value.faults) == 2


def test_lists_are_written_with_commas_or_spaces() -> None:
    settings = Settings(embed="https://a.example http://b.example:81,", proxies="::1 10.0.0.0/8")
    assert settings.embedders == ("https://a.example", "http://b.example:81")
    assert settings.proxies == "::1,10.0.0.0/8"
    assert Settings(proxies="*").proxies == "*"


def test_settings_cannot_be_changed_and_each_is_described() -> None:
    with pytest.raises(ValidationError):
        Settings().max_rooms = 5  # type: ignore[misc]
    assert all(field.description for field in Settings.model_fields.values())
