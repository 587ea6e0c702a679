"""How often something may be done: by one, and by each of many addresses."""

from collections import OrderedDict
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address, ip_network
from time import monotonic

__all__ = ["Allowance", "Allowances"]

Clock = Callable[[], float]
HOUSEHOLD = 64  # bits of an IPv6 address; who has one has all that begin alike


class Allowance:
    """A bucket that fills with `rate` tokens a second and holds `most`, or two seconds' worth."""

    def __init__(self, rate: float, most: float | None = None, *, clock: Clock = monotonic) -> None:
        self._rate, self._most, self._clock = rate, 2 * rate if most is None else most, clock
        self._tokens, self._at = self._most, clock()

    def _fill(self) -> None:
        now = self._clock()
        self._tokens = min(self._most, self._tokens + (now - self._at) * self._rate)
        self._at = now

    def take(self) -> bool:
        """Take a token, if there is one."""
        if self.is_spent:
            return False
        self._tokens -= 1
        return True

    @property
    def is_spent(self) -> bool:
        """Whether there is no token."""
        self._fill()
        return self._tokens < 1

    @property
    def wait(self) -> float:
        """Seconds until there is a token."""
        self._fill()
        return max(0.0, (1 - self._tokens) / self._rate)


class Allowances:
    """An allowance for each address. No more than `most` are remembered, the latest.

    `take` counts every attempt. Where only failures count, ask `is_spent` before the attempt and
    `spend` after a failure.
    """

    def __init__(
        self, rate_per_minute: float, burst: float, most: int = 10_000, *, clock: Clock = monotonic
    ) -> None:
        self._rate, self._burst, self._most, self._clock = rate_per_minute / 60, burst, most, clock
        self._known: OrderedDict[str, Allowance] = OrderedDict()

    def __len__(self) -> int:
        return len(self._known)

    def take(self, address: str) -> bool:
        """Take a token of an address, if it has one."""
        return self._of(address).take()

    def is_spent(self, address: str) -> bool:
        """Whether an address has no token; who has not been met has all."""
        known = self._known.get(_household(address))
        return known is not None and known.is_spent

    def spend(self, address: str) -> None:
        """Take a token of an address for what it has done already."""
        self._of(address).take()

    def wait(self, address: str) -> float:
        """Seconds until an address has a token."""
        known = self._known.get(_household(address))
        return 0.0 if known is None else known.wait

    def _of(self, address: str) -> Allowance:
        key = _household(address)
        if key not in self._known:
            if len(self._known) >= self._most:
                self._known.popitem(last=False)
            self._known[key] = Allowance(self._rate, self._burst, clock=self._clock)
        self._known.move_to_end(key)
        return self._known[key]


def _household(address: str) -> str:
    """Return what an address is counted under: itself, or the network that one household has."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address[:64]  # a socket of this machine, or what a proxy makes of it
    if not isinstance(parsed, IPv6Address):
        return address
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    number = int(parsed) >> (128 - HOUSEHOLD) << (128 - HOUSEHOLD)
    return str(ip_network((number, HOUSEHOLD)))
