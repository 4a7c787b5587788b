"""Ridge regression is a linear system: its equations, every row left out by hand, scikit-learn, equal bits."""

import numpy as np
import pytest

from linear_tools import centred, problem
from pairwise import pairwise
from peer_tools import peer
from proxnet.linear_model import ElasticNet, Ridge, RidgeClassifier, RidgeCV, ridge_path

SHAPES = [(60, 20), (30, 50), (25, 25)]
SOLVERS = ["cholesky", "svd", "sparse_cg"]


def exact(x, y, alpha, weights=None, intercept=True):
    total = len(y) if weights is None else weights.sum()
    inner, target = centred(x, y, weights, intercept)
    strength = alpha * len(y) / total
    return np.linalg.solve(inner.T @ inner + strength * np.eye(x.shape[1]), inner.T @ target)


@pairwise(shape=SHAPES, solver=SOLVERS, intercept=[True, False], weighted=[False, True])
def test_the_normal_equations_hold(shape, solver, intercept, weighted) -> None:
    x, y = problem(*shape)
    weights = np.random.default_rng(1).uniform(0, 2, shape[0]) if weighted else None
    for order in "CF":
        given = np.asarray(x, order=order)
        model = Ridge(3.0, solver=solver, fit_intercept=intercept, tol=1e-13).fit(given, y, weights)
        np.testing.assert_allclose(model.coef_, exact(x, y, 3.0, weights, intercept), atol=1e-8)
        residual = y - model.predict(x)
        assert np.average(residual, weights=weights) == pytest.approx(0, abs=1e-8) or not intercept
        assert intercept or model.intercept_ == 0


@pytest.mark.parametrize("solver", ["cholesky", "sparse_cg"])
@pytest.mark.parametrize("shape", SHAPES)
def test_sparse_x_is_solved_as_dense_x(solver, shape) -> None:
    sparse = pytest.importorskip("scipy.sparse")
    x, y = problem(*shape)
    x[np.abs(x) < 2] = 0
    for kind in (sparse.csc_matrix, sparse.csr_matrix):
        model = Ridge(3.0, solver=solver, tol=1e-13).fit(kind(x), y)
        np.testing.assert_allclose(model.coef_, exact(x, y, 3.0), atol=1e-8)
    chosen = RidgeCV([0.1, 1, 10, 100]).fit(sparse.csr_matrix(x), y)
    assert chosen.alpha_ == RidgeCV([0.1, 1, 10, 100]).fit(x, y).alpha_
    with pytest.raises(ValueError, match="solver='svd' does not support a sparse X"):
        Ridge(solver="svd").fit(sparse.csr_matrix(x), y)


@pytest.mark.parametrize("shape", SHAPES)
def test_targets_and_their_alphas_are_independent(shape) -> None:
    x, y = problem(*shape)
    both = np.c_[y, x[:, 0] - y, np.ones(len(y))]
    alphas = [0.5, 7.0, 0.5]
    model = Ridge(alphas).fit(x, both)
    assert model.coef_.shape == (3, shape[1])
    for k, alpha in enumerate(alphas):
        single = Ridge(alpha).fit(x, both[:, k])
        np.testing.assert_allclose(model.coef_[k], single.coef_, atol=1e-8)
        assert model.intercept_[k] == pytest.approx(single.intercept_, abs=1e-8)


@pytest.mark.parametrize("shape", SHAPES)
def test_without_a_penalty_the_solution_of_least_norm(shape) -> None:
    x, y = problem(*shape)
    inner, target = centred(x, y)
    for solver in ("auto", "svd"):
        coef = Ridge(0.0, solver=solver).fit(x, y).coef_
        np.testing.assert_allclose(coef, np.linalg.lstsq(inner, target, rcond=1e-10)[0], atol=1e-6)
    twice = np.hstack([x, x])
    np.testing.assert_allclose(Ridge(0.0).fit(twice, y).coef_[: shape[1]] * 2, coef, atol=1e-6)


@pairwise(shape=SHAPES, intercept=[True, False], weighted=[False, True])
def test_every_row_left_out(shape, intercept, weighted) -> None:
    x, y = problem(*shape)
    weights = np.random.default_rng(1).uniform(0.2, 2, shape[0]) if weighted else None
    alphas = [0.01, 1.0, 100.0]
    model = RidgeCV(alphas, fit_intercept=intercept, store_cv_results=True).fit(x, y, weights)
    for row in (0, 7, shape[0] - 1):
        keep = np.arange(shape[0]) != row
        share = 1.0 if weights is None else weights[row]
        for k, alpha in enumerate(alphas):
            part = Ridge(alpha, fit_intercept=intercept).fit(
                x[keep], y[keep], None if weights is None else weights[keep]
            )
            error = y[row] - part.predict(x[row : row + 1])[0]
            assert model.cv_results_[row, k] == pytest.approx(share * error**2, rel=1e-6)
    means = model.cv_results_.mean(axis=0)
    assert model.alpha_ == alphas[means.argmin()]
    assert model.best_score_ == pytest.approx(-means.min())
    for alpha, coef in zip(alphas, model.coef_path_, strict=True):
        np.testing.assert_allclose(coef, Ridge(alpha, fit_intercept=intercept).fit(x, y, weights).coef_, atol=1e-7)


def test_folds_and_both_rules() -> None:
    x, y = problem(60, 20)
    alphas = np.logspace(-2, 4, 13)
    model = RidgeCV(alphas, cv=4).fit(x, y)
    held = np.arange(60) // 15 == 2
    for k in (0, 6, 12):
        part = Ridge(alphas[k]).fit(x[~held], y[~held])
        assert model.mse_path_[k, 2] == pytest.approx(np.mean((y[held] - part.predict(x[held])) ** 2))
    # R^2 of a fold is 1 - its mean square over the variance of its targets.
    losses = model.mse_path_ / np.var(y.reshape(4, 15), axis=1)
    means = losses.mean(axis=1)
    assert model.alpha_ == alphas[means.argmin()]
    assert model.best_score_ == pytest.approx(1 - means.min())
    within = means <= means.min() + losses[means.argmin()].std(ddof=1) / 2
    assert RidgeCV(alphas, cv=4, rule="1se").fit(x, y).alpha_ == alphas[within].max() == model.alpha_1se_
    every = RidgeCV(alphas, cv=[(np.delete(np.arange(60), i), [i]) for i in range(60)]).fit(x, y)
    np.testing.assert_allclose(every.mse_path_.mean(axis=1).min(), -RidgeCV(alphas).fit(x, y).best_score_)


def test_an_alpha_for_every_target() -> None:
    x, y = problem(60, 20)
    both = np.c_[y, np.random.default_rng(0).normal(size=60)]
    alphas = np.logspace(-2, 4, 13)
    model = RidgeCV(alphas, alpha_per_target=True).fit(x, both)
    for k in range(2):
        single = RidgeCV(alphas).fit(x, both[:, k])
        assert model.alpha_[k] == single.alpha_
        assert model.best_score_[k] == pytest.approx(single.best_score_)
        np.testing.assert_allclose(model.coef_[k], single.coef_, atol=1e-9)
    assert model.alpha_[0] < model.alpha_[1]


def test_ridge_is_the_elastic_net_without_l1() -> None:
    x, y = problem(60, 20)
    net = ElasticNet(0.25, l1_ratio=0, tol=1e-13).fit(x, y)
    np.testing.assert_allclose(Ridge(60 * 0.25).fit(x, y).coef_, net.coef_, atol=1e-6)
    positive = ElasticNet(0.25, l1_ratio=0, tol=1e-13, positive=True).fit(x, y)
    model = Ridge(60 * 0.25, positive=True, tol=1e-6).fit(x, y)
    np.testing.assert_allclose(model.coef_, positive.coef_, atol=1e-5)
    alphas, coefs = ridge_path(x, y, [1.0, 15.0, 0.1])
    np.testing.assert_array_equal(alphas, [15.0, 1.0, 0.1])
    np.testing.assert_allclose(coefs[:, 0], net.coef_, atol=1e-6)


def test_weights_of_two_are_rows_twice() -> None:
    x, y = problem(40, 60)
    twice = Ridge(2.0).fit(np.vstack([x, x[:9]]), np.r_[y, y[:9]]).coef_
    np.testing.assert_allclose(Ridge(2.0).fit(x, y, 1.0 + (np.arange(40) < 9)).coef_, twice, atol=1e-9)
    np.testing.assert_allclose(Ridge(2.0).fit(x, y, 4.0).coef_, Ridge(0.5).fit(x, y).coef_, atol=1e-9)


def test_classes_are_regressions_on_signs() -> None:
    x, y = problem(60, 8)
    three = np.digitize(y, np.quantile(y, [0.3, 0.6]))
    names = np.array(["low", "mid", "high"])[three]
    model = RidgeClassifier(2.0).fit(x, names)
    assert model.classes_.tolist() == ["high", "low", "mid"]
    for k, name in enumerate(model.classes_):
        single = Ridge(2.0).fit(x, np.where(names == name, 1.0, -1.0))
        np.testing.assert_allclose(model.coef_[k], single.coef_, atol=1e-9)
    assert model.score(x, names) > 0.7
    two = RidgeClassifier(class_weight={True: 3.0}).fit(x, three == 2)
    weighted = RidgeClassifier().fit(x, three == 2, np.where(three == 2, 3.0, 1.0))
    np.testing.assert_allclose(two.coef_, weighted.coef_, atol=1e-12)
    assert two.coef_.shape == (8,)
    assert two.decision_function(x).shape == (60,)
    counts = np.bincount(three)
    balanced = RidgeClassifier(class_weight="balanced").fit(x, three)
    by_hand = RidgeClassifier().fit(x, three, (60 / (3 * counts))[three])
    np.testing.assert_allclose(balanced.coef_, by_hand.coef_, atol=1e-12)


@pytest.mark.parametrize(
    ("model", "sentence"),
    [
        (Ridge(-1.0), "alpha must be >= 0"),
        (Ridge([1.0, 2.0]), "Number of targets and number of penalties"),
        (Ridge(solver="newton"), "unknown solver"),
        (Ridge(solver="svd", positive=True), "does not support positive"),
        (RidgeCV([1.0, 0.0]), r"alphas\[1\] == 0.0, must be > 0.0"),
        (RidgeCV([1.0, -1.0], cv=3), r"alphas\[1\] == -1.0, must be >= 0.0"),
        (RidgeCV([]), "at least one alpha"),
        (RidgeCV(gcv_mode="qr"), "unknown gcv_mode"),
        (RidgeCV(cv=3, store_cv_results=True), "cv!=None and store_cv_results=True are incompatible"),
        (RidgeClassifier(class_weight="even"), "class_weight must be"),
        (RidgeClassifier(class_weight={7: 1.0}), "must name classes of y"),
    ],
)
def test_bad_arguments_are_refused(model, sentence) -> None:
    x, y = problem(20, 6)
    with pytest.raises(ValueError, match=sentence):
        model.fit(x, y > y.mean() if isinstance(model, RidgeClassifier) else y)


def test_too_few_iterations_warn() -> None:
    from linear_tools import convergence_warning

    x, y = problem(60, 40)
    with pytest.warns(convergence_warning(), match=r"residual of \d.*tol = "):
        Ridge(1e-3, solver="sparse_cg", max_iter=2, tol=1e-10).fit(x, y)


@pytest.mark.parametrize("weighted", [False, True])
def test_scikit_learn_agrees(weighted) -> None:
    theirs = pytest.importorskip("sklearn.linear_model")
    for shape in SHAPES:
        x, y = problem(*shape)
        weights = np.random.default_rng(1).uniform(0.2, 2, shape[0]) if weighted else None
        both = np.c_[y, x[:, 1]]
        for target in (y, both):
            reference = peer(theirs.Ridge(0.7, solver="svd").fit, x, target, weights)
            model = Ridge(0.7).fit(x, target, weights)
            np.testing.assert_allclose(model.coef_, reference.coef_, atol=1e-7)
            np.testing.assert_allclose(model.intercept_, reference.intercept_, atol=1e-6)
            alphas = np.logspace(-1, 3, 9)
            reference = peer(theirs.RidgeCV(alphas, store_cv_results=True).fit, x, target, weights)
            model = RidgeCV(alphas, store_cv_results=True).fit(x, target, weights)
            assert model.alpha_ == reference.alpha_
            assert model.best_score_ == pytest.approx(reference.best_score_, rel=1e-6)
            expected = np.asarray(reference.cv_results_).reshape(model.cv_results_.shape)
            np.testing.assert_allclose(model.cv_results_, expected, rtol=1e-4)
        classes = np.digitize(y, np.quantile(y, [0.3, 0.6]))
        reference = peer(theirs.RidgeClassifier(class_weight="balanced").fit, x, classes, weights)
        model = RidgeClassifier(class_weight="balanced").fit(x, classes, weights)
        np.testing.assert_allclose(model.coef_, reference.coef_, atol=1e-7)
        np.testing.assert_array_equal(model.predict(x), reference.predict(x))
