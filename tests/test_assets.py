"""Files that pages load: one hash for all, packed once, and seen again when one changes."""

import gzip
import os
from pathlib import Path

import pytest

from app.assets import Assets, Version, assets

FILES = {
    "js/main.js": b'import { a } from "./parts/a.js";\nimport {\n  c,\n} from "./c.js";\n',
    "js/parts/a.js": b'export { c } from "../c.js";\n/** @type {import("./types.js").T} */\n',
    "js/c.js": b"export const c = 1;\n",
    "big.css": b"a { color: red }\n" * 100,
    "big.css.br": b"packed before",
}


def test_the_hash_is_that_of_all_names_and_all_contents() -> None:
    version = Version(FILES)
    assert version.hash == Version(dict(reversed(FILES.items()))).hash
    assert version.hash != Version(FILES | {"js/c.js": b"export const c = 2;\n"}).hash
    renamed = {name.replace("c.js", "d.js"): data for name, data in FILES.items()}
    assert version.hash != Version(renamed).hash
    moved = {"a": b"one", "b": b"two"}
    assert Version(moved).hash != Version({"a": b"two", "b": b"one"}).hash


def test_the_address_of_a_file_holds_the_hash_and_there_is_none_for_what_is_not_there() -> None:
    version = Version(FILES)
    assert version.address("js/c.js") == f"/static/{version.hash}/js/c.js"
    with pytest.raises(KeyError):
        version.address("js/none.js")


def test_a_module_comes_with_all_that_it_needs_each_once() -> None:
    assert Version(FILES).modules("js/main.js") == ("js/main.js", "js/parts/a.js", "js/c.js")


def test_a_file_is_packed_where_that_makes_it_smaller_the_best_form_first() -> None:
    made = Version(FILES).assets
    assert list(made["big.css"].forms) == ["br", "gzip", "identity"]
    assert made["big.css"].forms["br"] == b"packed before"
    assert gzip.decompress(made["big.css"].forms["gzip"]) == FILES["big.css"]
    assert list(made["js/c.js"].forms) == ["identity"]
    assert "big.css.br" not in made


def test_a_change_is_seen_without_a_restart(tmp_path: Path) -> None:
    (tmp_path / "js").mkdir()
    file = tmp_path / "js" / "main.js"
    file.write_text("1;")
    watched = Assets(tmp_path, patience=0)
    first = watched.current()
    assert watched.current() is first
    file.write_text("2;")
    os.utime(file, ns=(1, 1))  # the clock of the files may be too coarse to tell the two apart
    second = watched.current()
    assert second.files == {"js/main.js": b"2;"}
    assert second.hash != first.hash
    (tmp_path / "more.css").write_text("a {}")
    assert "more.css" in watched.current().files


def test_it_is_not_looked_for_changes_all_the_time(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text("a {}")
    patient = Assets(tmp_path, patience=float("inf"))
    first = patient.current()
    (tmp_path / "b.css").write_text("b {}")
    assert patient.current() is first


def test_the_modules_of_the_lab_are_all_there() -> None:
    version = assets.current()
    for entry in ("js/main.js", "js/classroom/learner.js", "js/classroom/teacher.js"):
        needed = version.modules(entry)
        assert len(needed) == len(set(needed)) > 60
        assert set(needed) <= version.files.keys()


def test_a_file_that_goes_while_it_is_looked_at_is_no_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.js").write_text("1")
    found = Assets(tmp_path, patience=0)
    first = found.current()
    (tmp_path / "b.js").write_text("2")
    read = Path.read_bytes

    def gone(path: Path) -> bytes:
        path.unlink()
        return read(path)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "read_bytes", gone)
        assert found.current() is first
    (tmp_path / "a.js").write_text("3")
    assert found.current().files["a.js"] == b"3"
