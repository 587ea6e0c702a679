"""The shelf of lessons: languages, folders of one's own, and what happens to broken files."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import sleep

import pytest

from app.lessons.errors import LessonError
from app.lessons.library import SHIPPED, Library
from app.lessons.reading import read_lesson
from tests.lessons.files import HEAD, written

STEP = "## A\n\nText.\n"


def test_a_lesson_is_given_in_the_language_asked_for_or_in_another(tmp_path: Path) -> None:
    written(tmp_path, STEP, "en/both.md")
    written(tmp_path, STEP, "zh/both.md", HEAD.replace("A test", "测试"))
    written(tmp_path, STEP, "en/only.md")
    library = Library((tmp_path,))
    assert library.lesson("both", "zh").title == "测试"
    assert library.lesson("both", "en").title == "A test"
    assert library.lesson("only", "zh").title == "A test"
    assert len(library.lessons("zh")) == 2


def test_files_may_lie_in_the_folder_itself(tmp_path: Path) -> None:
    written(tmp_path, STEP, "mine.md")
    assert Library((tmp_path,)).lesson("mine", "zh").slug == "mine"


def test_a_folder_of_ones_own_has_its_say_first(tmp_path: Path) -> None:
    written(tmp_path, STEP, "en/one-neuron.md", HEAD.replace("A test", "My own"))
    assert Library((SHIPPED, tmp_path)).lesson("one-neuron", "en").title == "My own"


def test_lessons_stand_in_their_order(tmp_path: Path) -> None:
    written(tmp_path, STEP, "b.md", HEAD.replace("about", "order: 2\nabout"))
    written(tmp_path, STEP, "c.md", HEAD.replace("about", "order: 1\nabout"))
    assert [lesson.slug for lesson in Library((tmp_path,)).lessons("en")] == ["c", "b"]


def test_a_changed_file_is_read_anew(tmp_path: Path) -> None:
    path = written(tmp_path, STEP, "mine.md")
    library = Library((tmp_path,))
    assert library.lesson("mine", "en") is library.lesson("mine", "en")
    written(tmp_path, STEP.replace("## A", "## B"), "mine.md")
    os.utime(path, ns=(1, 1))
    assert library.lesson("mine", "en").steps[0].title == "B"


def test_a_broken_file_is_left_out_and_told(tmp_path: Path) -> None:
    written(tmp_path, "No step.", "broken.md")
    written(tmp_path, STEP + "\nIt is [7](=cost).\n", "wrong.md")
    library = Library((tmp_path,))
    assert [lesson.slug for lesson in library.lessons("en")] == ["wrong"]
    with pytest.raises(LessonError):
        library.lesson("broken", "en")
    assert [(m.file, m.line) for m in library.check()] == [("broken.md", 7), ("wrong.md", 11)]


@pytest.mark.parametrize("slug", ["nobody", "../en/one-neuron", ""])
def test_what_is_not_there_is_not_found(slug: str) -> None:
    with pytest.raises(KeyError):
        Library().lesson(slug, "en")


def test_a_refusal_does_not_grow_with_each_look_at_it(tmp_path: Path) -> None:
    written(tmp_path, "No step.", "broken.md")
    library = Library((tmp_path,))
    depths = []
    for _ in range(3):
        with pytest.raises(LessonError) as found:
            library.lesson("broken", "en")
        depths.append(len(found.traceback))
    assert depths[0] == depths[1] == depths[2]


def test_what_only_looks_like_a_file_is_left_out(tmp_path: Path) -> None:
    written(tmp_path, STEP, "mine.md")
    (tmp_path / "folder.md").mkdir()
    (tmp_path / ".#mine.md").symlink_to("somebody@editor:1")
    (tmp_path / "gbk.md").write_bytes("测试".encode("gbk"))
    library = Library((tmp_path,))
    assert [lesson.slug for lesson in library.lessons("en")] == ["mine"]
    assert [mishap.file for mishap in library.check()] == ["gbk.md"]


def test_who_comes_at_the_same_time_waits_for_one_to_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(tmp_path, STEP, "mine.md")
    read: list[Path] = []

    def slow(path: Path, *more: str) -> object:
        read.append(path)
        sleep(0.1)
        return read_lesson(path, *more)

    monkeypatch.setattr("app.lessons.library.read_lesson", slow)
    library = Library((tmp_path,))
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(library.lessons, ["en"] * 4))
    assert len(read) == 1
