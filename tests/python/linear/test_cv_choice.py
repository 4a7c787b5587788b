"""What cross-validation chooses where scores are NaN, and how often a row that a splitter names twice counts."""

from __future__ import annotations

import numpy as np
import pytest

from proxnet.linear_model import (
    LassoCV,
    LinearSVC,
    LogisticRegression,
    LogisticRegressionCV,
    RidgeClassifierCV,
    RidgeCV,
)
from proxnet.linear_model._cv.choice import choose, two_rules

RNG = np.random.default_rng(0)
X = RNG.standard_normal((60, 4))
Y = X[:, 0] + RNG.standard_normal(60)
LABELS = (Y > 0).astype(int)


def only_large(limit: float):
    """R^2 or accuracy, but NaN where the coefficients are small."""

    def score(model, x, y):
        return model.score(x, y) if np.abs(model.coef_).sum() > limit else np.nan

    return score


def test_a_mean_that_is_not_finite_is_never_chosen() -> None:
    errors = np.array([[[np.nan, 0.0], [3.0, 1.0], [-np.inf, 0.0]], [[2.0, 1.0], [np.inf, 0.0], [9.0, 9.0]]])
    with pytest.warns(UserWarning, match=r"of 3 of 6 strengths .* in fold 0 \(from 0\)"):
        assert choose(errors) == (1, 0, 0)
    assert two_rules(errors[0]) == (1, 1)
    with pytest.raises(ValueError, match="the scores of every strength are NaN or infinite"):
        choose(np.full((1, 2, 3), np.nan))


@pytest.mark.parametrize("rule", ["min", "1se"])
def test_the_best_of_the_finite_scores_is_chosen(rule) -> None:
    cs = [1e-4, 1e-2, 1.0, 100.0]
    with pytest.warns(UserWarning, match=r"NaN or infinite .* in fold 0, 1, 2 \(from 0\)"):
        model = LogisticRegressionCV(Cs=cs, cv=3, rule=rule, scoring=only_large(0.3)).fit(X, LABELS)
    means = model.scores_[:, 0].mean(axis=0)
    assert np.isnan(means[:2]).all()
    assert model.C_ in cs[2:]
    assert model.C_max_ == cs[2 + int(np.argmax(means[2:]))]
    assert model.C_[0] == model.C_


@pytest.mark.parametrize("kind", [RidgeCV, RidgeClassifierCV])
def test_ridge_as_well(kind) -> None:
    y = Y if kind is RidgeCV else LABELS
    with pytest.warns(UserWarning, match="in fold 0, 1, 2"):
        model = kind([1.0, 1e9], cv=3, scoring=only_large(1e-3)).fit(X, y)
    assert model.alpha_ == 1.0
    with pytest.raises(ValueError, match="every strength"):
        kind([1.0, 10.0], cv=3, scoring=lambda *_: np.nan).fit(X, y)


def test_a_row_named_twice_counts_twice() -> None:
    drawn = np.r_[np.arange(20), np.repeat(np.arange(20, 25), 4)]
    cv = [(np.arange(30, 60), drawn), (np.arange(30), np.arange(30, 60))]
    seen = []

    def score(model, x, y):
        seen.append(len(y))
        return model.score(x, y)

    own = RidgeCV([1.0], cv=cv, scoring=score).fit(X, Y)
    named = RidgeCV([1.0], cv=cv, scoring="r2").fit(X, Y)
    default = RidgeCV([1.0], cv=cv).fit(X, Y)
    assert seen == [40, 30]
    for model in (named, default):
        np.testing.assert_allclose(model.best_score_, own.best_score_, rtol=1e-12)
    squares = RidgeCV([1.0], cv=cv, scoring="neg_mean_squared_error").fit(X, Y)
    np.testing.assert_allclose(-squares.mse_path_.mean(), squares.best_score_, rtol=1e-12)
    weights = np.r_[np.full(30, 0.5), np.full(30, 2.0)]
    weighted = RidgeCV([1.0], cv=cv, scoring="neg_mean_squared_error").fit(X, Y, weights)
    np.testing.assert_allclose(-weighted.mse_path_.mean(), weighted.best_score_, rtol=1e-12)
    core = LogisticRegressionCV(Cs=[1.0], cv=cv).fit(X, LABELS)
    theirs = LogisticRegressionCV(Cs=[1.0], cv=cv, scoring=lambda m, x, y: m.score(x, y)).fit(X, LABELS)
    np.testing.assert_allclose(theirs.scores_, core.scores_, rtol=1e-12)


def test_the_older_name_of_a_number_of_alphas_warns_and_counts() -> None:
    with pytest.warns(FutureWarning, match="'n_alphas' was deprecated"):
        model = LassoCV(n_alphas=7, cv=3).fit(X, Y)
    np.testing.assert_array_equal(model.alphas_, LassoCV(alphas=7, cv=3).fit(X, Y).alphas_)


def test_parameters_that_would_change_nothing_are_not_accepted_in_silence() -> None:
    with pytest.raises(ValueError, match="multi_class must be 'ovr'"):
        LinearSVC(multi_class="crammer_singer").fit(X, LABELS)
    with pytest.raises(ValueError, match="intercept_scaling must be 1"):
        LogisticRegression(solver="liblinear", intercept_scaling=5.0).fit(X, LABELS)
    with pytest.warns(UserWarning, match="penalty='l1' ignores l1_ratio=0.3"):
        LogisticRegression(penalty="l1", l1_ratio=0.3).fit(X, LABELS)
    with pytest.warns(UserWarning, match="penalty=None will ignore the C"):
        LogisticRegression(penalty=None, C=3.0).fit(X, LABELS)
