"""The results of a class as CSV, which a spreadsheet opens without running anything in it."""

import csv
import io

from app.classroom.classroom import Classroom
from app.classroom.question import Posed
from app.language import say, spoken

__all__ = ["COLUMNS", "harmless", "results"]

COLUMNS = (
    say("learner"), say("question"), say("stage"), say("text"), say("position"), say("answer"),
    say("truth"), say("right"), say("seconds"),
)  # fmt: skip
STAGES = {"open": say("open"), "counted": say("counted"), "revealed": say("revealed")}
WAYS = {
    "sign": (say("zero"), say("positive"), say("negative")),
    "change": (say("unchanged"), say("larger"), say("smaller")),
}
"""What is said of 0, of more and of less: by 0, 1 and -1, which is the last."""
FORMULA = "=+-@\t\r\n"
"""What a cell begins with that a spreadsheet takes for a formula."""


def results(classroom: Classroom) -> str:
    """Return a row for each learner and question, in the current language; of who has not answered
    the answer is empty."""
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(spoken(COLUMNS))
    for ballot in classroom.ballots:
        for learner in classroom.learners.values():
            given = ballot.answers.get(learner.id)
            right = ballot.is_right(learner.id)
            rows.writerow(
                [
                    harmless(learner.name), ballot.number,
                    spoken(STAGES[ballot.stage]),
                    harmless(ballot.posed.question.text), ballot.posed.position,
                    "" if given is None else _told(ballot.posed, given.value),
                    _told(ballot.posed, ballot.posed.truth),
                    "" if right is None else int(right),
                    "" if given is None else given.seconds,
                ]
            )  # fmt: skip
    return text.getvalue()


def harmless(cell: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    first = cell[:1] + cell.lstrip()[:1]
    return f"'{cell}" if any(character in FORMULA for character in first) else cell


def _told(posed: Posed, value: float) -> str:
    """Write an answer as the learner gave it; a place among choices counts from 1."""
    match posed.question.sort:
        case "which":
            return f"{value + 1:.0f}"
        case "value":
            return f"{value:.6g}"
        case sort:
            return str(spoken(WAYS[sort][(value > 0) - (value < 0)]))
