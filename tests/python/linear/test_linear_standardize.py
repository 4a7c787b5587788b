"""`standardize=True` is the fit on explicitly standardised columns, whatever X is stored as, and nothing is copied."""

from __future__ import annotations

import numpy as np
import pytest

from pairwise import pairwise
from proxnet.linear_model import ElasticNet, ElasticNetCV, Lasso, LassoCV, enet_path, lasso_path

LAYOUTS = ["C", "F", "csc", "csr", "float32"]


def data(rows: int = 60, columns: int = 12) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """X of unlike scales, half of it zeros, a constant column; numbers that float32 holds."""
    rng = np.random.default_rng(5)
    x = rng.normal(size=(rows, columns)) * (rng.random((rows, columns)) < 0.5) * 10.0 ** rng.uniform(-1, 2, columns)
    x[:, 3] = 2.5
    x = x.astype(np.float32).astype(np.float64)
    y = x @ (rng.normal(size=columns) / (1 + x.std(axis=0))) + 0.1 * rng.normal(size=rows) + 3
    return x, y, rng.uniform(0.2, 2, rows)


def stored(x: np.ndarray, layout: str):
    if layout in ("csc", "csr"):
        sparse = pytest.importorskip("scipy.sparse")
        return getattr(sparse, f"{layout}_array")(x)
    return x.astype(np.float32) if layout == "float32" else np.asarray(x, order=layout)


def deviations(x: np.ndarray, weights: np.ndarray | None) -> np.ndarray:
    mean = np.average(x, axis=0, weights=weights)
    found = np.sqrt(np.average((x - mean) ** 2, axis=0, weights=weights))
    return np.where(np.ptp(x, axis=0) > 0, found, 1.0)


@pairwise(intercept=[True, False], weighted=[False, True], layout=LAYOUTS)
def test_fits_are_those_of_standardised_columns(layout, weighted, intercept) -> None:
    x, y, weights = data()
    weights = weights if weighted else None
    unit = deviations(x, weights)
    options = {"alpha": 0.05, "l1_ratio": 0.7, "tol": 1e-14, "max_iter": 10**5, "fit_intercept": intercept}
    plain = ElasticNet(**options).fit(x / unit, y, weights)
    model = ElasticNet(**options, standardize=True).fit(stored(x, layout), y, weights)
    allowed = 1e-6 if layout == "float32" else 1e-10  # coef_ is of the dtype of X
    np.testing.assert_allclose(model.coef_ * unit, plain.coef_, rtol=allowed, atol=allowed)
    np.testing.assert_allclose(model.intercept_, plain.intercept_, rtol=1e-9, atol=1e-9)
    np.testing.assert_array_equal(model.coef_ == 0, plain.coef_ == 0)
    assert 0 < np.count_nonzero(model.coef_) < x.shape[1]
    assert model.coef_[3] == 0 or not intercept
    assert model.dual_gap_ <= 1e-14 * np.mean(y**2)


@pytest.mark.parametrize("gram_columns", [0, 4096])
@pytest.mark.parametrize("layout", ["C", "csc"])
def test_every_solver_standardises(layout, gram_columns) -> None:
    """Few columns are solved by their Gram matrix, many by residuals."""
    from proxnet.linear_model._input.inputs import read_design

    x, y, weights = data(40, 80)
    unit = deviations(x, weights)
    arguments = (y, weights, 0.9, None, False, True, [0.3, 0.05], 1, 1e-3, 1e-13, 10**5)
    plain = read_design(None, x / unit)[0].path(*arguments, None, gram_columns)
    start = plain["coef"][0] / unit
    found = read_design(None, stored(x, layout))[0].path(*arguments, start, gram_columns, True)
    np.testing.assert_allclose(found["coef"] * unit, plain["coef"], atol=2e-7)
    assert found["iterations"][0] == 0  # the start is on the scale of X


@pytest.mark.parametrize("layout", LAYOUTS)
def test_paths(layout) -> None:
    x, y, weights = data()
    unit = deviations(x, weights)
    options = {"alphas": 8, "eps": 0.01, "tol": 1e-14, "max_iter": 10**5, "sample_weight": weights}
    alphas, coefs, _ = enet_path(x / unit, y, l1_ratio=0.6, **options)
    found = enet_path(stored(x, layout), y, l1_ratio=0.6, standardize=True, **options)
    allowed = 1e-5 if layout == "float32" else 1e-9
    np.testing.assert_allclose(found[0], alphas, rtol=1e-12)
    np.testing.assert_allclose(found[1] * unit[:, np.newaxis], coefs, rtol=allowed, atol=allowed)
    assert (found[2] <= 1e-13 * np.average(y**2, weights=weights)).all()
    assert not lasso_path(stored(x, layout), y, standardize=True, alphas=3)[1][:, 0].any()


@pytest.mark.parametrize("layout", ["C", "csc", "csr"])
def test_folds_standardise_by_their_own_rows(layout) -> None:
    x, y, _ = data()
    alphas = [1.0, 0.3, 0.1, 0.03]
    options = {"tol": 1e-13, "max_iter": 10**5}
    model = LassoCV(alphas=alphas, cv=3, standardize=True, **options).fit(stored(x, layout), y)
    folds = np.array_split(np.arange(len(y)), 3)
    expected = np.empty((len(alphas), 3))
    for f, held in enumerate(folds):
        train = np.setdiff1d(np.arange(len(y)), held)
        unit = deviations(x[train], None)
        for a, alpha in enumerate(alphas):
            one = Lasso(alpha=alpha, **options).fit(x[train] / unit, y[train])
            expected[a, f] = np.mean((y[held] - one.predict(x[held] / unit)) ** 2)
    np.testing.assert_allclose(model.mse_path_, expected, rtol=1e-6)
    unit = deviations(x, None)
    whole = Lasso(alpha=model.alpha_, **options).fit(x / unit, y)
    np.testing.assert_allclose(model.coef_ * unit, whole.coef_, atol=1e-6)
    cross = ElasticNetCV(alphas=5, cv=3, standardize=True).fit(stored(x, layout), y)
    np.testing.assert_allclose(cross.alphas_, ElasticNetCV(alphas=5, cv=3).fit(x / unit, y).alphas_, rtol=1e-9)


def test_bad_combinations_are_refused() -> None:
    x, y, _ = data()
    with pytest.raises(ValueError, match="standardize=True are for one target"):
        enet_path(x, np.c_[y, y], standardize=True)
    with pytest.raises((ValueError, TypeError), match="standardize"):
        Lasso(standardize="yes").fit(x, y)
