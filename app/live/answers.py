"""What is said of a command to who gave it: that it was carried out, or why it was not."""

import orjson

from app.classroom.commands import Said
from app.errors import BackstepError, ConfigError, SessionError
from app.live import metrics
from app.live.codec import encode_text
from app.live.viewer import Viewer
from app.session.messages import Failure

__all__ = ["answer_to", "failure_of", "refuse"]


def answer_to(command: Said) -> str:
    """Return the answer to a command that has an id."""
    return orjson.dumps({"type": "answer", "id": command.id}).decode()


def failure_of(error: BackstepError) -> Failure:
    """Return what a refusal says, with the field that it is about, and all faults of a config."""
    if isinstance(error, ConfigError):
        faults = tuple(fault.as_dict() for fault in error.faults)
        return Failure(error.code, str(error), faults[0]["field"] if faults else "", faults)
    return Failure(error.code, str(error), error.field if isinstance(error, SessionError) else "")


def refuse(viewer: Viewer, command: Said, failure: Failure) -> None:
    """Tell a viewer that its command was refused."""
    metrics.refused(failure.code, command)
    more = {} if command.id is None else {"id": command.id}
    viewer.tell(encode_text(failure, viewer.language, **more))
