"""A sheet as a document in Markdown: its formulas between dollars, or as text for any terminal."""

from collections.abc import Callable, Iterable, Iterator

from app.language import say, spoken
from app.sheet.latex import latex
from app.sheet.notation import Layout
from app.sheet.parts import Minibatch, Piece, Section, Sheet, Table
from app.sheet.plain import text
from app.sheet.rounding import Rounding
from app.sheet.symbols import value
from app.sheet.written import Written, answer, naming, written

__all__ = ["markdown", "plain_text"]

Formula = Callable[[Layout], str]
Lines = Callable[[Written], Iterator[str]]


def markdown(sheet: Sheet) -> str:
    """Return a sheet as Markdown with LaTeX between dollars."""
    return _document(sheet, lambda layout: f"${latex(layout)}$", _display)


def plain_text(sheet: Sheet) -> str:
    """Return a sheet as text that needs nothing to be read; it is Markdown too."""
    return _document(sheet, text, _typed)


def _document(sheet: Sheet, formula: Formula, lines: Lines) -> str:
    parts = (_head(sheet, formula), _body(sheet, formula, lines), _key(sheet, formula))
    return "\n".join(line for part in parts for line in part)


def _head(sheet: Sheet, formula: Formula) -> Iterator[str]:
    yield from (f"# {spoken(sheet.title)}", "")
    if sheet.about:
        yield from (spoken(sheet.about), "")
    if sheet.wanted.student:
        yield from (spoken(say("Name: ____________________  Date: ____________")), "")
    for fact in sheet.facts:
        fields = {"term": fact.term, "sentence": _sentence(fact.pieces, formula)}
        yield spoken(say("- **{term}:** {sentence}", **fields))
    yield ""


def _body(sheet: Sheet, formula: Formula, lines: Lines) -> Iterator[str]:
    if not sheet.wanted.works:
        return
    yield from (_heading(say("Given")), "")
    for table in sheet.given:
        yield from _table(table, sheet, formula)
    for minibatch in sheet.minibatches:
        yield from (_heading(minibatch.title), "")
        for section in minibatch.sections:
            yield from _section(sheet, minibatch, section, formula, lines)
    if sheet.note and not sheet.wanted.student:
        yield from (f"> {spoken(sheet.note)}", "")
    if sheet.ended:
        yield from (f"> {spoken(sheet.ended)}", "")


def _heading(title: str) -> str:
    return f"## {spoken(title)}"


def _section(
    sheet: Sheet, minibatch: Minibatch, section: Section, formula: Formula, lines: Lines
) -> Iterator[str]:
    heading = say("{phase}: {title}", phase=section.phase_name, title=section.title)
    yield from (f"### {spoken(heading)}", "")
    if section.note:
        yield from (_sentence(section.note, formula), "")
    for table in section.tables:
        yield from _table(table, sheet, formula)
    for group in section.groups:
        if group.example is not None and minibatch.examples > 1:
            yield from (spoken(say("Example {number}", number=group.example + 1)), "")
        for line in group.lines:
            yield from lines(written(sheet, minibatch, group, line))
            yield ""


def _sentence(pieces: Iterable[Piece], formula: Formula) -> str:
    return "".join(piece if isinstance(piece, str) else formula(piece) for piece in pieces)


def _display(line: Written) -> Iterator[str]:
    """A line between two dollars, an equals sign under the other."""
    steps = [latex(step) for step in (line.symbols, *line.steps, line.result)]
    yield from ("$$", r"\begin{aligned}")
    yield rf"{latex(line.left)} &= {steps[0]} \\"
    yield from (rf"&= {step} \\" for step in steps[1:-1])
    yield rf"&= {steps[-1]} && \text{{({line.number})}}"
    yield from (r"\end{aligned}", "$$")


def _typed(line: Written) -> Iterator[str]:
    """A line as it is typed, set off by four blanks, its number before it."""
    left = text(line.left)
    for i, step in enumerate((line.symbols, *line.steps, line.result)):
        number = f"({line.number})" if not i else ""
        yield f"    {number:<6} {left if not i else ' ' * len(left)} = {text(step)}"


def _table(table: Table, sheet: Sheet, formula: Formula) -> Iterator[str]:
    rounding = Rounding(sheet.decimals)
    if table.caption:
        yield from (spoken(table.caption), "")
    yield f"| {' | '.join(spoken([table.corner, *table.columns]))} |"
    yield f"|{'---|' * (len(table.columns) + 1)}"
    for name, row in table.rows:
        yield f"| {' | '.join((spoken(name), *(formula(value(q, rounding)) for q in row)))} |"
    yield ""


def _key(sheet: Sheet, formula: Formula) -> Iterator[str]:
    if not sheet.wanted.key:
        return
    yield from (_heading(say("Key")), "", "| | | |", "|---|---|---|")
    for minibatch in sheet.minibatches:
        for section in minibatch.sections:
            for group in section.groups:
                for line in group.lines:
                    symbol = naming(sheet, minibatch).symbol(line.of)
                    yield f"| {line.number} | {formula(symbol)} | {formula(answer(sheet, line))} |"
    yield ""
    if sheet.note:
        yield from (f"> {spoken(sheet.note)}", "")
