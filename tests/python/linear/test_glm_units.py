"""Generalised linear models do not depend on the unit or the offset of y, and end however degenerate y is."""

import warnings

import numpy as np
import pytest

from proxnet.linear_model import HuberRegressor, LogisticRegression, PenalizedRegressor, PoissonRegressor
from proxnet.regularizers import L1, MCP

UNITS = [2.0**k for k in (-700, -60, -43, 0, 60, 600)]


def counts():
    rng = np.random.default_rng(4)
    x = rng.normal(size=(100, 3))
    return x, rng.poisson(np.exp(x @ [0.5, -0.3, 0.0] + 1.0)).astype(float)


def numbers(offset=0.0):
    rng = np.random.default_rng(5)
    x = rng.normal(size=(80, 4))
    return x, offset + x @ [1.0, 0.0, -2.0, 0.0] + rng.laplace(size=80) + 30 * (rng.random(80) < 0.05)


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("l1_ratio", [0.0, 0.5, 1.0])
def test_counts_of_any_unit_have_the_same_coefficients(unit, l1_ratio) -> None:
    """The objective is homogeneous: alpha takes the unit of y, and the intercept its logarithm."""
    x, y = counts()
    one = PoissonRegressor(alpha=0.1, l1_ratio=l1_ratio, tol=1e-10).fit(x, y)
    scaled = PoissonRegressor(alpha=0.1 * unit, l1_ratio=l1_ratio, tol=1e-10).fit(x, unit * y)
    assert scaled.coef_.tobytes() == one.coef_.tobytes()
    assert scaled.intercept_ == pytest.approx(one.intercept_ + np.log(unit), rel=1e-12, abs=1e-12)
    assert scaled.dual_gap_ == one.dual_gap_ * unit
    assert scaled.kkt_violation_ == one.kkt_violation_ * unit
    assert scaled.n_iter_ == one.n_iter_
    np.testing.assert_allclose(scaled.predict(x).mean(), unit * y.mean(), rtol=1e-9)


@pytest.mark.parametrize("mean", [1e-300, 1e-200, 1e-18, 1e-13, 1e-6, 1.0, 1e18, 1e200, 1e300])
def test_the_mean_of_predicted_counts_is_the_mean_of_counts(mean) -> None:
    y = np.array([1.0, 3.0]) / 2 * mean
    for model in (PoissonRegressor(alpha=0.0), PenalizedRegressor(L1(mean), loss="poisson")):
        np.testing.assert_allclose(model.fit([[0.0], [0.0]], y).predict([[0.0], [0.0]]), mean, rtol=1e-9)


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("l1_ratio", [0.0, 1.0])
def test_huber_scales_with_y(unit, l1_ratio) -> None:
    x, y = numbers()
    one = HuberRegressor(alpha=2.0, l1_ratio=l1_ratio, tol=1e-9).fit(x, y)
    scaled = HuberRegressor(alpha=2.0 / unit ** (l1_ratio == 0), l1_ratio=l1_ratio, tol=1e-9).fit(x, unit * y)
    assert scaled.coef_.tobytes() == (unit * one.coef_).tobytes()
    assert (scaled.scale_, scaled.intercept_) == (unit * one.scale_, unit * one.intercept_)
    assert scaled.dual_gap_ == unit * one.dual_gap_
    assert scaled.kkt_violation_ == one.kkt_violation_
    assert (scaled.outliers_ == one.outliers_).all()


@pytest.mark.parametrize("offset", [-(2.0**31), 2.0**20, 2.0**40])
def test_huber_moves_with_y(offset) -> None:
    """Numbers on a grid of 2^-10 are exact beside the offset."""
    x, y = numbers()
    y = np.round(y * 2**10) / 2**10
    zero, moved = (HuberRegressor(alpha=1.0, tol=1e-9).fit(x, y + off) for off in (0.0, offset))
    assert moved.coef_.tobytes() == zero.coef_.tobytes()
    assert moved.scale_ == zero.scale_
    assert moved.intercept_ == pytest.approx(zero.intercept_ + offset, rel=1e-15)
    assert (moved.outliers_ == zero.outliers_).all()


def test_noise_of_a_billionth_of_unix_seconds_is_seen() -> None:
    t = np.arange(200.0)[:, None]
    y = 1.7e9 + 3 * t[:, 0] + np.tile([0.01, -0.01], 100)
    y[::50] += 5
    model = HuberRegressor(alpha=0.0).fit(t, y)
    assert model.outliers_.sum() == 4
    assert 0.005 < model.scale_ < 0.02
    assert model.coef_[0] == pytest.approx(3, abs=1e-4)


@pytest.mark.parametrize("unit", [2.0**-60, 2.0**60])
@pytest.mark.parametrize("loss", ["poisson", "huber"])
def test_penalties_that_are_not_convex_scale_likewise(loss, unit) -> None:
    x, y = counts() if loss == "poisson" else numbers()
    one = PenalizedRegressor(MCP(0.3, gamma=4.0), loss=loss).fit(x, y)
    # Huber: coefficients have the unit of y. MCP is constant beyond |w| = gamma * strength.
    changed = MCP(0.3 * unit, gamma=4.0 / unit) if loss == "poisson" else MCP(0.3, gamma=4.0 * unit)
    scaled = PenalizedRegressor(changed, loss=loss).fit(x, unit * y)
    np.testing.assert_allclose(scaled.coef_, one.coef_ * (1 if loss == "poisson" else unit), rtol=1e-6)
    assert scaled.objective_ == pytest.approx(unit * one.objective_, rel=1e-9)


@pytest.mark.parametrize("rate", [18.0, 0.3, 0.23, 2.24, 1e-12, 7e5, *np.random.default_rng(0).uniform(0.01, 30, 10)])
def test_equal_counts_have_their_logarithm_as_the_intercept(rate) -> None:
    """Their null deviance is 0, and must not round below."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for y in ([rate, rate, rate], [rate, rate, np.nextafter(rate, 0)]):
            for model in (
                PoissonRegressor(l1_ratio=1.0),
                PoissonRegressor(alpha=1e-9 * rate, l1_ratio=1.0, max_iter=20),
                PoissonRegressor(),
                PenalizedRegressor(L1(0.1), loss="poisson"),
            ):
                model.fit([[0.0], [1.0], [3.0]], y)
                assert model.intercept_ == pytest.approx(np.log(rate), rel=1e-12, abs=1e-12)
                assert abs(model.coef_[0]) <= 1e-12
                assert 0 <= model.dual_gap_ <= 1e-20 * rate


@pytest.mark.filterwarnings("ignore:Objective did not converge")
@pytest.mark.parametrize("most", [1, 7])
def test_no_fit_takes_more_than_its_steps(most) -> None:
    rng = np.random.default_rng(6)
    x = rng.normal(size=(20, 30)) * 10.0 ** rng.uniform(-3, 3, 30)
    y = rng.normal(size=20)
    for unit in (0.0, 1e-300, 1e200, 1e307):
        for ratio in (0.0, 1.0):
            model = HuberRegressor(alpha=1e-6, l1_ratio=ratio, max_iter=most, tol=0.0).fit(x, unit * y)
            assert model.n_iter_ <= most
            assert np.isfinite([model.scale_, model.intercept_, *model.coef_]).all()
            model = PoissonRegressor(alpha=1e-9, l1_ratio=ratio, max_iter=most, tol=0.0).fit(x, unit * abs(y) + 1.0)
            assert model.n_iter_ <= most
            assert model.dual_gap_ >= 0


@pytest.mark.parametrize("c", [1e2, 1e4, 1e6])
@pytest.mark.parametrize("l1_ratio", [1.0, 0.5])
def test_multinomial_coefficients_are_at_their_best_shift(c, l1_ratio) -> None:
    """The loss does not feel a constant added to a feature over the classes: a median of them is 0 under L1."""
    rng = np.random.default_rng(0)
    x = rng.standard_normal((200, 4)) * [1, 100, 0.01, 1]
    y = np.argmax(rng.standard_normal((200, 3)) + x[:, :3] / [1, 100, 0.01], axis=1)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = LogisticRegression(C=c, l1_ratio=l1_ratio).fit(x, y)
    assert model.n_iter_[0] <= 40
    if l1_ratio == 1:
        assert (np.median(model.coef_, axis=0) == 0).all()
