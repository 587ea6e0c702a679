"""The Markdown of lessons as HTML: formulas as MathML, numbers that light up in the lab.

A link whose address begins with ``=`` states a number and what it is: ``[0.5933](=a1[0,1])``. One
that begins with ``@`` lights something: ``[this delta](@delta1[0,0])``.
"""

import re
from collections.abc import Callable, Iterable
from html import escape, unescape
from typing import Any
from xml.etree.ElementTree import tostring

from latex2mathml.converter import convert_to_element
from markdown_it import MarkdownIt
from markdown_it.common.normalize_url import normalizeLink
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.front_matter import front_matter_plugin

from app.engine.config import Config
from app.errors import ConfigError
from app.language import say
from app.lessons.lesson import Light, light_of

__all__ = ["inline", "links", "parsed", "rendered"]

PLAIN = re.compile(r"[A-Za-z_]+\d*(\[[\d,\s]+\])?")
"""An expression that is one number of the network."""
Wrong = Callable[[int, str], None]
ACTIVE = {"href", "style", "class", "id"}
"""Attributes that a formula can give itself, and that would do something in the page."""
FORMULA = re.compile(r"math_(?:inline|block)\w*")


def _mathml(latex: str, display: Any = "inline") -> str | None:
    """Return a formula as MathML, None where it cannot be read."""
    try:
        root = convert_to_element(latex, display=display)
    except Exception:  # of its many ways to fail some are no errors of its own
        return None
    for element in root.iter():
        # Signs stand in it as entities; its own text never escapes them, nor any markup.
        element.text = unescape(element.text or "")
        for name in ACTIVE.intersection(element.keys()):
            del element.attrib[name]
    return tostring(root, encoding="unicode")


def _math(latex: str, options: dict[str, Any]) -> str:
    display = "block" if options.get("display_mode") else "inline"
    return _mathml(latex, display) or f"<code>{escape(latex)}</code>"


class _Renderer(RendererHTML):
    """Renders links of our own kinds as buttons that light what they name."""

    def link_open(self, tokens: list[Token], i: int, options: OptionsDict, env: EnvType) -> str:
        address = str(tokens[i].attrs.get("href", ""))
        if address[:1] not in ("=", "@"):
            tokens[i].attrSet("rel", "noopener")
            tokens[i].attrSet("target", "_blank")
            return str(self.renderToken(tokens, i, options, env))
        light: Light | None = env["lights"](address)
        kind = "num" if address[0] == "=" else "part"
        env["open"].append("b" if light is None else "button")
        if light is None:
            return f'<b class="ref {kind}">'
        index, example = ",".join(map(str, light.index)), light.example
        where = "" if example is None else f' data-example="{example}"'
        return (
            f'<button type="button" class="ref {kind}" data-tensor="{escape(light.tensor)}" '
            f'data-index="{index}"{where}>'
        )

    def link_close(self, tokens: list[Token], i: int, options: OptionsDict, env: EnvType) -> str:
        opening = next(t for t in reversed(tokens[:i]) if t.type == "link_open")
        if str(opening.attrs.get("href", ""))[:1] in ("=", "@"):
            return f"</{env['open'].pop()}>"
        return str(self.renderToken(tokens, i, options, env))


def _as_written(url: str) -> str:
    """Leave an address of our own kinds alone, since it is an expression."""
    return url if url[:1] in ("=", "@") else normalizeLink(url)


def _parser() -> MarkdownIt:
    made = MarkdownIt("commonmark", {"html": False}, renderer_cls=_Renderer).enable("table")
    made.use(front_matter_plugin)
    made.use(dollarmath_plugin, renderer=_math, allow_space=False, double_inline=True)
    made.normalizeLink = _as_written  # type: ignore[method-assign]
    return made


PARSER = _parser()


def parsed(text: str) -> list[Token]:
    """Return the tokens of a Markdown text, the head among them."""
    return PARSER.parse(text)


def links(tokens: Iterable[Token]) -> Iterable[tuple[str, str, int]]:
    """Yield text, address and line of every link of our own kinds."""
    for token in tokens:
        line = (token.map or [0])[0] + 1
        children = token.children or []
        for i, child in enumerate(children):
            address = str(child.attrs.get("href", "")) if child.type == "link_open" else ""
            if address[:1] in ("=", "@"):
                yield _text_after(children, i), address, line


def _text_after(children: list[Token], start: int) -> str:
    text = ""
    for child in children[start + 1 :]:
        if child.type == "link_close":
            break
        text += child.content
    return text


def rendered(tokens: list[Token], config: Config, wrong: Wrong) -> str:
    """Return the HTML of a step; `wrong` is told of references that lead nowhere, and of formulas
    that cannot be read."""
    for token in tokens:
        for part in (token, *(token.children or ())):
            if FORMULA.fullmatch(part.type) and _mathml(part.content) is None:
                rule = say("has a formula that cannot be read: {latex}", latex=part.content)
                wrong((token.map or [0])[0] + 1, rule)
    for _, address, line in links(tokens):
        if address[0] == "@":  # a number is checked with its value
            try:
                light_of(address[1:], config)
            except ConfigError as error:
                wrong(line, str(error.faults[0]))

    def lights(address: str) -> Light | None:
        try:
            return _light(address, config)
        except ConfigError:
            return None

    return str(PARSER.renderer.render(tokens, PARSER.options, {"lights": lights, "open": []}))


def _light(address: str, config: Config) -> Light | None:
    if address[0] == "=" and not PLAIN.fullmatch(address[1:]):
        return None
    return light_of(address[1:], config)


def inline(text: str, config: Config, wrong: Wrong = lambda at, what: None) -> str:
    """Return a sentence of a question or a task as HTML."""
    return rendered(PARSER.parseInline(text), config, wrong)
