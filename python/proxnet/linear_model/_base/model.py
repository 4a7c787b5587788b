"""The shared `fit` of all linear models; subclasses define the objective and the reading of y."""

from __future__ import annotations

from typing import Any, ClassVar, Self

import numpy as np

from ... import _check
from .._input.data import Data, Targets
from .._input.inputs import check_features, feature_names, read_design, read_weights
from .._input.rounding import rounded
from .._sklearn.accepted import check_accepted
from .._sklearn.routing import Routed, routed, router
from .estimator import Estimator
from .operation import names_itself
from .start import dense, warm_start

__all__ = ["CrossValidated", "LinearModel", "solver_settings"]


def solver_settings(fit_intercept: Any, tol: Any, max_iter: Any) -> dict[str, Any]:
    """The core's arguments that all objectives share, checked."""
    return {
        "fit_intercept": _check.flag("fit", "fit_intercept", fit_intercept),
        "tol": _check.real("fit", "tol", tol, minimum=0),
        "max_iter": _check.integer("fit", "max_iter", max_iter, minimum=1),
    }


class LinearModel(Estimator):
    """Minimises `_objective`, a datafit plus a penalty, by `_path`. `_read_targets` makes the targets from y."""

    alpha: Any
    l1_ratio: Any
    fit_intercept: Any
    tol: Any
    max_iter: Any
    warm_start: Any = False
    coef_: np.ndarray
    intercept_: Any
    dual_gap_: Any
    kkt_violation_: Any
    n_iter_: Any
    n_features_in_: int
    feature_names_in_: np.ndarray

    # (design, targets, weights, *, start, **settings) -> the result of `solve_path`
    _path: Any
    _together: ClassVar[bool] = False  # all targets are one problem; else one problem per target
    _scalar_weight_counts: ClassVar[bool] = False  # the sum of the weights scales the loss against the penalty
    _accepted_solvers: ClassVar[tuple[str, ...]] = ()  # values of a parameter `solver` that has no effect
    _figures: ClassVar[dict[str, str]] = {"dual_gap_": "gap", "kkt_violation_": "kkt"}
    _sometimes: ClassVar[tuple[str, ...]] = ()  # fitted attributes that not every fit sets

    def fit(self, X: Any, y: Any, sample_weight: Any = None, check_input: Any = True) -> Self:
        """Fit the coefficients, and their certificate: the objective is at most `dual_gap_` above its minimum.

        Parameters
        ----------
        X : array or sparse matrix of shape (n_samples, n_features)
            float64 and float32 in C or Fortran order, CSC or CSR are read without a copy; other numbers are converted
            to float64.
        y : array of shape (n_samples,), or (n_samples, n_targets) where the model has several targets
            For a regressor numbers; each column is a problem of its own, except for multi-task models, which fit all
            columns together. For `PoissonRegressor` y >= 0 and not all zero. For a classifier labels (numbers or
            strings) of at least two classes; for ridge classifiers also a 0/1 matrix with several labels per row.
        sample_weight : float or array of shape (n_samples,), optional
            >= 0. If the objective is a mean over rows, only their proportions matter. A number > 0 is the weight of
            every row.
        check_input : bool, default True
            Accepted for compatibility with scikit-learn; the input is always checked.

        Returns
        -------
        self

        Raises
        ------
        ValueError, TypeError
            For values that are not finite, have the wrong shape or are out of range; for coefficients that overflow.
            A failed fit leaves the fitted attributes of the previous one.
        """
        _check.flag("fit", "check_input", check_input)
        return self._fit(X, y, sample_weight, Routed({}, {}))

    @names_itself("fit")
    def _fit(self, X: Any, y: Any, sample_weight: Any, params: Routed) -> Self:
        check_accepted(self)
        design, shape, dtype = read_design(self, X)
        weights = read_weights(sample_weight, shape[0], scalar_counts=self._scalar_weight_counts)
        targets = self._read_targets(y, shape[0], weights)
        feature_names(X)
        found = self._solve(Data(X, y, design, shape, dtype, weights, targets, params))
        for name in ("feature_names_in_", *self._sometimes):
            vars(self).pop(name, None)
        return self._as_fitted(X, shape[1], found)

    def _read_targets(self, y: Any, rows: int, weights: np.ndarray | None) -> Targets:
        raise NotImplementedError

    def _objective(self, data: Data, l1_ratio: Any) -> dict[str, Any]:
        """The datafit and the penalty, checked, as arguments of `_path`."""
        raise NotImplementedError

    def _strength(self, data: Data) -> tuple[float, Any]:
        """(alpha, l1_ratio) of the core's objective."""
        return _check.real("fit", "alpha", self.alpha, minimum=0), self.l1_ratio

    def _settings(self, data: Data) -> dict[str, Any]:
        """The arguments of `_path`, except `start`."""
        alpha, ratio = self._strength(data)
        shared = solver_settings(self.fit_intercept, self.tol, self.max_iter)
        return shared | {"alphas": [alpha], "count": 1, "eps": 1e-3} | self._objective(data, ratio)

    def _solve(self, data: Data) -> dict[str, Any]:
        """The fitted attributes."""
        targets, weights = data.targets, data.targets.weights
        start = warm_start(self, targets.outputs, data.shape[1])
        alone = self._together or len(targets.values) == 1
        problems = [data] if alone else [data._replace(targets=targets.one(k)) for k in range(len(targets.values))]
        apart = weights is not None and weights.ndim == 2  # weights per target change the scaling of alpha per target
        shared = {} if apart else self._settings(data)
        paths = []
        for k, each in enumerate(problems):
            first = start if alone or start is None else start[k : k + 1]
            settings = self._settings(each) if apart else shared
            paths.append(self._path(data.design, each.targets.values, each.targets.weights, **settings, start=first))
        return self._answer(data, paths, least=int(start is None))

    def _answer(self, data: Data, paths: list[dict[str, Any]], least: int = 1) -> dict[str, Any]:
        """The fitted attributes from the first point of each path; one path per problem. least: minimum of n_iter_."""
        coef, intercept = (np.concatenate([path[name][0] for path in paths]) for name in ("coef", "intercept"))
        coef, intercept = rounded(data.design, coef, intercept, data.dtype, data.targets.weights, self.fit_intercept)
        if not np.isfinite(coef).all():
            raise ValueError(
                f"[fit] coefficients must be finite in {data.dtype}; scale X, whose squares or whose coefficients "
                "are out of range"
            )
        flat, one = len(coef) == 1 and not self._together, len(paths) == 1
        figures = {name: [float(path[key][0]) for path in paths] for name, key in self._figures.items()}
        iterations = [max(least, path["iterations"][0]) for path in paths]
        return {name: values[0] if one else np.array(values) for name, values in figures.items()} | {
            "coef_": coef[0] if flat else coef,
            "intercept_": (float(intercept[0]) if flat else intercept) if self.fit_intercept else 0.0,
            "n_iter_": iterations[0] if one else iterations,
        }

    def _as_fitted(self, x: Any, features: int, found: dict[str, Any]) -> Self:
        """Sets the fitted attributes `found` and the feature names of x."""
        names = feature_names(x)
        vars(self).update(found, n_features_in_=features)
        if names is not None:
            self.feature_names_in_ = names
        return self

    @names_itself("predict")
    def _predict_linear(self, X: Any) -> np.ndarray:
        """``X @ coef_.T + intercept_``, of shape (n_samples,) or (n_samples, rows of `coef_`)."""
        self._check_fitted()
        feature_names(X)
        design, shape, _ = read_design(self, X)
        check_features(self, X, shape[1])
        design.check_finite()
        coef = np.ascontiguousarray(np.atleast_2d(dense(self.coef_)), dtype=np.float64)
        intercepts = np.broadcast_to(np.asarray(self.intercept_, np.float64), (len(coef),))
        columns = [design.predict(w, float(b)) for w, b in zip(coef, intercepts, strict=True)]
        result = columns[0] if self.coef_.ndim == 1 else np.stack(columns, axis=1)
        return result.astype(self.coef_.dtype, copy=False)

    @property
    def sparse_coef_(self) -> Any:
        """`coef_` as a scipy CSR matrix of two dimensions."""
        from scipy.sparse import csr_matrix

        return csr_matrix(np.atleast_2d(dense(self.coef_)))

    @property
    def _output_activation(self) -> str:
        """What of `X @ coef_.T + intercept_` is predicted; "sigmoid" is a softmax for more than one score."""
        return "linear"

    @names_itself("to_sequential")
    def to_sequential(self) -> Any:
        """The fitted model as a network of one dense layer: to freeze, compact, save, and serve from C and C++.

        Returns
        -------
        Sequential
            With the dtype, the coefficients and the feature names of this model. From rows of shape (n_samples,
            n_features) it predicts, in shape (n_samples, outputs), what `predict` of a regressor does; of a classifier
            `predict_proba` (for two classes the probability of `classes_[1]` alone), or `decision_function` where
            there are no probabilities.

        Raises
        ------
        NotFittedError
            Before fit.

        Examples
        --------
        >>> import numpy as np, proxnet
        >>> x = np.eye(4)
        >>> lasso = proxnet.linear_model.Lasso(alpha=0.1).fit(x, [4.0, 0.0, 0.0, 0.0])
        >>> network = lasso.to_sequential()
        >>> bool(np.allclose(network.predict(x)[:, 0], lasso.predict(x))), network.compact().count_params()
        (True, 2)
        """
        from ... import Sequential, layers

        self._check_fitted()
        kernel = np.atleast_2d(dense(self.coef_)).T
        units = kernel.shape[1]
        activation = "softmax" if self._output_activation == "sigmoid" and units > 1 else self._output_activation
        model = Sequential([layers.Input((len(kernel),)), layers.Dense(units, activation)], dtype=kernel.dtype.name)
        model.set_weights([kernel, np.broadcast_to(np.asarray(self.intercept_, kernel.dtype), units)])
        names = getattr(self, "feature_names_in_", None)
        model._feature_names.restore(None if names is None else names.tolist(), len(kernel))
        return model

    def compact(self) -> Any:
        """`to_sequential().compact()`: a model of the columns in use alone, which reads rows of full width."""
        return self.to_sequential().compact()

    def sparsity(self) -> Any:
        """The zeros of `coef_` and the features in use, as `Sequential.sparsity` reports them."""
        return self.to_sequential().sparsity()

    def predictor(self) -> Any:
        """The model as it is now, frozen for fast prediction: see `proxnet.Predictor`."""
        from ...models import Predictor

        return Predictor(self)


class CrossValidated(LinearModel):
    """A model that chooses its penalty parameter by cross-validation."""

    cv: Any
    rule: Any
    refit: Any

    def fit(self, X: Any, y: Any, sample_weight: Any = None, **params: Any) -> Self:  # type: ignore[override]
        """Score every penalty parameter on held-out rows, choose one, and fit on all rows.

        Parameters
        ----------
        X : array or sparse matrix of shape (n_samples, n_features)
            Folds share one X: held-out rows get weight 0.
        y : array of shape (n_samples,), or (n_samples, n_targets) where the model has several targets
            As for the model whose penalty is chosen.
        sample_weight : array of shape (n_samples,), optional
            Weights of the rows in the fits, and in the scores if the scorer takes weights.
        **params
            For `cv.split`, such as `groups`, and for a scorer that asks for them; where scikit-learn's
            `enable_metadata_routing` is set.

        Returns
        -------
        self

        Raises
        ------
        ValueError, TypeError
            As the `fit` of the model whose penalty is chosen; for folds without rows.
        """
        return self._fit(X, y, sample_weight, routed(self, params))

    def get_metadata_routing(self) -> Any:
        """For scikit-learn's metadata routing: what of `fit`'s arguments the estimator, its `cv` and scorer take."""
        return router(self)
