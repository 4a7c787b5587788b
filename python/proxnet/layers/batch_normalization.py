"""Batch normalization."""

from __future__ import annotations

from typing import Any, Unpack

import numpy as np

from .. import _check, _core, constraints, initializers, regularizers
from .._check.keywords import LayerKeywords
from .layer import Layer

__all__ = ["BatchNormalization"]


class BatchNormalization(Layer):
    """(x - mean) / sqrt(variance + epsilon) * gamma + beta, column by column [Ioffe and Szegedy, 2015].

    Training uses mean and population variance of the batch, without sample weights, and updates the moving ones:
    ``moving = momentum * moving + (1 - momentum) * batch``. `predict` and `evaluate`, and with ``trainable=False``
    training too, use the moving ones. A gamma of exactly zero, as an L1 makes it, removes its column.

    Parameters
    ----------
    axis : int, default -1
        -1 or 1, the columns.
    momentum : float, default 0.99
        0 to 1.
    epsilon : float, default 1e-3
        > 0.
    center, scale : bool, default True
        Whether the layer has a beta, a gamma.
    beta_initializer, gamma_initializer, moving_mean_initializer, moving_variance_initializer
        Default "zeros", "ones", "zeros", "ones".
    beta_regularizer, gamma_regularizer : str, class or `proxnet.regularizers.Regularizer`, optional
        Penalties of beta and gamma.
    beta_constraint, gamma_constraint : str, class or `proxnet.constraints.Constraint`, optional
        Projections after every step.
    name : str, optional
        Default "batch_normalization", "batch_normalization_1", ...
    **keywords
        trainable, input_shape and input_dim, as in every `Layer`.

    Raises
    ------
    TypeError, ValueError
        For an argument out of its range, an unknown name, or an argument of Keras' that is not here yet.

    Examples
    --------
    >>> import proxnet
    >>> from proxnet.layers import BatchNormalization, Dense
    >>> model = proxnet.Sequential([proxnet.Input((4,)), BatchNormalization(), Dense(1)])
    >>> [variable.name for variable in model.weights]
    ['gamma', 'beta', 'moving_mean', 'moving_variance', 'kernel', 'bias']
    >>> [variable.name for variable in model.trainable_weights]
    ['gamma', 'beta', 'kernel', 'bias']
    """

    _fixed_names = ("moving_mean", "moving_variance")
    _SHAPING = (
        *("axis", "center", "scale", "beta_initializer", "gamma_initializer"),
        *("moving_mean_initializer", "moving_variance_initializer"),
    )
    _later = {  # noqa: RUF012
        **Layer._later,
        "renorm": False,
        "renorm_clipping": None,
        "renorm_momentum": 0.99,
        "synchronized": False,
    }

    def __init__(
        self,
        axis: int = -1,
        momentum: float = 0.99,
        epsilon: float = 1e-3,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Any = "zeros",
        gamma_initializer: Any = "ones",
        moving_mean_initializer: Any = "zeros",
        moving_variance_initializer: Any = "ones",
        beta_regularizer: Any = None,
        gamma_regularizer: Any = None,
        beta_constraint: Any = None,
        gamma_constraint: Any = None,
        name: str | None = None,
        **keywords: Unpack[LayerKeywords],
    ) -> None:
        super().__init__(name, **keywords)
        kind = "BatchNormalization"
        if not isinstance(axis, int | float | np.number) or axis not in (-1, 1):
            raise ValueError(
                f"[{kind}] axis must be -1 or 1, the columns of rows of one dimension, got {_check.shown(axis)}"
            )
        self.axis = axis
        self.momentum = _check.real(kind, "momentum", momentum, minimum=0, maximum=1)
        self.epsilon = _check.real(kind, "epsilon", epsilon, above=0)
        self.center = _check.flag(kind, "center", center)
        self.scale = _check.flag(kind, "scale", scale)
        self.beta_initializer = initializers.get(beta_initializer, kind)
        self.gamma_initializer = initializers.get(gamma_initializer, kind)
        self.moving_mean_initializer = initializers.get(moving_mean_initializer, kind)
        self.moving_variance_initializer = initializers.get(moving_variance_initializer, kind)
        for which in ("beta", "gamma", "moving_mean", "moving_variance"):
            if getattr(self, f"{which}_initializer").matrix:
                raise ValueError(f"[{kind}] {which}_initializer must be no matrix")
        self.beta_regularizer = regularizers.get_vector(beta_regularizer, kind, "beta_regularizer")
        self.gamma_regularizer = regularizers.get_vector(gamma_regularizer, kind, "gamma_regularizer")
        self.beta_constraint = constraints.get(beta_constraint, kind, "beta_constraint")
        self.gamma_constraint = constraints.get(gamma_constraint, kind, "gamma_constraint")

    @property
    def _weight_names(self) -> tuple[str, ...]:  # type: ignore[override]
        return ("gamma",) * self.scale + ("beta",) * self.center + self._fixed_names

    def _core_layer(self, columns: int) -> _core.BatchNormalization:
        return _core.BatchNormalization(
            self.momentum,
            self.epsilon,
            self.center,
            self.scale,
            regularizers.core(self.beta_regularizer),
            regularizers.core(self.gamma_regularizer),
            constraints.core(self.beta_constraint),
            constraints.core(self.gamma_constraint),
            self.beta_initializer._core_initializer(),
            self.gamma_initializer._core_initializer(),
            self.moving_mean_initializer._core_initializer(),
            self.moving_variance_initializer._core_initializer(),
            self.trainable,
        )

    def _penalties(self) -> list[regularizers.Regularizer | None]:
        return [self.gamma_regularizer, self.beta_regularizer]

    @property
    def gamma(self) -> np.ndarray | None:
        """A copy of gamma, shape (columns,), or None without one."""
        return self._weight("gamma")

    @property
    def beta(self) -> np.ndarray | None:
        """A copy of beta, shape (columns,), or None without one."""
        return self._weight("beta")

    @property
    def moving_mean(self) -> np.ndarray | None:
        """A copy of the moving mean, shape (columns,)."""
        return self._weight("moving_mean")

    @property
    def moving_variance(self) -> np.ndarray | None:
        """A copy of the moving variance, shape (columns,)."""
        return self._weight("moving_variance")
