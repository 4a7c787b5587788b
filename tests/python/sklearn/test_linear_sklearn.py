"""scikit-learn as the oracle: its estimator checks, its coefficients, its tools around our estimators."""

import warnings

import numpy as np
import pytest

from linear_tools import problem
from pairwise import pairwise
from peer_tools import peer
from proxnet import linear_model as ours

theirs = pytest.importorskip("sklearn.linear_model")
sklearn = pytest.importorskip("sklearn")

from sklearn.feature_selection import SelectFromModel  # noqa: E402
from sklearn.model_selection import GridSearchCV, KFold  # noqa: E402
from sklearn.pipeline import make_pipeline  # noqa: E402
from sklearn.preprocessing import StandardScaler  # noqa: E402
from sklearn.utils.estimator_checks import parametrize_with_checks  # noqa: E402

sparse = pytest.importorskip("scipy.sparse")
ESTIMATORS = [getattr(ours, name)() for name in ours.__all__ if isinstance(getattr(ours, name), type)]


with warnings.catch_warnings():
    # "does not inherit from BaseEstimator": scikit-learn is never imported for a model's sake.
    warnings.simplefilter("ignore", UserWarning)
    every_check = parametrize_with_checks(ESTIMATORS)


@pytest.mark.filterwarnings("ignore")
@every_check
def test_check_estimator(estimator, check) -> None:
    check(estimator)


@pairwise(
    shape=[(50, 80), (80, 25)],
    l1_ratio=[1.0, 0.5, 0.05],
    intercept=[True, False],
    positive=[False, True],
    weighted=[False, True],
)
def test_coefficients_agree(shape, l1_ratio, intercept, positive, weighted) -> None:
    x, y = problem(*shape, seed=5)
    x[np.abs(x) < 1] = 0
    weights = np.random.default_rng(1).uniform(0.2, 2, shape[0]) if weighted else None
    options = {"l1_ratio": l1_ratio, "fit_intercept": intercept, "positive": positive, "tol": 1e-13, "max_iter": 100000}
    for alpha in (0.5, 0.1):
        reference = peer(theirs.ElasticNet(alpha, **options).fit, x, y, weights)
        for given in (x, np.asfortranarray(x), sparse.csc_matrix(x)):
            model = ours.ElasticNet(alpha, **options).fit(given, y, weights)
            np.testing.assert_allclose(model.coef_, reference.coef_, rtol=0, atol=1e-6)
            assert model.intercept_ == pytest.approx(reference.intercept_, abs=1e-5)
            assert model.score(x, y, weights) == pytest.approx(reference.score(x, y, weights), abs=1e-6)


def test_paths_agree() -> None:
    x, y = problem(60, 100)
    for ratio in (1.0, 0.4):
        options = {"l1_ratio": ratio, "alphas": 20, "eps": 0.01, "tol": 1e-12, "max_iter": 100000}
        mine, reference = ours.enet_path(x, y, **options), peer(theirs.enet_path, x, y, **options)
        np.testing.assert_allclose(mine[0], reference[0], rtol=1e-10)
        assert mine[1].shape == reference[1].shape
        np.testing.assert_allclose(mine[1], reference[1], atol=1e-6)


@pytest.mark.parametrize("cv", [None, 3, KFold(4, shuffle=True, random_state=0)])
@pytest.mark.parametrize("weighted", [False, True])
def test_cross_validation_agrees(cv, weighted) -> None:
    x, y = problem(60, 20)
    weights = np.random.default_rng(0).uniform(0.3, 2, 60) if weighted else None
    options = {"alphas": 15, "eps": 0.01, "tol": 1e-13, "max_iter": 100000}
    model = ours.LassoCV(cv=cv, **options).fit(x, y, weights)
    reference = peer(theirs.LassoCV(cv=cv, **options).fit, x, y, weights)
    np.testing.assert_allclose(model.alphas_, reference.alphas_, rtol=1e-9)
    np.testing.assert_allclose(model.mse_path_, reference.mse_path_, rtol=1e-6)
    assert model.alpha_ == pytest.approx(reference.alpha_)
    np.testing.assert_allclose(model.coef_, reference.coef_, atol=1e-6)


def test_several_targets_are_several_fits() -> None:
    x, y = problem(60, 20)
    both = np.c_[y, x[:, 0]]
    options = {"tol": 1e-13, "max_iter": 100000}
    model, reference = ours.Lasso(0.1, **options).fit(x, both), peer(theirs.Lasso(0.1, **options).fit, x, both)
    np.testing.assert_allclose(model.coef_, reference.coef_, atol=1e-6)
    np.testing.assert_allclose(model.predict(x), reference.predict(x), atol=1e-5)
    assert model.score(x, both) == pytest.approx(reference.score(x, both), abs=1e-6)


def test_tools_take_our_estimators() -> None:
    pandas = pytest.importorskip("pandas")
    x, y = problem(60, 8)
    frame = pandas.DataFrame(x, columns=[f"f{j}" for j in range(8)])
    pipeline = make_pipeline(StandardScaler(), SelectFromModel(ours.Lasso(0.5)), ours.ElasticNet())
    grid = {"elasticnet__alpha": [0.01, 10.0], "selectfrommodel__estimator__alpha": [0.3, 0.6]}
    search = GridSearchCV(pipeline, grid, cv=3).fit(frame, y)
    assert search.best_params_["elasticnet__alpha"] == 0.01
    assert search.score(frame, y) > 0.9
    clone = sklearn.clone(ours.Lasso(0.25, positive=True))
    assert (clone.alpha, clone.positive) == (0.25, True)
