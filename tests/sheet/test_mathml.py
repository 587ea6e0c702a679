"""Formulas as MathML: well-formed, in pieces between which a line may be broken."""

from xml.etree import ElementTree

import pytest

from app.sheet.mathml import mathml
from app.sheet.notation import BREAK, Gap, Indexed, Layout, Mark, Over, Row, name, number, words

SUM = Row(
    (name("a"), BREAK, Mark("infix", "+"), Row((name("b"), BREAK, Mark("infix", "·"), name("c"))))
)


def pieces(layout: Layout) -> list[ElementTree.Element]:
    return [ElementTree.fromstring(piece) for piece in mathml(layout).split("<wbr>")]


def test_a_row_is_broken_where_it_may_be() -> None:
    assert ["".join(piece.itertext()) for piece in pieces(SUM)] == ["a", "+b", "·c"]


def test_a_sign_that_begins_a_piece_keeps_its_room() -> None:
    sign = pieces(SUM)[1][0]
    assert sign.tag == "mo"
    assert sign.attrib == {"form": "infix", "lspace": "0.24em", "rspace": "0.24em"}


def test_a_fraction_is_not_broken() -> None:
    (piece,) = pieces(Over(SUM, SUM))
    assert [child.tag for child in piece[0]] == ["mrow", "mrow"]


@pytest.mark.parametrize(
    ("layout", "tag", "shown"),
    [
        (Indexed(name("w"), "1→2", 1, "new"), "msubsup", "w1→2[1] new"),
        (Indexed(name("C"), "x"), "msub", "Cx"),
        (Indexed(name("S"), "", 2), "msup", "S[2]"),
        (number("-0.5"), "mn", "−0.5"),
        (Gap(7), "mpadded", "7"),
        (words(" if "), "mtext", "\N{NO-BREAK SPACE}if\N{NO-BREAK SPACE}"),
    ],
)
def test_a_layout_has_its_element(layout: Layout, tag: str, shown: str) -> None:
    (piece,) = pieces(layout)
    assert piece[0].tag == tag
    assert "".join(piece.itertext()) == shown


def test_what_is_written_is_text() -> None:
    (piece,) = pieces(Mark("infix", "<b>"))
    assert piece[0].text == "<b>"
