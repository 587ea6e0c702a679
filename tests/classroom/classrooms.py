"""Classes for the tests, and the record that a store would keep of them."""

from typing import Any

from app.classroom.classroom import Classroom
from app.classroom.learner import Place
from app.live.journal import apply

SECRET = "the-teachers-secret"


def made(learners: int = 0, *, most: int = 100) -> Classroom:
    """Return a class with so many learners, of which nothing has to be written."""
    classroom = Classroom("K7M4QX", SECRET, 9e9, most)
    for number in range(learners):
        classroom.join(None, f"secret-{number + 1}", 100.0)
    classroom.take_changes()
    return classroom


class Kept:
    """The record of a class: what it says has changed is applied, and nothing else."""

    def __init__(self, classroom: Classroom) -> None:
        self.fields: dict[str, bytes] = {}
        self.write(classroom)

    def write(self, classroom: Classroom) -> None:
        apply(classroom.take_changes(), self.fields)

    def restored(self, most: int = 100) -> Classroom:
        return Classroom.restored("K7M4QX", self.fields, most)


def state(classroom: Classroom) -> dict[str, Any]:
    """Return everything that has to outlive a restart."""
    return {
        "settings": (
            classroom.code, classroom.secret, classroom.until, classroom.mode, classroom.locked,
            classroom.own_names, classroom.shown,
        ),
        "learners": [
            (each.id, each.name, each.secret, each.joined, each.needs_help)
            for each in classroom.learners.values()
        ],
        "ballots": classroom.ballots,
        "current": classroom.current,
        "scores": [classroom.score(each) for each in classroom.learners.values()],
    }  # fmt: skip


def at(position: int) -> Place:
    """Return a place of a network, `position` ops from the start."""
    return Place(position, "dfcbu", f"z{position}", 1, 0, position)
