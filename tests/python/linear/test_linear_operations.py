"""An error names the operation that was called, whatever part of it found the error."""

import inspect

import numpy as np
import pytest

from linear_tools import problem
from proxnet import linear_model as m
from proxnet.regularizers import L1

X, Y = problem(30, 6)
LABELS = (Y.mean() < Y).astype(int)
SPOILT = np.where(np.arange(6) == 2, np.nan, X)

WRONG = [
    ("fit", lambda: m.Lasso(-1.0).fit(X, Y)),
    ("fit", lambda: m.Lasso(0.1, penalty_factor=[1.0]).fit(X, Y)),
    ("fit", lambda: m.Lasso(0.1).fit(SPOILT, Y)),
    ("fit", lambda: m.LassoCV(eps=-1.0).fit(X, Y)),
    ("fit", lambda: m.ElasticNetCV(l1_ratio=0.0).fit(X, Y)),
    ("fit", lambda: m.LogisticRegression(tol=-1.0).fit(X, LABELS)),
    ("fit", lambda: m.PoissonRegressor().fit(X, -np.abs(Y))),
    ("fit", lambda: m.Ridge(1.0).fit(X, Y, -np.ones(30))),
    ("fit", lambda: m.PenalizedRegressorCV(L1(0.0)).fit(X, Y)),
    ("predict", lambda: m.Lasso(0.1).fit(X, Y).predict(SPOILT)),
    ("enet_path", lambda: m.enet_path(X, Y, l1_ratio=2.0)),
    ("enet_path", lambda: m.enet_path(X, Y, alphas=[-1.0])),
    ("enet_path", lambda: m.enet_path(SPOILT, Y)),
    ("lasso_path", lambda: m.lasso_path(X, Y, tol=-1.0)),
    ("group_path", lambda: m.group_path(X, Y, [[0, 1]])),
    ("logistic_path", lambda: m.logistic_path(X, LABELS, max_iter=0)),
    ("logistic_path", lambda: m.logistic_path(X, LABELS, eps=2.0)),
    ("penalized_path", lambda: m.penalized_path(X, Y, "l1")),
    ("penalized_path", lambda: m.penalized_path(X, Y, L1(0.0))),
    ("ridge_path", lambda: m.ridge_path(X, Y, [-1.0])),
]


@pytest.mark.parametrize("case", range(len(WRONG)))
def test_errors_name_what_was_called(case) -> None:
    operation, call = WRONG[case]
    with pytest.raises((ValueError, TypeError), match=rf"^\[{operation}\] "):
        call()


def test_signatures_stay_readable() -> None:
    assert "l1_ratio" in inspect.signature(m.enet_path).parameters
    assert m.enet_path.__module__ == "proxnet.linear_model.elastic_net"
