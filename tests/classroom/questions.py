"""Questions for the tests."""

from typing import Any

from app.classroom.question import Posed, Question


def question(sort: str = "value", tensor: str = "z1", **more: Any) -> Question:
    usual = {"index": (0,) if sort != "which" and tensor != "cost" else ()}
    return Question.model_validate({"sort": sort, "tensor": tensor, "text": "?", **usual, **more})


def posed(sort: str = "value", truth: float = 0.5, **more: Any) -> Posed:
    return Posed(question(sort), 1, truth, **more)
