"""Callable scorers read the model and the rows of a fold; metadata finds its way to splitters and scorers."""

import numpy as np
import pytest

from linear_tools import classes
from proxnet.linear_model import (
    LassoCV,
    LogisticRegression,
    LogisticRegressionCV,
    Ridge,
    RidgeClassifier,
    RidgeClassifierCV,
    RidgeCV,
)

sklearn = pytest.importorskip("sklearn")
import sklearn.linear_model as theirs  # noqa: E402
from sklearn.metrics import make_scorer  # noqa: E402
from sklearn.model_selection import GroupKFold  # noqa: E402
from sklearn.pipeline import make_pipeline  # noqa: E402
from sklearn.preprocessing import StandardScaler  # noqa: E402


def reader(model, x, y):
    """Looks at everything a scorer may look at."""
    if hasattr(model, "predict_proba"):
        fit = np.log(model.predict_proba(x)[np.arange(len(y)), np.searchsorted(model.classes_, y)]).mean()
    else:
        fit = model.score(x, y)
    shape = x.shape[1] == np.shape(model.coef_)[-1]
    return fit - 0.01 * np.abs(model.coef_).sum() + 0.001 * np.sum(model.intercept_ * shape) + 0.001 * x[:, 0].sum()


@pytest.mark.parametrize("count", [2, 3])
@pytest.mark.filterwarnings("ignore::FutureWarning")
def test_a_callable_reads_a_logistic_model_and_the_rows_it_is_tested_on(count) -> None:
    x, y = classes(count, 90)
    names = np.array(["a", "b", "c"])[y]
    kinds = set()

    def scoring(model, rows, truth):
        if isinstance(model, LogisticRegression):  # not of `score`, which is of the model as it is
            kinds.add((round(model.C, 9), model.l1_ratio))
        assert model.n_features_in_ == rows.shape[1]
        return reader(model, rows, truth) - 0.001 * np.sum(
            model.intercept_
        )  # several intercepts are unique up to a shift

    options = {"Cs": [0.01, 0.1, 1.0], "cv": 4}
    plain = {"l1_ratios": (0.0,), "use_legacy_attributes": False, "solver": "newton-cholesky", "tol": 1e-11}
    model = LogisticRegressionCV(**options, scoring=scoring, tol=1e-13).fit(x, names)
    assert kinds == {(c, 0.0) for c in options["Cs"]}
    reference = theirs.LogisticRegressionCV(
        **options, **plain, scoring=lambda m, r, t: reader(m, r, t) - 0.001 * np.sum(m.intercept_), max_iter=1000
    )
    np.testing.assert_allclose(model.scores_, reference.fit(x, names).scores_, atol=1e-5)
    assert isinstance(model.score(x, names), float)


@pytest.mark.parametrize("targets", [1, 2])
def test_a_callable_reads_a_ridge_model_in_folds(targets) -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(60, 4))
    y = x[:, :targets] @ rng.normal(size=(targets, targets)) + rng.normal(size=(60, targets))
    y = y[:, 0] if targets == 1 else y
    alphas = [0.1, 1.0, 100.0]
    ours = RidgeCV(alphas, cv=3, scoring=reader).fit(x, y)
    folds = [np.arange(20 * k, 20 * k + 20) for k in range(3)]
    for a, alpha in enumerate(alphas):
        each = [
            reader(Ridge(alpha, tol=1e-12).fit(np.delete(x, test, 0), np.delete(y, test, 0)), x[test], y[test])
            for test in folds
        ]
        assert ours.score_path_[a] == pytest.approx(np.mean(each), rel=1e-9)
    assert ours.alpha_ == theirs.RidgeCV(alphas, cv=3, scoring=reader).fit(x, y).alpha_


def test_a_callable_reads_a_ridge_classifier_and_names_of_features() -> None:
    pandas = pytest.importorskip("pandas")
    x, y = classes(3, 60)
    frame = pandas.DataFrame(x, columns=[f"f{j}" for j in range(x.shape[1])])
    seen = []

    def scoring(model, rows, truth):
        seen.append((type(model), rows.shape, list(rows.columns), set(model.predict(rows)) <= set(model.classes_)))
        return model.score(rows, truth)

    RidgeClassifierCV([0.1, 1.0], cv=3, scoring=scoring).fit(frame, y)
    assert seen == [(RidgeClassifier, (20, x.shape[1]), list(frame.columns), True)] * 6
    sparse = pytest.importorskip("scipy.sparse")
    seen = []
    plain = LogisticRegressionCV(Cs=[1.0], cv=3, scoring=lambda m, r, t: seen.append(r) or m.score(r, t))
    plain.fit(sparse.csc_array(x), y)
    assert all(sparse.issparse(rows) for rows in seen)
    assert plain.scores_.ravel() == pytest.approx(LogisticRegressionCV(Cs=[1.0], cv=3).fit(x, y).scores_.ravel())


def test_groups_go_through_a_pipeline() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(40, 5))
    y, groups = x[:, 0] + rng.normal(size=40), np.arange(40) % 8
    listed = list(GroupKFold(4).split(x, y, groups))
    for model, target in (
        (LassoCV(cv=GroupKFold(4), alphas=5), y),
        (RidgeCV([0.1, 10.0], cv=GroupKFold(4)), y),
        (LogisticRegressionCV(Cs=2, cv=GroupKFold(4)), y > 0),
    ):
        with sklearn.config_context(enable_metadata_routing=True):
            piped = make_pipeline(StandardScaler(), model).fit(x, target, groups=groups)
            with pytest.raises(TypeError, match="nonsense"):
                make_pipeline(StandardScaler(), model).fit(x, target, nonsense=groups)
        alone = sklearn.base.clone(model).set_params(cv=listed).fit(StandardScaler().fit_transform(x), target)
        np.testing.assert_array_equal(piped[-1].coef_, alone.coef_)


def test_metadata_of_a_scorer_is_sliced_by_rows() -> None:
    x, y = classes(2, 60)
    mark = np.arange(60.0)

    def measure(truth, predicted, *, mark):
        return float(mark.sum()) + len(truth)

    scorer = make_scorer(measure)
    with sklearn.config_context(enable_metadata_routing=True):
        scorer.set_score_request(mark=True)
        folds = [(np.arange(30, 60), np.arange(30)), (np.arange(30), np.arange(30, 60))]
        model = RidgeClassifierCV([0.1, 1.0], cv=folds, scoring=scorer).fit(x, y, mark=mark)
        assert model.best_score_ == pytest.approx(30 + mark.sum() / 2)
        logistic = LogisticRegressionCV(Cs=[1.0], cv=folds, scoring=scorer).fit(x, y, mark=mark)
        np.testing.assert_allclose(logistic.scores_.ravel(), [30 + mark[:30].sum(), 30 + mark[30:].sum()])


def test_a_scorer_that_declines_weights_gets_none() -> None:
    x, y = classes(2, 60)
    weights = np.random.default_rng(0).uniform(0.1, 3, 60)
    scorer = sklearn.metrics.get_scorer("accuracy")
    plain, asked = (LogisticRegressionCV(Cs=[1.0], cv=2, scoring=scorer).fit(x, y, weights) for _ in range(2))
    with sklearn.config_context(enable_metadata_routing=True):
        declined = sklearn.metrics.get_scorer("accuracy").set_score_request(sample_weight=False)
        asked = LogisticRegressionCV(Cs=[1.0], cv=2, scoring=declined).fit(x, y, weights)
        assert sklearn.base.clone(asked.set_fit_request()).get_metadata_routing() is not None
        assert LassoCV().set_fit_request(sample_weight="$UNCHANGED$")._metadata_request.fit.requests == {
            "sample_weight": None
        }
    counted = np.multiply(asked.scores_.ravel(), 30)
    np.testing.assert_allclose(counted, counted.round())  # every row once
    assert not np.allclose(plain.scores_, asked.scores_)
    assert isinstance(LogisticRegression().set_score_request().get_metadata_routing(), object)
