"""Buckets of tokens: one for a socket, and one for each address in a table that does not grow."""

from app.live.allowance import Allowance, Allowances


class Clock:
    """A clock that is set by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def taken(allowance: Allowance, attempts: int) -> int:
    return sum(allowance.take() for _ in range(attempts))


def test_a_bucket_holds_two_seconds_worth_and_fills_with_its_rate() -> None:
    clock = Clock()
    allowance = Allowance(5, clock=clock)
    assert taken(allowance, 100) == 10
    clock.now += 1
    assert taken(allowance, 100) == 5
    clock.now += 1000
    assert taken(allowance, 100) == 10


def test_a_bucket_says_how_long_it_is_empty() -> None:
    clock = Clock()
    allowance = Allowance(0.5, 1, clock=clock)
    assert (allowance.is_spent, allowance.wait) == (False, 0)
    allowance.take()
    assert (allowance.is_spent, allowance.wait) == (True, 2)
    clock.now += 1.5
    assert (allowance.is_spent, allowance.wait) == (True, 0.5)
    clock.now += 0.5
    assert allowance.take()


def test_each_address_has_its_own() -> None:
    table = Allowances(60, burst=3, clock=Clock())
    assert [table.take("10.0.0.1") for _ in range(5)] == [True, True, True, False, False]
    assert table.take("10.0.0.2")
    assert table.wait("10.0.0.1") == 1
    assert table.wait("10.0.0.3") == 0


def test_who_is_only_asked_about_is_not_remembered() -> None:
    table = Allowances(60, burst=1, clock=Clock())
    assert not table.is_spent("10.0.0.1")
    assert len(table) == 0


def test_only_failures_can_be_counted() -> None:
    clock = Clock()
    table = Allowances(6, burst=2, clock=clock)
    for _ in range(100):
        assert not table.is_spent("10.0.0.1")  # all of them well
    table.spend("10.0.0.1")
    assert not table.is_spent("10.0.0.1")
    table.spend("10.0.0.1")
    assert table.is_spent("10.0.0.1")
    table.spend("10.0.0.1")  # what came at the same time makes the wait no longer
    clock.now += 10
    assert not table.is_spent("10.0.0.1")


def test_the_table_forgets_who_has_not_come_for_longest() -> None:
    table = Allowances(60, burst=1, most=3, clock=Clock())
    for number in range(3):
        assert table.take(f"10.0.0.{number}")
    assert not table.take("10.0.0.0")
    assert table.take("10.0.0.9")
    assert len(table) == 3
    assert [table.is_spent(f"10.0.0.{number}") for number in range(3)] == [True, False, True]


def test_the_addresses_of_one_household_are_one() -> None:
    table = Allowances(60, burst=1, clock=Clock())
    assert table.take("2001:db8:1:2::1")
    assert table.is_spent("2001:db8:1:2:ffff::9")
    assert not table.is_spent("2001:db8:1:3::1")
    assert table.take("10.0.0.1")
    assert table.is_spent("::ffff:10.0.0.1")


def test_what_is_no_address_is_counted_under_its_beginning() -> None:
    table = Allowances(60, burst=1, clock=Clock())
    assert table.take("x" * 100_000)
    assert table.is_spent("x" * 64)
    assert table.take("")
    assert table.is_spent("")
