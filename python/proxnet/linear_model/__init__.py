"""Penalised linear models under scikit-learn's names, each answer with its duality gap; numpy is all they need."""

from .elastic_net import ElasticNet, ElasticNetCV, Lasso, LassoCV, enet_path, lasso_path
from .glm import HuberRegressor, LinearSVC, PoissonRegressor
from .group_lasso import GroupLasso, GroupLassoCV, SparseGroupLasso, group_path
from .logistic import LogisticRegression, LogisticRegressionCV, logistic_path
from .multi_task import MultiTaskElasticNet, MultiTaskElasticNetCV, MultiTaskLasso, MultiTaskLassoCV
from .penalized import PenalizedClassifier, PenalizedRegressor, PenalizedRegressorCV, penalized_path
from .ridge import Ridge, RidgeClassifier, RidgeClassifierCV, RidgeCV, ridge_path

__all__ = [
    "ElasticNet",
    "ElasticNetCV",
    "GroupLasso",
    "GroupLassoCV",
    "HuberRegressor",
    "Lasso",
    "LassoCV",
    "LinearSVC",
    "LogisticRegression",
    "LogisticRegressionCV",
    "MultiTaskElasticNet",
    "MultiTaskElasticNetCV",
    "MultiTaskLasso",
    "MultiTaskLassoCV",
    "PenalizedClassifier",
    "PenalizedRegressor",
    "PenalizedRegressorCV",
    "PoissonRegressor",
    "Ridge",
    "RidgeCV",
    "RidgeClassifier",
    "RidgeClassifierCV",
    "SparseGroupLasso",
    "enet_path",
    "group_path",
    "lasso_path",
    "logistic_path",
    "penalized_path",
    "ridge_path",
]
