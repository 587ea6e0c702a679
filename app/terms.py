"""What ops, phases, costs and measures are called where people read them off the page."""

from app.engine.program import Kind, Phase
from app.language import say

__all__ = ["COLUMNS", "COSTS", "KINDS", "PHASES"]

COLUMNS = {
    "epoch": say("epoch"), "cost": say("cost"), "test_cost": say("test_cost"),
    "accuracy": say("accuracy"), "test_accuracy": say("test_accuracy"),
}  # fmt: skip
"""What is measured after an epoch."""
COSTS = {
    "squared_error": say("squared error"), "binary_cross_entropy": say("binary cross-entropy"),
    "cross_entropy": say("cross-entropy"),
}  # fmt: skip
PHASES = {
    Phase.DRAW: say("draw"), Phase.FORWARD: say("forward"), Phase.COST: say("cost"),
    Phase.BACKWARD: say("backward"), Phase.UPDATE: say("update"),
}  # fmt: skip
KINDS = {
    Kind.DRAW: say("draw"), Kind.PREACTIVATE: say("preactivate"), Kind.NORMALIZE: say("normalize"),
    Kind.ACTIVATE: say("activate"), Kind.DROP: say("drop"), Kind.COST: say("cost"),
    Kind.DELTA: say("delta"), Kind.GRADIENT: say("gradient"), Kind.CLIP: say("clip"),
    Kind.UPDATE: say("update"), Kind.PRUNE: say("prune"),
}  # fmt: skip
