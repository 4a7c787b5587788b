"""The choice of ridge regression's alpha: every row left out by brute force, every scorer, classes and labels."""

import numpy as np
import pytest

from linear_tools import problem
from pairwise import pairwise
from peer_tools import peer
from proxnet.linear_model import Ridge, RidgeClassifier, RidgeClassifierCV, RidgeCV

theirs = pytest.importorskip("sklearn.linear_model")

from sklearn.metrics import get_scorer, make_scorer  # noqa: E402
from sklearn.model_selection import GridSearchCV, KFold  # noqa: E402

ALPHAS = np.logspace(-2, 3, 6)


def left_out(x, y, alpha, weights):
    """What every row is predicted by a fit on the others."""
    rows = np.arange(len(x))
    fits = [
        Ridge(alpha, solver="svd").fit(x[rows != i], y[rows != i], None if weights is None else weights[rows != i])
        for i in rows
    ]
    return np.array([fit.predict(x[i : i + 1])[0] for i, fit in enumerate(fits)])


@pairwise(shape=[(20, 5), (14, 30)], weights=[None, "some"], targets=[1, 2])
def test_scores_are_of_the_predictions_of_rows_left_out(shape, weights, targets) -> None:
    x, y = problem(*shape)
    y = y if targets == 1 else np.c_[y, x[:, 1]]
    if weights:
        weights = np.random.default_rng(0).uniform(0.5, 2, shape[0])
        weights[3] = 0.0
    model = RidgeCV(ALPHAS, scoring="neg_mean_absolute_error", store_cv_results=True).fit(x, y, weights)
    expected = np.stack([left_out(x, y, alpha, weights) for alpha in ALPHAS], axis=-1)
    np.testing.assert_allclose(model.cv_results_, expected, rtol=1e-6)
    each = np.abs(y[..., np.newaxis] - expected)
    mean = np.average(each if targets == 1 else each.mean(axis=1), axis=0, weights=weights)
    assert model.alpha_ == ALPHAS[mean.argmin()]
    assert model.best_score_ == pytest.approx(-mean.min())


@pytest.mark.parametrize("scoring", [None, "r2", "neg_median_absolute_error", "callable"])
@pytest.mark.parametrize("cv", [3, KFold(4, shuffle=True, random_state=0)])
def test_folds_are_a_grid_search(scoring, cv) -> None:
    x, y = problem(40, 25)
    weights = np.random.default_rng(0).uniform(0.5, 2, 40)
    if scoring == "callable":
        scoring = make_scorer(
            lambda truth, predicted, sample_weight: -np.max(sample_weight * np.abs(truth - predicted))
        )
    model = RidgeCV(ALPHAS, scoring=scoring, cv=cv).fit(x, y, weights)
    search = GridSearchCV(theirs.Ridge(), {"alpha": ALPHAS}, scoring=scoring, cv=cv).fit(x, y, sample_weight=weights)
    assert model.alpha_ == search.best_params_["alpha"]
    assert model.best_score_ == pytest.approx(search.best_score_, rel=1e-6)
    np.testing.assert_allclose(model.coef_, search.best_estimator_.coef_, rtol=1e-6)


def test_scorers_that_take_no_weights_warn() -> None:
    x, y = problem(20, 5)
    largest = make_scorer(lambda truth, predicted: -np.max(np.abs(truth - predicted)))
    weights = np.random.default_rng(0).uniform(0.5, 2, 20)
    for cv in (None, 4):
        with pytest.warns(UserWarning, match="does not support sample_weight"):
            RidgeCV(ALPHAS, scoring=largest, cv=cv).fit(x, y, weights)


def test_of_equal_scores_the_first_alpha_is_taken_and_zero_is_one_to_try_in_folds() -> None:
    x, y = problem(30, 5)
    same = make_scorer(lambda truth, predicted: 0.5)
    for cv in (None, 3):
        model = RidgeCV([10.0, 0.1, 100.0], scoring=same, cv=cv).fit(x, y)
        assert (model.alpha_, model.best_score_) == (10.0, 0.5)
        assert RidgeCV([10.0, 0.1, 100.0], scoring=same, cv=cv, rule="1se").fit(x, y).alpha_ == 100.0
    assert RidgeCV([0.0, 1e6], cv=3).fit(x, y).alpha_ == 0.0
    with pytest.raises(ValueError, match="NaN or infinite"):
        RidgeCV(ALPHAS, scoring=make_scorer(lambda truth, predicted: np.nan)).fit(x, y)


def test_scores_for_every_target() -> None:
    x, y = problem(30, 12)
    both = np.c_[y, np.random.default_rng(0).normal(size=30)]
    model = RidgeCV(ALPHAS, scoring="r2", alpha_per_target=True).fit(x, both)
    for k in range(2):
        one = RidgeCV(ALPHAS, scoring="r2").fit(x, both[:, k])
        assert (model.alpha_[k], model.best_score_[k]) == (one.alpha_, pytest.approx(one.best_score_))


def test_a_column_of_targets_is_one_row_of_coefficients() -> None:
    x, y = problem(20, 6)
    for model in (Ridge(2.0), RidgeCV([2.0])):
        flat, column = model.fit(x, y).coef_, model.fit(x, y[:, np.newaxis]).coef_
        np.testing.assert_array_equal(flat, column)
        assert model.intercept_.shape == (1,)
        assert model.predict(x).shape == (20,)


@pytest.mark.parametrize("count", [2, 3])
@pytest.mark.parametrize("class_weight", [None, "balanced"])
def test_classes_agree_with_scikit_learn(count, class_weight) -> None:
    x, y = problem(45, 8)
    classes = np.array(["a", "b", "c"])[np.digitize(y, np.quantile(y, [0.5] if count == 2 else [0.3, 0.7]))]
    mine = RidgeClassifierCV(ALPHAS, class_weight=class_weight, store_cv_results=True).fit(x, classes)
    reference = peer(theirs.RidgeClassifierCV(ALPHAS, class_weight=class_weight, store_cv_results=True).fit, x, classes)
    assert mine.alpha_ == reference.alpha_
    assert mine.best_score_ == pytest.approx(reference.best_score_)
    assert mine.coef_.shape == reference.coef_.shape
    np.testing.assert_allclose(mine.coef_, reference.coef_, atol=1e-9)
    np.testing.assert_allclose(mine.cv_results_, reference.cv_results_, atol=1e-9)
    np.testing.assert_array_equal(mine.predict(x), reference.predict(x))
    folds = RidgeClassifierCV(ALPHAS, cv=4).fit(x, classes)
    search = GridSearchCV(theirs.RidgeClassifier(), {"alpha": ALPHAS}, cv=4).fit(x, classes)
    assert folds.best_score_ == pytest.approx(search.best_score_)
    assert folds.alpha_ == search.best_params_["alpha"]


def test_scorers_of_classes_see_labels_and_scores() -> None:
    x, y = problem(40, 8)
    classes = np.where(y > np.median(y), "high", "low")
    model = RidgeClassifierCV(ALPHAS, scoring="accuracy").fit(x, classes)
    rows = np.arange(40)
    hits = [
        np.mean(
            [RidgeClassifier(a).fit(x[rows != i], classes[rows != i]).predict(x[[i]])[0] == classes[i] for i in rows]
        )
        for a in ALPHAS
    ]
    assert model.best_score_ == pytest.approx(max(hits))
    assert model.alpha_ == ALPHAS[int(np.argmax(hits))]
    area = RidgeClassifierCV([1.0], scoring="roc_auc", cv=4).fit(x, classes)
    assert 0.5 < area.best_score_ <= 1
    assert get_scorer("accuracy")(model, x, classes) == model.score(x, classes)


def test_several_labels_are_a_regression_each() -> None:
    x, y = problem(40, 8)
    labels = np.c_[y > np.median(y), x[:, 5] > x[:, 5].mean(), y < y.mean()].astype(int)
    model = RidgeClassifier(2.0).fit(x, labels)
    assert model.predict(x).shape == labels.shape
    chosen = RidgeClassifierCV([2.0], cv=3).fit(x, labels)
    for k in range(3):
        one = RidgeClassifier(2.0).fit(x, labels[:, k])
        np.testing.assert_allclose(model.coef_[k], one.coef_, atol=1e-10)
        np.testing.assert_allclose(chosen.coef_[k], one.coef_, atol=1e-8)
        np.testing.assert_array_equal(model.predict(x)[:, k], one.predict(x))
    assert model.score(x, labels) == np.mean((model.predict(x) == labels).all(axis=1))
    with pytest.raises(ValueError, match="multiclass-multioutput"):
        RidgeClassifier().fit(x, labels + np.arange(3))
    with pytest.raises(ValueError, match="class_weight must be None"):
        RidgeClassifier(class_weight="balanced").fit(x, labels)


def test_choices_and_classifiers_have_their_figures() -> None:
    x, y = problem(60, 20)
    labels = np.digitize(y, np.quantile(y, [0.3, 0.6]))
    for model, target, count in (
        (RidgeCV([1.0, 10.0]), y, 1),
        (RidgeCV([1.0, 10.0], cv=3), np.c_[y, y**2], 2),
        (RidgeClassifier(), labels, 3),
        (RidgeClassifierCV(), labels > 0, 1),
    ):
        model.fit(x, target)
        assert np.shape(model.dual_gap_) == np.shape(model.kkt_violation_) == (() if count == 1 else (count,))
        assert np.all(model.dual_gap_ <= 1e-12 * np.sum(y**4))
        assert model.n_iter_.tolist() == [1] * count


def test_without_a_refit_the_folds_are_averaged() -> None:
    x, y = problem(60, 20)
    both = np.c_[y, x[:, 0] ** 2]
    folds = np.arange(60) % 3
    cv = [(np.flatnonzero(folds != k), np.flatnonzero(folds == k)) for k in range(3)]
    model = RidgeCV([0.1, 10.0, 100.0], cv=cv, refit=False).fit(x, both)
    fits = [Ridge(model.alpha_).fit(x[train], both[train]) for train, _ in cv]
    np.testing.assert_allclose(model.coef_, np.mean([fit.coef_ for fit in fits], axis=0), atol=1e-8)
    np.testing.assert_allclose(model.intercept_, np.mean([fit.intercept_ for fit in fits], axis=0), atol=1e-7)
    with pytest.raises(ValueError, match="refit=False needs cv"):
        RidgeCV(refit=False).fit(x, y)


def test_the_scores_that_chose_are_kept() -> None:
    x, y = problem(40, 12)
    alphas = np.logspace(-2, 3, 8)
    model = RidgeCV(alphas, store_cv_results=True).fit(x, y)
    np.testing.assert_allclose(model.score_path_, -model.cv_results_.mean(axis=0))
    np.testing.assert_allclose(model.score_error_, model.cv_results_.std(axis=0, ddof=1) / np.sqrt(40))
    assert model.score_path_.max() == pytest.approx(model.best_score_)
    assert RidgeCV(alphas, alpha_per_target=True).fit(x, np.c_[y, y]).score_path_.shape == (2, 8)
