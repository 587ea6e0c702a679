"""A page with all that it loads in it, and nothing in it that could end its element early."""

import json
import re
from base64 import b64decode
from pathlib import Path

import pytest

from app.export.inline import inlined

PAGE = """<head>
<link rel="icon" href="/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/look.css">
<link rel="modulepreload" href="/js/main.js">
<script defer src="/library.js"></script>
<script type="module" src="/js/main.js"></script>
</head>"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    files = {
        "icon.svg": "<svg/>",
        "look.css": 'a:after{content:"</style><b>"}',
        "library.js": 'x = "</script><b>"; y = "<!-- </SCRIPT>"; z = 1 < 2;',
        "js/main.js": 'import { a } from "./parts/a.js";\nimport "./b.js";\n'
        'import {\n  c,\n} from "./c.js";\n',
        "js/parts/a.js": 'import { b } from "../b.js";\n'
        'export const a = `é </script> import "./no.js"`;\n',
        "js/b.js": 'export { c as b } from "./c.js";\n/** @type {import("./types.js").T} */\n',
        "js/c.js": "export const c = 1;\n",
    }  # fmt: skip
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def modules(page: str) -> dict[str, str]:
    found = re.search(r'<script type="importmap">(.*?)</script>', page)
    assert found
    imports = json.loads(found[1])["imports"]
    head = "data:text/javascript;base64,"
    assert all(address.startswith(head) for address in imports.values())
    return {n: b64decode(address.removeprefix(head)).decode() for n, address in imports.items()}


def test_nothing_is_loaded_any_more(root: Path) -> None:
    page = inlined(PAGE, root)
    assert not re.search(r'(?:src|href)="(?!data:)', page)
    assert "modulepreload" not in page


def test_every_module_is_there_once_and_imports_by_bare_names(root: Path) -> None:
    found = modules(inlined(PAGE, root))
    assert set(found) == {"app/main.js", "app/parts/a.js", "app/b.js", "app/c.js"}
    assert 'from "app/parts/a.js"' in found["app/main.js"]
    assert 'import "app/b.js"' in found["app/main.js"]
    assert '} from "app/c.js"' in found["app/main.js"]
    assert 'from "app/b.js"' in found["app/parts/a.js"]
    assert '`é </script> import "./no.js"`' in found["app/parts/a.js"]


def test_code_cannot_end_its_element(root: Path) -> None:
    page = inlined(PAGE, root)
    assert 'x = "<\\/script><b>"; y = "<\\!-- <\\/SCRIPT>"; z = 1 < 2;' in page
    assert 'content:"<\\/style><b>"' in page
    assert page.count("</script>") == 3
    assert page.count("</style>") == 1


def test_the_page_forbids_itself_to_ask_anybody(root: Path) -> None:
    page = inlined(PAGE, root)
    assert page.index("Content-Security-Policy") < page.index("<script")
    assert "default-src 'none'" in page
