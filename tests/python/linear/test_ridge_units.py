"""Ridge regression of columns with very different scales, compared with QR of scaled columns."""

import numpy as np
import pytest

from pairwise import pairwise
from proxnet.linear_model import Ridge, RidgeClassifier, RidgeCV, ridge_path


def problem(largest, rows=40, weighted=False, seed=0):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(rows, 6))
    y = x @ [1.0, 2.0, -1.0, 0.5, 0.0, 1.0] + 0.1 * rng.normal(size=rows)
    x[:, 2] /= 30
    x[:, 5] *= largest
    return x, y, rng.uniform(0.2, 2, rows) if weighted else np.ones(rows)


def reference(x, y, weights, alpha):
    """(coefficients, intercept) of ``sum weights (y - X w - b)^2 + alpha |w|^2``."""
    means, top = weights @ x / weights.sum(), weights @ y / weights.sum()
    root = np.sqrt(weights)[:, np.newaxis]
    units = np.linalg.norm((x - means) * root, axis=0)
    tall = np.vstack([(x - means) * root / units, np.sqrt(alpha) * np.diag(1 / units)])
    coef = np.linalg.lstsq(tall, np.append((y - top) * root.ravel(), np.zeros(len(units))), rcond=None)[0] / units
    return coef, top - means @ coef


@pairwise(largest=[1e3, 1e5, 1e8, 1e12], weighted=[False, True], alpha=[0.0, 1e-6, 1.0])
def test_no_column_is_lost(largest, weighted, alpha) -> None:
    x, y, weights = problem(largest, weighted=weighted)
    coef, intercept = reference(x, y, weights, alpha)
    unit = np.append(np.ones(5), largest)
    given = weights if weighted else None
    one = Ridge(alpha=alpha).fit(x, y, given)
    np.testing.assert_allclose(one.coef_ * unit, coef * unit, rtol=1e-6, atol=1e-8)
    assert one.intercept_ == pytest.approx(intercept, rel=1e-6, abs=1e-6)
    many = ridge_path(x, y, [alpha, 1.0, 2.0, 3.0, 4.0, 5.0], sample_weight=given)
    np.testing.assert_allclose(many[1][:, list(many[0]).index(alpha)] * unit, coef * unit, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("largest", [1e3, 1e8])
@pytest.mark.parametrize("weighted", [False, True])
def test_rows_left_out_are_refits_without_them(largest, weighted) -> None:
    x, y, weights = problem(largest, 25, weighted)
    alphas = [0.01, 0.1, 1.0, 10.0, 30.0]
    model = RidgeCV(alphas, store_cv_results=True).fit(x, y, weights if weighted else None)
    for a, alpha in enumerate(alphas):
        for i in range(len(y)):
            rest = np.arange(len(y)) != i
            coef, intercept = reference(x[rest], y[rest], weights[rest], alpha)
            error = weights[i] * (y[i] - x[i] @ coef - intercept) ** 2
            assert model.cv_results_[i, a] == pytest.approx(error, rel=2e-5, abs=1e-9)


def test_classes_and_folds_see_small_columns_beside_a_large_one() -> None:
    x, y, _ = problem(1e8, 200)
    alike = x / np.append(np.ones(5), 1e8)
    own, other = (RidgeClassifier(alpha=1e-6).fit(each, y > 0).decision_function(each) for each in (x, alike))
    np.testing.assert_allclose(own, other, atol=1e-4)
    assert RidgeCV(cv=5).fit(x, y).score(x, y) > 0.98
