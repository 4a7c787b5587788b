"""Regularization paths of networks, selection of features, stability selection."""

from .error_bounds import StabilityParameters, false_selections, stability_parameters

__all__ = ["StabilityParameters", "false_selections", "stability_parameters"]
