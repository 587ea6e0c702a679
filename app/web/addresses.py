"""Where learners find this server: the addresses of this machine, and as QR codes."""

import re
from collections.abc import Iterable
from ipaddress import IPv4Address, ip_address
from pathlib import Path
from urllib.parse import urlsplit

import ifaddr
import segno

from app.language import say

__all__ = ["found", "origin_of", "qr_code", "warning"]

VIRTUAL = ("docker", "br-", "veth", "virbr", "vmnet", "vboxnet", "cni", "tun", "utun", "wg")
"""What the interfaces are called that lead to nobody in the room."""
HOST = re.compile(r"[a-z0-9]([a-z0-9.-]{0,250}[a-z0-9])?(:(?P<port>\d{1,5}))?", re.ASCII)
CONTAINER = Path("/.dockerenv")


def found(own: str, port: int | None, set_to: str) -> list[str]:
    """Return the origins that learners may reach, the likeliest first.

    `own` is the origin under which the teacher came, `set_to` what the settings say.
    """
    host = urlsplit(own).hostname or ""
    candidates = [origin_of(set_to)] if set_to else []
    if not _is_this_machine(host):
        candidates.append(own)
    if not CONTAINER.exists():  # inside, only the container's own addresses are known
        suffix = "" if port in (None, 80) else f":{port}"
        candidates += [f"http://{address}{suffix}" for address in _of_this_machine()]
    return list(dict.fromkeys(filter(None, candidates))) or [own]


def _of_this_machine() -> list[str]:
    """Return the IPv4 addresses of this machine in its networks, home networks first."""
    every = [
        ip_address(ip.ip)
        for adapter in ifaddr.get_adapters()
        if not adapter.nice_name.lower().startswith(VIRTUAL)
        for ip in adapter.ips
        if isinstance(ip.ip, str)
    ]
    usable = [a for a in every if isinstance(a, IPv4Address) and _is_usable(a)]
    return [str(a) for a in sorted(usable, key=lambda a: (not str(a).startswith("192.168."), a))]


def _is_usable(address: IPv4Address) -> bool:
    return not (address.is_loopback or address.is_link_local or address.is_unspecified)


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host in ("", "localhost", "testserver")


def origin_of(typed: str) -> str:
    """Return the origin that somebody means who types an address, "" where it is none."""
    text = typed.strip().rstrip("/")
    if not text.isascii():  # before it is made small: some letters become others by that
        return ""
    scheme, host = text.lower().split("://", 1) if "://" in text else ("http", text.lower())
    parts = HOST.fullmatch(host)
    fits = scheme in ("http", "https") and parts and 0 < int(parts["port"] or 80) < 65536
    return f"{scheme}://{host}" if fits else ""


def warning(own: str, listens: str, addresses: Iterable[str]) -> str:
    """Return why nobody can come, "" where nothing is known against it.

    Where the teacher came from elsewhere, through a proxy on this machine for instance, others
    can too, whatever the server listens to.
    """
    came_from_here = _is_this_machine(urlsplit(own).hostname or "")
    if came_from_here and listens and _is_this_machine(listens):
        return say(
            "This server only listens to this computer. Stop it and start it with "
            "backstep serve --host 0.0.0.0, so that others can come."
        )
    if all(_is_this_machine(urlsplit(address).hostname or "") for address in addresses):
        return say(
            "The address of this computer in its network is not known. Type it here, or set "
            "BACKSTEP_ADDRESS."
        )
    return ""


def qr_code(url: str) -> str:
    """Return a QR code of an address as a picture that a page can show by its data."""
    picture: str = segno.make(url, error="m").svg_data_uri(scale=8, border=0, dark="#14161a")
    return picture
