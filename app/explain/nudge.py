"""What if: the cost with one weight or bias moved, beside what its gradient says of the move.

For a small move the gradient is right, for a large one the cost bends away from it.
"""

from dataclasses import dataclass

from app.engine.names import is_parameter
from app.engine.program import Kind, Op
from app.errors import SessionError
from app.explain.scene import Scene
from app.language import say

__all__ = ["Nudge", "nudge"]


@dataclass(frozen=True)
class Nudge:
    """The cost of the minibatch `before` and `after` the move, and the gradient before it."""

    gradient: float
    before: float
    after: float


def nudge(s: Scene, tensor: str, index: tuple[int, ...], by: float) -> Nudge:
    """Move a parameter by `by` at the start of the minibatch; nothing that is shown changes.

    Raises:
        SessionError: there is no such parameter, or it does not learn.
    """
    _, l = s.refuse_unknown(tensor, index, None)
    if not is_parameter(tensor):
        why = say("{tensor} is not learned: there is nothing to compare.", tensor=tensor)
        raise SessionError("nudge", why, "tensor")
    if s.config.layers[l - 1].frozen:
        why = say(
            "{tensor} is frozen and has no gradient: there is nothing to compare.", tensor=tensor
        )
        raise SessionError("nudge", why, "tensor")
    run = s.start()
    run.step_to(Kind.DELTA)
    before = run.cost
    while run.last_op != Op(Kind.GRADIENT, l):
        run.step()
    gradient = float(run.tensor(f"d{tensor}")[index])
    run = s.start()
    run.set_value(tensor, index, float(run.tensor(tensor)[index]) + by)
    run.step_to(Kind.DELTA)
    return Nudge(gradient, before, run.cost)
