"""A penalty on the outputs of the layer before."""

from __future__ import annotations

from typing import Unpack

from .. import _check, _core
from .._check.keywords import LayerKeywords
from .layer import Layer

__all__ = ["ActivityRegularization"]


class ActivityRegularization(Layer):
    """Adds (l1 * sum |x| + l2 * sum x^2) / rows over each batch to the loss, as in Keras; the identity otherwise.

    The penalty is part of the losses of `fit` and `evaluate`, without sample weights, and not of `Sequential.penalty`,
    which has no data. Its gradient is added to the loss's, with slope 0 at x = 0: outputs become small, and exactly
    zero behind a relu. As a model's last layer it must follow a `Dense` or an activation.

    Parameters
    ----------
    l1, l2 : float, default 0.0
        Finite and >= 0.
    name : str, optional
        Default "activity_regularization", "activity_regularization_1", ...
    **keywords
        trainable, input_shape and input_dim, as in every `Layer`.

    Raises
    ------
    TypeError, ValueError
        For strengths out of their range, or an argument of Keras' that is not here yet.

    Examples
    --------
    >>> import numpy as np, proxnet
    >>> from proxnet.layers import ActivityRegularization, Dense
    >>> layers = [Dense(1, use_bias=False), ActivityRegularization(l2=0.5)]
    >>> model = proxnet.Sequential([proxnet.Input((1,)), *layers], dtype="float64")
    >>> model.set_weights([[[2.0]]])
    >>> model.compile("sgd", "mse")
    >>> model.evaluate(np.array([[1.0], [3.0]]), np.array([2.0, 6.0]), verbose=0)  # 0.5 * (2^2 + 6^2) / 2
    10.0
    """

    def __init__(
        self, l1: float = 0.0, l2: float = 0.0, name: str | None = None, **keywords: Unpack[LayerKeywords]
    ) -> None:
        super().__init__(name, **keywords)
        self.l1 = _check.real("ActivityRegularization", "l1", l1, minimum=0)
        self.l2 = _check.real("ActivityRegularization", "l2", l2, minimum=0)

    def _core_layer(self, columns: int) -> _core.ActivityRegularization:
        return _core.ActivityRegularization(self.l1, self.l2)
