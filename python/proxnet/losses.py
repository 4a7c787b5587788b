"""Losses with Keras' names, parameters and definitions.

Behind a sigmoid or softmax activation a cross-entropy is computed from the logits, which is accurate near 0 and 1.
"""

from __future__ import annotations

from typing import Any, Unpack

import numpy as np

from . import _check, _core, data
from ._check.config import Configurable, by_identifier, deserialize, resolve, serialize
from ._check.keywords import LossKeywords
from ._check.missing import explain_missing

__all__ = [
    "BinaryCrossentropy",
    "BinaryFocalCrossentropy",
    "CategoricalCrossentropy",
    "CategoricalFocalCrossentropy",
    "CategoricalHinge",
    "CosineSimilarity",
    "Hinge",
    "Huber",
    "KLDivergence",
    "LogCosh",
    "Loss",
    "MeanAbsoluteError",
    "MeanAbsolutePercentageError",
    "MeanSquaredError",
    "MeanSquaredLogarithmicError",
    "Poisson",
    "Quantile",
    "SparseCategoricalCrossentropy",
    "SquaredHinge",
    "deserialize",
    "get",
    "serialize",
]


class Loss(Configurable):
    """Base of the losses: sum(weight * loss of a row) / rows over the rows of a batch.

    Parameters
    ----------
    name : str, optional
        Default: the loss's own name.
    reduction : {"sum_over_batch_size"}
        Keras' default, and the only one here.

    Examples
    --------
    >>> import proxnet
    >>> proxnet.losses.Huber(delta=0.5)([[0.0], [0.0]], [[0.25], [2.0]])
    0.453125
    """

    _FIXED = True
    identifier = ""
    default_name = ""  # if it is not the identifier
    targets = "numbers"  # or "not negative", "probabilities", "signs", "class numbers"
    several_outputs = False  # whether the loss needs two outputs or more
    _defaults: dict[str, Any] = {}  # noqa: RUF012
    _later: dict[str, Any] = {}  # noqa: RUF012

    def __init__(self, *, name: str | None = None, **given: Unpack[LossKeywords]) -> None:
        operation = type(self).__name__
        later = {"reduction": "sum_over_batch_size", "dtype": None, **self._later}
        unknown = {key: value for key, value in given.items() if key not in self._defaults}
        _check.refuse_keywords(operation, unknown, (*self._defaults, "name"), later)
        self.name = self.default_name or self.identifier if name is None else _check.text(operation, "name", name)
        self._settings: dict[str, Any] = {}
        for key, default in self._defaults.items():
            check = _check.flag if isinstance(default, bool) else _check.real
            self._settings[key] = check(operation, key, given.get(key, default))
            setattr(self, key, self._settings[key])
        self._core_loss()  # checks the parameters' ranges

    def _core_loss(self) -> _core.Loss:
        settings = {{"apply_class_balancing": "balanced"}.get(key, key): it for key, it in self._settings.items()}
        return _core.Loss(self.identifier, **settings)

    def _given(self) -> dict[str, Any]:
        return {"name": self.name, **self._settings}

    def check_outputs(self, operation: str, outputs: int) -> None:
        """Raise where the loss is not defined for this number of outputs."""
        if self.several_outputs and outputs < 2:
            raise ValueError(
                f"[{operation}] loss {self.identifier!r} needs a last layer of two units or more, got {outputs}; "
                "for two classes and one sigmoid unit use 'binary_crossentropy'"
            )

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> float:
        """The loss of outputs `y_pred`, shape (rows, outputs), as a number; computed in float64."""
        wide = np.dtype(np.float64)
        p, y = data.numbers(self.name, "y_pred", y_pred, wide), data.numbers(self.name, "y_true", y_true, wide)
        given = 1.0 if sample_weight is None else sample_weight
        weight = data.numbers(self.name, "sample_weight", given, wide).reshape(-1)
        column = p.ndim < 2 and (y.shape[1:] == (1,) or weight.size == p.size)  # else one row of outputs
        p = np.ascontiguousarray(p.reshape(-1, 1) if column else np.atleast_2d(p))
        values = self._core_loss().values(target_rows(self.name, y, p), p)
        if weight.size not in (1, values.size):
            raise ValueError(f"[{self.name}] sample_weight must have one number per row, {len(p)}, got {weight.size}")
        return float(np.mean(values * weight))

    def __repr__(self) -> str:
        changed = {key: value for key, value in self._settings.items() if value != self._defaults[key]}
        return f"{type(self).__name__}({', '.join(f'{key}={value!r}' for key, value in changed.items())})"


def target_rows(operation: str, y: np.ndarray, p: np.ndarray) -> np.ndarray:
    """Targets as (rows, columns), with as many rows as the outputs p."""
    if not (y.size and p.shape[0]) or y.size % p.shape[0]:
        raise ValueError(f"[{operation}] y_true must have the {p.shape[0]} rows of y_pred, got shape {y.shape}")
    return np.ascontiguousarray(y.reshape(p.shape[0], -1))


class MeanSquaredError(Loss):
    """(y - p)^2, mean over the outputs; y of the outputs' shape."""

    identifier = "mean_squared_error"


class MeanAbsoluteError(Loss):
    """|y - p|, mean over the outputs; y of the outputs' shape."""

    identifier = "mean_absolute_error"


class MeanAbsolutePercentageError(Loss):
    """100 |y - p| / max(|y|, 1e-7), mean over the outputs."""

    identifier = "mean_absolute_percentage_error"


class MeanSquaredLogarithmicError(Loss):
    """(log(1 + p) - log(1 + y))^2, mean over the outputs; y >= 0, p raised to 1e-7."""

    identifier = "mean_squared_logarithmic_error"
    targets = "not negative"


class Huber(Loss):
    """(y - p)^2 / 2 for |y - p| <= `delta` (default 1.0, > 0), linear beyond [Huber, 1964]; mean over the outputs."""

    identifier = "huber"
    default_name = "huber_loss"
    _defaults = {"delta": 1.0}  # noqa: RUF012


class LogCosh(Loss):
    """``log cosh(p - y)``, mean over the outputs: about (y - p)^2 / 2 near zero, |y - p| - log 2 far from it."""

    identifier = "log_cosh"


class Quantile(Loss):
    """q (y - p) where p < y, else (1 - q) (p - y): minimal at the q-th quantile of y [Koenker and Bassett, 1978].

    `quantile`, default 0.5, in (0, 1). Not in Keras.
    """

    identifier = "quantile"
    _defaults = {"quantile": 0.5}  # noqa: RUF012


class Poisson(Loss):
    """``p - y log(p + 1e-7)``, mean over the outputs; y >= 0 and p > 0, as behind an exponential activation."""

    identifier = "poisson"
    targets = "not negative"


class CosineSimilarity(Loss):
    """-y . p / (|y| |p|): -1 for parallel vectors."""

    identifier = "cosine_similarity"
    several_outputs = True
    _later = {"axis": -1}  # noqa: RUF012


class Hinge(Loss):
    """max(0, 1 - y p), mean over the outputs; y of -1 and 1, or of 0 (read as -1) and 1."""

    identifier = "hinge"
    targets = "signs"


class SquaredHinge(Loss):
    """max(0, 1 - y p)^2, mean over the outputs; y of -1 and 1, or of 0 (read as -1) and 1."""

    identifier = "squared_hinge"
    targets = "signs"


class CategoricalHinge(Loss):
    """max(0, 1 + max (1 - y) p - sum y p) over the classes; y one-hot."""

    identifier = "categorical_hinge"
    targets = "probabilities"
    several_outputs = True


class KLDivergence(Loss):
    """Sum of y log(y / p) over the classes, both within [1e-7, 1]; y a distribution."""

    identifier = "kl_divergence"
    targets = "probabilities"
    several_outputs = True


class BinaryCrossentropy(Loss):
    """-y log p - (1 - y) log(1 - p), mean over the outputs; y in [0, 1], of the outputs' shape.

    `from_logits` (default False): p is the sigmoid of the outputs. `label_smoothing` s (default 0.0, in [0, 1]): y
    becomes y (1 - s) + s / 2.
    """

    identifier = "binary_crossentropy"
    targets = "probabilities"
    _defaults = {"from_logits": False, "label_smoothing": 0.0}  # noqa: RUF012
    _later = {"axis": -1}  # noqa: RUF012


class BinaryFocalCrossentropy(BinaryCrossentropy):
    """Binary cross-entropy times (1 - q)^`gamma`, q the probability given to y [Lin et al., 2017].

    `gamma` default 2.0, >= 0. With `apply_class_balancing` (default False) y = 1 has the weight `alpha` (default 0.25,
    in [0, 1]) and y = 0 the weight 1 - alpha. Other parameters as in `BinaryCrossentropy`.
    """

    identifier = "binary_focal_crossentropy"
    _defaults = {  # noqa: RUF012
        "apply_class_balancing": False,
        "alpha": 0.25,
        "gamma": 2.0,
        **BinaryCrossentropy._defaults,
    }


class CategoricalCrossentropy(Loss):
    """-sum y log p over two classes or more; y one-hot or soft, in [0, 1], one column per class.

    `from_logits` (default False): p is the softmax of the outputs. `label_smoothing` s (default 0.0, in [0, 1]): y
    becomes y (1 - s) + s / classes.
    """

    identifier = "categorical_crossentropy"
    targets = "probabilities"
    several_outputs = True
    _defaults = {"from_logits": False, "label_smoothing": 0.0}  # noqa: RUF012
    _later = {"axis": -1}  # noqa: RUF012


class CategoricalFocalCrossentropy(CategoricalCrossentropy):
    """-sum `alpha` (1 - p)^`gamma` y log p; alpha default 0.25, gamma 2.0; else as `CategoricalCrossentropy`."""

    identifier = "categorical_focal_crossentropy"
    _defaults = {"alpha": 0.25, "gamma": 2.0, **CategoricalCrossentropy._defaults}  # noqa: RUF012


class SparseCategoricalCrossentropy(Loss):
    """-log p[y]; y holds class numbers 0 ... classes - 1, shape (rows,) or (rows, 1).

    `from_logits` (default False): p is the softmax of the outputs.
    """

    identifier = "sparse_categorical_crossentropy"
    targets = "class numbers"
    several_outputs = True
    _defaults = {"from_logits": False}  # noqa: RUF012
    _later = {"ignore_class": None, "axis": -1}  # noqa: RUF012


_KNOWN = by_identifier(globals(), Loss)
globals().update(_KNOWN)  # losses.huber is Huber, as compile takes Keras' function of that name
_KNOWN |= {
    "mse": MeanSquaredError,
    "mae": MeanAbsoluteError,
    "mape": MeanAbsolutePercentageError,
    "msle": MeanSquaredLogarithmicError,
    "bce": BinaryCrossentropy,
    "kld": KLDivergence,
}
explain_missing(__name__)
_LATER = "circle ctc dice tversky categorical_generalized_cross_entropy".split()


def get(identifier: Any, operation: str = "losses.get") -> Loss:
    """A loss from its name, its class or itself.

    Raises
    ------
    ValueError
        For an unknown name, with the nearest known one.
    TypeError
        For a Python function, which cannot run inside the core, and other objects that are not losses of this module.
    """
    if callable(identifier) and not isinstance(identifier, type | Loss):
        _check.text("get", "operation", operation)
        raise TypeError(
            f"[{operation}] loss must be a name, a class or an object of proxnet.losses: a Python function cannot run "
            f"inside the core, got {getattr(identifier, '__name__', repr(identifier))}. "
            f"Known: {', '.join(sorted(_KNOWN))}"
        )
    return resolve(operation, "loss", identifier, _KNOWN, Loss, _LATER)
