"""Every op and every phase has its word, in English the one that is public."""

from app.engine.program import Kind, Phase
from app.terms import KINDS, PHASES


def test_every_op_and_every_phase_has_its_word() -> None:
    assert {kind: str(word) for kind, word in KINDS.items()} == {kind: kind.value for kind in Kind}
    assert {at: str(word) for at, word in PHASES.items()} == {at: at.value for at in Phase}
