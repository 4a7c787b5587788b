"""Many ridge strengths from one reduction: the equations, every size of a panel, least norm, scales, rows left out."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest

from interrupt_tools import assert_interrupted
from linear_tools import centred, problem
from pairwise import pairwise
from proxnet import _core
from proxnet.linear_model import Ridge, RidgeCV, ridge_path
from ridge_tools import by_kriging, core_path

FUSED = [isa for isa in _core.supported_isas() if isa != "baseline"] or ["baseline"]
ALPHAS = np.array([1000.0, 10.0, 0.3, 0.01])


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


@pairwise(
    shape=[(150, 70), (70, 150), (80, 80)],
    weighted=[False, True],
    intercept=[False, True],
    factored=[None, "positive", "with zeros"],
)
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


@pytest.mark.parametrize("size", [2, 17, 33, 64, 97, 160])
def test_least_norm_of_every_size(size) -> None:
    rng = np.random.default_rng(size)
    x = rng.normal(size=(size + 30, (size + 1) // 2)) @ rng.normal(size=((size + 1) // 2, size))
    for given in (x, np.ascontiguousarray(x.T)):
        y = rng.normal(size=(len(given), 3))
        coef, _, left_out = core_path(given, y, np.array([0.0, 1e-30, 5.0]), intercept=False, leave_one_out=True)
        for k in (0, 1):
            np.testing.assert_allclose(coef[k], (np.linalg.pinv(given, rcond=1e-10) @ y).T, rtol=1e-6, atol=1e-8)
        np.testing.assert_allclose(left_out[:, :, 2:], by_kriging(given, y, np.array([5.0]), None, False)[1], rtol=1e-7)
        assert np.isfinite(left_out).all()


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


def test_bits_of_choices_do_not_depend_on_any_threads_nor_the_instruction_set() -> None:
    answers = []
    for count, isa in zip("12", (FUSED * 2)[-2:], strict=True):
        threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "PROXNET_NUM_THREADS"), count)
        environment = os.environ | threads | {"PROXNET_ISA": isa}
        done = subprocess.run(
            [sys.executable, "-c", BITS], capture_output=True, text=True, env=environment, check=False
        )
        assert done.returncode == 0, done.stderr
        answers.append(done.stdout.split())
    assert answers[0] == answers[1]
    assert len(answers[0]) == 4


@pytest.mark.parametrize("shape", [(3000, 2500), (2500, 3000)])
@pytest.mark.parametrize("alpha", [0.0, 1.0])
def test_reductions_and_eigenvectors_are_interrupted(shape, alpha) -> None:
    x = np.random.default_rng(0).integers(-100, 100, shape, np.int8).astype(np.float32)
    x[1], x[:, 1] = x[0], x[:, 0]  # singular where alpha is 0
    assert_interrupted(lambda: RidgeCV([1.0]).fit(x, x[:, 0]) if alpha else ridge_path(x, x[:, 0], [alpha]))
