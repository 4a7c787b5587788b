"""Plots of training and of regularization paths; each takes `ax=`, returns a display object, and needs matplotlib."""

from .history import HistoryDisplay
from .regularization_path import RegularizationPathDisplay
from .sparsity import SparsityDisplay
from .stability import StabilityDisplay

__all__ = ["HistoryDisplay", "RegularizationPathDisplay", "SparsityDisplay", "StabilityDisplay"]
