"""Keys: which record they belong to, and the secret that opens it.

A key is ``shard.secret``. All keys of one record begin with its shard, so that a proxy which hashes
what stands before the dot brings everybody who belongs together to the same worker.
"""

import secrets
from hmac import compare_digest
from typing import NamedTuple

__all__ = ["Key", "new_secret", "new_shard", "parse", "same"]

LONGEST = 64


class Key(NamedTuple):
    """The two parts of a key."""

    shard: str
    secret: str

    def __str__(self) -> str:
        return f"{self.shard}.{self.secret}"


def new_shard() -> str:
    """Return a name for a new record: 48 random bits. It may be seen by anybody."""
    return secrets.token_urlsafe(6)


def new_secret() -> str:
    """Return a secret: 96 random bits, which nobody finds by trying."""
    return secrets.token_urlsafe(12)


def parse(text: str) -> Key | None:
    """Return the parts of a key, None where a text is none."""
    shard, dot, secret = text.partition(".")
    fits = dot and shard and secret and len(text) <= LONGEST and text.isascii()
    return Key(shard, secret) if fits else None


def same(secret: str, given: str) -> bool:
    """Whether a secret is the right one, in a time that does not tell how much of it is."""
    return compare_digest(secret.encode(), given.encode())
