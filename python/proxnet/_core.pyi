"""Types of the compiled core: arithmetic only; names, defaults and checks of arguments live in the package."""

from collections.abc import Callable, Sequence
from enum import Enum
from typing import Any, ClassVar, TypeAlias, overload

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.float32] | NDArray[np.float64]
Vector: TypeAlias = NDArray[np.float64]
Index: TypeAlias = NDArray[np.int32] | NDArray[np.int64]

__version__: str

class Diverged(ArithmeticError):
    batch: int

class Activation:
    """The attributes named like functions are the activations with Keras' defaults."""

    linear: ClassVar[Activation]
    relu: ClassVar[Activation]
    sigmoid: ClassVar[Activation]
    tanh: ClassVar[Activation]
    softmax: ClassVar[Activation]
    leaky_relu: ClassVar[Activation]
    clipped_relu: ClassVar[Activation]
    elu: ClassVar[Activation]
    selu: ClassVar[Activation]
    softplus: ClassVar[Activation]
    softsign: ClassVar[Activation]
    hard_sigmoid: ClassVar[Activation]
    exponential: ClassVar[Activation]
    log_softmax: ClassVar[Activation]
    gelu: ClassVar[Activation]
    gelu_tanh: ClassVar[Activation]
    silu: ClassVar[Activation]
    mish: ClassVar[Activation]
    parameter: float
    ceiling: float
    def __init__(self, name: str, parameter: float = 0.0, ceiling: float = 6.0) -> None: ...
    def apply(self, x: Array) -> Array:
        """The function of C-contiguous rows, of one row for one dimension."""

class Loss:
    """The attributes named like losses are those with Keras' defaults."""

    mean_squared_error: ClassVar[Loss]
    mean_absolute_error: ClassVar[Loss]
    mean_absolute_percentage_error: ClassVar[Loss]
    mean_squared_logarithmic_error: ClassVar[Loss]
    huber: ClassVar[Loss]
    log_cosh: ClassVar[Loss]
    quantile: ClassVar[Loss]
    poisson: ClassVar[Loss]
    cosine_similarity: ClassVar[Loss]
    hinge: ClassVar[Loss]
    squared_hinge: ClassVar[Loss]
    categorical_hinge: ClassVar[Loss]
    kl_divergence: ClassVar[Loss]
    binary_crossentropy: ClassVar[Loss]
    binary_focal_crossentropy: ClassVar[Loss]
    categorical_crossentropy: ClassVar[Loss]
    sparse_categorical_crossentropy: ClassVar[Loss]
    categorical_focal_crossentropy: ClassVar[Loss]
    def __init__(
        self,
        name: str,
        delta: float = 1.0,
        quantile: float = 0.5,
        gamma: float = 2.0,
        alpha: float = 0.25,
        balanced: bool = False,
        label_smoothing: float = 0.0,
        from_logits: bool = False,
    ) -> None: ...
    def values(self, y: Array, p: Array) -> Array:
        """The loss of each row of outputs p, (rows, outputs)."""

class Metric:
    """The attributes named like metrics are those with the defaults."""

    binary_accuracy: ClassVar[Metric]
    categorical_accuracy: ClassVar[Metric]
    sparse_categorical_accuracy: ClassVar[Metric]
    top_k_categorical_accuracy: ClassVar[Metric]
    sparse_top_k_categorical_accuracy: ClassVar[Metric]
    equality: ClassVar[Metric]
    mean_squared_error: ClassVar[Metric]
    root_mean_squared_error: ClassVar[Metric]
    mean_absolute_error: ClassVar[Metric]
    cosine_similarity: ClassVar[Metric]
    true_positives: ClassVar[Metric]
    false_positives: ClassVar[Metric]
    true_negatives: ClassVar[Metric]
    false_negatives: ClassVar[Metric]
    precision: ClassVar[Metric]
    recall: ClassVar[Metric]
    auc: ClassVar[Metric]
    f1_score: ClassVar[Metric]
    r2_score: ClassVar[Metric]
    max_thresholds: ClassVar[int]
    def __init__(
        self,
        name: str,
        threshold: float = 0.5,
        k: int = 5,
        top_k: int = 0,
        class_id: int = -1,
        thresholds: Sequence[float] = ...,
        num_thresholds: int = 200,
        curve: str = "ROC",
        summation: str = "interpolation",
        multi_label: bool = False,
        average: str = "macro",
        largest: bool = False,
        from_logits: bool = False,
    ) -> None: ...
    @staticmethod
    def of(loss: Loss) -> Metric: ...
    def value(self, y: Array, p: Array, weight: Array | None = None) -> float:
        """Of outputs p, (rows, outputs)."""

class Initializer:
    """The attributes named like initializers are those with Keras' defaults."""

    zeros: ClassVar[Initializer]
    ones: ClassVar[Initializer]
    constant: ClassVar[Initializer]
    random_uniform: ClassVar[Initializer]
    random_normal: ClassVar[Initializer]
    truncated_normal: ClassVar[Initializer]
    variance_scaling: ClassVar[Initializer]
    orthogonal: ClassVar[Initializer]
    identity: ClassVar[Initializer]
    glorot_uniform: ClassVar[Initializer]
    glorot_normal: ClassVar[Initializer]
    he_uniform: ClassVar[Initializer]
    he_normal: ClassVar[Initializer]
    lecun_uniform: ClassVar[Initializer]
    lecun_normal: ClassVar[Initializer]
    def __init__(
        self,
        name: str,
        first: float | None = None,
        second: float | None = None,
        fan: str | None = None,
        distribution: str | None = None,
        seed: int | None = None,
    ) -> None:
        """first: value, minimum, mean, scale or gain; second: maximum or standard deviation."""

class PenaltyStep(Enum):
    proximal = ...
    subgradient = ...

class PenaltyKind(Enum):
    elastic_net = ...
    mcp = ...
    scad = ...
    log_sum = ...
    l0 = ...
    group = ...
    orthogonal = ...

class GroupAxis(Enum):
    input = ...
    output = ...

class SparsityTarget(Enum):
    none = ...
    layer = ...
    network = ...

class Penalty:
    """Arrays are (inputs, units), or one row."""

    l1: float
    l2: float
    def __init__(
        self,
        l1: float = 0.0,
        l2: float = 0.0,
        kind: PenaltyKind = ...,
        strength: float = 0.0,
        shape: float = 0.0,
        axis: GroupAxis = ...,
        groups: Sequence[Sequence[int]] = (),
        factors: Sequence[float] = (),
    ) -> None: ...
    def value(self, w: Array) -> float: ...
    def prox(self, point: Array, metric: Array) -> Array: ...
    def subdiff_distance(self, w: Array, gradient: Array) -> float: ...
    def strength_max(self, gradient_at_zero: Array) -> float: ...

class NormAxis(Enum):
    inputs = ...
    units = ...
    both = ...

class Constraint:
    def __init__(self) -> None: ...
    @staticmethod
    def box(low: float, high: float) -> Constraint: ...
    @staticmethod
    def norm(low: float, high: float, rate: float, axis: NormAxis) -> Constraint: ...

class Dense:
    def __init__(
        self,
        units: int,
        activation: Activation = ...,
        kernel_penalty: Penalty = ...,
        bias_penalty: Penalty = ...,
        use_bias: bool = True,
        kernel_initializer: Initializer = ...,
        bias_initializer: Initializer = ...,
        kernel_constraint: Constraint = ...,
        bias_constraint: Constraint = ...,
        kernel_target: SparsityTarget = ...,
        trainable: bool = True,
        activity: tuple[float, float] = ...,
    ) -> None: ...

class Dropout:
    def __init__(self, rate: float, seed: int | None = None) -> None: ...

class ActivationLayer:
    def __init__(self, activation: Activation, activity: tuple[float, float] = ...) -> None: ...

class ActivityRegularization:
    def __init__(self, l1: float, l2: float) -> None: ...

class ColumnSelection:
    def __init__(self, columns: Sequence[int]) -> None: ...

class BatchNormalization:
    def __init__(
        self,
        momentum: float,
        epsilon: float,
        center: bool,
        scale: bool,
        beta_penalty: Penalty,
        gamma_penalty: Penalty,
        beta_constraint: Constraint,
        gamma_constraint: Constraint,
        beta_initializer: Initializer,
        gamma_initializer: Initializer,
        moving_mean_initializer: Initializer,
        moving_variance_initializer: Initializer,
        trainable: bool,
    ) -> None: ...

class Normalization:
    """mean and variance: one number a column each, or empty for 0 and 1."""

    def __init__(self, mean: Sequence[float], variance: Sequence[float], invert: bool) -> None: ...

class ColumnMoments:
    rows: int
    mean: list[float]
    variance: list[float]
    def merged(self, other: ColumnMoments) -> ColumnMoments: ...

Layer: TypeAlias = Dense | Dropout | ActivationLayer | BatchNormalization | Normalization | ActivityRegularization

class ScheduleKind(Enum):
    constant = ...
    exponential_decay = ...
    inverse_time_decay = ...
    polynomial_decay = ...
    piecewise_constant_decay = ...
    cosine_decay = ...
    cosine_decay_restarts = ...

class Schedule:
    """Only the fields of its kind are read."""

    initial_learning_rate: float
    decay_steps: float
    decay_rate: float
    staircase: bool
    end_learning_rate: float
    power: float
    cycle: bool
    alpha: float
    warmup_target: float | None
    warmup_steps: float
    t_mul: float
    m_mul: float
    boundaries: list[float]
    values: list[float]
    def __init__(self, kind: ScheduleKind) -> None: ...
    def check(self, operation: str) -> None: ...
    def rate(self, steps: int) -> float: ...

class OptimizerKind(Enum):
    sgd = ...
    adam = ...
    rmsprop = ...
    nadam = ...
    adamax = ...
    lion = ...
    adagrad = ...
    ftrl = ...
    fista = ...
    lbfgs = ...

class Optimizer:
    """Settings only; the state belongs to the network. Only the fields of its kind are read."""

    learning_rate: float
    schedule: Schedule | None
    momentum: float
    nesterov: bool
    beta_1: float
    beta_2: float
    amsgrad: bool
    rho: float
    centered: bool
    epsilon: float
    initial_accumulator_value: float
    learning_rate_power: float
    beta: float
    l1_regularization_strength: float
    l2_regularization_strength: float
    l2_shrinkage_regularization_strength: float
    restart: bool
    backtracking: float
    memory: int
    weight_decay: float
    decay_kernel: bool
    decay_bias: bool
    decay_gamma: bool
    decay_beta: bool
    clipnorm: float
    global_clipnorm: float
    clipvalue: float
    use_ema: bool
    ema_momentum: float
    ema_overwrite_frequency: int
    def __init__(self, kind: OptimizerKind) -> None: ...

class LayerSparsity:
    weights: int
    zeros: int
    biases: int
    bias_zeros: int
    inputs: int
    inputs_used: int
    units: int
    units_alive: int
    bytes: int
    input_used: NDArray[np.bool_]
    unit_alive: NDArray[np.bool_]

class Network:
    """A network of float32 or float64 weights."""

    def __init__(self, inputs: int, layers: Sequence[Layer], seed: int, dtype: str = "float32") -> None: ...
    inputs: int
    outputs: int
    dtype: str
    compiled: bool
    iterations: int
    learning_rate: float  # of the optimizer; assignable, also between the epochs and batches of a fit
    def compile(
        self,
        optimizer: Optimizer,
        loss: Loss,
        metrics: Sequence[tuple[Metric, bool]],
        penalty_step: PenaltyStep,
        layers: Sequence[Layer] | None = None,
        commit: Callable[[], Any] | None = None,
    ) -> None:
        """metrics: (metric, weighted) pairs, in the order of the values in reports; layers as `set_layers` takes.
        commit() is called at the end, in one move with it for every other thread."""
    @property
    def trainable(self) -> list[bool]:
        """Of each layer, as the last compile() has it, or the layers had it."""
    def set_trainable(self, layer: int, trainable: bool) -> None:
        """Of the layers given; counts from the next compile."""
    def set_schedule(self, schedule: Schedule) -> None: ...
    def set_layers(self, layers: Sequence[Layer]) -> None:
        """The same layers with other settings, from now on, or from the next epoch of a fit that runs."""
    def set_optimizer(self, optimizer: Optimizer) -> None:
        """The same optimizer with other settings but the learning rate, likewise."""
    def check_idle(self, operation: str) -> None:
        """RuntimeError while a fit, evaluate, predict, save or load has not ended."""
    def take_average(self) -> None:
        """Puts the moving averages in the place of the weights; zeros stay where steps are proximal."""
    def weights(self) -> list[Array]:
        """Copies, layer by layer: kernel (inputs, units), bias (units,); gamma, beta, mean, variance (columns,)."""
    def set_weights(self, weights: Sequence[Array]) -> None: ...
    def predict(self, x: Array) -> Array:
        """x: C-contiguous (rows, inputs) of the network's dtype; returns (rows, outputs)."""
    def evaluate(self, x: Array, y: Array, sample_weight: Array | None) -> tuple[float, list[float]]:
        """(loss with the penalty, metrics)."""
    def set_strength_ramps(self, ramps: Sequence[tuple[float, float, bool]]) -> None:
        """(from, to, refit) of all kernels and biases, then gammas and betas: on strengths, or the share of zeros."""
    def strength_max(
        self,
        x: Array,
        y: Array,
        sample_weight: Array | None,
        epochs: int,
        ratio: float,
        batch_size: int,
        seed: int,
    ) -> float: ...
    def optimality(self, x: Array, y: Array, sample_weight: Array | None) -> list[tuple[int, float]]:
        """(layer, distance to stationarity) of each that trains."""
    def cut_at(self) -> int | None:
        """The first layer that no path of non-zero weights from the inputs goes through."""
    def sparsity(self) -> list[LayerSparsity]:
        """One item a dense layer."""
    def penalty(self) -> float: ...
    def save(
        self,
        path: bytes,
        config: str,
        state: bool,
        input_names: list[bytes] = [],
        classes: list[bytes] = [],
        class_kind: str = "",
        several_labels: bool = False,
    ) -> None:
        """Writes a new file and renames it to `path`; `state`: the optimizer's too. The others: see Predictor."""
    def saved_bytes(self, config: str, state: bool) -> bytes:
        """What `save` would write."""
    def restore(self, file: ModelFile, state: bool) -> None: ...
    def check_test_row(self, file: ModelFile) -> None:
        """ValueError unless the outputs of the file's test row are repeated, within rounding."""

class Predictor:
    """A network's weights as they are now, dense or sparse by their cost."""

    inputs: int
    outputs: int
    nbytes: int
    sparse_layers: int
    def __init__(self, network: Network) -> None: ...
    def predict(
        self, x: NDArray[Any], out: NDArray[Any] | None = None, logits: bool = False, check_finite: bool = True
    ) -> NDArray[Any] | None:
        """None if x is not of the network's dtype with contiguous rows of `inputs` numbers; `out` is C-contiguous."""
    def labels(self, x: NDArray[Any], threshold: float, check_finite: bool) -> NDArray[Any] | None: ...

def load_predictor(path: bytes, check_row: bool) -> tuple[Predictor, dict[str, Any]]:
    """A predictor from a file; input_names, classes (bytes of UTF-8), class_kind, several_labels, threshold, double."""

def compact(network: Network, fold_constants: bool, fold_norms: bool) -> dict[str, Any]:
    """network: the smaller one; inputs, units: what stays; penalties: factors and groups of each kernel; norms."""

class ModelFile:
    """A model file in memory, every byte checked: OSError, ValueError "[load] rule, file"."""

    config: str
    names: list[str]
    weight_capacity: int
    def __init__(self, path: bytes) -> None: ...
    @staticmethod
    def from_bytes(bytes: bytes) -> ModelFile: ...
    def holds_state(self, optimizer: Optimizer, weights: int, size: int) -> bool: ...

class Trainer:
    """Keeps references to the arrays; while it is open the network refuses another one (RuntimeError).

    Without arguments it is not open yet. A `with` closes it, whatever interrupts.
    """

    @overload
    def __init__(self) -> None: ...
    @overload
    def __init__(
        self,
        network: Network,
        x: Array,
        y: Array,
        sample_weight: Array | None,
        batch_size: int,
        shuffle: bool,
        seed: int,
        some_weight: bool = True,
    ) -> None:
        """x (n, inputs), y (n, outputs) or (n, 1), sample_weight (n,): C-contiguous, of the network's dtype.

        some_weight: refuse weights that are all zero.
        """
    def open(
        self,
        network: Network,
        x: Array,
        y: Array,
        sample_weight: Array | None,
        batch_size: int,
        shuffle: bool,
        seed: int,
        some_weight: bool = True,
    ) -> None: ...
    def __enter__(self) -> Trainer: ...
    def __exit__(self, *error: object) -> None: ...
    def run_epoch(
        self,
        epoch: int,
        on_batch_begin: Callable[[int], Any] | None = None,
        on_batch_end: Callable[[int, float, list[float]], Any] | None = None,
        on_progress: Callable[[int, int, float, list[float]], Any] | None = None,
    ) -> tuple[float, list[float]]:
        """(loss, metrics). on_batch_end(batch, running loss, running metrics); on_progress(batches done, batches,
        running loss, running metrics) is called at most ten times a second. Raises KeyboardInterrupt, Diverged."""
    @property
    def finished(self) -> tuple[int, float, list[float]]:
        """How many epochs are published; loss and metrics of the last one."""
    def close(self) -> None: ...

class BatchTrainer:
    """Epochs of batches that come one at a time; while it is open the network refuses another trainer."""

    @overload
    def __init__(self) -> None: ...
    @overload
    def __init__(self, network: Network, batch_size: int, seed: int) -> None: ...
    def open(self, network: Network, batch_size: int, seed: int) -> None: ...
    def __enter__(self) -> BatchTrainer: ...
    def __exit__(self, *error: object) -> None: ...
    def begin_epoch(self, epoch: int, batches: int) -> None:
        """batches: how many there will be, 0 for unknown."""
    def run_batch(self, x: Array, y: Array, sample_weight: Array | None, publish: bool) -> tuple[float, list[float]]:
        """One step; the epoch's means so far. publish: others see, and may set, the weights until the next batch."""
    def end_epoch(self) -> tuple[float, list[float]]:
        """ValueError where the sample weights of all the epoch's rows were zero."""
    @property
    def finished(self) -> tuple[int, float, list[float]]:
        """As of `Trainer`."""
    def close(self) -> None: ...

class Run:
    """Until it is closed the network refuses to be compiled."""

    def __init__(self, network: Network, operation: str) -> None: ...
    def __enter__(self) -> Run: ...
    def __exit__(self, *error: object) -> None: ...
    def close(self) -> None: ...

class Evaluator:
    """Of the weights as they are when it is made."""

    def __init__(self, network: Network) -> None: ...
    def __enter__(self) -> Evaluator: ...
    def __exit__(self, *error: object) -> None: ...
    def close(self) -> None: ...
    def add(self, x: Array, y: Array, sample_weight: Array | None) -> tuple[float, list[float]]:
        """(loss with the penalty, metrics) of all rows so far."""

class Design:
    """The matrix X of a linear model, read as it lies; keeps references to the arrays."""

    def __init__(self, x: Array) -> None:
        """x (rows, cols): float32 or float64, C- or Fortran-contiguous rows or columns."""
    @staticmethod
    def compressed(data: Array, indices: Index, indptr: Index, rows: int, cols: int, by_rows: bool) -> Design:
        """CSC, or CSR with by_rows; indices and indptr both int32 or both int64. Raises ValueError when corrupt."""
    def path(
        self,
        y: Vector,
        sample_weight: Vector | None,
        l1_ratio: float,
        penalty_factor: Vector | None,
        positive: bool,
        fit_intercept: bool,
        alphas: Sequence[float],
        count: int,
        eps: float,
        tol: float,
        max_iter: int,
        start: Vector | None,
        gram_columns: int = ...,
        standardize: bool = ...,
    ) -> dict[str, Any]:
        """One entry per alpha: alphas, coef (alphas, cols), intercept, gap, kkt, iterations, converged, objective and
        dual_gap (penalty objects only); null_value. An empty list of alphas: `count` of them from alpha_max to eps *
        alpha_max."""
    def cross_validate(
        self,
        y: Vector,
        train: Vector,
        test: Vector,
        l1_ratio: float,
        penalty_factor: Vector | None,
        positive: bool,
        fit_intercept: bool,
        alphas: Sequence[float],
        tol: float,
        max_iter: int,
        standardize: bool = ...,
    ) -> tuple[Vector, Vector, Vector]:
        """train, test: weights (folds, rows). Mean squares and gaps (alphas, folds), the gaps' limits (folds)."""
    def predict(self, coef: Vector, intercept: float) -> Vector: ...
    def check_finite(self) -> None: ...
    def column_means(self, sample_weight: Vector | None) -> Vector: ...
    def column_deviations(self) -> Vector: ...

# Ridge: y is (targets, rows); weights are rescaled to the sum of rows, and strengths go with those.
def ridge_path(
    design: Design,
    y: Vector,
    sample_weight: Vector | None,
    penalty_factor: Vector | None,
    fit_intercept: bool,
    strengths: Vector,
    leave_one_out: bool,
) -> tuple[Vector, Vector, Vector | None]:
    """coef (strengths, targets, cols), intercepts (strengths, targets), errors of rows left out.

    The errors are times the root of their weight, (rows, targets, strengths).
    """

def ridge_certificate(
    design: Design,
    y: Vector,
    sample_weight: Vector | None,
    penalty_factor: Vector | None,
    fit_intercept: bool,
    strengths: Vector,
    coef: Vector,
) -> tuple[Vector, Vector]:
    """Of coef (targets, cols), one strength a target: excess over the minimum, largest entry of half the gradient."""

def ridge_cholesky(
    design: Design,
    y: Vector,
    sample_weight: Vector | None,
    penalty_factor: Vector | None,
    fit_intercept: bool,
    strengths: Vector,
) -> tuple[Vector, Vector] | None:
    """coef (targets, cols) and intercepts, one strength a target; None where the system is singular up to rounding."""

def conjugate_gradients(
    design: Design,
    y: Vector,
    sample_weight: Vector | None,
    penalty_factor: Vector | None,
    fit_intercept: bool,
    strengths: Vector,
    tol: float,
    max_iter: int,
) -> tuple[Vector, Vector, list[int], list[float]]:
    """coef (targets, cols), intercepts, iterations and relative residuals (targets); one strength a target."""

def predictions(design: Design, coef: Vector, intercept: Vector) -> Vector:
    """(count, rows): X times every vector of coef (count, cols), plus its intercept."""

class GlmLoss:
    """The loss of a generalised linear model. The attributes have the default epsilon, which is Huber's."""

    logistic: GlmLoss
    multinomial: GlmLoss
    poisson: GlmLoss
    huber: GlmLoss
    squared_hinge: GlmLoss
    def __init__(self, name: str, epsilon: float = 1.35) -> None: ...

def group_path(
    design: Design,
    y: Vector,
    sample_weight: Vector | None,
    l1: float,
    l2: float,
    starts: Sequence[int],
    members: Sequence[int],
    norms: Sequence[float],
    factors: Vector | None,
    fit_intercept: bool,
    alphas: Sequence[float],
    count: int,
    eps: float,
    tol: float,
    max_iter: int,
    start: Vector | None,
) -> dict[str, Any]:
    """As Design.path, for y (targets, rows): coef (alphas, targets, cols), intercept (alphas, targets)."""

def group_cross_validate(
    design: Design,
    y: Vector,
    train: Vector,
    test: Vector,
    l1: float,
    l2: float,
    starts: Sequence[int],
    members: Sequence[int],
    norms: Sequence[float],
    factors: Vector | None,
    fit_intercept: bool,
    alphas: Sequence[float],
    tol: float,
    max_iter: int,
) -> tuple[Vector, Vector, Vector]:
    """As Design.cross_validate, mean squares over the targets (targets, rows)."""

def penalized_least_squares(
    design: Design,
    y: Vector,
    sample_weight: Vector | None,
    penalty: Penalty,
    fit_intercept: bool,
    count: int,
    tol: float,
    max_iter: int,
    start: Vector | None,
) -> dict[str, Any]:
    """As penalized_path, of one point: the penalty's own strength, to which `count` strengths lead."""

def penalized_path(
    design: Design,
    y: Vector,
    sample_weight: Vector | None,
    penalty: Penalty,
    fit_intercept: bool,
    alphas: Sequence[float],
    count: int,
    eps: float,
    tol: float,
    max_iter: int,
    gram_columns: int = ...,
) -> dict[str, Any]:
    """As Design.path."""

def penalized_glm(
    design: Design,
    y: Vector,
    sample_weight: Vector | None,
    loss: GlmLoss,
    classes: int,
    penalty: Penalty,
    fit_intercept: bool,
    count: int,
    tol: float,
    max_iter: int,
    start: Vector | None,
    gram_columns: int = ...,
) -> dict[str, Any]:
    """As glm_path, of one point: the penalty's own strength, to which `count` strengths lead; start as there."""

def penalized_glm_path(
    design: Design,
    y: Vector,
    sample_weight: Vector | None,
    loss: GlmLoss,
    classes: int,
    penalty: Penalty,
    fit_intercept: bool,
    alphas: Sequence[float],
    count: int,
    eps: float,
    tol: float,
    max_iter: int,
) -> dict[str, Any]:
    """As glm_path."""

def penalized_cross_validate(
    design: Design,
    y: Vector,
    train: Vector,
    test: Vector,
    penalty: Penalty,
    fit_intercept: bool,
    alphas: Sequence[float],
    tol: float,
    max_iter: int,
) -> tuple[Vector, Vector, Vector]:
    """As Design.cross_validate."""

def column_moments(x: Array) -> ColumnMoments:
    """Mean and population variance of each column of x: C-contiguous (rows, columns), float32 or float64."""

def active_isa() -> str: ...
def supported_isas() -> list[str]: ...
def set_num_threads(count: int) -> None: ...
def get_num_threads() -> int: ...
def interrupt_after(polls: int) -> int:
    """For tests: every chance to poll is taken from now on, and the poll of this number finds a Ctrl-C; 0 takes that
    back. The number of polls so far."""

def build_info() -> dict[str, Any]: ...
def glm_path(
    x: Design,
    y: Vector,
    sample_weight: Vector | None,
    loss: GlmLoss,
    classes: int,
    constant_column: float,
    l1_ratio: float,
    penalty_factor: Vector | None,
    fit_intercept: bool,
    alphas: Sequence[float],
    count: int,
    eps: float,
    tol: float,
    max_iter: int,
    start: Vector | None,
    gram_columns: int = ...,
) -> dict[str, Any]:
    """As Design.path, with coef (alphas, outputs, cols), intercept (alphas, outputs) and the fitted scale (alphas,) of
    Huber's loss. classes: of the multinomial loss."""

def glm_cross_validate(
    x: Design,
    y: Vector,
    train: Vector,
    test: Vector,
    alphas: Sequence[Sequence[float]],
    loss: GlmLoss,
    classes: int,
    l1_ratio: float,
    penalty_factor: Vector | None,
    fit_intercept: bool,
    tol: float,
    max_iter: int,
) -> list[dict[str, Any]]:
    """A path a fold, as glm_path's, with its own alphas; loss and accuracy (alphas): means over the rows tested."""
