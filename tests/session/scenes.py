"""The experiments that the session's tests play, and what it means for two to be the same."""

from typing import Any

import numpy as np
from hypothesis import strategies as st

from app.engine.config import Config
from app.engine.run import Run
from app.session.history import Change
from app.session.session import Session
from app.session.timeline import Timeline

LENGTH = 12
"""Ops of one minibatch of the networks below, which have two layers."""
PER_EPOCH = 3
"""Minibatches of an epoch: seven examples by three, so that the last one has only one."""
ADAM = {"name": "adam", "learning_rate": 0.05}
OPTIMIZERS = (
    {"name": "sgd", "learning_rate": 0.5},
    {"name": "momentum", "learning_rate": 0.1},
    {"name": "sgd", "learning_rate": 0.5, "schedule": {"name": "exponential", "factor": 0.8}},
    ADAM,
)


def settings(**more: Any) -> dict[str, Any]:
    """Return a config of a 2-3-1 network on seven examples, as JSON values."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(7, 2)).round(3)
    data = {"name": "inline", "X": X.tolist(), "Y": (X[:, :1] * X[:, 1:]).tolist()}
    layers = [{"units": 3, "activation": "tanh"}, {"units": 1, "activation": "linear"}]
    return {"data": data, "layers": layers, "minibatch_size": 3, "optimizer": ADAM} | more


def small(**more: Any) -> Config:
    return Config.parse(settings(**more))


def unstable(**more: Any) -> Config:
    """Return a config whose numbers overflow after some minibatches."""
    data = {"name": "inline", "X": [[1.0], [2.0]], "Y": [[3.0], [-5.0]]}
    layers = [{"units": 2, "activation": "linear"}, {"units": 1, "activation": "linear"}]
    rule = {"name": "sgd", "learning_rate": 1.0}
    return Config.parse(
        {"data": data, "layers": layers, "minibatch_size": 1, "optimizer": rule} | more
    )


def bits(run: Run) -> dict[str, bytes]:
    """Return every defined tensor of a run byte by byte, with what the next minibatch needs."""
    known = {name: array.tobytes() for name, array in run.tensors().items()}
    return {**known, "lasting": run.parameters.lasting.tobytes(), "at": b"%d" % run.position}


def executed(config: Config, log: list[Change], position: int) -> Run:
    """Execute op by op from the start, with the changes of a log at their positions."""
    run = Run(config)
    for here in range(position + 1):
        for change in (c for c in log if c.position == here):
            change.make(run)
        if here < position:
            run.step()
    return run


def go(timeline: Timeline, target: int) -> str:
    """Stand at a position, forward or back."""
    timeline.jump(target)
    return timeline.forward(target)


def state(session: Session) -> dict[str, Any]:
    """Return everything that a refused command may not touch."""
    timeline = session.timeline
    return {
        "document": session.document(),
        "status": session.status(),
        "welcome": session.welcome(),
        "bits": bits(session.run),
        "until": session.until,
        "goal": session.goal,
        "log": list(timeline.log),
        "branch": timeline.branch,
        "changes": timeline.changes,
        "curve": len(timeline.curve.rows),
        "keyframes": len(timeline.keyframes),
    }


places = st.integers(0, 3 * PER_EPOCH * LENGTH + 5)
configs = st.builds(
    small,
    optimizer=st.sampled_from(OPTIMIZERS),
    minibatch_size=st.sampled_from([None, 2, 3, 5]),
    dtype=st.sampled_from(["float64", "float32"]),
    shuffle=st.booleans(),
)
weights = st.sampled_from(
    [("W1", (1, 2)), ("b1", (0,)), ("W2", (2, 0)), ("b2", (0,)), ("a0", (0, 1)), ("y", (0, 0))]
)
moves = st.one_of(
    st.tuples(st.just("go"), places),
    st.tuples(st.just("go on"), st.integers(-15, 15)),
    st.tuples(st.just("edit"), weights, st.sampled_from([-1.0, 0.25, 2.0])),
    st.tuples(st.just("rate"), st.sampled_from([0.01, 0.1, 0.3])),
    st.tuples(st.just("rejoin")),
    st.tuples(st.just("reset")),
)


def make(timeline: Timeline, move: tuple[Any, ...]) -> None:
    """Make one of `moves`."""
    match move:
        case ("go", target):
            go(timeline, target)
        case ("go on", ops):
            go(timeline, max(0, timeline.position + ops))
        case ("edit", (tensor, index), value):
            timeline.change(tensor, index, value)
        case ("rate", value):
            timeline.change("learning_rate", (), value)
        case ("rejoin",):
            timeline.rejoin()
        case ("reset",):
            timeline.reset()
