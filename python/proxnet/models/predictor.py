"""Models frozen for prediction."""

from __future__ import annotations

import copy
from typing import Any, cast

import numpy as np

from .. import _check, _core, data
from .conversion import as_network

__all__ = ["Predictor"]


class Predictor:
    """A fitted model as it is now, frozen: immutable, and fast where its weights are zero.

    Every layer holds its weights dense, sparse or both, by what a row costs in each form on this kind of machine: one
    row takes the form that is fastest for the zeros in it, many rows go through sparse weights from about 55 % zeros
    on. The predictions of a network have the bits of ``model.predict`` in every form, for any number of rows and
    threads.

    Any number of threads may call it at once, also while the model trains on; it keeps nothing of the model alive.
    ``model.predictor()`` makes one as well.

    Parameters
    ----------
    model : Sequential, estimator of `proxnet.linear_model`, or scikit-learn Pipeline that ends in one of these
        The other steps of a Pipeline may be StandardScaler, RobustScaler, MaxAbsScaler and MinMaxScaler. They are
        multiplied into the weights, so that predictions agree with the pipeline's to rounding, as those of
        ``compact(fold_norms=True)`` do. A linear model becomes a network of one layer, see its `to_sequential`.

    Attributes
    ----------
    inputs, outputs : int
        Columns of x, and of what `predict` returns.
    dtype : numpy.dtype
        float32 or float64, as the model's.
    classes : array or None
        The labels of a classifier.
    nbytes : int
        Bytes of the weights as they are stored.
    sparse_layers : int
        How many layers hold sparse weights.

    Raises
    ------
    TypeError, ValueError
        For any other model, and one without weights.

    Examples
    --------
    >>> import numpy as np, proxnet
    >>> model = proxnet.Sequential([proxnet.Input((3,)), proxnet.layers.Dense(2)])
    >>> predictor = model.predictor()
    >>> x = np.ones((4, 3), dtype="float32")
    >>> bool((predictor.predict(x) == model.predict(x)).all()), predictor(x[0]).shape
    (True, (2,))
    >>> lasso = proxnet.linear_model.Lasso(alpha=0.1).fit(np.eye(3), [3.0, 0.0, 0.0])
    >>> proxnet.Predictor(lasso)(np.eye(3)).shape
    (3, 1)
    """

    __slots__ = ("_core", "_names", "_several", "_shape", "_threshold", "classes", "dtype", "inputs", "outputs")

    def __init__(self, model: Any) -> None:
        found = as_network("Predictor", model).folded()
        network = found.model
        self._core = _core.Predictor(network._require_network("predictor"))
        self._names, self._shape = copy.copy(network._feature_names), network._row_shape()
        self._several, self.classes = found.several, found.classes
        last = network.layers[-1]
        self._threshold = 0.5 if getattr(getattr(last, "activation", None), "name", "") == "sigmoid" else 0.0
        self.dtype: np.dtype = network.dtype
        self.inputs, self.outputs = self._core.inputs, self._core.outputs

    nbytes = property(lambda self: self._core.nbytes)
    sparse_layers = property(lambda self: self._core.sparse_layers)

    def predict(self, x: Any, *, check_finite: bool = True) -> np.ndarray:
        """The model's outputs.

        Parameters
        ----------
        x : array of shape (rows, inputs), or one row (inputs,)
            Arrays of the predictor's dtype whose rows are contiguous are read where they are; rows may lie apart. A
            data frame's columns are named as in `Sequential.predict`.
        check_finite : bool, default True
            Whether a NaN or an infinity in x is an error. Otherwise the outputs of such a row are not finite either,
            unless no weight reads the number.

        Returns
        -------
        array of shape (rows, outputs), or (outputs,) of one row

        Raises
        ------
        ValueError, TypeError
            For another number of columns, and numbers that are not finite, with their place.
        """
        out = self._core.predict(x, None, False, check_finite) if type(x) is np.ndarray else None
        return self._predict(x, None, False, check_finite) if out is None else out

    __call__ = predict

    def predict_into(self, x: Any, out: np.ndarray, *, check_finite: bool = True) -> np.ndarray:
        """Write the model's outputs into an array that exists, and return it: no memory is allocated for them.

        Parameters
        ----------
        x : array
            As for `predict`.
        out : array of shape (rows, outputs), or (outputs,) for one row
            C-contiguous, writable, of the predictor's dtype.
        check_finite : bool, default True
            As for `predict`.

        Raises
        ------
        ValueError, TypeError
            As `predict`, and for another `out`; `out` is then unchanged, or partly written where x is not finite.
        """
        rows = np.shape(x)[:-1] if np.ndim(x) < 3 else np.shape(x)[:1]
        shape = (*rows, self.outputs)
        if type(out) is not np.ndarray or out.dtype != self.dtype:
            got = out.dtype if isinstance(out, np.ndarray) else type(out).__qualname__
            raise TypeError(f"[predict_into] out must be a numpy array of {self.dtype}, got {got}")
        if out.shape != shape or not out.flags.c_contiguous or not out.flags.writeable:
            raise ValueError(
                f"[predict_into] out must be a C-contiguous writable array of shape {shape}, got shape {out.shape}, "
                f"C-contiguous {out.flags.c_contiguous}, writable {out.flags.writeable}"
            )
        return self._predict(x, out, False, check_finite)

    def logits(self, x: Any, *, check_finite: bool = True) -> np.ndarray:
        """The outputs before the activation of the last layer: scores, whose sigmoid or softmax are probabilities.

        Takes, returns and raises the same as `predict`.
        """
        return self._predict(x, None, True, check_finite)

    def labels(self, x: Any, *, threshold: float | None = None, check_finite: bool = True) -> np.ndarray:
        """The class of each row.

        Parameters
        ----------
        x : array
            As for `predict`.
        threshold : float, optional
            For one output: the class is 1 where the output is larger. Default: 0.5 behind a sigmoid, else 0.
        check_finite : bool, default True
            As for `predict`.

        Returns
        -------
        array of shape (rows,), or (rows, outputs) where rows have several labels
            The number of the largest output; of a classifier the label in `classes`.

        Raises
        ------
        ValueError, TypeError
            As `predict`.
        """
        if self._several:
            return np.asarray(self.logits(x, check_finite=check_finite) > 0, dtype=np.intp)
        limit = self._threshold if threshold is None else _check.real("labels", "threshold", threshold)
        check = _check.flag("labels", "check_finite", check_finite)
        rows = x if type(x) is np.ndarray else self._read(x)
        found = self._core.labels(rows, limit, check)
        found = self._core.labels(self._read(rows), limit, check) if found is None else found
        return cast(np.ndarray, found if self.classes is None else self.classes[found])

    def _predict(self, x: Any, out: np.ndarray | None, logits: bool, check_finite: bool) -> np.ndarray:
        check = _check.flag("predict", "check_finite", check_finite)
        found = self._core.predict(x, out, logits, check) if type(x) is np.ndarray else None
        return cast(np.ndarray, self._core.predict(self._read(x), out, logits, check) if found is None else found)

    def _read(self, x: Any) -> np.ndarray:
        """Rows as the core reads them: contiguous, of the predictor's dtype."""
        if np.ndim(x) == 1 and not hasattr(x, "columns"):
            return data.input_rows("predict", "x", [x], self.dtype, None, self.inputs)[0]
        self._names.check("predict", "x", x, False)
        return data.input_rows("predict", "x", x, self.dtype, self._shape, self.inputs)
