"""Formulas as MathML, which every browser sets by itself, in pieces between which a line may break.

MathML has no line breaks of its own in today's browsers: a long sum is one `math` for each term.
"""

from collections.abc import Iterator

from markupsafe import Markup

from app.sheet.notation import Break, Gap, Hat, Indexed, Layout, Mark, Over, Raised, Root, Row

__all__ = ["mathml"]

GAP = Markup(
    '<mpadded class="gap" width="17mm" height="4.2mm" depth="1.8mm"><mtext>{}</mtext></mpadded>'
)
"""Its size is that of a number by hand, also where an index would be smaller."""
SPACES = {"+": 0.24, "−": 0.24, "·": 0.15}
"""Beside a sign that begins a piece, in em; a browser leaves it out there."""
TAGS = {"number": "mn", "name": "mi", "function": "mi", "words": "mtext"}


def mathml(layout: Layout) -> Markup:
    """Return a layout as one or more elements that stand in a line of text."""
    pieces: list[list[Layout]] = [[]]
    for part in _flat(layout):
        if isinstance(part, Break):
            pieces.append([])
        elif isinstance(part, Mark) and pieces[1:] and not pieces[-1]:
            pieces[-1].append(Mark("first", part.text) if part.kind == "infix" else part)
        else:
            pieces[-1].append(part)
    return Markup("<wbr>").join(
        Markup("<math>{}</math>").format(Markup("").join(map(_element, piece)))
        for piece in pieces
        if piece
    )


def _flat(layout: Layout) -> Iterator[Layout]:
    """Yield what stands side by side; only there a line can break."""
    if isinstance(layout, Row):
        for part in layout.parts:
            yield from _flat(part)
    else:
        yield layout


def _element(layout: Layout) -> Markup:
    match layout:
        case Mark():
            return _mark(layout)
        case Row():
            return _tag("mrow", *(p for p in _flat(layout) if not isinstance(p, Break)))
        case Over(top, bottom):
            return _tag("mfrac", top, bottom)
        case Raised(base, exponent):
            return _tag("msup", base, exponent)
        case Indexed():
            return _indexed(layout)
        case Root(inner):
            return _tag("msqrt", inner)
        case Hat(inner, sign):
            return _tag("mover", inner, Mark("infix", sign))
        case Gap(number):
            return GAP.format(number)
        case Break():
            return Markup("")


def _tag(tag: str, *parts: Layout) -> Markup:
    inner = Markup("").join(map(_element, parts))
    return Markup(f"<{tag}>{{}}</{tag}>").format(inner)


def _mark(mark: Mark) -> Markup:
    if tag := TAGS.get(mark.kind):
        upright = Markup(' mathvariant="normal"') if mark.kind == "function" else ""
        text = mark.text.replace(" ", "\N{NO-BREAK SPACE}")  # others would be lost at an end
        return Markup(f"<{tag}{{}}>{{}}</{tag}>").format(upright, text)
    if mark.kind == "first":
        space = f"{SPACES[mark.text]}em"
        return Markup('<mo form="infix" lspace="{0}" rspace="{0}">{1}</mo>').format(
            space, mark.text
        )
    form = {"open": "prefix", "close": "postfix"}.get(mark.kind, mark.kind)
    # A bracket may be torn from its partner by a line break; both then have to have one height.
    stretchy = Markup(' stretchy="false"') if mark.text in "()|" else ""
    return Markup('<mo form="{}"{}>{}</mo>').format(form, stretchy, mark.text)


def _indexed(layout: Indexed) -> Markup:
    base = _element(layout.base)
    layer = f"[{layout.layer}]" if layout.layer is not None else ""
    above = f"{layer}{' ' if layer and layout.mark else ''}{layout.mark}"
    text = Markup("<mtext>{}</mtext>")
    if layout.below and above:
        parts = (base, text.format(layout.below), text.format(above))
        return Markup("<msubsup>{}{}{}</msubsup>").format(*parts)
    tag, index = ("msub", layout.below) if layout.below else ("msup", above)
    return Markup(f"<{tag}>{{}}{{}}</{tag}>").format(base, text.format(index))
