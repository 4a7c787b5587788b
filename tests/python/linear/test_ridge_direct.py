"""Ridge's direct solver: one Cholesky factor a strength, the same bits for any threads; what is too large for it."""

import os
import subprocess
import sys

import numpy as np
import pytest

from linear_tools import problem
from proxnet.linear_model import Ridge, RidgeCV, ridge_path
from proxnet.linear_model.ridge import cv, solve

BITS = """
import hashlib, sys
import numpy as np
import proxnet
from proxnet.linear_model import Ridge, ridge_path
rng = np.random.default_rng(0)
for shape in [(500, 220), (220, 500)]:
    x = rng.normal(size=shape)
    y = x[:, :3] + rng.normal(size=(shape[0], 3))
    for weights in (None, rng.uniform(0.5, 2, shape[0])):
        for alpha in (2.0, [1.0, 2.0, 1.0]):
            model = Ridge(alpha=alpha).fit(x, y, weights)
            assert model.solver_ == "cholesky"
            print(hashlib.sha256(model.coef_.tobytes() + np.asarray(model.intercept_).tobytes()).hexdigest())
"""


def test_bits_of_the_direct_solver_do_not_depend_on_any_threads() -> None:
    answers = []
    for count in ("1", "2"):
        threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "PROXNET_NUM_THREADS"), count)
        done = subprocess.run(
            [sys.executable, "-c", BITS], capture_output=True, text=True, env=os.environ | threads, check=False
        )
        assert done.returncode == 0, done.stderr
        answers.append(done.stdout.split())
    assert answers[0] == answers[1]
    assert len(answers[0]) == 8


@pytest.mark.parametrize("shape", [(90, 40), (40, 90)])
def test_every_strength_has_its_factor(shape) -> None:
    x, _ = problem(*shape)
    y = x[:, :5] + np.random.default_rng(1).normal(size=(shape[0], 5))
    alphas = np.array([0.1, 2.0, 0.1, 30.0, 2.0])
    model = Ridge(alpha=alphas).fit(x, y)
    centred = x - x.mean(axis=0)
    for target, alpha in enumerate(alphas):
        system = centred.T @ centred + alpha * np.eye(shape[1])
        expected = np.linalg.solve(system, centred.T @ y[:, target])
        np.testing.assert_allclose(model.coef_[target], expected, rtol=1e-9, atol=1e-12)


def test_a_singular_system_has_the_solution_of_least_norm() -> None:
    x, y = problem(50, 6)
    twice = np.c_[x, x]
    model = Ridge(alpha=0.0).fit(twice, y)
    np.testing.assert_allclose(model.coef_[:6], model.coef_[6:], atol=1e-9)
    np.testing.assert_allclose(model.predict(twice), Ridge(alpha=0.0).fit(x, y).predict(x), atol=1e-9)


def test_beyond_what_is_decomposed(monkeypatch) -> None:
    x, y = problem(60, 40)
    folds = RidgeCV(alphas=[0.1, 1.0, 10.0], cv=3).fit(x, y)
    path = ridge_path(x, y, [0.1, 5.0])[1]
    for module in (solve, cv):
        monkeypatch.setattr(module, "LARGEST_DIRECT", 39)
    with pytest.raises(ValueError, match=r"one row at a time decomposes .* = 40 rows, 39 at most; give cv"):
        RidgeCV().fit(x, y)
    large = RidgeCV(alphas=[0.1, 1.0, 10.0], cv=3).fit(x, y)
    assert large.alpha_ == folds.alpha_
    np.testing.assert_allclose(large.mse_path_, folds.mse_path_, rtol=1e-7)
    np.testing.assert_allclose(large.coef_path_, folds.coef_path_, rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(large.intercept_, folds.intercept_, rtol=1e-7)
    np.testing.assert_allclose(ridge_path(x, y, [0.1, 5.0])[1], path, rtol=1e-6, atol=1e-8)
