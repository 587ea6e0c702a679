"""A page as one file: styles, scripts and pictures stand in it, and it asks nobody for anything.

Modules stay modules. Each is a data: address under a bare name in an import map, because a data:
address has nothing that a relative import could be relative to.
"""

import json
import posixpath
import re
from base64 import b64encode
from pathlib import Path

from app.assets import IMPORT

__all__ = ["inlined"]

POLICY = "; ".join(
    (
        "default-src 'none'",  # so no fetch, no socket, no picture from elsewhere
        "script-src 'unsafe-inline' data:",
        "style-src 'unsafe-inline'",
        "img-src data: blob:",
        "base-uri 'none'",
        "form-action 'none'",
    )
)
TAG = re.compile(
    r'<link rel="(?P<rel>stylesheet|icon|modulepreload)" href="(?P<href>[^"]+)"[^>]*>'
    r'|<script (?:(?:defer|type="(?P<type>module)") )?src="(?P<src>[^"]+)"></script>'
)


def inlined(page: str, root: Path) -> str:
    """Return the page with all that it loads in it; addresses below / are files below `root`."""

    def inside(tag: re.Match[str]) -> str:
        file = root / (tag["href"] or tag["src"]).lstrip("/")
        match tag["rel"] or tag["type"]:
            case "stylesheet":
                return f"<style>{_closed(file.read_text(), 'style')}</style>"
            case "icon":
                return f'<link rel="icon" href="{_address(file.read_bytes(), "image/svg+xml")}">'
            case "modulepreload":
                return ""
            case "module":
                return _modules(file)
            case _:
                return f"<script>{_closed(file.read_text(), 'script')}</script>"

    policy = f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    return TAG.sub(inside, page).replace("<head>", f"<head>\n{policy}", 1)


def _closed(text: str, tag: str) -> str:
    """Return code with nothing in it that could end its element; to the language it is the same."""
    return re.sub(rf"<(?=/{tag})", r"<\\", text, flags=re.I).replace("<!--", r"<\!--")


def _address(data: bytes, kind: str) -> str:
    return f"data:{kind};base64,{b64encode(data).decode()}"


def _modules(main: Path) -> str:
    """Return an import map of a module and all that it imports, and the import of itself."""
    folder = main.parent
    found: dict[str, str] = {}
    wanted = [main.name]
    while wanted:
        name = wanted.pop()
        if name not in found:
            text, needs = _with_bare_names((folder / name).read_text(), name)
            found[name] = _address(text.encode(), "text/javascript")
            wanted += needs
    names = {f"app/{name}": address for name, address in sorted(found.items())}
    return (
        f'<script type="importmap">{json.dumps({"imports": names})}</script>\n'
        f'<script type="module">import "app/{main.name}";</script>'
    )


def _with_bare_names(text: str, name: str) -> tuple[str, list[str]]:
    """Return a module with bare names for what it imports, and the files that these stand for."""
    needs: list[str] = []

    def bare(found: re.Match[str]) -> str:
        needs.append(posixpath.normpath(posixpath.join(posixpath.dirname(name), found[3])))
        return f"{found[1]}{found[2]}app/{needs[-1]}{found[2]}"

    return IMPORT.sub(bare, text), needs
