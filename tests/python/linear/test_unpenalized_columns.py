"""Features that are not penalised: the problem that is left when they are projected out, and its certificate."""

import numpy as np
import pytest

from linear_tools import UNPENALIZED, problem, stored, without
from pairwise import pairwise
from proxnet.linear_model import ElasticNet, Lasso, LassoCV, Ridge, lasso_path
from proxnet.linear_model._input.inputs import read_design


def weighted(x, y, weights, intercept):
    """Rows times the root of their weight, which sum to rows; with an intercept a free column of them."""
    root = np.ones(len(x)) if weights is None else np.sqrt(weights * len(x) / weights.sum())
    ones = [root] if intercept else []
    return x * root[:, np.newaxis], y * root, ones


@pairwise(shape=[(60, 25), (40, 90)], ratio=[1.0, 0.5], intercept=[True, False], weigh=[False, True])
def test_the_rest_is_the_problem_with_them_projected_out(shape, ratio, intercept, weigh) -> None:
    x, y = problem(*shape, seed=2)
    weights = np.random.default_rng(0).uniform(0.2, 2, shape[0]) if weigh else None
    factors = np.random.default_rng(1).uniform(0.5, 2, shape[1])
    factors[UNPENALIZED] = 0
    rest = np.flatnonzero(factors)
    alpha = 0.3
    model = ElasticNet(
        alpha, l1_ratio=ratio, fit_intercept=intercept, penalty_factor=factors, tol=1e-12, max_iter=100000
    ).fit(x, y, weights)
    assert (model.coef_[UNPENALIZED] != 0).all()
    wx, wy, ones = weighted(x, y, weights, intercept)
    unpenalised = np.column_stack([wx[:, UNPENALIZED], *ones])
    px, py = without(unpenalised, wx[:, rest]), without(unpenalised, wy)
    left = ElasticNet(
        alpha, l1_ratio=ratio, fit_intercept=False, penalty_factor=factors[rest], tol=1e-12, max_iter=100000
    )
    np.testing.assert_allclose(model.coef_[rest], left.fit(px, py).coef_, atol=1e-6)

    # The certificate, recomputed: any dual point is a lower bound of the objective.
    n = len(x)
    residual = wy - wx @ model.coef_ - (model.intercept_ * ones[0] if ones else 0)
    l1, l2 = alpha * ratio * factors[rest], alpha * (1 - ratio) * factors[rest]
    w = model.coef_[rest]
    primal = residual @ residual / (2 * n) + l1 @ np.abs(w) + 0.5 * l2 @ w**2
    point = without(unpenalised, residual)
    scale = min(1, np.min(l1 / np.abs(px.T @ point / n - l2 * w)))
    dual = scale * (point @ wy) / n - 0.5 * scale**2 * (point @ point / n + l2 @ w**2)
    assert model.dual_gap_ == pytest.approx(primal - dual, abs=1e-10 * py @ py / n)
    assert -1e-12 * py @ py / n <= model.dual_gap_ <= 1e-12 * wy @ wy / n


def test_all_free_is_least_squares_and_l2_alone_has_its_own_gap() -> None:
    x, y = problem(60, 8)
    model = Lasso(0.5, penalty_factor=np.zeros(8), tol=1e-12, max_iter=10000).fit(x, y)
    np.testing.assert_allclose(model.coef_, Ridge(0.0).fit(x, y).coef_, atol=1e-6)
    factors = np.r_[0.0, np.ones(7)]
    ridge = ElasticNet(0.1, l1_ratio=0.0, penalty_factor=factors, tol=1e-12, max_iter=10000).fit(x, y)
    centred = x - x.mean(axis=0)
    exact = np.linalg.solve(centred.T @ centred + 6.0 * np.diag(factors), centred.T @ (y - y.mean()))
    np.testing.assert_allclose(ridge.coef_, exact, atol=1e-6)
    assert 0 <= ridge.dual_gap_ + 1e-12 < 1e-8


def test_stopped_early_the_gap_still_bounds_the_objective() -> None:
    x, y = problem(40, 90, seed=3)
    factors = np.ones(90)
    factors[UNPENALIZED] = 0
    options = {"penalty_factor": factors, "fit_intercept": False}

    def objective(model) -> float:
        return np.mean((y - x @ model.coef_) ** 2) / 2 + 0.3 * np.abs(factors * model.coef_).sum()

    best = objective(Lasso(0.3, tol=1e-12, max_iter=100000, **options).fit(x, y))
    for tol in (1e-1, 1e-3, 1e-5):
        model = Lasso(0.3, tol=tol, **options).fit(x, y)
        assert objective(model) - best <= model.dual_gap_ + 1e-12 <= tol * np.mean(y**2) + 1e-12


@pytest.mark.parametrize("near", [1e-3, 1e-5, 0.0])
@pytest.mark.parametrize("intercept", [True, False])
def test_the_dual_point_is_orthogonal_to_free_features_that_nearly_depend_on_each_other(near, intercept) -> None:
    x, y = problem(60, 25, seed=2)
    rng = np.random.default_rng(0)
    x[:, 11] = x[:, 3] + near * rng.normal(size=60)
    x[:, 5] = 1e6 * (x[:, 3] - 2 * x[:, 7]) + 1e3 * near * rng.normal(size=60)
    free, factors = [3, 7, 11, 5], np.ones(25)
    factors[free] = 0
    model = Lasso(0.3, penalty_factor=factors, fit_intercept=intercept, tol=1e-3).fit(x, y)
    assert np.isfinite(model.coef_).all()
    residual = y - model.predict(x)
    x, y = (x - x.mean(axis=0), y - y.mean()) if intercept else (x, y)
    left, sizes, _ = np.linalg.svd(x[:, free] / np.linalg.norm(x[:, free], axis=0), full_matrices=False)
    left = left[:, sizes > 1e-12]
    np.testing.assert_allclose(left.T @ residual, 0, atol=1e-7 * np.linalg.norm(y))
    point = residual - left @ (left.T @ residual)
    point -= left @ (left.T @ point)
    scale = min(1, 0.3 / np.abs(x[:, factors > 0].T @ point / 60).max())
    primal = residual @ residual / 120 + 0.3 * np.abs(model.coef_[factors > 0]).sum()
    dual = scale * (point @ y) / 60 - 0.5 * scale**2 * (point @ point) / 60
    # Coefficients that nearly cancel leave their rounding in the predictions.
    assert model.dual_gap_ == pytest.approx(primal - dual, rel=1e-6, abs=1e-7 * (y @ y) / 60)


@pairwise(layout=["C", "F", "csc", "csr"], shape=[(60, 25), (40, 90)], gram=[4096, 3])
def test_every_way_to_the_path_gives_that_of_the_rest(layout, shape, gram) -> None:
    x, y = problem(*shape, seed=4)
    factors = np.ones(shape[1])
    factors[UNPENALIZED] = 0
    rest = np.flatnonzero(factors)
    options = (1.0, factors, False, True, [], 20, 0.05, 1e-12, 100000, None)
    path = read_design(None, stored(x, layout))[0].path(y, None, *options, gram_columns=gram)
    free = np.column_stack([x[:, UNPENALIZED], np.ones(shape[0])])
    px, py = without(free, x[:, rest]), without(free, y)
    assert path["alphas"][0] == pytest.approx(np.abs(px.T @ py).max() / shape[0], rel=1e-10)
    assert not path["coef"][0][rest].any()
    assert path["null_value"] == pytest.approx(py @ py / shape[0])
    left = lasso_path(px, py, alphas=path["alphas"], tol=1e-12, max_iter=100000)[1]
    np.testing.assert_allclose(path["coef"][:, rest], left.T, atol=1e-6)
    for coef, intercept in zip(path["coef"], path["intercept"], strict=True):
        own = np.linalg.lstsq(free, y - x[:, rest] @ coef[rest], rcond=None)[0]
        np.testing.assert_allclose(np.r_[coef[UNPENALIZED], intercept], own, atol=1e-8)


def test_the_folds_of_a_choice_fit_the_free_features_on_their_own_rows() -> None:
    x, y = problem(60, 12, seed=5)
    factors = np.ones(12)
    factors[UNPENALIZED] = 0
    rest, fold = np.flatnonzero(factors), np.arange(60) // 20
    model = LassoCV(alphas=8, eps=0.01, cv=3, penalty_factor=factors, tol=1e-12, max_iter=10000).fit(x, y)
    for k in range(3):
        train, free = fold != k, np.column_stack([x[:, UNPENALIZED], np.ones(60)])
        px, py = without(free[train], x[train][:, rest]), without(free[train], y[train])
        for alpha, errors in zip(model.alphas_, model.mse_path_, strict=True):
            w = Lasso(alpha, fit_intercept=False, tol=1e-12, max_iter=10000).fit(px, py).coef_
            own = np.linalg.lstsq(free[train], y[train] - x[train][:, rest] @ w, rcond=None)[0]
            error = y[~train] - x[~train][:, rest] @ w - free[~train] @ own
            assert errors[k] == pytest.approx(np.mean(error**2), rel=1e-6)


@pytest.mark.parametrize("layout", ["C", "csc"])
def test_standardised_columns_and_free_ones(layout) -> None:
    x, y = problem(60, 25, seed=6)
    x *= 10.0 ** np.random.default_rng(0).uniform(-1, 1, 25)
    x[:, 7] = 2.5
    factors = np.random.default_rng(1).uniform(0.5, 2, 25)
    factors[[3, 7, 11]] = 0
    unit = np.where(x.std(axis=0) > 1e-12, x.std(axis=0), 1)
    options = {"penalty_factor": factors, "l1_ratio": 0.7, "tol": 1e-12, "max_iter": 10000}
    model = ElasticNet(0.2, standardize=True, **options).fit(stored(x, layout), y)
    np.testing.assert_allclose(model.coef_, ElasticNet(0.2, **options).fit(x / unit, y).coef_ / unit, atol=1e-8)


@pytest.mark.parametrize("layout", ["C", "csc"])
@pytest.mark.parametrize("alpha", [0.0, 0.3])
def test_features_that_free_ones_explain_have_no_coefficient(layout, alpha) -> None:
    x, y = problem(60, 12, seed=7)
    x[:, 4], x[:, 5], x[:, 6] = x[:, 3], 0.0, 0.1
    x[:, 8] = 3 * x[:, 3] - x[:, 11] + 2
    factors = np.ones(12)
    factors[[3, 4, 5, 6, 11]] = 0  # twice the same, zeros, the intercept's; 8 is penalised
    model = Lasso(alpha, penalty_factor=factors, tol=1e-12, max_iter=10000).fit(stored(x, layout), y)
    assert not model.coef_[[4, 5, 6, 8]].any()
    few = [0, 1, 2, 3, 7, 9, 10, 11]
    alone = Lasso(alpha, penalty_factor=factors[few], tol=1e-12, max_iter=10000).fit(x[:, few], y)
    np.testing.assert_allclose(model.coef_[few], alone.coef_, atol=1e-7)
    explained = Lasso(alpha, penalty_factor=factors).fit(x, 2 * x[:, 3] - x[:, 11] + 1)
    np.testing.assert_allclose(explained.coef_, 2 * np.eye(12)[3] - np.eye(12)[11], atol=1e-9)
    assert explained.dual_gap_ == 0


def test_a_warm_start_is_at_the_end_already() -> None:
    x, y = problem(40, 90, seed=8)
    factors = np.ones(90)
    factors[UNPENALIZED] = 0
    model = Lasso(0.3, penalty_factor=factors, warm_start=True, tol=1e-8).fit(x, y)
    first = model.coef_
    assert model.fit(x, y).n_iter_ == 0
    np.testing.assert_allclose(model.coef_, first, atol=1e-10)


def test_negative_factors_and_signs_are_refused() -> None:
    x, y = problem(20, 5)
    with pytest.raises(ValueError, match="must be > 0 where positive=True"):
        Lasso(positive=True, penalty_factor=[0.0, 1.0, 1.0, 1.0, 1.0]).fit(x, y)
    for wrong in (-1.0, np.nan):
        with pytest.raises(ValueError, match="finite and"):
            Lasso(penalty_factor=[0.0, wrong, 1.0, 1.0, 1.0]).fit(x, y)
