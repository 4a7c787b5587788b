"""The base of the schedules."""

from __future__ import annotations

from typing import Any, ClassVar

from ... import _check, _core
from ..._check.config import Configurable

__all__ = ["LearningRateSchedule"]


class LearningRateSchedule(Configurable):
    """Base of the schedules of this module, which the compiled core evaluates.

    Subclasses written in Python have no effect: for another rule set ``optimizer.learning_rate`` in a callback.
    """

    _FIXED = True
    name: str
    _KIND: str
    _ARGUMENTS: ClassVar[dict[str, str]] = {}  # names of the arguments to names in the core

    def _set(self, name: str | None, default: str, **values: Any) -> None:
        """Store the arguments; the core checks their ranges."""
        operation = type(self).__name__
        for key, value in values.items():
            setattr(self, key, value)
        self.name = default if name is None else _check.text(operation, "name", name)
        core = _core.Schedule(_core.ScheduleKind[self._KIND])
        for key, core_name in self._ARGUMENTS.items():
            value = getattr(self, key)
            if value is None:
                continue
            if isinstance(value, list | tuple) and isinstance(getattr(core, core_name), list):
                value = [_check.real(operation, key, item) for item in value]
            elif not isinstance(value, bool):
                value = _check.real(operation, key, value)
            setattr(core, core_name, value)
        core.check(f"[{operation}]")
        self._core = core

    def _core_schedule(self) -> _core.Schedule:
        if not hasattr(self, "_core"):
            raise self._not_in_core()
        return self._core

    def __call__(self, step: int) -> float:
        """The learning rate after `step` steps."""
        return self._core_schedule().rate(_check.integer(type(self).__name__, "step", step, minimum=0))

    def __getstate__(self) -> dict[str, Any]:
        return self.get_config()

    def __setstate__(self, config: dict[str, Any]) -> None:
        self.__init__(**config)  # type: ignore[misc]
