"""The panel that tells why a number is what it is, and the proof beside it, in a real browser."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from app.engine.config import Config
from app.explain.explanation import Explanation, explain
from app.explain.expression import Number, leaves
from app.explain.proof import H, prove
from app.presets import preset
from app.session.timeline import Timeline
from tests.browser.conftest import Server
from tests.browser.lab import Lab
from tests.explain.networks import scene

DELTA1 = 9
UPDATED = 11
KINKED = {
    "data": {"name": "inline", "X": [[1.0, 1.0], [0.5, 2.0]], "Y": [[1.0], [0.0]]},
    "layers": [
        {"units": 2, "activation": "relu", "W": [[1.0, 0.5], [-0.5, 0.5]], "b": [-0.5, 0.1]},
        {"units": 1, "activation": "linear", "W": [[0.7], [0.4]], "b": [0.0]},
    ],
}
"""z of unit 1 is 1 - 0.5 - 0.5 in example 1: exactly on the kink."""


@pytest.fixture
def lab(page: Page, server: Server) -> Lab:
    """The lab, opened on XOR 2-3-1, with the panel that it opens with."""
    opened = Lab(page, server.url)
    opened.open(panel="why")
    return opened


def at(position: int) -> Timeline:
    timeline = Timeline(preset("xor"))
    timeline.forward(position)
    return timeline


def explained(position: int, tensor: str, *index: int, example: int | None = 0) -> Explanation:
    return explain(scene(at(position)), tensor, index, example)


def values_of(found: Explanation, line: int = 0) -> list[float]:
    """The numbers in a line, its own first; constants have their digits from the config."""
    left, right = found.lines[line]
    return [left.value, *(leaf.value for leaf in leaves(right) if not isinstance(leaf, Number))]


def number(text: str | None) -> float:
    return float((text or "nan").replace("−", "-"))


def exact(numbers: Locator) -> list[float]:
    """The numbers of some elements with every digit, which stand in their tooltips."""
    expect(numbers.first).to_be_visible()
    return [number(element.get_attribute("title")) for element in numbers.all()]


def line(lab: Lab) -> list[float]:
    """The numbers of the first formula, in the row below its symbols."""
    return exact(lab.page.locator(".why-b .eq").first.locator("mtr").nth(1).locator("mn[title]"))


def factor(lab: Lab, name: str) -> Locator:
    return lab.page.locator(f'.why-b [data-factor="{name}"]').first


def title(lab: Lab) -> Locator:
    return lab.page.locator("#why-what")


def go(lab: Lab, position: int, words: str) -> None:
    """Press a tick of the time line and wait for the explanation that belongs there."""
    lab.page.locator(f"#ops .op:not(.away)[data-position='{position}']").click()
    lab.wait_for_position(position)
    expect(title(lab)).to_have_text(words)


def go_to_delta1(lab: Lab) -> None:
    go(lab, DELTA1, "δ, layer 1, unit 1, example 1")


def proved(lab: Lab, name: str) -> None:
    """Wait until the proof is that of a gradient."""
    expect(lab.page.locator("#proof")).to_contain_text(f"relative error of {name}")


def test_before_the_first_op_the_panel_says_what_to_do(lab: Lab) -> None:
    expect(lab.page.locator(".why-b")).to_contain_text("After the first step")
    expect(lab.page.locator("#proof")).to_contain_text("as soon as the way back has computed it")


def test_the_formula_has_the_numbers_of_the_engine(lab: Lab) -> None:
    go_to_delta1(lab)
    assert line(lab) == values_of(explained(DELTA1, "delta1", 0))
    assert line(lab)[0] == at(DELTA1).run.tensor("delta1")[0, 0]


def test_every_op_of_a_minibatch_has_its_explanation(lab: Lab) -> None:
    titles = [
        "x, input 1, example 1", "z, layer 1, unit 1, example 1", "a, layer 1, unit 1, example 1",
        "z, layer 2, unit 1, example 1", "a, layer 2, unit 1, example 1", "cost of the minibatch",
        "δ, layer 2, unit 1, example 1", "gradient, layer 2, 1 → 1",
        "δ, layer 1, unit 1, example 1", "gradient, layer 1, 1 → 1", "weight, layer 1, 1 → 1",
        "weight, layer 2, 1 → 1",
    ]  # fmt: skip
    for words in titles:
        lab.step()
        expect(title(lab)).to_have_text(words)
        expect(lab.page.locator(".why-b math").first).to_be_visible()


def test_a_fork_is_a_ledger_with_a_row_for_each_term_and_its_sum(lab: Lab) -> None:
    go(lab, 8, "gradient, layer 2, 1 → 1")
    found = explained(8, "dW2", 0, 0)
    rows = lab.page.locator(".why-b .ledger tr:has(td.num)")
    expect(rows).to_have_count(4 + 1)
    run = at(8).run
    products = (run.tensor("a1")[:, 0] * run.tensor("delta2")[:, 0]).tolist()
    shown = exact(lab.page.locator(".why-b .ledger td.num"))
    assert shown == pytest.approx([*products, sum(products)], rel=1e-12)
    assert line(lab)[0] == found.of.value


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("delta2[0,0]", "δ, layer 2, unit 1, example 1"),
        ("W2[0,0]", "weight, layer 2, 1 → 1"),
        ("a1[0,0]", "a, layer 1, unit 1, example 1"),
    ],
)
def test_a_press_on_a_factor_explains_that_number(lab: Lab, name: str, words: str) -> None:
    go_to_delta1(lab)
    factor(lab, name).click()
    expect(title(lab)).to_have_text(words)


def test_a_factor_is_followed_with_the_keyboard(lab: Lab) -> None:
    go_to_delta1(lab)
    lab.page.locator('.why-b [data-key="delta2[0,0]"]').first.focus()
    lab.press("Enter")
    expect(title(lab)).to_have_text("δ, layer 2, unit 1, example 1")
    assert line(lab) == values_of(explained(DELTA1, "delta2", 0))


def test_a_factor_of_another_example_takes_the_focus_there(lab: Lab) -> None:
    go(lab, 8, "gradient, layer 2, 1 → 1")
    factor(lab, "delta2[2,0]").click()
    expect(lab.page.locator("#example")).to_have_text("Example 3 of 4")
    expect(title(lab)).to_have_text("δ, layer 2, unit 1, example 3")


def test_pointing_at_a_factor_lights_its_unit(lab: Lab) -> None:
    go_to_delta1(lab)
    lit = lab.page.locator(".net .halo.on")
    expect(factor(lab, "delta2[0,0]")).to_be_visible()
    before = lit.count()
    factor(lab, "delta2[0,0]").hover()
    expect(lit).to_have_count(before + 1)
    lab.page.locator("#why-what").hover()
    expect(lit).to_have_count(before)


def test_the_chain_ends_with_the_number_that_is_explained(lab: Lab) -> None:
    go_to_delta1(lab)
    found = explained(DELTA1, "delta1", 0)
    assert found.chain is not None
    products = exact(lab.page.locator(".why-b .chain li b.num"))
    assert products == [link.product for link in found.chain.links]
    assert products[-1] == pytest.approx(found.of.value, rel=1e-12)
    factors = exact(lab.page.locator(".why-b .chain .link .num"))
    assert factors == [link.value for link in found.chain.links]


def test_the_proof_shows_the_gradient_from_both_sides(lab: Lab) -> None:
    go_to_delta1(lab)
    found = prove(scene(at(DELTA1)), "delta1", (0,), 0)
    proved(lab, "δ1[0,0]")
    expect(lab.page.locator("#proof .badge.ok")).to_have_text("✓ Proved")
    shown = lab.page.locator("#proof dd[data-value]").all()
    assert [float(dd.get_attribute("data-value") or "nan") for dd in shown] == [
        found.analytic, found.numerical, found.complex_step
    ]  # fmt: skip
    expect(lab.page.locator("#proof")).to_contain_text("13 parameters")
    lab.page.locator("#proof-working").click()
    working = lab.page.locator("#proof .working")
    expect(working).to_contain_text("C(z + h)")
    assert exact(working.locator("dd"))[:3] == [found.plus, found.minus, H]
    lab.page.locator("#proof-working").click()
    expect(working).to_have_count(0)


def test_nothing_is_proved_before_the_way_back(lab: Lab) -> None:
    go(lab, 5, "a, layer 2, unit 1, example 1")
    expect(lab.page.locator("#proof")).to_contain_text("as soon as the way back has computed it")
    expect(lab.page.locator("#proof-working")).to_be_hidden()


def test_after_an_update_a_weight_is_explained_from_the_old_one(lab: Lab) -> None:
    go(lab, UPDATED, "weight, layer 1, 1 → 1")
    old = at(0).run.tensor("W1")[0, 0]
    gradient = at(UPDATED).run.tensor("dW1")[0, 0]
    new = at(UPDATED).run.tensor("W1")[0, 0]
    assert line(lab) == [new, old, 3.0, gradient]
    proved(lab, "dW1[0,0]")
    expect(lab.page.locator("#proof .badge.ok")).to_have_text("✓ Proved")


def test_a_weight_in_the_picture_is_explained_and_stands_at_values_too(lab: Lab) -> None:
    go_to_delta1(lab)
    lab.page.locator("[data-weight='2.1.0']").click()
    expect(title(lab)).to_have_text(re.compile(r"^(gradient|weight), layer 2, 2 → 1$"))
    lab.show("values")
    expect(lab.page.locator(".edit .field")).to_be_visible()
    expect(lab.page.locator(".why-b")).to_be_hidden()
    lab.show("why")
    expect(lab.page.locator(".edit .field")).to_be_hidden()


def test_the_mean_is_explained_as_a_mean(lab: Lab) -> None:
    go_to_delta1(lab)
    lab.do("mean")
    expect(lab.page.locator("#example")).to_have_text("Mean of 4")
    expect(title(lab)).to_have_text("δ, layer 1, unit 1, mean")
    expect(lab.page.locator(".why-b .remark")).to_contain_text("mean over the 4 examples")
    delta1 = at(DELTA1).run.tensor("delta1")[:, 0]
    assert line(lab)[0] == pytest.approx(delta1.mean(), rel=1e-12)
    assert exact(lab.page.locator(".why-b .ledger td.num"))[:4] == delta1.tolist()


def test_another_place_in_time_has_its_own_numbers(lab: Lab) -> None:
    go_to_delta1(lab)
    first = line(lab)
    go(lab, 2, "z, layer 1, unit 1, example 1")
    assert line(lab)[0] == at(2).run.tensor("z1")[0, 0]
    go_to_delta1(lab)
    assert line(lab) == first


def test_a_kink_is_named_instead_of_a_proof(lab: Lab) -> None:
    answer = lab.page.request.post(
        f"{lab.url}/api/sessions", data={"config": Config.parse(KINKED).as_json(), "position": 9}
    )
    assert answer.status == 201
    lab.open(answer.json()["drive_url"], panel="why")
    lab.wait_for_position(DELTA1)
    expect(lab.page.locator("#proof .badge.warn")).to_have_text("△ Kink")
    expect(lab.page.locator("#proof")).to_contain_text("the kink of layer 1, unit 1")
    expect(lab.page.locator(".why-b .remark")).to_contain_text("its slope is 0")


def test_on_a_phone_no_formula_makes_the_page_wider(page: Page, server: Server) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    lab = Lab(page, server.url)
    lab.open("/?preset=iris", panel="why")
    for _ in range(3 * 5 + 2):
        lab.step()
        expect(page.locator(".why-b math").first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        parts = page.locator(".why-b > *")
        boxes = parts.evaluate_all(
            "(all) => all.map((each) => each.getClientRects().length"
            " && each.getBoundingClientRect().right)"
        )
        assert boxes
        assert all(0 < right <= 390 for right in boxes)
