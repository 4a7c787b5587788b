"""Base of all estimators: parameters, representation, fitted state."""

from __future__ import annotations

import html
import inspect
from typing import Any, ClassVar, Self

from ..._check.parameters import Parameters
from .._sklearn import compat, routing
from .operation import refuse_unknown

__all__ = ["Estimator", "PathCall"]


class Estimator(Parameters):
    """Parameters are the arguments of `__init__`, stored untouched; fitted attributes end in an underscore.

    scikit-learn's tools (`clone`, `Pipeline`, `GridSearchCV`, ...) accept such an object as an estimator.
    """

    _estimator_type: ClassVar[str] = "regressor"
    _multi_output: ClassVar[bool] = True
    _positive_only: ClassVar[bool] = False

    def __new__(cls, *args: Any, **kwargs: Any) -> Self:
        """Refuses unknown keywords by a sentence, before `__init__` takes the known ones."""
        refuse_unknown(cls.__name__, cls.__init__, kwargs)
        return super().__new__(cls)

    def __repr__(self) -> str:
        defaults = inspect.signature(type(self).__init__).parameters
        shown = []
        for name, value in self.get_params(deep=False).items():
            default = defaults[name].default
            if value is not default and repr(value) != repr(default):
                shown.append(f"{name}={value!r}")
        return f"{type(self).__name__}({', '.join(shown)})"

    def _repr_html_(self) -> str:
        """A table of the parameters, bold unless they are the defaults, and the names of the fitted attributes."""
        defaults = inspect.signature(type(self).__init__).parameters
        rows = []
        for name, value in self.get_params(deep=False).items():
            shown = html.escape(f"{value!r:.200}")
            changed = repr(value) != repr(defaults[name].default)
            rows.append(f"<tr><th>{name}</th><td>{f'<b>{shown}</b>' if changed else shown}</td></tr>")
        fitted = [name for name in vars(self) if name.endswith("_") and not name.startswith("_")]
        state = f"fitted: {', '.join(sorted(fitted))}" if self.__sklearn_is_fitted__() else "not fitted"
        title = html.escape(f"{self!r:.200}")
        return f"<details><summary>{title}</summary><p>{state}</p><table>{''.join(rows)}</table></details>"

    def __sklearn_tags__(self) -> Any:
        return compat.tags(self._estimator_type, multi_output=self._multi_output, positive_only=self._positive_only)

    def get_metadata_routing(self) -> Any:
        """For scikit-learn's metadata routing: whether `fit` and `score` request `sample_weight`."""
        return routing.metadata_request(self)

    def set_fit_request(self, *, sample_weight: bool | str | None = routing.UNCHANGED) -> Self:
        """For scikit-learn's metadata routing: whether `fit` wants `sample_weight`, or under which name."""
        self._metadata_request = routing.metadata_request(self, fit=sample_weight)
        return self

    def set_score_request(self, *, sample_weight: bool | str | None = routing.UNCHANGED) -> Self:
        """For scikit-learn's metadata routing: whether `score` wants `sample_weight`, or under which name."""
        self._metadata_request = routing.metadata_request(self, score=sample_weight)
        return self

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "n_features_in_")

    def _check_fitted(self) -> None:
        if not self.__sklearn_is_fitted__():
            raise compat.not_fitted_error(
                f"This {type(self).__name__} instance is not fitted yet. Call 'fit' with appropriate arguments before "
                "using this estimator."
            )


class PathCall(Estimator):
    """The estimator that errors and warnings of a path function name."""

    @classmethod
    def of(cls, function: str) -> PathCall:
        """An object whose class has the function's name."""
        call: PathCall = type(function, (cls,), {})()
        return call
