"""How often one address may open something, or try to."""

from math import ceil

from fastapi import Request

from app.language import say
from app.live.allowance import Allowances
from app.live.origins import address_of
from app.web.problems import Problem

__all__ = ["refuse_too_many", "refuse_who_tries"]


def refuse_too_many(request: Request) -> None:
    """Count a session, or a class, for the address that asks for it.

    Raises:
        Problem: there were too many of late.
    """
    openings: Allowances = request.app.state.openings
    address = address_of(request)
    if not openings.take(address):
        reason = say("Too many sessions were opened from your address.")
        raise _later(reason, openings.wait(address))


def refuse_who_tries(tries: Allowances, address: str) -> None:
    """Refuse an address that has been wrong too often, before it is told whether it is again.

    Raises:
        Problem: it has been.
    """
    if tries.is_spent(address):
        raise _later(say("Too many wrong codes came from your address."), tries.wait(address))


def _later(reason: str, seconds: float) -> Problem:
    wait = max(1, ceil(seconds))
    sentence = say("{reason} Try again in {wait} s.", reason=reason, wait=wait)
    return Problem(429, sentence, headers={"Retry-After": str(wait)})
