"""Functions that solve for many alphas at once, each from the solution before it."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import _arguments, data
from ._accepted import check_values
from ._alphas import alpha_arguments, asked
from ._estimator import PathCall
from ._gram import check_precompute
from ._inputs import read_design, read_targets, read_weights
from ._least_squares import elastic_net_path, elastic_net_penalty, multi_task_path, multi_task_penalty
from ._model import solver_settings
from ._operation import names_itself
from ._start import read_start

__all__ = ["enet_path", "lasso_path"]


@names_itself("enet_path")
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
    standardize: Any = False,
    tol: Any = 1e-4,
    max_iter: Any = 1000,
    sample_weight: Any = None,
    check_input: Any = True,
    random_state: Any = None,
    selection: Any = "cyclic",
    n_alphas: Any = None,
) -> tuple[Any, ...]:
    """The elastic net's solutions along decreasing alphas; no intercept is fitted, as in scikit-learn.

    Parameters
    ----------
    X : array or sparse matrix of shape (n_samples, n_features)
    y : array of shape (n_samples,) or (n_samples, n_targets)
        Of two dimensions the multi-task model's, see `MultiTaskElasticNet`.
    l1_ratio : float, default 0.5
        Between 0 and 1; > 0 where the alphas are to be found.
    eps : float, default 1e-3
        The smallest alpha over the largest.
    alphas : int or array, default 100
        How many, from the smallest that makes all coefficients zero down to `eps` times that; or the values.
    precompute : bool, "auto" or array of shape (n_features, n_features), default "auto"
        Accepted for scikit-learn's sake: the Gram matrix is formed where it pays; of a given one an entry is checked.
    Xy, copy_X, verbose, check_input, random_state, selection
        Accepted for scikit-learn's sake.
    coef_init : array of shape (n_features,) or (n_targets, n_features), optional
        Where the first alpha begins.
    return_n_iter : bool, default False
        Return the passes as well.
    positive : bool, default False
        Only coefficients >= 0; for one target.
    penalty_factor : array of shape (n_features,), optional
        Multiplies alpha, feature by feature; >= 0, where 0 is for a feature that is not penalised (not with
        `positive`): n_samples extra values for each.
    standardize : bool, default False
        Penalise the coefficients of columns divided by their standard deviation, as in `ElasticNet`; for one target.
        Alphas and gaps are of the standardised problem.
    tol : float, default 1e-4
        Of the duality gap, relative to the mean square of y.
    max_iter : int, default 1000
        Passes of coordinate descent over the working set, for every alpha.
    sample_weight : array of shape (n_samples,), optional
        >= 0; only their proportions count.
    n_alphas : int, optional
        scikit-learn's older name for a number of alphas; warns.

    Returns
    -------
    alphas : array of shape (n_alphas,), largest first
    coefs : array of shape (n_features, n_alphas) or (n_targets, n_features, n_alphas)
    dual_gaps : array of shape (n_alphas,)
    n_iters : list of int, with `return_n_iter`

    Raises
    ------
    ValueError, TypeError
        As `ElasticNet.fit`.

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
    accepted = {"copy_X": copy_X, "verbose": verbose, "check_input": check_input}
    check_values("path", accepted | {"random_state": random_state, "selection": selection})
    _arguments.flag("path", "return_n_iter", return_n_iter)
    asks = PathCall.of("enet_path")
    design, shape, dtype = read_design(asks, X)
    targets = read_targets(asks, y, shape[0])
    weights = read_weights(sample_weight, shape[0])
    settings = elastic_net_penalty(
        shape[1], l1_ratio=l1_ratio, penalty_factor=penalty_factor, positive=positive
    ) | solver_settings(False, tol, max_iter)
    products = None if Xy is None else data.numbers("path", "Xy", Xy, np.dtype(np.float64))
    if products is not None and products.shape != (shape[1], *targets.shape[1:]):
        raise ValueError(f"[path] Xy must have shape {(shape[1], *targets.shape[1:])}, got {products.shape}")
    settings["standardize"] = _arguments.flag("path", "standardize", standardize)
    check_precompute(precompute, design, shape, dtype, weights, False, automatic=True)
    settings |= alpha_arguments(asked(alphas, n_alphas), eps, least_ratio=settings["l1_ratio"])
    columns = np.ascontiguousarray(targets.reshape(shape[0], -1).T)
    start = read_start("path", "coef_init", coef_init, len(columns), shape[1])
    if targets.ndim == 1:
        result = elastic_net_path(design, columns, weights, **settings, start=start)
    else:
        if settings.pop("positive") or settings.pop("standardize"):
            raise ValueError("[path] positive=True and standardize=True are for one target, y has two dimensions")
        settings |= multi_task_penalty(settings.pop("l1_ratio"), settings.pop("penalty_factor"), shape[1])
        result = multi_task_path(design, columns, weights, **settings, start=start)
    coefs = np.moveaxis(result["coef"], 0, -1).astype(dtype, copy=False)
    coefs = np.asfortranarray(coefs[0] if targets.ndim == 1 else coefs)
    found = (result["alphas"], coefs, result["gap"])
    return (*found, list(result["passes"])) if return_n_iter else found


@names_itself("lasso_path")
def lasso_path(
    X: Any,
    y: Any,
    *,
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
    standardize: Any = False,
    tol: Any = 1e-4,
    max_iter: Any = 1000,
    sample_weight: Any = None,
    check_input: Any = True,
    random_state: Any = None,
    selection: Any = "cyclic",
    n_alphas: Any = None,
) -> tuple[Any, ...]:
    """The lasso's solutions along decreasing alphas, `enet_path` with ``l1_ratio=1``; no intercept is fitted.

    Parameters
    ----------
    X : array or sparse matrix of shape (n_samples, n_features)
    y : array of shape (n_samples,) or (n_samples, n_targets)
        Of two dimensions the multi-task model's, see `MultiTaskElasticNet`.
    eps : float, default 1e-3
        The smallest alpha over the largest.
    alphas : int or array, default 100
        How many, from the smallest that makes all coefficients zero down to `eps` times that; or the values.
    precompute : bool, "auto" or array of shape (n_features, n_features), default "auto"
        Accepted for scikit-learn's sake: the Gram matrix is formed where it pays; of a given one an entry is checked.
    Xy, copy_X, verbose, check_input, random_state, selection
        Accepted for scikit-learn's sake.
    coef_init : array of shape (n_features,) or (n_targets, n_features), optional
        Where the first alpha begins.
    return_n_iter : bool, default False
        Return the passes as well.
    positive : bool, default False
        Only coefficients >= 0; for one target.
    penalty_factor : array of shape (n_features,), optional
        Multiplies alpha, feature by feature; >= 0, where 0 is for a feature that is not penalised (not with
        `positive`): n_samples extra values for each.
    standardize : bool, default False
        Penalise the coefficients of columns divided by their standard deviation, as in `ElasticNet`; for one target.
        Alphas and gaps are of the standardised problem.
    tol : float, default 1e-4
        Of the duality gap, relative to the mean square of y.
    max_iter : int, default 1000
        Passes of coordinate descent over the working set, for every alpha.
    sample_weight : array of shape (n_samples,), optional
        >= 0; only their proportions count.
    n_alphas : int, optional
        scikit-learn's older name for a number of alphas; warns.

    Returns
    -------
    alphas : array of shape (n_alphas,), largest first
    coefs : array of shape (n_features, n_alphas) or (n_targets, n_features, n_alphas)
    dual_gaps : array of shape (n_alphas,)
    n_iters : list of int, with `return_n_iter`

    Raises
    ------
    ValueError, TypeError
        As `enet_path`.

    Examples
    --------
    >>> import numpy as np
    >>> from proxnet.linear_model import lasso_path
    >>> alphas, coefs, gaps = lasso_path(np.diag([2.0, 1.0]), [4.0, 1.0], alphas=2, eps=0.25)
    >>> alphas
    array([4., 1.])
    """
    return enet_path(
        X,
        y,
        l1_ratio=1.0,
        eps=eps,
        alphas=alphas,
        precompute=precompute,
        Xy=Xy,
        copy_X=copy_X,
        coef_init=coef_init,
        verbose=verbose,
        return_n_iter=return_n_iter,
        positive=positive,
        penalty_factor=penalty_factor,
        standardize=standardize,
        tol=tol,
        max_iter=max_iter,
        sample_weight=sample_weight,
        check_input=check_input,
        random_state=random_state,
        selection=selection,
        n_alphas=n_alphas,
    )
