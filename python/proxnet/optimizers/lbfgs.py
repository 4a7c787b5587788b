"""Limited-memory BFGS."""

from __future__ import annotations

from typing import Unpack

from .. import _check
from .._check.keywords import NoKeywords
from .full_batch import FullBatchOptimizer

__all__ = ["LBFGS"]


class LBFGS(FullBatchOptimizer):
    """Limited-memory BFGS over all rows [Liu and Nocedal, 1989], for small, smooth problems solved to convergence.

    Each epoch is one iteration: a direction from the gradient and the last steps, then a line search for the Wolfe
    conditions. The objective never rises beyond rounding. If no step lowers it, the weights do not change.

    The objective must be differentiable: L2, orthogonal and activity penalties (with slope 0 at 0) are possible. Other
    penalties, constraints, `Dropout` and `BatchNormalization` that trains are refused by `compile`; for zeros use
    `FISTA`.

    Parameters
    ----------
    learning_rate : float, default 1.0
        > 0; each line search first tries this times the direction.
    memory : int, default 10
        Number of stored steps, 1 to 1000. Each takes twice the memory of the weights; the snapshot of the last full
        epoch takes twice as much.
    name : str, optional

    Raises
    ------
    TypeError, ValueError
        For an argument out of its range, or unknown.

    Examples
    --------
    >>> import numpy as np, proxnet
    >>> x = np.random.default_rng(0).normal(size=(100, 5))
    >>> y = (x[:, 0] + x[:, 1] > 0).astype(float)
    >>> ridge = proxnet.regularizers.L2(0.01)
    >>> layer = proxnet.layers.Dense(1, activation="sigmoid", kernel_regularizer=ridge, name="p")
    >>> model = proxnet.Sequential([layer], dtype="float64")
    >>> model.compile(proxnet.optimizers.LBFGS(), "binary_crossentropy")
    >>> history = model.fit(x, y, epochs=25, verbose=0)
    >>> model.optimality(x, y)["p"] < 1e-7
    True
    """

    _KIND = "lbfgs"
    _KNOWN = ("memory",)

    def __init__(
        self, learning_rate: float = 1.0, memory: int = 10, name: str | None = None, **unknown: Unpack[NoKeywords]
    ) -> None:
        super().__init__(learning_rate, name, unknown)
        self.memory = _check.integer("LBFGS", "memory", memory, minimum=1, maximum=1000)
