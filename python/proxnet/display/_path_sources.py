"""Makes `PathData` from the tuples of path functions and from cross-validated models, ours and scikit-learn's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ._path_data import PathData
from ._refits import coefficients, fitted_with, ridge_again, training_error
from ._wrapped import feature_names, unwrap

__all__ = ["from_estimator", "from_path", "is_of_cs", "of_cs"]

_OPERATION = "[RegularizationPathDisplay]"
_RIDGE = (
    "alphas",
    "alpha_",
    "best_score_",
)  # attributes by which scikit-learn's RidgeCV is known, which has no alphas_


def from_path(path: Any, names: Any = None) -> PathData:
    """From a tuple (alphas, coefs, ...) or (Cs, coefs, intercepts, ...), or from an object with a path."""
    if isinstance(path, PathData):
        return path
    if isinstance(path, tuple | list):
        if len(path) < 2:
            raise ValueError(f"{_OPERATION} a path must be (alphas, coefs, ...), got {len(path)} parts")
        if len(path) > 2 and np.ndim(path[1]) == 1 and np.ndim(path[2]) == 2:  # (alphas, active, coefs) of lars_path
            return PathData(path[0], path[2], names=names)
        if is_of_cs(*path[:2]) or (len(path) > 3 and np.ndim(path[1]) == 3 and np.ndim(path[2]) == 2):
            return of_cs(path[0], path[1], names=names)
        return PathData(path[0], path[1], names=names)
    if _is_search(path) and not _is_lars(path):
        return from_estimator(path, names=names)
    if hasattr(path, "strengths") and hasattr(path, "importances"):
        return _of_network(path, names)
    alphas = getattr(path, "alphas_", getattr(path, "alphas", None))
    coefs = _kept(path)
    if alphas is None or coefs is None:
        raise TypeError(
            f"{_OPERATION} a path must be a tuple (alphas, coefs, ...) or an object with alphas and coefficients, got "
            f"{type(path).__name__}"
        )
    if isinstance(alphas, list) and np.ndim(alphas[0]) == 1:
        raise ValueError(f"{_OPERATION} a path of least angles must be of one target, got {len(alphas)}")
    return PathData(alphas, coefs, names=names)


def _of_network(path: Any, names: Any) -> PathData:
    """From a `proxnet.path.RegularizationPath`; its objective is a loss, smaller is better."""
    return PathData(
        path.strengths,
        path.importances.T,
        validation=path.validation_scores,
        train=path.train_scores,
        names=path.feature_names if names is None else names,
        strength="strength",
        score="loss",
        value="norm of the input's weights",
        count="inputs in use",
    )


def is_of_cs(strengths: Any, coefs: Any) -> bool:
    """Whether these are the Cs and coefficients of logistic_path: (1 or classes, features, Cs), growing with C."""
    strengths = np.asarray(strengths, np.float64)
    if np.ndim(coefs) != 3 or strengths.ndim != 1 or np.shape(coefs)[2] != len(strengths) or len(strengths) < 2:
        return False
    norms = np.linalg.norm(np.asarray(coefs, np.float64), axis=(0, 1))
    return bool(norms[strengths.argmax()] > norms[strengths.argmin()])


def _is_lars(estimator: Any) -> bool:
    """Whether it is a least-angle model of scikit-learn (Lars, ...), with `coef_path_` (features, alphas)."""
    return hasattr(estimator, "active_") and hasattr(estimator, "coef_path_")


def _kept(estimator: Any) -> Any:
    """The coefficients of a path stored in an object, with the alphas as the last axis; None without."""
    turned = getattr(estimator, "coef_path_", None)  # (alphas, features)
    if turned is None or _is_lars(estimator):
        return getattr(estimator, "coefs", None) if turned is None else turned
    return np.moveaxis(np.asarray(turned), 0, -1)


def from_estimator(
    estimator: Any, x: Any = None, y: Any = None, names: Any = None, *, weights: Any = None, kind: str = "score"
) -> PathData:
    """From a fitted LassoCV, LogisticRegressionCV, RidgeCV, ...

    X, y and weights of fit give the training error of least squares, and coefficients or scores that the estimator has
    not stored.
    """
    if hasattr(estimator, "strengths") and hasattr(estimator, "importances"):
        return _of_network(estimator, names)
    if (x is None) != (y is None):
        raise ValueError(f"{_OPERATION} X and y must be given together")
    outer = estimator.steps[-1][1] if hasattr(estimator, "named_steps") else estimator
    estimator, steps = unwrap(estimator)
    if x is not None and steps is not None:
        x = steps.transform(x)
    if names is None:
        names = feature_names(estimator, steps)
    if x is not None:
        x, y, weights = fitted_with(estimator, x, y, weights)
    if all(hasattr(estimator, name) for name in _RIDGE) and not hasattr(estimator, "alphas_"):
        if x is None:
            return _of_rows_left_out(estimator)
        estimator = ridge_again(estimator, x, y, weights)
    if not _is_search(estimator) and (grid := _of_grid(outer)) is not None:
        return grid
    if not _is_search(estimator) or (_is_lars(estimator) and kind == "coefficients"):
        if hasattr(estimator, "coef_path_"):
            return from_path(estimator, names)
        raise ValueError(
            f"{_OPERATION} the estimator must be fitted and keep alphas_ and mse_path_ (LassoCV, ElasticNetCV, ...), "
            f"or Cs_ and scores_ (LogisticRegressionCV), or be a RidgeCV, got {type(estimator).__name__}"
        )
    if hasattr(estimator, "Cs_"):
        return _of_logistic(estimator, names)
    errors = getattr(estimator, "mse_path_", None)
    alphas, coefs = np.asarray(getattr(estimator, "cv_alphas_", estimator.alphas_)), _kept(estimator)
    if errors is not None and np.ndim(errors) == 3:
        which = list(np.atleast_1d(estimator.l1_ratio)).index(estimator.l1_ratio_)
        errors, alphas = errors[which], alphas[which] if alphas.ndim == 2 else alphas
    if _is_lars(estimator):  # coef_path_ of least angles ends at the chosen alpha, the errors do not
        coefs = None
    train = None
    if x is not None and not hasattr(estimator, "classes_"):
        if coefs is None and getattr(estimator, "method", "lasso") == "lasso":
            coefs = coefficients(estimator, x, y, alphas, weights)
        if coefs is not None:
            train = training_error(x, y, coefs, estimator.fit_intercept, weights)
    given: dict[str, Any] = {"validation": errors}
    scoring, kept = getattr(estimator, "scoring", None), hasattr(estimator, "score_path_")
    if kept and (errors is None or scoring is not None or hasattr(estimator, "classes_")):
        scores, spread = (np.atleast_2d(getattr(estimator, name)) for name in ("score_path_", "score_error_"))
        squares = errors is None and scoring is None  # leave-one-out squared errors
        given = {"means": (-scores if squares else scores).mean(axis=0), "spread": spread.mean(axis=0)}
        given |= {} if squares else {"score": _name(scoring or "accuracy"), "larger": True}
        train = train if squares else None
    chosen = tuple(getattr(estimator, name, None) for name in ("alpha_min_", "alpha_1se_"))
    if all(alpha is not None and np.ndim(alpha) == 0 for alpha in chosen):
        given["marks"] = chosen
    return PathData(alphas, coefs, train=train, names=names, **given)


def _of_rows_left_out(estimator: Any) -> PathData:
    """From scikit-learn's RidgeCV with stored leave-one-out errors, (rows, alphas) or (rows, targets, alphas)."""
    from ..linear_model._cv.choice import standard_error, two_rules

    errors: Any = getattr(estimator, "cv_results_", None)
    if errors is None or estimator.scoring is not None:
        raise ValueError(
            f"{_OPERATION} X and y of fit must be given for a {type(estimator).__name__} that has not stored squared "
            "errors with store_cv_results=True: its scores are found again"
        )
    alphas = np.atleast_1d(np.asarray(estimator.alphas, np.float64))
    order = np.argsort(-alphas, kind="stable")
    alphas, errors = alphas[order], np.asarray(errors)[..., order]
    errors = errors.mean(axis=1).T if errors.ndim == 3 else errors.T
    one = np.ndim(estimator.alpha_) == 0
    best, simple = two_rules(errors)
    marks = (float(alphas[best]), float(alphas[simple])) if one else None
    return PathData(alphas, means=errors.mean(axis=1), spread=standard_error(errors), marks=marks)


def _is_search(estimator: Any) -> bool:
    pairs = (("alphas_", "mse_path_"), ("alphas_", "score_path_"), ("Cs_", "scores_"))
    return any(all(getattr(estimator, name, None) is not None for name in pair) for pair in pairs)


def _name(scoring: Any) -> str:
    return scoring if isinstance(scoring, str) else getattr(scoring, "__name__", "score")


def _of_grid(search: Any) -> PathData | None:
    """The scores of a GridSearchCV along its one strength parameter, at the best values of the other parameters."""
    results, best = getattr(search, "cv_results_", None), getattr(search, "best_params_", None)
    if not isinstance(results, Mapping) or not isinstance(best, Mapping):
        return None
    along = [name for name in best if name.rpartition("__")[2] in ("alpha", "strength", "C")]
    if len(along) != 1:
        return None
    rows = [
        k
        for k, given in enumerate(results["params"])
        if all(given.get(name) == value for name, value in best.items() if name != along[0])
    ]
    strengths = np.array([results["params"][k][along[0]] for k in rows], np.float64)
    scores = np.stack([results[f"split{k}_test_score"][rows] for k in range(search.n_splits_)], axis=1)
    inverse = along[0].rpartition("__")[2] == "C"
    score = "score" if search.scoring is None else _name(search.scoring)
    return PathData(
        1 / strengths if inverse else strengths,
        validation=scores,
        strength="1 / C" if inverse else along[0].rpartition("__")[2],
        score=score,
        larger=True,
    )


def of_cs(cs: Any, coefs: Any, **given: Any) -> PathData:
    """coefs: (1 or classes, features, Cs)."""
    with np.errstate(divide="ignore"):
        alphas = 1 / np.asarray(cs, np.float64)
    return PathData(alphas, coefs[0] if len(coefs) == 1 else coefs, strength="1 / C", rows="classes", **given)


def _of_logistic(estimator: Any, names: Any) -> PathData:
    """From a LogisticRegressionCV, ours or scikit-learn's with its new or legacy attributes."""
    scores: Any = estimator.scores_
    folds: Any = getattr(estimator, "coefs_paths_", None)
    if isinstance(scores, dict):  # the same for every class: (folds, Cs) or (folds, Cs, l1_ratios)
        scores = np.asarray(next(iter(scores.values())))
        scores = scores[:, np.newaxis] if scores.ndim == 2 else np.moveaxis(scores, 1, 2)
        each = [np.asarray(path) for path in folds.values()]
        each = [path[:, np.newaxis] if path.ndim == 3 else np.moveaxis(path, 1, 2) for path in each]
        folds = np.stack(each, axis=3)
    which, ratios = 0, getattr(estimator, "l1_ratios_", None)
    if scores.shape[1] > 1:
        which = int(np.argmin(np.abs(np.asarray(ratios, np.float64) - np.ravel(estimator.l1_ratio_)[0])))
    cs = np.asarray(estimator.Cs_)
    path = getattr(estimator, "coef_path_", None)  # (Cs, 1 or classes, features)
    if path is None:
        path = np.mean(folds[:, which, :, :, : estimator.n_features_in_], axis=0)
    own = hasattr(estimator, "alpha_1se_")
    return of_cs(
        cs[which] if cs.ndim == 2 else cs,
        np.moveaxis(np.asarray(path), 0, -1),
        validation=scores[:, which].T,
        marks=(estimator.alpha_min_, estimator.alpha_1se_) if own else None,
        score=_name("accuracy" if estimator.scoring in (None, "warn") else estimator.scoring),
        larger=True,
        names=names,
    )
