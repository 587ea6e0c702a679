"""Lessons for tests: the head, and steps as text."""

from pathlib import Path

from app.lessons.lesson import Lesson
from app.lessons.reading import read_lesson

__all__ = ["HEAD", "lesson", "written"]

HEAD = """---
title: A test
about: What tests need.
config: {preset: one_neuron}
---
"""


def written(folder: Path, text: str, name: str = "test.md", head: str = HEAD) -> Path:
    """Write a lesson with the usual head; its first step begins in line 7."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{head}\n{text}", encoding="utf-8")
    return path


def lesson(folder: Path, text: str, head: str = HEAD) -> Lesson:
    return read_lesson(written(folder, text, head=head), "test", "en")
