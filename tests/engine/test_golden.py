"""The worked examples of the literature, to their printed digits.

`printed` stands for a number as it is printed: the engine may differ from it by one unit in its
last digit, and from a number of 15 digits or more by 1e-12 of it.
"""

from decimal import Decimal
from math import log
from typing import Any

import numpy as np
import pytest

from app.engine.config import Config
from app.engine.evaluate import Evaluator
from app.engine.program import Kind
from app.engine.run import Run

from .networks import Array, inline, net, run_minibatch, run_until, trained


def printed(*numbers: str, unit: float = 1.0) -> Any:
    """Return what equals an array (or number) that agrees with the printed digits."""
    return Printed(numbers, unit)


class Printed:
    def __init__(self, numbers: tuple[str, ...], unit: float) -> None:
        self.numbers = numbers
        values = [Decimal(text) for text in numbers]
        self.values = np.array([float(value) for value in values])
        self.slack = np.array([self._slack(value, unit) for value in values])

    @staticmethod
    def _slack(value: Decimal, unit: float) -> float:
        if len(value.as_tuple().digits) >= 15:
            return 1e-12 * abs(float(value))
        return unit * 10.0 ** int(value.as_tuple().exponent)

    def __eq__(self, other: object) -> bool:
        given = np.asarray(other, float).ravel()
        return given.shape == self.values.shape and bool(
            (np.abs(given - self.values) <= self.slack * (1 + 1e-9)).all()
        )

    __hash__ = None  # type: ignore[assignment]
    __array_ufunc__ = None  # so that an array leaves the comparison to us

    def __repr__(self) -> str:
        return " ".join(self.numbers)


def test_a_printed_number_allows_one_unit_in_its_last_digit() -> None:
    assert 0.12346 == printed("0.12345")
    assert 0.12347 != printed("0.12345")
    assert 1.0e-7 + 1e-9 == printed("1.00e-7")
    assert 0.29102777369359933 * (1 + 1e-11) != printed("0.29102777369359933")
    assert [1.0, 2.0] != printed("1")


# ---------------------------------------------------------------- Mazur, 2015

X1, Y1 = [[0.05, 0.10]], [[0.01, 0.99]]
W1, W2 = [[0.15, 0.25], [0.20, 0.30]], [[0.40, 0.50], [0.45, 0.55]]  # a row for each input
b1, b2 = [0.35, 0.35], [0.60, 0.60]


def mazur(*, freeze_bias: bool = True) -> Config:
    """Return "A Step by Step Backpropagation Example": 2-2-2, sigmoid, E = Σ 1/2 (t - o)²."""
    return net(
        (2, "sigmoid", {"W": W1, "b": b1, "freeze_bias": freeze_bias}),
        (2, "sigmoid", {"W": W2, "b": b2, "freeze_bias": freeze_bias}),
        data=inline(X1, Y1),
        cost={"name": "squared_error", "half": True, "reduction": "sum"},
        optimizer={"name": "sgd", "learning_rate": 0.5},
    )


MAZUR = {
    "z1": printed("0.3775", "0.3925"),
    "a1": printed("0.593269992107", "0.596884378260"),
    "z2": printed("1.105905967", "1.224921404"),
    "a2": printed("0.751365069552", "0.772928465321"),
    "cost": printed("0.2983711087600027"),
    "delta2": printed("0.138498562", "-0.0380982365"),
    "dW2": printed("0.0821670406", "-0.0226025405", "0.0826676278", "-0.0227402422"),
    "db2": printed("0.138498562", "-0.0380982365"),
    "delta1": printed("0.00877135469", "0.00995425471"),
    "dW1": printed("0.000438567734", "0.000497712735", "0.000877135469", "0.000995425471"),
    "db1": printed("0.00877135469", "0.00995425471"),
    "W1": printed("0.149780716", "0.249751144", "0.199561432", "0.299502287"),
    "W2": printed("0.358916480", "0.511301270", "0.408666186", "0.561370121"),
    "b1": printed("0.35", "0.35"),
    "b2": printed("0.60", "0.60"),
}
"""Every number of the post after one minibatch; dE/dw5 … w8 are dW2 read down its columns."""


@pytest.mark.parametrize("name", MAZUR)
def test_mazurs_example_gives_every_number_of_the_post(name: str) -> None:
    assert run_minibatch(Run(mazur()))[name] == MAZUR[name]


def test_mazurs_published_digits_hold_to_half_a_unit() -> None:
    half = 0.5
    after = run_minibatch(Run(mazur()))
    assert after["a1"] == printed("0.593269992", "0.596884378", unit=half)
    assert after["a2"] == printed("0.75136507", "0.772928465", unit=half)
    assert after["cost"] == printed("0.298371109", unit=half)
    assert after["W1"] == printed(
        "0.149780716", "0.24975114", "0.19956143", "0.29950229", unit=half
    )
    assert after["W2"] == printed(
        "0.35891648", "0.511301270", "0.408666186", "0.561370121", unit=half
    )
    errors = (after["a2"] - Y1) ** 2 / 2
    assert errors == printed("0.274811083", "0.023560026", unit=half)
    assert after["delta2"] * W2[0] == printed("0.0553994247", "-0.0190491183")
    assert after["delta2"] @ np.transpose(W2) == printed("0.0363503064", "0.0413703226")
    assert (after["a1"] * (1 - after["a1"]))[0, 0] == printed("0.241300709", unit=half)


MAZUR_COSTS = {
    1: "0.29102777369359933",
    2: "0.2835471331",
    4: "0.2682327612",
    10: "0.2209185921",
    100: "0.0200468282",
    1000: "0.0011143495",
    9_999: "0.00003510854812",
    10_000: "0.00003510187783",
}


@pytest.mark.parametrize("updates", MAZUR_COSTS)
def test_mazurs_cost_after_many_updates(updates: int) -> None:
    run = run_until(trained(mazur(), updates), Kind.DELTA)
    assert run.cost == printed(MAZUR_COSTS[updates])


def test_mazurs_outputs_after_one_and_after_ten_thousand_updates() -> None:
    run = run_until(trained(mazur(), 1), Kind.DELTA)
    assert run.tensor("a2") == printed("0.742088111", "0.775284968")
    run = run_until(trained(mazur(), 10_000), Kind.DELTA)
    assert run.tensor("a2") == printed("0.015913620", "0.984064274")


def by_hand(updates: int, *, output_weights_first: bool) -> tuple[float, Array]:
    """Train Mazur's network in plain NumPy; the wrong order updates W2 before delta1."""

    def forward() -> tuple[Array, Array]:
        h = 1 / (1 + np.exp(-(x @ V1 + b1)))
        return h, 1 / (1 + np.exp(-(h @ V2 + b2)))

    x, t, V1, V2 = np.array(X1[0]), np.array(Y1[0]), np.array(W1), np.array(W2)
    for _ in range(updates):
        h, o = forward()
        delta2 = (o - t) * o * (1 - o)
        new = V2 - 0.5 * np.outer(h, delta2)
        delta1 = (new if output_weights_first else V2) @ delta2 * h * (1 - h)
        V1, V2 = V1 - 0.5 * np.outer(x, delta1), new
    _, o = forward()
    return float(((o - t) ** 2).sum() / 2), o


def test_mazurs_published_cost_comes_from_the_wrong_order_of_updates() -> None:
    right, _ = by_hand(1, output_weights_first=False)
    wrong, _ = by_hand(1, output_weights_first=True)
    assert right == printed("0.29102777369359933")
    assert wrong == printed("0.29102792390544197")
    assert wrong == printed("0.291027924", unit=0.5)  # the number in the post
    assert run_until(trained(mazur(), 1), Kind.DELTA).cost == pytest.approx(right, rel=1e-15)


def test_mazurs_published_outputs_come_from_the_wrong_order_of_updates() -> None:
    _, wrong = by_hand(10_000, output_weights_first=True)
    assert wrong == printed("0.015912196", "0.984065734", unit=0.5)


def test_mazurs_network_with_biases_that_learn() -> None:
    run = run_until(trained(mazur(freeze_bias=False), 1), Kind.DELTA)
    assert run.cost == printed("0.28047144679143016")


def test_mazurs_network_with_one_shared_bias_for_each_layer() -> None:
    run = trained(mazur(), 1)
    for l, shared in ((1, "0.0187256094"), (2, "0.1004003251")):
        total = run.tensor(f"db{l}").sum()
        assert total == printed(shared)
        for unit in range(2):
            run.set_value(f"b{l}", (unit,), (b1, b2)[l - 1][unit] - 0.5 * total)
    assert run_until(run, Kind.DELTA).cost == printed("0.2857508866992965")


# ---------------------------------------------------------------- CS231n


def neuron(activation: str, w: list[float], b: float, x: list[float], out: float) -> Config:
    """One unit on inputs of its own layer; the target makes dC/da = 1, so deltas are slopes."""
    return net(
        (len(x), "linear", {"W": np.eye(len(x)).tolist(), "bias": False}),
        (1, activation, {"W": [[value] for value in w], "b": [b]}),
        data=inline([x], [[out - 1]]),
        cost={"name": "squared_error", "half": True},
    )


def test_the_sigmoid_neuron_of_cs231n() -> None:
    a = 0.7310585786300049
    after = run_minibatch(Run(neuron("sigmoid", [2, -3], -3, [-1, -2], a)))
    assert after["z2"] == 1.0
    assert after["a2"] == printed("0.7310585786300049")
    assert after["delta2"] == printed("0.19661193324148185")
    assert after["dW2"] == printed("-0.1966119332", "-0.3932238665")
    assert after["db2"] == printed("0.1966119332")
    assert after["delta1"] == printed("0.3932238665", "-0.5898357997")


def test_softmax_scores_of_cs231n() -> None:
    scores = [[log(0.2), log(0.3), log(0.5)]]
    config = net(
        (3, "softmax", {"W": scores, "bias": False}),
        data=inline([[1.0]], [[0, 1, 0]]),
        cost={"name": "cross_entropy"},
    )
    after = run_minibatch(Run(config))
    assert after["a1"] == printed("0.2", "0.3", "0.5", unit=1e-12)
    assert after["delta1"] == printed("0.2", "-0.7", "0.5", unit=1e-12)


@pytest.mark.parametrize(("classes", "cost"), [(3, "1.0986"), (10, "2.30259")])
def test_the_cost_at_chance_is_the_logarithm_of_the_number_of_classes(
    classes: int, cost: str
) -> None:
    config = net(
        (classes, "softmax"),
        data=inline([[1.0, -2.0]] * classes, labels=range(classes)),
        init={"weights": "zeros"},
        cost={"name": "cross_entropy"},
    )
    run = run_until(Run(config), Kind.DELTA)
    assert run.cost == printed(cost)
    assert run.cost == pytest.approx(log(classes), rel=1e-15)


def spiral(*hidden: tuple[int, str]) -> Config:
    """The three arms of the CS231n case study; it names no seed, so shapes are compared."""
    rng = np.random.default_rng(0)
    arms = []
    for j in range(3):
        r, t = np.linspace(0, 1, 100), np.linspace(4 * j, 4 * j + 4, 100)
        t = t + 0.2 * rng.standard_normal(100)
        arms.append(np.column_stack([r * np.sin(t), r * np.cos(t)]))
    return net(
        *hidden,
        (3, "softmax"),
        data=inline(np.concatenate(arms), labels=[j for j in range(3) for _ in range(100)]),
        init={"weights": "normal", "scale": 0.01},
        cost={"name": "cross_entropy"},
        optimizer={"name": "sgd", "learning_rate": 1.0},
        l2=1e-3,
    )


def test_a_linear_softmax_cannot_tell_the_spirals_of_cs231n_apart() -> None:
    assert Evaluator(Run(spiral())).training().cost == pytest.approx(1.096956, abs=0.005)
    after = Evaluator(trained(spiral(), 190)).training()
    assert after.cost == pytest.approx(0.786302, abs=0.04)
    assert after.accuracy == pytest.approx(0.49, abs=0.06)


def test_a_hidden_layer_tells_the_spirals_of_cs231n_apart() -> None:
    run = Run(spiral((100, "relu")))
    evaluator = Evaluator(run)
    for iteration, cost, slack in (
        (0, 1.098744, 0.001),
        (1000, 0.294946, 0.03),
        (9000, 0.245292, 0.02),
    ):
        run.advance(iteration * len(run.program))
        assert evaluator.training().cost == pytest.approx(cost, abs=slack)
    assert evaluator.training().accuracy == pytest.approx(0.98, abs=0.02)


# ---------------------------------------------------------------- Karpathy


def test_the_relu_neuron_of_micrograd() -> None:
    w = [0.23550571390294128, 0.06653114721000164]
    after = run_minibatch(Run(neuron("relu", w, 0, [1, -2], w[0] - 2 * w[1])))
    assert after["a2"] == printed("0.1024")
    assert after["dW2"] == printed("1.0", "-2.0", unit=1e-12)
    assert after["delta1"] == printed("0.2355", "0.0665")


def test_the_tanh_neuron_of_the_lecture() -> None:
    config = neuron("tanh", [-3, 1], 6.8813735870195432, [2, 0], 0.7071067811865476)
    after = run_minibatch(Run(config))
    assert after["z2"] == printed("0.8813735870195432")
    assert after["a2"] == printed("0.7071067811865476")
    assert after["delta2"] == pytest.approx(0.5, rel=1e-12)
    assert after["db2"] == pytest.approx(0.5, rel=1e-12)
    assert after["dW2"].ravel().tolist() == pytest.approx([1.0, 0.0], rel=1e-12)
    assert after["delta1"].ravel().tolist() == pytest.approx([-1.5, 0.5], rel=1e-12)


# ---------------------------------------------------------------- Goodfellow, Bengio, Courville


def test_the_xor_solution_of_goodfellow_has_no_cost_and_no_gradient() -> None:
    config = net(
        (2, "relu", {"W": [[1, 1], [1, 1]], "b": [0, -1]}),
        (1, "linear", {"W": [[1], [-2]], "b": [0]}),
        data={"name": "xor"},
    )
    after = run_minibatch(Run(config))
    assert after["a1"].tolist() == [[0, 0], [1, 0], [1, 0], [2, 1]]
    assert after["a2"].ravel().tolist() == [0, 1, 1, 0]
    assert after["cost"] == 0
    for name in ("dW1", "db1", "dW2", "db2"):
        assert not after[name].any()
    assert after["W2"].ravel().tolist() == [1, -2]


# ---------------------------------------------------------------- Trask, 2015


def test_the_eleven_lines_of_trask() -> None:
    """A sigmoid perceptron without bias; the post prints the outputs after 10,000 passes."""
    W = 2 * np.random.RandomState(1).random_sample((3, 1)) - 1
    config = net(
        (1, "sigmoid", {"bias": False, "W": W.tolist()}),
        data=inline([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]], [[0], [0], [1], [1]]),
        cost={"name": "squared_error", "half": True, "reduction": "sum"},
        optimizer={"name": "sgd", "learning_rate": 1.0},
    )
    run = trained(config, 10_000)
    assert run.tensor("a1") == printed("0.00966449", "0.00786506", "0.99358898", "0.99211957")


# ---------------------------------------------------------------- the reference set


def reference(
    cost: str, hidden: str = "sigmoid", optimizer: str = "sgd", learning_rate: float = 0.5
) -> Config:
    """XOR 2-3-1 with the weights of the reference set, full batch."""
    return net(
        (3, hidden, {"W": [[0.5, -0.3, 0.8], [-0.6, 0.9, 0.1]], "b": [0.1, -0.2, 0.05]}),
        (1, "sigmoid", {"W": [[0.7], [-0.5], [0.4]], "b": [-0.1]}),
        data={"name": "xor"},
        cost={"name": cost},
        optimizer={"name": optimizer, "learning_rate": learning_rate},
    )


REFERENCE = {
    "squared_error": {
        "a2": printed("0.561536791", "0.5112872121", "0.6090726785", "0.5594923989"),
        "cost": printed("0.25500491795495717"),
        "delta2": printed("0.0691288917", "-0.0610579672", "-0.0465405135", "0.0689464314"),
        "dW1": printed(
            "0.0046122103", "-0.0028139638", "0.0016410998",
            "0.0020214312", "-0.0015138918", "-0.0005253063",
        ),
        "db1": printed("0.0066353785", "-0.0046005683", "0.0024780902"),
        "dW2": printed("0.0176634033", "0.0140277309", "0.0197275667"),
        "db2": printed("0.0304768424"),
    },
    "binary_cross_entropy": {
        "a2": printed("0.561536791", "0.5112872121", "0.6090726785", "0.5594923989"),
        "cost": printed("0.7027371040490932"),
        "delta2": printed("0.1403841978", "-0.122178197", "-0.0977318304", "0.1398730997"),
        "dW1": printed(
            "0.0088261406", "-0.0053193362", "0.0030512514",
            "0.0043791616", "-0.0032587681", "-0.0008975073",
        ),
        "db1": printed("0.0132334285", "-0.0091488043", "0.0049315494"),
        "dW2": printed("0.0344069211", "0.0284007741", "0.0386812324"),
        "db2": printed("0.0603472701"),
    },
}  # fmt: skip
"""Here deltas carry the 1/N of the mean; the engine's do not, so they are divided by 4."""


@pytest.mark.parametrize(("cost", "name"), [(c, n) for c, part in REFERENCE.items() for n in part])
def test_the_xor_reference_set(cost: str, name: str) -> None:
    tensor = run_minibatch(Run(reference(cost)))[name]
    assert (tensor / 4 if name == "delta2" else tensor) == REFERENCE[cost][name]


@pytest.mark.parametrize(
    ("cost", "optimizer", "learning_rate", "after"),
    [
        ("squared_error", "sgd", 0.5, "0.2540924600071812"),
        ("squared_error", "adam", 0.1, "0.2509277153726083"),
        ("binary_cross_entropy", "sgd", 0.5, "0.6994198274807572"),
        ("binary_cross_entropy", "adam", 0.1, "0.6951818301498207"),
    ],
)
def test_the_xor_reference_set_after_one_update(
    cost: str, optimizer: str, learning_rate: float, after: str
) -> None:
    config = reference(cost, optimizer=optimizer, learning_rate=learning_rate)
    assert run_until(trained(config, 1), Kind.DELTA).cost == printed(after)


@pytest.mark.parametrize(
    ("hidden", "cost", "value"),
    [
        ("tanh", "squared_error", "0.26470982422840966"),
        ("tanh", "binary_cross_entropy", "0.7228512571815271"),
        ("relu", "squared_error", "0.24738793124084035"),
        ("relu", "binary_cross_entropy", "0.6864459351022796"),
    ],
)
def test_the_xor_reference_set_with_other_hidden_units(hidden: str, cost: str, value: str) -> None:
    assert run_until(Run(reference(cost, hidden)), Kind.DELTA).cost == printed(value)


def test_linear_regression_on_four_points() -> None:
    config = net(
        (1, "linear"),
        data=inline([[0], [1], [2], [3]], [[1], [3], [5], [7]]),
        init={"weights": "zeros"},
        optimizer={"name": "sgd", "learning_rate": 0.1},
    )
    run = Run(config)
    after = run_minibatch(run)
    assert (after["cost"], after["dW1"], after["db1"]) == (21, -17, -8)
    assert after["W1"] == pytest.approx(1.7, rel=1e-15)
    assert after["b1"] == pytest.approx(0.8, rel=1e-15)
    assert run_until(run, Kind.DELTA).cost == pytest.approx(0.535, rel=1e-12)


CHAIN = {
    1: ("0.7310585786", "1.966119e-1"),
    2: ("0.6750375274", "4.312916e-2"),
    3: ("0.6626302265", "9.641585e-3"),
    5: ("0.6592269134", "4.861426e-4"),
    10: ("0.6590461720", "2.784767e-7"),
}


@pytest.mark.parametrize("k", CHAIN)
def test_a_chain_of_sigmoids_lets_the_gradient_vanish(k: int) -> None:
    output, slope = CHAIN[k]
    one = {"W": [[1]], "b": [0]}
    layers = [(1, "linear", one), *[(1, "sigmoid", one)] * k]
    run = run_until(Run(net(*layers, data=inline([[1.0]], [[0.0]]))), Kind.COST)
    a = run.tensor(f"a{k + 1}")
    assert a == printed(output)
    config = net(
        *layers,
        data=inline([[1.0]], [[float(a[0, 0]) - 1]]),
        cost={"name": "squared_error", "half": True},
    )
    delta = run_minibatch(Run(config))["delta1"]
    assert delta == printed(slope)
    assert delta < 0.25**k


def test_digits_of_784_10_10_start_at_the_logarithm_of_ten() -> None:
    config = net(
        (10, "relu"),
        (10, "softmax"),
        data={"name": "digits28", "samples": 100},
        init={"weights": "zeros"},
        cost={"name": "cross_entropy"},
    )
    run = run_until(Run(config), Kind.DELTA)
    assert run.cost == printed("2.302585092994046")
    weights = (run.tensor(name) for name in ("W1", "b1", "W2", "b2"))
    assert sum(array.size for array in weights) == 7960


# ---------------------------------------------------------------- the classics converge


def test_a_line_through_noise_is_found() -> None:
    config = net(
        (1, "linear"),
        data={"name": "line", "samples": 100, "noise": 0.1},
        optimizer={"name": "sgd", "learning_rate": 0.1},
    )
    run = trained(config, 300)
    w, b = run.tensor("W1").item(), run.tensor("b1").item()
    assert w == pytest.approx(2, abs=0.08)
    assert b == pytest.approx(1, abs=0.03)
    x, y = Evaluator(run).data.X, Evaluator(run).data.Y
    best, *_ = np.linalg.lstsq(np.column_stack([x, np.ones(100)]), y)
    assert [w, b] == pytest.approx(best.ravel().tolist(), abs=1e-6)


def test_one_linear_neuron_by_hand() -> None:
    """x = 2, w = 0.5, b = 0.1, y = 1, rate 0.1, L = 1/2 (y - h)².

    h = 1.1, L = 0.005; dL/dh = h - y = 0.1; dL/dw = 0.1 · 2 = 0.2, dL/db = 0.1;
    w = 0.5 - 0.02 = 0.48, b = 0.1 - 0.01 = 0.09; then h = 1.05, L = 0.00125.
    """
    config = net(
        (1, "linear", {"W": [[0.5]], "b": [0.1]}),
        data=inline([[2.0]], [[1.0]]),
        cost={"name": "squared_error", "half": True},
        optimizer={"name": "sgd", "learning_rate": 0.1},
    )
    run = Run(config)
    after = {name: float(np.squeeze(array)) for name, array in run_minibatch(run).items()}
    worked = {
        "z1": 1.1,
        "cost": 0.005,
        "delta1": 0.1,
        "dW1": 0.2,
        "db1": 0.1,
        "W1": 0.48,
        "b1": 0.09,
    }
    assert {name: after[name] for name in worked} == pytest.approx(worked, rel=1e-12)
    assert run_until(run, Kind.DELTA).cost == pytest.approx(0.00125, rel=1e-12)


def test_xor_is_learned_with_three_hidden_sigmoids() -> None:
    config = net(
        (3, "sigmoid"),
        (1, "sigmoid"),
        data={"name": "xor"},
        init={"weights": "normal", "biases": "normal", "bias_scale": 1.0},
        cost={"name": "squared_error", "reduction": "sum"},
        optimizer={"name": "sgd", "learning_rate": 0.1},
    )
    measures = [Evaluator(trained(config.merged({"seed": s}), 8000)).training() for s in range(3)]
    best = min(measures)
    assert best.cost < 0.02
    assert best.accuracy == 1


@pytest.mark.parametrize("gate", ["and", "or"])
def test_one_sigmoid_learns_what_a_line_can_tell_apart(gate: str) -> None:
    config = net(
        (1, "sigmoid"),
        data={"name": gate},
        cost={"name": "binary_cross_entropy"},
        optimizer={"name": "sgd", "learning_rate": 1.0},
    )
    measure = Evaluator(trained(config, 1000)).training()
    assert measure.accuracy == 1
    assert measure.cost < 0.05


def test_one_sigmoid_cannot_learn_xor() -> None:
    config = net(
        (1, "sigmoid"),
        data={"name": "xor"},
        cost={"name": "binary_cross_entropy"},
        optimizer={"name": "sgd", "learning_rate": 1.0},
    )
    assert Evaluator(trained(config, 1000)).training().cost == pytest.approx(log(2), rel=1e-6)


def test_digits_are_read_after_five_epochs() -> None:
    config = net(
        (10, "relu"),
        (10, "softmax"),
        seed=1,
        data={"name": "digits28", "test_share": 0.1},
        cost={"name": "cross_entropy"},
        optimizer={"name": "adam", "learning_rate": 0.002},
        minibatch_size=32,
    )
    run = Run(config)
    run.advance(5 * run.per_epoch * len(run.program))
    measure = Evaluator(run).testing()
    assert measure is not None
    assert measure.accuracy is not None
    assert measure.accuracy > 0.9
