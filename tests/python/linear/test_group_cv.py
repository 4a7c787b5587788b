"""Cross-validated group and multi-task models are paths on folds."""

import numpy as np
import pytest

from linear_tools import problem
from peer_tools import peer
from proxnet.display import RegularizationPathDisplay
from proxnet.linear_model import (
    GroupLasso,
    GroupLassoCV,
    LassoCV,
    MultiTaskElasticNetCV,
    MultiTaskLasso,
    MultiTaskLassoCV,
)

GROUPS = [[0, 5, 9], [1, 2], [3], [4, 6, 7, 8], list(range(10, 20))]


@pytest.mark.parametrize("rule", ["min", "1se"])
def test_errors_are_those_of_models_on_folds(rule) -> None:
    x, y = problem(60, 20, seed=9)
    weights = np.random.default_rng(1).uniform(0.5, 2, 60)
    options = {"tol": 1e-10, "max_iter": 20000}
    model = GroupLassoCV(GROUPS, cv=4, alphas=8, eps=0.01, rule=rule, **options).fit(x, y, weights)
    for fold in (0, 3):
        held = np.arange(60) // 15 == fold
        for k in (0, 4, 7):
            part = GroupLasso(GROUPS, model.alphas_[k], **options).fit(x[~held], y[~held], weights[~held])
            error = np.average((y[held] - part.predict(x[held])) ** 2, weights=weights[held])
            assert model.mse_path_[k, fold] == pytest.approx(error, rel=1e-4)
    means = model.mse_path_.mean(axis=1)
    limit = means.min() + model.mse_path_[means.argmin()].std(ddof=1) / 2
    assert model.alpha_ == model.alphas_[means.argmin() if rule == "min" else np.argmax(means <= limit)]
    again = GroupLasso(GROUPS, model.alpha_, **options).fit(x, y, weights)
    np.testing.assert_allclose(model.coef_, again.coef_, atol=1e-4)


def test_groups_of_one_are_lasso_cv() -> None:
    x, y = problem(60, 20)
    options = {"alphas": 10, "eps": 0.01, "cv": 3, "tol": 1e-10, "max_iter": 20000}
    lasso, groups = LassoCV(**options).fit(x, y), GroupLassoCV(**options).fit(x, y)
    np.testing.assert_allclose(groups.alphas_, lasso.alphas_)
    np.testing.assert_allclose(groups.mse_path_, lasso.mse_path_, rtol=1e-4)
    tasks = MultiTaskLassoCV(**options).fit(x, y[:, np.newaxis])
    np.testing.assert_allclose(tasks.mse_path_, lasso.mse_path_, rtol=1e-4)
    assert tasks.coef_.shape == (1, 20)


def test_several_targets_and_ratios() -> None:
    x, y = problem(60, 20)
    both = np.c_[y, x[:, 0]]
    model = MultiTaskElasticNetCV(l1_ratio=[0.3, 0.9], alphas=6, eps=0.05, cv=3).fit(x, both)
    assert model.mse_path_.shape == (*model.alphas_.shape, 3) == (2, 6, 3)
    assert model.l1_ratio_ in (0.3, 0.9)
    assert model.coef_path_.shape == (6, 2, 20)
    chosen = MultiTaskLassoCV(alphas=6, cv=3, tol=1e-9, max_iter=20000).fit(x, both)
    same = MultiTaskLasso(chosen.alpha_, tol=1e-9, max_iter=20000).fit(x, both)
    np.testing.assert_allclose(chosen.coef_, same.coef_, atol=1e-3)
    np.testing.assert_allclose(chosen.predict(x), same.predict(x), atol=1e-2)
    with pytest.raises(ValueError, match="use MultiTaskLassoCV"):
        GroupLassoCV().fit(x, both)
    with pytest.raises(ValueError, match="use LassoCV"):
        MultiTaskLassoCV().fit(x, y)


def test_scikit_learn_agrees() -> None:
    theirs = pytest.importorskip("sklearn.linear_model")
    x, y = problem(60, 20)
    both = np.c_[y, x[:, 0]]
    options = {"alphas": 8, "eps": 0.01, "cv": 3, "tol": 1e-10, "max_iter": 100000}
    model, reference = MultiTaskLassoCV(**options).fit(x, both), peer(theirs.MultiTaskLassoCV(**options).fit, x, both)
    np.testing.assert_allclose(model.alphas_, reference.alphas_, rtol=1e-9)
    np.testing.assert_allclose(model.mse_path_, reference.mse_path_, rtol=1e-4)
    assert model.alpha_ == pytest.approx(reference.alpha_)


def test_displays_take_them() -> None:
    figure = pytest.importorskip("matplotlib.figure").Figure()
    x, y = problem(60, 20)
    for model in (
        GroupLassoCV(GROUPS, alphas=6, cv=3).fit(x, y),
        MultiTaskLassoCV(alphas=6, cv=3).fit(x, np.c_[y, x[:, 0]]),
    ):
        display = RegularizationPathDisplay.from_estimator(model, ax=figure.subplots())
        assert display.alpha_min_ == model.alpha_min_
        used = (model.coef_path_ != 0).reshape(6, -1, 20).any(axis=1).sum(axis=1)
        np.testing.assert_array_equal(display.nonzeros, used)
