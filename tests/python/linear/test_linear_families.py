"""One model of each family: problems that are the same have the same solution."""

import numpy as np
import pytest

from families import FAMILIES, NO_FOLDS, data
from proxnet import linear_model as m


def test_every_class_is_here() -> None:
    classes = {type(make()).__name__ for make, _ in FAMILIES.values()}
    assert classes == {name for name in m.__all__ if isinstance(getattr(m, name), type)}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", NO_FOLDS)
def test_rows_repeated_are_weights(name) -> None:
    make, kind = FAMILIES[name]
    x, y = data(kind)
    times = np.random.default_rng(0).integers(0, 4, len(x))
    repeated = make().fit(np.repeat(x, times, axis=0), np.repeat(y, times, axis=0))
    weighted = make().fit(x, y, times.astype(float))
    np.testing.assert_allclose(weighted.coef_, repeated.coef_, atol=1e-6)
    np.testing.assert_allclose(weighted.intercept_, repeated.intercept_, atol=1e-5)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", [n for n in NO_FOLDS if "group" not in n and "penalty" not in n and n[:4] != "free"])
def test_a_feature_twice_predicts_the_same_or_shares_its_coefficient(name) -> None:
    """With L1 alone the two coefficients sum to the one; strictly convex penalties make them equal."""
    make, kind = FAMILIES[name]
    x, y = data(kind)
    wide = np.hstack([x, x[:, :2]])
    model = make().fit(wide, y)
    coef = np.atleast_2d(model.coef_)
    if name in ("lasso", "tasks", "svc"):
        merged = coef[:, :8].copy()
        merged[:, :2] += coef[:, 8:]
        np.testing.assert_allclose(merged, np.atleast_2d(make().fit(x, y).coef_), atol=1e-5)
    else:  # strictly convex
        np.testing.assert_allclose(coef[:, :2], coef[:, 8:], atol=1e-5)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("scale", [1e-3, 1e4])
@pytest.mark.parametrize("name", ["groups", "tasks", "logistic", "poisson", "huber", "svc", "multinomial"])
def test_units_of_x_do_not_matter_where_the_penalty_goes_with_them(name, scale) -> None:
    """L1 strengths go with the scale: alpha with it, C against it."""
    make, kind = FAMILIES[name]
    x, y = data(kind)
    model, scaled = make(), make()
    if "l1_ratio" in model._parameter_names():
        model.set_params(l1_ratio=1.0), scaled.set_params(l1_ratio=1.0)
    if "C" in model._parameter_names():
        scaled.set_params(C=model.C / scale)
    else:
        scaled.set_params(alpha=model.alpha * scale)
    if name == "svc":
        scaled.set_params(fit_intercept=False), model.set_params(fit_intercept=False)
    model.fit(x, y), scaled.fit(scale * x, y)
    np.testing.assert_allclose(scale * scaled.coef_, model.coef_, atol=1e-5)
