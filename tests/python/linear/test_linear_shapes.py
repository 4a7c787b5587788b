"""Grids given or found, whatever their type, have scikit-learn's shapes; factors and constant targets at their ends."""

import numpy as np
import pytest

from linear_tools import problem
from proxnet.linear_model import (
    ElasticNet,
    ElasticNetCV,
    GroupLassoCV,
    LogisticRegressionCV,
    MultiTaskElasticNetCV,
    PoissonRegressor,
)


@pytest.mark.parametrize("model", [ElasticNetCV, GroupLassoCV, MultiTaskElasticNetCV])
@pytest.mark.parametrize("kind", [list, np.array, tuple])
def test_given_alphas_are_kept_once_and_found_ones_for_every_ratio(model, kind) -> None:
    x, y = problem(40, 6)
    y = np.c_[y, x[:, 0]] if model is MultiTaskElasticNetCV else y
    given = model(l1_ratio=[0.4, 0.9], alphas=kind([0.2, 0.5, 0.3]), cv=3).fit(x, y)
    np.testing.assert_array_equal(given.alphas_, [0.5, 0.3, 0.2])
    assert given.mse_path_.shape == (2, 3, 3)
    assert model(l1_ratio=[0.4, 0.9], alphas=4, cv=3).fit(x, y).alphas_.shape == (2, 4)
    assert model(l1_ratio=[0.4], alphas=np.int64(4), cv=3).fit(x, y).alphas_.shape == (4,)
    assert given.coef_.shape == given.coef_path_.shape[1:]


@pytest.mark.parametrize("ratios", [None, [0.5, 1.0]])
def test_given_strengths_of_classes_may_be_an_array(ratios) -> None:
    x, y = problem(60, 6)
    listed, array = (
        LogisticRegressionCV(Cs=cs, l1_ratios=ratios, cv=3).fit(x, y > y.mean())
        for cs in ([0.1, 1.0, 10.0], np.array([0.1, 1.0, 10.0]))
    )
    np.testing.assert_array_equal(listed.scores_, array.scores_)
    np.testing.assert_array_equal(listed.coef_, array.coef_)


@pytest.mark.parametrize("alpha", [0.0, 0.1])
@pytest.mark.parametrize("wrong", [-1.0, np.nan, np.inf])
def test_factors_are_checked_whatever_they_multiply(alpha, wrong) -> None:
    x, y = problem(20, 5)
    with pytest.raises(ValueError, match=r"penalty_factor must be finite and >= 0, penalty_factor\[1\] = "):
        ElasticNet(alpha, penalty_factor=[1.0, wrong, 0.0, 1.0, 1.0]).fit(x, y)


def test_constant_counts_are_scored_as_hit_or_not() -> None:
    x = np.zeros((8, 2))
    ones = np.ones(8)
    constant = PoissonRegressor().fit(x, ones)
    assert constant.score(x, ones) == 1.0
    assert constant.score(x, 3 * ones) == 0.0
    assert constant.score(x, 0 * ones) == 0.0
    assert constant.score(x, np.r_[ones[:4], 5 * ones[:4]], np.r_[ones[:4], 0 * ones[:4]]) == 1.0
    assert constant.score(x, np.r_[ones[:4], 5 * ones[:4]]) < 0
