"""One model of each family of proxnet.linear_model, and data for each."""

import numpy as np

from linear_tools import problem
from proxnet import linear_model as m
from proxnet.regularizers import L1, MCP, LogSum

TIGHT = {"tol": 1e-12, "max_iter": 20000}
GROUPS = [[0, 3], [1, 2, 4], [5, 6, 7]]
FACTORS = [0.0, *[1.0] * 7]
FAMILIES = {
    "lasso": (lambda: m.Lasso(0.3, **TIGHT), "real"),
    "elastic net": (lambda: m.ElasticNet(0.3, l1_ratio=0.6, **TIGHT), "real"),
    "free column": (lambda: m.Lasso(0.3, penalty_factor=FACTORS, **TIGHT), "real"),
    "free in tasks": (lambda: m.MultiTaskLasso(0.3, penalty_factor=FACTORS, **TIGHT), "tasks"),
    "free group": (lambda: m.GroupLasso(GROUPS, 0.3, group_weights=[0, 1, 2], **TIGHT), "real"),
    "free in classes": (lambda: m.LogisticRegression(C=0.5, l1_ratio=0.7, penalty_factor=FACTORS, **TIGHT), "classes"),
    "lasso cv": (lambda: m.LassoCV(alphas=[1.0, 0.3, 0.1], cv=3, **TIGHT), "real"),
    "groups": (lambda: m.SparseGroupLasso(GROUPS, 0.3, l1_ratio=0.3, **TIGHT), "real"),
    "groups cv": (lambda: m.GroupLassoCV(GROUPS, alphas=[1.0, 0.3], cv=3, **TIGHT), "real"),
    "tasks": (lambda: m.MultiTaskLasso(0.3, **TIGHT), "tasks"),
    "tasks cv": (lambda: m.MultiTaskLassoCV(alphas=[1.0, 0.3], cv=3, **TIGHT), "tasks"),
    "penalty": (lambda: m.PenalizedRegressor(MCP(0.3), tol=1e-10), "real"),
    "penalty classes": (lambda: m.PenalizedClassifier(LogSum(0.05, epsilon=1.0), tol=1e-10), "classes"),
    "penalty counts": (lambda: m.PenalizedRegressor(MCP(0.1), loss="poisson", tol=1e-10), "counts"),
    "penalty cv": (lambda: m.PenalizedRegressorCV(L1(1.0), alphas=[1.0, 0.3], cv=3, tol=1e-10), "real"),
    "ridge": (lambda: m.Ridge(3.0), "real"),
    "ridge cg": (lambda: m.Ridge(3.0, solver="sparse_cg", tol=1e-12), "real"),
    "ridge cv": (lambda: m.RidgeCV([1.0, 10.0], cv=3), "real"),
    "ridge classes": (lambda: m.RidgeClassifier(3.0), "classes"),
    "ridge classes cv": (lambda: m.RidgeClassifierCV([1.0, 10.0]), "classes"),
    "logistic": (lambda: m.LogisticRegression(C=0.5, l1_ratio=0.7, **TIGHT), "labels"),
    "multinomial": (lambda: m.LogisticRegression(C=0.5, l1_ratio=0.7, **TIGHT), "classes"),
    "logistic cv": (lambda: m.LogisticRegressionCV(Cs=[0.1, 0.5], l1_ratios=[0.7], cv=3, **TIGHT), "classes"),
    "multi-task net": (lambda: m.MultiTaskElasticNet(0.3, l1_ratio=0.6, **TIGHT), "tasks"),
    "multi-task net cv": (lambda: m.MultiTaskElasticNetCV(l1_ratio=0.6, alphas=[1.0, 0.3], cv=3, **TIGHT), "tasks"),
    "net cv": (lambda: m.ElasticNetCV(l1_ratio=0.6, alphas=[1.0, 0.3], cv=3, **TIGHT), "real"),
    "group lasso": (lambda: m.GroupLasso(GROUPS, 0.3, **TIGHT), "real"),
    "poisson": (lambda: m.PoissonRegressor(alpha=0.1, l1_ratio=0.7, **TIGHT), "counts"),
    "huber": (lambda: m.HuberRegressor(alpha=3.0, l1_ratio=0.7, **TIGHT), "real"),
    "svc": (lambda: m.LinearSVC(penalty="l1", C=0.1, **TIGHT), "classes"),
}
NO_FOLDS = [name for name in FAMILIES if not name.endswith("cv")]


def data(kind, rows=90):
    """Whole numbers, so that every type holds them."""
    x, y = problem(rows, 8)
    x = np.round(4 * (x - x.mean(axis=0)))
    x[np.abs(x) < 2] = 0
    y = y - y.mean()
    return x, {
        "real": y,
        "tasks": np.c_[y, x[:, 1] + y**2 / 10],
        "labels": (y > 0).astype(int),
        "classes": np.digitize(y, [-3, 3]),
        "counts": np.round(np.exp(y / 8)),
    }[kind]
