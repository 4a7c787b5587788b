"""scikit-learn's warnings, errors and tags, taken from scikit-learn only if the program has already imported it."""

from __future__ import annotations

import sys
import warnings
from typing import Any

from ... import errors

__all__ = [
    "column_vector_warning",
    "convergence_warning",
    "not_fitted_error",
    "routing_enabled",
    "tags",
    "undefined_metric_warning",
    "warn",
]


def _theirs(module: str, name: str, ours: Any) -> Any:
    """scikit-learn's class if it is loaded, so that `except` clauses and warning filters for it match; else ours."""
    loaded = sys.modules.get(module)
    return getattr(loaded, name, ours) if loaded is not None else ours


def not_fitted_error(message: str) -> Exception:
    """scikit-learn's NotFittedError, or ours, which is a ValueError and an AttributeError as well."""
    error: Exception = _theirs("sklearn.exceptions", "NotFittedError", errors.NotFittedError)(message)
    return error


def convergence_warning(message: str) -> None:
    """Warn with scikit-learn's ConvergenceWarning, or ours."""
    warn(message, _theirs("sklearn.exceptions", "ConvergenceWarning", errors.ConvergenceWarning))


def column_vector_warning() -> None:
    """Warns that y has shape (n_samples, 1), with scikit-learn's DataConversionWarning or a UserWarning."""
    message = (
        "A column-vector y was passed when a 1d array was expected. Please change the shape of y to "
        "(n_samples, ), for example using ravel()."
    )
    warn(message, _theirs("sklearn.exceptions", "DataConversionWarning", UserWarning))


def undefined_metric_warning(message: str) -> None:
    """Warn with scikit-learn's UndefinedMetricWarning, or a UserWarning."""
    warn(message, _theirs("sklearn.exceptions", "UndefinedMetricWarning", UserWarning))


def warn(message: str, category: type[Warning]) -> None:
    """Warn at the line that called fit."""
    depth = 2
    frame: Any = sys._getframe(1)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").startswith("proxnet."):
        frame, depth = frame.f_back, depth + 1
    warnings.warn(message, category, stacklevel=depth)


def routing_enabled() -> bool:
    """Whether scikit-learn's metadata routing is on."""
    config: Any = _theirs("sklearn", "get_config", dict)()
    return bool(config.get("enable_metadata_routing", False))


def tags(kind: str, *, multi_output: bool, positive_only: bool = False) -> Any:
    """scikit-learn's description of a regressor or classifier; only scikit-learn asks for it."""
    from sklearn.utils import ClassifierTags, InputTags, RegressorTags, Tags, TargetTags

    return Tags(
        estimator_type=kind,
        target_tags=TargetTags(required=True, multi_output=multi_output, positive_only=positive_only),
        classifier_tags=ClassifierTags() if kind == "classifier" else None,
        regressor_tags=RegressorTags() if kind == "regressor" else None,
        input_tags=InputTags(sparse=True),
    )
