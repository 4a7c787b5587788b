"""One driver for all paths: bits, folds on threads, sets beyond a Gram matrix, fits that leave no residual."""

import warnings

import numpy as np
import pytest

from interrupt_tools import assert_interrupted
from linear_tools import problem
from pairwise import pairwise
from proxnet import _core
from proxnet.linear_model import (
    GroupLassoCV,
    HuberRegressor,
    LassoCV,
    LogisticRegressionCV,
    MultiTaskLasso,
    MultiTaskLassoCV,
    PoissonRegressor,
)
from thread_tools import with_threads


@pytest.mark.parametrize("order", ["C", "F"])
def test_problems_large_enough_for_threads_keep_their_bits(order) -> None:
    x, y = problem(300, 1500, seed=3)
    design = _core.Design(np.asarray(x, order=order))
    settings = {
        "fit_intercept": True,
        "alphas": [],
        "count": 6,
        "eps": 0.05,
        "tol": 1e-5,
        "max_iter": 500,
        "start": None,
    }
    settings["start"] = None
    ours = {"l1_ratio": 1.0, "penalty_factor": None}
    groups = {
        "l1": 0.0,
        "l2": 0.0,
        "starts": list(range(1501)),
        "members": list(range(1500)),
        "norms": [1.0] * 1500,
        "factors": None,
    }

    def run():
        glm = {"classes": 2, "constant_column": 0.0} | ours | settings
        yield design.path(y, None, positive=False, **ours, **settings)
        yield _core.glm_path(design, np.where(y > y.mean(), 1.0, 0.0), None, _core.GlmLoss.logistic, **glm)
        yield _core.group_path(design, np.stack([y, x[:, 0]]), None, **groups, **settings)

    for one, three in zip(with_threads(1, lambda: list(run())), with_threads(3, lambda: list(run())), strict=True):
        np.testing.assert_array_equal(one["coef"], three["coef"])


@pytest.mark.parametrize(
    "model",
    [
        LassoCV(alphas=6, cv=4),
        GroupLassoCV(alphas=6, cv=4),
        MultiTaskLassoCV(alphas=6, cv=4),
        LogisticRegressionCV(Cs=4, l1_ratios=[0.5, 1.0], cv=4),
    ],
    ids=lambda model: type(model).__name__,
)
def test_folds_have_the_same_bits_for_any_number_of_threads(model) -> None:
    x, y = problem(60, 30)
    y = {MultiTaskLassoCV: np.c_[y, x[:, 1]], LogisticRegressionCV: y > np.median(y)}.get(type(model), y)
    names = ("scores_", "coefs_paths_") if isinstance(model, LogisticRegressionCV) else ("mse_path_", "coef_")
    results = [with_threads(count, lambda: model.fit(x, y).__dict__.copy()) for count in (1, 2, 5)]
    for name in names:
        for result in results[1:]:
            np.testing.assert_array_equal(result[name], results[0][name])


@pytest.mark.parametrize("count", [2, 3])
@pytest.mark.parametrize("scoring", ["accuracy", "neg_log_loss"])
def test_scores_are_those_of_the_rows_held_out(count, scoring) -> None:
    x, y = problem(60, 8)
    y = np.digitize(y, np.quantile(y, np.arange(1, count) / count))
    x, weights = x - x.mean(axis=0), np.random.default_rng(0).uniform(0.5, 2, 60)
    model = LogisticRegressionCV(Cs=3, l1_ratios=[1.0], cv=3, fit_intercept=False, scoring=scoring, refit=False)
    folds = [(np.flatnonzero(np.arange(60) % 3 != k), np.flatnonzero(np.arange(60) % 3 == k)) for k in range(3)]
    model.set_params(cv=folds) if hasattr(model, "set_params") else setattr(model, "cv", folds)
    model.fit(x, y, weights)
    for fold, (_, held) in enumerate(folds):
        for c in range(3):
            z = x[held] @ model.coefs_paths_[fold, 0, c].T
            z = np.c_[np.zeros(len(held)), z] if count == 2 else z
            p = np.exp(z - z.max(axis=1, keepdims=True))
            true = np.log(p[np.arange(len(held)), y[held]] / p.sum(axis=1))
            each = z.argmax(axis=1) == y[held] if scoring == "accuracy" else true
            expected = np.average(each, weights=weights[held])
            assert model.scores_[fold, 0, c] == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize("threads", [1, 2])
def test_folds_are_interrupted(threads) -> None:
    x, y = problem(400, 800)
    names = y > np.median(y)

    def endless() -> None:
        LogisticRegressionCV(Cs=np.logspace(0, 6, 400), l1_ratios=[1.0], cv=8, tol=1e-12, max_iter=10**6).fit(x, names)

    assert_interrupted(lambda: with_threads(threads, endless))


@pytest.mark.parametrize("ratio", [0.05, 0.01])
def test_sets_of_tasks_beyond_a_gram_matrix_are_certified(ratio) -> None:
    rng = np.random.default_rng(5)
    x, y = rng.normal(size=(25, 400)), rng.normal(size=(25, 6))
    alpha = ratio * np.linalg.norm(x.T @ y, axis=1).max() / 25
    w = MultiTaskLasso(alpha, fit_intercept=False, tol=1e-9, max_iter=100000).fit(x, y).coef_.T
    r = y - x @ w
    q = np.linalg.norm(x.T @ r, axis=1) / 25
    shrink = min(1.0, alpha / q.max())
    norms = np.linalg.norm(w, axis=1)
    gap = 0.5 * (1 + shrink**2) * (r**2).sum() / 25 + alpha * norms.sum() - shrink * (r * y).sum() / 25
    assert -1e-14 <= gap <= 1e-9 * (y**2).sum() / 25
    assert np.count_nonzero(norms) > 25
    np.testing.assert_allclose(q[norms > 0], alpha, rtol=1e-3)


@pairwise(alpha=[0.0, 1e-4], outliers=[0, 5], size=[1.0, 1e6])
def test_huber_regression_of_a_perfect_fit_converges(alpha, outliers, size) -> None:
    rng = np.random.default_rng(0)
    x, w = rng.normal(size=(200, 10)), rng.normal(size=10)
    y = size * (x @ w + 1)
    y[:outliers] += 20 * size * rng.normal(size=outliers)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = HuberRegressor(alpha=alpha / size).fit(x, y)
    np.testing.assert_allclose(model.coef_, size * w, rtol=1e-6)
    assert model.n_iter_ <= 30
    assert model.dual_gap_ >= 0
    assert model.scale_ <= 1e-8 * size
    np.testing.assert_array_equal(np.flatnonzero(model.outliers_), np.arange(outliers))


def test_a_row_without_weight_may_lose_infinitely_much() -> None:
    rng = np.random.default_rng(2)
    x, weights = rng.normal(size=(80, 3)), np.ones(80)
    y = rng.poisson(np.exp(x[:, 0])).astype(float)
    x[7], weights[7] = 1e4, 0
    kept = np.arange(80) != 7
    options = {"alpha": 0.01, "tol": 1e-10, "max_iter": 1000}
    model, without = PoissonRegressor(**options).fit(x, y, weights), PoissonRegressor(**options).fit(x[kept], y[kept])
    np.testing.assert_allclose(model.coef_, without.coef_, rtol=1e-5)
