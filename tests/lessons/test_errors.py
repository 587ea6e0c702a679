"""What is wrong with a lesson is one sentence for each place."""

from app.lessons.errors import LessonError, Mishap


def test_every_mishap_has_its_line() -> None:
    error = LessonError([Mishap("a.md", 3, "is odd"), Mishap("b.md", 9, "is too long")])
    assert str(error) == "a.md:3: is odd\nb.md:9: is too long"
    assert error.code == "lesson"
