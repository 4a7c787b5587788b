"""Functions that solve for many alphas at once, each from the solution before it."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import _arguments
from ._elastic_net import path_settings, warn_unless_converged
from ._estimator import Estimator
from ._inputs import read_design, read_targets

__all__ = ["enet_path", "lasso_path"]


def alpha_arguments(alphas: Any, eps: Any) -> dict[str, Any]:
    """The core's arguments for a number of alphas, or for the alphas themselves, largest first."""
    eps = _arguments.real("path", "eps", eps, above=0, below=1)
    if hasattr(alphas, "__index__") and np.ndim(alphas) == 0:
        return {"alphas": [], "count": _arguments.integer("path", "alphas", alphas, minimum=1), "eps": eps}
    values = np.sort(np.atleast_1d(np.asarray(alphas, np.float64)))[::-1]
    if values.ndim != 1 or len(values) == 0:
        raise ValueError(f"[path] alphas must be a number of alphas or a vector of them, got shape {values.shape}")
    return {"alphas": values.tolist(), "count": len(values), "eps": eps}


def enet_path(
    X: Any,
    y: Any,
    *,
    l1_ratio: Any = 0.5,
    eps: Any = 1e-3,
    alphas: Any = 100,
    precompute: Any = "auto",
    Xy: Any = None,
    copy_X: Any = True,
    coef_init: Any = None,
    verbose: Any = False,
    return_n_iter: Any = False,
    positive: Any = False,
    penalty_factor: Any = None,
    tol: Any = 1e-4,
    max_iter: Any = 1000,
) -> tuple[Any, ...]:
    """The elastic net's solutions along decreasing alphas; no intercept is fitted, as in scikit-learn.

    Parameters
    ----------
    X : array or sparse matrix of shape (n_samples, n_features)
    y : array of shape (n_samples,)
    l1_ratio : float, default 0.5
        Between 0 and 1; > 0 where the alphas are to be found.
    eps : float, default 1e-3
        The smallest alpha over the largest.
    alphas : int or array, default 100
        How many, from the smallest that makes all coefficients zero down to `eps` times that; or the values.
    precompute, Xy, copy_X, verbose
        Accepted for scikit-learn's sake.
    coef_init : array of shape (n_features,), optional
        Where the first alpha begins.
    return_n_iter : bool, default False
        Return the passes as well.
    positive, penalty_factor, tol, max_iter
        As in `ElasticNet`.

    Returns
    -------
    alphas : array of shape (n_alphas,), largest first
    coefs : array of shape (n_features, n_alphas)
    dual_gaps : array of shape (n_alphas,)
    n_iters : list of int, with `return_n_iter`

    Examples
    --------
    >>> import numpy as np
    >>> from proxnet.linear_model import enet_path
    >>> alphas, coefs, gaps = enet_path(np.diag([2.0, 1.0]), [4.0, 1.0], l1_ratio=1.0, alphas=[1.0, 4.0])
    >>> alphas
    array([4., 1.])
    >>> coefs
    array([[0. , 1.5],
           [0. , 0. ]])
    """
    asks = _PathCall()
    design, shape, dtype = read_design(asks, X)
    target = read_targets(asks, y, shape[0])
    if target.ndim != 1:
        raise ValueError(f"[path] y must have one dimension, got shape {target.shape}")
    settings = path_settings(
        shape[1],
        l1_ratio=l1_ratio,
        penalty_factor=penalty_factor,
        positive=positive,
        fit_intercept=False,
        tol=tol,
        max_iter=max_iter,
    )
    start = None if coef_init is None else np.ascontiguousarray(coef_init, dtype=np.float64)
    result = design.path(np.ascontiguousarray(target), None, **settings, **alpha_arguments(alphas, eps), start=start)
    warn_unless_converged(result, settings["tol"])
    found = (result["alphas"], np.asfortranarray(result["coef"].T.astype(dtype, copy=False)), result["gap"])
    return (*found, list(result["passes"])) if return_n_iter else found


def lasso_path(X: Any, y: Any, **options: Any) -> tuple[Any, ...]:
    """`enet_path` with ``l1_ratio=1``: the lasso's solutions along decreasing alphas.

    Examples
    --------
    >>> import numpy as np
    >>> from proxnet.linear_model import lasso_path
    >>> alphas, coefs, gaps = lasso_path(np.diag([2.0, 1.0]), [4.0, 1.0], alphas=2, eps=0.25)
    >>> alphas
    array([4., 1.])
    """
    return enet_path(X, y, **{"l1_ratio": 1.0} | options)


class _PathCall(Estimator):
    """Stands for an estimator in messages."""
