"""Column names of data frames, stored at fit and compared later, as in scikit-learn."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from .names import shown

__all__ = ["FeatureNames", "feature_names", "name_mismatch"]


def feature_names(x: Any) -> np.ndarray | None:
    """The column names of a data frame if all of them are strings, else None."""
    columns = getattr(x, "columns", None)
    if columns is None or not hasattr(x, "shape"):
        return None
    names = np.asarray(columns, dtype=object)
    kinds = {isinstance(name, str) for name in names}
    if kinds == {True, False}:
        types = sorted({type(name).__qualname__ for name in names})
        raise TypeError(
            "Feature names are only supported if all input features have string names, but your input has "
            f"{types} as feature name / column name types. If you want feature names to be stored and validated, you "
            "must convert them all to strings, by using X.columns = X.columns.astype(str) for example. Otherwise you "
            "can remove feature / column names from your input data, or convert them all to a non-string data type."
        )
    return names if kinds == {True} else None


def name_mismatch(fitted: list[str], given: list[str]) -> str:
    """The message about names that differ from those of the fit."""

    def listed(names: set[str]) -> str:
        shown = [f"- {name}\n" for name in sorted(names)[:5]]
        return "".join(shown) + ("- ...\n" if len(names) > 5 else "")

    message = "The feature names should match those that were passed during fit.\n"
    if unseen := set(given) - set(fitted):
        message += f"Feature names unseen at fit time:\n{listed(unseen)}"
    if missing := set(fitted) - set(given):
        message += f"Feature names seen at fit time, yet now missing:\n{listed(missing)}"
    if not unseen and not missing:
        message += "Feature names must be in the same order as they were in fit.\n"
    return message


class FeatureNames:
    """Names of a network's inputs, from the first training rows; later frames must have them in the same order.

    Attributes
    ----------
    known : object array of str, or None
    trained : bool
        Whether there have been training rows.
    """

    def __init__(self) -> None:
        self.known: np.ndarray | None = None
        self.trained = False

    def check(self, operation: str, name: str, x: Any, trains: bool) -> None:
        """Compare the names of x with the known ones, or learn them from training rows.

        Raises
        ------
        ValueError
            For other names, or another order.
        """
        given = feature_names(x)
        if self.known is None and trains:
            self.known = given
        elif self.known is not None and given is not None:
            if len(self.known) != len(given) or np.any(self.known != given):
                raise ValueError(f"[{operation}] {name}: {name_mismatch(list(self.known), list(given))}")
        elif self.known is not None and not hasattr(x, "columns"):
            self._warn(f"[{operation}] {name} does not have valid feature names, but the model was fitted with them")
        elif given is not None and self.trained:
            self._warn(f"[{operation}] {name} has feature names, but the model was fitted without feature names")
        self.trained = self.trained or trains

    def _warn(self, message: str) -> None:
        warnings.warn(message, UserWarning, stacklevel=6)

    def restore(self, names: Any, inputs: int) -> None:
        """Take the names from a file."""
        if names is None:
            return
        if not isinstance(names, list) or len(names) != inputs or not all(isinstance(name, str) for name in names):
            raise ValueError(f"[load_model] feature_names must be {inputs} strings, got {shown(names)}")
        self.known, self.trained = np.array(names, dtype=object), True
