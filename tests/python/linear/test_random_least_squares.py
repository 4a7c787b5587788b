"""Least squares on random problems of every kind; the duality gap is computed here in extended precision."""

import warnings

import numpy as np
import pytest

from linear_tools import convergence_warning
from proxnet.linear_model import ElasticNet, GroupLasso, Lasso, MultiTaskElasticNet, Ridge, SparseGroupLasso

FITS = 240
EXTENDED = np.longdouble


def random_problem(seed):
    """(model, X as the model is given it, y, sample_weight, penalty): one random problem with its penalty.

    The penalty is l1 (features,), l2 (features,), norms (groups,) and lists of columns, of the objective
    ``1 / 2 sum s (y - X w - b)^2 + l1 |w| + l2 / 2 w^2 + norms |w_g|``, weights s with the sum n.
    """
    rng = np.random.default_rng(seed)
    n, p = int(rng.integers(2, 60)), int(rng.integers(1, 60))
    x = rng.normal(size=(n, p))
    shape = rng.choice(["normal", "correlated", "duplicates", "constant", "scaled", "offset", "low rank"])
    if shape == "correlated":
        x = x @ rng.normal(size=(p, p)) / np.sqrt(p)
    elif shape == "duplicates":
        x[:, rng.integers(0, p, p // 2)] = x[:, rng.integers(0, p, p // 2)]
    elif shape == "constant":
        x[:, rng.integers(0, p, 1 + p // 4)] = rng.choice([0.0, 1.0, 0.1, -1e4])
    elif shape == "scaled":
        x *= 10.0 ** rng.uniform(-3, 3, p)
    elif shape == "offset":
        x += 10.0 ** rng.uniform(0, 4)
    elif shape == "low rank":
        x = rng.integers(-3, 4, (n, 2)) @ rng.integers(-3, 4, (2, p)) + 0.0
    name = rng.choice(["lasso", "net", "positive", "group", "sparse group", "tasks", "ridge"])
    if rng.random() < 0.3 and shape != "offset":
        x[rng.random((n, p)) < 0.7] = 0
    x *= 10.0 ** rng.uniform(-8, 8)
    targets = int(rng.integers(2, 4)) if name == "tasks" else 1
    y = (x / max(np.abs(x).max(), 1e-300)) @ rng.normal(size=(p, targets)) + rng.normal(size=(n, targets))
    y = y * 10.0 ** rng.uniform(-8, 8) + rng.choice([0.0, 10.0])
    x = x.astype(rng.choice(["f4", "f8"]))
    weights = rng.exponential(size=n) if rng.random() < 0.3 and name != "ridge" else None
    intercept = bool(rng.random() < 0.8)
    s = np.ones(n) if weights is None else weights * (n / weights.sum())
    exact = x.astype("f8")
    correlations = (exact - intercept * (s @ exact / n)).T @ (s[:, None] * (y - intercept * (s @ y / n)))
    top = np.abs(correlations).max() / n
    varies = top > 1e-12 * np.abs(exact).max() * np.abs(y).max()  # else the correlations are rounding
    alpha = float(top * 10.0 ** rng.uniform(-3, 0)) if varies else 1.0
    factors = None
    if rng.random() < 0.3 and name in ("lasso", "net", "tasks", "sparse group"):
        factors = rng.choice([0.5, 1.0, 3.0] if rng.random() < 0.5 else [0.0, 1.0, 2.0], p)
        factors[0] = 1.0
    each = np.ones(p) if factors is None else factors
    stop = {"alpha": alpha, "fit_intercept": intercept, "tol": 10.0 ** rng.uniform(-9, -3), "max_iter": 10000}
    l1, l2, norms, groups = alpha * n * each, 0 * each, np.zeros(0), []
    if name == "lasso":
        model = Lasso(penalty_factor=factors, **stop)
    elif name in ("net", "positive"):
        ratio = float(rng.choice([0.1, 0.5, 0.9, 1.0]))
        l1, l2 = ratio * l1, (1 - ratio) * l1
        model = ElasticNet(l1_ratio=ratio, penalty_factor=factors, positive=name == "positive", **stop)
    elif name in ("group", "sparse group"):
        labels = rng.integers(0, max(1, p // 3), p)
        groups = [np.flatnonzero(labels == g) for g in np.unique(labels)]
        ratio = 0.0 if name == "group" else float(rng.choice([0.05, 0.5, 0.95]))
        l1, norms = ratio * l1, (1 - ratio) * alpha * n * np.sqrt([len(g) for g in groups])
        model = (
            GroupLasso(labels, **stop)
            if name == "group"
            else SparseGroupLasso(labels, l1_ratio=ratio, penalty_factor=factors, **stop)
        )
    elif name == "tasks":
        ratio = float(rng.choice([0.5, 1.0]))
        l1, l2, norms, groups = 0 * l1, (1 - ratio) * l1, ratio * l1, [np.array([j]) for j in range(p)]
        model = MultiTaskElasticNet(l1_ratio=ratio, penalty_factor=factors, **stop)
    else:
        solver = str(rng.choice(["cholesky", "svd", "sparse_cg"]))
        model = Ridge(alpha * n, fit_intercept=intercept, solver=solver, tol=stop["tol"], max_iter=10000)
        l1, l2 = 0 * l1, l1
    given = x
    if rng.random() < 0.4 and name != "ridge":
        sparse = pytest.importorskip("scipy.sparse")
        given = sparse.csc_matrix(x) if rng.random() < 0.5 else sparse.csr_matrix(x)
    elif rng.random() < 0.5:
        given = np.asfortranarray(x)
    return model, given, (y if targets > 1 else y[:, 0]), weights, (l1, l2, norms, groups)


def duality_gap(model, x, y, weights, penalty):
    """(gap over n, tol's scale, what rounding of the coefficients may add to the gap)."""
    l1, l2, norms, groups = penalty
    x = np.asarray(x.toarray() if hasattr(x, "toarray") else x, EXTENDED)
    n, p = x.shape
    y = np.asarray(y, EXTENDED).reshape(n, -1)
    s = np.ones((n, 1), EXTENDED) if weights is None else np.asarray(weights, EXTENDED)[:, None] * (n / weights.sum())
    root = np.sqrt(s)
    w = np.asarray(model.coef_, EXTENDED).reshape(-1, p).T
    positive = bool(getattr(model, "positive", False))
    inside = np.zeros(p, bool)
    for group, norm in zip(groups, norms, strict=True):
        inside[group] = norm > 0
    free = (l1 == 0) & (l2 == 0) & ~inside
    # An orthonormal basis of what is not penalised.
    basis = []
    for v in ([root[:, 0]] if model.fit_intercept else []) + [root[:, 0] * x[:, j] for j in np.flatnonzero(free)]:
        size = np.sqrt(v @ v)
        for _ in range(2):
            for b in basis:
                v = v - b * (b @ v)
        if np.sqrt(v @ v) > 1e-13 * size:
            basis.append(v / np.sqrt(v @ v))
    project = lambda v: v - sum(np.outer(b, b @ v) for b in basis)  # noqa: E731
    actual = root * (y - x @ w - np.asarray(model.intercept_, EXTENDED))
    target, r = project(root * y), project(root * (y - x @ w))
    inner = project(root * x)
    q = inner.T @ r
    pays = np.sum(l1[:, None] * np.abs(w)) + np.sum(l2[:, None] * w * w) / 2
    pays = pays + sum(norm * np.sqrt(np.sum(w[g] ** 2)) for g, norm in zip(groups, norms, strict=True))
    primal = np.sum(actual**2) / 2 + pays

    def dual(a):
        """The dual value at a times the residual, minus infinity where that is not feasible."""
        over = np.maximum(a * q if positive else np.abs(a * q), 0) - l1[:, None]
        value = a * np.sum(r * target) - a * a * np.sum(r * r) / 2
        over = np.maximum(over, 0)
        sizes, curved, limits = np.sqrt(np.sum(over**2, axis=1)), l2, np.zeros(p)
        if groups:
            sizes = np.array([np.sqrt(np.sum(over[g] ** 2)) for g in groups])
            curved, limits = np.array([l2[g[0]] for g in groups]), norms
            kept = np.array([not free[g].all() for g in groups])
        else:
            kept = ~free
        beyond = np.where(kept, np.maximum(sizes - limits, 0), 0)
        if np.any(beyond[curved == 0] > 0):
            return -np.inf
        return value - np.sum(beyond[curved > 0] ** 2 / (2 * curved[curved > 0]))

    low, high = EXTENDED(0), EXTENDED(1)
    if np.isinf(dual(EXTENDED(1))):  # the largest multiple that is feasible
        for _ in range(80):
            middle = (low + high) / 2
            low, high = (low, middle) if np.isinf(dual(middle)) else (middle, high)
        high = low
    best, step = dual(high), high
    for _ in range(60):  # concave in the multiple
        step = step / 2
        for a in (high - step, high + step):
            if 0 <= a <= 1 and dual(a) > best:
                best, high = dual(a), a
    # Rounding of the coefficients changes the residual, and the scale that makes the dual point feasible.
    eps = np.finfo(model.coef_.dtype).eps
    size = np.sqrt(np.sum((np.abs(inner) @ np.abs(w)) ** 2))
    columns = np.sqrt(np.sum(inner**2, axis=0))
    limit = np.where(inside, np.inf, np.where(free, np.inf, l1))
    for g, norm in zip(groups, norms, strict=True):
        limit[g] = norm + l1[g]
    tight = np.max(np.where(limit > 0, columns / np.where(limit > 0, limit, 1), 0), initial=0)
    noise = eps * (size * tight + 1) * np.sum(target**2)
    ends = eps * size + np.finfo(float).eps * np.sqrt(np.sum((root * y) ** 2))
    noise += np.sum((ends * columns[l2 > 0]) ** 2 / l2[l2 > 0])
    ends = (eps + 4 * n * np.finfo(float).eps) * (np.abs(root * x) @ np.abs(w)) + 1e-14 * np.abs(root * y)
    noise += n * np.max(ends) ** 2  # rounding of sums over rows, such as the means in the intercept
    return float((primal - best) / n), float(np.sum(target**2) / n), float(noise / n)


def fit_of(seed):
    """(model, its warnings, the gap, its limit, what rounding may add to it) of a random fit."""
    model, x, y, weights, penalty = random_problem(seed)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model.fit(x, y, sample_weight=weights) if weights is not None else model.fit(x, y)
    warned = [str(w.message) for w in caught if issubclass(w.category, convergence_warning())]
    gap, scale, noise = duality_gap(model, x, y, weights, penalty)
    # The tolerance of ridge regression is not on the gap; the reported gap must be right.
    limit = model.dual_gap_ / len(y) if isinstance(model, Ridge) else model.tol * scale
    return model, warned, gap, limit, noise


@pytest.mark.parametrize("part", range(6))
def test_random_fits_are_optimal(part) -> None:
    wrong = []
    for seed in range(part * FITS // 6, (part + 1) * FITS // 6):
        model, warned, gap, limit, noise = fit_of(seed)
        if warned or not gap <= 1.01 * limit + noise:
            wrong.append((seed, model, warned, gap, limit, noise))
    assert not wrong
