"""Lasso and elastic net: equalities between problems, stops, cross-validation; their gaps are in test_gaps.py."""

import warnings

import numpy as np
import pytest
from scipy import optimize

from linear_tools import centred, certificate, convergence_warning, problem
from peer_tools import peer
from proxnet import _core, linear_model
from proxnet.linear_model import ElasticNet, ElasticNetCV, Lasso, LassoCV, enet_path, lasso_path

SHAPES = [(60, 90), (90, 40), (40, 400)]


def test_alphas_from_the_largest_on_give_zeros() -> None:
    x, y = problem()
    top = np.abs((x - x.mean(0)).T @ (y - y.mean())).max() / len(y)
    for alpha in (top * (1 + 1e-12), 2 * top, 1e6 * top):
        model = Lasso(alpha).fit(x, y)
        assert (model.coef_ == 0).all()
        assert model.intercept_ == pytest.approx(y.mean())
        assert model.n_iter_ == 1
    assert np.count_nonzero(Lasso(0.99 * top).fit(x, y).coef_) >= 1
    alphas = lasso_path(x - x.mean(0), y - y.mean(), alphas=5, eps=0.1)[0]
    np.testing.assert_allclose(alphas, top * 0.1 ** (np.arange(5) / 4), rtol=1e-12)


def same(a: ElasticNet, b: ElasticNet, factor: float = 1.0, atol: float = 1e-7) -> None:
    np.testing.assert_allclose(a.coef_, factor * b.coef_, rtol=0, atol=atol)


@pytest.mark.parametrize("shape", SHAPES)
def test_equalities_between_problems(shape) -> None:
    x, y = problem(*shape, seed=4)
    options = {"tol": 1e-13, "max_iter": 10000}
    lasso = Lasso(0.2, **options).fit(x, y)
    same(ElasticNet(0.2, l1_ratio=1, **options).fit(x, y), lasso)
    twice = Lasso(0.2, **options).fit(np.vstack([x, x[:9]]), np.r_[y, y[:9]])
    same(Lasso(0.2, **options).fit(x, y, 1.0 + (np.arange(len(y)) < 9)), twice)
    same(Lasso(0.2, **options).fit(x, y, np.full(len(y), 7.0)), lasso)
    same(Lasso(0.2, fit_intercept=False, **options).fit(x - x.mean(0), y - y.mean()), lasso)
    same(Lasso(0.2, **options).fit(x + 1e3, y - 1e3), lasso, atol=1e-6)
    same(Lasso(0.6, **options).fit(3 * x, y), lasso, 1 / 3)
    same(Lasso(0.6, **options).fit(x, 3 * y), lasso, 3)
    factors = np.random.default_rng(5).uniform(0.5, 2, shape[1])
    scaled = Lasso(0.2, **options).fit(x / factors, y)
    np.testing.assert_allclose(
        Lasso(0.2, penalty_factor=factors, **options).fit(x, y).coef_, scaled.coef_ / factors, atol=1e-7
    )
    order = np.random.default_rng(6).permutation(shape[1])
    np.testing.assert_allclose(Lasso(0.2, **options).fit(x[:, order], y).coef_, lasso.coef_[order], atol=1e-7)


@pytest.mark.parametrize("alpha", [0.5, 0.05])
def test_a_duplicated_feature_shares_its_coefficient(alpha) -> None:
    x, y = problem(80, 30, seed=7)
    both = np.hstack([x, x[:, :6]])
    lasso, wide = Lasso(alpha, tol=1e-12).fit(x, y), Lasso(alpha, tol=1e-12).fit(both, y)
    merged = wide.coef_[:30].copy()
    merged[:6] += wide.coef_[30:]
    np.testing.assert_allclose(merged, lasso.coef_, atol=1e-6)
    net = ElasticNet(alpha, l1_ratio=0.5, tol=1e-13).fit(both, y)
    np.testing.assert_allclose(net.coef_[:6], net.coef_[30:], atol=1e-6)  # strictly convex: shared evenly


def test_constant_and_zero_columns_and_targets_stay_out() -> None:
    x, y = problem(50, 20)
    x[:, 3], x[:, 4] = 5.0, 0.0
    model = Lasso(0.1).fit(x, y)
    assert (model.coef_[[3, 4]] == 0).all()
    flat = Lasso(0.1).fit(x, np.full(50, 2.5))
    assert (flat.coef_ == 0).all()
    assert flat.intercept_ == 2.5
    assert flat.dual_gap_ == 0


@pytest.mark.parametrize("l1_ratio", [0.0, 0.5])
def test_without_l1_ridge_and_least_squares_are_solved(l1_ratio) -> None:
    x, y = problem(90, 30)
    inner, target = centred(x, y)
    ridge = ElasticNet(0.3, l1_ratio=0, tol=1e-12).fit(x, y)
    exact = np.linalg.solve(inner.T @ inner / 90 + 0.3 * np.eye(30), inner.T @ target / 90)
    np.testing.assert_allclose(ridge.coef_, exact, atol=1e-7)
    plain = ElasticNet(0.0, l1_ratio=l1_ratio, tol=1e-12).fit(x, y)
    np.testing.assert_allclose(plain.coef_, np.linalg.lstsq(inner, target, rcond=None)[0], atol=1e-6)


@pytest.mark.parametrize("gram_columns", [0, 30, 4096])
def test_every_inner_solver_ends_at_the_same_point(gram_columns) -> None:
    x, y = problem(80, 120, seed=8)
    penalty = {"l1_ratio": 0.9, "penalty_factor": None, "positive": False, "fit_intercept": True}
    stop = {"alphas": [], "count": 10, "eps": 0.01, "tol": 1e-12, "max_iter": 100000, "start": None}
    result = _core.Design(x).path(y, None, **penalty, **stop, gram_columns=gram_columns)
    assert all(result["converged"])
    alphas, coefs, _ = enet_path(*centred(x, y), l1_ratio=0.9, alphas=10, eps=0.01, tol=1e-13)
    np.testing.assert_allclose(result["alphas"], alphas, rtol=1e-12)
    np.testing.assert_allclose(result["coef"], coefs.T, atol=1e-5)


def test_stopping_early_warns_with_the_gap_reached() -> None:
    x, y = problem(40, 400)
    with pytest.warns(
        convergence_warning(),
        match=r"max_iter=1 iterations at a duality gap of \d.*tol \* the mean square of y = \d.*raise max_iter",
    ):
        model = Lasso(0.01, max_iter=1, tol=1e-12).fit(x, y)
    assert model.n_iter_ == 1
    gap, _ = certificate(*centred(x, y), model.coef_, 0.01)
    assert model.dual_gap_ == pytest.approx(gap, rel=1e-9)


def test_warm_start_begins_where_the_last_fit_ended() -> None:
    x, y = problem(40, 400)
    model = Lasso(0.05, warm_start=True, tol=1e-10).fit(x, y)
    first = model.coef_.copy()
    assert model.fit(x, y).n_iter_ == 0
    np.testing.assert_array_equal(model.coef_, first)


@pytest.mark.parametrize("rule", ["min", "1se"])
@pytest.mark.parametrize("weighted", [False, True])
def test_cross_validation_is_paths_on_folds(rule, weighted) -> None:
    x, y = problem(60, 20, seed=9)
    weights = np.random.default_rng(1).uniform(0.5, 2, 60) if weighted else np.ones(60)
    options = {"tol": 1e-10, "max_iter": 10000}
    model = LassoCV(cv=4, alphas=12, eps=0.01, rule=rule, **options).fit(x, y, weights if weighted else None)
    for fold in range(4):
        held = np.arange(60) // 15 == fold
        for k in (0, 5, 11):
            part = Lasso(model.alphas_[k], **options).fit(x[~held], y[~held], weights[~held])
            error = np.average((y[held] - part.predict(x[held])) ** 2, weights=weights[held])
            assert model.mse_path_[k, fold] == pytest.approx(error, rel=1e-5)
    means = model.mse_path_.mean(axis=1)
    limit = means.min() + (model.mse_path_[means.argmin()].std(ddof=1) / 2)
    expected = means.argmin() if rule == "min" else np.argmax(means <= limit)
    assert model.alpha_ == model.alphas_[expected]
    np.testing.assert_allclose(model.coef_, Lasso(model.alpha_, **options).fit(x, y, weights).coef_, atol=1e-5)


def test_the_net_of_cross_validation_tries_every_ratio() -> None:
    x, y = problem(60, 20)
    model = ElasticNetCV(l1_ratio=[0.2, 0.9], alphas=[1.0, 0.1, 0.01], cv=3).fit(x, y)
    assert model.mse_path_.shape == (2, 3, 3)
    assert model.l1_ratio_ in (0.2, 0.9)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        one = ElasticNetCV(l1_ratio=model.l1_ratio_, alphas=[0.01, 0.1, 1.0], cv=3).fit(x, y)
    assert one.alpha_ == model.alpha_
    np.testing.assert_array_equal(one.coef_, model.coef_)


@pytest.mark.parametrize("scale", [1e-4, 1.0, 1e3])
@pytest.mark.parametrize("positive", [False, True])
def test_without_a_penalty_the_answer_does_not_depend_on_units(scale, positive) -> None:
    x, y = problem(90, 40)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = Lasso(alpha=0, positive=positive, tol=1e-9, max_iter=10000).fit(scale * x, y)
    x, y = centred(x, y)
    expected = peer(optimize.nnls, x, y)[0] if positive else np.linalg.lstsq(x, y)[0]
    np.testing.assert_allclose(model.coef_ * scale, expected, atol=1e-3)


def test_all_names_are_there() -> None:
    assert all(hasattr(linear_model, name) for name in linear_model.__all__)
