"""scikit-learn's fitted estimators as proxnet's."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import Sequential, layers, linear_model
from .reader import linear_models

__all__ = ["from_sklearn"]

_ACTIVATIONS = {
    "exp": "exponential",
    "identity": "linear",
    "logistic": "sigmoid",
    "relu": "relu",
    "softmax": "softmax",
    "tanh": "tanh",
}

# What is taken of a fit, where both have it. Duality gaps and scores of cross-validation are scikit-learn's own.
_FITTED = (
    *("coef_", "intercept_", "classes_", "n_features_in_", "feature_names_in_", "n_iter_"),
    *("alpha_", "l1_ratio_", "C_", "scale_"),
)


def from_sklearn(estimator: Any) -> Any:
    """A fitted estimator of scikit-learn as a model of proxnet that gives the same predictions.

    Parameters
    ----------
    estimator : MLPClassifier, MLPRegressor, or a linear model
        Fitted. Linear models are those whose class `proxnet.linear_model` has under the same name: Lasso, Ridge,
        ElasticNet, LogisticRegression, LinearSVC, ...

    Returns
    -------
    Sequential or estimator of `proxnet.linear_model`
        A `Sequential`, not compiled, for the networks; the columns of its predictions are the estimator's `classes_`,
        of two classes the probability of the second. For a linear model the class of the same name, with the
        parameters, coefficients, intercept and classes of the estimator.

    Raises
    ------
    TypeError, ValueError
        For any other estimator, and before its fit.

    Notes
    -----
    MLPClassifier's `alpha` is not taken over: its penalty is ``alpha / (2 n) |W|^2`` with n the rows of each batch, in
    proxnet ``kernel_regularizer=L2(alpha / (2 n))``.

    Examples
    --------
    >>> from proxnet.export import from_sklearn
    >>> from sklearn.linear_model import Lasso  # doctest: +SKIP
    >>> from_sklearn(Lasso(0.5).fit([[0.0], [2.0]], [0.0, 4.0]))  # doctest: +SKIP
    Lasso(alpha=0.5)
    """
    kind, module = type(estimator).__name__, type(estimator).__module__
    if not module.startswith("sklearn."):
        raise TypeError(f"[from_sklearn] estimator must be scikit-learn's, got {module}.{kind}")
    if kind in ("MLPClassifier", "MLPRegressor"):
        return _network(estimator, kind)
    cls: Any = getattr(linear_model, kind, None)
    if cls not in linear_models():
        known = ", ".join(["MLPClassifier", "MLPRegressor", *(c.__name__ for c in linear_models())])
        raise TypeError(f"[from_sklearn] estimator must be one of {known}, got {kind}")
    if not hasattr(estimator, "coef_"):
        raise ValueError(f"[from_sklearn] {kind} must be fitted: call fit first")
    known_parameters = cls().get_params(deep=False)
    given = estimator.get_params(deep=False)
    result = cls(**{name: value for name, value in given.items() if name in known_parameters})
    for name in _FITTED:
        if hasattr(estimator, name):
            setattr(result, name, _copy(getattr(estimator, name)))
    if kind.startswith("RidgeClassifier"):
        result._multilabel = estimator._label_binarizer.y_type_.startswith("multilabel")
    return result


def _copy(value: Any) -> Any:
    return value.copy() if isinstance(value, np.ndarray) or hasattr(value, "toarray") else value


def _network(estimator: Any, kind: str) -> Sequential:
    if not hasattr(estimator, "coefs_"):
        raise ValueError(f"[from_sklearn] {kind} must be fitted: call fit first")
    hidden = [_ACTIVATIONS[estimator.activation]] * (len(estimator.coefs_) - 1)
    stack = [
        layers.Dense(kernel.shape[1], activation=activation)
        for kernel, activation in zip(estimator.coefs_, [*hidden, _ACTIVATIONS[estimator.out_activation_]], strict=True)
    ]
    model = Sequential(stack, dtype=estimator.coefs_[0].dtype)
    model.build((None, len(estimator.coefs_[0])))
    for layer, kernel, bias in zip(model.layers, estimator.coefs_, estimator.intercepts_, strict=True):
        layer.set_weights([kernel, bias])
    return model
