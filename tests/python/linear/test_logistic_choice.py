"""The choice of a logistic model's strength: any scorer, both rules, the mean of the folds' coefficients."""

import re
import warnings

import numpy as np
import pytest

from linear_tools import classes, convergence_warning
from pairwise import pairwise
from peer_tools import peer
from proxnet.linear_model import LogisticRegression, LogisticRegressionCV

theirs = pytest.importorskip("sklearn.linear_model")
from sklearn.metrics import get_scorer, make_scorer  # noqa: E402

CS = [0.01, 0.1, 1.0]


def brier(truth, probabilities, **_):
    return -np.mean((probabilities[np.arange(len(truth)), truth] - 1) ** 2)


@pairwise(
    count=[2, 3],
    scoring=["balanced_accuracy", "neg_brier_score", "roc_auc_ovr", "f1_macro", "callable"],
    weighted=[False, True],
)
@pytest.mark.filterwarnings("ignore::FutureWarning")
def test_every_scorer_scores_folds_and_rows_as_scikit_learns(count, scoring, weighted) -> None:
    x, y = classes(count, 90)
    scoring = "f1" if scoring == "f1_macro" and count == 2 else scoring
    weights = np.random.default_rng(0).uniform(0.5, 2, 90) if weighted and scoring != "callable" else None
    if scoring == "callable":
        scoring = make_scorer(brier if count == 3 else lambda t, p: np.mean(p * t), response_method="predict_proba")
    options = {"Cs": CS, "cv": 4, "scoring": scoring}
    plain = {"l1_ratios": (0.0,), "use_legacy_attributes": False, "solver": "newton-cholesky", "tol": 1e-11}
    reference = peer(theirs.LogisticRegressionCV(**options, **plain, max_iter=1000).fit, x, y, weights)
    model = LogisticRegressionCV(**options, tol=1e-13).fit(x, y, weights)
    np.testing.assert_allclose(model.scores_, reference.scores_, atol=1e-6)
    assert pytest.approx(reference.C_) == model.C_
    given = {} if weights is None else {"sample_weight": weights}
    assert model.score(x, y, **given) == pytest.approx(reference.score(x, y, **given), abs=1e-6)


@pytest.mark.parametrize("scoring", ["accuracy", None, "neg_log_loss"])
def test_the_cores_own_scores_are_the_scorers(scoring) -> None:
    x, y = classes(3, 90)
    names = np.array(["a", "b", "c"])[y]
    model = LogisticRegressionCV(Cs=CS, cv=4, scoring=scoring).fit(x, names)
    assert model.score(x, names) == pytest.approx(get_scorer(scoring or "accuracy")(model, x, names))
    wrapped = LogisticRegressionCV(Cs=CS, cv=4, scoring=get_scorer(scoring or "accuracy")).fit(x, names)
    np.testing.assert_allclose(wrapped.scores_, model.scores_, rtol=1e-10)
    some = names != "b"
    if scoring == "neg_log_loss":
        assert model.score(x[some], names[some]) < 0  # rows that miss a class


def test_a_scorer_without_weights_warns_and_scores_that_are_no_numbers_are_refused() -> None:
    x, y = classes(2)
    scorer = make_scorer(lambda truth, predicted: np.mean(truth == predicted))
    with pytest.warns(UserWarning, match="does not support sample_weight"):
        LogisticRegressionCV(Cs=CS, cv=3, scoring=scorer).fit(x, y, np.ones(60))
    with pytest.raises(ValueError, match="every strength are NaN or infinite"):
        LogisticRegressionCV(Cs=CS, cv=3, scoring=make_scorer(lambda *_: np.nan)).fit(x, y)
    with pytest.raises(ValueError, match="nonsense"):
        LogisticRegressionCV(Cs=CS, scoring="nonsense").fit(x, y)


@pytest.mark.parametrize("count", [2, 3])
def test_strengths_and_coefficients_beside_scikit_learns_names(count) -> None:
    x, y = classes(count)
    options = {"l1_ratios": [0.5, 1.0], "scoring": "neg_log_loss", "cv": 3, "tol": 1e-10}
    model = LogisticRegressionCV(**options).fit(x, y)
    np.testing.assert_allclose(model.alphas_ * model.Cs_, 1)
    assert (model.alpha_, model.alpha_min_, model.alpha_1se_) == pytest.approx(
        (1 / model.C_, 1 / model.C_max_, 1 / model.C_1se_)
    )
    which = list(model.l1_ratios_).index(model.l1_ratio_)
    at = list(model.Cs_[which]).index(model.C_)
    np.testing.assert_array_equal(model.coef_path_[at], model.coef_)
    for c, coef in list(zip(model.Cs_[which], model.coef_path_, strict=True))[::4]:
        one = LogisticRegression(C=c, l1_ratio=model.l1_ratio_, tol=1e-10, max_iter=1000).fit(x, y)
        np.testing.assert_allclose(coef, one.coef_, atol=1e-4)
    same = LogisticRegressionCV(**options, rule="max").fit(x, y)
    np.testing.assert_array_equal(same.coef_, model.coef_)
    assert LogisticRegressionCV().rule == "min"


def test_without_a_refit_the_folds_are_averaged_and_the_worst_gap_is_told() -> None:
    x, y = classes(3)
    folds = np.arange(60) % 3
    cv = [(np.flatnonzero(folds != k), np.flatnonzero(folds == k)) for k in range(3)]
    model = LogisticRegressionCV(Cs=CS, cv=cv, refit=False, tol=1e-6).fit(x, y)
    fits = [LogisticRegression(C=model.C_, tol=1e-6).fit(x[train], y[train]) for train, _ in cv]
    np.testing.assert_allclose(model.coef_, np.mean([fit.coef_ for fit in fits], axis=0), atol=1e-2)
    np.testing.assert_allclose(model.intercept_, np.mean([fit.intercept_ for fit in fits], axis=0), atol=1e-2)
    assert 0 <= model.dual_gap_ <= 1e-6 * np.log(3) * 1.1


def test_folds_that_stop_early_say_how_far_they_are() -> None:
    x, y = classes(2)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        LogisticRegressionCV(Cs=[1.0, 1e4], l1_ratios=[1.0], cv=3, max_iter=1, tol=1e-14).fit(x, y)
    (told,) = [str(warning.message) for warning in caught if "of the folds' paths" in str(warning.message)]
    assert re.search(r"duality gap of \d\.\d+e-?\d+, at 6 of 6 points of .*tol \* .* = \d.*a smaller C", told)
    assert all(issubclass(warning.category, convergence_warning()) for warning in caught)


@pytest.mark.parametrize("kind", ["l1", "l2"])
@pytest.mark.filterwarnings("ignore::FutureWarning")
def test_the_older_name_of_a_penalty_is_obeyed(kind) -> None:
    x, y = classes(2, 90)
    model = LogisticRegressionCV(Cs=[0.1, 1.0], penalty=kind, cv=3, tol=1e-11, max_iter=1000).fit(x, y)
    ratio = 1.0 if kind == "l1" else 0.0
    same = LogisticRegressionCV(Cs=[0.1, 1.0], l1_ratios=[ratio], cv=3, tol=1e-11, max_iter=1000).fit(x, y)
    np.testing.assert_array_equal(model.coef_, same.coef_)
    assert model.l1_ratio_ == ratio
    options = {"solver": "saga", "tol": 1e-9, "max_iter": 20000, "scoring": "accuracy", "use_legacy_attributes": False}
    reference = peer(theirs.LogisticRegressionCV(Cs=[model.C_], penalty=kind, cv=3, **options).fit, x, y)
    np.testing.assert_allclose(model.coef_, reference.coef_, atol=1e-6)
    with pytest.raises(ValueError, match=rf"penalty='{kind}' stands for l1_ratios="):
        LogisticRegressionCV(penalty=kind, l1_ratios=[0.5]).fit(x, y)
    with pytest.raises(ValueError, match="'elasticnet' needs l1_ratios"):
        LogisticRegressionCV(penalty="elasticnet").fit(x, y)
