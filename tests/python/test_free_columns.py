"""Features that are not penalised: the problem that is left when they are projected out, and its certificate."""

import numpy as np
import pytest

from linear_tools import problem
from proxnet import _core
from proxnet.linear_model import ElasticNet, Lasso, Ridge

FREE = [3, 11]


def without(columns: np.ndarray, of: np.ndarray) -> np.ndarray:
    return of - columns @ np.linalg.lstsq(columns, of, rcond=None)[0]


def weighted(x, y, weights, intercept):
    """Rows times the root of their weight, which sum to rows; with an intercept a free column of them."""
    root = np.ones(len(x)) if weights is None else np.sqrt(weights * len(x) / weights.sum())
    ones = [root] if intercept else []
    return x * root[:, np.newaxis], y * root, ones


@pytest.mark.parametrize("shape", [(60, 25), (40, 90)])
@pytest.mark.parametrize("ratio", [1.0, 0.5])
@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize("weigh", [False, True])
def test_the_rest_is_the_problem_with_them_projected_out(shape, ratio, intercept, weigh) -> None:
    x, y = problem(*shape, seed=2)
    weights = np.random.default_rng(0).uniform(0.2, 2, shape[0]) if weigh else None
    factors = np.random.default_rng(1).uniform(0.5, 2, shape[1])
    factors[FREE] = 0
    rest = np.flatnonzero(factors)
    alpha = 0.3
    model = ElasticNet(
        alpha, l1_ratio=ratio, fit_intercept=intercept, penalty_factor=factors, tol=1e-12, max_iter=100000
    ).fit(x, y, weights)
    assert (model.coef_[FREE] != 0).all()
    wx, wy, ones = weighted(x, y, weights, intercept)
    unpenalised = np.column_stack([wx[:, FREE], *ones])
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
    factors[FREE] = 0
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
    w = 0.1 * rng.normal(size=25)
    w[5] = 1e-7
    gap, _ = _core.Design(x).free_columns_gap(y, None, 1.0, factors, 0.3, intercept, w)
    x, y = (x - x.mean(axis=0), y - y.mean()) if intercept else (x, y)
    residual = y - x @ w
    left, sizes, _ = np.linalg.svd(x[:, free] / np.linalg.norm(x[:, free], axis=0), full_matrices=False)
    left = left[:, sizes > 1e-12]
    point = residual - left @ (left.T @ residual)
    point -= left @ (left.T @ point)
    scale = min(1, 0.3 / np.abs(x[:, factors > 0].T @ point / 60).max())
    primal = residual @ residual / 120 + 0.3 * np.abs(w[factors > 0]).sum()
    dual = scale * (point @ y) / 60 - 0.5 * scale**2 * (point @ point) / 60
    assert gap == pytest.approx(primal - dual, rel=1e-8)


def test_negative_factors_and_signs_are_refused() -> None:
    x, y = problem(20, 5)
    with pytest.raises(ValueError, match="must be > 0 where positive=True"):
        Lasso(positive=True, penalty_factor=[0.0, 1.0, 1.0, 1.0, 1.0]).fit(x, y)
    for wrong in (-1.0, np.nan):
        with pytest.raises(ValueError, match="finite and"):
            Lasso(penalty_factor=[0.0, wrong, 1.0, 1.0, 1.0]).fit(x, y)
