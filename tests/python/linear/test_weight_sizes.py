"""Weights of any size: only proportions count, or their sum is refused where it says how much a penalty counts."""

import warnings

import numpy as np
import pytest

from linear_tools import problem
from proxnet.linear_model import (
    ElasticNet,
    GroupLasso,
    HuberRegressor,
    Lasso,
    LassoCV,
    LinearSVC,
    LogisticRegression,
    PoissonRegressor,
    Ridge,
    lasso_path,
    logistic_path,
)

MEANS = [Lasso(0.1), ElasticNet(0.1), GroupLasso(alpha=0.1), PoissonRegressor(alpha=0.1), LassoCV(cv=3)]
SUMS = [LogisticRegression(), HuberRegressor(), LinearSVC(), Ridge()]


@pytest.mark.parametrize("model", MEANS, ids=lambda model: type(model).__name__)
@pytest.mark.parametrize("power", [-1070, -1000, 1000, 1022])
def test_of_a_mean_over_rows_only_proportions_count(model, power) -> None:
    x, y = problem(40, 6)
    x, y = (x / 10, np.round(np.abs(y))) if isinstance(model, PoissonRegressor) else (x, y)
    weights = np.random.default_rng(0).integers(1, 4, 40).astype(float)
    coef = model.fit(x, y, weights).coef_.copy()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model.fit(x, y, np.ldexp(weights / 4, power))
    np.testing.assert_allclose(model.coef_, coef, rtol=1e-12)
    assert np.any(coef != 0)


@pytest.mark.parametrize("model", SUMS, ids=lambda model: type(model).__name__)
@pytest.mark.parametrize("weight", [1e308, 1e-320])
def test_of_a_sum_over_rows_its_weight_must_be_a_number(model, weight) -> None:
    x, y = problem(40, 6)
    y = y > y.mean() if isinstance(model, LogisticRegression | LinearSVC) else y
    for given in (np.full(40, weight), weight):
        with pytest.raises(ValueError, match="sample_weight must have a sum between"):
            model.fit(x, y, given)


def test_paths_read_weights_as_models_do() -> None:
    x, y = problem(40, 6)
    ones, huge = (lasso_path(x, y, alphas=[0.1], sample_weight=w)[1] for w in (None, np.full(40, 1e308)))
    np.testing.assert_allclose(huge, ones, rtol=1e-12)
    with pytest.raises(ValueError, match="sample_weight must have a sum between"):
        logistic_path(x, y > y.mean(), sample_weight=np.full(40, 1e308))


def test_what_is_wrong_with_one_weight_is_said_of_it() -> None:
    x, y = problem(40, 6)
    for wrong, said in ((-1.0, r"sample_weight\[3\] = -1"), (np.nan, r"sample_weight\[3\] = nan")):
        weights = np.full(40, 1e308)
        weights[3] = wrong
        with pytest.raises(ValueError, match=said):
            Lasso().fit(x, y, weights)
    with pytest.raises(ValueError, match="every weight is zero"):
        Lasso().fit(x, y, np.zeros(40))
