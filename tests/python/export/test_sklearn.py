"""from_sklearn: fitted networks and linear models of scikit-learn, with the same predictions."""

import warnings

import numpy as np
import pytest

from export_tools import rows_of
from proxnet import linear_model
from proxnet.export import from_sklearn, to_c

pytest.importorskip("sklearn")
from sklearn import linear_model as theirs
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC

SHARED = [
    *(getattr(theirs, name, None) for name in linear_model.__all__ if name[0].isupper() and hasattr(theirs, name)),
    LinearSVC,
]


def targets(kind, classes):
    rng = np.random.default_rng(2)
    x = rows_of(rows=150).astype(np.float64)
    y = x @ rng.normal(size=(12, 3)) + rng.normal(size=(150, 3))
    if "Class" in kind or kind in ("LogisticRegression", "LogisticRegressionCV", "LinearSVC"):
        return x, np.array(["a", "b", "c"])[y[:, :classes].argmax(axis=1)]
    if kind == "PoissonRegressor":
        return x, np.exp(0.2 * y[:, 0])
    return x, y if kind.startswith("MultiTask") else y[:, 0]


def quiet(function, *arguments):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return function(*arguments)


def assert_same(ours, estimator, x):
    assert type(ours).__name__ == type(estimator).__name__
    assert type(ours).__module__.startswith("proxnet.")
    for name in ("predict", "decision_function", "predict_proba"):
        if hasattr(estimator, name):
            got, expected = getattr(ours, name)(x), getattr(estimator, name)(x)
            assert got.shape == expected.shape
            if expected.dtype.kind == "f":
                np.testing.assert_allclose(got, expected, rtol=1e-9, atol=1e-12)
            else:
                assert got.tolist() == expected.tolist()


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("cls", SHARED, ids=lambda cls: cls.__name__)
def test_linear_models(cls, classes):
    x, y = targets(cls.__name__, classes)
    estimator = quiet(cls().fit, x, y)
    assert_same(from_sklearn(estimator), estimator, rows_of().astype(np.float64))


def test_parameters_come_along():
    x, y = targets("Lasso", 3)
    estimator = theirs.ElasticNet(alpha=0.3, l1_ratio=0.7, fit_intercept=False, positive=True).fit(x, y)
    ours = from_sklearn(estimator)
    assert (ours.alpha, ours.l1_ratio, ours.fit_intercept, ours.positive) == (0.3, 0.7, False, True)
    assert_same(ours, estimator, x)
    np.testing.assert_allclose(ours.fit(x, y).coef_, estimator.coef_, atol=1e-3)
    assert estimator.coef_ is not ours.coef_


def test_several_labels():
    x, _ = targets("Lasso", 3)
    estimator = theirs.RidgeClassifier().fit(x, (x[:, :2] > 0).astype(int))
    assert from_sklearn(estimator).predict(x).tolist() == estimator.predict(x).tolist()


@pytest.mark.parametrize("activation", ["identity", "logistic", "tanh", "relu"])
@pytest.mark.parametrize("classes", [0, 2, 3])
def test_networks(activation, classes, tmp_path):
    x, y = targets("Class" if classes else "MultiTask", classes)
    cls = MLPClassifier if classes else MLPRegressor
    estimator = quiet(cls(hidden_layer_sizes=(8, 5), activation=activation, max_iter=5, random_state=0).fit, x, y)
    model = from_sklearn(estimator)
    expected = estimator.predict_proba(x) if classes else estimator.predict(x)
    expected = expected[:, 1:] if classes == 2 else expected
    np.testing.assert_allclose(model.predict(x, verbose=0), expected, rtol=1e-9)
    to_c(model, tmp_path / "net.h", "net")


def test_a_network_of_poisson_loss():
    x, y = targets("PoissonRegressor", 0)
    try:
        estimator = quiet(MLPRegressor(loss="poisson", max_iter=5).fit, x, y)
    except TypeError:
        pytest.skip("scikit-learn before 1.7 has no such loss")
    np.testing.assert_allclose(from_sklearn(estimator).predict(x, verbose=0)[:, 0], estimator.predict(x), rtol=1e-9)


def test_estimators_that_cannot_be_read():
    with pytest.raises(TypeError, match=r"^\[from_sklearn\] estimator must be one of MLPC.*, got Standard"):
        from_sklearn(StandardScaler())
    with pytest.raises(TypeError, match=r"^\[from_sklearn\] estimator must be scikit-learn's, got builtins.int"):
        from_sklearn(3)
    for estimator in (theirs.Lasso(), MLPRegressor()):
        with pytest.raises(ValueError, match=rf"^\[from_sklearn\] {type(estimator).__name__} must be fitted"):
            from_sklearn(estimator)
