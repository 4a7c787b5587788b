"""Optimizers: Keras' names, arguments, defaults and formulas, with the proximal step in each one's own metric."""

from __future__ import annotations

from typing import Any

from . import _arguments, _core, _names
from ._config import Configurable, deserialize, serialize

__all__ = ["SGD", "Adam", "Optimizer", "RMSprop", "deserialize", "get", "serialize"]

_LATER = {
    "weight_decay": None,
    "clipnorm": None,
    "clipvalue": None,
    "global_clipnorm": None,
    "use_ema": False,
    "ema_momentum": 0.99,
    "ema_overwrite_frequency": None,
    "loss_scale_factor": None,
    "gradient_accumulation_steps": None,
}


class Optimizer(Configurable):
    """Base of the optimizers: settings only; the state (moments) belongs to the model that is compiled with them."""

    _KNOWN: tuple[str, ...] = ("learning_rate", "name")

    def __init__(self, learning_rate: float, name: str | None, unknown: dict[str, Any], **later: Any) -> None:
        self._operation = type(self).__name__
        _names.refuse_keywords(self._operation, unknown, self._KNOWN, {**_LATER, **later})
        self.learning_rate = learning_rate
        self.name = type(self).__name__.lower() if name is None else _arguments.text(self._operation, "name", name)

    @property
    def learning_rate(self) -> float:
        """Step size, > 0; assignable at any time, also by callbacks: the next step uses it."""
        return self._learning_rate

    @learning_rate.setter
    def learning_rate(self, value: float) -> None:
        if callable(value) or hasattr(value, "get_config"):
            raise TypeError(f"[{self._operation}] learning_rate must be a number: schedules are not here yet")
        self._learning_rate = _arguments.real(self._operation, "learning_rate", value, above=0)

    def _unit(self, name: str, value: Any) -> float:
        return _arguments.real(self._operation, name, value, minimum=0, below=1)

    def _core_optimizer(self) -> _core.Optimizer:
        raise NotImplementedError

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{k}={v!r}' for k, v in self.get_config().items())})"


class SGD(Optimizer):
    """Gradient descent, with momentum or Nesterov's: ``v <- momentum v - learning_rate g``, ``w <- w + v``.

    Parameters
    ----------
    learning_rate : float, default 0.01
        > 0.
    momentum : float, default 0.0
        0 <= momentum < 1.
    nesterov : bool, default False
        ``w <- w + momentum v - learning_rate g`` instead.
    name : str, optional

    Raises
    ------
    TypeError, ValueError
        For an argument out of its range, or one of Keras' that is not here yet.
    """

    _KNOWN = ("learning_rate", "momentum", "nesterov", "name")

    def __init__(
        self,
        learning_rate: float = 0.01,
        momentum: float = 0.0,
        nesterov: bool = False,
        name: str | None = None,
        **unknown: Any,
    ) -> None:
        super().__init__(learning_rate, name, unknown)
        self.momentum = self._unit("momentum", momentum)
        self.nesterov = _arguments.flag(self._operation, "nesterov", nesterov)

    def _core_optimizer(self) -> _core.Optimizer:
        return _core.Optimizer.sgd(self.learning_rate, self.momentum, self.nesterov)


class Adam(Optimizer):
    """Adam [Kingma and Ba, 2015] with Keras' epsilon: ``w <- w - alpha_t m / (sqrt(v) + epsilon)``.

    ``alpha_t = learning_rate sqrt(1 - beta_2^t) / (1 - beta_1^t)``.

    Parameters
    ----------
    learning_rate : float, default 0.001
        > 0.
    beta_1, beta_2 : float, default 0.9, 0.999
        Decay of the moments, 0 <= beta < 1.
    epsilon : float, default 1e-7
        > 0.
    name : str, optional

    Raises
    ------
    TypeError, ValueError
        For an argument out of its range, or one of Keras' that is not here yet.
    """

    _KNOWN = ("learning_rate", "beta_1", "beta_2", "epsilon", "name")

    def __init__(
        self,
        learning_rate: float = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        name: str | None = None,
        **unknown: Any,
    ) -> None:
        super().__init__(learning_rate, name, unknown, amsgrad=False)
        self.beta_1 = self._unit("beta_1", beta_1)
        self.beta_2 = self._unit("beta_2", beta_2)
        self.epsilon = _arguments.real(self._operation, "epsilon", epsilon, above=0)

    def _core_optimizer(self) -> _core.Optimizer:
        return _core.Optimizer.adam(self.learning_rate, self.beta_1, self.beta_2, self.epsilon)


class RMSprop(Optimizer):
    """RMSprop [Tieleman and Hinton, 2012] as Keras has it: ``w <- w - learning_rate g / sqrt(v + epsilon)``.

    Parameters
    ----------
    learning_rate : float, default 0.001
        > 0.
    rho : float, default 0.9
        Decay of the squared gradient's mean v, 0 <= rho < 1.
    momentum : float, default 0.0
        0 <= momentum < 1.
    epsilon : float, default 1e-7
        > 0.
    centered : bool, default False
        Divide by the standard deviation instead: v less the squared mean of the gradient.
    name : str, optional

    Raises
    ------
    TypeError, ValueError
        For an argument out of its range, or one of Keras' that is not here yet.
    """

    _KNOWN = ("learning_rate", "rho", "momentum", "epsilon", "centered", "name")

    def __init__(
        self,
        learning_rate: float = 0.001,
        rho: float = 0.9,
        momentum: float = 0.0,
        epsilon: float = 1e-7,
        centered: bool = False,
        name: str | None = None,
        **unknown: Any,
    ) -> None:
        super().__init__(learning_rate, name, unknown)
        self.rho = self._unit("rho", rho)
        self.momentum = self._unit("momentum", momentum)
        self.epsilon = _arguments.real(self._operation, "epsilon", epsilon, above=0)
        self.centered = _arguments.flag(self._operation, "centered", centered)

    def _core_optimizer(self) -> _core.Optimizer:
        return _core.Optimizer.rmsprop(self.learning_rate, self.rho, self.momentum, self.epsilon, self.centered)


_BY_NAME: dict[str, type[Optimizer]] = {"adam": Adam, "rmsprop": RMSprop, "sgd": SGD}
_NAMES_LATER = _names.words("adamw adagrad adadelta adamax adafactor nadam ftrl lion lamb muon")


def get(identifier: Any, operation: str = "optimizers.get") -> Optimizer:
    """An optimizer from its name, its class or itself.

    Raises
    ------
    ValueError
        For an unknown name, with the nearest known one.
    TypeError
        For anything that is no optimizer of this module.
    """
    return _names.resolve(operation, "optimizer", identifier, _BY_NAME, Optimizer, _NAMES_LATER)
