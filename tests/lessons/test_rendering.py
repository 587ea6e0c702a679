"""Markdown becomes HTML: formulas as MathML, numbers as buttons, nothing from outside."""

import re

from app.lessons.rendering import inline, links, parsed, rendered
from app.presets import preset

XOR = preset("xor")


def html(text: str) -> str:
    return rendered(parsed(text), XOR, lambda line, what: None)


def test_a_formula_is_mathml() -> None:
    assert "<math" in html("The slope $f'(z)$.")
    assert 'display="block"' in html("$$a + b$$")


def test_a_price_in_dollars_is_no_formula() -> None:
    assert "<math" not in html("It costs 3$ and 4 $ more.")


def test_a_number_is_a_button_that_says_where_it_is() -> None:
    assert (
        '<button type="button" class="ref num" data-tensor="W1" data-index="0,1">0.5</button>'
        in html("[0.5](=W1[0,1])")
    )
    assert 'data-tensor="a1" data-index="2,1" data-example="2"' in html("[this](@a1[2,1])")


def test_an_expression_is_no_button() -> None:
    assert html("[1.5](<=W1[0,1] * 3>)") == '<p><b class="ref num">1.5</b></p>\n'


def test_html_of_an_author_is_text() -> None:
    assert "<script" not in html("<script>alert(1)</script>")
    assert "javascript:" not in html("[x](javascript:alert(1))").replace("](javascript", "")
    assert 'href="javascript' not in html("[x](javascript:alert(1))")


def test_a_link_elsewhere_opens_elsewhere() -> None:
    assert 'target="_blank"' in html("[docs](https://example.org)")


def test_the_links_of_our_own_are_found_with_their_lines() -> None:
    tokens = parsed("Text\n\n[0.5](=W1[0,1]) and [x](https://example.org)\n")
    assert list(links(tokens)) == [("0.5", "=W1[0,1]", 3)]


def test_a_sentence_is_rendered_without_a_paragraph() -> None:
    assert inline("Is $z$ **large**?", XOR).endswith("<strong>large</strong>?")


def test_what_a_formula_says_is_text_too() -> None:
    assert "<script" not in html(r"$\text{<script>alert(1)</script>}$")
    assert "&lt;" in html("$a < b$")
    for latex in (r"\href{javascript:alert(1)}{x}", r"\style{color:red}{x}", r"\class{x}{y}"):
        assert not re.search("<m[a-z]+ (href|style|class)=", html(f"${latex}$"))


def test_an_address_cannot_be_a_script_by_a_tab_in_it() -> None:
    assert 'href="java%09script' in html("[x](<java&#9;script:alert(1)>)")
