"""The blocks of a lesson refuse what they do not know."""

import pytest
from pydantic import ValidationError

from app.lessons.blocks import AskBlock, Conditions, Head, StopBlock


@pytest.mark.parametrize(
    ("block", "given"),
    [
        (Head, {"title": "", "about": "a", "config": {}}),
        (Head, {"title": "a", "about": "a", "config": {}, "controls": ["wings"]}),
        (StopBlock, {"epoch": -1}),
        (StopBlock, {"example": "all"}),
        (AskBlock, {"question": "Q", "within": 0}),
        (Conditions, {"cost_below": "low"}),
        (Conditions, {"wings": True}),
        (Conditions, {"config": {"seed": {1, 2}}}),
    ],
)
def test_what_cannot_be_is_refused(block: type, given: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        block.model_validate(given)
