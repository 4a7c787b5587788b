"""Pictures of training: each takes `ax=` and returns a Display, as scikit-learn's do. They need matplotlib."""

from .history import HistoryDisplay
from .sparsity import SparsityDisplay

__all__ = ["HistoryDisplay", "SparsityDisplay"]
