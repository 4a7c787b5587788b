"""Penalty factors of ridge regression: every estimator and solver, what is not penalised, proofs, refusals."""

import numpy as np
import pytest

from linear_tools import problem
from pairwise import pairwise
from proxnet import _core
from proxnet.linear_model import Ridge, RidgeClassifier, RidgeClassifierCV, RidgeCV, ridge_path
from ridge_tools import by_kriging


@pairwise(shape=[(60, 20), (20, 60)], free=[[], [2], [0, 5, 6]], kind=["dense", "float32", "sparse"])
def test_factors_in_every_estimator(shape, free, kind) -> None:
    x, y = problem(*shape)
    y = np.c_[y, x[:, 1] ** 2]
    given = x
    if kind != "dense":
        x[np.abs(x) < 1] = 0
        x = x.astype(np.float32).astype(np.float64)
        given = x.astype(np.float32)
    if kind == "sparse":
        given = pytest.importorskip("scipy.sparse").csr_array(given)
    factors = np.random.default_rng(0).uniform(0.2, 4, shape[1])
    factors[free] = 0
    weights = np.random.default_rng(1).uniform(0.5, 2, shape[0])
    alphas = np.array([30.0, 2.0])
    expected, errors = by_kriging(x, y, alphas, weights, True, factors)
    close = {"rtol": 2e-5, "atol": 2e-5} if kind != "dense" else {"rtol": 1e-7, "atol": 1e-7}
    _, coefs = ridge_path(given, y, alphas, sample_weight=weights, penalty_factor=factors)
    np.testing.assert_allclose(np.moveaxis(coefs, -1, 0), expected, **close)
    solvers = ["cholesky", "sparse_cg"] + ["svd"] * (kind != "sparse")
    for solver in solvers:
        model = Ridge(2.0, solver=solver, tol=1e-13, penalty_factor=factors).fit(given, y, weights)
        np.testing.assert_allclose(model.coef_, expected[1], **close)
        rest = weights[:, np.newaxis] * (y - x @ model.coef_.T - model.intercept_)
        assert np.abs(x.T @ rest - 2.0 * (factors * model.coef_).T).max() < (1e-6 if kind == "dense" else 2e-2)
        assert np.all(model.dual_gap_ <= 1e-8)
    chosen = RidgeCV(alphas, store_cv_results=True, penalty_factor=factors).fit(given, y, weights)
    np.testing.assert_allclose(chosen.cv_results_, errors**2 * weights.sum() / shape[0], **close)
    classes = y[:, 0] > np.median(y[:, 0])
    signs = np.where(classes, 1.0, -1.0)
    one = Ridge(2.0, penalty_factor=factors).fit(given, signs)
    for model in (RidgeClassifier(2.0, penalty_factor=factors), RidgeClassifierCV([2.0], penalty_factor=factors)):
        np.testing.assert_allclose(np.ravel(model.fit(given, classes).coef_), one.coef_, **close)


@pytest.mark.parametrize("shape", [(60, 20), (25, 50)])
def test_proofs_see_what_is_not_penalised(shape) -> None:
    x, y = problem(*shape)
    x -= x.mean(axis=0)
    factors = np.random.default_rng(0).uniform(0.2, 4, shape[1])
    factors[[1, 4]] = 0
    best = Ridge(3.0, penalty_factor=factors).fit(x, y)

    def objective(coef):
        return np.sum((y - y.mean() - x @ coef) ** 2) + 3.0 * factors @ coef**2

    for moved in ([4], [0, 4, 7], [0]):
        coef = best.coef_.copy()
        coef[moved] += 0.1
        design, target = _core.Design(x), y[np.newaxis]
        gap, kkt = _core.ridge_certificate(design, target, None, factors, True, np.array([3.0]), coef[np.newaxis])
        gradient = x.T @ (y - y.mean() - x @ coef) - 3.0 * factors * coef
        assert 0 < objective(coef) - objective(best.coef_) <= gap[0] * (1 + 1e-9)
        assert kkt[0] == pytest.approx(np.abs(gradient).max(), rel=1e-9)


def test_factors_are_scaled_columns_and_limits() -> None:
    x, y = problem(60, 20)
    factors = np.random.default_rng(0).uniform(0.2, 4, 20)
    positive = Ridge(3.0, positive=True, tol=1e-8, penalty_factor=factors).fit(x, y)
    scaled = Ridge(3.0, positive=True, tol=1e-8).fit(x / np.sqrt(factors), y)
    np.testing.assert_allclose(positive.coef_, scaled.coef_ / np.sqrt(factors), atol=1e-6)
    free = np.where(np.arange(20) < 4, 0.0, 1.0)
    for given in (x, x[:18]):
        heavy = Ridge(1e12, penalty_factor=free).fit(given, y[: len(given)])
        alone = Ridge(0.0).fit(given[:, :4], y[: len(given)])
        np.testing.assert_allclose(heavy.coef_, np.r_[alone.coef_, np.zeros(16)], atol=1e-6)
    np.testing.assert_allclose(Ridge(0.0, penalty_factor=free).fit(x, y).coef_, Ridge(0.0).fit(x, y).coef_, atol=1e-8)
    np.testing.assert_allclose(Ridge(7.0, penalty_factor=np.zeros(20)).fit(x, y).coef_, Ridge(0.0).fit(x, y).coef_)


@pytest.mark.parametrize(
    ("factors", "sentence"),
    [
        (np.ones(3), r"must have shape \(6,\), got \(3,\)"),
        (np.r_[np.ones(5), -1.0], r"finite and >= 0, penalty_factor\[5\] = -1.0"),
        (np.r_[np.nan, np.ones(5)], r"finite and >= 0, penalty_factor\[0\] = nan"),
    ],
)
def test_bad_factors_are_refused(factors, sentence) -> None:
    x, y = problem(20, 6)
    for call in (
        lambda: Ridge(penalty_factor=factors).fit(x, y),
        lambda: RidgeCV(penalty_factor=factors).fit(x, y),
        lambda: RidgeClassifier(penalty_factor=factors).fit(x, y > y.mean()),
        lambda: ridge_path(x, y, [1.0], penalty_factor=factors),
    ):
        with pytest.raises(ValueError, match=sentence):
            call()
    with pytest.raises(ValueError, match="must be > 0 where positive=True"):
        Ridge(positive=True, penalty_factor=np.r_[0.0, np.ones(5)]).fit(x, y)
