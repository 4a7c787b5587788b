"""scikit-learn as the oracle of generalised linear models: coefficients, probabilities, tools."""

import numpy as np
import pytest

from linear_tools import problem
from pairwise import pairwise
from peer_tools import peer
from proxnet import linear_model as ours

theirs = pytest.importorskip("sklearn.linear_model")
svm = pytest.importorskip("sklearn.svm")
sparse = pytest.importorskip("scipy.sparse")

pytestmark = pytest.mark.filterwarnings("ignore")


def classes(count, rows=80, cols=12, seed=0):
    x, y = problem(rows, cols, seed)
    x -= x.mean(axis=0)
    z = y - y.mean() + 2 * np.random.default_rng(seed).normal(size=rows)
    return x, np.digitize(z, np.quantile(z, np.arange(1, count) / count))


@pairwise(count=[2, 3], c=[0.1, 2.0], intercept=[True, False], class_weight=[None, "balanced"])
def test_ridge_logistic_regression_agrees(count, c, intercept, class_weight) -> None:
    x, y = classes(count)
    weights = np.random.default_rng(1).uniform(0.2, 2, len(y))
    options = {"C": c, "fit_intercept": intercept, "class_weight": class_weight, "max_iter": 5000}
    reference = peer(theirs.LogisticRegression(solver="newton-cholesky", tol=1e-12, **options).fit, x, y, weights)
    for given in (x, sparse.csr_matrix(x)):
        model = ours.LogisticRegression(tol=1e-14, **options).fit(given, y, weights)
        np.testing.assert_allclose(model.coef_, reference.coef_, atol=1e-6)
        np.testing.assert_allclose(model.intercept_, reference.intercept_, atol=1e-6)
        np.testing.assert_allclose(model.decision_function(given), reference.decision_function(x), atol=1e-5)
        np.testing.assert_allclose(model.predict_proba(given), reference.predict_proba(x), atol=1e-7)
        np.testing.assert_allclose(model.predict_log_proba(given), reference.predict_log_proba(x), atol=1e-6)
        assert (model.predict(given) == reference.predict(x)).all()
        assert model.score(given, y, weights) == pytest.approx(reference.score(x, y, weights))


@pairwise(count=[2, 3], l1_ratio=[1.0, 0.5], intercept=[True, False], class_weight=[None, "balanced"])
def test_l1_logistic_regression_agrees(count, l1_ratio, intercept, class_weight) -> None:
    x, y = classes(count, 60, 8)
    x /= x.std(axis=0)
    weights = None if class_weight is None else np.random.default_rng(1).uniform(0.2, 2, 60)
    options = {"C": 0.3, "l1_ratio": l1_ratio, "fit_intercept": intercept, "class_weight": class_weight}
    reference = peer(theirs.LogisticRegression(solver="saga", tol=1e-12, max_iter=50000, **options).fit, x, y, weights)
    for given in (x, sparse.csc_matrix(x), sparse.csr_matrix(x)):
        model = ours.LogisticRegression(tol=1e-14, max_iter=1000, **options).fit(given, y, weights)
        np.testing.assert_allclose(model.coef_, reference.coef_, atol=1e-6)
        assert ((model.coef_ == 0) == (reference.coef_ == 0)).all()


@pytest.mark.parametrize("penalty", ["l1", "l2"])
@pytest.mark.parametrize("scaling", [1, 5.0])
def test_linear_svc_agrees(penalty, scaling) -> None:
    for count in (2, 3):
        x, y = classes(count)
        x /= x.std(axis=0)
        options = {"penalty": penalty, "C": 0.2, "intercept_scaling": scaling}
        reference = peer(svm.LinearSVC(tol=1e-10, max_iter=1000000, dual=False, random_state=0, **options).fit, x, y)
        model = ours.LinearSVC(tol=1e-14, **options).fit(x, y)
        np.testing.assert_allclose(model.coef_, reference.coef_, atol=1e-6)
        np.testing.assert_allclose(model.intercept_, reference.intercept_, atol=1e-6)
        assert (model.predict(x) == reference.predict(x)).all()


@pytest.mark.parametrize("alpha", [0.0, 0.1])
@pytest.mark.parametrize("intercept", [True, False])
def test_poisson_regression_agrees(alpha, intercept) -> None:
    x, y = classes(4)
    x = x / x.std(axis=0) / 3
    y = y.astype(float)
    weights = np.random.default_rng(1).uniform(0.2, 2, len(y))
    options = {"alpha": alpha, "fit_intercept": intercept, "max_iter": 1000}
    reference = peer(theirs.PoissonRegressor(solver="newton-cholesky", tol=1e-10, **options).fit, x, y, weights)
    model = ours.PoissonRegressor(tol=1e-14, **options).fit(x, y, weights)
    np.testing.assert_allclose(model.coef_, reference.coef_, atol=1e-6)
    np.testing.assert_allclose(model.predict(x), reference.predict(x), rtol=1e-6)
    assert model.score(x, y, weights) == pytest.approx(reference.score(x, y, weights), abs=1e-8)


def test_tools_take_our_classifiers() -> None:
    from sklearn.calibration import CalibratedClassifierCV
    from sklearn.model_selection import GridSearchCV, cross_val_score
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    x, y = classes(3)
    names = np.array(["a", "b", "c"])[y]
    pipeline = make_pipeline(StandardScaler(), ours.LogisticRegression(l1_ratio=1.0))
    search = GridSearchCV(pipeline, {"logisticregression__C": [1e-3, 1.0]}, cv=3, scoring="neg_log_loss").fit(x, names)
    assert search.best_params_ == {"logisticregression__C": 1.0}
    assert set(search.predict(x)) <= {"a", "b", "c"}
    assert cross_val_score(ours.LinearSVC(), x, names, cv=3).shape == (3,)
    assert CalibratedClassifierCV(ours.LinearSVC(), cv=3).fit(x, names).predict_proba(x).shape == (80, 3)


@pytest.mark.parametrize("count", [2, 3])
@pytest.mark.parametrize("scoring", ["accuracy", "neg_log_loss"])
def test_cross_validation_agrees(count, scoring) -> None:
    x, y = classes(count, 90, 6)
    x /= x.std(axis=0)
    cs = [0.01, 0.1, 1.0]
    options = {"Cs": cs, "cv": 4, "scoring": scoring, "max_iter": 10000}
    new = {"l1_ratios": (0.0,), "use_legacy_attributes": False, "solver": "newton-cholesky", "tol": 1e-10}
    reference = peer(theirs.LogisticRegressionCV(**options, **new).fit, x, y)
    model = ours.LogisticRegressionCV(**options, tol=1e-14).fit(x, y)
    np.testing.assert_allclose(model.scores_, reference.scores_, atol=1e-6)
    assert pytest.approx(reference.C_) == model.C_
    np.testing.assert_allclose(model.coef_, reference.coef_, atol=1e-6)


def test_cross_validation_chooses_by_its_rule() -> None:
    x, y = classes(2, 90, 12)
    options = {"l1_ratios": [0.5, 1.0], "scoring": "neg_log_loss", "cv": 5}
    best = ours.LogisticRegressionCV(**options).fit(x, y)
    simple = ours.LogisticRegressionCV(**options, rule="1se").fit(x, y)
    assert best.scores_.shape == (5, 2, 10)
    assert simple.C_ == best.C_1se_ <= best.C_ == best.C_max_
    one = ours.LogisticRegression(C=best.C_, l1_ratio=best.l1_ratio_, tol=1e-8).fit(x, y)
    np.testing.assert_allclose(best.coef_, one.coef_, atol=2e-2)
    assert np.count_nonzero(simple.coef_) <= np.count_nonzero(best.coef_)
