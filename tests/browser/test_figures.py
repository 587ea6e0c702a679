"""Figures that are saved: an SVG has the texts that are seen, a PNG its size and its colours."""

import re
import struct
import zlib
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Page, expect

from tests.browser.conftest import Server

from .lab import Lab

FIGURES = ("network", "cost", "output", "gradient-norm")
DARK, LIGHT = (24, 27, 31), (255, 255, 255)
SVG = "{http://www.w3.org/2000/svg}"


def saved(lab: Lab, figure: str, form: str) -> Path:
    """Press what saves a figure and return the file."""
    lab.page.locator("[data-do=export]").click()
    with lab.page.expect_download() as waiting:
        lab.page.locator(f"[data-figure='{figure}.{form}']").click()
    assert waiting.value.suggested_filename == f"{figure}.{form}"
    return Path(waiting.value.path())


def texts(svg: Path) -> list[str]:
    root = ElementTree.fromstring(svg.read_text())
    assert root.tag == f"{SVG}svg"
    return ["".join(node.itertext()) for node in root.iter(f"{SVG}text")]


def pixels(png: Path) -> NDArray[np.uint8]:
    """The colours of a PNG with 8 bits and an alpha channel, as (height, width, 4)."""
    data, at, packed = png.read_bytes(), 8, b""
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        body = data[at + 8 : at + 8 + length]
        if kind == b"IHDR":
            width, height, depth, colour = struct.unpack(">IIBB", body[:10])
        packed += body if kind == b"IDAT" else b""
        at += 12 + length
    assert (depth, colour) == (8, 6)
    rows = np.frombuffer(zlib.decompress(packed), np.uint8).reshape(height, 1 + 4 * width)
    return unfiltered(rows[:, 0], rows[:, 1:].astype(np.int64)).reshape(height, width, 4)


def unfiltered(kinds: NDArray[np.uint8], rows: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Undo the filter of each row, which predicts a byte from those to its left and above."""
    above = np.zeros(rows.shape[1], np.int64)
    made = []
    for kind, given in zip(kinds, rows, strict=True):
        row = given.tolist()
        up = above.tolist()
        for i in range(len(row)):
            a, b, c = (row[i - 4], up[i], up[i - 4]) if i > 3 else (0, up[i], 0)
            row[i] = (row[i] + predicted(kind, a, b, c)) % 256
        above = np.array(row)
        made.append(above)
    return np.array(made, np.uint8)


def predicted(kind: int, a: int, b: int, c: int) -> int:
    if kind == 4:
        near = {0: abs(b - c), 1: abs(a - c), 2: abs(a + b - 2 * c)}
        return (a, b, c)[min(near, key=near.__getitem__)]
    return (0, a, b, (a + b) // 2)[kind]


def test_the_network_is_saved_with_the_values_and_the_labels_that_are_seen(lab: Lab) -> None:
    lab.step(9)
    seen = lab.page.locator("#net text.value, #net text.weight, #net text.label").all()
    shown = [node.text_content() for node in seen if node.is_visible()]
    said = texts(saved(lab, "network", "svg"))
    assert len(shown) > 12
    assert set(shown) <= set(said)
    for words in ("Input", "Layer 1", "3 units, sigmoid", "Cost", "positive", "read by this op"):
        assert words in said
    assert [said.count(part) for part in ("x", "1", "2")] == [2, 1, 1]


def test_what_style_sheets_say_is_written_into_the_picture(lab: Lab) -> None:
    lab.step(9)
    text = saved(lab, "network", "svg").read_text()
    assert "var(" not in text
    assert "class=" not in text
    assert "color(" not in text
    for part in ("rgb(102, 59, 196)", 'stroke-dasharray="9px, 5px"', 'text-anchor="middle"'):
        assert part in text, part


@pytest.mark.parametrize(
    ("figure", "words"),
    [
        ("cost", {"epoch", "cost", "0.1", "train", "test"}),
        ("gradient-norm", {"epoch", "norm of dW", "dW1", "dW2", "dW3"}),
        ("output", {"x1", "x2", "0", "2"}),
    ],
)
def test_a_figure_is_saved_with_its_axes_and_its_lines(
    figure: str, words: set[str], page: Page, server: Server
) -> None:
    lab = Lab(page, server.url)
    lab.open("/?preset=circle")
    lab.press("5")
    for epoch in range(1, 4):
        lab.press("s")
        expect(page.locator("#n-epoch")).to_have_text(f"000,00{epoch}")
    expect(page.locator("#loss .js-line").first).to_be_attached()
    assert words <= set(texts(saved(lab, figure, "svg")))


def test_the_output_is_saved_with_the_colours_of_the_page(lab: Lab) -> None:
    lab.step(1)
    expect(lab.page.locator("#surface image").first).to_be_attached()
    shown = lab.page.locator("#surface image").first.get_attribute("href")
    addresses = re.findall(r'href="([^"]+)"', saved(lab, "output", "svg").read_text())
    assert shown in addresses


@pytest.mark.parametrize(("theme", "ground"), [("light", LIGHT), ("dark", DARK)])
@pytest.mark.parametrize("figure", FIGURES)
def test_a_png_has_twice_the_size_and_is_not_blank(
    figure: str, theme: str, ground: tuple[int, ...], page: Page, server: Server
) -> None:
    lab = Lab(page, server.url)
    lab.open(f"/?theme={theme}")
    lab.press("4")
    for minibatch in (12, 24):
        lab.press("s")
        lab.wait_for_position(minibatch)
    expect(page.locator("#surface image").first).to_be_attached()
    root = ElementTree.fromstring(saved(lab, figure, "svg").read_text())
    size = [round(2 * float(root.attrib[side])) for side in ("height", "width")]
    image = pixels(saved(lab, figure, "png"))
    assert list(image.shape[:2]) == size
    assert tuple(image[2, 2]) == (*ground, 255)  # it can be read on any page
    apart = np.abs(image[..., :3].astype(int) - ground).sum(-1) > 60
    assert 0.003 < apart.mean() < 0.9
    assert len({tuple(colour) for colour in image[apart]}) > 20


def test_outputs_that_have_no_plane_are_saved_as_bars(page: Page, server: Server) -> None:
    lab = Lab(page, server.url)
    answer = page.request.post(
        f"{server.url}/api/sessions",
        data={"data": {"name": "inline", "X": [[1.0, 2.0, 3.0]], "Y": [[1.0]]},
              "layers": [{"units": 1, "activation": "linear"}]},
    )  # fmt: skip
    lab.open(answer.json()["drive_url"])
    assert {"output", "value"} <= set(texts(saved(lab, "output", "svg")))


def test_plotly_has_the_traces_that_the_page_draws_and_no_others(lab: Lab) -> None:
    """What is not in the bundle, Plotly draws as something else without a word."""
    drawn = set()
    for module in Path("static/js").glob("[fv]*/*.js"):  # figures and views
        drawn |= set(re.findall(r'\btype: "(\w+)", (?:mode|x|z|zmin)\b', module.read_text()))
    registered = lab.page.evaluate("Object.keys(Plotly.PlotSchema.get().traces)")
    assert sorted(registered) == sorted(drawn) == ["bar", "contour", "heatmap", "scatter"]


def test_plotly_is_of_the_version_that_its_script_names(lab: Lab) -> None:
    named = re.search(r'PLOTLY = "([\d.]+)"', Path("scripts/plotly-bundle.mjs").read_text())
    header = re.search(r"plotly\.js v([\d.]+),", Path("static/vendor/plotly.min.js").read_text())
    assert named
    assert header
    assert lab.page.evaluate("Plotly.version") == named[1] == header[1]


def test_every_figure_can_be_read_as_a_table(lab: Lab) -> None:
    lab.step(12)
    tables = {"curves": ("loss", "surface", "norms"), "flow": ("flow-heat", "flow-now"),
              "spread": ("spread-fig",), "work": ("work-fig",)}  # fmt: skip
    for lens, figures in tables.items():
        lab.page.locator(f"[data-lens={lens}]").click()
        for figure in figures:
            expect(lab.page.locator(f"#{figure} .main-svg").first).to_be_attached()
            lab.page.locator(f"[data-table={figure}]").focus()
            lab.press("Enter")
            expect(lab.page.locator("dialog tbody tr").first).to_be_visible()
            with lab.page.expect_download() as saved:
                lab.page.get_by_role("link", name="Save as CSV").click()
            assert saved.value.suggested_filename == f"{figure}.csv"
            lab.press("Escape")


def test_the_curve_is_told_in_words(lab: Lab) -> None:
    lab.step(12)
    expect(lab.page.locator("#loss")).to_have_attribute(
        "aria-label",
        re.compile(r"Cost over the epochs\. train: 0\.2550 at first, 0\.\d+ after 1 epochs"),
    )
