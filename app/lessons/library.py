"""The lessons that there are: those that ship, and those of a folder of one's own.

A folder has lessons as ``en/name.md`` and ``zh/name.md``, or as ``name.md`` where they are in one
language only. A file that was changed is read anew, so who writes a lesson sees it by reloading.
"""

from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from app.errors import BackstepError
from app.language import DEFAULT, LANGUAGES, say
from app.lessons.checking import mishaps
from app.lessons.errors import LessonError, Mishap
from app.lessons.lesson import Lesson
from app.lessons.reading import read_lesson

__all__ = ["SHIPPED", "Library", "checked"]

SHIPPED = Path(__file__).resolve().parents[2] / "lessons"


@dataclass
class Library:
    """Folders with lessons; one that comes later has its say first."""

    folders: tuple[Path, ...] = (SHIPPED,)
    _read: dict[Path, tuple[int, Lesson | tuple[Mishap, ...]]] = field(default_factory=dict)
    _turn: Lock = field(default_factory=Lock)

    def lessons(self, language: str) -> list[Lesson]:
        """Return the lessons in a language, or in another where they are not in it.

        Files that cannot be read are left out here; `check` tells of them.
        """
        found = []
        for slug in self._slugs():
            try:
                found.append(self._found(slug, language))
            except LessonError:
                continue
        return sorted(found, key=lambda lesson: (lesson.order, lesson.title))

    def lesson(self, slug: str, language: str) -> Lesson:
        """Return one lesson.

        Raises:
            KeyError: there is none of that name.
            LessonError: its file cannot be read as a lesson.
        """
        if slug not in self._slugs():  # so it is a name, and leads to no other folder
            raise KeyError(slug)
        return self._found(slug, language)

    def check(self) -> list[Mishap]:
        """Return all that is wrong with the lessons, their numbers included."""
        found: list[Mishap] = []
        for folder in self.folders:
            for path in _files(folder):
                language = path.parent.name if path.parent != folder else DEFAULT
                try:
                    found += mishaps(self._lesson(path, path.stem, language, folder))
                except LessonError as error:
                    found += error.mishaps
        return found

    @property
    def count(self) -> int:
        """How many files with lessons there are."""
        return sum(len(_files(folder)) for folder in self.folders)

    def _slugs(self) -> dict[str, None]:
        return {path.stem: None for folder in self.folders for path in _files(folder)}

    def _found(self, slug: str, language: str) -> Lesson:
        for folder in reversed(self.folders):
            for each in (language, "", DEFAULT, *LANGUAGES):
                path = folder / each / f"{slug}.md"
                if path.is_file():
                    return self._lesson(path, slug, each or DEFAULT, folder)
        raise KeyError(slug)

    def _lesson(self, path: Path, slug: str, language: str, folder: Path) -> Lesson:
        changed = path.stat().st_mtime_ns
        with self._turn:  # a class that comes at once need not read everything thirty times
            if path not in self._read or self._read[path][0] != changed:
                name = path.relative_to(folder).as_posix()
                try:
                    self._read[path] = changed, read_lesson(path, slug, language, name)
                except LessonError as error:
                    self._read[path] = changed, error.mishaps
            made = self._read[path][1]
        if not isinstance(made, Lesson):
            raise LessonError(made)
        return made


def checked(folder: Path) -> int:
    """Return how many lessons a folder has, all of them right.

    Raises:
        BackstepError: there is no such folder.
        LessonError: one of them is wrong; every sentence has its file and line.
    """
    if not folder.is_dir():
        raise BackstepError(say("There is no folder {folder!r}.", folder=str(folder)))
    library = Library((folder,))
    if found := library.check():
        raise LessonError(found)
    return library.count


def _files(folder: Path) -> list[Path]:
    """Return the files with lessons of a folder."""
    languages = [folder / language for language in LANGUAGES]
    found = (path for place in (folder, *languages) for path in place.glob("*.md"))
    return sorted(path for path in found if path.is_file())  # editors leave links to nowhere
