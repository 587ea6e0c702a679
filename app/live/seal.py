"""A word that may be handed out and taken back, and that nobody else can read.

The word is one of a few that everybody knows, so it is not encrypted: what is handed out is a
keyed digest of it under a fresh number. Whoever has the secret tries all of the words; without
the secret it says nothing.
"""

import hmac
import logging
import os
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from pathlib import Path

from app.settings import Settings

__all__ = ["Seal", "secret_of"]

FRESH = 13  # bytes that make two seals of one word differ; with the digest, whole letters of base64
DIGEST = "sha256"
FILE = "secret"
log = logging.getLogger("backstep.seal")


class Seal:
    """Closes and opens words with a secret."""

    def __init__(self, secret: bytes, words: Iterable[str]) -> None:
        self._secret, self._words = secret, tuple(words)

    def _digest(self, fresh: bytes, word: str) -> bytes:
        return hmac.digest(self._secret, fresh + word.encode(), DIGEST)

    def close(self, word: str) -> str:
        """Return what stands for a word."""
        fresh = secrets.token_bytes(FRESH)
        return urlsafe_b64encode(fresh + self._digest(fresh, word)).decode()

    def open(self, sealed: str) -> str | None:
        """Return the word, None where this secret has not closed it."""
        try:
            data = urlsafe_b64decode(sealed.encode("ascii"))
        except ValueError:  # no base64, or no ASCII
            return None
        fresh, digest = data[:FRESH], data[FRESH:]
        found = [
            word for word in self._words if hmac.compare_digest(digest, self._digest(fresh, word))
        ]
        return found[0] if found else None


def secret_of(settings: Settings) -> bytes:
    """Return the secret of the settings, or that of the data folder, which is made if need be.

    Where the folder cannot be written, the secret lasts as long as the process.
    """
    if settings.secret:
        return settings.secret.encode()
    path = settings.data / FILE
    try:
        return _kept(path)
    except OSError as error:
        log.warning("sealed links end with this process, %s cannot be written: %s", path, error)
        return secrets.token_bytes(32)


def _kept(path: Path) -> bytes:
    """Return what a file keeps; of several who make it at once, the first one does."""
    if path.exists():
        return path.read_bytes()
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_bytes(32))
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink(missing_ok=True)
    return path.read_bytes()
