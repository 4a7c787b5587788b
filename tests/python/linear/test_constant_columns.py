"""Columns that hold one number but for rounding: the intercept's, so their coefficients are exactly zero everywhere."""

import warnings

import numpy as np
import pytest
from scipy import sparse

from pairwise import pairwise
from proxnet.linear_model import (
    ElasticNet,
    ElasticNetCV,
    GroupLasso,
    GroupLassoCV,
    HuberRegressor,
    Lasso,
    LassoCV,
    LogisticRegression,
    LogisticRegressionCV,
    MultiTaskLasso,
    MultiTaskLassoCV,
    PenalizedRegressor,
    PenalizedRegressorCV,
    PoissonRegressor,
)
from proxnet.regularizers import L1, MCP

ROUNDED = (0.1, 1e6 / 3)  # the rounded mean of n copies of these numbers differs from them
TIGHT = 1e-12
LEAST_SQUARES = [
    Lasso(alpha=0.0, tol=TIGHT),
    Lasso(alpha=1e-5, tol=TIGHT),
    Lasso(alpha=0.0, positive=True, tol=TIGHT),
    Lasso(alpha=0.1, penalty_factor=[1.0, 0.0, 1.0, 1.0], tol=TIGHT),
    Lasso(alpha=0.1, standardize=True, tol=TIGHT),
    ElasticNet(alpha=1e-16, l1_ratio=0.0, tol=TIGHT),
    GroupLasso(alpha=0.0, groups=[[0], [1], [2], [3]], tol=TIGHT),
    GroupLasso(alpha=0.0, groups=[[0, 1], [2, 3]], tol=TIGHT),
    MultiTaskLasso(alpha=0.0, tol=TIGHT),
    PenalizedRegressor(L1(0.1, factors=[1.0, 0.0, 1.0, 1.0]), tol=1e-10),
    HuberRegressor(alpha=0.0, tol=1e-10),
]
CLASSES = [
    LogisticRegression(C=np.inf, tol=1e-10),
    LogisticRegression(C=1e10, tol=1e-10, max_iter=1000),
    LogisticRegression(C=10.0, l1_ratio=1.0, tol=1e-10),
]


def name_of(model):
    return f"{type(model).__name__}-{model.get_params().get('alpha')}"


def problem(rows, value, jitter=False, dtype=np.float64):
    rng = np.random.default_rng(rows)
    x = rng.normal(size=(rows, 4)) + np.array([1.0, 0.0, 0.0, -3.0])
    x[:, 1] = value
    if jitter:
        x[::3, 1] = np.nextafter(value, np.inf)
    x = x.astype(dtype)
    return x, x[:, 0].astype(float) - x[:, 2] + 0.3 * rng.normal(size=rows)


def targets_for(model, y):
    if isinstance(model, MultiTaskLasso):
        return np.c_[y, -y]
    if not isinstance(model, LogisticRegression):
        return y
    noise = 3 * np.random.default_rng(2).normal(size=len(y))
    return np.digitize(y + noise, np.quantile(y, [0.3, 0.7]))


def without(model):
    """The same model of the other columns."""
    given = model.get_params(deep=False)
    if given.get("penalty_factor") is not None:
        given["penalty_factor"] = [1.0, 1.0, 1.0]
    if isinstance(model, PenalizedRegressor):
        given["penalty"] = L1(0.1)
    if given.get("groups") is not None:
        given["groups"] = [[0], [1], [2]] if len(given["groups"]) == 4 else [[0], [1, 2]]
    return type(model)(**given)


def check(model, x, y, weights=None):
    y = targets_for(model, y)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fitted = model.fit(x, y, weights)
    coef = np.atleast_2d(fitted.coef_)
    np.testing.assert_array_equal(coef[:, 1], 0.0)
    x = x.toarray() if sparse.issparse(x) else x
    other = without(model).fit(x[:, [0, 2, 3]], y, weights)
    np.testing.assert_allclose(coef[:, [0, 2, 3]], np.atleast_2d(other.coef_), rtol=2e-5, atol=2e-5)


@pairwise(model=LEAST_SQUARES + CLASSES, value=ROUNDED, kind=["rows", "columns", "sparse"])
def test_of_a_column_of_one_number_nothing_is_fitted(model, value, kind) -> None:
    x, y = problem(60, value)
    forms = {"rows": np.ascontiguousarray, "columns": np.asfortranarray, "sparse": sparse.csc_matrix}
    check(model, forms[kind](x), y)


@pytest.mark.parametrize("jitter", [False, True])
@pytest.mark.parametrize(("rows", "dtype"), [(4, np.float64), (1000, np.float32), (100_000, np.float64)])
def test_whatever_the_rounding_of_the_mean(rows, jitter, dtype) -> None:
    x, y = problem(rows, 0.1, jitter and dtype == np.float64, dtype)
    weights = np.random.default_rng(1).random(rows)
    for given in (None, weights):
        check(Lasso(alpha=0.0, tol=TIGHT), x, y, given)


@pytest.mark.parametrize("model", [LEAST_SQUARES[0], LEAST_SQUARES[6], LEAST_SQUARES[10], CLASSES[0]], ids=name_of)
def test_rows_without_weight_do_not_make_a_column_vary(model) -> None:
    x, y = problem(60, 0.1)
    x[:20, 1] = np.linspace(-1.0, 1.0, 20)
    check(model, x, y, np.r_[np.zeros(20), np.linspace(0.5, 1.5, 40)])


@pytest.mark.parametrize("model", [LassoCV(alphas=[0.1, 0.0], cv=3), GroupLassoCV(alphas=[0.1, 0.0], cv=3)])
def test_a_column_that_is_constant_in_one_fold_does_not_spoil_its_score(model) -> None:
    x, y = problem(60, 0.1)
    x[:20, 1] = np.linspace(-1.0, 1.0, 20)
    assert model.fit(x, y).mse_path_.max() < 10 * y.var()


def test_a_column_that_varies_by_more_than_rounding_stays() -> None:
    x, y = problem(60, 1.0)
    x[:, 1] += 1e-12 * x[:, 2]
    fitted = Lasso(alpha=0.0, tol=TIGHT).fit(x[:, :2], y)
    np.testing.assert_allclose(fitted.coef_[1] * 1e-12, -1.0, atol=0.2)


def test_without_an_intercept_it_is_a_column_like_others() -> None:
    x, y = problem(60, 0.1)
    y = y + 5
    with_column = Lasso(alpha=0.0, fit_intercept=False, tol=TIGHT).fit(x, y)
    intercept = Lasso(alpha=0.0, tol=TIGHT).fit(x, y)
    np.testing.assert_allclose(0.1 * with_column.coef_[1], intercept.intercept_, rtol=1e-6)
    multinomial = LogisticRegression(fit_intercept=False).fit(x, targets_for(LogisticRegression(), y))
    assert np.all(multinomial.coef_[:, 1] != 0)


CHOSEN = [
    LassoCV(cv=3),
    LassoCV(cv=3, standardize=True),
    ElasticNetCV(cv=3, l1_ratio=[0.1, 1.0]),
    GroupLassoCV(cv=3),
    MultiTaskLassoCV(cv=3),
    PenalizedRegressorCV(MCP(1.0), cv=3),
    LogisticRegressionCV(l1_ratios=[1.0], Cs=5, cv=3),
    LogisticRegressionCV(Cs=5, cv=3),
    PoissonRegressor(alpha=0.0),
]


@pytest.mark.parametrize("model", CHOSEN, ids=name_of)
@pytest.mark.parametrize("value", ROUNDED)
def test_nothing_but_constant_columns_gives_zeros_and_no_warning(model, value) -> None:
    y = problem(30, value)[1]
    if isinstance(model, MultiTaskLassoCV):
        y = np.c_[y, -y]
    y = y > 0 if isinstance(model, LogisticRegressionCV) else np.abs(y) if isinstance(model, PoissonRegressor) else y
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fitted = model.fit(np.full((30, 2), value), y)
    assert np.all(fitted.coef_ == 0)
    if not isinstance(model, LogisticRegressionCV | PoissonRegressor):
        np.testing.assert_array_equal(fitted.alphas_, 1e-15)  # as scikit-learn's grid of a target without correlations
