"""The page in Chinese says nothing in English, wherever one goes in it."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Server, listened
from tests.browser.places import ready

NAMES = """
backstep serve dtype sin IDX BACKSTEP_MNIST Cookie costs class Backstep NumPy PyTorch Keras
English XOR AND OR MNIST ReLU relu leaky elu gelu silu tanh sigmoid softmax softplus SGD AdaGrad
RMSProp Adam AdamW Nesterov WebSocket HTTP JSON CSV SVG PNG npz safetensors NaN Space Esc Xavier
He LeCun bit float int seed Ctrl HTML URL Iris delta clip torch optim autograd Markdown Matt
Mazur Step by Example Backpropagation Playground TensorFlow Tab Cx sgn max min sum mean var csv
vs npy Dropout dropout lessons
""".split()
"""What is a name, or code, in Chinese as well."""
ADDRESS = re.compile(r"\b[A-Z0-9]{3} ?[A-Z0-9]{3}\b|(https?://)?[\w.]+:\d+[\w/]*|--\w+")
SEEN = """() => {
  const shown = (element) => element.checkVisibility?.() ?? true;
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { parentElement: parent, data } = walker.currentNode;
    if (parent.closest("code, .code, .names label, math, script, style, template, .mono, .draft-steps small, kbd") || !shown(parent)) continue;
    found.push(data);
  }
  for (const element of document.querySelectorAll("[aria-label], [title], [placeholder], [alt]")) {
    if (element.closest("[hidden], template, math, .code, .op") || !shown(element)) continue;
    for (const name of ["aria-label", "title", "placeholder", "alt"]) if (element.hasAttribute(name)) found.push(element.getAttribute(name));
  }
  return [document.title, ...found];
}"""  # noqa: E501


@pytest.fixture
def chinese(browser: Browser, server: Server) -> Iterator[Page]:
    context = browser.new_context(
        base_url=server.url, locale="zh-CN", viewport={"width": 1440, "height": 900}
    )
    complaints: list[str] = []
    yield listened(context.new_page(), complaints)
    context.close()
    assert complaints == []


def english(page: Page) -> list[str]:
    """Return every text with a word that is no name."""
    texts: list[str] = page.evaluate(SEEN)
    words = re.compile(r"(?<![\w.\[])[A-Za-z]{3,}(?![\w\[(=_])")
    told = {text.strip(): {*words.findall(ADDRESS.sub("", text))} - {*NAMES} for text in texts}
    return sorted(text for text, found in told.items() if found)


def test_every_stop_is_said_in_chinese(chinese: Page) -> None:
    lab = ready(chinese, "/?preset=spiral")
    for _ in range(20):
        lab.step()
        assert english(chinese) == []


def test_what_is_refused_is_refused_in_chinese(chinese: Page) -> None:
    lab = ready(chinese)
    lab.do("settings")
    seed = chinese.locator("dialog label:has-text('种子') input, dialog [data-setting=seed] input")
    seed.first.fill("-1")
    chinese.locator("dialog .btn.main").click()
    expect(chinese.locator("dialog .faults")).to_contain_text("seed 至少")
    assert english(chinese) == []


def test_the_language_is_changed_by_a_link_and_stays(chinese: Page) -> None:
    ready(chinese)
    key = chinese.url
    chinese.locator(".lang").click()
    expect(chinese.locator("html")).to_have_attribute("lang", "en")
    expect(chinese.locator("[data-panel=why]")).to_have_text("Why")
    assert chinese.url.startswith(key)
    chinese.goto("/lessons")
    expect(chinese.locator("h1")).to_have_text("Lessons")
