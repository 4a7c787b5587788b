"""Networks frozen for prediction."""

from __future__ import annotations

from functools import partial
from typing import Any, cast

import numpy as np

from .. import _check, _core
from .model import Model

__all__ = ["Predictor"]


class Predictor:
    """A network as it is now, frozen: immutable, and fast where its weights are zero.

    Every layer holds its weights dense, sparse or both, by what a row costs in each form on this kind of machine: one
    row takes the form that is fastest for the zeros in it, many rows go through sparse weights from about 55 % zeros
    on. The predictions have the bits of ``model.predict`` in every form, for any number of rows and threads.

    Made by ``model.predictor()``. Any number of threads may call it at once, also while the model trains on.

    Attributes
    ----------
    inputs, outputs : int
        Columns of x, and of what `predict` returns.
    dtype : numpy.dtype
        float32 or float64, as the model's.
    nbytes : int
        Bytes of the weights as they are stored.
    sparse_layers : int
        How many layers hold sparse weights.

    Examples
    --------
    >>> import numpy as np, proxnet
    >>> model = proxnet.Sequential([proxnet.Input((3,)), proxnet.layers.Dense(2)])
    >>> predictor = model.predictor()
    >>> x = np.ones((4, 3), dtype="float32")
    >>> bool((predictor.predict(x) == model.predict(x)).all()), predictor(x[0]).shape
    (True, (2,))
    """

    __slots__ = ("_core", "_read", "dtype", "inputs", "outputs")

    def __init__(self, model: Model) -> None:
        if not isinstance(model, Model):
            raise TypeError(f"[Predictor] model must be a proxnet model, got {_check.shown(model)}")
        self._core = _core.Predictor(model._require_network("predictor"))
        self._read = partial(model._matrix, "predict", "x")
        self.dtype: np.dtype = model._dtype
        self.inputs, self.outputs = self._core.inputs, self._core.outputs

    nbytes = property(lambda self: self._core.nbytes)
    sparse_layers = property(lambda self: self._core.sparse_layers)

    def predict(self, x: Any) -> np.ndarray:
        """The model's outputs.

        Parameters
        ----------
        x : array of shape (rows, inputs), or one row (inputs,)
            Arrays of the predictor's dtype whose rows are contiguous are read where they are; rows may lie apart. A
            data frame's columns are named as in `Sequential.predict`.

        Returns
        -------
        array of shape (rows, outputs), or (outputs,) of one row

        Raises
        ------
        ValueError, TypeError
            For another number of columns, and numbers that are not finite, with their place.
        """
        out = self._core.predict(x) if type(x) is np.ndarray else None
        return cast(np.ndarray, self._core.predict(self._read(x)) if out is None else out)

    __call__ = predict
