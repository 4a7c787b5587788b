"""Paths of penalty objects and their cross-validation: the lasso's where convex, stationary to numpy elsewhere."""

import numpy as np
import pytest

import proxnet
from interrupt_tools import assert_interrupted
from linear_tools import centred, convergence_warning, problem
from proxnet.display import RegularizationPathDisplay
from proxnet.linear_model import (
    PenalizedRegressor,
    PenalizedRegressorCV,
    enet_path,
    lasso_path,
    penalized_path,
)
from proxnet.regularizers import L0, L1, L1L2, L2, MCP, SCAD, GroupL1, LogSum
from thread_tools import with_threads

TIGHT = {"tol": 1e-12, "max_iter": 100000}
SHAPES = [(60, 90), (90, 40), (300, 12)]
PENALTIES = [MCP(1.0, gamma=4.0), MCP(2.0, gamma=1.2), SCAD(1.0), LogSum(1.0, epsilon=0.5), L0(1.0), L1(1.0)]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("weighted", [False, True])
def test_l1_is_the_lassos_path(shape, weighted) -> None:
    x, y = problem(*shape)
    weights = np.random.default_rng(1).uniform(0.2, 2, shape[0]) if weighted else None
    options = {"alphas": 12, "eps": 0.05, "sample_weight": weights}
    lasso = lasso_path(x, y, **options, tol=1e-14, max_iter=100000)
    alphas, coefs, violations = penalized_path(x, y, L1(1.0), **options, **TIGHT)
    np.testing.assert_allclose(alphas, lasso[0], rtol=1e-12)
    np.testing.assert_allclose(coefs, lasso[1], atol=1e-8)
    assert violations.max() <= 1e-12 * alphas[0]
    np.testing.assert_array_equal(penalized_path(x, y, **options, **TIGHT)[1], coefs)
    double = penalized_path(x, y, L1(2.0), **options, **TIGHT)
    np.testing.assert_allclose(double[0], alphas / 2, rtol=1e-12)
    net = enet_path(x, y, l1_ratio=0.5, **options, tol=1e-14, max_iter=100000)
    alphas, coefs, _ = penalized_path(x, y, L1L2(0.5, 0.25), **options, **TIGHT)
    np.testing.assert_allclose(alphas, net[0], rtol=1e-12)
    np.testing.assert_allclose(coefs, net[1], atol=1e-8)


def slope(penalty, alpha, size):
    """The derivative of alpha times the penalty at |w| = size > 0, or from the right at 0."""
    if isinstance(penalty, L0):
        return np.where(size > 0, 0.0, np.inf)
    strength = alpha * (penalty.l1 if isinstance(penalty, L1) else penalty.strength)
    if isinstance(penalty, MCP):
        return np.maximum(strength - size / penalty.gamma, 0)
    if isinstance(penalty, SCAD):
        return np.minimum(strength, np.maximum(penalty.a * strength - size, 0) / (penalty.a - 1))
    return strength / (penalty.epsilon + size) if isinstance(penalty, LogSum) else np.full_like(size, strength)


@pytest.mark.parametrize("penalty", PENALTIES, ids=repr)
@pytest.mark.parametrize("shape", SHAPES)
def test_every_point_is_stationary_and_the_first_is_zero(penalty, shape) -> None:
    x, y = centred(*problem(*shape))
    alphas, coefs, violations, passes = penalized_path(
        x, y, penalty, alphas=10, eps=0.05, tol=1e-10, max_iter=100000, return_n_iter=True
    )
    n, scale = len(y), np.abs(x.T @ y).max() / len(y)
    assert len(passes) == 10
    assert not coefs[:, 0].any()
    assert coefs[:, 1].any()
    assert not np.signbit(coefs[coefs == 0]).any()
    if not isinstance(penalty, L1):
        assert penalized_path(x, y, penalty, alphas=[alphas[0] * (1 - 1e-6)], **TIGHT)[1].any()
    for alpha, w, violation in zip(alphas, coefs.T, violations, strict=True):
        gradient = -x.T @ (y - x @ w) / n
        pull = slope(penalty, alpha, np.abs(w))
        kept = np.where(w != 0, pull, 0.0)
        distance = np.where(w != 0, np.abs(gradient + np.sign(w) * kept), np.maximum(np.abs(gradient) - pull, 0)).max()
        assert distance <= 1e-9 * scale
        assert violation == pytest.approx(distance, abs=1e-11 * scale)


def single_weights_at_best(x, y, w, cost, count):
    """Whether no other value of any of the first weights lowers the objective."""
    r = y - x @ w
    for j in range(0, x.shape[1], max(1, x.shape[1] // count)):
        values = np.r_[0.0, np.linspace(-4, 4, 401)]
        moved = r[:, np.newaxis] - x[:, j : j + 1] * (values - w[j])
        objective = np.square(moved).sum(axis=0) / (2 * len(y)) + cost(values)
        if objective.min() < np.square(r).sum() / (2 * len(y)) + cost(w[j : j + 1])[0] - 1e-9:
            return False
    return True


@pytest.mark.parametrize("gamma", [1.2, 4.0])
def test_no_single_weight_can_do_better_anywhere_on_the_path(gamma) -> None:
    x, y = centred(*problem(60, 90))
    x *= np.random.default_rng(4).uniform(0.3, 2, 90)  # some columns' problems are convex, some are not

    def mcp(strength):
        edge = gamma * strength
        return lambda w: np.where(np.abs(w) < edge, strength * np.abs(w) - w**2 / (2 * gamma), edge * strength / 2)

    for penalty, cost in ((MCP(1.0, gamma=gamma), mcp), (L0(1.0), lambda strength: lambda at: strength * (at != 0))):
        alphas, coefs, _ = penalized_path(x, y, penalty, alphas=8, eps=0.05, tol=1e-10, max_iter=100000)
        for alpha, w in zip(alphas, coefs.T, strict=True):
            assert single_weights_at_best(x, y, w, cost(alpha), 12)


def test_where_minima_are_unique_points_are_fits_and_errors_of_folds_are_those_of_a_loop() -> None:
    x, y = problem(90, 12, seed=3)
    x -= x.mean(axis=1, keepdims=True)
    weights = np.random.default_rng(0).uniform(0.5, 2, 90)
    penalty = SCAD(1.0, a=60.0)  # convex over all weights of these columns
    model = PenalizedRegressorCV(penalty, alphas=6, eps=0.05, cv=3, rule="1se", **TIGHT).fit(x, y, weights)
    for k, alpha in enumerate(model.alphas_):
        fit = PenalizedRegressor(SCAD(alpha, a=60.0), n_steps=7, **TIGHT)
        np.testing.assert_allclose(fit.fit(x, y, weights).coef_, model.coef_path_[k], atol=1e-8)
        for fold in range(3):
            held = np.arange(90) // 30 == fold
            part = fit.fit(x[~held], y[~held], weights[~held])
            error = np.average((y[held] - part.predict(x[held])) ** 2, weights=weights[held])
            assert model.mse_path_[k, fold] == pytest.approx(error, rel=1e-7)
    means = model.mse_path_.mean(axis=1)
    within = means <= means.min() + model.mse_path_[means.argmin()].std(ddof=1) / np.sqrt(3)
    assert (model.alpha_min_, model.alpha_1se_) == (model.alphas_[means.argmin()], model.alphas_[within].max())
    assert model.alpha_ == model.alpha_1se_
    chosen = list(model.alphas_).index(model.alpha_)
    np.testing.assert_array_equal(model.coef_, model.coef_path_[chosen])
    assert model.intercept_ == pytest.approx(np.average(y - x @ model.coef_, weights=weights))
    assert not hasattr(model, "dual_gap_")


def test_free_features_are_in_at_the_first_alpha_which_knows_them() -> None:
    x, y = problem(80, 30)
    factors = np.ones(30)
    factors[[1, 4]] = 0
    factors[7] = 0.5
    inner = np.linalg.qr(x[:, [1, 4]])[0]
    left = y - inner @ (inner.T @ y)
    expected = np.abs(np.delete(x.T @ left / factors.clip(1e-300), [1, 4])).max() / 80
    for shape in ((80, 30), (20, 30)):
        some = x[: shape[0]], y[: shape[0]]
        alphas, coefs, _ = penalized_path(*some, MCP(1.0, gamma=50.0, factors=factors), alphas=5, eps=0.3, **TIGHT)
        np.testing.assert_array_equal(np.flatnonzero(coefs[:, 0]), [1, 4])
        assert np.count_nonzero(coefs[:, 1]) > 2
        if shape[0] == 80:
            assert alphas[0] == pytest.approx(expected, rel=1e-9)


def test_layouts_and_columns_without_a_spread() -> None:
    sparse = pytest.importorskip("scipy.sparse")
    x, y = problem(70, 60)
    x[np.abs(x) < 2] = 0
    x[:, 5], x[:, 9] = 0, 1e6 / 3
    weights = np.random.default_rng(1).uniform(0.2, 2, 70)
    options = {"alphas": 6, "cv": 4, "tol": 1e-10}
    for penalty in (MCP(1.0), SCAD(1.0)):
        model = PenalizedRegressorCV(penalty, **options).fit(x, y, weights)
        assert not model.coef_path_[:, [5, 9]].any()
        for given in (np.asfortranarray(x), sparse.csr_matrix(x), sparse.csc_matrix(x)):
            other = PenalizedRegressorCV(penalty, **options).fit(given, y, weights)
            np.testing.assert_allclose(other.coef_path_, model.coef_path_, atol=1e-6)
            np.testing.assert_allclose(other.mse_path_, model.mse_path_, rtol=1e-6)
    single = PenalizedRegressorCV(MCP(1.0), alphas=6, cv=4).fit(x.astype(np.float32), y)
    assert single.coef_.dtype == single.coef_path_.dtype == np.float32


@pytest.mark.parametrize("threads", [1, 2])
def test_folds_are_interrupted(threads) -> None:
    x, y = problem(400, 800)
    model = PenalizedRegressorCV(MCP(1.0), alphas=2000, eps=1e-3, cv=8, tol=1e-12, max_iter=10**6)
    assert_interrupted(lambda: with_threads(threads, lambda: model.fit(x, y)))


@pytest.mark.parametrize("rule", ["min", "1se"])
def test_pictures_take_paths_and_models(rule) -> None:
    figure = pytest.importorskip("matplotlib.figure").Figure()
    x, y = problem(60, 20)
    path = penalized_path(x, y, MCP(1.0), alphas=7)
    display = RegularizationPathDisplay.from_path(path, ax=figure.subplots())
    np.testing.assert_array_equal(display.nonzeros, np.count_nonzero(path[1], axis=0))
    model = PenalizedRegressorCV(MCP(1.0), alphas=7, cv=3, rule=rule).fit(x, y)
    display = RegularizationPathDisplay.from_estimator(model, x, y, ax=figure.subplots())
    assert (display.alpha_min_, display.alpha_1se_) == (model.alpha_min_, model.alpha_1se_)
    np.testing.assert_array_equal(display.coefs, model.coef_path_.T)
    np.testing.assert_allclose(display.train, [np.var(y - x @ w) for w in model.coef_path_])


@pytest.mark.parametrize(
    ("penalty", "options", "sentence"),
    [
        (L2(1.0), {}, "a grid of alphas needs a penalty that makes zeros"),
        (MCP(0.0), {}, "a grid of alphas needs a penalty that makes zeros"),
        (GroupL1(0.1), {}, "must act on single weights"),
        (0.1, {}, "must be an object of proxnet.regularizers"),
        (L1(0.1, factors=[1.0, 2.0]), {}, "factors must be one"),
        (MCP(1.0), {"alphas": [0.1, -1.0]}, r"alphas\[1\] == -1.0"),
        (MCP(1.0), {"alphas": [np.nan]}, r"alphas\[0\] == nan"),
        (MCP(1.0), {"eps": 0.0}, "eps must be"),
        (MCP(1.0), {"tol": -1.0}, "tol must be"),
        (MCP(1.0), {"max_iter": 0}, "max_iter must be"),
    ],
)
def test_what_is_not_a_path_is_refused(penalty, options, sentence) -> None:
    x, y = problem(20, 6)
    with pytest.raises((ValueError, TypeError), match=sentence):
        penalized_path(x, y, penalty, **options)
    with pytest.raises((ValueError, TypeError), match=sentence):
        PenalizedRegressorCV(penalty, **options).fit(x, y)
    with pytest.raises(ValueError, match="y must be one target"):
        penalized_path(x, np.c_[y, y], MCP(1.0))
    with pytest.raises(ValueError, match="unknown rule"):
        PenalizedRegressorCV(rule="best").fit(x, y)


def test_no_strength_is_least_squares_and_early_stops_warn() -> None:
    x, y = problem(60, 5)
    for penalty in (L2(1.0), MCP(1.0)):
        coefs = penalized_path(x, y, penalty, alphas=[0.0], **TIGHT)[1]
        np.testing.assert_allclose(coefs[:, 0], np.linalg.lstsq(x, y, rcond=None)[0], atol=1e-8)
    x, y = problem(40, 60)
    with pytest.warns(
        convergence_warning(), match=r"coefficients \d.* from the optimality conditions, at \d of 4 alphas"
    ):
        penalized_path(x, y, MCP(1.0), alphas=4, max_iter=2, tol=1e-12)


def test_passes_on_what_is_not_penalised_count_once() -> None:
    x, y = problem(80, 12)
    x[:, 1] += 3 * x[:, 0]
    factors = [0.0] * 4 + [1.0] * 8
    penalty = proxnet._core.Penalty(l1=1e6, l2=0.0, factors=factors)
    design = proxnet._core.Design(x)

    def solve(start):
        return proxnet._core.penalized_least_squares(design, y, None, penalty, True, 1, 1e-10, 1000, start)

    cold = solve(None)
    assert np.count_nonzero(cold["coef"][0]) == 4
    assert cold["iterations"][0] >= 3
    warm = solve(cold["coef"][0])
    assert warm["iterations"][0] == 0
    np.testing.assert_array_equal(warm["coef"], cold["coef"])
    expected = np.linalg.lstsq(x[:, :4] - x[:, :4].mean(axis=0), y - y.mean(), rcond=None)[0]
    np.testing.assert_allclose(cold["coef"][0][:4], expected, rtol=1e-7)
