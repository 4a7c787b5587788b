"""Stability selection: features that are selected on most subsamples of the rows."""

from __future__ import annotations

import warnings
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Self

import numpy as np

from .. import _check
from ..models import Sequential
from .error_bounds import ASSUMPTIONS, stability_parameters
from .rows import Rows
from .selection import select_features
from .strongest import first_features

try:
    from sklearn.base import BaseEstimator, MetaEstimatorMixin
    from sklearn.feature_selection import SelectorMixin
    from sklearn.utils.validation import check_is_fitted
except ImportError as error:
    raise ImportError("[StabilitySelection] needs scikit-learn: pip install 'proxnet[sklearn]'") from error

__all__ = ["StabilitySelection"]


class StabilitySelection(SelectorMixin, MetaEstimatorMixin, BaseEstimator):
    """Select the features that an estimator selects on most subsamples [Meinshausen and Bühlmann, 2010].

    On each half of the rows the estimator's path is followed until it has selected `q` features. A feature is stable
    if it is among them in at least the share `threshold` of the halves. Of `threshold`, `q` and `error_bound`, a bound
    on the expected number of falsely selected features, two give the third [Shah and Samworth, 2013].

    Parameters
    ----------
    estimator : Sequential or estimator
        A compiled network or an estimator that holds one: inputs are selected by a group penalty. Or a linear model
        with a parameter `alpha` or `C` that makes zeros in `coef_`.
    threshold : float, default 0.75
        0.5 < threshold <= 1; None: from q and error_bound.
    q : int, optional
        Features selected on each half. None: from threshold and error_bound.
    error_bound : float, optional
        None: from threshold and q; 1.0 if these are not both given.
    n_pairs : int, default 50
        Number of complementary pairs: 2 n_pairs halves of the rows. Without `complementary`, 2 n_pairs halves drawn
        independently.
    complementary : bool, default True
        The two halves of a pair share no row. Without, only the bound "none" holds.
    assumption : {"unimodal", "r-concave", "none"}, default "unimodal"
        As in `false_selections`.
    n_jobs : int, default 1
        Threads.
    random_state : int, default 0
        Seed of the halves.
    path_options : dict, optional
        For networks, options of `regularization_path`, such as ``{"dense_epochs": 20}``.

    Attributes
    ----------
    selection_probabilities_ : array of shape (n_features,)
        Share of the halves on which each feature was selected.
    threshold_, q_, error_bound_ : float, int, float
    n_features_in_, feature_names_in_

    Warns
    -----
    UserWarning
        When no feature is stable.

    Examples
    --------
    >>> import numpy as np
    >>> from proxnet.linear_model import Lasso
    >>> from proxnet.path import StabilitySelection
    >>> x = np.random.default_rng(0).normal(size=(100, 40))
    >>> selector = StabilitySelection(Lasso(), q=4, n_pairs=10).fit(x, x[:, 2] - x[:, 5])
    >>> selector.get_support(indices=True), selector.transform(x).shape
    (array([2, 5]), (100, 2))
    """

    def __init__(
        self,
        estimator: Any,
        *,
        threshold: float | None = 0.75,
        q: int | None = None,
        error_bound: float | None = None,
        n_pairs: int = 50,
        complementary: bool = True,
        assumption: str = "unimodal",
        n_jobs: int | None = None,
        random_state: int | None = 0,
        path_options: Any = None,
    ) -> None:
        self.estimator = estimator
        self.threshold = threshold
        self.q = q
        self.error_bound = error_bound
        self.n_pairs = n_pairs
        self.complementary = complementary
        self.assumption = assumption
        self.n_jobs = n_jobs
        self.random_state = random_state
        self.path_options = path_options

    def fit(self, X: Any, y: Any) -> Self:
        """Select features on halves of the rows.

        Parameters
        ----------
        X : array, data frame or sparse matrix of shape (n_samples, n_features)
        y : array of shape (n_samples,) or (n_samples, n_outputs)
        """
        operation = "StabilitySelection"
        pairs = _check.integer(operation, "n_pairs", self.n_pairs, minimum=2)
        kind = _check.choice(operation, "assumption", self.assumption, ASSUMPTIONS)
        jobs = 1 if self.n_jobs is None else _check.integer(operation, "n_jobs", self.n_jobs, minimum=1)
        both = _check.flag(operation, "complementary", self.complementary)
        if not both and kind != "none":
            raise ValueError(f"[{operation}] assumption must be 'none' without complementary pairs, got {kind!r}")
        rows = Rows(X, y)
        if not hasattr(X, "shape") or len(X.shape) != 2:
            rows = Rows(np.asarray(X), y)
        if rows.x.ndim != 2:
            raise ValueError(f"[{operation}] X must have two dimensions, got {rows.x.ndim}")
        count, features = rows.x.shape
        if count < 4:
            raise ValueError(f"[{operation}] X must have at least 4 rows to be halved, got {count}")
        bound = self.error_bound
        if bound is None and (self.threshold is None or self.q is None):
            bound = 1.0
        three = (self.threshold, self.q, bound)
        if all(value is not None for value in three):
            raise ValueError(f"[{operation}] one of threshold, q and error_bound must be None: two give the third")
        found = stability_parameters(features, *three, n_pairs=pairs, assumption=kind)
        rng = np.random.default_rng(self.random_state)
        halves = []
        for _ in range(pairs):
            order = rng.permutation(count)
            halves.append(order[: count // 2])
            order = order if both else rng.permutation(count)
            halves.append(order[count // 2 : 2 * (count // 2)] if both else order[: count // 2])

        def select(half: np.ndarray) -> np.ndarray:
            return self._select(rows.take(np.sort(half)), found.q)

        if jobs == 1:
            chosen = [select(half) for half in halves]
        else:
            with ThreadPoolExecutor(jobs) as pool:
                chosen = list(pool.map(select, halves))
        self.n_features_in_ = features
        if hasattr(X, "columns"):
            self.feature_names_in_ = np.asarray(X.columns, dtype=object)
        self.selection_probabilities_ = np.mean(chosen, axis=0)
        self.threshold_, self.q_, self.error_bound_ = found
        if not self._get_support_mask().any():
            warnings.warn(
                f"[{operation}] no feature is stable: the largest selection probability is "
                f"{self.selection_probabilities_.max():.2f}, threshold {self.threshold_:g}, q {self.q_}. A larger "
                "error_bound or q, or more rows, may select some",
                UserWarning,
                stacklevel=2,
            )
        return self

    def _select(self, rows: Rows, q: int) -> np.ndarray:
        """The first q features of the estimator's path on these rows."""
        if isinstance(self.estimator, Sequential) or hasattr(self.estimator, "model_"):
            options = {"validation": None, **(self.path_options or {})}
            return select_features(self.estimator, rows.x, rows.y, q, refit=False, **options).support
        return first_features(self.estimator, rows.x, rows.y, q)

    def _get_support_mask(self) -> np.ndarray:
        check_is_fitted(self, "selection_probabilities_")
        mask: np.ndarray = self.selection_probabilities_ >= self.threshold_ - 1e-12
        return mask
