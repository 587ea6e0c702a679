"""What is shipped for servers: the files agree with each other, the settings and nginx."""

import re
import subprocess
from pathlib import Path

import pytest

from app.settings import Settings
from tests.nginx import Nginx

ROOT = Path(__file__).parents[1]
NGINX, COMPOSE = "deploy/nginx.conf", "compose.scale.yaml"
KUBERNETES, GUIDE = "deploy/kubernetes.yaml", "docs/deploy.md"


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", read(GUIDE), re.M | re.S)


def test_nginx_takes_the_configuration_that_the_guide_shows(tmp_path: Path) -> None:
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=lab"]
    made += ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run(made, check=True, capture_output=True)
    (shown,) = blocks("nginx")
    for line, file in (("ssl_certificate", certificate), ("ssl_certificate_key", key)):
        shown = re.sub(rf"{line} .*;", f"{line} {file};", shown)
    shown = re.sub(r"listen (\d+)", r"listen 127.0.0.1:1\g<1>", shown)
    shown = f"pid /run/nginx.pid; events {{}} http {{ {shown} }}"
    assert Nginx(tmp_path, shown).check() == ""


def test_the_image_has_every_folder_that_the_server_reads() -> None:
    copied = set(re.findall(r"^COPY (\w+) \1$", read("Dockerfile"), re.M))
    kept = set(re.findall(r"^!(\w+)$", read(".dockerignore"), re.M))
    assert copied == {"app", "static", "templates", "languages", "lessons"}
    assert copied <= kept


def test_nginx_and_compose_name_the_same_workers() -> None:
    named = re.findall(r"^ *server (worker-\d+):8000 max_fails=0;$", read(NGINX), re.M)
    compose = read(COMPOSE)
    assert len(named) == 2
    assert re.findall(r"^  (worker-\d+):$", compose, re.M) == named
    hosts = dict(re.findall(r"^ +- (worker-\d+):([\d.]+)$", compose, re.M))
    addresses = re.findall(
        r"^  (worker-\d+):\n.*\n.*\n.*\n +ipv4_address: ([\d.]+)$", compose, re.M
    )
    assert hosts == dict(addresses)
    assert list(hosts) == named


def test_compose_trusts_the_address_of_its_proxy() -> None:
    (trusted,) = re.findall(r"BACKSTEP_PROXIES: ([\d.]+)", read(COMPOSE))
    (proxy,) = re.findall(r"^  nginx:$.*?ipv4_address: ([\d.]+)$", read(COMPOSE), re.M | re.S)
    assert trusted == proxy


def test_every_proxy_looks_for_the_shard_in_the_same_place() -> None:
    places = re.compile(r'"~\^/\(\?:([^)]+)\)/\(\?<before_dot>')
    (shipped,) = places.findall(read(NGINX))
    assert places.findall(read(GUIDE)) == [shipped]
    kinds = re.findall(r'"~\^\(\?<kind>/\(\?:([^)]+)\)/\)"', read(NGINX) + read(GUIDE))
    assert kinds == [shipped] * 2


@pytest.mark.parametrize(
    ("file", "limit"),
    [
        (NGINX, r"client_max_body_size (\d+);"),
        (GUIDE, r"client_max_body_size (\d+);"),
        (KUBERNETES, r'proxy-body-size: "(\d+)"'),
    ],
)
def test_a_proxy_takes_as_much_as_the_server(file: str, limit: str) -> None:
    assert re.findall(limit, read(file)) == [str(Settings.model_fields["max_message"].default)]


def test_what_is_measured_from_outside_is_asked_for_where_it_is() -> None:
    for path in ("/healthz", "/readyz"):
        assert f"path: {path}," in read(KUBERNETES)
        assert f'"{path}"' in read("app/web/pages.py")
