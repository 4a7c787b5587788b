"""Stability selection of linear models and networks."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

import proxnet
from proxnet.layers import Dense
from proxnet.linear_model import Lasso, lasso_path
from proxnet.path import StabilitySelection, stability_parameters
from proxnet.path.strongest import first_features


def rows(count: int = 80, features: int = 120) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(count, features))
    return x, 2 * x[:, 3] - 2 * x[:, 50] + 1.5 * x[:, 99] + rng.normal(size=count)


def test_true_features_are_stable_and_the_result_depends_on_the_seed_only() -> None:
    x, y = rows()
    selector = StabilitySelection(Lasso(), error_bound=1.0, n_pairs=15).fit(x, y)
    assert {3, 50, 99} <= set(selector.get_support(indices=True).tolist())
    assert selector.get_support().sum() <= 5
    assert selector.transform(x).shape[1] == selector.get_support().sum()
    expected = stability_parameters(120, 0.75, None, 1.0, n_pairs=15)
    assert (selector.threshold_, selector.q_, selector.error_bound_) == tuple(expected)
    assert selector.selection_probabilities_.sum() <= selector.q_ + 1e-9
    again = clone(selector).set_params(n_jobs=2).fit(x, y)
    np.testing.assert_array_equal(selector.selection_probabilities_, again.selection_probabilities_)


def test_the_first_features_are_those_of_the_path() -> None:
    x, y = rows()
    coefs = lasso_path(x - x.mean(axis=0), y - y.mean(), alphas=400)[1]
    for count in (1, 3, 6):
        entered = (coefs[:, : int(np.argmax((coefs != 0).sum(axis=0) >= count)) + 1] != 0).any(axis=1)
        found = first_features(Lasso(), x, y, count)
        assert found.sum() == count
        assert (found & entered).sum() >= count - 1  # two features may enter within one step of the strength


def test_pipelines_and_classifiers() -> None:
    x, y = rows(400)
    model = LogisticRegression(C=1.0, l1_ratio=1, solver="liblinear")
    pipeline = make_pipeline(StabilitySelection(model, q=3, n_pairs=5), Lasso(0.1)).fit(x, y > 0)
    assert pipeline[0].get_support()[3]
    assert len(pipeline[0].get_feature_names_out()) == pipeline[0].get_support().sum()


def test_networks() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(300, 15)).astype("float32")
    proxnet.set_random_seed(0)
    model = proxnet.Sequential([Dense(8, "relu"), Dense(1)])
    model.compile(proxnet.optimizers.Adam(0.02), "mse")
    selector = StabilitySelection(model, q=3, n_pairs=3, path_options={"dense_epochs": 20, "n_strengths": 8})
    selector.fit(x, 3 * np.abs(x[:, 4]) + 2 * x[:, 7])
    assert selector.get_support()[[4, 7]].all()
    assert selector.selection_probabilities_.sum() == pytest.approx(3)


def test_an_empty_result_is_explained() -> None:
    rng = np.random.default_rng(1)
    with pytest.warns(UserWarning, match="no feature is stable: the largest selection probability is"):
        StabilitySelection(Lasso(), q=1, threshold=1.0, n_pairs=4).fit(rng.normal(size=(40, 60)), rng.normal(size=40))


def test_wrong_arguments_are_sentences() -> None:
    x, y = rows()
    with pytest.raises(ValueError, match="one of threshold, q and error_bound must be None"):
        StabilitySelection(Lasso(), q=3, error_bound=1.0).fit(x, y)
    with pytest.raises(ValueError, match="assumption must be 'none' without complementary pairs"):
        StabilitySelection(Lasso(), q=3, complementary=False).fit(x, y)
    with pytest.raises(TypeError, match="estimator must be a network or have a parameter alpha or C"):
        StabilitySelection(object(), q=3).fit(x, y)
