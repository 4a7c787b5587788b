"""Generalised linear models in NumPy, far from the solver: losses, gradients, conjugates, the certificate."""

import numpy as np
import pytest

from linear_tools import problem
from proxnet import _core


def predictions(x, coef, intercept):
    return x @ np.atleast_2d(coef).T + np.atleast_1d(intercept)


def logistic(y, z):
    """(losses, derivatives by z, c -> conjugates at c * derivatives), per row; y 0 or 1."""
    s, m = 2 * y - 1, (2 * y - 1) * z[:, 0]
    p = np.exp(-np.logaddexp(0, m))
    return np.logaddexp(0, -m), (-s * p)[:, None], lambda c: entropy(c * p) + entropy(1 - c * p)


def entropy(a):
    return np.where(a > 0, a * np.log(np.maximum(a, 1e-300)), 0.0)


def softmax(y, z):
    z = z - z.max(axis=1, keepdims=True)
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    hot = np.eye(z.shape[1])[y.astype(int)]
    loss = np.log(np.exp(z).sum(axis=1)) - (z * hot).sum(axis=1)
    return loss, p - hot, lambda c: entropy(c * p + (1 - c) * hot).sum(axis=1)


def poisson(y, z):
    mean = np.exp(z[:, 0])
    constant = entropy(y) - y

    def conjugate(c):
        v = c * mean + (1 - c) * y
        return entropy(v) - v - constant

    return mean - y * z[:, 0] + constant, (mean - y)[:, None], conjugate


def squared_hinge(y, z):
    s = 2 * y - 1
    inside = np.maximum(0, 1 - s * z[:, 0])
    return inside**2, (-2 * s * inside)[:, None], lambda c: (c * inside) ** 2 - 2 * c * inside


def huber(y, z, epsilon=1.35, weights=None):
    """The scale by bisection of its optimality condition."""
    r = z[:, 0] - y
    w = np.full(len(y), 1 / len(y)) if weights is None else weights / weights.sum()
    high = 10 * np.abs(r).max()
    low = 1e-16 * high
    for _ in range(200):
        scale = np.sqrt(low * high)
        above = w @ np.minimum((r / scale) ** 2, epsilon**2) > 1
        low, high = (scale, high) if above else (low, scale)
    t = np.abs(r) / scale
    loss = scale * (1 + np.where(t <= epsilon, t**2, 2 * epsilon * t - epsilon**2))
    slope = np.where(t <= epsilon, 2 * t, 2 * epsilon) * np.sign(r)
    return loss, slope[:, None], lambda c: c * slope * y


SHAPES = [(60, 90), (90, 30)]
CORE = {
    "logistic": _core.GlmLoss.logistic,
    "softmax": _core.GlmLoss.multinomial,
    "poisson": _core.GlmLoss.poisson,
    "squared_hinge": _core.GlmLoss.squared_hinge,
    "huber": _core.GlmLoss("huber", 1.35),
}
LOSSES = {
    "logistic": logistic,
    "softmax": softmax,
    "poisson": poisson,
    "squared_hinge": squared_hinge,
    "huber": huber,
}


def objective(loss, x, y, coef, intercept, alpha, l1_ratio, weights=None, **options):
    w = np.full(len(y), 1 / len(y)) if weights is None else weights / weights.sum()
    options |= {"weights": weights} if loss == "huber" else {}
    value = w @ LOSSES[loss](y, predictions(x, coef, intercept), **options)[0]
    return value + alpha * (l1_ratio * np.abs(coef).sum() + (1 - l1_ratio) / 2 * (np.asarray(coef) ** 2).sum())


def certificate(loss, x, y, coef, intercept, alpha, l1_ratio, weights=None, factors=1.0):
    """(duality gap, largest KKT violation, largest gradient along intercepts and features of factor 0)."""
    w = np.full(len(y), 1 / len(y)) if weights is None else weights / weights.sum()
    options = {"weights": weights} if loss == "huber" else {}
    losses, slopes, conjugate = LOSSES[loss](y, predictions(x, coef, intercept), **options)
    slopes = w[:, None] * slopes
    q, coef = -slopes.T @ x, np.atleast_2d(coef)
    free = (factors * np.ones(x.shape[1])) == 0
    slope = max(np.abs(slopes.sum(axis=0)).max(), np.abs(q[:, free]).max(initial=0))
    q, coef, factors = q[:, ~free], coef[:, ~free], (factors * np.ones(x.shape[1]))[~free]
    l1, l2 = alpha * l1_ratio * factors, alpha * (1 - l1_ratio) * factors
    over = np.maximum(0, np.abs(q) - l1)
    scale = 1.0 if l1_ratio < 1 else min(1.0, (l1 / np.maximum(np.abs(q), 1e-300)).min())
    gap = w @ losses + (l1 * np.abs(coef)).sum() + (l2 / 2 * coef**2).sum() + w @ conjugate(scale)
    if l1_ratio < 1:
        gap += (over**2 / (2 * l2)).sum()
    violation = np.where(coef != 0, np.abs(q - l2 * coef - l1 * np.sign(coef)), over)
    return gap, violation.max(), slope


def data(loss, rows=60, cols=90, seed=0):
    """(X, y) for a loss: real numbers with outliers, counts, or class numbers."""
    x, y = problem(rows, cols, seed)
    rng = np.random.default_rng(seed + 100)
    if loss == "huber":
        return x, y + 100 * (rng.random(rows) < 0.05)
    z = (y - y.mean()) / y.std() + 0.3 * rng.normal(size=rows)
    if loss == "poisson":
        return x, rng.poisson(np.exp(z)).astype(float)
    return x, np.digitize(z, [-0.5, 0.5] if loss == "softmax" else [0.1]).astype(float)


def solve(loss, x, y, weights=None, design=None, **options):
    """`_core.glm_path` with default options."""
    defaults = {
        "classes": 3,
        "constant_column": 0.0,
        "l1_ratio": 1.0,
        "penalty_factor": None,
        "fit_intercept": True,
        "alphas": [],
        "count": 10,
        "eps": 0.02,
        "tol": 1e-8,
        "max_iter": 1000,
        "start": None,
    }
    if loss == "huber" and x.shape[0] < x.shape[1]:
        defaults["eps"] = 0.2  # below, the scale goes to zero: all rows are met but for the outliers
    return _core.glm_path(design or _core.Design(x), y, weights, CORE[loss], **defaults | options)


def coef_of(result, k):
    """Coefficients at alpha k: (outputs, features), or (features,) for one output."""
    return result["coef"][k] if result["coef"].shape[1] > 1 else result["coef"][k, 0]


def standardised(loss, rows, cols):
    """`data` with columns of standard deviation 1 and means other than 0."""
    x, y = data(loss, rows, cols)
    return (x - x.mean(axis=0) + 0.3) / x.std(axis=0), y


def compressed(x):
    """The core's design of x in CSC."""
    sparse = pytest.importorskip("scipy.sparse").csc_array(x)
    return _core.Design.compressed(sparse.data, sparse.indices, sparse.indptr, *x.shape, False)
