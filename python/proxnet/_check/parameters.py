"""`get_params` and `set_params`, as scikit-learn's tools use them."""

from __future__ import annotations

import inspect
from typing import Any, Self

from .names import shown

__all__ = ["Parameters"]


class Parameters:
    """Base of classes whose parameters are the arguments of `__init__`, kept as attributes of the same names."""

    @classmethod
    def _parameter_names(cls) -> list[str]:
        arguments = list(inspect.signature(cls.__init__).parameters.values())[1:]
        return sorted(each.name for each in arguments if each.kind is not each.VAR_KEYWORD)

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """The parameters by name; with `deep` also the parameters of parameters, as ``a__b``."""
        params: dict[str, Any] = {}
        for name in self._parameter_names():
            value = getattr(self, name)
            params[name] = value
            if deep and hasattr(value, "get_params") and not isinstance(value, type):
                params |= {f"{name}__{key}": item for key, item in value.get_params().items()}
        return params

    def set_params(self, **params: Any) -> Self:
        """Set parameters by name; `a__b` sets parameter b of the object that is parameter a.

        Raises
        ------
        ValueError
            For a name that is no parameter.
        """
        known = self._parameter_names()
        own: dict[str, Any] = {}
        nested: dict[str, dict[str, Any]] = {}
        for name, value in params.items():
            first, _, rest = name.partition("__")
            if first not in known:
                raise ValueError(f"Invalid parameter {first!r} for estimator {self}. Valid parameters are: {known!r}.")
            if rest:
                nested.setdefault(first, {})[rest] = value
            else:
                own[name] = value
        self._set(own)
        for name, inner in nested.items():
            inside = getattr(self, name)
            if not hasattr(inside, "set_params"):
                raise ValueError(
                    f"[set_params] {name} must hold an object with parameters for {inner}, got {shown(inside)}"
                )
            inside.set_params(**inner)
        return self

    def _set(self, params: dict[str, Any]) -> None:
        """Assign checked names and their values."""
        vars(self).update(params)
