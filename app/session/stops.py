"""Where the steps of each size end."""

from collections.abc import Iterable

from app.engine.program import Op
from app.session.commands import Size

__all__ = ["Stops"]


class Stops:
    """The positions at which steps of a size end, for a program that repeats without end."""

    def __init__(self, ops: tuple[Op, ...], per_epoch: int) -> None:
        length = len(ops)
        self._period: dict[Size, int] = {
            "op": 1,
            "layer": length,
            "phase": length,
            "minibatch": length,
            "epoch": length * per_epoch,
        }
        self._length = length
        self.breaks: tuple[int, ...] = ()
        """Ops of the program, counted from 0, after which play and large steps rest."""
        self._ends: dict[Size, list[int]] = {size: [0] for size in self._period}
        places = range(1, length)
        self._ends["phase"] += [i for i in places if ops[i].phase != ops[i - 1].phase]
        self._ends["layer"] += [
            i
            for i in places
            if (ops[i].phase, ops[i].layer) != (ops[i - 1].phase, ops[i - 1].layer)
        ]

    def after(self, position: int, size: Size, count: int) -> int:
        """Return where `count` steps forward from a position end."""
        turn, place, ends = self._place(position, size)
        return self._position(size, turn, sum(end <= place for end in ends) - 1 + count)

    def before(self, position: int, size: Size, count: int) -> int:
        """Return where `count` steps back from a position end, 0 at the earliest."""
        turn, place, ends = self._place(position, size)
        return max(0, self._position(size, turn, sum(end < place for end in ends) - count))

    def set_breaks(self, ops: Iterable[int]) -> None:
        """Set the breakpoints of a saved session, those that this program has."""
        self.breaks = tuple(sorted({op for op in ops if op < self._length}))

    def set_break(self, op: int, on: bool) -> None:
        """Set or take away the breakpoint on an op."""
        kept = {at for at in self.breaks if at != op}
        self.breaks = tuple(sorted(kept | ({op} if on else set())))

    def break_after(self, position: int) -> int | None:
        """Return the next position after `position` that has a breakpoint."""
        turn, place = divmod(position, self._length)
        ends = [op + 1 for op in self.breaks]
        ahead = [end for end in ends if end > place]
        if not ends:
            return None
        return turn * self._length + (ahead[0] if ahead else self._length + ends[0])

    def _place(self, position: int, size: Size) -> tuple[int, int, list[int]]:
        return (*divmod(position, self._period[size]), self._ends[size])

    def _position(self, size: Size, turn: int, end: int) -> int:
        """Return the position of an end that is counted over all turns of the period."""
        ends = self._ends[size]
        return (turn + end // len(ends)) * self._period[size] + ends[end % len(ends)]
