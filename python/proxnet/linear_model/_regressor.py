"""What every fitted linear regressor can do: predict, score, give its coefficients as a sparse matrix."""

from __future__ import annotations

from typing import Any

import numpy as np

from ._estimator import Estimator
from ._inputs import check_features, feature_names, read_design, read_targets, read_weights
from ._scores import r_squared

__all__ = ["LinearRegressor"]


class LinearRegressor(Estimator):
    """`coef_` and `intercept_` in use."""

    coef_: np.ndarray
    intercept_: Any
    n_features_in_: int
    feature_names_in_: np.ndarray

    def predict(self, X: Any) -> np.ndarray:
        """``X @ coef_.T + intercept_``.

        Parameters
        ----------
        X : array or sparse matrix of shape (n_samples, n_features)

        Returns
        -------
        array of shape (n_samples,) or (n_samples, n_targets), of the dtype of `coef_`

        Raises
        ------
        NotFittedError, ValueError
            Before fit; for another number of features or names; for numbers that are not finite.
        """
        return self._predict_linear(X)

    def _predict_linear(self, X: Any) -> np.ndarray:
        self._check_fitted()
        feature_names(X)
        design, shape, _ = read_design(self, X)
        check_features(self, X, shape[1])
        design.check_finite()
        coef = np.ascontiguousarray(np.atleast_2d(self.coef_), dtype=np.float64)
        intercepts = np.broadcast_to(np.asarray(self.intercept_, np.float64), (len(coef),))
        columns = [design.predict(w, float(b)) for w, b in zip(coef, intercepts, strict=True)]
        result = columns[0] if self.coef_.ndim == 1 else np.stack(columns, axis=1)
        return result.astype(self.coef_.dtype, copy=False)

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """The coefficient of determination R^2: 1 is perfect, 0 is as good as the mean; the mean over targets."""
        predicted = np.asarray(self.predict(X), np.float64)
        targets = read_targets(self, y, predicted.shape[0]).reshape(predicted.shape)
        weights = read_weights(sample_weight, predicted.shape[0])
        return r_squared(targets, predicted, weights)

    @property
    def sparse_coef_(self) -> Any:
        """`coef_` as a scipy CSR matrix of shape (1 or n_targets, n_features)."""
        from scipy.sparse import csr_matrix

        return csr_matrix(np.atleast_2d(self.coef_))
