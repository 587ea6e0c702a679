"""Keys: two parts, of which one may be seen."""

import pytest

from app.live.keys import LONGEST, Key, new_secret, new_shard, parse, same


def test_a_key_is_read_as_it_is_written() -> None:
    key = Key(new_shard(), new_secret())
    assert parse(str(key)) == key


@pytest.mark.parametrize("text", ["", ".", "a.", ".b", "ab", "ключ.a", "a." + "b" * LONGEST])
def test_what_is_no_key_is_none(text: str) -> None:
    assert parse(text) is None


def test_no_two_are_the_same_and_secrets_cannot_be_tried_out() -> None:
    secrets = {new_secret() for _ in range(100)}
    assert len(secrets) == len({new_shard() for _ in range(100)}) == 100
    assert min(map(len, secrets)) >= 16


def test_a_secret_is_only_the_same_as_itself() -> None:
    secret = new_secret()
    assert same(secret, secret)
    assert not same(secret, secret[:-1])
    assert not same(secret, "")
