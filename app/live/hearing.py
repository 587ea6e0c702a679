"""What one browser says, by socket or by HTTP: what can be refused is refused here."""

import re

from app.errors import ConfigError
from app.language import say
from app.live import metrics
from app.live.allowance import Allowance
from app.live.codec import encode_text
from app.live.suite import Seat
from app.session.commands import identifier
from app.session.messages import Failure
from app.settings import Settings

__all__ = ["Ear"]


ACK = re.compile(rb'\{"type":"ack","seq":(\d{1,15})\}')
"""What a page says after every second frame, as it says it: every other message is rarer."""


class Ear:
    """Listens to the browser of a seat, no faster than it may speak; it is told what is wrong."""

    def __init__(self, seat: Seat, settings: Settings) -> None:
        self._seat, self._limit = seat, settings.messages_per_second
        self._allowance = Allowance(self._limit)

    def heed(self, said: bytes) -> bool:
        """Take an acknowledgement, which waits for nothing; return whether this was one."""
        ack = ACK.fullmatch(said)
        if ack is None or not self._allowance.take():
            return False
        self._seat.viewer.acknowledge(int(ack[1]))
        return True

    async def hear(self, text: str | None) -> None:
        """Hand on what the browser says, once there is room for it; None is what is no text."""
        if text is not None and self.heed(text.encode()):
            return
        if not self._allowance.take():
            self._object(
                "rate", say("At most {most:g} messages a second are answered.", most=self._limit)
            )
        elif text is None:
            self._object("message", say("Messages must be JSON text, got binary."))
        else:
            await self._seat.ready()
            self._take(text)

    def _take(self, text: str) -> None:
        try:
            self._seat.take(text)
        except ConfigError as error:
            faults = tuple(fault.as_dict() for fault in error.faults)
            failure = Failure("message", str(error), faults[0]["field"], faults)
            metrics.refused(failure.code)
            marked = identifier(text)
            more = {} if marked is None else {"id": marked}
            viewer = self._seat.viewer
            viewer.tell(encode_text(failure, viewer.language, **more))

    def _object(self, code: str, sentence: str) -> None:
        metrics.refused(code)
        viewer = self._seat.viewer
        viewer.tell(encode_text(Failure(code, sentence), viewer.language))
