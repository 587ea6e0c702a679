"""What a session says: frozen values, ready to be encoded. The `type` names are public."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from numpy.typing import NDArray

__all__ = [
    "Answer", "Arrays", "Cells", "Comparison", "Evaluation", "Explanation", "Failure", "Frame",
    "Histograms", "Message", "Nudged", "Pictures", "Proof", "Slice", "Status", "Welcome",
    "Workload",
]  # fmt: skip

Array = NDArray[Any]


@dataclass(frozen=True)
class Frame:
    """What the ops since the last frame wrote; with `whole`, everything that is defined.

    `tensors` are batch-first copies. `op` is None at the very start. With `drawn` a minibatch was
    drawn on the way, so whatever the one before computed is void. One that is `flying` is looked at
    for a moment only, and does without much of what is large.
    """

    position: int
    op: str | None
    layer: int
    phase: str
    epoch: int
    iteration: int
    cost: float | None
    tensors: Mapping[str, Array]
    whole: bool
    drawn: bool
    end: int
    focus: int | None
    flying: bool = False


@dataclass(frozen=True)
class Arrays:
    """Tensors that are not the network's own, computed at `position`.

    | type | tensors |
    |---|---|
    | `curve` | the loss curve from its entry `start` on: `iteration`, `train`, `test` (NaN without test examples), `norm1` …, `delta1` …, `change1` … of the layers |
    | `surface` | `outputs` (n, n, k) over the plane `x1`, `x2`, or (n, k) over the line `x1` |
    | `points` | `points`, `targets`, `test_points`, `test_targets` |
    """  # noqa: E501

    type: Literal["curve", "surface", "points"]
    position: int
    tensors: Mapping[str, Array]
    start: int = 0


@dataclass(frozen=True)
class Comparison:
    """The twin runs beside the run, which stands at `position`.

    An entry of `twins` tells where it stands and what it comes to, its `tensors` where it is small,
    its loss `curve` so far, its `surface` where the inputs are a plane, and as `difference` an
    `app.session.twins.Difference`, None as long as it writes the same numbers.
    """

    position: int
    twins: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class Evaluation:
    """Cost and accuracy over the training and the test examples, and what ails the network.

    Of classes `confusion` has a row for each class, with how many of its examples are told to be
    each class. Of a trouble `health` has its kind and layer, the number that shows it, the units it
    is about, and the epoch and position where it began.
    """

    position: int
    cost: float | None
    accuracy: float | None
    test_cost: float | None
    test_accuracy: float | None
    health: tuple[Mapping[str, Any], ...] = ()
    confusion: tuple[tuple[int, ...], ...] | None = None
    test_confusion: tuple[tuple[int, ...], ...] | None = None


@dataclass(frozen=True)
class Explanation:
    """Why a number is what it is, at `position`.

    `of` is the number with its name; `lines` lead to it, each a name on the left and a formula,
    as a tree, on the right; `chain` has the links from the cost down along the strongest path.
    `differs` is what the formula comes to where the network, by a mistake, has something else.
    """

    position: int
    of: Mapping[str, Any]
    lines: tuple[Mapping[str, Any], ...]
    remark: str
    chain: Mapping[str, Any] | None = None
    example: int | None = None
    differs: float | None = None


@dataclass(frozen=True)
class Histograms:
    """How the values of each layer are spread, of those layers that have them at `position`.

    `of` is W, z, a, delta or dW; an entry of `layers` is an `app.engine.histograms.Histogram`.
    """

    position: int
    of: str
    layers: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class Slice:
    """A slice of the cost through the weights at `position`: `costs` with a row for each of `y` and
    a column for each of `x`, None where they are not finite.

    `names` are the directions, `path` is where the run has been, at the end where it is. Along its
    own directions `shares` is how much of it they show. `dimensions` counts the parameters.
    """

    position: int
    by: str
    names: tuple[str, str]
    x: tuple[float, ...]
    y: tuple[float, ...]
    costs: tuple[tuple[float | None, ...], ...]
    path: tuple[tuple[float, ...], ...]
    shares: tuple[float, float] | None
    dimensions: int


@dataclass(frozen=True)
class Cells:
    """A part of the matrix `tensor`, of the shape `shape`, in cells: see `app.engine.tiles.Tile`.

    Values of cells that were pooled are rounded to four digits of `largest`; None is not a number.
    """

    position: int
    tensor: str
    shape: tuple[int, ...]
    rows: tuple[int, ...]
    columns: tuple[int, ...]
    values: tuple[tuple[float, ...], ...]
    largest: float


@dataclass(frozen=True)
class Nudged:
    """What the cost of the minibatch would be with one number moved, beside what the gradient says.

    `change` is the real difference of the cost, `predicted` is gradient times `by`.
    """

    position: int
    tensor: str
    index: tuple[int, ...]
    by: float
    gradient: float | None
    before: float | None
    after: float | None
    change: float | None
    predicted: float | None


@dataclass(frozen=True)
class Pictures:
    """The weights into units of the first layer, as pictures of `side` by `side`.

    An entry of `units` is an `app.engine.patterns.Pattern`; where the inputs are no picture there
    is none, and `side` is 0.
    """

    position: int
    side: int
    units: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class Proof:
    """A gradient against finite differences: of the shown entry, and of its whole tensor.

    `verdict` is proved, kink (a unit's kink lies within h, `kink` names layer and unit) or failed.
    """

    position: int
    tensor: str
    index: tuple[int, ...]
    h: float
    analytic: float
    numerical: float
    plus: float
    minus: float
    error: float
    worst: float
    entries: int
    kinks: int
    verdict: str
    parameters: int
    kink: tuple[int, int] | None = None
    example: int | None = None
    complex_step: float | None = None


@dataclass(frozen=True)
class Status:
    """What the session is doing. `diverged` names the op whose result is not a number."""

    state: str
    position: int
    end: int
    size: str
    rate: float | str
    focus: int | None
    learning_rate: float
    rejoin: Mapping[str, int] | None = None
    diverged: Mapping[str, Any] | None = None
    reason: str = ""
    breakpoints: tuple[int, ...] = ()
    exercise: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Welcome:
    """Everything that is fixed until the next configure."""

    config: Mapping[str, Any]
    program: tuple[Mapping[str, Any], ...]
    sizes: tuple[int, ...]
    per_epoch: int
    minibatch_size: int
    examples: Mapping[str, Any]
    options: Mapping[str, Any]
    edits: tuple[Mapping[str, Any], ...] = ()
    twins: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True)
class Workload:
    """What a minibatch of `examples` costs: `operations` of each op of the program, `kept` tensors,
    the bytes `alive` of them after each op, and how many `parameters` there are.

    An entry of `kept` is an `app.engine.work.Kept`. A proof of every gradient by central
    differences takes two passes of forward and cost for each parameter: `differences` operations.
    """

    examples: int
    operations: tuple[int, ...]
    kept: tuple[Mapping[str, Any], ...]
    alive: tuple[int, ...]
    parameters: int
    differences: int


@dataclass(frozen=True)
class Failure:
    """A refusal; nothing has changed. `faults` has one entry for each field that is wrong."""

    code: str
    message: str
    field: str = ""
    faults: tuple[Mapping[str, str], ...] = ()


Answer = (
    Cells | Comparison | Explanation | Proof | Nudged | Histograms | Pictures | Slice | Workload
)
"""What a question is answered with."""
Message = (
    Frame | Arrays | Cells | Comparison | Evaluation | Explanation | Histograms | Nudged | Pictures
    | Proof | Slice | Status | Welcome | Workload | Failure
)  # fmt: skip
