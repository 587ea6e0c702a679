"""Every address with a key finds its room by either key, and says so where there is none."""

import pytest

from .conftest import Client

ADDRESSES = ("/api/sessions/{key}", "/api/sessions/{key}/export", "/s/{key}/sheet")


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_key_that_opens_nothing_is_answered_with_404(client: Client, address: str) -> None:
    answer = client.get(address.format(key="nothing"))
    assert answer.status_code == 404
    assert answer.json()["detail"] == "There is no session with this key."


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_key_to_watch_with_opens_it_as_well(client: Client, address: str) -> None:
    made = client.post("/api/sessions", json={"preset": "xor"}).json()
    watch = made["watch_url"].removeprefix("/s/")
    for key in (made["key"], watch):
        assert client.get(address.format(key=key)).status_code == 200
