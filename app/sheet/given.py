"""What is given before the working begins: the examples of a minibatch, weights and biases."""

from collections.abc import Iterator, Sequence

from app.engine.run import Run
from app.explain.expression import Quantity
from app.explain.scene import Scene
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
    return Table(_which(s, chosen), "example", tuple(columns), tuple(rows))


def _which(s: Scene, chosen: Sequence[int]) -> str:
    """Say which rows of the training set these are, where that is not plain."""
    rows = s.now.examples_shown()
    if not chosen or len(rows) == s.now.minibatches[0].data.train:
        return ""
    numbers = ", ".join(str(rows[n] + 1) for n in chosen)
    return f"From the training set: {'numbers' if len(chosen) > 1 else 'number'} {numbers}."


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
    P, below = run.tensor(f"P{l}"), "x" if l == 1 else "unit "
    rows = tuple(
        (f"from {below}{i + 1}", tuple(_entry("", "p", l, (i, j), v) for j, v in enumerate(row)))
        for i, row in enumerate(P)
    )
    columns = tuple(f"to unit {j + 1}" for j in range(P.shape[1]))
    return Table(f"Layer {l}: weights of the residual link", "", columns, rows)


def _layer(run: Run, l: int, moment: str, bias: bool) -> Table:
    """A row for each unit below, and one for the biases; a column for each unit of the layer."""
    W = run.tensor(f"{moment}W{l}")
    below = "x" if l == 1 else "unit "
    rows = [
        (
            f"from {below}{i + 1}",
            tuple(_entry(moment, "w", l, (i, j), v) for j, v in enumerate(row)),
        )
        for i, row in enumerate(W)
    ]
    if run.config.layers[l - 1].batch_norm:
        for kind, title in (("gamma", "scale γ"), ("beta", "shift β")):
            vector = run.tensor(f"{moment}{kind}{l}")
            cells = tuple(_entry(moment, kind, l, (j,), v) for j, v in enumerate(vector))
            rows.append((title, cells))
    if bias:
        b = run.tensor(f"{moment}b{l}")
        rows.append(("bias", tuple(_entry(moment, "b", l, (j,), v) for j, v in enumerate(b))))
    words = {"": "weights and biases", "m_": "first moments m", "v_": "second moments v"}
    columns = tuple(f"to unit {j + 1}" for j in range(W.shape[1]))
    return Table(f"Layer {l}: {words[moment]}", "", columns, tuple(rows))


def _entry(moment: str, letter: str, l: int, index: tuple[int, ...], value: float) -> Quantity:
    symbol = moment.removesuffix("_") or letter
    return Quantity(symbol, float(value), l, tuple(int(i) + 1 for i in index))
