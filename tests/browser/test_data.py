"""Every data set in one dialog, and data of one's own: clicked, typed, or from a file."""

from pathlib import Path

from playwright.sync_api import expect

from tests.browser.lab import Lab

FLOWERS = "name,length,kind\n" + "".join(
    f"flower {i},{'' if i == 3 else i},{('rose', 'lily', 'iris')[i % 3]}\n" for i in range(12)
)


def test_every_data_set_can_be_chosen(lab: Lab) -> None:
    page = lab.page
    lab.do("own-data")
    page.locator("#dialog [data-data=digits8]").click()
    expect(page.locator(".head[data-layer='0'] .kind")).to_have_text("8 × 8 pixels")
    assert lab.session()["config"]["data"]["name"] == "digits8"


def test_points_are_clicked_in_two_classes_and_trained_on(lab: Lab) -> None:
    page = lab.page
    lab.do("own-data")
    page.click("[data-own=points]")
    page.click("#dialog .btn.main")
    expect(page.locator("#dialog .faults")).to_contain_text("Click at least one point of each")
    pad = page.locator(".pad")
    box = pad.bounding_box()
    assert box is not None
    side = box["width"]
    pad.click(position={"x": 0.3 * side, "y": 0.5 * side})
    pad.click(position={"x": 0.3 * side, "y": 0.2 * side})
    page.click("[data-kind='0']")
    pad.click(position={"x": 0.7 * side, "y": 0.5 * side})
    pad.click(position={"x": 0.3 * side, "y": 0.2 * side})  # away with it
    expect(page.locator("#dialog .hint")).to_contain_text("1 of class 1, 1 of class 0")
    page.click("#dialog .btn.main")
    expect(page.locator("#dialog")).to_be_hidden()
    data = lab.session()["config"]["data"]
    assert (data["X"], data["labels"]) == ([[-2, 0], [2, 0]], [1, 0])
    expect(page.locator("#surface .point")).to_have_count(2)


def test_a_file_is_read_and_what_is_missing_is_named_by_row(lab: Lab, tmp_path: Path) -> None:
    page, file = lab.page, tmp_path / "flowers.csv"
    file.write_text(FLOWERS)
    lab.do("own-data")
    page.set_input_files("[data-own=file]", file)
    said = page.locator(".own-said")
    expect(said).to_contain_text("Row 4, length must have a value.")
    expect(said).to_contain_text("Left out, because there are no numbers in it: name.")
    page.click("#dialog .btn.main")
    expect(page.locator("#dialog .faults")).to_contain_text("Row 4, length")

    page.get_by_label("length, row 4", exact=True).fill("3.5")
    page.get_by_label("length, row 4", exact=True).press("Tab")
    expect(said).not_to_contain_text("Row 4")
    page.click("#dialog .btn.main")
    expect(page.locator("#dialog")).to_be_hidden()
    config = lab.session()["config"]
    assert config["data"]["class_names"] == ["iris", "lily", "rose"]
    assert config["data"]["standardize"] is True
    assert config["layers"][-1]["activation"] == "softmax"
    page.click("[data-lens=classes]")
    expect(page.locator("#classes tbody th")).to_have_text(["iris", "lily", "rose"])


def test_a_table_is_typed_and_its_target_chosen(lab: Lab) -> None:
    page = lab.page
    lab.do("own-data")
    page.click("[data-own=table]")
    page.click("text=Add a row")
    for name, value in (("x1", "0.5"), ("x2", "0.25"), ("y", "1")):
        page.get_by_label(f"{name}, row 5", exact=True).fill(value)
    page.get_by_label("target", exact=True).select_option("x2")
    page.get_by_label("the target is").select_option("numbers")
    page.click("#dialog .btn.main")
    expect(page.locator("#dialog")).to_be_hidden()
    data = lab.session()["config"]["data"]
    assert data["input_names"] == ["x1", "y"]
    assert data["Y"] == [[0], [1], [0], [1], [0.25]]


def test_mnist_is_there_with_its_files_and_else_says_what_it_needs(lab: Lab) -> None:
    """The server of these tests was started without them."""
    lab.do("own-data")
    expect(lab.page.locator("#dialog [data-data=mnist]")).to_be_disabled()
    needs = "MNIST needs the IDX files of MNIST: set BACKSTEP_MNIST to the folder that has them."
    expect(lab.page.locator("#dialog .hint").first).to_have_text(needs)
