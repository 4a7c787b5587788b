"""scikit-learn's searches and clones reach into the penalty of a model."""

import numpy as np
import pytest

from linear_tools import problem
from proxnet.linear_model import PenalizedRegressor
from proxnet.regularizers import (
    L0,
    L1,
    L1L2,
    L2,
    MCP,
    SCAD,
    GroupL1,
    LogSum,
    OrthogonalRegularizer,
    Ramp,
    SparseGroupL1,
    TargetSparsity,
)

PENALTIES = [
    L1(0.3, factors=[1, 2]),
    L2(1, schedule=Ramp(3)),
    L1L2(0.1, 0.2),
    MCP(0.1, gamma=4),
    SCAD(0.1),
    LogSum(0.1),
    L0(0.1),
    GroupL1(0.1, groups=[[0, 1], [2]]),
    SparseGroupL1(0.1, 0.2, axis="output"),
    TargetSparsity(0.8, penalty=MCP(0.2)),
    OrthogonalRegularizer(0.2, mode="columns"),
]


@pytest.mark.parametrize("penalty", PENALTIES, ids=lambda p: type(p).__name__)
def test_parameters_of_a_penalty_make_an_equal_one(penalty) -> None:
    params = penalty.get_params(deep=False)
    assert type(penalty)(**params) == penalty
    name = next(key for key in ("strength", "l1", "l2", "factor", "sparsity") if key in params)
    other = type(penalty)(**params)
    assert other.set_params(**{name: params[name] / 2}) is other
    assert getattr(other, name) == params[name] / 2
    assert other == type(penalty)(**(params | {name: params[name] / 2}))
    with pytest.raises((ValueError, TypeError), match=name):
        other.set_params(**{name: -1.0})
    assert getattr(other, name) == params[name] / 2  # what is refused is not kept
    with pytest.raises(ValueError, match="Invalid parameter 'nonsense'"):
        other.set_params(nonsense=1)


def test_parameters_reach_through_models_and_penalties() -> None:
    model = PenalizedRegressor(MCP(0.1))
    assert model.get_params()["penalty__strength"] == 0.1
    assert model.set_params(penalty__strength=0.2, tol=1e-3).penalty == MCP(0.2)
    assert model.set_params(penalty=SCAD(0.3), penalty__strength=0.4).penalty == SCAD(0.4)
    target = TargetSparsity(0.8, penalty=MCP(0.2))
    assert target.get_params()["penalty__gamma"] == 3.0
    assert target.set_params(penalty__gamma=5.0).penalty == MCP(0.2, gamma=5.0)
    with pytest.raises(ValueError, match="penalty must hold an object with parameters"):
        PenalizedRegressor().set_params(penalty__strength=0.2)


@pytest.mark.parametrize("penalty", PENALTIES, ids=lambda p: type(p).__name__)
def test_clones_are_equal_and_apart(penalty) -> None:
    clone = pytest.importorskip("sklearn").clone
    other = clone(PenalizedRegressor(penalty)).penalty
    assert other == penalty == clone(penalty)
    assert other is not penalty


def test_a_grid_over_strengths_finds_what_folds_find() -> None:
    search = pytest.importorskip("sklearn.model_selection")
    x, y = problem(60, 20)
    penalty, strengths = MCP(1.0), [0.05, 0.3, 2.0]
    grid = search.GridSearchCV(
        PenalizedRegressor(penalty), {"penalty__strength": strengths}, cv=3, scoring="neg_mean_squared_error"
    ).fit(x, y)
    means = []
    for strength in strengths:
        each = []
        for train, test in search.KFold(3).split(x):
            model = PenalizedRegressor(MCP(strength)).fit(x[train], y[train])
            each.append(-np.mean((y[test] - model.predict(x[test])) ** 2))
        means.append(np.mean(each))
    np.testing.assert_allclose(grid.cv_results_["mean_test_score"], means)
    assert grid.best_params_ == {"penalty__strength": strengths[np.argmax(means)]}
    assert penalty == MCP(1.0)
