"""What a press on Export downloads."""

from pathlib import Path

import pytest

from app.engine.run import Run
from app.export.scripts import SCRIPTS
from app.presets import preset
from tests.export.experiments import printed

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


@pytest.mark.parametrize("form", SCRIPTS)
def test_every_form_of_script_can_be_had(lab: Lab, form: str) -> None:
    lab.page.locator("[data-do=export]").click()
    with lab.page.expect_download() as waiting:
        lab.page.locator(f"[data-export={form}]").click()
    assert waiting.value.suggested_filename == SCRIPTS[form].file
    assert waiting.value.path().read_text() == SCRIPTS[form].write(preset("xor"))
