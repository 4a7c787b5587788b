"""Coefficients agree with scikit-learn's to 1e-6 at tight tolerance: every model that both have, every option of both.

Of the Huber regression scikit-learn's are up to 6e-4 from the minimum, at any tol: its L-BFGS stops where the objective
changes by less than 2e-9 of itself. There a Newton method is the reference, and scikit-learn's objective is no lower.
"""

import numpy as np
import pytest

from glm_tools import objective
from linear_tools import problem
from pairwise import pairwise
from peer_tools import peer
from proxnet import linear_model as ours

theirs = pytest.importorskip("sklearn.linear_model")
svm = pytest.importorskip("sklearn.svm")
sparse = pytest.importorskip("scipy.sparse")

pytestmark = pytest.mark.filterwarnings("ignore")

EXACT = {"tol": 1e-13, "max_iter": 100000}
SAGA = {"solver": "saga", "tol": 1e-13, "max_iter": 100000}
CHOLESKY = {"solver": "newton-cholesky", "tol": 1e-12}
GRID = {"alphas": [1.0, 0.3, 0.1], "cv": 3}
LIBLINEAR = {"tol": 1e-10, "max_iter": 1000000, "dual": False, "random_state": 0}
WEIGHTS = (None, "rows")
CLASS_WEIGHTS = (None, "rows", "classes", "both")

# What y holds, the parameters of both, those of ours and of theirs alone, how rows may be weighed.
MODELS = {
    "lasso": ("real", "Lasso", {"alpha": 0.3, **EXACT}, {}, {}, WEIGHTS),
    "lasso positive": ("real", "Lasso", {"alpha": 0.3, "positive": True, **EXACT}, {}, {}, WEIGHTS),
    "lasso of targets": ("tasks", "Lasso", {"alpha": 0.3, **EXACT}, {}, {}, WEIGHTS),
    "net": ("real", "ElasticNet", {"alpha": 0.3, "l1_ratio": 0.5, **EXACT}, {}, {}, WEIGHTS),
    "net near ridge": ("real", "ElasticNet", {"alpha": 0.3, "l1_ratio": 0.05, **EXACT}, {}, {}, WEIGHTS),
    "net positive": (
        "real",
        "ElasticNet",
        {"alpha": 0.3, "l1_ratio": 0.5, "positive": True, **EXACT},
        {},
        {},
        WEIGHTS,
    ),
    "net of targets": ("tasks", "ElasticNet", {"alpha": 0.3, "l1_ratio": 0.5, **EXACT}, {}, {}, WEIGHTS),
    "multi-task lasso": ("tasks", "MultiTaskLasso", {"alpha": 0.3, **EXACT}, {}, {}, (None,)),
    "multi-task net": ("tasks", "MultiTaskElasticNet", {"alpha": 0.3, "l1_ratio": 0.5, **EXACT}, {}, {}, (None,)),
    "lasso cv": ("real", "LassoCV", GRID | EXACT, {}, {}, WEIGHTS),
    "lasso cv positive": ("real", "LassoCV", {"positive": True, **GRID, **EXACT}, {}, {}, WEIGHTS),
    "net cv": ("real", "ElasticNetCV", {"l1_ratio": [0.3, 0.9], **GRID, **EXACT}, {}, {}, WEIGHTS),
    "multi-task lasso cv": ("tasks", "MultiTaskLassoCV", GRID | EXACT, {}, {}, (None,)),
    "multi-task net cv": ("tasks", "MultiTaskElasticNetCV", {"l1_ratio": [0.3, 0.9], **GRID, **EXACT}, {}, {}, (None,)),
    "ridge": ("real", "Ridge", {"alpha": 3.0}, {}, {}, WEIGHTS),
    "ridge of targets": ("tasks", "Ridge", {"alpha": [3.0, 1.0], "solver": "cholesky"}, {}, {}, WEIGHTS),
    "ridge cg": ("real", "Ridge", {"alpha": 3.0, "solver": "sparse_cg", "tol": 1e-13}, {}, {}, WEIGHTS),
    "ridge cv": ("real", "RidgeCV", {"alphas": [0.1, 3.0, 10.0]}, {}, {}, WEIGHTS),
    "ridge labels": ("three", "RidgeClassifier", {"alpha": 3.0}, {}, {}, CLASS_WEIGHTS),
    "ridge labels cv": ("two", "RidgeClassifierCV", {"alphas": [0.1, 3.0]}, {}, {}, CLASS_WEIGHTS),
    **{
        f"logistic {ratio} of {kind}": (
            kind,
            "LogisticRegression",
            {"C": 0.3, "l1_ratio": ratio},
            {"tol": 1e-15, "max_iter": 2000},
            SAGA if ratio else CHOLESKY,
            CLASS_WEIGHTS,
        )
        for kind in ("two", "three")
        for ratio in (0.0, 0.5, 1.0)
    },
    "logistic cv": (
        "three",
        "LogisticRegressionCV",
        {"Cs": [0.1, 1.0], "l1_ratios": (0.0,), "cv": 3, "scoring": "neg_log_loss"},
        {"tol": 1e-14},
        {"use_legacy_attributes": False, **CHOLESKY},
        (None, "classes"),
    ),
    "poisson": ("counts", "PoissonRegressor", {"alpha": 0.1}, {"tol": 1e-15, "max_iter": 1000}, CHOLESKY, WEIGHTS),
    "poisson unpenalised": (
        "counts",
        "PoissonRegressor",
        {"alpha": 0.0},
        {"tol": 1e-15, "max_iter": 1000},
        CHOLESKY,
        WEIGHTS,
    ),
    **{
        f"svc {penalty} of {kind}": (
            kind,
            "LinearSVC",
            {"penalty": penalty, "C": 0.2, "intercept_scaling": 2.0},
            {"tol": 1e-14},
            LIBLINEAR,
            CLASS_WEIGHTS,
        )
        for kind in ("two", "three")
        for penalty in ("l1", "l2")
    },
}
LAYOUTS = {
    "C": np.ascontiguousarray,
    "F": np.asfortranarray,
    "csc": sparse.csc_matrix,
    "csr": sparse.csr_matrix,
    "float32": lambda x: x.astype(np.float32),
}


def data(kind):
    """Features of size 1, eighths so that float32 holds them, with many zeros."""
    x, y = problem(60, 10, seed=3)
    x = x - x.mean(axis=0)
    x = np.round(8 * x / x.std(axis=0)) / 8
    x[np.abs(x) < 0.5] = 0
    y = (y - y.mean()) / 3
    return x, {
        "real": y,
        "tasks": np.c_[y, x[:, 1] + y**2 / 10],
        "two": (y > 0.2).astype(int),
        "three": np.digitize(y, [-0.5, 1]),
        "counts": np.round(np.exp(y / 3)),
    }[kind]


@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize("name", MODELS)
def test_coefficients_agree(name, intercept) -> None:
    kind, cls, shared, own, of_theirs, weighings = MODELS[name]
    x, y = data(kind)
    for weighing in weighings:
        weights = np.random.default_rng(1).uniform(0.2, 2, len(y)) if weighing in ("rows", "both") else None
        options = {"fit_intercept": intercept, **shared}
        if weighing in ("classes", "both"):
            options["class_weight"] = {0: 1.5, 1: 0.5, 2: 2.0} if kind == "three" else "balanced"
        given = {} if weights is None else {"sample_weight": weights}
        reference = getattr(svm if cls == "LinearSVC" else theirs, cls)(**options, **of_theirs).fit(x, y, **given)
        assert np.abs(reference.coef_).max() > 0.01
        for layout, hold in LAYOUTS.items():
            model = getattr(ours, cls)(**options, **own).fit(hold(x), y, **given)
            said = f"{weighing}, {layout}"
            np.testing.assert_allclose(model.coef_, reference.coef_, rtol=0, atol=1e-6, err_msg=said)
            b, c = np.broadcast_arrays(model.intercept_, reference.intercept_)  # theirs is one 0.0 without any
            if kind == "three" and cls.startswith("Logistic"):
                b, c = b - b.mean(), c - c.mean()  # determined up to a constant
            np.testing.assert_allclose(b, c, rtol=0, atol=1e-6, err_msg=said)


def newton_huber(x, y, weights, alpha, epsilon, intercept):
    """(coefficients, intercept, scale) that minimise scikit-learn's objective, by steps in all of them together."""
    p = x.shape[1]
    a = np.c_[x, np.full(len(y), float(intercept))]
    ridge = 2 * alpha * (np.arange(p + 1) < p) + (not intercept) * (np.arange(p + 1) == p)
    theta = np.r_[np.zeros(p), np.median(y) * intercept, y.std()]

    def value(theta):
        r = np.abs(y - a @ theta[:-1]) / theta[-1]
        rho = np.where(r <= epsilon, r**2, 2 * epsilon * r - epsilon**2)
        return weights @ (theta[-1] * (1 + rho)) + 0.5 * ridge @ theta[:-1] ** 2

    for _ in range(100):
        r = (y - a @ theta[:-1]) / theta[-1]
        inside = np.abs(r) <= epsilon
        pull = -2 * weights * np.clip(r, -epsilon, epsilon)
        slope = np.r_[a.T @ pull + ridge * theta[:-1], weights @ (1 - np.minimum(r**2, epsilon**2))]
        half = np.c_[a, r] * np.sqrt(2 * weights * inside / theta[-1])[:, np.newaxis]
        step = -np.linalg.solve(half.T @ half + np.diag(np.r_[ridge, 0.0]), slope)
        t = 1.0
        while theta[-1] + t * step[-1] <= 0 or value(theta + t * step) > value(theta) * (1 + 1e-14):
            t /= 2
        theta = theta + t * step
        if np.abs(t * step).max() < 1e-12:
            return theta[:p], theta[p] * intercept, theta[-1]
    raise AssertionError("Newton's steps did not end")


@pairwise(alpha=[1e-4, 10.0], epsilon=[1.1, 1.35, 3.0], intercept=[True, False])
def test_huber_regression_is_at_the_minimum_that_scikit_learn_comes_near(alpha, epsilon, intercept) -> None:
    x, y = problem(80, 8)
    x = np.round(8 * (x - x.mean(axis=0))) / 8
    x[np.abs(x) < 0.5] = 0
    y[::11] += 60
    options = {"alpha": alpha, "epsilon": epsilon, "fit_intercept": intercept}
    for weights in (np.ones(80), np.random.default_rng(1).uniform(0.2, 2, 80)):
        coef, b, scale = newton_huber(x, y, weights, alpha, epsilon, intercept)
        reference = peer(theirs.HuberRegressor(tol=1e-12, max_iter=10000, **options).fit, x, y, weights)

        def value(m, weights=weights):
            mean = objective("huber", x, y, m.coef_, m.intercept_, 0, 0, weights, epsilon=epsilon)
            return weights.sum() * mean + alpha * m.coef_ @ m.coef_

        for layout, hold in LAYOUTS.items():
            model = ours.HuberRegressor(tol=1e-14, max_iter=200, **options).fit(hold(x), y, weights)
            np.testing.assert_allclose(model.coef_, coef, rtol=0, atol=1e-6, err_msg=layout)
            assert model.intercept_ == pytest.approx(b, abs=1e-6)
            assert model.scale_ == pytest.approx(scale, abs=1e-6)
            if layout != "float32":
                assert value(model) <= value(reference) * (1 + 1e-13)
        np.testing.assert_allclose(model.coef_, reference.coef_, atol=2e-3)
