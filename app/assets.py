"""The files that pages load: packed, and each at an address that holds a hash of them all.

One hash for all of them, because modules import each other by relative addresses: a page and what
it loads are of one version, and what is at an address never changes, so browsers need not ask.
"""

import gzip
import posixpath
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from time import monotonic

__all__ = ["IMPORT", "Asset", "Assets", "Version", "assets"]

IMPORT = re.compile(
    r"""^(import\s(?:[^"';]*?\sfrom\s*)?|export\s*[{*][^"';]*?\sfrom\s*)(["'])(\.[^"']+)\2""", re.M
)
"""An import of a module of ours; its third part is the address, relative to who imports."""
KINDS = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
}
"""Media types. What the system says of them differs, and a wrong one stops a module."""
BROTLI = ".br"
"""Ends the name of a file that is another one packed: what does not change was packed before."""
PATIENCE = 1.0  # s until it is looked again whether a file has changed


@dataclass(frozen=True)
class Asset:
    """A file as it is sent."""

    kind: str
    tag: str
    forms: dict[str, bytes]
    """By their encoding: ``identity`` is the file, the others are the file packed, best first."""


@dataclass(frozen=True)
class Version:
    """All files as they were at one time.

    They are kept, so that what is sent under a hash is what has been hashed. Each is packed here
    and once: gzip at its best takes 0.1 s for all of them. Brotli would make them an eighth smaller
    still and needs a package for it.
    """

    files: dict[str, bytes]

    @cached_property
    def hash(self) -> str:
        whole = blake2b(digest_size=8)
        for name, data in sorted(self.files.items()):
            whole.update(f"{name}\n{len(data)}\n".encode() + data)
        return whole.hexdigest()

    @cached_property
    def assets(self) -> dict[str, Asset]:
        return {n: self._asset(n, data) for n, data in self.files.items() if not n.endswith(BROTLI)}

    def _asset(self, name: str, data: bytes) -> Asset:
        kind = KINDS.get(posixpath.splitext(name)[1], "application/octet-stream")
        forms = {"br": self.files[name + BROTLI]} if name + BROTLI in self.files else {}
        if len(packed := gzip.compress(data, mtime=0)) < len(data):
            forms["gzip"] = packed
        tag = blake2b(data, digest_size=8).hexdigest()
        return Asset(kind, tag, forms | {"identity": data})

    def address(self, name: str) -> str:
        """Return the address of a file, which is that of this version of it.

        Raises:
            KeyError: there is no such file.
        """
        if name not in self.files:
            raise KeyError(name)
        return f"/static/{self.hash}/{name}"

    def modules(self, entry: str) -> tuple[str, ...]:
        """Return a module and all that it needs, so that a browser can ask for them at once and
        need not read one to know of the next."""
        if entry not in self._graphs:
            self._graphs[entry] = tuple(self._needed(entry))
        return self._graphs[entry]

    @cached_property
    def _graphs(self) -> dict[str, tuple[str, ...]]:
        return {}

    def _needed(self, entry: str) -> dict[str, None]:
        found: dict[str, None] = {}
        wanted = [entry]
        while wanted:
            if (name := wanted.pop(0)) not in found:
                found[name] = None
                wanted += self._imported(name)
        return found

    def _imported(self, name: str) -> Iterator[str]:
        for _, _, path in IMPORT.findall(self.files[name].decode()):
            yield posixpath.normpath(posixpath.join(posixpath.dirname(name), path))


class Assets:
    """The files of a folder, read again when one has changed: who edits them reloads the page."""

    def __init__(self, root: Path, patience: float = PATIENCE) -> None:
        self._root, self._patience = root, patience
        self._looked = float("-inf")
        self._state: dict[str, tuple[int, int]] = {}
        self._version = Version({})

    def current(self) -> Version:
        """Return the files as they are, or were a moment ago."""
        if monotonic() - self._looked >= self._patience:
            # What is being exchanged may be gone when its turn comes; the next look finds it.
            with suppress(FileNotFoundError):
                self._look()
            self._looked = monotonic()
        return self._version

    def _look(self) -> None:
        paths = sorted(path for path in self._root.rglob("*") if path.is_file())
        names = {path.relative_to(self._root).as_posix(): path for path in paths}
        state = {n: (s.st_mtime_ns, s.st_size) for n, p in names.items() for s in [p.stat()]}
        if state != self._state:
            self._version = Version({n: p.read_bytes() for n, p in names.items()})
            self._state = state


assets = Assets(Path(__file__).resolve().parents[1] / "static")
