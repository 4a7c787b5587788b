"""Losses: Keras' names and definitions; with sigmoid or softmax before them the core computes from logits."""

from __future__ import annotations

from typing import Any

from . import _arguments, _core, _names
from ._config import Configurable, deserialize, serialize

__all__ = [
    "BinaryCrossentropy",
    "CategoricalCrossentropy",
    "Loss",
    "MeanSquaredError",
    "SparseCategoricalCrossentropy",
    "binary_crossentropy",
    "categorical_crossentropy",
    "deserialize",
    "get",
    "mean_squared_error",
    "serialize",
    "sparse_categorical_crossentropy",
]


class Loss(Configurable):
    """Base of the losses: the mean over the rows of a batch; with sample weights sum(weight * loss) / rows.

    Parameters
    ----------
    name : str, optional
        Default: the loss's own name.
    from_logits, label_smoothing, reduction, ...
        Keras' other arguments are not here yet: only their defaults are accepted. Instead of ``from_logits=True`` give
        the last layer its activation; the loss is then computed from the logits all the same.
    """

    _core_loss: _core.Loss
    _later: dict[str, Any] = {}  # noqa: RUF012
    identifier = ""

    def __init__(self, *, name: str | None = None, **unknown: Any) -> None:
        operation = type(self).__name__
        later = {"reduction": "sum_over_batch_size", "dtype": None, **self._later}
        _names.refuse_keywords(operation, unknown, ("name",), later)
        self.name = self.identifier if name is None else _arguments.text(operation, "name", name)

    def check_outputs(self, operation: str, outputs: int) -> None:
        """Raise where the loss says nothing about a model with so many outputs."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


class MeanSquaredError(Loss):
    """(y - p)^2, mean over the outputs; y of the outputs' shape."""

    _core_loss = _core.Loss.mean_squared_error
    identifier = "mean_squared_error"


class BinaryCrossentropy(Loss):
    """-y log p - (1 - y) log(1 - p), mean over the outputs; y in [0, 1], of the outputs' shape."""

    _core_loss = _core.Loss.binary_crossentropy
    _later = {"from_logits": False, "label_smoothing": 0.0, "axis": -1}  # noqa: RUF012
    identifier = "binary_crossentropy"


class CategoricalCrossentropy(Loss):
    """-sum y log p over two classes or more; y one-hot (or soft) in [0, 1], one column a class."""

    _core_loss = _core.Loss.categorical_crossentropy
    _later = {"from_logits": False, "label_smoothing": 0.0, "axis": -1}  # noqa: RUF012
    identifier = "categorical_crossentropy"

    def check_outputs(self, operation: str, outputs: int) -> None:
        """Raise for one output, where the loss would be 0 whatever the weights are."""
        _check_classes(operation, self.identifier, outputs)


class SparseCategoricalCrossentropy(Loss):
    """-log p[y]; y holds class numbers 0 ... classes - 1, shape (rows,) or (rows, 1)."""

    _core_loss = _core.Loss.sparse_categorical_crossentropy
    _later = {"from_logits": False, "ignore_class": None, "axis": -1}  # noqa: RUF012
    identifier = "sparse_categorical_crossentropy"

    def check_outputs(self, operation: str, outputs: int) -> None:
        """Raise for one output, where the loss would be 0 whatever the weights are."""
        _check_classes(operation, self.identifier, outputs)


def _check_classes(operation: str, name: str, outputs: int) -> None:
    if outputs < 2:
        raise ValueError(
            f"[{operation}] loss {name!r} needs a last layer of two units or more, got {outputs}; "
            "for two classes and one sigmoid unit use 'binary_crossentropy'"
        )


mean_squared_error = MeanSquaredError
binary_crossentropy = BinaryCrossentropy
categorical_crossentropy = CategoricalCrossentropy
sparse_categorical_crossentropy = SparseCategoricalCrossentropy

_ALL = (MeanSquaredError, BinaryCrossentropy, CategoricalCrossentropy, SparseCategoricalCrossentropy)
_KNOWN: dict[str, type[Loss]] = {loss.identifier: loss for loss in _ALL}
_KNOWN |= {"mse": MeanSquaredError, "bce": BinaryCrossentropy}
_LATER = _names.words(
    "mae mean_absolute_error mape mean_absolute_percentage_error msle huber log_cosh hinge squared_hinge "
    "categorical_hinge poisson kl_divergence kld cosine_similarity binary_focal_crossentropy "
    "categorical_focal_crossentropy mean_squared_logarithmic_error"
)


def get(identifier: Any, operation: str = "losses.get") -> Loss:
    """A loss from its name, its class or itself.

    Raises
    ------
    ValueError
        For an unknown name, with the nearest known one.
    TypeError
        For anything that is no loss of this module.
    """
    return _names.resolve(operation, "loss", identifier, _KNOWN, Loss, _LATER)
