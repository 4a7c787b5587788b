"""The base of the optimizers: learning rate or schedule, weight decay, clipping, averages of the weights."""

from __future__ import annotations

import copy
import re
import weakref
from collections.abc import Iterable, Mapping
from typing import Any, Unpack

from .. import _check, _core
from .._check.config import Configurable
from .._check.keywords import UnusedOptimizerKeywords
from .schedules import LearningRateSchedule

__all__ = ["Optimizer"]

_COMMON: dict[str, Any] = {
    "weight_decay": None,
    "clipnorm": None,
    "clipvalue": None,
    "global_clipnorm": None,
    "use_ema": False,
    "ema_momentum": 0.99,
    "ema_overwrite_frequency": None,
}
_LATER = {"loss_scale_factor": None, "gradient_accumulation_steps": None}


class Optimizer(Configurable):
    """Base of the optimizers: settings only; the state (moments) belongs to the model that is compiled with them.

    Every optimizer takes these by keyword, with Keras' meaning.

    Parameters
    ----------
    learning_rate : float or `LearningRateSchedule`
        > 0.
    weight_decay : float, optional
        >= 0; ``w <- w - weight_decay learning_rate w`` before each step, for biases, gamma and beta too: see
        `exclude_from_weight_decay`. This changes the stationary points: with Adam and its variants they satisfy
        ``g + d penalty + weight_decay (sqrt(v) + epsilon) w = 0``, with plain SGD
        ``g + d penalty + weight_decay w = 0``, with momentum the same with ``(1 - momentum) weight_decay``.
    clipnorm, global_clipnorm : float, optional
        > 0; the gradient of each array, or of the whole network, is scaled to this norm if its norm is larger. The
        thresholds of a proximal step are scaled with it, which keeps the stationary points.
    clipvalue : float, optional
        > 0; elements of the gradient are cut to [-clipvalue, clipvalue]. Refused with proximal steps. At most one of
        the three clips can be given.
    use_ema : bool, default False
        Whether a moving average of the weights, before their constraints, replaces them at the end of `fit`. With
        proximal steps weights that are zero then stay zero, which an average would not be.
    ema_momentum : float, default 0.99
        0 <= ema_momentum <= 1.
    ema_overwrite_frequency : int, optional
        >= 1; every this many steps the average replaces the weights, too.
    name : str, optional

    Raises
    ------
    TypeError, ValueError
        For an argument out of its range, or one of Keras' that is not here yet.
    """

    name: str
    weight_decay: float | None
    clipnorm: float | None
    clipvalue: float | None
    global_clipnorm: float | None
    use_ema: bool
    ema_momentum: float
    ema_overwrite_frequency: int | None
    _KIND = ""
    _KNOWN: tuple[str, ...] = ()  # the optimizer's own arguments, with the core's names
    _SHARED: tuple[str, ...] = tuple(_COMMON)  # the common arguments that it takes
    _TAKES_ALL_ROWS = False  # whether every step uses all rows

    def __init__(
        self,
        learning_rate: Any,
        weight_decay: float | None = None,
        clipnorm: float | None = None,
        clipvalue: float | None = None,
        global_clipnorm: float | None = None,
        use_ema: bool = False,
        ema_momentum: float = 0.99,
        ema_overwrite_frequency: int | None = None,
        name: str | None = None,
        **unknown: Unpack[UnusedOptimizerKeywords],
    ) -> None:
        self._operation = type(self).__name__
        known = ("learning_rate", *self._KNOWN, *_COMMON, "name")
        _check.refuse_keywords(self._operation, unknown, known, _LATER)
        self._network: _core.Network | None = None
        self._owner: weakref.ref[Any] | None = None  # the model that is compiled with it
        self._excluded: tuple[str, ...] = ()
        self._schedule: LearningRateSchedule | None = None
        self.learning_rate = learning_rate
        self.weight_decay = self._optional("weight_decay", weight_decay, minimum=0)
        self.clipnorm = self._optional("clipnorm", clipnorm, above=0)
        self.clipvalue = self._optional("clipvalue", clipvalue, above=0)
        self.global_clipnorm = self._optional("global_clipnorm", global_clipnorm, above=0)
        if sum(clip is not None for clip in (self.clipnorm, self.clipvalue, self.global_clipnorm)) > 1:
            raise ValueError(f"[{self._operation}] only one of clipnorm, clipvalue and global_clipnorm may be given")
        self.use_ema = _check.flag(self._operation, "use_ema", use_ema)
        self.ema_momentum = _check.real(self._operation, "ema_momentum", ema_momentum, minimum=0, maximum=1)
        self.ema_overwrite_frequency = ema_overwrite_frequency
        if ema_overwrite_frequency is not None:
            _check.integer(self._operation, "ema_overwrite_frequency", ema_overwrite_frequency, minimum=1)
            if not self.use_ema:
                raise ValueError(f"[{self._operation}] ema_overwrite_frequency needs use_ema=True")
        self.name = type(self).__name__.lower() if name is None else _check.text(self._operation, "name", name)

    def _optional(self, name: str, value: Any, **bounds: float) -> float | None:
        return None if value is None else _check.real(self._operation, name, value, **bounds)

    def _unit(self, name: str, value: Any) -> float:
        return _check.real(self._operation, name, value, minimum=0, below=1)

    def _not_negative(self, name: str, value: Any) -> float:
        return _check.real(self._operation, name, value, minimum=0)

    @property
    def learning_rate(self) -> Any:
        """Step size, a float > 0; with a schedule that of the next step.

        It can be assigned at any time, also by callbacks: the next step uses it. A schedule can be replaced by another
        schedule, not by a number (TypeError, as in Keras).
        """
        return self._rate if self._schedule is None else self._schedule(self.iterations)

    @learning_rate.setter
    def learning_rate(self, value: Any) -> None:
        if isinstance(value, LearningRateSchedule):
            if self._TAKES_ALL_ROWS:
                rule = "learning_rate must be a number: a line search finds the steps"
                raise TypeError(f"[{self._operation}] {rule}, got {_check.shown(value)}")
            self._schedule, self._rate = value, 1.0
            return
        if callable(value) or hasattr(value, "get_config"):
            raise TypeError(
                f"[{self._operation}] learning_rate must be a number or a schedule of proxnet.optimizers.schedules; "
                "for one of your own set optimizer.learning_rate in a callback"
            )
        if self._schedule is not None:
            raise TypeError(
                f"[{self._operation}] learning_rate follows {self._schedule!r}: it cannot be set to a number"
            )
        self._rate = _check.real(self._operation, "learning_rate", value, above=0)

    lr = learning_rate  # Keras' older name

    @property
    def iterations(self) -> int:
        """Steps taken since `compile`, as of the last finished epoch or batch hook."""
        return 0 if self._network is None else self._network.iterations

    def exclude_from_weight_decay(self, var_list: Any = None, var_names: Any = None) -> None:
        """Exclude arrays from the weight decay; must be called before `compile`.

        Parameters
        ----------
        var_list : None
            Keras' list of variables, which is not here: name the arrays instead.
        var_names : iterable of str
            Regular expressions, searched in the names "kernel", "bias", "gamma" and "beta".

        Examples
        --------
        >>> import proxnet
        >>> optimizer = proxnet.optimizers.AdamW()
        >>> optimizer.exclude_from_weight_decay(var_names=["bias"])
        """
        if var_list is not None:
            raise ValueError(f"[{self._operation}] var_list must be None: name the arrays, as var_names=['bias']")
        if self._network is not None:
            raise ValueError(f"[{self._operation}] exclude_from_weight_decay() must be called before compile()")
        if not isinstance(var_names, Iterable | None):
            got = _check.shown(var_names)
            raise TypeError(f"[{self._operation}] var_names must be a list of regular expressions, got {got}")
        names = tuple(
            _check.text(self._operation, "var_names", name) for name in (() if var_names is None else var_names)
        )
        for name in names:
            try:
                re.compile(name)
            except re.error as error:
                raise ValueError(
                    f"[{self._operation}] var_names must be regular expressions, got {name!r}: {error}"
                ) from None
        self._excluded = names

    def _decays(self, array: str) -> bool:
        return not any(re.search(name, array) for name in self._excluded)

    def get_config(self) -> dict[str, Any]:
        """Arguments that make an equal object, as plain values, and the names excluded from weight decay."""
        config = super().get_config()
        return {**config, "excluded_from_weight_decay": list(self._excluded)} if self._excluded else config

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Optimizer:
        """The optimizer that a result of `get_config` describes."""
        if not isinstance(config, Mapping):
            raise TypeError(f"[{cls.__name__}] config must be a dict, got {_check.shown(config)}")
        given = dict(config)
        excluded = given.pop("excluded_from_weight_decay", None)
        optimizer = super().from_config(given)
        optimizer.exclude_from_weight_decay(var_names=excluded)
        return optimizer

    def _given(self) -> dict[str, Any]:
        given = super()._given()
        return given if self._schedule is None else {**given, "learning_rate": self._schedule}

    def _core_optimizer(self) -> _core.Optimizer:
        if not self._KIND:
            raise self._not_in_core()
        core = _core.Optimizer(_core.OptimizerKind[self._KIND])
        core.learning_rate = self._rate
        if self._schedule is not None:
            core.schedule = self._schedule._core_schedule()
        for name in (*self._KNOWN, *self._SHARED):
            value = getattr(self, name)
            if value is not None:
                setattr(core, name, value)
        for name in ("kernel", "bias", "gamma", "beta"):
            setattr(core, f"decay_{name}", self._decays(name))
        return core

    def _for_model(self, model: Any) -> Optimizer:
        """This object for the first model compiled with it, a copy for any other: the state belongs to one model."""
        owner = None if self._owner is None else self._owner()
        if owner is not None and owner is not model and owner.optimizer is self:
            duplicate: Optimizer = copy.deepcopy(self)
            return duplicate._for_model(model)
        self._owner = weakref.ref(model)
        return self

    def _attach(self, network: _core.Network) -> None:
        """Set the network whose steps are counted."""
        self._network = network

    def _pass_rate(self, network: _core.Network) -> None:
        if self._schedule is None:
            network.learning_rate = self._rate
        else:
            network.set_schedule(self._schedule._core_schedule())

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_network": None, "_owner": None}  # a copy belongs to no model

    def __repr__(self) -> str:
        shown = {k: v for k, v in self.get_config().items() if k not in _COMMON or v != _COMMON[k]}
        if self._schedule is not None:
            shown["learning_rate"] = self._schedule
        return f"{type(self).__name__}({', '.join(f'{k}={v!r}' for k, v in shown.items())})"
