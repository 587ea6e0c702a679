"""The browser of the tests: found here, and installed when this is run as a program.

It is what TEST_CHROMIUM names, or a Chromium or Chrome of this machine, or Playwright's own.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator

__all__ = ["chromium"]

VARIABLE = "TEST_CHROMIUM"
NAMES = ("chromium", "chromium-browser", "google-chrome")
ADVICE = (
    "The browser tests need Chromium. Install it (apt-get install chromium, or playwright install "
    f"--with-deps chromium), or name the program in {VARIABLE}."
)
PLAYWRIGHTS_OWN = """
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)
"""


def chromium() -> str:
    """Return the path of a browser that starts.

    Raises:
        LookupError: there is none; the error says what to install.
    """
    if named := os.environ.get(VARIABLE):
        if not _starts(named):
            raise LookupError(f"{VARIABLE} names {named}, which does not start. {ADVICE}")
        return named
    for path in _candidates():
        if _starts(path):
            return path
    raise LookupError(ADVICE)


def _candidates() -> Iterator[str]:
    yield from filter(None, map(shutil.which, NAMES))
    # In a process of its own, because the tests have Playwright running in theirs.
    asked = [sys.executable, "-c", PLAYWRIGHTS_OWN]
    yield subprocess.run(asked, capture_output=True, text=True).stdout.strip()


def _starts(path: str) -> bool:
    """Whether a program is there and is more than a stub that points to a package."""
    try:
        asked = subprocess.run([path, "--version"], capture_output=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return asked.returncode == 0


def _install() -> None:
    """Try Debian's package, which comes with all that it needs, then Playwright's own."""
    root = os.geteuid() == 0
    if root and shutil.which("apt-get"):
        _run("apt-get", "update")
        _run("apt-get", "install", "--yes", "chromium")
    if not any(map(_starts, _candidates())):
        needs = ["--with-deps"] if root and shutil.which("apt-get") else []
        _run(sys.executable, "-m", "playwright", "install", *needs, "chromium")


def _run(*command: str) -> None:
    """Run a command; whether it was of use is seen afterwards."""
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(command, env=quiet, check=False)


def main() -> None:
    """See to it that there is a browser; end with a sentence if none can be had."""
    try:
        chromium()
    except LookupError:
        _install()
    try:
        chromium()
    except LookupError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
