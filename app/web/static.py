"""What pages load, sent packed, and to be kept by browsers for as long as they like."""

import re

from fastapi import HTTPException, WebSocketException
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app.assets import Asset, Assets

__all__ = ["Static"]

HASH = re.compile(r"[0-9a-f]{16}")
KEPT = "public, max-age=31536000, immutable"
ASKED = "no-cache"


class Static:
    """Answers ``<hash>/<name>``, and ``<name>`` for who knows no hash.

    Only what is asked for under the hash of this version may be kept without asking again. Under
    another one the file is sent as it is here, to be asked for each time: while servers are
    exchanged one by one behind a proxy, a page of the new one may load its files from the old one,
    and the other way round. It works as far as the two versions get on, and is right with the next
    load. A proxy that leads all of one hash to one server (deploy/nginx.conf) keeps the modules of
    a page of one version even then.
    """

    def __init__(self, assets: Assets) -> None:
        self._assets = assets

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise WebSocketException(1008)  # as where there is nothing
        if scope["method"] not in ("GET", "HEAD"):
            raise HTTPException(405, headers={"Allow": "GET, HEAD"})
        path = scope["path"].removeprefix(scope.get("root_path", "")).lstrip("/")
        version = self._assets.current()
        asset, kept = version.assets.get(path), False
        if asset is None:
            told, _, name = path.partition("/")
            asset = version.assets.get(name) if HASH.fullmatch(told) else None
            kept = told == version.hash
        if asset is None:
            raise HTTPException(404)
        await _answer(asset, kept, Headers(scope=scope))(scope, receive, send)


def _answer(asset: Asset, kept: bool, asked: Headers) -> Response:
    accepted = _accepted(asked.get("accept-encoding", ""))
    encoding = next(form for form in asset.forms if form in accepted)
    tag = f'"{asset.tag}-{encoding}"'
    headers = {
        "Cache-Control": KEPT if kept else ASKED, "ETag": tag, "Vary": "Accept-Encoding",
    }  # fmt: skip
    if tag in (
        each.strip().removeprefix("W/") for each in asked.get("if-none-match", "").split(",")
    ):
        return Response(status_code=304, headers=headers)
    if encoding != "identity":
        headers["Content-Encoding"] = encoding
    return Response(asset.forms[encoding], media_type=asset.kind, headers=headers)


def _accepted(header: str) -> set[str]:
    """Return the encodings that a browser accepts; it accepts the file as it is in any case."""
    found = {"identity"}
    for each in header.lower().split(","):
        name, _, weight = each.partition(";")
        if weight.strip().removeprefix("q=").strip("0.") or not weight:
            found.add(name.strip())
    return found
