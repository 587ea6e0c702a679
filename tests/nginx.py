"""A real nginx on a free port, with a configuration as it is shipped."""

import os
import shutil
import socket
import subprocess
from contextlib import suppress
from pathlib import Path

__all__ = ["AROUND", "Nginx"]

UNIT = float(os.environ.get("TEST_SECONDS", "20"))
"""Seconds that anything may take; longer on a slow machine."""


AROUND = """
worker_processes 1;
pid /run/nginx.pid;
error_log /var/log/nginx/error.log warn;
events {{}}
http {{
  access_log off;
  client_body_temp_path /var/lib/nginx/body;
  proxy_temp_path /var/lib/nginx/proxy;
  fastcgi_temp_path /var/lib/nginx/fastcgi;
  uwsgi_temp_path /var/lib/nginx/uwsgi;
  scgi_temp_path /var/lib/nginx/scgi;
  {http}
}}
"""
"""A whole configuration around what stands in ``http``."""


class Nginx:
    """Runs a whole configuration; its port 8080 and its files are replaced by ones of its own."""

    def __init__(self, folder: Path, config_text: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.address = f"127.0.0.1:{self.port}"
        self.url = f"http://{self.address}"
        self.folder = folder
        text = config_text.replace("listen 8080", f"listen {self.address}")
        for usual in ("/var/lib/nginx/", "/var/log/nginx/", "/run/"):
            text = text.replace(usual, f"{folder}/")
        (folder / "nginx.conf").write_text(text)
        self._process: subprocess.Popen[bytes] | None = None

    def _command(self) -> list[str]:
        program = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin")
        assert program, "these tests need nginx (Debian: nginx-light)"
        error_log = str(self.folder / "start.log")  # for what goes wrong before it has read its own
        config = str(self.folder / "nginx.conf")
        return [program, "-p", str(self.folder), "-e", error_log, "-c", config]

    def check(self) -> str:
        """Return what nginx objects to in its configuration, nothing if all is well."""
        asked = subprocess.run([*self._command(), "-t", "-q"], capture_output=True, text=True)
        return asked.stderr

    def start(self) -> None:
        # Its processes may not be those of nobody, who cannot read a folder of the tests.
        owner = " user root;" if os.geteuid() == 0 else ""
        self._process = subprocess.Popen([*self._command(), "-g", f"daemon off;{owner}"])
        while not self._answers():
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(UNIT / 400)
                raise AssertionError((self.folder / "start.log").read_text())

    def _answers(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), UNIT).close()
        except OSError:
            return False
        return True

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(UNIT)
            self._process = None
