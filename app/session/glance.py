"""A look at another time: a second run that goes anywhere while the first stays where it is."""

from app.engine.run import Run
from app.session.history import Change, Keyframes

__all__ = ["Glance"]


class Glance:
    """A run of its own on the keyframes and the log of a timeline; looking never touches those."""

    def __init__(self, run: Run, keyframes: Keyframes) -> None:
        self._seen, self._keyframes = run, keyframes
        self._run: Run | None = None

    def at_start_of(self, iteration: int, log: list[Change]) -> Run:
        """Return a run before the first op of `iteration`, after the changes made there.

        It is valid until the next look. Its tape holds nothing of this iteration.
        """
        run = self._run = self._run or Run(self._seen.config)
        length = len(run.program)
        run.go_to_start_of(*self._keyframes.before(iteration))
        Change.undo_kept_aside(run)
        start, target = run.position, iteration * length
        for change in sorted(log, key=lambda c: c.position):
            if start <= change.position <= target:
                run.advance(change.position)
                change.make(run)
            elif change.is_kept_aside and change.position < start:
                change.make(run)
        run.advance(target)
        return run
