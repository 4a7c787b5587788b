"""Linear models under penalty objects: the convex ones are known, the others are minima over every single weight."""

import numpy as np
import pytest

from linear_tools import centred, convergence_warning, problem
from proxnet.linear_model import ElasticNet, Lasso, PenalizedRegressor
from proxnet.regularizers import L0, L1, L1L2, L2, MCP, SCAD, GroupL1, LogSum, Ramp

TIGHT = {"tol": 1e-10, "max_iter": 100000}
NONCONVEX = [MCP(0.5, gamma=4.0), SCAD(0.5), LogSum(0.5, epsilon=0.5), L0(0.1)]


@pytest.mark.parametrize("shape", [(60, 90), (90, 40)])
@pytest.mark.parametrize("intercept", [True, False])
def test_convex_penalties_are_the_lasso_and_the_elastic_net(shape, intercept) -> None:
    x, y = problem(*shape)
    weights = np.random.default_rng(2).random(shape[0])
    options = {"fit_intercept": intercept, "tol": 1e-13, "max_iter": 10000}
    for given in (None, weights):
        lasso = Lasso(0.3, **options).fit(x, y, given)
        model = PenalizedRegressor(L1(0.3), fit_intercept=intercept, **TIGHT).fit(x, y, given)
        np.testing.assert_allclose(model.coef_, lasso.coef_, atol=1e-6)
        assert model.intercept_ == pytest.approx(lasso.intercept_, abs=1e-5)
    net = ElasticNet(0.3, l1_ratio=0.5, **options).fit(x, y)
    model = PenalizedRegressor(L1L2(0.15, 0.075), fit_intercept=intercept, **TIGHT).fit(x, y)
    np.testing.assert_allclose(model.coef_, net.coef_, atol=1e-6)
    ridge = ElasticNet(0.3, l1_ratio=0.0, **options).fit(x, y)
    model = PenalizedRegressor(L2(0.15), fit_intercept=intercept, **TIGHT).fit(x, y)
    np.testing.assert_allclose(model.coef_, ridge.coef_, atol=1e-5)


def test_factors_are_the_weighted_lasso_and_zero_is_no_penalty() -> None:
    x, y = problem(60, 40)
    factors = np.random.default_rng(3).uniform(0.5, 2, 40)
    lasso = Lasso(0.3, penalty_factor=factors, tol=1e-13).fit(x, y)
    model = PenalizedRegressor(L1(0.3, factors=factors), **TIGHT).fit(x, y)
    np.testing.assert_allclose(model.coef_, lasso.coef_, atol=1e-6)
    free = [3, 8, 17]
    factors[free] = 0
    model = PenalizedRegressor(L1(0.3, factors=factors), **TIGHT).fit(x, y)
    inner, target = centred(x, y)
    basis = np.linalg.qr(inner[:, free])[0]
    rest = np.delete(np.arange(40), free)
    left = [part - basis @ (basis.T @ part) for part in (inner[:, rest], target)]
    lasso = Lasso(0.3, penalty_factor=factors[rest], fit_intercept=False, tol=1e-13).fit(*left)
    np.testing.assert_allclose(model.coef_[rest], lasso.coef_, atol=1e-6)
    assert (model.coef_[free] != 0).all()


def objective(x, y, w, penalty):
    return np.sum((y - x @ w) ** 2) / (2 * len(y)) + penalty(w[:, np.newaxis])


@pytest.mark.parametrize("penalty", NONCONVEX, ids=lambda p: type(p).__name__)
@pytest.mark.parametrize("shape", [(60, 90), (90, 40)])
def test_no_single_weight_can_do_better(penalty, shape) -> None:
    x, y = centred(*problem(*shape))
    model = PenalizedRegressor(penalty, fit_intercept=False, **TIGHT).fit(x, y)
    best = objective(x, y, model.coef_, penalty)
    assert model.objective_ == pytest.approx(best, rel=1e-9)
    gradient = -x.T @ (y - x @ model.coef_) / len(y)
    distance = penalty.subdiff_distance(model.coef_[:, np.newaxis], gradient[:, np.newaxis])
    scale = np.abs(x.T @ y).max() / len(y)
    assert model.kkt_violation_ == pytest.approx(distance, abs=1e-9 * scale)
    assert distance <= 1e-9 * scale
    assert 0 < np.count_nonzero(model.coef_) < shape[1]
    assert not np.signbit(model.coef_[model.coef_ == 0]).any()
    for j in range(0, shape[1], 7):
        for value in np.linspace(-4, 4, 41):
            other = model.coef_.copy()
            other[j] = value
            assert objective(x, y, other, penalty) >= best - 1e-9


def test_large_weights_are_not_shrunk_and_the_support_is_found() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(200, 500))
    true = np.zeros(500)
    true[[3, 50, 99, 200, 480]] = [3.0, -2.0, 2.5, -4.0, 1.5]
    y = x @ true + 0.5 * rng.normal(size=200)
    lasso, mcp = Lasso(0.2).fit(x, y), PenalizedRegressor(MCP(0.2)).fit(x, y)
    support = np.flatnonzero(true)
    np.testing.assert_array_equal(np.flatnonzero(mcp.coef_), support)
    exact = np.linalg.lstsq(np.c_[x[:, support], np.ones(200)], y, rcond=None)[0]
    np.testing.assert_allclose(mcp.coef_[support], exact[:-1], atol=1e-4)
    assert np.abs(lasso.coef_ - true).max() > 2 * np.abs(mcp.coef_ - true).max()


def test_layouts_targets_and_warm_starts() -> None:
    sparse = pytest.importorskip("scipy.sparse")
    x, y = problem(70, 60)
    x[np.abs(x) < 2] = 0
    penalty = MCP(0.4)
    reference = PenalizedRegressor(penalty, **TIGHT).fit(x, y)
    for given in (np.asfortranarray(x), sparse.csr_matrix(x)):
        np.testing.assert_allclose(PenalizedRegressor(penalty, **TIGHT).fit(given, y).coef_, reference.coef_, atol=1e-6)
    both = PenalizedRegressor(penalty, **TIGHT).fit(x, np.c_[y, x[:, 0]])
    np.testing.assert_array_equal(both.coef_[0], reference.coef_)
    model = PenalizedRegressor(penalty, warm_start=True, **TIGHT).fit(x, y)
    assert model.fit(x, y).n_iter_ <= 3
    np.testing.assert_allclose(model.coef_, reference.coef_, atol=1e-8)


@pytest.mark.parametrize(
    ("penalty", "sentence"),
    [
        (GroupL1(0.1), "must act on single weights"),
        (L1(0.1, schedule=Ramp(3)), "without a schedule"),
        (0.1, "must be an object of proxnet.regularizers"),
        (L1(0.1, factors=[1.0, 2.0]), "factors must be one"),
    ],
)
def test_penalties_that_do_not_fit_are_refused(penalty, sentence) -> None:
    x, y = problem(20, 6)
    with pytest.raises((ValueError, TypeError), match=sentence):
        PenalizedRegressor(penalty).fit(x, y)


def test_nan_factors_are_refused_and_early_stops_warn() -> None:
    x, y = problem(40, 60)
    with pytest.raises(ValueError, match="factors must be finite"):
        L1(0.1, factors=[float("nan")] * 60)
    with pytest.warns(convergence_warning(), match=r"coefficients \d.* from the optimality"):
        PenalizedRegressor(MCP(0.01), max_iter=2, tol=1e-12).fit(x, y)
