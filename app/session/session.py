"""The session: an experiment that is driven by commands.

`apply` carries out a command or refuses it and changes nothing. What takes long is not done at
once: it becomes a goal, and whoever owns the session calls `work` until the goal is reached. So a
step of ten thousand epochs, a seek and play at full speed are the same thing. The session knows
no time; its owner decides when a beat of play is due and how much to do at once.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from app.engine.config import Config, Stop
from app.errors import SessionError
from app.language import say
from app.session import commands, editing, telling
from app.session.commands import FARTHEST, Command, Size
from app.session.exercise import Exercise, config_for
from app.session.frames import Frames, Pace
from app.session.messages import Frame, Message, Status
from app.session.options import refuse_beyond
from app.session.stops import Stops
from app.session.timeline import Timeline
from app.session.transfer import with_weights_of
from app.session.twins import Twins

__all__ = ["Session"]

SOON = 64
"""Minibatches that are executed at once, within the command that asks for them."""
NEVER = Stop()


class Session(telling.Teller):
    """An experiment at a position, paused, playing, or on its way to a goal."""

    def __init__(
        self, config: Config, *, most_parameters: int = 2_000_000, budget: int = 32 * 2**20
    ) -> None:
        self._limits = {"most_parameters": most_parameters, "budget": budget}
        self.focus: int | None = 0
        self.size: Size = "op"
        self.rate: float | str = 4.0
        self.twins: Twins = Twins(**self._limits)
        self._start(config)

    def _start(self, config: Config) -> None:
        refuse_beyond(config, self._limits["most_parameters"])
        self._take_up(Timeline(config, budget=self._limits["budget"]))
        self.before: Timeline | None = None

    def _take_up(self, timeline: Timeline) -> None:
        """Be at rest where a timeline stands."""
        self.timeline, self.run = timeline, timeline.run
        self.stops = Stops(self.run.program, self.run.per_epoch)
        self._heeds = False
        self.playing = False
        self.until: Stop | None = None
        self.goal: int | None = None
        self.reason = ""
        self._frames = Frames(timeline)

    @property
    def position(self) -> int:
        return self.run.position

    @property
    def is_underway(self) -> bool:
        """Whether the session is on its way to where a command sent it."""
        return self._errand is not None

    @property
    def is_replaying(self) -> bool:
        """Whether the session is on its way through known ground to a place in the past."""
        return self._errand is not None and self.timeline.knows(self._errand)

    # ------------------------------------------------------------------ commands

    def apply(self, command: Command) -> list[Message]:
        """Carry out a command and return what there is to say.

        Raises:
            SessionError: it cannot be carried out now; nothing has changed.
            ConfigError: it asks for a config that cannot be; nothing has changed.
        """
        match command:
            case commands.Step(size=size, count=count):
                return self._go(self.stops.after(self.destination, size, count), heeds=True)
            case commands.Back(size=size, count=count):
                return self._back(size, count)
            case commands.Seek(position=position):
                return self._go(position)
            case commands.Play():
                return self._play(command)
            case commands.Break(op=op, on=on):
                return self._break(op, on)
            case commands.Pause():
                was, self.playing, self.goal = self.playing, False, None
                if was:  # to pause once more is to stop the twins on their way
                    self._gather()
                return [*self._frame(), self.status()]
            case commands.Reset():
                self.playing, self.goal, self.reason = False, None, ""
                self.timeline.reset()
                self.twins.reset()
                return self._anew()
            case commands.Configure():
                return self._configure(command)
            case commands.Edit():
                return self._edit(command)
            case commands.Rejoin():
                return self._rejoin()
            case commands.Exercise(mistake=mistake):
                return self._set_exercise(mistake)
            case commands.Guess(mistake=mistake):
                return self._guess(mistake)
            case commands.Focus(example=example):
                return self._focus(example)
            case commands.Twins(configs=configs):
                return self._set_twins(configs)
            case commands.Exchange(twin=twin):
                return self._exchange(twin)
            case _:
                raise AssertionError(f"{command.type} is not for the session")

    @property
    def destination(self) -> int:
        """Where the session stands, or where a command has sent it; relative steps start there."""
        return self.position if self._errand is None else self._errand

    @property
    def _errand(self) -> int | None:
        """The goal that a command has set; a beat of play is none, it may end anywhere."""
        return None if self.playing or self.is_following else self.goal

    @property
    def is_following(self) -> bool:
        """Whether the run is where it was sent, and twins are still on their way there."""
        return self.goal is not None and self.goal <= self.position

    def _go(self, target: int, *, heeds: bool = False) -> list[Message]:
        """Set out for a position; one that `heeds` breakpoints rests at the first on its way."""
        if target > FARTHEST:
            sentence = say("The run ends at op {last:,}.", last=FARTHEST)
            raise SessionError("too_far", sentence, "position")
        self.timeline.refuse_past_divergence(target)
        self.playing, self.reason, self._heeds = False, "", heeds
        self.timeline.jump(target)
        self.goal = target
        return self.work(SOON)

    def _back(self, size: Size, count: int) -> list[Message]:
        if not self.destination:
            sentence = say("There is no earlier step to go back to. Press Step first.")
            raise SessionError("at_start", sentence)
        return self._go(self.stops.before(self.destination, size, count))

    def _play(self, command: commands.Play) -> list[Message]:
        self.timeline.refuse_past_divergence(self.position + 1)
        self.size, self.rate, self.until = command.size, command.rate, command.until
        self.playing, self.goal, self.reason, self._heeds = True, None, "", True
        return [self.status()]

    def _break(self, op: int, on: bool) -> list[Message]:
        if op >= len(self.run.program):
            last = len(self.run.program) - 1
            sentence = say("op must be at most {last}, got {op}.", last=last, op=op)
            raise SessionError("break", sentence, "op")
        self.stops.set_break(op, on)
        return [self.status()]

    def _configure(self, command: commands.Configure) -> list[Message]:
        if (command.config is None) == (command.patch is None):
            sentence = say("Give either a config or a patch of it.")
            raise SessionError("configure", sentence, "config")
        config = config_for(command, self.config, hidden=self.is_hiding)
        if command.keep:
            self._settle()
            config = with_weights_of(self.run, config)
        rate = config.optimizer.learning_rate
        if not command.anew and config.with_learning_rate(1) == self.config.with_learning_rate(1):
            if rate != self.config.optimizer.learning_rate:
                editing.refuse_too_many(self.timeline)
                if self.is_replaying:
                    self._settle()
                self.timeline.change("learning_rate", (), rate)
            return [*self._frame(), self.welcome(), self.status()]
        same = config.mistake == self.config.mistake
        exercise = self.timeline.exercise if same else None
        self._begin(config, exercise)
        return self._anew()

    def _begin(self, config: Config, exercise: Exercise | None) -> None:
        """Start another run; the one so far is put aside."""
        playing, before = self.playing, self.timeline
        self._start(config)
        self.twins.go_with(config)
        self.playing, self.timeline.exercise = playing, exercise
        self.before = before if before.end else None
        self.focus = None if self.focus is None else 0

    # ------------------------------------------------------------------ find the bug

    def _set_exercise(self, mistake: str | None) -> list[Message]:
        right = self.config.model_copy(update={"mistake": None})
        self.twins = Twins(**self._limits)  # one without the mistake would show it
        exercise = Exercise.of(right)
        self._begin(right.merged({"mistake": mistake or exercise.draw()}), exercise)
        self.playing = False
        return self._anew()

    def _guess(self, name: str | None) -> list[Message]:
        exercise = self.timeline.exercise
        if exercise is None or not exercise.is_open:
            raise SessionError("guess", say("No mistake is hidden. Start an exercise first."))
        self.timeline.exercise = exercise.guessed(name, self.config.mistake or "")
        return [self.status()] if self.is_hiding else [self.welcome(), self.status()]

    def _edit(self, command: commands.Edit) -> list[Message]:
        editing.refuse_unknown(self.timeline, command.tensor, command.index)
        editing.refuse_value(self.timeline, command.tensor, command.value)
        if self.is_replaying and command.tensor in ("a0", "y"):
            sentence = say("The minibatch is still on its way. Try again.")
            raise SessionError("edit", sentence, "tensor")
        editing.refuse_too_many(self.timeline)
        self._settle()
        self.timeline.change(command.tensor, command.index, command.value)
        self._gather()
        return [*self._frame(whole=True), self.status()]

    def _settle(self) -> None:
        """Be at rest somewhere: an edit belongs to the place that is shown."""
        if self.is_replaying and self.goal is not None:
            self.timeline.settle(self.goal)
        self.goal = None

    def _rejoin(self) -> list[Message]:
        if self.timeline.branch is None and self.before is None:
            raise SessionError("rejoin", say("No earlier future is kept."))
        self._settle()
        if self.timeline.branch is not None:
            self.timeline.rejoin()
            self.playing = False
            return [*self._frame(whole=True), self.status()]
        assert self.before is not None, "what can be rejoined is a future or a run"
        self.playing = False
        before, self.before = self.before, self.timeline
        self._take_up(before)
        if self.is_hiding:
            self.twins = Twins(**self._limits)
        self.twins.go_with(self.config)
        return self._anew()

    def _focus(self, example: int | None) -> list[Message]:
        size = self.run.minibatches[0].size
        if example is not None and example >= size:
            sentence = say(
                "example must be less than {size}, the size of the minibatch, got {example}.",
                size=size, example=example,
            )  # fmt: skip
            raise SessionError("focus", sentence, "example")
        self.focus = example
        return [*self._frame(whole=True), self.status()]

    # ------------------------------------------------------------------ twins

    def _set_twins(self, sources: Sequence[Any]) -> list[Message]:
        if self.is_hiding:
            sentence = say("A mistake is hidden here, and a twin without it would show it.")
            raise SessionError("twins", sentence, "configs")
        self.twins.have(sources, self.config)
        return self._anew()

    def _exchange(self, number: int) -> list[Message]:
        """Go on with a twin, and let the run be its twin; both stay where they are."""
        self._settle()
        breaks = self.stops.breaks
        self._take_up(self.twins.exchange(number, self.timeline))
        self.stops.set_breaks(breaks)
        return self._anew()

    def _gather(self) -> None:
        """Set the goal of having every twin here, where one is not."""
        if self.goal is None and not self.twins.are_with(self.timeline):
            self.goal = self.position

    # ------------------------------------------------------------------ work

    def beat(self, count: int) -> None:
        """Set the goal `count` steps of the playing size ahead."""
        if self.playing and self.goal is None:
            self.goal = min(self.stops.after(self.position, self.size, count), FARTHEST)

    def work(self, minibatches: int, *, tell: bool = True) -> list[Message]:
        """Do at most about so many minibatches towards the goal; say what is new.

        With `tell` false there is a frame only if the goal is reached.
        """
        if self.goal is None:
            return []
        stop = (self.until or self.timeline.config.stop) if self.playing else NEVER
        watched = None if stop == NEVER else stop  # looking after each minibatch costs time
        rest = self.stops.break_after(self.position) if self._heeds else None
        target = self.goal if rest is None else min(self.goal, rest)
        most = self.twins.in_step(self.run, minibatches)
        end = self.timeline.forward(target, most=most, stop=watched)
        together = self.twins.follow(self.timeline, minibatches)
        if self.position == rest and (self.playing or rest < self.goal):
            end = end or "breakpoint"
        if end or self.position >= self.goal:
            self.goal = None if together else self.position
        said: list[Message] = []
        if end:
            self.playing, self.reason = False, end
        # What was seen before is not shown again, but all of it is new to who opens a session.
        seen = self.is_replaying and self.position < self.timeline.end
        if self.goal is None or (tell and not seen):
            said += self._frame()
        if end or (self.goal is None and not self.playing):
            said.append(self.status())
        return said

    # ------------------------------------------------------------------ messages

    def status(self) -> Status:
        """Say what the session is doing."""
        diverged = self.timeline.diverged
        at_end = diverged is not None and self.position >= diverged[0]
        state = "playing" if self.playing else "working" if self.goal is not None else "paused"
        if at_end and not self.playing:
            state = "diverged"
        elif self.reason not in ("", "diverged", "breakpoint") and state == "paused":
            state = "finished"
        return telling.status(
            self.timeline, state=state, size=self.size, rate=self.rate, focus=self.focus,
            before=self.before, reason=self.reason, breakpoints=self.stops.breaks,
        )  # fmt: skip

    def snapshot(self) -> Frame:
        """Return a frame of everything that is defined here; nothing counts as told by it."""
        return self._frames.snapshot(self.focus, self._pace)

    def _frame(self, *, whole: bool = False) -> list[Message]:
        return [self._frames.next(self.focus, self._pace, whole=whole)]

    @property
    def _pace(self) -> Pace:
        return Pace(self.playing, self.size, self.rate)

    def _anew(self) -> list[Message]:
        self._gather()
        return [self.welcome(), *self._frame(whole=True), self.status()]

    # ------------------------------------------------------------------ saving

    @property
    def revision(self) -> tuple[Any, ...]:
        """What is another whenever the document is another in more than its position."""
        timeline = self.timeline
        more = timeline.exercise, tuple(map(id, self.twins))
        return timeline.changes, id(timeline), self.stops.breaks, *more

    def document(self) -> dict[str, Any]:
        """Return what restores this session: its config, the changes made, where it stands."""
        return {
            "config": self.timeline.config.as_json(),
            "edits": [change.as_json() for change in self.timeline.log],
            "position": self.destination,
            "breakpoints": list(self.stops.breaks),
            **({"hidden": True} if self.is_hiding else {}),
            "twins": self.twins.documents(),
        }

    def restore(self, document: Mapping[str, Any]) -> None:
        """Make the changes of a document and set its position as the goal.

        Raises:
            ConfigError: the document does not fit its config.
        """
        self.timeline.load(document.get("edits", []), document.get("position", 0))
        if document.get("hidden") and self.config.mistake:
            self.timeline.exercise = Exercise.of(self.config)
        self.stops.set_breaks(document.get("breakpoints", ()))
        if not self.is_hiding:
            self.twins.restore(document.get("twins", ()), self.config)
        self.goal = self.timeline.restored or None

    def copy(self) -> "Session":
        """Return another session that stands exactly here, with the same past.

        It costs one minibatch, not the way from the start.
        """
        other = Session(self.timeline.config, **self._limits)
        other._take_up(self.timeline.copy())
        other.focus = self.focus
        other.stops.set_breaks(self.stops.breaks)
        other.twins = self.twins.copy()
        other._gather()
        return other
