"""Codes of classes: six characters that can be read off a projector and told over a desk."""

import secrets

__all__ = ["ALPHABET", "LENGTH", "new_code", "read_code"]

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without O and 0, I and 1: a billion codes of six."""
LENGTH = 6


def new_code() -> str:
    """Return a code that nobody can foresee."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def read_code(text: str) -> str | None:
    """Return the code that somebody has typed, None where it is none.

    Small letters, spaces and hyphens are as good as none.
    """
    code = "".join(text.split()).replace("-", "").upper()
    fits = len(code) == LENGTH and all(character in ALPHABET for character in code)
    return code if fits else None
