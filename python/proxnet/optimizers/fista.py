"""Accelerated proximal gradient."""

from __future__ import annotations

from typing import Unpack

from .. import _check
from .._check.keywords import NoKeywords
from .full_batch import FullBatchOptimizer

__all__ = ["FISTA"]


class FISTA(FullBatchOptimizer):
    """Accelerated proximal gradient over all rows [Beck and Teboulle, 2009], for small problems solved to convergence.

    Each epoch is one iteration: a step along the gradient at the extrapolated weights, then the proximal operator of
    the penalties and the projection onto the constraints. A line search on the smooth part (loss, activity and
    orthogonal penalties) finds the step. It ends at the global minimum of convex objectives, and at a stationary point
    for penalties that are not convex and for networks.

    `Dropout`, `BatchNormalization` that trains, `TargetSparsity`, a constraint with a rate below 1 and
    ``penalty_step="subgradient"`` are refused by `compile`.

    Parameters
    ----------
    learning_rate : float, default 1.0
        > 0; the first step of the line search, enlarged before the first iteration if it is short enough. Assigning
        another one restarts the search.
    restart : bool, default True
        Drop the momentum where it points uphill, by the gradient or the objective [O'Donoghue and Candes, 2015]: then
        the objective never rises beyond rounding, and steps can become longer again.
    backtracking : float, default 0.5
        The factor on a step that is too long, 0 < backtracking < 1.
    name : str, optional

    Raises
    ------
    TypeError, ValueError
        For an argument out of its range, or unknown.

    Examples
    --------
    >>> import numpy as np, proxnet
    >>> x = np.random.default_rng(0).normal(size=(100, 20))
    >>> layer = proxnet.layers.Dense(1, kernel_regularizer=proxnet.regularizers.L1(0.4), name="lasso")
    >>> model = proxnet.Sequential([layer], dtype="float64")
    >>> model.compile(proxnet.optimizers.FISTA(), "mse")
    >>> history = model.fit(x, 3 * x[:, 0] - 2 * x[:, 7] + 1, epochs=100, verbose=0)
    >>> np.flatnonzero(layer.kernel).tolist(), model.optimality(x, 3 * x[:, 0] - 2 * x[:, 7] + 1)["lasso"] < 1e-12
    ([0, 7], True)
    """

    _KIND = "fista"
    _KNOWN = ("restart", "backtracking")

    def __init__(
        self,
        learning_rate: float = 1.0,
        restart: bool = True,
        backtracking: float = 0.5,
        name: str | None = None,
        **unknown: Unpack[NoKeywords],
    ) -> None:
        super().__init__(learning_rate, name, unknown)
        self.restart = _check.flag("FISTA", "restart", restart)
        self.backtracking = _check.real("FISTA", "backtracking", backtracking, above=0, below=1)
