"""Which pages may ask, and whose address counts."""

import pytest
from starlette.datastructures import Headers
from starlette.requests import Request

from app.live.origins import address_of, origin_allowed
from app.settings import Settings

SCHOOL = Settings(origins="https://school.example/, https://other.example")


def allowed(**headers: str) -> bool:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return origin_allowed(Headers({"host": "lab.example", **names}), SCHOOL)


@pytest.mark.parametrize(
    "origin",
    [
        "http://lab.example",
        "https://lab.example",
        "https://school.example",
        "https://other.example",
    ],
)
def test_our_own_pages_and_those_of_the_settings_may(origin: str) -> None:
    assert allowed(origin=origin)


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "https://lab.example.evil", "https://lab.example:444", "null", "", "x",
     "http://[", "//", "https://", "http://school.example", "https://school.example.evil"],
)  # fmt: skip
def test_others_may_not(origin: str) -> None:
    assert not allowed(origin=origin)


def test_a_program_without_an_origin_may() -> None:
    assert allowed()


def test_where_the_origin_is_left_out_the_browser_says_whose_page_it_is() -> None:
    assert allowed(origin="null", sec_fetch_site="same-origin")
    assert not allowed(origin="null", sec_fetch_site="same-site")
    assert not allowed(origin="null", sec_fetch_site="cross-site")
    assert not allowed(origin="https://evil.example", sec_fetch_site="same-origin")


@pytest.mark.parametrize(("client", "address"), [(("10.0.0.1", 80), "10.0.0.1"), (None, "")])
def test_the_address_is_that_of_the_connection(
    client: tuple[str, int] | None, address: str
) -> None:
    assert address_of(Request({"type": "http", "client": client, "headers": []})) == address
