"""Generalised linear models on random problems of every kind; the gap is computed here in extended precision."""

import numpy as np
import pytest

from glm_tools import CORE
from proxnet import _core

EXTENDED = np.longdouble
EPSILON = 1.35
FITS = 200
# For every loss the seeds, among 3000, that take the most Newton steps.
HARD = [2700, 95, 2565, 2990, 1215, 156, 381, 1561, 606, 1526, 2092, 1172, 2802, 2412, 2357]
HARD += [1783, 2598, 448, 893, 903, 769, 1059, 719, 2104, 2474]


def random_problem(seed):
    """Loss, l1_ratio, X, y, sample_weight, fit_intercept, layout, alpha over the largest, and tol."""
    rng = np.random.default_rng([13, seed])
    loss = list(CORE)[seed % 5]
    ratio = (1.0, 0.5, 0.0, 1.0)[rng.integers(4)]
    kind = rng.choice(["standard", "unscaled", "far means", "collinear", "tiny", "huge"])
    small = rng.random() < 0.4
    n, p = (int(rng.integers(*ends)) for ends in (((2, 15), (1, 6)) if small else ((10, 80), (1, 60))))
    intercept, sparse = bool(rng.random() < 0.75), rng.random() < 0.25
    x = rng.standard_normal((n, p)) * (rng.random((n, p)) < (0.3 if sparse else 1))
    z = x @ (rng.standard_normal(p) * (rng.random(p) < 0.5)) / np.sqrt(p) + 0.3 * rng.standard_normal(n)
    unit = 1.0
    if kind == "unscaled":
        x = x * 10 ** rng.uniform(-2, 4, p)
    elif kind == "far means":
        x = x * rng.uniform(0.1, 0.7, p) + (not sparse) * 10 ** rng.uniform(-1, 4, p)
    elif kind == "collinear":
        x = np.c_[x, x[:, :1] * 2, x @ rng.standard_normal((p, 2))]
    elif kind == "tiny":
        x, unit = x * 10.0 ** rng.integers(-8, 1), 10.0 ** rng.integers(-200, 0)
    elif kind == "huge":
        x, unit = x * 10.0 ** rng.integers(0, 9), 10.0 ** rng.integers(0, 150)
    if loss == "huber":
        y = (z + 20 * (rng.random(n) < 0.1) * rng.standard_normal(n) + rng.choice([0, 1e3])) * unit
    elif loss == "poisson":
        y = rng.poisson(np.exp(np.clip(2 * z, -3, 7))).astype(float)
        y[0] += not y.any()
        if intercept:
            y *= unit
        else:
            x /= max(1, np.abs(x).max() / 5)
    elif loss == "softmax":
        y = np.digitize(z, np.quantile(z, [0.33, 0.67])).astype(float)
    else:
        y = (z > np.median(z)).astype(float)
    if loss not in ("poisson", "huber") and rng.random() < 0.3:
        y = rng.permutation(y)
    share, tol = 10 ** rng.uniform(-6, 0), (1e-4, 1e-4, 1e-7)[rng.integers(3)]
    weights = rng.uniform(0.1, 3, n) if rng.random() < 0.3 else None
    return loss, ratio, x, y, weights, intercept, sparse, share, tol


def solve(problem):
    loss, ratio, x, y, weights, intercept, sparse, share, tol = problem
    design = _core.Design(x)
    if sparse:
        at = [np.flatnonzero(column) for column in x.T]
        ends = np.cumsum([0] + [len(rows) for rows in at])
        values = np.concatenate([column[rows] for column, rows in zip(x.T, at, strict=True)])
        design = _core.Design.compressed(values, np.concatenate(at), ends, *x.shape, False)
    options = {"classes": 3, "constant_column": 0.0, "penalty_factor": None, "start": None}
    options |= {"fit_intercept": intercept, "eps": 0.5, "count": 1, "tol": tol, "max_iter": 1000}
    top = _core.glm_path(design, y, weights, CORE[loss], l1_ratio=1.0, alphas=[], **options)["alphas"][0]
    alpha = share * top
    if ratio == 0:  # the size that coefficients take is of a unit of its own
        alpha *= np.abs(x).max() / (max(np.ptp(y), 1e-300) if loss == "huber" else 1)
    return alpha, _core.glm_path(design, y, weights, CORE[loss], l1_ratio=ratio, alphas=[alpha], **options)


def xlogx(a):
    return np.where(a > 0, a * np.log(np.where(a > 0, a, 1)), EXTENDED(0))


def datafit(loss, y, z, w, scale):
    """Losses, slopes (rows, outputs), and the conjugates as a function of such slopes."""
    if loss == "softmax":
        z = z - z.max(axis=1, keepdims=True)
        e, hot = np.exp(z), np.eye(z.shape[1])[y.astype(int)].astype(EXTENDED)
        losses = np.log(e.sum(axis=1)) - (z * hot).sum(axis=1)
        return losses, e / e.sum(axis=1, keepdims=True) - hot, lambda v: xlogx(v + hot).sum(axis=1)
    z, s = z[:, 0], 2 * y - 1
    if loss == "logistic":
        slopes = -s / (1 + np.exp(s * z))
        losses = np.logaddexp(EXTENDED(0), -s * z)
        return losses, slopes[:, None], lambda v: (xlogx(np.abs(v)) + xlogx(1 - np.abs(v)))[:, 0]
    if loss == "poisson":
        losses, slopes = np.exp(z) - y * z + xlogx(y) - y, np.exp(z) - y
        return losses, slopes[:, None], lambda v: xlogx(v[:, 0] + y) - v[:, 0] - xlogx(y)
    if loss == "squared_hinge":
        inside = np.maximum(0, 1 - s * z)
        return inside**2, (-2 * s * inside)[:, None], lambda v: (v[:, 0] / 2) ** 2 + s * v[:, 0]
    r = (z - y) / scale
    losses = scale * (1 + np.where(np.abs(r) <= EPSILON, r * r, 2 * EPSILON * np.abs(r) - EPSILON**2))
    slopes = np.clip(2 * r, -2 * EPSILON, 2 * EPSILON)
    slopes = slopes / np.sqrt(np.maximum(1, w @ (slopes / 2) ** 2))  # or no dual value is finite
    return losses, slopes[:, None], lambda v: v[:, 0] * y


def gap_outside(problem, alpha, coef, intercept, scale):
    """The objective less the better of two dual values: at its gradient, and at that gradient scaled into the box."""
    loss, ratio, x, y, weights, fit_intercept, *_ = problem
    x, y, coef = x.astype(EXTENDED), y.astype(EXTENDED), coef.astype(EXTENDED)
    w = (np.ones(len(y)) if weights is None else weights).astype(EXTENDED)
    w = w / w.sum()
    losses, slopes, conjugate = datafit(loss, y, x @ coef.T + intercept, w, EXTENDED(scale))
    # Less its mean, X does not feel what rounding leaves of the intercepts' derivatives.
    q = np.abs((w[:, None] * slopes).T @ (x - (w @ x if fit_intercept else 0)))
    l1, l2 = EXTENDED(alpha * ratio), EXTENDED(alpha * (1 - ratio))
    dual = [-(w @ conjugate(slopes)) - (np.maximum(0, q - l1) ** 2).sum() / (2 * l2)] if l2 > 0 else []
    if l1 > 0:
        dual.append(-(w @ conjugate(min(EXTENDED(1), l1 / max(q.max(), l1)) * slopes)))
    return float(w @ losses + l1 * np.abs(coef).sum() + l2 / 2 * (coef**2).sum() - max(dual))


def failure(seed):
    """What is wrong with the fit of one random problem; None where nothing is."""
    problem = random_problem(seed)
    loss, y, tol = problem[0], problem[3], problem[-1]
    alpha, found = solve(problem)
    null, ours, scale, steps = found["null_value"], found["gap"][0], found["scale"][0], found["iterations"][0]
    if alpha == 0:
        return None  # nothing of X varies
    if loss == "huber" and scale < 1e-6 * np.median(np.abs(y - np.median(y))):
        # All but outliers are met: residuals, and slopes with them, are the rounding of predictions.
        return None if steps <= 300 else f"{seed}: {steps} steps"
    if not found["converged"][0]:
        return f"{seed}: a gap of {ours / null:.1e} after {steps} steps"
    if not 0 <= ours <= tol * null * (1 + 1e-12):
        return f"{seed}: a gap of {ours / null:.1e} passes for converged"
    with np.errstate(over="ignore", invalid="ignore"):
        gap = gap_outside(problem, alpha, found["coef"][0], found["intercept"][0], scale)
    noise = 1e-8 * null + (1e-10 * y.mean() if loss == "poisson" else 0)  # null is 0 if all counts are equal
    if not -noise <= gap <= (1 + 1e-3) * tol * null + noise:
        return f"{seed}: a gap of {gap / null:.1e} outside, of {ours / null:.1e} inside"
    return None


@pytest.mark.parametrize("seeds", [range(FITS), HARD], ids=["random", "hard"])
def test_fits_reach_their_tolerance_and_the_gap_outside_agrees(seeds) -> None:
    assert [wrong for seed in seeds if (wrong := failure(seed))] == []


if __name__ == "__main__":  # all of them: python test_random_glms.py FIRST LAST
    import sys

    wrong = [text for seed in range(int(sys.argv[1]), int(sys.argv[2])) if (text := failure(seed))]
    print("\n".join([*wrong, f"{len(wrong)} wrong"]))
