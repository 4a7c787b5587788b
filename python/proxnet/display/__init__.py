"""Pictures of training and of paths: each takes `ax=`, returns a Display, and needs matplotlib."""

from .history import HistoryDisplay
from .regularization_path import RegularizationPathDisplay
from .sparsity import SparsityDisplay

__all__ = ["HistoryDisplay", "RegularizationPathDisplay", "SparsityDisplay"]
