"""Columns far from zero, of many scales, or that depend on each other; solvers that stop early, and what they say."""

import warnings

import numpy as np
import pytest

from linear_tools import convergence_warning
from pairwise import pairwise
from proxnet.linear_model import (
    ElasticNet,
    ElasticNetCV,
    GroupLasso,
    GroupLassoCV,
    Lasso,
    LassoCV,
    LogisticRegression,
    MultiTaskElasticNet,
    MultiTaskLasso,
    PenalizedRegressor,
    PoissonRegressor,
    Ridge,
    RidgeCV,
    SparseGroupLasso,
    lasso_path,
    logistic_path,
    ridge_path,
)
from proxnet.regularizers import MCP

LEAST_SQUARES = [
    Lasso(0.01),
    Lasso(0.01, standardize=True),
    ElasticNet(0.01, penalty_factor=[1.0, 0.0, 2.0]),
    ElasticNet(0.01, positive=True),
    LassoCV(alphas=5, cv=3),
    LassoCV(alphas=5, cv=3, refit=False),
    ElasticNetCV(alphas=5, cv=3),
    Ridge(1.0),
    Ridge(1.0, solver="svd"),
    Ridge(1.0, solver="sparse_cg", tol=1e-10),
    Ridge(1.0, positive=True),
    RidgeCV([0.1, 1.0]),
    GroupLasso([0, 0, 1], 0.01),
    GroupLassoCV([0, 0, 1], alphas=5, cv=3),
    SparseGroupLasso([0, 0, 1], 0.01),
    PenalizedRegressor(MCP(0.01)),
]


@pairwise(model=LEAST_SQUARES, mean=[1e4, 1e6], weighted=[False, True])
def test_float32_columns_far_from_zero_predict_the_mean_of_y(model, mean, weighted) -> None:
    rng = np.random.default_rng(0)
    z = rng.normal(size=(200, 3))
    y = z @ [1.0, -2.0, 0.5] + 0.1 * rng.normal(size=200)
    x = (z + mean).astype("f4")
    weights = rng.exponential(size=200) if weighted else None
    short = model.fit(x, y, sample_weight=weights).predict(x).astype("f8")
    exact = model.fit(x.astype("f8"), y, sample_weight=weights).predict(x.astype("f8"))
    np.testing.assert_allclose(np.average(short, weights=weights), np.average(exact, weights=weights), atol=2e-6)
    np.testing.assert_allclose(short, exact, atol=1e-5)


@pytest.mark.parametrize(
    "model", [MultiTaskLasso(0.01), MultiTaskElasticNet(0.01), Ridge([1.0, 2.0]), RidgeCV()], ids=repr
)
def test_float32_columns_far_from_zero_predict_the_means_of_targets(model) -> None:
    rng = np.random.default_rng(1)
    z = rng.normal(size=(200, 3))
    y = z @ rng.normal(size=(3, 2)) + 0.1 * rng.normal(size=(200, 2))
    x = (z + 1e5).astype("f4")
    np.testing.assert_allclose(model.fit(x, y).predict(x).mean(axis=0), y.mean(axis=0), atol=2e-6)


def test_float32_columns_far_from_zero_keep_classes_counts_and_paths_in_place() -> None:
    rng = np.random.default_rng(2)
    z = rng.normal(size=(300, 3))
    x, means = (z + 1e4).astype("f4"), z @ [1.0, -1.0, 0.5]
    labels, counts = means + rng.logistic(size=300) > 0, rng.poisson(np.exp(0.3 * means))
    exact = x.astype("f8")
    for model, y in ((LogisticRegression(C=1.0), labels), (PoissonRegressor(alpha=1e-3), counts)):
        predict = "predict_proba" if model._estimator_type == "classifier" else "predict"
        short, whole = (getattr(model.fit(each, y), predict)(each) for each in (x, exact))
        np.testing.assert_allclose(short, whole, rtol=2e-6, atol=1e-6)
    found = [logistic_path(each, labels, Cs=[0.1, 1.0], l1_ratio=1.0)[1:3] for each in (x, exact)]
    short, whole = (exact @ coefs[0].astype("f8") + intercepts[0] for coefs, intercepts in found)
    np.testing.assert_allclose(short, whole, atol=1e-5)
    _, coefs, intercepts = ridge_path(x, means, [1.0, 10.0], return_intercept=True)
    np.testing.assert_allclose((x.astype("f8") @ coefs + intercepts).mean(axis=0), means.mean(), atol=1e-6)


def powers(rows, features, scale, seed=0):
    """Groups x, x^2, x^3 of features that are uniform on (-scale, scale)."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(-scale, scale, (rows, features))
    y = np.sin(10 * x[:, 0] / scale) + 10 * (x[:, 1] / scale) ** 2 + 0.1 * rng.normal(size=rows)
    return np.concatenate([x, x**2, x**3], axis=1), y, np.tile(np.arange(features), 3)


def objective(model, x, y, groups, l1_ratio):
    r, w = y - x @ model.coef_ - model.intercept_, model.coef_
    norms = sum(np.sqrt(np.sum(groups == g)) * np.linalg.norm(w[groups == g]) for g in np.unique(groups))
    return r @ r / (2 * len(y)) + model.alpha * (l1_ratio * np.abs(w).sum() + (1 - l1_ratio) * norms)


@pytest.mark.parametrize("scale", [1e-4, 1.0, 10.0, 1e3])
@pytest.mark.parametrize("alpha", [0.1, 1e-2, 1e-3])
def test_groups_of_powers_converge(scale, alpha) -> None:
    x, y, groups = powers(100, 4, scale)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = GroupLasso(groups, alpha=alpha, tol=1e-6).fit(x, y)
    assert model.n_iter_ <= 300
    # The dual value at the residual, scaled until it is feasible.
    inner, target = x - x.mean(axis=0), y - y.mean()
    r = target - inner @ model.coef_
    q = [np.linalg.norm(inner[:, groups == g].T @ r) / (len(y) * alpha * np.sqrt(3)) for g in range(4)]
    s = 1 / max(1.0, *q)
    dual = s * (r @ target) / len(y) - s * s * (r @ r) / (2 * len(y))
    assert objective(model, x, y, groups, 0.0) - dual <= 1.1e-6 * np.mean(target**2)


@pytest.mark.parametrize("ratio", [0.0, 0.3])
@pytest.mark.parametrize(("rows", "features"), [(100, 4), (30, 24), (60, 23)])
@pytest.mark.parametrize("alpha", [1e-1, 1e-3])
def test_a_sharper_tolerance_never_ends_worse(ratio, rows, features, alpha) -> None:
    x, y, groups = powers(rows, features, 10.0, seed=rows)
    for most in (1, 3, 10, 30):
        reached = []
        for tol in (1e-1, 1e-2, 1e-3, 1e-5, 1e-8, 1e-11):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                model = SparseGroupLasso(groups, alpha, l1_ratio=ratio, tol=tol, max_iter=most).fit(x, y)
            assert model.n_iter_ <= most
            reached.append(objective(model, x, y, groups, ratio))
        assert np.all(np.diff(reached) <= 1e-10 * reached[0])


@pytest.mark.parametrize("positive", [False, True])
def test_more_live_columns_than_rank_take_few_passes(positive) -> None:
    rng = np.random.default_rng(3)
    for seed in range(300):
        n, p = rng.integers(2, 8), rng.integers(2, 12)
        rank = rng.integers(1, min(n, p) + 1)
        x = rng.normal(size=(n, rank)) @ rng.normal(size=(rank, p)) if seed % 2 else rng.integers(-2, 3, (n, p)) + 0.0
        y = rng.normal(size=n)
        top = np.abs(x.T @ y).max() / n
        if top == 0:
            continue
        model = Lasso(10 ** rng.uniform(-5, -1) * top, fit_intercept=False, tol=1e-9, positive=positive, max_iter=100)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            model.fit(x, y)
        r = y - x @ model.coef_
        s = min(1.0, n * model.alpha / max(np.max(x.T @ r if positive else np.abs(x.T @ r)), 1e-300))
        primal = r @ r / (2 * n) + model.alpha * np.abs(model.coef_).sum()
        assert primal - (s * (r @ y) - s * s * (r @ r) / 2) / n <= 1.01e-9 * np.mean(y**2)


@pytest.mark.parametrize("most", [1, 2, 7])
@pytest.mark.parametrize("units", [1.0, 1e-150, 1e140])
def test_max_iter_bounds_every_solver_where_no_tolerance_is_reached(most, units) -> None:
    rng = np.random.default_rng(4)
    x = rng.normal(size=(12, 20))
    x[:, 10:] = x[:, :10]
    x[:, 3] = 1.0
    for y in (rng.normal(size=12), np.ones(12), x[:, 0], x @ rng.normal(size=20)):
        y = units * y
        models = [
            Lasso(1e-3 * units, tol=0, max_iter=most),
            ElasticNet(1e-3, l1_ratio=0.1, tol=0, max_iter=most, positive=True),
            Lasso(0.0, tol=0, max_iter=most),
            GroupLasso(np.arange(20) // 3, 1e-3 * units, tol=0, max_iter=most),
            SparseGroupLasso(np.arange(20) // 3, 1e-3 * units, tol=0, max_iter=most),
            PenalizedRegressor(MCP(1e-3 * units), tol=0, max_iter=most, n_steps=1),
            Ridge(1e-3, solver="sparse_cg", tol=0, max_iter=most),
            Ridge(1e-3, positive=True, tol=0, max_iter=most),
        ]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for model in models:
                assert np.max(model.fit(x, y).n_iter_) <= most
            both = MultiTaskLasso(1e-3 * units, tol=0, max_iter=most).fit(x, np.c_[y, -y])
            assert both.n_iter_ <= most
            passes = lasso_path(x, y, alphas=5, tol=0, max_iter=most, return_n_iter=True)[3]
            assert max(passes) <= most


def test_a_warning_says_what_was_reached_and_what_helps() -> None:
    rng = np.random.default_rng(5)
    x = rng.normal(size=(40, 60)) * np.where(np.arange(60) == 7, 1e4, 1.0)
    y = x[:, 0] + rng.normal(size=40)
    with pytest.warns(convergence_warning()) as caught:
        model = Lasso(1e-3, max_iter=1, tol=1e-10).fit(x, y)
    said = str(caught[0].message)
    assert f"stopped after max_iter=1 iterations at a duality gap of {model.dual_gap_:.3e}" in said
    assert f"= {1e-10 * np.mean((y - y.mean()) ** 2):.3e}" in said
    assert "raise max_iter above 1" in said
    assert f"to {x.std(axis=0).max():.3g} (feature 7)" in said
    (accepted,) = [part for part in said.split("; ") if part.startswith("accept tol=")]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model.set_params(tol=float(accepted.removeprefix("accept tol="))).fit(x, y)
