"""A class: its mode, its learners, its questions. It knows no sockets and no clock."""

from collections.abc import Mapping

import orjson

from app.classroom.ballot import Answer, Ballot, Stage
from app.classroom.commands import Mode
from app.classroom.learner import Learner
from app.classroom.nicknames import is_generated, own_name, suggestions
from app.classroom.question import Posed
from app.errors import SessionError
from app.language import say

__all__ = ["Classroom"]

Fields = dict[str, bytes | None]
MOST_QUESTIONS = 500
KEPT_OF_LEARNER = ("name", "secret", "joined", "needs_help")


class Classroom:
    """Everything that a class is. `changes` has what must be written since it was last taken."""

    def __init__(self, code: str, secret: str, until: float, most_learners: int) -> None:
        self.code, self.secret, self.until = code, secret, until
        self._most = most_learners
        self.mode: Mode = "follow"
        self.locked = self.own_names = False
        self.shown: str | None = None
        self.learners: dict[str, Learner] = {}
        self.ballots: list[Ballot] = []
        self.current: Ballot | None = None
        self._scores: dict[str, tuple[int, int]] = {}
        """Those that were asked for; everybody's are looked at far more often than they change."""
        self._last_id = 0
        self._changes: Fields = {}
        self._touch()

    # ------------------------------------------------------------------ the learners

    def join(self, name: str | None, secret: str, now: float) -> Learner:
        """Let somebody in, under the name they chose or a new one.

        Raises:
            ConfigError: the name cannot be.
            SessionError: the class is locked or full.
        """
        if self.locked:
            sentence = say("This class is locked. Ask your teacher to let you in.")
            raise SessionError("locked", sentence)
        if len(self.learners) >= self._most:
            sentence = say("This class is full: it has {most} learners.", most=self._most)
            raise SessionError("full", sentence)
        taken = [learner.name for learner in self.learners.values()]
        chosen = own_name(name, taken) if name else suggestions(taken, 1)[0]
        if name and not self.own_names and not is_generated(chosen):
            sentence = say("Choose one of the names: this class takes no others.")
            raise SessionError("name", sentence, "name")
        self._last_id += 1
        learner = Learner(str(self._last_id), chosen, secret, now, moved=now)
        self.learners[learner.id] = learner
        self._touch(learner)
        self._touch()  # the last id
        return learner

    def suggestions(self, count: int) -> list[str]:
        """Return names that nobody here has."""
        return suggestions([learner.name for learner in self.learners.values()], count)

    def learner(self, id: str) -> Learner:
        """Return a learner.

        Raises:
            SessionError: there is none of that id.
        """
        if id not in self.learners:
            sentence = say("There is no learner {id!r} in this class.", id=id)
            raise SessionError("learner", sentence, "learner")
        return self.learners[id]

    def remove(self, id: str) -> Learner:
        """Send a learner out and forget what they answered.

        Raises:
            SessionError: there is none of that id.
        """
        learner = self.learner(id)
        del self.learners[id]
        self._scores.pop(id, None)
        self._changes[f"learner.{id}"] = None
        for ballot in self.ballots:
            if ballot.answers.pop(id, None) is not None:
                self._changes[f"answer.{ballot.number}.{id}"] = None
        if self.shown == id:
            self.show(None)
        return learner

    def needs_help(self, learner: Learner, on: bool) -> None:
        """Note that a learner asks for help, or needs it no more."""
        learner.needs_help = on
        self._touch(learner)

    # ------------------------------------------------------------------ what the teacher sets

    def set_mode(self, mode: Mode, now: float) -> None:
        """Have everybody follow, explore or work freely."""
        self.mode = mode
        for learner in self.learners.values():
            learner.moved = now
        self._touch()

    def lock(self, on: bool) -> None:
        """Let nobody else in, or let them again."""
        self.locked = on
        self._touch()

    def allow_own_names(self, on: bool) -> None:
        """Let learners type their names, or not."""
        self.own_names = on
        self._touch()

    def show(self, id: str | None) -> None:
        """Show the screen of a learner on the teacher's, or none.

        Raises:
            SessionError: there is no such learner, or they have no screen of their own.
        """
        if id is not None:
            learner = self.learner(id)
            if self.mode == "follow":
                sentence = say("{name} follows you and sees what you see.", name=learner.name)
                raise SessionError("show", sentence, "learner")
        self.shown = id
        self._touch()

    # ------------------------------------------------------------------ questions

    def ask(self, posed: Posed, now: float) -> Ballot:
        """Put a question to the class; one that is still there is put away.

        Raises:
            SessionError: there were too many.
        """
        if len(self.ballots) >= MOST_QUESTIONS:
            sentence = say("A class remembers {most} questions.", most=MOST_QUESTIONS)
            raise SessionError("ask", sentence)
        self.current = Ballot(len(self.ballots) + 1, posed, now)
        self.ballots.append(self.current)
        self._touch(self.current)
        self._touch()
        return self.current

    def predict(self, learner: Learner, number: int, value: float, now: float) -> None:
        """Take the answer of a learner; a later one takes its place.

        Raises:
            SessionError: that question takes no answers.
        """
        ballot = self.current
        if ballot is None or ballot.number != number or ballot.stage != "open":
            sentence = say("This question takes no more answers.")
            raise SessionError("predict", sentence, "question")
        answer = ballot.answers[learner.id] = Answer(value, round(now - ballot.asked, 1))
        self._changes[f"answer.{number}.{learner.id}"] = orjson.dumps([value, answer.seconds])

    def move_to(self, stage: Stage) -> Ballot:
        """Count the answers, or reveal the truth.

        Raises:
            SessionError: no question is asked.
        """
        ballot = self.current
        if ballot is None:
            raise SessionError("ask", say("No question is asked. Ask one first."))
        if ballot.stage != "revealed":
            ballot.stage = stage
            self._scores.clear()
            self._touch(ballot)
        return ballot

    def dismiss(self) -> None:
        """Put the question away; its answers stay in the results."""
        self.current = None
        self._touch()

    def score(self, learner: Learner) -> tuple[int, int]:
        """Return how many revealed questions a learner got right, of how many answered."""
        if learner.id not in self._scores:
            revealed = (ballot for ballot in self.ballots if ballot.stage == "revealed")
            results = [ballot.is_right(learner.id) for ballot in revealed]
            self._scores[learner.id] = results.count(True), len(results) - results.count(None)
        return self._scores[learner.id]

    # ------------------------------------------------------------------ keeping

    def _touch(self, changed: Learner | Ballot | None = None) -> None:
        if changed is None:
            settings = {
                "secret": self.secret, "until": self.until, "mode": self.mode,
                "locked": self.locked, "own_names": self.own_names, "shown": self.shown,
                "current": self.current.number if self.current else None, "last": self._last_id,
            }  # fmt: skip
            self._changes["class"] = orjson.dumps(settings)
        elif isinstance(changed, Learner):
            kept = {name: getattr(changed, name) for name in KEPT_OF_LEARNER}
            self._changes[f"learner.{changed.id}"] = orjson.dumps(kept)
        else:
            self._changes[f"question.{changed.number}"] = orjson.dumps(changed.as_json())

    def take_changes(self) -> Fields:
        """Return the fields that have to be written, by name; None takes one away."""
        changes, self._changes = self._changes, {}
        return changes

    @classmethod
    def restored(cls, code: str, fields: Mapping[str, bytes], most_learners: int) -> "Classroom":
        """Return the class that the fields of a record hold."""
        saved = orjson.loads(fields["class"])
        made = cls(code, saved["secret"], saved["until"], most_learners)
        made.mode, made.shown = saved["mode"], saved["shown"]
        made.locked, made.own_names = saved["locked"], saved["own_names"]
        made._last_id = saved["last"]
        for name, value in _of(fields, "learner"):
            made.learners[name] = Learner(name, **orjson.loads(value))
        for name, value in _of(fields, "question"):
            made.ballots.append(Ballot.of(int(name), orjson.loads(value)))
        for name, value in _of(fields, "answer"):
            number, _, learner = name.partition(".")
            made.ballots[int(number) - 1].answers[learner] = Answer(*orjson.loads(value))
        current: int | None = saved["current"]
        made.current = made.ballots[current - 1] if current else None
        made._changes.clear()
        return made


def _of(fields: Mapping[str, bytes], kind: str) -> list[tuple[str, bytes]]:
    """Return the fields of a kind by what stands behind it in their names, in order."""
    start = f"{kind}."
    found = [(name.removeprefix(start), v) for name, v in fields.items() if name.startswith(start)]
    return sorted(found, key=lambda pair: [int(part) for part in pair[0].split(".")])
