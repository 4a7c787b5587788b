"""Small linear problems, and the certificate computed in NumPy, far from the solver."""

import numpy as np
import pytest

from proxnet import linear_model

MODELS = [model for model in vars(linear_model).values() if isinstance(model, type)]
UNPENALIZED = [3, 11]  # the columns with penalty factor 0 in `factors_of`


def problem(rows=60, cols=90, seed=0):
    """Correlated features with means that are not zero; a target of five of them."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(rows, cols)) + 0.7 * rng.normal(size=(rows, 1)) + 3 * rng.normal(size=cols)
    y = x[:, :5] @ np.array([3.0, -2.0, 1.5, 1.0, -1.0]) + rng.normal(size=rows) + 10
    return x, y


def centred(x, y, weights=None, intercept=True):
    """(X, y) of the equivalent problem without an intercept and without weights."""
    weights = np.ones(len(y)) if weights is None else weights * len(y) / weights.sum()
    if intercept:
        x, y = x - np.average(x, axis=0, weights=weights), y - np.average(y, weights=weights)
    root = np.sqrt(weights)
    return x * root[:, None], y * root


def certificate(x, y, w, alpha, l1_ratio=1.0, factors=1.0, positive=False):
    """(duality gap, largest KKT violation) of a centred problem, l1_ratio > 0.

    The dual point is the residual, scaled until it is feasible.
    """
    n = len(y)
    l1, l2 = alpha * l1_ratio * factors * np.ones(len(w)), alpha * (1 - l1_ratio) * factors * np.ones(len(w))
    r = y - x @ w
    q = x.T @ r / n - l2 * w
    excess = q if positive else np.abs(q)
    scale = min(1.0, np.min(l1 / np.maximum(excess, 1e-300)))
    primal = r @ r / (2 * n) + l1 @ np.abs(w) + 0.5 * l2 @ w**2
    dual = scale * (r @ y) / n - 0.5 * scale**2 * (r @ r / n + l2 @ w**2)
    violation = np.where(w != 0, np.abs(q - l1 * np.sign(w)), np.maximum(0, excess - l1))
    return primal - dual, violation.max()


def convergence_warning():
    """scikit-learn's ConvergenceWarning where it is loaded, else ours."""
    import sys

    from proxnet.errors import ConvergenceWarning

    return getattr(sys.modules.get("sklearn.exceptions"), "ConvergenceWarning", ConvergenceWarning)


def target_for(model, rows, classes=2):
    """A target that the model takes: counts (which are real numbers too), labels or two columns."""
    y = np.arange(rows) % 7 + 1.0
    if model.__name__.startswith("MultiTask"):
        return np.c_[y, y**2]
    return np.arange(rows) % classes if model._estimator_type == "classifier" else y


def classes(count, rows=60, cols=6, seed=0):
    """(standardised X, labels 0 to count - 1 of equal frequency)."""
    x, y = problem(rows, cols, seed)
    x = (x - x.mean(axis=0)) / x.std(axis=0)
    noisy = y + 3 * np.random.default_rng(seed).normal(size=rows)
    return x, np.digitize(noisy, np.quantile(noisy, np.arange(1, count) / count))


def without(columns: np.ndarray, of: np.ndarray) -> np.ndarray:
    """`of` minus its projection on the columns."""
    return of - columns @ np.linalg.lstsq(columns, of, rcond=None)[0]


def stored(x: np.ndarray, layout: str):
    """x in the layout "C", "F", "csc" or "csr"."""
    if layout in ("csc", "csr"):
        return getattr(pytest.importorskip("scipy.sparse"), f"{layout}_array")(x)
    return np.asarray(x, order=layout)


def factors_of(cols):
    """Penalty factors from 0.5 to 2; 0 for `UNPENALIZED`."""
    factors = np.random.default_rng(1).uniform(0.5, 2, cols)
    factors[UNPENALIZED] = 0
    return factors
