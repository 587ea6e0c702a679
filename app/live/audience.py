"""The audience of a room: its viewers, and how what the session says reaches them.

A frame is encoded once for each set of watched tensors and offered to everybody; no viewer is
ever waited for.
"""

from dataclasses import replace
from functools import cache, partial
from typing import Any

from app.live.codec import Spoken, encode_arrays, encode_frame, encode_text
from app.live.viewer import Viewer
from app.session.messages import Arrays, Frame, Message, Status, Welcome
from app.session.session import Session

__all__ = ["PROTOCOL", "Audience"]

SNAPSHOTS = 16  # that are kept for viewers who watch the same
PROTOCOL = 1


class Audience:
    """The viewers of a session. Only those who were greeted are told anything."""

    def __init__(self, session: Session, watch_key: str | None, limits: dict[str, int]) -> None:
        self.session, self.watch_key, self.limits = session, watch_key, limits
        self.viewers: set[Viewer] = set()
        self._seq = 0
        self._made: dict[tuple[str, tuple[int, int]], float] = {}
        self._snapshots: dict[frozenset[str] | None, tuple[int, bytes]] = {}
        self._status: Status | None = None
        self._curves: dict[int, bytes] = {}
        self._curves_at: tuple[Any, ...] = ()

    def publish(self, messages: list[Message]) -> None:
        """Tell everybody what the session says."""
        for message in messages:
            if isinstance(message, Frame):
                self._publish_frame(message)
            elif isinstance(message, Welcome):
                for viewer in self._listeners():
                    viewer.tell(self._welcome(message, viewer), fresh_start=True)
                    self._fill(viewer, 0, points=True)
            elif not self._is_known(message):
                self.broadcast(message)  # type: ignore[arg-type]

    def _is_known(self, message: Message) -> bool:
        """Whether a message is a status that says no more than the frame before it: where the
        session stands, and how far it has been."""
        if not isinstance(message, Status):
            return False
        before, self._status = self._status, message
        if before is None:
            return False
        return replace(message, position=before.position, end=before.end) == before

    def _publish_frame(self, frame: Frame) -> None:
        """Encode once for each set of watched tensors, and offer to everybody."""
        self._seq += 1
        self._snapshots.clear()
        encoded: dict[frozenset[str] | None, bytes] = {}
        for viewer in self._listeners():
            watched = viewer.watched
            if watched not in encoded:
                encoded[watched] = encode_frame(frame, self._seq, watched)
            snapshot = partial(self.snapshot, watched)
            viewer.offer(self._seq, encoded[watched], whole=frame.whole, snapshot=snapshot)

    def broadcast(self, message: Spoken) -> None:
        """Tell everybody a text."""
        text = cache(partial(self._text, message))
        for viewer in self._listeners():
            viewer.tell(text(viewer.language))

    def _listeners(self) -> list[Viewer]:
        return [viewer for viewer in self.viewers if viewer.greeted]

    def greet(self, viewer: Viewer) -> None:
        """Say welcome to a new viewer, and show it where the session stands."""
        viewer.greeted = True
        viewer.tell(self._welcome(self.session.welcome(), viewer), fresh_start=True)
        self.resend(viewer)
        viewer.tell(self._text(self.session.status(), viewer.language))
        self._fill(viewer, 0, points=True)

    def _text(self, message: Spoken, language: str) -> str:
        """Encode a message for all of a language; a status also says how many listen."""
        more = {"viewers": len(self._listeners())} if isinstance(message, Status) else {}
        return encode_text(message, language, **more)

    def _welcome(self, welcome: Welcome, viewer: Viewer) -> str:
        return encode_text(
            welcome,
            viewer.language,
            protocol=PROTOCOL,
            rights="drive" if viewer.may_drive else "watch",
            watch_key=self.watch_key,
            limits=self.limits,
        )

    def resend(self, viewer: Viewer) -> None:
        """Offer a viewer everything it watches, as it is now."""
        snapshot = partial(self.snapshot, viewer.watched)
        viewer.offer(*snapshot(), whole=True, snapshot=snapshot)

    def snapshot(self, watched: frozenset[str] | None) -> tuple[int, bytes]:
        """Encode everything at the present place, under the number of the newest frame."""
        if watched not in self._snapshots:
            if len(self._snapshots) >= SNAPSHOTS:
                self._snapshots.clear()
            frame = self.session.snapshot()
            self._snapshots[watched] = (self._seq, encode_frame(frame, self._seq, watched))
        return self._snapshots[watched]

    def forget_snapshots(self) -> None:
        """Encode the next snapshot anew: the session has moved."""
        self._snapshots.clear()

    def show(self, curve_from: int | None, surface: Arrays | None) -> None:
        """Offer everybody the curve from an entry on, and the surface."""
        made = self.session.run.minibatches[0].made
        changed = made != self._made
        self._made = dict(made)
        self._curves.clear()
        encoded = None if surface is None else cache(partial(encode_arrays, surface))
        for viewer in self._listeners():
            self._fill(viewer, curve_from, points=changed)
            if encoded is not None:
                viewer.fill("surface", encoded)

    def _fill(self, viewer: Viewer, start: int | None, *, points: bool = False) -> None:
        """Offer the curve from its entry `start` on, and the points of the data."""
        if start is not None:
            waiting = viewer.curve_from
            viewer.curve_from = start if waiting is None else min(waiting, start)
            viewer.fill("curve", lambda: self._curve_for(viewer))
        if points:
            found = self.session.points()
            if found is not None:
                viewer.fill("points", partial(encode_arrays, found))

    def _curve_for(self, viewer: Viewer) -> bytes:
        """Encode the curve as it is now, once for all who know it up to the same entry."""
        start, viewer.curve_from = viewer.curve_from or 0, None
        now = self.session.revision, self.session.position
        if now != self._curves_at or len(self._curves) >= SNAPSHOTS:
            self._curves.clear()
            self._curves_at = now
        if start not in self._curves:
            self._curves[start] = encode_arrays(self.session.curve(start))
        return self._curves[start]
