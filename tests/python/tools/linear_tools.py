"""Small linear problems, and the certificate computed in NumPy, far from the solver."""

import numpy as np


def problem(rows=60, cols=90, seed=0):
    """Correlated features with means that are not zero; a target of five of them."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(rows, cols)) + 0.7 * rng.normal(size=(rows, 1)) + 3 * rng.normal(size=cols)
    y = x[:, :5] @ np.array([3.0, -2.0, 1.5, 1.0, -1.0]) + rng.normal(size=rows) + 10
    return x, y


def centred(x, y, weights=None, intercept=True):
    """The problem without an intercept and without weights that has the same solution."""
    weights = np.ones(len(y)) if weights is None else weights * len(y) / weights.sum()
    if intercept:
        x, y = x - np.average(x, axis=0, weights=weights), y - np.average(y, weights=weights)
    root = np.sqrt(weights)
    return x * root[:, None], y * root


def certificate(x, y, w, alpha, l1_ratio=1.0, factors=1.0, positive=False):
    """(gap, largest violation of the optimality conditions) of a centred problem, l1_ratio > 0."""
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
