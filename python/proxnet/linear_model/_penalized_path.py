"""Linear models under a multiple of a penalty object: the solutions at many strengths."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import _arguments, _core
from ._alphas import alpha_arguments
from ._convergence import warn_unless_converged
from ._estimator import PathCall
from ._inputs import one_column, read_design, read_targets, read_weights
from ._labels import read_labels
from ._operation import names_itself
from ._penalized import LOSSES, core_loss
from ._penalty_objects import asked_of, core_penalty

__all__ = ["penalized_path"]


@names_itself("penalized_path")
def penalized_path(
    X: Any,
    y: Any,
    penalty: Any = None,
    *,
    loss: Any = "squared_error",
    epsilon: Any = 1.35,
    eps: Any = 1e-2,
    alphas: Any = 100,
    tol: Any = 1e-6,
    max_iter: Any = 10000,
    sample_weight: Any = None,
    return_n_iter: Any = False,
) -> tuple[Any, ...]:
    """The solutions of `PenalizedRegressor` along falling strengths; no intercept is fitted, as in `lasso_path`.

    Each minimises the mean of the rows' losses, ``1 / (2 n) |y - X w|^2`` by default, plus ``penalty(w)`` with the
    penalty's strengths times alpha, from the solution before it: along falling strengths penalties that are not convex
    are led to good local minima.

    Parameters
    ----------
    X : array or sparse matrix of shape (n_samples, n_features)
    y : array of shape (n_samples,)
        Of "log_loss" labels, of two classes.
    penalty : Regularizer, default None
        As in `PenalizedRegressor`; of strength 1 alpha is the strength. None is ``L1(1.0)``: the path is the lasso's.
    loss : "squared_error", "log_loss", "poisson" or "huber", default "squared_error"
        As in `PenalizedRegressor`, and that of `PenalizedClassifier`.
    epsilon : float, default 1.35
        As in `PenalizedRegressor`.
    eps : float, default 1e-2
        The smallest alpha over the largest.
    alphas : int or array, default 100
        How many, from the smallest at which no single weight leaves zero down to `eps` times that; or the values.
    tol : float, default 1e-6
        Of the optimality conditions, relative to the largest slope of the loss without coefficients; of the other
        losses under convex penalties of the duality gap, as in `PenalizedRegressor`.
    max_iter : int, default 10000
        Passes over the working set, or Newton steps of the other losses, for every alpha.
    sample_weight : array of shape (n_samples,), optional
        >= 0; only their proportions count.
    return_n_iter : bool, default False
        Return the passes as well.

    Returns
    -------
    alphas : array of shape (n_alphas,), largest first
    coefs : array of shape (n_features, n_alphas)
    kkt_violations : array of shape (n_alphas,)
        The largest distance of a feature from its optimality condition: there is no dual value without convexity.
    n_iters : list of int, with `return_n_iter`

    Raises
    ------
    ValueError, TypeError
        As `PenalizedRegressor.fit`; for a number of alphas under a penalty that makes no zeros.

    References
    ----------
    Mazumder, Friedman and Hastie, 2011, SparseNet: coordinate descent with nonconvex penalties.

    Examples
    --------
    >>> import numpy as np
    >>> from proxnet.linear_model import penalized_path
    >>> from proxnet.regularizers import MCP
    >>> X = np.vstack([np.eye(2), -np.eye(2)])
    >>> alphas, coefs, violations = penalized_path(X, X @ [4.0, 1.0], MCP(1.0, gamma=8.0), alphas=[1.0, 0.4])
    >>> coefs.round(2)
    array([[2.67, 4.  ],
           [0.  , 0.27]])
    """
    _arguments.flag("path", "return_n_iter", return_n_iter)
    asks = PathCall.of("penalized_path")
    design, shape, dtype = read_design(asks, X)
    kind = _arguments.choice("path", "loss", loss, (*LOSSES, "log_loss"))
    if kind == "log_loss":
        classes, targets = read_labels(asks, y, shape[0])
        if len(classes) > 2:
            raise ValueError(f"[path] y must be of two classes, got {len(classes)}")
    else:
        targets = read_targets(asks, y, shape[0])
        one_column(targets, f"[fit] y must be one target, got an array of shape {targets.shape}")
    datafit = core_loss(kind, _arguments.real("path", "epsilon", epsilon, above=1))
    weights = read_weights(sample_weight, shape[0])
    stop: dict[str, Any] = {
        "tol": _arguments.real("path", "tol", tol, minimum=0),
        "max_iter": _arguments.integer("path", "max_iter", max_iter, minimum=1),
    }
    solve = _core.penalized_glm_path if datafit else _core.penalized_path
    result: dict[str, Any] = solve(
        design,
        np.ascontiguousarray(targets.ravel()),
        weights,
        **datafit,
        penalty=core_penalty(penalty),
        **alpha_arguments(alphas, eps),
        fit_intercept=False,
        **stop,
    )
    warn_unless_converged(design, result, asked_of(result, stop))
    coefs = result["coef"].reshape(-1, shape[1]).T.astype(dtype, copy=False)
    found = (result["alphas"], coefs, result["kkt"])
    return (*found, list(result["iterations" if datafit else "passes"])) if return_n_iter else found
