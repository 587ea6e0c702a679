"""Where learners find the server: what is offered, what may be typed, and why nobody could come."""

from base64 import b64decode
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import unquote
from xml.etree import ElementTree

import ifaddr
import pytest

from app.web import addresses
from app.web.addresses import found, origin_of, qr_code, warning

LAN = "http://192.168.1.20:8000"
HERE = "http://localhost:8000"


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A computer with a cable, a WLAN, a VPN, containers, and IPv6."""
    of_adapters = {
        "lo": ["127.0.0.1", ("::1", 0, 0)],
        "eth0": ["10.3.0.7", ("fe80::1", 0, 2)],
        "wlan0": ["192.168.1.20", "169.254.3.4"],
        "docker0": ["172.17.0.1"],
        "VETH12": ["172.18.0.1"],
        "utun3": ["10.8.0.2"],
    }
    every = [
        SimpleNamespace(nice_name=name, ips=[SimpleNamespace(ip=ip) for ip in ips])
        for name, ips in of_adapters.items()
    ]
    monkeypatch.setattr(ifaddr, "get_adapters", lambda: every)
    monkeypatch.setattr(addresses, "CONTAINER", tmp_path / "none")


def test_the_addresses_of_this_computer_in_its_networks_are_found_home_first() -> None:
    assert found(HERE, 8000, "") == [LAN, "http://10.3.0.7:8000"]


def test_the_usual_port_is_not_told() -> None:
    for port in (None, 80):
        assert found("http://localhost", port, "")[0] == "http://192.168.1.20"


def test_the_address_of_the_settings_comes_first_and_then_that_by_which_the_teacher_came() -> None:
    own = "https://class.example"
    assert found(own, None, "school.example")[:2] == ["http://school.example", own]
    assert found(own, None, "https://School.example/")[:2] == ["https://school.example", own]
    assert found(own, None, "no address")[0] == own


@pytest.mark.parametrize(
    "own", [HERE, "http://127.0.0.1:8000", "http://127.8.0.1:8000",
            "http://[::1]:8000"]
)  # fmt: skip
def test_what_leads_only_to_this_computer_is_not_offered(own: str) -> None:
    assert own not in found(own, 8000, "")


def test_an_address_is_offered_once() -> None:
    assert found(LAN, 8000, "192.168.1.20:8000") == [LAN, "http://10.3.0.7:8000"]


def test_inside_a_container_its_own_addresses_are_not_offered(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "dockerenv").touch()
    monkeypatch.setattr(addresses, "CONTAINER", tmp_path / "dockerenv")
    assert found(LAN, 8000, "") == [LAN]
    assert found(HERE, 8000, "school.example") == ["http://school.example"]


def test_without_any_network_there_is_still_the_address_of_the_teacher(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ifaddr, "get_adapters", list)
    assert found(HERE, 8000, "") == [HERE]


# ---------------------------------------------------------------- typed


@pytest.mark.parametrize(
    ("typed", "origin"),
    [
        ("192.168.1.20:8000", LAN), (" 192.168.1.20:8000/ ", LAN), (LAN, LAN),
        ("backstep.local", "http://backstep.local"), ("HTTPS://Lab.Example", "https://lab.example"),
        ("lab", "http://lab"), ("a:1", "http://a:1"), ("a:65535", "http://a:65535"),
    ],
)  # fmt: skip
def test_what_is_typed_is_read_as_an_address(typed: str, origin: str) -> None:
    assert origin_of(typed) == origin


@pytest.mark.parametrize(
    "typed",
    [
        "", " ", "/", "http://", "ftp://lab", "javascript://lab", "javascript:alert(1)", "a b",
        "lab/class", "lab:port", "lab:", "user@lab", "lab?x", "lab#x", "<lab>", "-lab", "lab-", ".",
        "lab\n.example", "http://http://lab", "lab:123456", "lab:65536", "lab:0", "lab:８０",
        "\u212ab.example", "x" * 300,
    ],
)  # fmt: skip
def test_what_is_no_address_is_none(typed: str) -> None:
    assert origin_of(typed) == ""


# ---------------------------------------------------------------- warnings


@pytest.mark.parametrize("listens", ["127.0.0.1", "localhost", "::1"])
def test_a_server_that_listens_to_nobody_says_how_to_start_it(listens: str) -> None:
    assert "--host 0.0.0.0" in warning(HERE, listens, [LAN])


@pytest.mark.parametrize("listens", ["", "0.0.0.0", "::", "192.168.1.20", "/run/backstep.sock"])
def test_where_nothing_is_known_against_it_there_is_no_warning(listens: str) -> None:
    assert warning(HERE, listens, [LAN]) == ""
    assert warning(HERE, listens, [HERE, LAN]) == ""


def test_behind_a_proxy_on_this_computer_others_can_come_as_the_teacher_did() -> None:
    own = "https://class.example"
    assert warning(own, "127.0.0.1", [own, LAN]) == ""


def test_who_has_no_address_for_others_is_told_to_type_one() -> None:
    for every in ([HERE], ["http://127.0.0.1"], ["http://[::1]:8000"]):
        assert "BACKSTEP_ADDRESS" in warning(HERE, "0.0.0.0", every)


# ---------------------------------------------------------------- QR codes


def picture(uri: str) -> str:
    head, _, data = uri.partition(",")
    assert head.startswith("data:image/svg+xml")
    return b64decode(data).decode() if head.endswith("base64") else unquote(data)


def test_a_qr_code_is_a_picture_by_its_data() -> None:
    drawn = ElementTree.fromstring(picture(qr_code(f"{LAN}/class/K7M4QX")))
    assert drawn.tag.endswith("svg")
    assert [part.tag.rpartition("}")[2] for part in drawn.iter()].count("path") == 1


def test_another_address_has_another_qr_code() -> None:
    assert qr_code(f"{LAN}/class/K7M4QX") != qr_code(f"{LAN}/class/K7M4QY")
    assert qr_code(f"{LAN}/class/K7M4QX") == qr_code(f"{LAN}/class/K7M4QX")
