"""What is set on Plotly's nodes stands where Plotly itself would put it."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from app.presets import preset
from tests.browser.conftest import Server

from .lab import Lab

PREPARED = """
async () => {
  const module = (name) => {
    const { href } = document.querySelector(`link[href$="figures/${name}.js"]`);
    return import(href);
  };
  [window.plot, window.nodes] = [await module("plot"), await module("nodes")];
  window.box = document.createElement("div");
  Object.assign(box.style, { width: "300px", height: "150px", position: "absolute", top: 0 });
  document.body.append(box);
}
"""
BARS = """
([given, moved]) => {
  const values = (ys) => {
    const fills = ys.map(() => "rgb(1, 2, 3)"), edges = ys.map(() => 2);
    return { values: ys, fills, edges, ink: "rgb(4, 5, 6)", width: 0.6 };
  };
  const layout = { bargap: 0.4, yaxis: { range: [-1, 2] } };
  const drawn = (ys) => plot.draw(box, [{ type: "bar", x: ys.map((_, i) => i), y: ys }], layout);
  const paths = () => [...box.querySelectorAll(".barlayer .point path")].map((node) => {
    const { x, y, width, height } = node.getBBox();
    return [x, y, width, height];
  });
  drawn(given);
  const done = nodes.setBars(box, values(moved)), set = paths();
  const { fill, stroke, strokeWidth } = box.querySelector(".barlayer path").style;
  drawn(moved);
  const look = [fill, stroke, strokeWidth];
  return { done, set, wanted: paths(), look, fewer: nodes.setBars(box, values([1])) };
}
"""
AXES = """
([log, xs, ys]) => {
  const axes = (x, y, l) => {
    const ticks = log ? { type: "log", dtick: 1 } : { type: "linear" };
    return { margin: { l, r: 0, t: 0, b: 20 }, xaxis: { range: x }, yaxis: { ...ticks, range: y } };
  };
  const drawn = (n, layout) => {
    const [x, y] = [xs, ys].map((all) => all.slice(0, n));
    plot.draw(box, [{ type: "scatter", mode: "lines", x, y }], layout);
  };
  const found = () => {
    const { x, y, width, height } = box.querySelector(".js-line").getBBox();
    const ticks = [...box.querySelectorAll(".xtick text, .ytick text")];
    return { texts: ticks.map((tick) => tick.textContent).sort(), line: [x, y, width, height] };
  };
  const small = axes([0, 3], [-1, 1], 36), large = axes([0, 9], [-3, 2], 52);
  drawn(3, small);
  plot.setAxes(box, large);
  nodes.setLine(box, 0, xs, ys);
  const set = found();
  drawn(xs.length, large);
  return { set, wanted: found() };
}
"""
POINTS = """
() => {
  const traces = ["circle", "square"].map((symbol, k) => ({
    type: "scatter", mode: "markers", x: [1, 2, 3], y: [k, 2, 1], marker: { symbol, size: 7 },
  }));
  traces.push({ type: "scatter", mode: "markers", x: [2], y: [1] });
  plot.draw(box, traces, {});
  const places = () => [...box.querySelectorAll(".point")].map((node) => {
    const { x, y, width, height } = node.getBoundingClientRect();
    return [x, y, width, height];
  });
  const wanted = places();
  nodes.settlePoints(box);
  const left = [...box.querySelectorAll(".point")].map((node) => node.hasAttribute("transform"));
  const set = places();
  plot.draw(box, traces, {});
  return { set, wanted, left, again: places() };
}
"""


@pytest.fixture
def prepared(lab: Lab) -> Lab:
    lab.page.evaluate(PREPARED)
    return lab


def near(found: Any, wanted: Any) -> bool:
    """Whether boxes agree but for what a tenth of a pixel in a path is rounded by."""
    return bool(found) and all(
        a == pytest.approx(b, abs=0.11) for a, b in zip(found, wanted, strict=True)
    )


def test_bars_are_moved_to_where_they_would_be_drawn(prepared: Lab) -> None:
    found = prepared.page.evaluate(BARS, [[0.5, 1.0, 0.25], [1.5, -0.75, 0.1]])
    assert found["done"] is True
    assert near(found["set"], found["wanted"])
    assert found["look"] == ["rgb(1, 2, 3)", "rgb(4, 5, 6)", "2px"]
    assert found["fewer"] is False, "bars that are not there are not moved"


def test_a_bar_that_is_not_a_number_is_not_drawn(prepared: Lab) -> None:
    found = prepared.page.evaluate(BARS, [[0.5, 1.0], [0.5, None]])
    assert near(found["set"][:1], found["wanted"][:1])
    assert found["set"][1][2:] == [0, 0]


@pytest.mark.parametrize("log", [False, True])
def test_axes_and_lines_that_are_changed_are_those_that_would_be_drawn(
    prepared: Lab, log: bool
) -> None:
    given = [log, [0, 1, 2, 5, 8], [0.5, 2.0, 1.0, 0.1, 0.2]]
    found = prepared.page.evaluate(AXES, given)
    assert found["set"]["texts"] == found["wanted"]["texts"]
    assert near([found["set"]["line"]], [found["wanted"]["line"]])


def test_points_stay_where_they_are_without_a_transform(prepared: Lab) -> None:
    found = prepared.page.evaluate(POINTS)
    assert near(found["set"], found["wanted"])
    assert found["left"] == [False] * 6 + [True], "one that is alone may be moved"
    assert near(found["again"], found["wanted"]), "Plotly draws them anew as ever"


def test_the_network_has_neither_clips_nor_transforms_of_its_own(lab: Lab) -> None:
    lab.step(3)
    for group, piece in ((".shape-group", "clip-path"), (".textpoint", "transform")):
        assert lab.page.locator(f".net {group}").count() > 0
        assert lab.page.locator(f".net {group}[{piece}]").count() == 0


# ---------------------------------------------------------------- while playing fast


def played_fast(page: Page, server: Server, config: dict[str, Any], place: int) -> Lab:
    """A lab that plays minibatches from the start, faster than anybody reads."""
    lab = Lab(page, server.url)
    lab.open(page.request.post(f"{server.url}/api/sessions", data=config).json()["drive_url"])
    lab.press("4")
    lab.rate(place)
    lab.do("play")
    return lab


def test_norms_that_were_not_there_at_the_start_are_drawn(page: Page, server: Server) -> None:
    config = {**preset("circle").as_json(), "minibatch_size": 10}
    played_fast(page, server, config, 7)
    lines = page.locator("#norms .js-line")
    expect(lines).to_have_count(len(config["layers"]))
    for line in (page.locator("#loss .js-line").first, *lines.all()):
        expect(line).to_have_attribute("d", re.compile("(.*L){3}"))


def test_the_ring_follows_the_example_in_focus(page: Page, server: Server) -> None:
    played_fast(page, server, preset("circle").as_json(), 4)
    ring = page.locator("#surface .scatterlayer .trace:last-child .point")
    expect(ring).to_have_count(1)
    place = ring.get_attribute("transform") or ""
    expect(ring).not_to_have_attribute("transform", place)


def test_the_line_between_classes_and_the_colours_follow(page: Page, server: Server) -> None:
    played_fast(page, server, preset("circle").as_json(), 7)
    expect(page.locator("#surface .contour path").first).to_be_attached()
    shown = page.locator("#surface .heatmaplayer image")
    url = shown.get_attribute("href") or ""
    expect(shown).not_to_have_attribute("href", url)


def test_outputs_as_a_line_and_as_bars_move(page: Page, server: Server) -> None:
    played_fast(page, server, preset("sine").as_json(), 7)
    line = page.locator("#surface .js-line").first
    path = line.get_attribute("d") or ""
    expect(line).not_to_have_attribute("d", path)
    played_fast(page, server, preset("digits").as_json(), 7)
    bar = page.locator("#surface .barlayer .point path").first
    path = bar.get_attribute("d") or ""
    expect(bar).not_to_have_attribute("d", path)


def test_other_data_while_playing_have_their_own_points(page: Page, server: Server) -> None:
    lab = played_fast(page, server, preset("circle").as_json(), 7)
    points = page.locator("#surface .scatterlayer .point")
    expect(points.first).to_be_attached()
    before = points.first.get_attribute("d") or ""
    page.locator("[data-data=gaussian]").click()
    expect(page.locator("#surface .scatterlayer .point").first).not_to_have_attribute("d", before)
    expect(lab.page.locator("#surface .heatmaplayer image")).to_have_count(1)
