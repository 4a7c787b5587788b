"""Many ridge strengths from one reduction: the equations, every size of a panel, least norm, scales, rows left out."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest

import proxnet
from interrupt_tools import assert_interrupted
from linear_tools import centred, problem
from proxnet import _core
from proxnet.linear_model import Ridge, RidgeClassifier, RidgeClassifierCV, RidgeCV, ridge_path

ALPHAS = np.array([1000.0, 10.0, 0.3, 0.01])


def by_kriging(x, y, alphas, weights=None, intercept=True, factors=None):
    """(alphas, targets, features), and the errors of rows left out (rows, targets, alphas) times the root of weights.

    By the inverse of X X' + alpha bordered by what is not penalised, whose diagonal has the errors' scale.
    """
    factors = np.ones(x.shape[1]) if factors is None else factors
    free = factors == 0
    total = len(x) if weights is None else weights.sum()
    root = np.sqrt(np.full(len(x), 1.0) if weights is None else weights * len(x) / total)[:, np.newaxis]
    inner, target = root * x[:, ~free] / np.sqrt(factors[~free]), root * y
    border = np.hstack([root * np.ones((len(x), int(intercept))), root * x[:, free]])
    coefs, errors = [], []
    for alpha in alphas * len(x) / total:
        system = inner @ inner.T + alpha * np.eye(len(x))
        inverse = np.linalg.inv(np.block([[system, border], [border.T, np.zeros((border.shape[1],) * 2)]]))
        dual, beside = inverse[: len(x), : len(x)] @ target, inverse[len(x) :, : len(x)] @ target
        coef = np.empty((x.shape[1], y.shape[1]))
        coef[~free] = (inner / np.sqrt(factors[~free])).T @ dual
        coef[free] = beside[int(intercept) :]
        coefs.append(coef)
        errors.append(dual / np.diag(inverse)[: len(x), np.newaxis])
    return np.moveaxis(coefs, 2, 1), np.moveaxis(errors, 0, -1)


def core_path(x, y, alphas, weights=None, intercept=True, factors=None, leave_one_out=False):
    targets = np.ascontiguousarray(y.T)
    scale = 1.0 if weights is None else len(x) / weights.sum()
    return _core.ridge_path(_core.Design(x), targets, weights, factors, intercept, alphas * scale, leave_one_out)


@pytest.mark.parametrize("size", [1, 2, 3, 16, 31, 32, 33, 63, 64, 65, 97, 129, 200])
@pytest.mark.parametrize("tall", [True, False])
def test_every_size_of_a_panel(size, tall) -> None:
    rng = np.random.default_rng(size)
    x = rng.normal(size=(size + 40, size) if tall else (size, size + 40))
    y = rng.normal(size=(len(x), 3))
    coef, intercept, left_out = core_path(x, y, ALPHAS, intercept=False, leave_one_out=True)
    expected, errors = by_kriging(x, y, ALPHAS, intercept=False)
    np.testing.assert_allclose(coef, expected, rtol=1e-8, atol=1e-10)
    np.testing.assert_allclose(left_out, errors, rtol=1e-7, atol=1e-9)
    assert not intercept.any()


@pytest.mark.parametrize("shape", [(150, 70), (70, 150), (80, 80)])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("intercept", [False, True])
@pytest.mark.parametrize("factored", [None, "positive", "with zeros"])
def test_weights_intercepts_and_factors(shape, weighted, intercept, factored) -> None:
    x, y = problem(*shape)
    y = np.c_[y, x[:, 0] - y]
    rng = np.random.default_rng(2)
    weights = rng.uniform(0.2, 3, shape[0]) if weighted else None
    factors = rng.uniform(0.1, 5, shape[1]) if factored else None
    if factored == "with zeros":
        factors[[0, 3, shape[1] - 1]] = 0
    coef, found, left_out = core_path(x, y, ALPHAS, weights, intercept, factors, leave_one_out=True)
    expected, errors = by_kriging(x, y, ALPHAS, weights, intercept, factors)
    np.testing.assert_allclose(coef, expected, rtol=1e-7, atol=1e-8)
    np.testing.assert_allclose(left_out, errors, rtol=1e-6, atol=1e-7)
    means = np.average(y - x @ coef.transpose(0, 2, 1), axis=1, weights=weights)
    np.testing.assert_allclose(found, means if intercept else 0 * means, atol=1e-8)


@pytest.mark.parametrize("shape", [(60, 20), (20, 60)])
@pytest.mark.parametrize("free", [[], [2], [0, 5, 6]])
@pytest.mark.parametrize("kind", ["dense", "float32", "sparse"])
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
        gap, kkt = _core.ridge_proof(design, target, None, factors, True, np.array([3.0]), coef[np.newaxis])
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


@pytest.mark.parametrize("name", ["zero", "diagonal", "rank one", "blocks", "constant column"])
def test_matrices_that_come_apart(name) -> None:
    rng = np.random.default_rng(0)
    x = np.zeros((60, 40))
    if name == "diagonal":
        x[:40] = np.diag(10.0 ** rng.uniform(-2, 2, 40))
    elif name == "rank one":
        x = np.outer(rng.normal(size=60), rng.normal(size=40))
    elif name == "blocks":
        x[:30, :20], x[30:, 20:] = rng.normal(size=(30, 20)), 1e-3 * rng.normal(size=(30, 20))
    elif name == "constant column":
        x = rng.normal(size=(60, 40))
        x[:, 7] = 3.0
    y = rng.normal(size=(60, 2))
    for given, target in ((x, y), (np.ascontiguousarray(x.T), y[:40])):
        for intercept in (False, True):
            coef, _, left_out = core_path(given, target, ALPHAS, intercept=intercept, leave_one_out=True)
            expected, errors = by_kriging(given, target, ALPHAS, intercept=intercept)
            np.testing.assert_allclose(coef, expected, rtol=1e-8, atol=1e-9)
            np.testing.assert_allclose(left_out, errors, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("shape", [(90, 50), (50, 90), (60, 60)])
@pytest.mark.parametrize("intercept", [False, True])
def test_least_norm_where_nothing_is_penalised(shape, intercept) -> None:
    x, y = problem(*shape)
    twice = np.hstack([x, x[:, :20], np.outer(x[:, 0], np.ones(3))])
    inner, target = centred(twice, y, intercept=intercept)
    _, coefs = ridge_path(twice, y, [1.0, 0.0], fit_intercept=intercept)
    np.testing.assert_allclose(coefs[:, 1], np.linalg.lstsq(inner, target, rcond=1e-10)[0], atol=1e-7)
    np.testing.assert_allclose(coefs[:, 0], Ridge(1.0, fit_intercept=intercept).fit(twice, y).coef_, atol=1e-8)


@pytest.mark.parametrize("tall", [True, False])
def test_a_gram_matrix_of_condition_1e12(tall) -> None:
    rng = np.random.default_rng(0)
    left, right = (np.linalg.qr(rng.normal(size=(n, 40)))[0] for n in (120, 40))
    values = np.logspace(0, -6, 40)
    x = left * values @ right.T
    x = x if tall else np.ascontiguousarray(x.T)
    u, v = (left, right) if tall else (right, left)
    y = rng.normal(size=(len(x), 2))
    alphas = np.array([1.0, 1e-6, 1e-9, 1e-11])
    coef, _, left_out = core_path(x, y, alphas, intercept=False, leave_one_out=True)
    for k, alpha in enumerate(alphas):
        shrunk = values / (values**2 + alpha)
        expected = (v * shrunk @ (u.T @ y)).T
        # What rounding of the Gram matrix, some 1e-16, does to the solution of a system that is 1/alpha of it.
        bound = 100 * 2.3e-16 / alpha * np.abs(expected).max()
        np.testing.assert_allclose(coef[k], expected, rtol=1e-9, atol=bound)
        hat = u * (values * shrunk) @ u.T
        errors = (y - hat @ y) / (1 - np.diag(hat))[:, np.newaxis]
        np.testing.assert_allclose(left_out[:, :, k], errors, rtol=1e-4, atol=1e-4 * np.abs(errors).max())


@pytest.mark.parametrize("power", [-200, 150])
@pytest.mark.parametrize("shape", [(60, 40), (40, 60)])
def test_powers_of_two_change_no_bit(power, shape) -> None:
    x, y = problem(*shape)
    targets, scale = np.c_[y, x[:, 0]], 2.0**power
    coef, _, left_out = core_path(x, targets, ALPHAS, leave_one_out=True)
    other, _, errors = core_path(x * scale, targets, ALPHAS * scale**2, leave_one_out=True)
    np.testing.assert_array_equal(other * scale, coef)
    np.testing.assert_array_equal(errors, left_out)


def test_products_that_overflow_are_refused() -> None:
    x, y = problem(30, 10)
    with pytest.raises(ValueError, match="must not overflow"):
        ridge_path(x * 1e200, y, [1.0])


@pytest.mark.parametrize("shape", [(300, 150), (150, 300)])
def test_bits_of_paths_do_not_depend_on_the_threads(shape) -> None:
    x, y = problem(*shape)
    targets = np.c_[y, x[:, 1]]
    answers = []
    try:
        for count in (1, 2, 3, 5):
            proxnet.set_num_threads(count)
            found = core_path(x, targets, np.r_[ALPHAS, 0.0], leave_one_out=True)
            proof = _core.ridge_proof(
                _core.Design(x), targets.T.copy(), None, None, True, ALPHAS[:2], np.ascontiguousarray(found[0][0] + 1)
            )
            answers.append(b"".join(each.tobytes() for each in (*found, *proof)))
    finally:
        proxnet.set_num_threads(0)
    assert all(each == answers[0] for each in answers)


BITS = """
import hashlib
import numpy as np
from proxnet.linear_model import RidgeCV, ridge_path
rng = np.random.default_rng(0)
for shape in [(700, 260), (260, 700)]:
    x = rng.normal(size=shape)
    y = x[:, :3] + rng.normal(size=(shape[0], 3))
    alphas = np.logspace(-3, 3, 9)
    for weights in (None, rng.uniform(0.5, 2, shape[0])):
        path = ridge_path(x, y, np.r_[alphas, 0.0], sample_weight=weights, return_intercept=True)
        chosen = RidgeCV(alphas, store_cv_results=True).fit(x, y, weights)
        folds = RidgeCV(alphas, cv=3).fit(x, y, weights)
        kept = [chosen.coef_, chosen.intercept_, chosen.cv_results_, chosen.dual_gap_, chosen.coef_path_]
        kept += [folds.coef_, folds.mse_path_, folds.kkt_violation_]
        print(hashlib.sha256(b"".join(np.ascontiguousarray(each).tobytes() for each in (*path, *kept))).hexdigest())
"""


def test_bits_of_choices_do_not_depend_on_any_threads() -> None:
    answers = []
    for count in ("1", "2"):
        threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "PROXNET_NUM_THREADS"), count)
        done = subprocess.run(
            [sys.executable, "-c", BITS], capture_output=True, text=True, env=os.environ | threads, check=False
        )
        assert done.returncode == 0, done.stderr
        answers.append(done.stdout.split())
    assert answers[0] == answers[1]
    assert len(answers[0]) == 4


@pytest.mark.parametrize("shape", [(3000, 2500), (2500, 3000)])
def test_reductions_and_eigenvectors_are_interrupted(shape) -> None:
    x = np.random.default_rng(0).integers(-100, 100, shape, np.int8).astype(np.float32)
    assert_interrupted(lambda: RidgeCV([1.0]).fit(x, x[:, 0]))
