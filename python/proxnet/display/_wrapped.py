"""The model inside a Pipeline or a parameter search."""

from __future__ import annotations

from typing import Any

__all__ = ["feature_names", "unwrap"]


def unwrap(estimator: Any) -> tuple[Any, Any]:
    """(the fitted model inside, the steps of its pipeline before it or None)."""
    estimator = getattr(estimator, "best_estimator_", estimator)
    if not hasattr(estimator, "named_steps"):
        return estimator, None
    steps = estimator[:-1] if len(estimator.steps) > 1 else None
    return getattr(estimator.steps[-1][1], "best_estimator_", estimator.steps[-1][1]), steps


def feature_names(estimator: Any, steps: Any) -> Any:
    """The feature names of the model's fit, or the output names of the steps before it; None if neither has names."""
    names = getattr(estimator, "feature_names_in_", None)
    if names is not None or steps is None:
        return names
    try:
        return steps.get_feature_names_out()
    except (AttributeError, ValueError):  # a step without feature names
        return None
