"""Path functions equal single fits: weights, targets, intercepts, starts; the names in their errors."""

import numpy as np
import pytest

from linear_tools import problem
from pairwise import pairwise
from proxnet.linear_model import (
    GroupLasso,
    Ridge,
    enet_path,
    group_path,
    lasso_path,
    logistic_path,
    penalized_path,
    ridge_path,
)

GROUPS = [[0, 3], [1, 2, 4], [5, 6, 7]]


@pairwise(shape=[(40, 8), (12, 30)], weights=[None, 3.0, "some"], intercept=[True, False])
def test_ridge_paths_are_fits(shape, weights, intercept) -> None:
    x, y = problem(*shape)
    given = np.random.default_rng(0).uniform(0.3, 2, shape[0]) if weights == "some" else weights
    for target in (y, np.c_[y, x[:, 1]]):
        options = {"fit_intercept": intercept}
        alphas, coefs, intercepts = ridge_path(
            x, target, [0.5, 20.0, 3.0], sample_weight=given, return_intercept=True, **options
        )
        assert alphas.tolist() == [20.0, 3.0, 0.5]
        for k, alpha in enumerate(alphas):
            one = Ridge(alpha, **options).fit(x, target, given)
            np.testing.assert_allclose(coefs[..., k], one.coef_, atol=1e-8)
            np.testing.assert_allclose(intercepts[..., k], one.intercept_, atol=1e-7)
        again = ridge_path(x, target, [20.0, 3.0, 0.5], sample_weight=given, **options)
        np.testing.assert_array_equal(again[1], coefs)
    with pytest.raises(ValueError, match="at least one alpha"):
        ridge_path(x, y, [])


def test_group_paths_take_weights_and_begin_where_they_are_told() -> None:
    x, y = problem(40, 8)
    times = np.random.default_rng(0).integers(1, 4, 40)
    options = {"alphas": [2.0, 0.3], "tol": 1e-12, "max_iter": 20000}
    for target in (y, np.c_[y, x[:, 1]]):
        weighted = group_path(x, target, GROUPS, sample_weight=times.astype(float), **options)[1]
        repeated = group_path(np.repeat(x, times, axis=0), np.repeat(target, times, axis=0), GROUPS, **options)[1]
        np.testing.assert_allclose(weighted, repeated, atol=1e-6)
        start = weighted[..., 0]
        _, coefs, _, passes = group_path(
            x, target, GROUPS, sample_weight=times, coef_init=start, return_n_iter=True, **options
        )
        np.testing.assert_allclose(coefs, weighted, atol=1e-6)
        assert passes[0] <= 1
    one = GroupLasso(GROUPS, 0.3, fit_intercept=False, tol=1e-12, max_iter=20000).fit(x, y, times)
    weighted = group_path(x, y, GROUPS, sample_weight=times, **options)[1]
    np.testing.assert_allclose(weighted[:, 1], one.coef_, atol=1e-6)
    with pytest.raises(ValueError, match=r"coef_init must have shape \(1, 8\)"):
        group_path(x, y, GROUPS, coef_init=np.ones(7))


@pytest.mark.parametrize("path", [enet_path, lasso_path, group_path, ridge_path, penalized_path, logistic_path])
def test_functions_complain_in_their_own_name(path) -> None:
    name = "enet_path" if path is lasso_path else path.__name__
    rest = ([1.0],) if path is ridge_path else ()
    with pytest.raises(ValueError, match=f"This {name} .*y is None"):
        path(np.ones((3, 2)), None, *rest)
    with pytest.raises(ValueError, match=f"is required by {name}"):
        path(np.ones((3, 0)), np.arange(3) % 2, *rest)


def test_the_lasso_has_one_ratio() -> None:
    x, y = problem(20, 5)
    with pytest.raises(TypeError, match="l1_ratio"):
        lasso_path(x, y, l1_ratio=0.5)
