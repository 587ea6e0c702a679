"""What a press on Export downloads."""

from pathlib import Path

from app.engine.run import Run
from app.presets import preset
from tests.export.test_numpy_script import printed

from .lab import Lab


def test_the_script_that_is_downloaded_prints_the_costs_of_the_page(
    lab: Lab, tmp_path: Path
) -> None:
    lab.page.locator("[data-do=export]").click()
    with lab.page.expect_download() as waiting:
        lab.page.locator("[data-export=numpy]").click()
    assert waiting.value.suggested_filename == "train.py"
    costs = printed(waiting.value.path().read_text(), tmp_path, 3)
    run = Run(preset("xor"))
    for cost in costs:
        run.advance(run.position + len(run.program))
        assert f"{cost:.12g}" == f"{run.cost:.12g}"
