"""Weights: one number for all rows, weights of classes, and a choice of the penalty that counts them as rows."""

import numpy as np
import pytest

from linear_tools import MODELS, classes, problem, target_for
from pairwise import in_turn, pairwise
from peer_tools import peer
from proxnet import linear_model
from proxnet.linear_model import (
    HuberRegressor,
    LassoCV,
    LinearSVC,
    LogisticRegression,
    LogisticRegressionCV,
    Ridge,
    RidgeCV,
    logistic_path,
)

svm = pytest.importorskip("sklearn.svm")
theirs = pytest.importorskip("sklearn.linear_model")

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.mark.parametrize("model", MODELS)
def test_a_number_is_that_weight_for_every_row(model) -> None:
    x, _ = problem(42, 6)
    y = target_for(model, 42)
    tight = {"tol": 1e-12, "max_iter": 20000} if "tol" in model._parameter_names() else {}
    one, all_rows = (model(**tight).fit(x, y, weight) for weight in (5.0, np.full(42, 5.0)))
    np.testing.assert_allclose(one.coef_, all_rows.coef_, atol=1e-5)
    assert one.score(x, y, 5.0) == pytest.approx(all_rows.score(x, y, np.full(42, 5.0)))


@in_turn(model=MODELS, number=[-1.0, 0.0, np.nan, np.inf])
def test_a_number_that_is_no_weight_is_refused(model, number) -> None:
    x, _ = problem(42, 6)
    with pytest.raises(ValueError, match="sample_weight must be finite and > 0 where it is one number"):
        model().fit(x, target_for(model, 42), number)


def test_a_number_weakens_the_penalty_of_a_sum_over_rows() -> None:
    x, y = classes(2)
    tight = {"tol": 1e-12, "max_iter": 5000}
    for model, strength in ((LogisticRegression, "C"), (LinearSVC, "C"), (HuberRegressor, "alpha")):
        value = 0.1 * (5 if strength == "C" else 1 / 5)
        heavy = model(**{strength: 0.1}, **tight).fit(x, y, 5.0)
        np.testing.assert_allclose(heavy.coef_, model(**{strength: value}, **tight).fit(x, y).coef_, atol=1e-6)
    paths = [logistic_path(x, y, Cs=[c], sample_weight=w, tol=1e-12)[1] for c, w in ((0.1, 5.0), (0.5, None))]
    np.testing.assert_allclose(*paths, atol=1e-6)
    reference = peer(theirs.LogisticRegression(C=0.1, tol=1e-10, max_iter=10000).fit, x, y, 5.0)
    np.testing.assert_allclose(LogisticRegression(C=0.1, **tight).fit(x, y, 5.0).coef_, reference.coef_, atol=1e-6)


@pytest.mark.parametrize("weight", ["balanced", {0: 3.0, 1: 0.5}])
@pytest.mark.parametrize("count", [2, 3])
def test_classes_weigh_in_a_choice_as_their_rows_repeated(weight, count) -> None:
    x, y = classes(count)
    times = np.where(np.arange(60) % 3 == 0, 4, 1)
    folds = (np.arange(60) // 3) % 3
    cv = [(np.flatnonzero(folds != k), np.flatnonzero(folds == k)) for k in range(3)]
    many = np.repeat(np.arange(60), times)
    repeated = [(np.flatnonzero(folds[many] != k), np.flatnonzero(folds[many] == k)) for k in range(3)]
    options = {"Cs": [0.01, 0.1, 1.0], "class_weight": weight, "scoring": "neg_log_loss", "tol": 1e-11}
    weighted = LogisticRegressionCV(cv=cv, **options).fit(x, y, times.astype(float))
    rows = LogisticRegressionCV(cv=repeated, **options).fit(x[many], y[many])
    np.testing.assert_allclose(weighted.scores_, rows.scores_, atol=1e-6)
    np.testing.assert_allclose(weighted.coef_, rows.coef_, atol=1e-5)
    assert rows.C_ == weighted.C_


@pairwise(weight=["balanced", {0: 3.0, 2: 0.5}], penalty=["l1", "l2"], count=[2, 3], weighted=[False, True])
def test_support_vectors_of_weighted_classes_agree(weight, penalty, count, weighted) -> None:
    x, y = classes(count)
    if count == 2 and weight == {0: 3.0, 2: 0.5}:
        weight = {0: 3.0, 1: 0.5}
    rows = np.random.default_rng(0).uniform(0.5, 2, 60) if weighted else None
    options = {"penalty": penalty, "C": 0.2, "class_weight": weight, "intercept_scaling": 2.0}
    reference = peer(svm.LinearSVC(tol=1e-11, max_iter=1000000, dual=False, random_state=0, **options).fit, x, y, rows)
    model = LinearSVC(tol=1e-14, **options).fit(x, y, rows)
    np.testing.assert_allclose(model.coef_, reference.coef_, atol=1e-6)
    np.testing.assert_allclose(model.intercept_, reference.intercept_, atol=1e-6)


def test_weights_are_rows_repeated_in_the_choice_of_a_penalty() -> None:
    x, y = problem(40, 12)
    times = np.random.default_rng(0).integers(1, 4, 40)
    many, folds = np.repeat(np.arange(40), times), np.arange(40) // 10
    cv, repeated = (
        [(np.flatnonzero(folds[rows] != k), np.flatnonzero(folds[rows] == k)) for k in range(4)]
        for rows in (np.arange(40), many)
    )
    for model in (LassoCV(alphas=8, eps=0.01, tol=1e-12, max_iter=10000), RidgeCV(np.logspace(-1, 3, 5))):
        weighted = model.set_params(cv=cv).fit(x, y, times.astype(float))
        errors, coef, alpha = weighted.mse_path_, weighted.coef_, weighted.alpha_
        rows = model.set_params(cv=repeated).fit(x[many], y[many])
        np.testing.assert_allclose(rows.mse_path_, errors, rtol=1e-5)
        np.testing.assert_allclose(rows.coef_, coef, atol=1e-5)
        assert rows.alpha_ == pytest.approx(alpha)


@pytest.mark.parametrize("solver", ["svd", "cholesky", "sparse_cg"])
def test_every_solver_of_ridge_refuses_bad_numbers(solver) -> None:
    x, y = problem(20, 5)
    for value in (np.nan, np.inf):
        wrong = x.copy()
        wrong[3, 2] = value
        with pytest.raises(ValueError, match=r"NaN|infinity|finite"):
            Ridge(solver=solver).fit(wrong, y)
    for weights, sentence in ((np.zeros(20), "zero"), (np.r_[-1.0, np.ones(19)], "not negative")):
        with pytest.raises(ValueError, match=sentence):
            Ridge(solver=solver).fit(x, y, weights)


def test_all_models_are_covered() -> None:
    assert len(MODELS) == sum(isinstance(getattr(linear_model, name), type) for name in linear_model.__all__)
