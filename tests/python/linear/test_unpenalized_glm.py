"""Generalised linear models in which some features are not penalised: equalities; their gaps are in test_gaps.py."""

import numpy as np
import pytest

from glm_tools import LOSSES, certificate, coef_of, solve, standardised
from linear_tools import UNPENALIZED, factors_of, problem
from proxnet.linear_model import LogisticRegression, LogisticRegressionCV, PoissonRegressor


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("gram", [4096, 0])
def test_pure_l2(loss, gram) -> None:
    x, y = standardised(loss, 90, 30)
    factors = factors_of(30)
    alphas = [1.0, 0.1]
    result = solve(
        loss, x, y, l1_ratio=0.0, penalty_factor=factors, alphas=alphas, tol=1e-10, gram_columns=gram, classes=3
    )
    for k, alpha in enumerate(alphas):
        found = (coef_of(result, k), result["intercept"][k])
        gap, _, slope = certificate(loss, x, y, *found, alpha, 0.0, None, factors)
        assert result["gap"][k] == pytest.approx(gap, abs=1e-11)
        assert gap <= 1e-10 * result["null_value"] + 1e-13
        assert slope < 1e-11


@pytest.mark.parametrize("loss", LOSSES)
def test_zero_is_where_small_factors_lead(loss) -> None:
    x, y = standardised(loss, 90, 30)
    factors = factors_of(30)
    options = {"alphas": [0.1], "tol": 1e-11}
    free = solve(loss, x, y, penalty_factor=factors, **options)
    nearly = solve(loss, x, y, penalty_factor=np.where(factors == 0, 1e-7, factors), **options)
    moved = free["coef"] - nearly["coef"]
    if loss == "softmax":  # what all classes have alike changes nothing
        moved[:, :, UNPENALIZED] -= moved[:, :, UNPENALIZED].mean(axis=1, keepdims=True)
        np.testing.assert_allclose(free["coef"][:, :, UNPENALIZED].sum(axis=1), 0, atol=1e-12)
    np.testing.assert_allclose(moved, 0, atol=1e-5)


@pytest.mark.parametrize("model", [LogisticRegression, PoissonRegressor])
def test_features_that_depend_on_each_other(model) -> None:
    x, y = standardised("poisson", 90, 30)
    y = np.minimum(y, 1) if model is LogisticRegression else y
    x[:, 4], x[:, 5], x[:, 6] = x[:, 3], 0.0, 0.1
    factors = np.ones(30)
    factors[[3, 4, 5, 6, 11]] = 0
    one = factors.copy()
    one[[4, 5, 6]] = 1
    first, second = (model(penalty_factor=f, l1_ratio=0.5, tol=1e-12).fit(x, y) for f in (factors, one))
    np.testing.assert_allclose(first.coef_, second.coef_, atol=1e-6)
    assert not first.coef_.ravel()[[4, 5, 6]].any()


def test_the_folds_of_a_choice_know_the_factors() -> None:
    x, y = standardised("logistic", 90, 12)
    factors, fold = factors_of(12), np.arange(90) % 3
    cv = [(np.flatnonzero(fold != k), np.flatnonzero(fold == k)) for k in range(3)]
    options = {"tol": 1e-11, "penalty_factor": factors}
    model = LogisticRegressionCV(Cs=[0.02, 0.2], l1_ratios=[1.0], cv=cv, scoring="neg_log_loss", **options).fit(x, y)
    for k, (train, test) in enumerate(cv):
        for c, coef, score in zip(model.Cs_, model.coefs_paths_[k, 0], model.scores_[k, 0], strict=True):
            alone = LogisticRegression(C=c, l1_ratio=1.0, **options).fit(x[train], y[train])
            np.testing.assert_allclose(coef[:, :-1], alone.coef_, atol=1e-6)
            p = alone.predict_proba(x[test])[np.arange(len(test)), y[test].astype(int)]
            assert score == pytest.approx(np.log(p).mean(), abs=1e-6)
    refitted = LogisticRegression(C=model.C_, l1_ratio=1.0, **options).fit(x, y)
    np.testing.assert_allclose(model.coef_, refitted.coef_, atol=1e-6)


def test_a_free_feature_that_separates_the_classes_ends_finite() -> None:
    x, _ = problem(60, 6)
    x = x - x.mean(axis=0)
    model = LogisticRegression(l1_ratio=1.0, penalty_factor=[0.0, *[1.0] * 5], max_iter=20).fit(x, x[:, 0] > 0)
    assert np.isfinite(model.coef_).all()
    assert (model.predict(x) == (x[:, 0] > 0)).all()
