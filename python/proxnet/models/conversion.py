"""Networks of what is fitted: linear models, estimators that hold a network, and pipelines that scale columns first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from .. import _check
from .._check.config import serialize
from ..data.arrays import check_finite
from ..layers import BatchNormalization, InputLayer
from .model import Model

__all__ = ["Converted", "as_network"]


class Converted(NamedTuple):
    """A network and how labels follow from its outputs.

    classes: the labels of a classifier, else None. several: whether a row has several labels, each 1 where its logit is
    > 0. scaled: whether the network begins with the scalers of a pipeline, as a BatchNormalization.
    """

    model: Model
    classes: np.ndarray | None = None
    several: bool = False
    scaled: bool = False

    def folded(self) -> Converted:
        """The same with the scalers multiplied into the weights."""
        model: Any = self.model
        return self._replace(model=model.compact(fold_norms=True), scaled=False) if self.scaled else self


def as_network(operation: str, model: Any) -> Converted:
    """The network of a model. Errors begin with ``[operation]``.

    Raises
    ------
    TypeError, ValueError
        For any other object, for one without weights, and for steps of a Pipeline that do not scale columns.
    """
    if isinstance(model, Model):
        if model._network is None:
            raise ValueError(f"[{operation}] the model must have weights: call build or fit first")
        return Converted(model)
    if hasattr(model, "to_sequential"):
        if not model.__sklearn_is_fitted__():
            raise ValueError(f"[{operation}] {type(model).__name__} must be fitted: call fit first")
        if isinstance(getattr(model, "coef_", None), np.ndarray):
            check_finite(operation, "coef_", model.coef_)
        return Converted(model.to_sequential(), getattr(model, "classes_", None), getattr(model, "_multilabel", False))
    if hasattr(model, "steps") and hasattr(model, "named_steps"):
        return _pipeline(operation, model)
    raise TypeError(
        f"[{operation}] model must be a Sequential, an estimator of proxnet or a Pipeline that ends in one, got "
        f"{type(model).__module__}.{type(model).__qualname__}{_hint(model)}"
    )


def _hint(model: Any) -> str:
    """What to give instead."""
    if hasattr(model, "best_estimator_"):
        return ": give its best_estimator_"
    return ": proxnet.export.from_sklearn converts it" if type(model).__module__.startswith("sklearn.") else ""


# scikit-learn's transformers that are affine column by column, (x - subtract) * factor + add, by the attributes of
# their fits; an attribute is None where the transformer leaves that part out.
_SCALERS: dict[str, Callable[[Any], tuple[Any, Any, Any]]] = {
    "StandardScaler": lambda step: (step.mean_, _inverse(step.scale_), None),
    "RobustScaler": lambda step: (step.center_, _inverse(step.scale_), None),
    "MaxAbsScaler": lambda step: (None, _inverse(step.scale_), None),
    "MinMaxScaler": lambda step: (None, step.scale_, step.min_),
}


def _inverse(scale: Any) -> np.ndarray | None:
    return None if scale is None else 1 / np.asarray(scale, np.float64)


def _pipeline(operation: str, pipeline: Any) -> Converted:
    *before, (name, last) = pipeline.steps
    if isinstance(last, str) or not (isinstance(last, Model) or hasattr(last, "to_sequential")):
        raise TypeError(
            f"[{operation}] a Pipeline must end in an estimator of proxnet, step {name!r} is a "
            f"{type(last).__qualname__}{_hint(last)}"
        )
    steps = [(name, step) for name, step in before if step is not None and step != "passthrough"]
    scalers = [_scaler(operation, name, step) for name, step in steps]
    found = as_network(operation, last)
    if not steps:
        return found
    columns = found.model._require_network(operation).inputs
    subtract, factor, add = np.zeros(columns), np.ones(columns), np.zeros(columns)
    for k, (minus, times, plus) in enumerate(scalers):
        if k == 0:
            subtract += 0 if minus is None else minus
        else:
            add -= 0 if minus is None else minus
        factor, add = (factor, add) if times is None else (factor * times, add * times)
        add += 0 if plus is None else plus
    names = getattr(steps[0][1], "feature_names_in_", None)
    return found._replace(model=_behind_scaler(found.model, subtract, factor, add, names), scaled=True)


def _scaler(operation: str, name: str, step: Any) -> tuple[Any, Any, Any]:
    """(subtract, factor, add) of a step."""
    kind = type(step).__name__
    if kind not in _SCALERS or not type(step).__module__.startswith("sklearn.preprocessing"):
        known = ", ".join(sorted(_SCALERS))
        raise TypeError(f"[{operation}] the steps of a Pipeline must be {known}, step {name!r} is a {kind}")
    if getattr(step, "clip", False):
        raise ValueError(f"[{operation}] step {name!r} must have clip=False, got {_check.shown(step.clip)}")
    if not hasattr(step, "n_features_in_"):
        raise ValueError(f"[{operation}] step {name!r} must be fitted: call fit of the pipeline first")
    return _SCALERS[kind](step)


def _behind_scaler(model: Any, subtract: np.ndarray, factor: np.ndarray, add: np.ndarray, names: Any) -> Model:
    """The network behind (x - subtract) * factor + add: a BatchNormalization with sqrt(variance + epsilon) = 1."""
    scaler = BatchNormalization(epsilon=0.5, trainable=False)
    config = model.get_config()
    first = next(k for k, layer in enumerate(model._layers) if not isinstance(layer, InputLayer))
    first += len(config["layers"]) - len(model._layers)
    config["layers"].insert(first, serialize(scaler))
    twin: Any = type(model).from_config({**config, "name": None})
    twin.build((None, len(factor)))
    twin.set_weights([factor, add, subtract, np.full(len(factor), 0.5), *model.get_weights()])
    twin._feature_names.restore(None if names is None else names.tolist(), len(factor))
    return twin
