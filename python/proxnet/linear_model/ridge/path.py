"""Ridge regression along many alphas."""

from __future__ import annotations

from typing import Any

import numpy as np

from ... import _check
from .._base.estimator import PathCall
from .._base.operation import names_itself
from .._input.alphas import is_count, read_alphas
from .._input.inputs import read_design, read_factors, read_targets, read_weights
from .._input.rounding import rounded
from .solve import Problem, solve_path

__all__ = ["ridge_path"]


@names_itself("ridge_path")
def ridge_path(
    X: Any,
    y: Any,
    alphas: Any = 100,
    *,
    eps: Any = 1e-6,
    fit_intercept: Any = True,
    sample_weight: Any = None,
    return_intercept: Any = False,
    penalty_factor: Any = None,
) -> tuple[np.ndarray, ...]:
    """Solutions of `Ridge` for many alphas, from one decomposition if X has at most 8192 rows or columns.

    Parameters
    ----------
    X : array or sparse matrix of shape (n_samples, n_features)
    y : array of shape (n_samples,) or (n_samples, n_targets)
    alphas : int or array, default 100
        The values, >= 0, on the scale of `Ridge`; or the size of a logarithmic grid from alpha_max to ``eps *
        alpha_max``, where ``alpha_max = 1000 * max_j (x_j'y)^2 / y'y`` (with an intercept of centred x_j and y).
    eps : float, default 1e-6
        alpha_min / alpha_max of an automatic grid.
    fit_intercept : bool, default True
        Fit an unpenalized intercept.
    sample_weight : float or array of shape (n_samples,), optional
        >= 0; as in `Ridge`, doubling all halves the penalty.
    return_intercept : bool, default False
        Also return the intercepts.
    penalty_factor : array of shape (n_features,), optional
        Per-feature multiplier of alpha, >= 0: ``alpha * sum(penalty_factor * w ** 2)``. A factor of 0 leaves the
        feature unpenalized; the solver keeps a copy of its column.

    Returns
    -------
    alphas : array of shape (n_alphas,), largest first
    coefs : array of shape (n_features, n_alphas) or (n_targets, n_features, n_alphas)
    intercepts : array of shape (n_alphas,) or (n_targets, n_alphas), with `return_intercept`

    Raises
    ------
    ValueError, TypeError
        As `Ridge.fit`; for empty alphas.

    Examples
    --------
    >>> import numpy as np
    >>> from proxnet.linear_model import ridge_path
    >>> alphas, coefs = ridge_path(np.diag([2.0, 1.0]), [4.0, 1.0], [1.0, 4.0], fit_intercept=False)
    >>> coefs
    array([[1. , 1.6],
           [0.2, 0.5]])
    """
    asks = PathCall.of("ridge_path")
    design, shape, dtype = read_design(asks, X)
    targets = read_targets(asks, y, shape[0])
    weights = read_weights(sample_weight, shape[0], scalar_counts=True)
    intercept = _check.flag("ridge_path", "fit_intercept", fit_intercept)
    columns = np.ascontiguousarray(targets.reshape(shape[0], -1).T)
    problem = Problem(design, shape, columns, weights, read_factors(penalty_factor, shape[1]), intercept)
    eps = _check.real("ridge_path", "eps", eps, above=0, maximum=1)
    if is_count(alphas):
        count = _check.integer("ridge_path", "alphas", alphas, minimum=1)
        values = np.geomspace(largest := 1000 * _explained(problem), largest * eps, count) / problem.strength_scale
    else:
        values = np.sort(read_alphas("ridge_path", alphas))[::-1]
    path = solve_path(problem, values * problem.strength_scale)
    short, intercepts = rounded(design, path.coef, path.intercept, dtype, weights, intercept)
    coefs = np.moveaxis(short, 0, -1)
    found = (values, np.asfortranarray(coefs[0] if targets.ndim == 1 else coefs))
    if not _check.flag("ridge_path", "return_intercept", return_intercept):
        return found
    intercepts = intercepts.T
    return (*found, intercepts[0] if targets.ndim == 1 else intercepts)


def _explained(problem: Problem) -> float:
    """max of ``(x_j'y)^2 / y'y`` over columns and targets, for weights rescaled to sum to n_rows; 1 if that is 0."""
    rows, most = problem.shape[0], 0.0
    settings: dict[str, Any] = {
        "l1_ratio": 1.0,
        "penalty_factor": None,
        "positive": False,
        "fit_intercept": problem.intercept,
    }
    settings |= {"alphas": [], "count": 1, "eps": 1.0, "tol": 1.0, "max_iter": 1}
    for target in problem.y:
        path = problem.design.path(target, problem.weights, **settings, start=None)  # from max_j |x_j'y| / rows
        if path["null_value"] > 0:
            most = max(most, rows * float(path["alphas"][0]) ** 2 / path["null_value"])
    return most or 1.0
