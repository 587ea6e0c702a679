"""The config: one frozen, validated object that says everything about an experiment.

Each range is declared once, here, and feeds validation, the form in the page and the
documentation. What fits together is checked at the end, in `app.engine.misfits`.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Strict,
    ValidationError,
    model_validator,
)

from app.engine.datasets import DATA_SETS, FEATURES, DataSet
from app.engine.misfits import misfits
from app.engine.mistakes import MISTAKES
from app.errors import ConfigError, faults_of
from app.language import say

__all__ = ["Config", "Data", "Layer", "MistakeName"]

Hidden = Literal[
    "linear", "sigmoid", "tanh", "relu", "leaky_relu", "elu", "gelu", "silu", "softplus"
]
Activation = Literal[Hidden, "softmax"]
Reduction = Literal["sum", "mean", "mean_all"]
FeatureName = Literal["x1", "x2", "x1_squared", "x2_squared", "x1_times_x2", "sin_x1", "sin_x2"]
DataName = Literal[
    "xor", "and", "or", "circle", "gaussian", "spiral", "moons", "plane",
    "multi_gaussian", "sine", "line", "iris", "digits8", "digits28", "mnist", "inline",
]  # fmt: skip
MistakeName = Literal[
    "early_update", "missing_slope", "wrong_sign", "sum_for_mean", "stale_gradients",
    "bias_per_input", "unshifted_softmax", "uncorrected_adam", "no_output_activation",
]  # fmt: skip
Number = Annotated[float, Field(allow_inf_nan=False, ge=-1e6, le=1e6)]
Loose = Strict(False)  # a JSON list for a tuple
Numbers = Annotated[tuple[Number, ...], Loose, Field(max_length=1024)]
Names = Annotated[tuple[Annotated[str, Field(max_length=40)], ...], Loose, Field(max_length=1024)]
Table = Annotated[tuple[Numbers, ...], Loose, Field(min_length=1, max_length=2000)]


class Part(BaseModel):
    """A part of the config: frozen, strict, without room for settings that do not exist."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class Data(Part):
    """The examples: drawn by a named data set, or given row by row with ``inline``."""

    name: DataName = Field("xor", description=say("the data set"))
    samples: int | None = Field(None, ge=1, le=70_000, description=say("number of examples"))
    noise: float = Field(
        0.0, ge=0, le=1, description=say("jitter, as a share of the data's radius")
    )
    test_share: float = Field(0.0, ge=0, le=0.9, description=say("share kept apart for testing"))
    features: Annotated[tuple[FeatureName, ...], Loose] | None = Field(
        None, min_length=1, description=say("what is fed to the network for a point of the plane")
    )
    X: Table | None = Field(None, description=say("inputs, a row for each example"))
    Y: Table | None = Field(None, description=say("targets, a row for each example"))
    labels: Annotated[tuple[Annotated[int, Field(ge=0, le=99)], ...], Loose] | None = Field(
        None, min_length=1, max_length=2000, description=say("classes, in place of Y")
    )
    standardize: bool = Field(
        False, description=say("inputs with mean 0 and spread 1 over the training examples")
    )
    input_names: Names | None = Field(None, description=say("what the inputs are called"))
    class_names: Names | None = Field(None, description=say("what the classes are called"))

    @property
    def set(self) -> DataSet | None:
        """The named data set, None for ``inline``."""
        return DATA_SETS.get(self.name)

    @property
    def count(self) -> int:
        """Number of examples, for training and testing together."""
        if self.X is not None:
            return len(self.X)
        assert self.set is not None
        return self.set.samples if self.samples is None else self.samples

    @property
    def train(self) -> int:
        """Number of examples for training; at least one."""
        return self.count - min(round(self.test_share * self.count), self.count - 1)

    @property
    def inputs(self) -> int:
        """Number of values that enter the network for each example."""
        if self.X is not None:
            return len(self.X[0])
        assert self.set is not None
        return len(self.feature_names) if self.set.plane else self.set.inputs

    @property
    def feature_names(self) -> tuple[FeatureName, ...]:
        """The features of a point of the plane; empty for other data."""
        if self.set is None or not self.set.plane:
            return ()
        return self.features or ("x1", "x2")

    @property
    def classes(self) -> int | None:
        """Number of classes, None where the task is not to tell classes apart."""
        if self.labels is not None:
            return max(2, max(self.labels) + 1)
        if self.set is None or self.set.task != "classes":
            return None
        return max(2, self.set.outputs)


class Layer(Part):
    """A dense layer, with the values to start from where they are given."""

    units: int = Field(ge=1, le=1024, description=say("number of units"))
    activation: Activation = Field("sigmoid", description=say("activation function"))
    bias: bool = Field(True, description=say("whether the units have a bias"))
    freeze_bias: bool = Field(False, description=say("keep the biases as they start"))
    frozen: bool = Field(
        False, description=say("keep all that the layer has learned or begins with")
    )
    batch_norm: bool = Field(False, description=say("normalize z over the minibatch"))
    dropout: float = Field(
        0.0, ge=0, le=0.95, description=say("share of the outputs that is dropped")
    )
    residual: bool = Field(False, description=say("add what enters the layer to what leaves it"))
    W: Table | None = Field(None, description=say("weights to start from, a row for each input"))
    b: Numbers | None = Field(None, description=say("biases to start from"))

    @property
    def is_branch(self) -> bool:
        """Whether the activation's output is not yet that of the layer."""
        return self.residual or self.dropout > 0

    @property
    def is_plain(self) -> bool:
        """Whether there is nothing but weights, biases and an activation."""
        return not (self.batch_norm or self.is_branch)


class Init(Part):
    """How weights and biases start where a layer does not give them."""

    weights: Literal[
        "zeros", "constant", "normal", "uniform", "xavier_normal", "xavier_uniform",
        "he_normal", "he_uniform", "lecun_normal", "lecun_uniform",
    ] = Field("xavier_uniform", description=say("distribution of the first weights"))  # fmt: skip
    scale: float = Field(1.0, ge=0, le=100, description=say("factor on the first weights"))
    biases: Literal["zeros", "constant", "normal", "uniform"] = Field(
        "zeros", description=say("distribution of the first biases")
    )
    bias_scale: float = Field(0.1, ge=0, le=100, description=say("factor on the first biases"))


class Cost(Part):
    """The cost and the convention it follows."""

    name: Literal["squared_error", "binary_cross_entropy", "cross_entropy"] = Field(
        "squared_error", description=say("the cost")
    )
    half: bool = Field(False, description=say("factor 1/2 on the squared error"))
    reduction: Reduction = Field("mean", description=say("how the examples become one number"))


class Constant(Part):
    name: Literal["constant"] = "constant"


class Step(Part):
    name: Literal["step"]
    every: int = Field(100, ge=1, le=1_000_000, description=say("epochs between two drops"))
    factor: float = Field(0.5, gt=0, le=1, description=say("factor at each drop"))


class Exponential(Part):
    name: Literal["exponential"]
    factor: float = Field(0.99, gt=0, le=1, description=say("factor at each epoch"))


class Cosine(Part):
    name: Literal["cosine"]
    epochs: int = Field(
        1000, ge=1, le=1_000_000, description=say("epochs until the end of the curve")
    )
    floor: float = Field(0.0, ge=0, le=1, description=say("share of the rate that is left"))


class WarmupCosine(Part):
    name: Literal["warmup_cosine"]
    warmup: int = Field(50, ge=1, le=1_000_000, description=say("epochs of even rise"))
    epochs: int = Field(
        1000, ge=1, le=1_000_000, description=say("epochs until the end of the curve")
    )
    floor: float = Field(0.0, ge=0, le=1, description=say("share of the rate that is left"))


def _named(value: Any) -> Any:
    return {"name": value} if isinstance(value, str) else value


Schedule = Annotated[
    Constant | Step | Exponential | Cosine | WarmupCosine,
    Discriminator("name"),
    BeforeValidator(_named),
]


class Rule(Part):
    """What every optimizer has."""

    learning_rate: float = Field(0.1, gt=0, le=100, description=say("learning rate"))
    schedule: Schedule = Field(Constant(), description=say("learning rate over the epochs"))


class SGD(Rule):
    name: Literal["sgd"] = "sgd"


class Momentum(Rule):
    name: Literal["momentum", "nesterov"]
    momentum: float = Field(0.9, ge=0, lt=1, description=say("share of the last step that is kept"))


class AdaGrad(Rule):
    name: Literal["adagrad"]
    epsilon: float = Field(1e-8, gt=0, le=1, description=say("added to the root"))


class RMSProp(Rule):
    name: Literal["rmsprop"]
    rho: float = Field(0.99, ge=0, lt=1, description=say("share of the mean square that is kept"))
    epsilon: float = Field(1e-8, gt=0, le=1, description=say("added to the root"))


class Adam(Rule):
    name: Literal["adam"]
    beta1: float = Field(0.9, ge=0, lt=1, description=say("share of the first moment that is kept"))
    beta2: float = Field(
        0.999, ge=0, lt=1, description=say("share of the second moment that is kept")
    )
    epsilon: float = Field(1e-8, gt=0, le=1, description=say("added to the root"))


class AdamW(Adam):
    name: Literal["adamw"]  # type: ignore[assignment]
    weight_decay: float = Field(
        0.01, ge=0, le=1, description=say("share of the weights that decays")
    )


Optimizer = Annotated[SGD | Momentum | AdaGrad | RMSProp | Adam | AdamW, Discriminator("name")]


class Clip(Part):
    by: Literal["value", "norm"] = Field("norm", description=say("each value, or all together"))
    threshold: float = Field(1.0, gt=0, le=1e6, description=say("largest value or norm"))


class Prune(Part):
    share: float = Field(
        0.5, gt=0, lt=1, description=say("share of each layer's weights that goes")
    )
    epoch: int = Field(10, ge=1, le=1_000_000, description=say("after how many epochs"))


class Stop(Part):
    epochs: int | None = Field(None, ge=1, le=10_000_000, description=say("stop after this epoch"))
    cost_below: float | None = Field(None, ge=0, description=say("stop when the cost is below"))
    gradient_norm_below: float | None = Field(None, ge=0, description=say("stop when it is below"))
    dead_unit: bool | None = Field(
        None, description=say("stop when a ReLU is off for all examples")
    )


class Config(Part):
    """An experiment: same config and seed, same numbers to the last bit."""

    version: Literal[1] = 1
    seed: int = Field(0, ge=0, le=2**32 - 1, description=say("start of every random number"))
    dtype: Literal["float64", "float32"] = Field("float64", description=say("number format"))
    data: Data = Data()
    layers: Annotated[tuple[Layer, ...], Loose] = Field(
        (Layer(units=3), Layer(units=1)), min_length=1, max_length=16
    )
    init: Init = Init()
    cost: Cost = Cost()
    optimizer: Optimizer = SGD()
    minibatch_size: int | None = Field(
        None, ge=1, le=5000, description=say("examples for one update, empty for all")
    )
    shuffle: bool = Field(True, description=say("new order of the examples in every epoch"))
    l1: float = Field(0.0, ge=0, le=100, description=say("l1 · Σ|W| is added to the cost"))
    l2: float = Field(0.0, ge=0, le=100, description=say("l2/2 · ΣW² is added to the cost"))
    clip: Clip | None = Field(None, description=say("limit on the gradients"))
    prune: Prune | None = Field(None, description=say("the smallest weights become 0 and stay 0"))
    stop: Stop = Stop()
    mistake: MistakeName | None = Field(
        None, description=say("a named mistake to run with, to find")
    )

    @property
    def depth(self) -> int:
        """L, the number of layers above the input."""
        return len(self.layers)

    @property
    def per_epoch(self) -> int:
        """Number of minibatches in an epoch."""
        return -(-self.data.train // (self.minibatch_size or self.data.train))

    @property
    def learning(self) -> tuple[int, ...]:
        """The layers that learn."""
        return tuple(l for l, layer in enumerate(self.layers, 1) if not layer.frozen)

    @property
    def lowest(self) -> int:
        """The lowest layer that learns; the way back ends there."""
        return self.learning[0]

    @property
    def pruned_after(self) -> int | None:
        """After how many minibatches weights are pruned, None if never."""
        return None if self.prune is None else self.prune.epoch * self.per_epoch

    def projects(self, l: int) -> bool:
        """Whether the residual link of layer l needs a matrix, because the sizes differ."""
        return self.layers[l - 1].residual and self.sizes[l - 1] != self.sizes[l]

    @property
    def sizes(self) -> tuple[int, ...]:
        """Units of every layer, from the input to the output."""
        return (self.data.inputs, *(layer.units for layer in self.layers))

    @classmethod
    def parse(cls, source: Any) -> Self:
        """Return the config that a JSON text or a mapping says.

        Raises:
            ConfigError: it cannot be; the error names every field, rule and value.
        """
        try:
            if isinstance(source, str | bytes):
                return cls.model_validate_json(source)
            return cls.model_validate(source)
        except ValidationError as error:
            raise ConfigError(faults_of(error)) from error

    def merged(self, patch: Mapping[str, Any]) -> Self:
        """Return this config with a JSON merge patch (RFC 7386) applied."""
        return self.parse(_merge(self.as_json(), patch))

    def with_learning_rate(self, rate: float) -> Self:
        """Return this config with another learning rate."""
        rule = self.optimizer.model_copy(update={"learning_rate": rate})
        return self.model_copy(update={"optimizer": rule})

    def as_json(self) -> dict[str, Any]:
        """Return the config as JSON values, without what is not set."""
        return self.model_dump(mode="json", exclude_none=True)

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if faults := list(misfits(self)):
            raise ConfigError(faults)
        return self


def _merge(target: Any, patch: Any) -> Any:
    """Apply a JSON merge patch, as section 2 of RFC 7386 defines it."""
    if not isinstance(patch, Mapping):
        return patch
    merged = dict(target) if isinstance(target, Mapping) else {}
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = _merge(merged.get(name), value)
    return merged


assert set(DATA_SETS) | {"inline"} == set(DataName.__args__)  # type: ignore[attr-defined]
assert set(MISTAKES) == set(MistakeName.__args__)  # type: ignore[attr-defined]
assert set(FEATURES) == set(FeatureName.__args__)  # type: ignore[attr-defined]
