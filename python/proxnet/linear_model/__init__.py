"""Penalised linear models under scikit-learn's names, each answer with its duality gap; numpy is all they need."""

from ._elastic_net import ElasticNet, Lasso
from ._elastic_net_cv import ElasticNetCV, LassoCV
from ._huber import HuberRegressor
from ._linear_svc import LinearSVC
from ._logistic import LogisticRegression
from ._logistic_cv import LogisticRegressionCV
from ._logistic_path import logistic_path
from ._paths import enet_path, lasso_path
from ._poisson import PoissonRegressor

__all__ = [
    "ElasticNet",
    "ElasticNetCV",
    "HuberRegressor",
    "Lasso",
    "LassoCV",
    "LinearSVC",
    "LogisticRegression",
    "LogisticRegressionCV",
    "PoissonRegressor",
    "enet_path",
    "lasso_path",
    "logistic_path",
]
