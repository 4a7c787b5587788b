"""Huber's scale moves with the coefficients, down to nothing where most rows are met: its steps must follow."""

import warnings

import numpy as np
import pytest

from linear_tools import convergence_warning
from pairwise import pairwise
from proxnet.linear_model import HuberRegressor

TAILS = {
    "cauchy": lambda rng, n: rng.standard_t(1, n),
    "laplace": lambda rng, n: rng.laplace(size=n),
    "outliers": lambda rng, n: rng.normal(size=n) + 50 * (rng.random(n) < 0.2) * rng.normal(size=n),
}


def problem(rows, cols, tail, weighted):
    rng = np.random.default_rng([rows, cols])
    x = rng.normal(size=(rows, cols))
    y = x @ rng.normal(size=cols) + TAILS[tail](rng, rows) + 1
    return x, y, rng.uniform(0.2, 2, rows) * (rng.random(rows) > 0.1) if weighted else np.ones(rows)


def gap_of(x, y, weights, model):
    """How far the mean objective is from what its gradient proves to be below it."""
    share, scale, epsilon = weights / weights.sum(), model.scale_, model.epsilon
    r = x @ model.coef_ + model.intercept_ - y
    size = np.abs(r) / scale
    loss = share @ (scale * (1 + np.where(size <= epsilon, size**2, 2 * epsilon * size - epsilon**2)))
    gradient = share * np.clip(2 * r / scale, -2 * epsilon, 2 * epsilon)
    # Or no dual value is finite; a residual's rounding of 1e-16 over a scale of 1e-9 leaves few digits.
    assert share @ np.minimum(size, epsilon) ** 2 <= 1 + 1e-4
    rest = abs(gradient.sum() * model.intercept_) if model.fit_intercept else 0.0
    strength = 2 * model.alpha / weights.sum()
    objective = loss + 0.5 * strength * model.coef_ @ model.coef_
    return objective + gradient @ y + np.sum((x.T @ gradient) ** 2) / (2 * strength) + rest


@pairwise(shape=[(60, 3), (60, 50), (200, 20), (100, 99)], tail=TAILS, weighted=[False, True])
def test_fits_converge_and_are_proven_however_small_the_scale(shape, tail, weighted) -> None:
    x, y, weights = problem(*shape, tail, weighted)
    tolerance = 1e-5 * 2 * 3 * np.average(np.abs(y), weights=weights)  # no less than that of the fit: b = scale = 0
    for epsilon in (1.01, 1.35, 3.0):
        for alpha in (0.0, 0.1, 1.0):
            for intercept in (True, False):
                model = HuberRegressor(epsilon=epsilon, alpha=alpha, fit_intercept=intercept)
                with warnings.catch_warnings():
                    warnings.simplefilter("error")
                    model.fit(x, y, weights)
                if alpha == 0:
                    continue  # its gap is an estimate
                gap = gap_of(x, y, weights, model)
                assert -1e-6 * tolerance <= gap <= tolerance
                assert gap == pytest.approx(model.dual_gap_, abs=tolerance)


@pytest.mark.parametrize("tail", TAILS)
def test_steps_are_newtons_with_the_scale_in_them(tail) -> None:
    # Without the scale's part a step is one of two in turn, and their convergence linear.
    x, y, weights = problem(400, 10, tail, True)
    for epsilon in (1.05, 1.35, 2.0):
        model = HuberRegressor(epsilon=epsilon, alpha=1e-3, tol=1e-12).fit(x, y, weights)
        assert model.n_iter_ <= 15
        assert model.scale_ > 0.1


@pytest.mark.parametrize("columns", [60, 100])
def test_as_many_features_as_rows_are_fitted_to_the_end(columns) -> None:
    """The scale falls to nothing and residuals to the rounding of predictions, which must not spoil the certificate."""
    for seed in range(8):
        rng = np.random.default_rng(seed)
        x = rng.normal(size=(60, columns))
        y = 2 * x[:, 0] + rng.standard_t(2, size=60)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            model = HuberRegressor().fit(x, y)
        assert model.n_iter_ <= 30
        assert model.scale_ < 1e-6
        centred = x - x.mean(axis=0)
        least = np.linalg.lstsq(centred, y - y.mean(), rcond=None)[0]  # among all coefficients that interpolate
        np.testing.assert_allclose(model.predict(x), y, atol=1e-4)
        assert 1e-4 * (model.coef_ @ model.coef_) <= 1e-4 * (least @ least) + 60 * model.dual_gap_


def test_what_rounding_keeps_from_the_tolerance_does_not_take_all_steps() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(60, 60))
    y = 2 * x[:, 0] + rng.standard_t(2, size=60)
    with pytest.warns(convergence_warning(), match="only rounding was left"):
        model = HuberRegressor(tol=1e-13, max_iter=3000).fit(x, y)
    assert model.n_iter_ < 300
