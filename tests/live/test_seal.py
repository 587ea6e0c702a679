"""A word is sealed so that nobody reads it, and opened by whoever has the secret."""

import logging
import stat
from base64 import urlsafe_b64decode
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.live.seal import Seal, secret_of
from app.settings import Settings

WORDS = ("wrong_sign", "missing_slope", "early_update")
SEAL = Seal(b"secret", WORDS)


@pytest.mark.parametrize("word", WORDS)
def test_a_seal_opens_to_its_word_and_does_not_show_it(word: str) -> None:
    sealed = SEAL.close(word)
    assert SEAL.open(sealed) == word
    assert word.encode() not in urlsafe_b64decode(sealed)


def test_no_two_seals_are_alike_not_even_in_length() -> None:
    seals = [SEAL.close(word) for word in WORDS for _ in range(50)]
    assert len(set(seals)) == 150
    assert len({len(sealed) for sealed in seals}) == 1


@pytest.mark.parametrize(
    "sealed", ["", "x", "wrong_sign", "ü", "====", "A" * 59, "A" * 60, "A" * 100_000]
)
def test_what_is_no_seal_opens_to_nothing(sealed: str) -> None:
    assert SEAL.open(sealed) is None


def test_another_secret_and_a_changed_letter_open_nothing() -> None:
    sealed = SEAL.close("wrong_sign")
    assert Seal(b"another", WORDS).open(sealed) is None
    for place in range(len(sealed)):
        letter = "A" if sealed[place] != "A" else "B"
        assert SEAL.open(sealed[:place] + letter + sealed[place + 1 :]) is None


def test_the_secret_of_the_settings_goes_before_that_of_the_folder(tmp_path: Path) -> None:
    assert secret_of(Settings(data=tmp_path, secret="shared by all workers")).startswith(b"shared")
    assert [*tmp_path.iterdir()] == []


def test_the_secret_of_a_folder_stays_and_is_read_by_its_owner_only(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "new")
    first = secret_of(settings)
    assert len(first) == 32
    assert secret_of(settings) == first
    [file] = (tmp_path / "new").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_processes_that_start_at_once_have_one_secret(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(secret_of, [settings] * 40))
    assert len(found) == 1
    assert len([*tmp_path.iterdir()]) == 1


def test_without_a_folder_the_secret_is_that_of_the_process(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("no folder")
    settings = Settings(data=tmp_path / "file")
    with caplog.at_level(logging.WARNING):
        assert len(secret_of(settings)) == 32
    assert "sealed links end with this process" in caplog.text


def test_the_secret_is_not_shown_with_the_settings() -> None:
    assert "hush" not in repr(Settings(secret="hush"))
