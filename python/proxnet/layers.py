"""Layers: what a model is made of, under Keras' names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from . import _arguments, _core, _names, activations, constraints, initializers, regularizers
from ._config import Configurable, deserialize, serialize

if TYPE_CHECKING:
    from .sequential import Sequential

__all__ = ["Dense", "Dropout", "Input", "InputLayer", "Layer", "deserialize", "serialize"]

_uses: dict[str, int] = {}


def automatic_name(kind: str) -> str:
    """Keras' names: dense, dense_1, dense_2, ... counted over the process."""
    count = _uses.get(kind, 0)
    _uses[kind] = count + 1
    return f"{kind}_{count}" if count else kind


def forget_names() -> None:
    """Start counting anew."""
    _uses.clear()


_COMMON_LATER = {"dtype": None, "trainable": True, "activity_regularizer": None, "autocast": True}


class Layer(Configurable):
    """Base of the layers.

    Attributes
    ----------
    name : str
    built : bool
        Whether the model that holds the layer has weights.
    """

    _NOT_IN_CONFIG = ("input_shape", "input_dim")  # of the model's config

    def __init__(self, name: str | None) -> None:
        kind = type(self).__name__.lower()
        self.name = automatic_name(kind) if name is None else _arguments.text(type(self).__name__, "name", name)
        self._owner: Sequential | None = None

    @property
    def built(self) -> bool:
        """Whether the model that holds the layer has weights."""
        return self._owner is not None and self._owner.built

    def get_weights(self) -> list[np.ndarray]:
        """Copies of the layer's weights: none."""
        return []

    def set_weights(self, weights: Sequence[Any]) -> None:
        """Replace the layer's weights: there are none to replace."""
        if len(weights):
            raise ValueError(f"[{self.name}] weights must be an empty list, got {len(weights)} arrays")

    def count_params(self) -> int:
        """Number of weights."""
        return sum(array.size for array in self.get_weights())

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self.name!r}, built={self.built}>"


def _columns(operation: str, name: str, shape: Any) -> int:
    sizes = (shape,) if isinstance(shape, int | np.integer) else tuple(shape) if np.iterable(shape) else None
    if sizes is None or isinstance(shape, str):
        raise TypeError(f"[{operation}] {name} must be a tuple of one integer, such as (30,), got {shape!r}")
    if len(sizes) != 1:
        raise ValueError(f"[{operation}] {name} must have one dimension, the number of columns, got {sizes}")
    return _arguments.integer(operation, name, sizes[0], minimum=1)


class InputLayer(Layer):
    """The number of columns that a model expects, where it shall not wait for the first data.

    Parameters
    ----------
    shape : tuple of one int
        Columns of a row, without the batch.
    name : str, optional
    """

    def __init__(self, shape: Any = None, name: str | None = None, **unknown: Any) -> None:
        _names.refuse_keywords(
            "Input",
            unknown,
            ("shape", "name"),
            {"batch_size": None, "batch_shape": None, "dtype": None, "sparse": None, "tensor": None, "optional": False},
        )
        kind = "input_layer"
        super().__init__(automatic_name(kind) if name is None else name)
        self.columns = _columns("Input", "shape", shape)
        self.shape = (None, self.columns)

    def get_config(self) -> dict[str, Any]:
        """Arguments that make an equal object."""
        return {"name": self.name, "shape": list(self.shape[1:])}


def Input(shape: Any = None, name: str | None = None, **unknown: Any) -> InputLayer:
    """The number of columns that a model expects, where it shall not wait for the first data.

    Parameters
    ----------
    shape : tuple of one int
        Columns of a row, without the batch.
    name : str, optional

    Raises
    ------
    TypeError, ValueError
        For a shape that is not one positive integer.

    Examples
    --------
    >>> import proxnet
    >>> model = proxnet.Sequential([proxnet.Input((4,)), proxnet.layers.Dense(3)])
    >>> [w.shape for w in model.get_weights()]
    [(4, 3), (3,)]
    """
    return InputLayer(shape, name, **unknown)


class Dense(Layer):
    """activation(x W + b) with W of shape (inputs, units).

    Parameters
    ----------
    units : int
        Number of outputs, >= 1.
    activation : str, function of `proxnet.activations` or `proxnet.activations.Activation`, optional
        A name such as "relu", "gelu" or "softmax"; default "linear". For a parameter of one's own
        `functools.partial(activations.leaky_relu, negative_slope=0.1)`, as in Keras.
    use_bias : bool, default True
    kernel_initializer, bias_initializer : str, class or `proxnet.initializers.Initializer`
        Default "glorot_uniform", "zeros".
    kernel_regularizer, bias_regularizer : str, class or `proxnet.regularizers.Regularizer`, optional
        Penalties; an L1 makes weights exactly zero.
    kernel_constraint, bias_constraint : str, class or `proxnet.constraints.Constraint`, optional
        Projections after every step, behind the penalties' proximal steps.
    name : str, optional
        Default "dense", "dense_1", ...
    input_shape : tuple of one int, optional
        Columns of the model's input, in the model's first layer.
    input_dim : int, optional
        The same as a plain number.

    Raises
    ------
    TypeError, ValueError
        For an argument out of its range, an unknown name, or an argument of Keras' that is not here yet.

    Examples
    --------
    >>> from proxnet.layers import Dense
    >>> Dense(64, activation="relu", kernel_regularizer="l1").kernel_regularizer
    L1(l1=0.01)
    """

    def __init__(
        self,
        units: int,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        name: str | None = None,
        input_shape: Any = None,
        input_dim: int | None = None,
        **unknown: Any,
    ) -> None:
        known = "units activation use_bias kernel_initializer bias_initializer kernel_regularizer bias_regularizer name"
        known += " kernel_constraint bias_constraint"
        later = {
            **_COMMON_LATER,
            "lora_rank": None,
            "lora_alpha": None,
            "quantization_config": None,
        }
        _names.refuse_keywords("Dense", unknown, (*known.split(), "input_shape", "input_dim"), later)
        self.units = _arguments.integer("Dense", "units", units, minimum=1, maximum=2**31 - 1)
        self.activation = activations.get(activation, "Dense")
        self.use_bias = _arguments.flag("Dense", "use_bias", use_bias)
        self.kernel_initializer = initializers.get(kernel_initializer, "Dense")
        self.bias_initializer = initializers.get(bias_initializer, "Dense")
        if self.bias_initializer.matrix:
            raise ValueError(f"[Dense] bias_initializer must be no matrix, got {self.bias_initializer}")
        self.kernel_regularizer = regularizers.get(kernel_regularizer, "Dense", "kernel_regularizer")
        self.bias_regularizer = regularizers.get(bias_regularizer, "Dense", "bias_regularizer")
        if isinstance(self.bias_regularizer, regularizers.TargetSparsity):
            raise ValueError("[Dense] bias_regularizer must not be a TargetSparsity: targets of zeros are for kernels")
        self.kernel_constraint = constraints.get(kernel_constraint, "Dense", "kernel_constraint")
        self.bias_constraint = constraints.get(bias_constraint, "Dense", "bias_constraint")
        self.columns = None if input_shape is None else _columns("Dense", "input_shape", input_shape)
        if input_dim is not None:
            self.columns = _arguments.integer("Dense", "input_dim", input_dim, minimum=1)
        super().__init__(name)

    def _core_layer(self) -> _core.Dense:
        return _core.Dense(
            self.units,
            activations.core(self.activation),
            regularizers.core(self.kernel_regularizer),
            regularizers.core(self.bias_regularizer),
            self.use_bias,
            initializers.core(self.kernel_initializer),
            initializers.core(self.bias_initializer),
            constraints.core(self.kernel_constraint),
            constraints.core(self.bias_constraint),
            _core.SparsityTarget.none if self.kernel_regularizer is None else self.kernel_regularizer._target(),
        )

    def _ramps(self, epoch: int, epochs: int) -> list[tuple[float, float, bool]]:
        """Of kernel and bias: the factor on the strengths over an epoch of a fit, as the core takes it."""
        both = (self.kernel_regularizer, self.bias_regularizer)
        return [(1.0, 1.0, False) if r is None else r._ramp(epoch, epochs) for r in both]

    @property
    def kernel(self) -> np.ndarray:
        """A copy of W, shape (inputs, units)."""
        return self._weights_or_raise()[0]

    @property
    def bias(self) -> np.ndarray | None:
        """A copy of b, shape (units,), or None without one."""
        weights = self._weights_or_raise()
        return weights[1] if self.use_bias else None

    def _weights_or_raise(self) -> list[np.ndarray]:
        if not self.built:
            raise ValueError(f"[{self.name}] a layer has weights once its model is built, by build() or the first data")
        return self.get_weights()

    def get_weights(self) -> list[np.ndarray]:
        """Copies of the layer's weights: [kernel, bias], [kernel] without a bias, [] before the model is built."""
        return self._owner._layer_weights(self) if self._owner is not None and self.built else []

    def set_weights(self, weights: Sequence[Any]) -> None:
        """Replace the layer's weights.

        Parameters
        ----------
        weights : list of arrays
            Shapes as `get_weights` gives them; finite.
        """
        self._weights_or_raise()
        assert self._owner is not None
        self._owner._set_layer_weights(self, weights)


class Dropout(Layer):
    """In training each input is zero with probability `rate`, the others are scaled by 1 / (1 - rate).

    The identity in predict and evaluate. The masks come from `proxnet.set_random_seed`'s sequence.

    Parameters
    ----------
    rate : float
        0 <= rate < 1.
    name : str, optional
        Default "dropout", "dropout_1", ...

    Raises
    ------
    TypeError, ValueError
        For a rate that is not such a number, or an argument of Keras' that is not here yet.
    """

    def __init__(self, rate: float, name: str | None = None, **unknown: Any) -> None:
        later = {**_COMMON_LATER, "noise_shape": None, "seed": None}
        _names.refuse_keywords("Dropout", unknown, ("rate", "name"), later)
        self.rate = _arguments.real("Dropout", "rate", rate, minimum=0, below=1)
        super().__init__(name)

    def _core_layer(self) -> _core.Dropout:
        return _core.Dropout(self.rate)
