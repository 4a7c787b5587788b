"""Coefficients that no number of X's type holds are refused, and what was fitted before stays."""

import numpy as np
import pytest

from linear_tools import problem
from proxnet.linear_model import ElasticNet, Lasso, LassoCV


@pytest.mark.parametrize("model", [Lasso(1e-39), LassoCV(cv=3)], ids=lambda model: type(model).__name__)
def test_coefficients_beyond_float32_are_refused(model) -> None:
    x, y = problem(40, 6)
    with pytest.raises(ValueError, match="coefficients must be finite in float32; scale X"):
        model.fit((1e-39 * x).astype(np.float32), y * 100)
    assert not hasattr(model, "coef_")


@pytest.mark.filterwarnings("ignore:Objective did not converge")
@pytest.mark.parametrize("model", [Lasso(0.1), ElasticNet(0.1)], ids=lambda model: type(model).__name__)
def test_squares_beyond_float64_are_refused(model) -> None:
    x, y = problem(40, 6)
    before = model.fit(x, y).coef_
    with pytest.raises(ValueError, match="scale X"):
        model.fit(1e160 * x, y)
    assert model.coef_ is before
