"""Penalised linear models under scikit-learn's names, each answer with its duality gap; numpy is all they need."""

from ._elastic_net import ElasticNet, Lasso
from ._elastic_net_cv import ElasticNetCV, LassoCV
from ._group_cv import GroupLassoCV
from ._group_lasso import GroupLasso, SparseGroupLasso, group_path
from ._huber import HuberRegressor
from ._linear_svc import LinearSVC
from ._logistic import LogisticRegression
from ._logistic_cv import LogisticRegressionCV
from ._logistic_path import logistic_path
from ._multi_task import MultiTaskElasticNet, MultiTaskLasso
from ._multi_task_cv import MultiTaskElasticNetCV, MultiTaskLassoCV
from ._paths import enet_path, lasso_path
from ._penalized import PenalizedRegressor
from ._penalized_classifier import PenalizedClassifier
from ._penalized_cv import PenalizedRegressorCV
from ._penalized_path import penalized_path
from ._poisson import PoissonRegressor
from ._ridge import Ridge
from ._ridge_classifier import RidgeClassifier
from ._ridge_classifier_cv import RidgeClassifierCV
from ._ridge_cv import RidgeCV
from ._ridge_path import ridge_path

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
