"""Folds that stop early: the warning says how many points, and the one furthest beyond its tolerance."""

import re
import warnings

import numpy as np
import pytest

from linear_tools import convergence_warning
from proxnet import _core, set_num_threads
from proxnet.linear_model import (
    ElasticNetCV,
    GroupLassoCV,
    LassoCV,
    LogisticRegressionCV,
    MultiTaskLassoCV,
    PenalizedRegressorCV,
)
from proxnet.linear_model._cv.folds import fold_weights
from proxnet.regularizers import MCP

NUMBER = r"(\d\.\d{3}e[+-]\d\d)"
ROWS, COLUMNS = 60, 30
SHARED = {"fit_intercept": True, "tol": 1e-12, "max_iter": 1}
GROUPS = {"starts": list(range(0, COLUMNS + 1, 3)), "members": list(range(COLUMNS))}


def correlated():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(ROWS, COLUMNS)) + 2 * rng.normal(size=(ROWS, 1))
    return x, x[:, :4] @ [2.0, -1.0, 1.0, 3.0] + rng.normal(size=ROWS)


def elastic_net(ratio):
    def path(design, y, weights, alphas):
        found = design.path(
            y, weights, ratio, None, positive=False, alphas=alphas, count=1, eps=1.0, start=None, **SHARED
        )
        return found["gap"], found["null_value"]

    return path


def groups(targets, **penalty):
    def path(design, y, weights, alphas):
        y = np.stack([y, -y[::-1]])[:targets]
        found = _core.group_path(
            design,
            y,
            weights,
            l1=0.0,
            l2=0.0,
            alphas=alphas,
            count=1,
            eps=1.0,
            start=None,
            factors=None,
            **penalty,
            **SHARED,
        )
        return found["gap"], found["null_value"]

    return path


def concave(design, y, weights, alphas):
    found = _core.penalized_path(design, y, weights, MCP(1.0)._penalty(), alphas=alphas, count=1, eps=1.0, **SHARED)
    return found["gap"], found["null_value"]


BY_THREES = {**GROUPS, "norms": [3**0.5] * (COLUMNS // 3)}
ALONE = {"starts": list(range(COLUMNS + 1)), "members": list(range(COLUMNS)), "norms": [1.0] * COLUMNS}
MODELS = {
    "lasso": (LassoCV(), elastic_net(1.0)),
    "elastic net": (ElasticNetCV(l1_ratio=0.7), elastic_net(0.7)),
    "groups": (GroupLassoCV(np.arange(COLUMNS) // 3), groups(1, **BY_THREES)),
    "multi-task": (MultiTaskLassoCV(), groups(2, **ALONE)),
    "penalty object": (PenalizedRegressorCV(MCP(1.0)), concave),
}


def said(model, x, y):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model.fit(x, y)
    return [
        str(w.message)
        for w in caught
        if issubclass(w.category, convergence_warning()) and "folds' paths" in str(w.message)
    ]


@pytest.mark.parametrize("name", MODELS)
def test_the_worst_gap_of_the_folds_is_in_the_warning(name):
    model, path = MODELS[name]
    x, y = correlated()
    targets = np.stack([y, -y[::-1]], axis=1) if name == "multi-task" else y
    model.set_params(cv=3, tol=1e-12, max_iter=1, alphas=[1.0, 0.1, 0.01])
    (message,) = said(model, x, targets)
    trains = fold_weights(model, x, y, ROWS, None, {})[0]
    found = [path(_core.Design(x), y, train, model.alphas_.tolist()) for train in trains]
    gaps = np.array([gap for gap, _ in found])
    limits = np.array([1e-12 * scale for _, scale in found])[:, np.newaxis]
    worst = np.unravel_index(np.argmax(gaps - limits), gaps.shape)
    assert f"{np.count_nonzero(gaps > limits)} of {gaps.size} points" in message
    shown = re.findall(NUMBER, message)
    assert shown == [f"{gaps[worst]:.3e}", f"{limits[worst[0], 0]:.3e}"]


def test_the_warning_does_not_depend_on_threads():
    x, y = correlated()
    messages = []
    for threads in (1, 4):
        set_num_threads(threads)
        messages.append(said(LassoCV(cv=5, tol=1e-12, max_iter=1), x, y))
    set_num_threads(0)
    assert len(messages[0]) == 1
    assert messages[0] == messages[1]


def test_folds_that_converge_say_nothing():
    x, y = correlated()
    assert said(LassoCV(cv=3, max_iter=10000, tol=1e-8), x, y) == []
    labels = (y > 0).astype(float)
    early = said(LogisticRegressionCV(l1_ratios=(1.0,), cv=3, max_iter=1, tol=1e-10), x, labels)
    assert len(early) == 1
    assert len(re.findall(NUMBER, early[0])) == 2
