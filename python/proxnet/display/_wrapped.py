"""The model inside a Pipeline or a search over parameters."""

from __future__ import annotations

from typing import Any

__all__ = ["feature_names", "unwrap"]


def unwrap(estimator: Any) -> tuple[Any, Any]:
    """The fitted model inside, and the steps of a pipeline before it, or None."""
    estimator = getattr(estimator, "best_estimator_", estimator)
    if not hasattr(estimator, "named_steps"):
        return estimator, None
    steps = estimator[:-1] if len(estimator.steps) > 1 else None
    return getattr(estimator.steps[-1][1], "best_estimator_", estimator.steps[-1][1]), steps


def feature_names(estimator: Any, steps: Any) -> Any:
    """The names that the model was fitted with, or those that the steps before it give; None without."""
    names = getattr(estimator, "feature_names_in_", None)
    if names is not None or steps is None:
        return names
    try:
        return steps.get_feature_names_out()
    except (AttributeError, ValueError):  # a step that names nothing
        return None
