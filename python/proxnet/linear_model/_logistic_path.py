"""Logistic regression for many strengths at once, each from the solution before it."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import _arguments
from ._alphas import is_count, items
from ._data import weight_sum
from ._estimator import PathCall
from ._glm import glm_path
from ._inputs import read_design, read_weights
from ._labels import class_weights, read_labels
from ._least_squares import read_factors
from ._logistic import classes_loss, strength
from ._model import solver_settings
from ._operation import names_itself
from ._rounding import rounded
from ._start import read_start

__all__ = ["logistic_path"]


def grid_arguments(cs: Any, eps: Any, total: float) -> dict[str, Any]:
    """The core's arguments for a number of Cs, or for the Cs themselves, smallest first."""
    eps = _arguments.real("path", "eps", eps, above=0, below=1)
    if is_count(cs):
        return {"alphas": [], "count": _arguments.integer("path", "Cs", cs, minimum=1), "eps": eps}
    given = items("path", "Cs", cs, "a number of Cs or a vector of them")
    values = [strength(c, "Cs") / total for c in given]
    values.sort(reverse=True)
    return {"alphas": values, "count": len(values), "eps": eps}


@names_itself("logistic_path")
def logistic_path(
    X: Any,
    y: Any,
    *,
    Cs: Any = 100,
    eps: Any = 1e-3,
    l1_ratio: Any = 1.0,
    fit_intercept: Any = True,
    class_weight: Any = None,
    sample_weight: Any = None,
    coef_init: Any = None,
    tol: Any = 1e-4,
    max_iter: Any = 100,
    penalty_factor: Any = None,
    return_n_iter: Any = False,
) -> tuple[Any, ...]:
    """`LogisticRegression` along rising C.

    Parameters
    ----------
    X : array or sparse matrix of shape (n_samples, n_features)
    y : array of shape (n_samples,)
        Labels.
    Cs : int or array, default 100
        How many, from the largest that leaves all coefficients zero up to 1 / `eps` times that; or the values.
    eps : float, default 1e-3
        The smallest C over the largest.
    l1_ratio : float, default 1.0
        Between 0 and 1; > 0 where the Cs are to be found.
    coef_init : array of shape (1 or n_classes, n_features), optional
        Where the first C begins.
    sample_weight : float or array of shape (n_samples,), optional
        >= 0; as in `LogisticRegression`, doubling all weights halves the penalty.
    tol : float, default 1e-4
        Of the duality gap, relative to the loss without coefficients.
    fit_intercept : bool, default True
        Fit intercepts, which are not penalised.
    class_weight : dict or "balanced", optional
        Multiplies the rows' weights: per label (1 where none is given), or inversely to the classes' weights.
    max_iter : int, default 100
        Newton steps, for every C.
    penalty_factor : array of shape (n_features,), optional
        Multiplies the strength, feature by feature; >= 0, where 0 is for a feature that is not penalised: n_samples
        extra values for each. With three classes or more such a feature's coefficients have the sum 0.
    return_n_iter : bool, default False
        Return the Newton steps as well.

    Returns
    -------
    Cs : array of shape (n_cs,), smallest first
    coefs : array of shape (1 or n_classes, n_features, n_cs)
    intercepts : array of shape (1 or n_classes, n_cs)
    dual_gaps : array of shape (n_cs,)
    n_iters : list of int, with `return_n_iter`

    Raises
    ------
    ValueError, TypeError
        As `LogisticRegression.fit`.

    Examples
    --------
    >>> import numpy as np
    >>> from proxnet.linear_model import logistic_path
    >>> X = np.random.default_rng(0).normal(size=(200, 10))
    >>> Cs, coefs, intercepts, gaps = logistic_path(X, X[:, 0] - X[:, 1] > 0, Cs=20, eps=0.1)
    >>> coefs.shape, np.count_nonzero(coefs[0], axis=0)[[0, 5, -1]]
    ((1, 10, 20), array([0, 2, 2]))
    """
    _arguments.flag("path", "return_n_iter", return_n_iter)
    asks = PathCall.of("logistic_path")
    design, shape, dtype = read_design(asks, X)
    classes, numbers = read_labels(asks, y, shape[0])
    weights = class_weights(class_weight, classes, numbers, read_weights(sample_weight, shape[0], scalar_counts=True))
    total = weight_sum(weights, shape[0])
    rows = 1 if len(classes) == 2 else len(classes)
    start = read_start("path", "coef_init", coef_init, rows, shape[1])
    result = glm_path(
        design,
        numbers[np.newaxis],
        weights,
        **classes_loss(len(classes)),
        l1_ratio=_arguments.real("fit", "l1_ratio", l1_ratio, minimum=0, maximum=1),
        penalty_factor=read_factors(penalty_factor, shape[1]),
        start=start,
        **solver_settings(fit_intercept, tol, max_iter),
        **grid_arguments(Cs, eps, total),
    )
    with np.errstate(divide="ignore"):
        cs = 1 / (result["alphas"] * total)
    short, intercepts = rounded(design, result["coef"], result["intercept"], dtype, weights, fit_intercept)
    found = (cs, np.moveaxis(short, 0, -1), intercepts.T, result["gap"])
    return (*found, list(result["iterations"])) if return_n_iter else found
