"""Losses that run straight: classes told apart by a margin under weak penalties, counts far below one, bad starts."""

import warnings

import numpy as np
import pytest

from glm_tools import certificate
from pairwise import pairwise
from peer_tools import peer
from proxnet.linear_model import LogisticRegression, PoissonRegressor


def separable(rows=120, seed=0):
    rng = np.random.default_rng(seed)
    y = np.arange(rows) % 3
    return rng.normal(size=(rows, 8)) + 4 * np.eye(3, 8)[y], y


def one_of_three_separable():
    """Like iris: two classes overlap."""
    rng = np.random.default_rng(1)
    y = np.arange(150) % 3
    at = np.array([[-4.0, 1.0, -3.0, -3.0], [0.0, -0.7, 0.3, 0.2], [1.5, 0.3, 1.5, 1.5]])
    return rng.normal(size=(150, 4)) * 0.7 + at[y], y


def many_classes():
    rng = np.random.default_rng(2)
    x = rng.normal(size=(300, 40))
    return x, (x @ rng.normal(size=(40, 8))).argmax(axis=1)


def nearly_all_apart():
    """Binary: two rows of 200 on the wrong side, features that tell the others apart."""
    rng = np.random.default_rng(3)
    y = np.arange(200) % 2
    x = np.c_[rng.normal(size=(200, 3)), 8 * y - 4 + rng.normal(size=200)]
    y[:2] = 1 - y[:2]
    return x, y


@pairwise(data=[separable, one_of_three_separable, many_classes, nearly_all_apart], c=[1e3, 1e5, 1e8], tol=[1e-4, 1e-8])
def test_weak_penalties_of_classes_take_few_newton_steps(data, c, tol) -> None:
    x, y = data()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fitted = LogisticRegression(C=c, tol=tol).fit(x, y)
    rows = len(y)
    classes = len(fitted.classes_)
    coef, intercept = (fitted.coef_, fitted.intercept_)
    gap, _, _ = certificate("softmax" if classes > 2 else "logistic", x, y, coef, intercept, 1 / (c * rows), 0.0)
    assert -1e-12 <= gap <= tol * np.log(classes) * (1 + 1e-6) + 1e-12
    assert abs(gap - fitted.dual_gap_) <= 1e-6 * tol + 1e-12
    assert fitted.n_iter_[0] <= 40


@pytest.mark.parametrize("c", [1e2, 1e5])
def test_classes_with_weak_penalties_are_scikit_learns(c) -> None:
    reference = pytest.importorskip("sklearn.linear_model").LogisticRegression
    x, y = one_of_three_separable()
    ours = LogisticRegression(C=c, tol=1e-13, max_iter=500).fit(x, y)
    theirs = peer(reference(C=c, tol=1e-12, solver="newton-cholesky", max_iter=1000).fit, x, y)
    size = np.abs(theirs.coef_).max()
    np.testing.assert_allclose(ours.coef_, theirs.coef_, atol=1e-6 * size)


@pytest.mark.parametrize("size", [1.0, 1e-6, 1e-11])
def test_counts_of_any_unit_have_the_same_slopes(size) -> None:
    rng = np.random.default_rng(4)
    x = rng.normal(size=(100, 3))
    y = rng.poisson(np.exp(x @ [0.5, -0.3, 0.0] + 1.0)).astype(float)
    whole = PoissonRegressor(alpha=0.0, tol=1e-12).fit(x, y)
    small = PoissonRegressor(alpha=0.0, tol=1e-7).fit(x, size * y)
    np.testing.assert_allclose(small.coef_, whole.coef_, atol=1e-3)
    np.testing.assert_allclose(small.intercept_, whole.intercept_ + np.log(size), atol=1e-3)
    assert small.n_iter_ <= 2 * whole.n_iter_


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("l1_ratio", [0.0, 1.0])
def test_a_start_far_on_the_wrong_side_does_not_matter(classes, l1_ratio) -> None:
    x, y = separable()
    y = np.minimum(y, classes - 1)
    cold = LogisticRegression(C=1.0, l1_ratio=l1_ratio, tol=1e-10, max_iter=1000).fit(x, y)
    warm = LogisticRegression(C=1.0, l1_ratio=l1_ratio, tol=1e-10, max_iter=1000, warm_start=True).fit(x, y)
    warm.coef_ = -100 * warm.coef_
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warm.fit(x, y)
    np.testing.assert_allclose(warm.coef_, cold.coef_, atol=1e-4)
