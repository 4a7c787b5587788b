"""Scores of held-out predictions: defaults and scikit-learn's scorers, applied to predictions already computed."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from ..._check import shown
from .._base.classifier import accuracy
from .._base.estimator import Estimator
from .._base.probabilities import Probabilities
from .._base.regressor import r_squared
from .._input.inputs import take_rows
from .._sklearn import compat
from .._sklearn.routing import declines_weights

__all__ = [
    "Task",
    "classification",
    "find_scorer",
    "of_classes",
    "probabilities",
    "reads_model",
    "regression",
    "takes_weights",
]

Scorer = Callable[..., float]


def find_scorer(scoring: Any) -> Scorer | None:
    """`scorer(estimator, X, y)`: a callable as it is, a name from scikit-learn, None for None."""
    if scoring is None or callable(scoring):
        return scoring
    if not isinstance(scoring, str):
        raise TypeError(f"[fit] scoring must be a name, a callable or None, got {shown(scoring)}")
    from sklearn.metrics import get_scorer

    try:
        found: Scorer = get_scorer(scoring)
    except ValueError as error:
        raise ValueError(f"[fit] scoring must be a name of scikit-learn's scorers: {error}") from None
    return found


def of_classes(scorer: Scorer, classes: np.ndarray) -> Scorer:
    """The scorer with `labels` set to all classes if it takes them: test rows may lack a class."""
    measure = getattr(scorer, "_score_func", None)
    asked = {} if measure is None else inspect.signature(measure).parameters
    if "labels" not in asked:
        return scorer
    from sklearn.metrics import make_scorer

    theirs: Any = scorer
    known = {"labels": classes}
    if len(classes) == 2 and "pos_label" in asked:
        known["pos_label"] = classes[1]
    known |= theirs._kwargs
    told: Scorer = make_scorer(
        measure, greater_is_better=theirs._sign > 0, response_method=theirs._response_method, **known
    )
    return told


def reads_model(scorer: Any) -> bool:
    """Whether a scorer may read the model and X: a user's callable. scikit-learn's scorers read predictions only."""
    return scorer is not None and not hasattr(scorer, "_score_func")


def takes_weights(scorer: Scorer) -> bool:
    """Whether a scorer takes `sample_weight`; warns if it does not."""
    if declines_weights(scorer):
        return False
    asked = getattr(
        scorer, "_accept_sample_weight", None
    )  # of scikit-learn's scorers: whether the metric takes weights
    takes = bool(asked()) if asked else "sample_weight" in inspect.signature(scorer).parameters
    if not takes:
        compat.warn(f"The scoring {scorer} does not support sample_weight: it counts every row once.", UserWarning)
    return takes


class Task(NamedTuple):
    """The true targets, and how predictions are scored against them.

    truth: (rows,) or (rows, targets). echo: an estimator with predict(X) = X. metadata: extra arguments of the scorer.
    """

    truth: np.ndarray
    echo: Estimator
    default: Scorer
    metadata: dict[str, Any] | None = None

    def score(
        self, scorer: Scorer, predictions: np.ndarray, weights: np.ndarray | None, rows: Any = slice(None)
    ) -> float:
        """Score of the predictions for `rows`, (len(rows), targets); weights: None, or (all rows,)."""
        flat = self.echo._estimator_type == "regressor" and self.truth.ndim == 1
        return self.score_model(scorer, self.echo, predictions[:, 0] if flat else predictions, weights, rows)

    def score_model(self, scorer: Scorer, model: Any, x: Any, weights: np.ndarray | None, rows: Any) -> float:
        """Score of the model on x, the X of `rows`; weights: None, or (all rows,)."""
        given = {} if weights is None else {"sample_weight": weights[rows]}
        for name, value in (self.metadata or {}).items():
            aligned = np.ndim(value) > 0 and len(value) == len(self.truth)
            given[name] = take_rows(value, rows) if aligned else value
        return float(scorer(model, x, self.truth[rows], **given))

    def of_target(self, target: int) -> Task:
        """The task of one of several targets."""
        return self if self.truth.ndim == 1 else self._replace(truth=self.truth[:, target])


class EchoRegressor(Estimator):
    """predict(X) = X: lets scikit-learn's scorers score predictions that are already computed."""

    def predict(self, X: np.ndarray) -> np.ndarray:
        """X."""
        return X

    def __sklearn_is_fitted__(self) -> bool:
        return True


class EchoClassifier(EchoRegressor):
    """A classifier with decision_function(X) = X; `labels`: whether a row has several labels."""

    _estimator_type = "classifier"

    def __init__(self, classes: Any = (), labels: Any = False) -> None:
        self.classes = classes
        self.labels = labels
        self.classes_ = classes

    def decision_function(self, X: Any) -> np.ndarray:
        """X, (rows,) if it has one column and rows have one label."""
        return X[:, 0] if X.shape[1] == 1 and not self.labels else X

    def predict(self, X: np.ndarray) -> np.ndarray:
        """The class of the highest score, or 1 for every label whose score is > 0."""
        if self.labels:
            return (X > 0).astype(np.intp)
        chosen = (X[:, 0] > 0).astype(np.intp) if X.shape[1] == 1 else X.argmax(axis=1)
        return np.asarray(self.classes[chosen])

    def __sklearn_tags__(self) -> Any:
        tags = compat.tags("classifier", multi_output=False)
        tags.classifier_tags.multi_class = True
        return tags


class EchoProbabilities(EchoClassifier, Probabilities):
    """A classifier with logistic probabilities."""


def regression(targets: np.ndarray) -> Task:
    """Scores regression predictions; R^2 by default."""
    return Task(targets, EchoRegressor(), lambda echo, x, y, sample_weight=None: r_squared(y, x, sample_weight))


def classification(truth: np.ndarray, classes: np.ndarray, labels: bool) -> Task:
    """Scores class decisions; accuracy by default."""

    def default(echo: Any, x: np.ndarray, y: np.ndarray, sample_weight: np.ndarray | None = None) -> float:
        return accuracy(y, echo.predict(x), sample_weight)

    return Task(truth, EchoClassifier(classes, labels), default)


def probabilities(truth: np.ndarray, classes: np.ndarray) -> Task:
    """Scores logistic probabilities; accuracy by default."""
    return classification(truth, classes, labels=False)._replace(echo=EchoProbabilities(classes))
