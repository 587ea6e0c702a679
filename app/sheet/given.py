"""What is given before the working begins: the examples of a minibatch, weights and biases."""

from collections.abc import Iterator, Sequence
from typing import Any

from numpy.typing import NDArray

from app.engine.run import Run
from app.explain.expression import Quantity
from app.explain.scene import Scene
from app.language import Text, say
from app.sheet.parts import Table

__all__ = ["examples", "parameters"]


def examples(s: Scene, chosen: Sequence[int]) -> Table:
    """Return inputs and targets of the chosen examples of a minibatch."""
    inputs, outputs = s.config.sizes[0], s.config.sizes[-1]
    columns = [f"x{i + 1}" if inputs > 1 else "x" for i in range(inputs)]
    columns += [f"y{k + 1}" if outputs > 1 else "y" for k in range(outputs)]
    rows = []
    for n in chosen:
        values = [s.unit("a", 0, i, n) for i in range(inputs)]
        rows.append((str(n + 1), (*values, *(s.target(k, n) for k in range(outputs)))))
    return Table(_which(s, chosen), say("example"), tuple(columns), tuple(rows))


def _which(s: Scene, chosen: Sequence[int]) -> str:
    """Say which rows of the training set these are, where that is not plain."""
    rows = s.now.examples_shown()
    if not chosen or len(rows) == s.now.minibatches[0].data.train:
        return ""
    if len(chosen) == 1:
        return say("From the training set: number {number}.", number=int(rows[chosen[0]]) + 1)
    numbers = ", ".join(str(rows[n] + 1) for n in chosen)
    return say("From the training set: numbers {numbers}.", numbers=numbers)


def parameters(run: Run) -> Iterator[Table]:
    """Yield weights and biases of every layer, and what the optimizer remembers if there is any."""
    for l, layer in enumerate(run.config.layers, 1):
        for moment in ("", "m_", "v_"):
            if f"{moment}W{l}" in run.parameters.named:
                table = _layer(run, l, moment, layer.bias)
                if not moment or any(q.value for _, row in table.rows for q in row):
                    yield table
        if run.config.projects(l):
            yield _link(run, l)


def _link(run: Run, l: int) -> Table:
    """The weights of a residual link, a row for each unit below."""
    P = run.tensor(f"P{l}")
    rows = tuple(
        (_from(l, i), tuple(_entry("", "p", l, (i, j), v) for j, v in enumerate(row)))
        for i, row in enumerate(P)
    )
    return Table(say("Layer {layer}: weights of the residual link", layer=l), "", _to(P), rows)


def _from(l: int, i: int) -> Text:
    """What is below: an input, or a unit of the layer before."""
    return say("from x{unit}", unit=i + 1) if l == 1 else say("from unit {unit}", unit=i + 1)


def _to(weights: NDArray[Any]) -> tuple[Text, ...]:
    return tuple(say("to unit {unit}", unit=j + 1) for j in range(weights.shape[1]))


def _layer(run: Run, l: int, moment: str, bias: bool) -> Table:
    """A row for each unit below, and one for the biases; a column for each unit of the layer."""
    W = run.tensor(f"{moment}W{l}")
    rows = [
        (_from(l, i), tuple(_entry(moment, "w", l, (i, j), v) for j, v in enumerate(row)))
        for i, row in enumerate(W)
    ]
    if run.config.layers[l - 1].batch_norm:
        for kind, title in (("gamma", say("scale γ")), ("beta", say("shift β"))):
            vector = run.tensor(f"{moment}{kind}{l}")
            cells = tuple(_entry(moment, kind, l, (j,), v) for j, v in enumerate(vector))
            rows.append((title, cells))
    if bias:
        b = run.tensor(f"{moment}b{l}")
        cells = tuple(_entry(moment, "b", l, (j,), v) for j, v in enumerate(b))
        rows.append((say("bias"), cells))
    captions = {
        "": say("Layer {layer}: weights and biases", layer=l),
        "m_": say("Layer {layer}: first moments m", layer=l),
        "v_": say("Layer {layer}: second moments v", layer=l),
    }
    return Table(captions[moment], "", _to(W), tuple(rows))


def _entry(moment: str, letter: str, l: int, index: tuple[int, ...], value: float) -> Quantity:
    symbol = moment.removesuffix("_") or letter
    return Quantity(symbol, float(value), l, tuple(int(i) + 1 for i in index))
