"""Ridge regressions are proved: their duality gap and gradient, computed outside, and zero at the minimum."""

import numpy as np
import pytest

from linear_tools import problem
from pairwise import pairwise
from proxnet.linear_model import Ridge, RidgeClassifier, RidgeClassifierCV, RidgeCV


def objective(x, y, weights, alpha, coef, intercept):
    return weights @ (y - x @ coef - intercept) ** 2 + alpha * coef @ coef


def half_gradient(x, y, weights, alpha, coef, intercept):
    return x.T @ (weights * (y - x @ coef - intercept)) - alpha * coef


@pairwise(shape=[(60, 20), (25, 50)], weighted=[False, True], intercept=[True, False])
def test_the_gap_bounds_what_is_left_and_is_the_one_computed_outside(shape, weighted, intercept) -> None:
    x, y = problem(*shape)
    x -= x.mean(axis=0)
    weights = np.random.default_rng(0).uniform(0.2, 3, shape[0]) if weighted else np.ones(shape[0])
    given = weights if weighted else None
    both, alphas = np.c_[y, x[:, 0] + 1], np.array([3.0, 40.0])
    rough = Ridge(alphas, solver="sparse_cg", max_iter=2, tol=1.0, fit_intercept=intercept).fit(x, both, given)
    exact = Ridge(alphas, fit_intercept=intercept).fit(x, both, given)
    for k, alpha in enumerate(alphas):
        values = [
            objective(x, both[:, k], weights, alpha, m.coef_[k], m.intercept_[k] if intercept else 0.0)
            for m in (rough, exact)
        ]
        g = half_gradient(x, both[:, k], weights, alpha, rough.coef_[k], rough.intercept_[k] if intercept else 0.0)
        assert 0 < values[0] - values[1] <= rough.dual_gap_[k]
        assert rough.dual_gap_[k] == pytest.approx(g @ g / alpha, rel=1e-8)
        assert rough.kkt_violation_[k] == pytest.approx(np.abs(g).max(), rel=1e-8)
        assert 0 <= exact.dual_gap_[k] <= 1e-15 * values[1]
    assert exact.n_iter_.tolist() == [1, 1]


def test_without_a_penalty_the_gap_is_an_estimate() -> None:
    x, y = problem(60, 8)
    x -= x.mean(axis=0)
    rough = Ridge(0.0, solver="sparse_cg", max_iter=3, tol=1.0).fit(x, y)
    best = Ridge(0.0).fit(x, y)
    left = np.sum((y - rough.predict(x)) ** 2) - np.sum((y - best.predict(x)) ** 2)
    assert 1e-3 * left < rough.dual_gap_ <= left * (1 + 1e-9)
    assert best.dual_gap_ <= 1e-15 * np.sum(y**2)


@pytest.mark.parametrize("solver", ["cholesky", "svd", "sparse_cg"])
def test_every_solver_proves_its_answer(solver) -> None:
    x, y = problem(60, 20)
    model = Ridge(2.0, solver=solver, tol=1e-10).fit(x, y)
    assert 0 <= model.dual_gap_ <= 1e-10 * np.sum((y - y.mean()) ** 2)
    positive = Ridge(2.0, positive=True, tol=1e-7).fit(x, y, 3.0)
    moved = np.maximum(0, positive.coef_ + 1e-3)
    args = x, y, np.full(60, 3.0), 2.0
    here = objective(*args, positive.coef_, positive.intercept_)
    assert here - positive.dual_gap_ <= objective(*args, moved, np.mean(y - x @ moved))
    g = half_gradient(*args, positive.coef_, positive.intercept_)
    worst = np.where(positive.coef_ > 0, np.abs(g), np.maximum(0, g)).max()
    assert positive.kkt_violation_ == pytest.approx(worst, rel=1e-6, abs=1e-9)


def test_choices_and_classifiers_have_their_figures() -> None:
    x, y = problem(60, 20)
    labels = np.digitize(y, np.quantile(y, [0.3, 0.6]))
    for model, target, count in (
        (RidgeCV([1.0, 10.0]), y, 1),
        (RidgeCV([1.0, 10.0], cv=3), np.c_[y, y**2], 2),
        (RidgeClassifier(), labels, 3),
        (RidgeClassifierCV(), labels > 0, 1),
    ):
        model.fit(x, target)
        assert np.shape(model.dual_gap_) == np.shape(model.kkt_violation_) == (() if count == 1 else (count,))
        assert np.all(model.dual_gap_ <= 1e-12 * np.sum(y**4))
        assert model.n_iter_.tolist() == [1] * count


def test_without_a_refit_the_folds_are_averaged() -> None:
    x, y = problem(60, 20)
    both = np.c_[y, x[:, 0] ** 2]
    folds = np.arange(60) % 3
    cv = [(np.flatnonzero(folds != k), np.flatnonzero(folds == k)) for k in range(3)]
    model = RidgeCV([0.1, 10.0, 100.0], cv=cv, refit=False).fit(x, both)
    fits = [Ridge(model.alpha_).fit(x[train], both[train]) for train, _ in cv]
    np.testing.assert_allclose(model.coef_, np.mean([fit.coef_ for fit in fits], axis=0), atol=1e-8)
    np.testing.assert_allclose(model.intercept_, np.mean([fit.intercept_ for fit in fits], axis=0), atol=1e-7)
    with pytest.raises(ValueError, match="refit=False needs cv"):
        RidgeCV(refit=False).fit(x, y)


def test_the_scores_that_chose_are_kept() -> None:
    x, y = problem(40, 12)
    alphas = np.logspace(-2, 3, 8)
    model = RidgeCV(alphas, store_cv_results=True).fit(x, y)
    np.testing.assert_allclose(model.score_path_, -model.cv_results_.mean(axis=0))
    np.testing.assert_allclose(model.score_error_, model.cv_results_.std(axis=0, ddof=1) / np.sqrt(40))
    assert model.score_path_.max() == pytest.approx(model.best_score_)
    assert RidgeCV(alphas, alpha_per_target=True).fit(x, np.c_[y, y]).score_path_.shape == (2, 8)
