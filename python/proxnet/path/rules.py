"""The choice of a point from validation errors; the linear models' rules."""

from ..linear_model._cv.choice import standard_error, two_rules

__all__ = ["standard_error", "two_rules"]
