"""Checks of single arguments: numbers, switches, strings and paths."""

from __future__ import annotations

import math
import operator
import os
from typing import Any

import numpy as np

from .names import shown, unknown


def real(
    operation: str,
    name: str,
    value: Any,
    *,
    minimum: float = -math.inf,
    above: float = -math.inf,
    below: float = math.inf,
    maximum: float = math.inf,
) -> float:
    """A finite Python float within bounds: `minimum` and `maximum` included, `above` and `below` not."""
    if isinstance(value, bool | np.bool_ | str | bytes | complex) or not hasattr(value, "__float__"):
        raise TypeError(f"[{operation}] {name} must be a number, got {shown(value)}")
    try:
        number = float(value)
    except OverflowError:
        raise ValueError(f"[{operation}] {name} must be finite, got an integer beyond 1e308") from None
    except Exception:  # an object's own conversion may raise anything
        raise TypeError(f"[{operation}] {name} must be one number, got {shown(value)}") from None
    if not math.isfinite(number):
        raise ValueError(f"[{operation}] {name} must be finite, got {shown(number)}")
    if number < minimum or number <= above or number > maximum or number >= below:
        raise ValueError(f"[{operation}] {name} must be {_range(minimum, above, below, maximum)}, got {number:g}")
    return number


def _range(minimum: float, above: float, below: float, maximum: float) -> str:
    low = f">= {minimum:g}" if minimum > above else f"> {above:g}" if above > -math.inf else ""
    high = f"<= {maximum:g}" if maximum < below else f"< {below:g}" if below < math.inf else ""
    return " and ".join(part for part in (low, high) if part)


def integer(operation: str, name: str, value: Any, *, minimum: int, maximum: int = 2**63 - 1) -> int:
    """A Python int within bounds; a float or a bool is refused."""
    if isinstance(value, bool | np.bool_) or not hasattr(value, "__index__"):
        raise TypeError(f"[{operation}] {name} must be an integer, got {shown(value)}")
    try:
        number = operator.index(value)
    except Exception:  # an object's own conversion may raise anything
        raise TypeError(f"[{operation}] {name} must be one integer, got {shown(value)}") from None
    if not minimum <= number <= maximum:
        bound = f">= {minimum}" if number < minimum else f"<= {maximum}"
        raise ValueError(f"[{operation}] {name} must be {bound}, got {shown(number)}")
    return number


def level(operation: str, name: str, value: Any) -> int:
    """An integer >= 0, for which False and True are 0 and 1."""
    return integer(operation, name, int(value) if isinstance(value, bool | np.bool_) else value, minimum=0)


def flag(operation: str, name: str, value: Any) -> bool:
    """True or False, also as numpy's bool; 0 and 1 are refused."""
    if not isinstance(value, bool | np.bool_):
        raise TypeError(f"[{operation}] {name} must be True or False, got {shown(value)}")
    return bool(value)


def text(operation: str, name: str, value: Any) -> str:
    """A string."""
    if not isinstance(value, str):
        raise TypeError(f"[{operation}] {name} must be a string, got {shown(value)}")
    return value


def path(operation: str, name: str, value: Any) -> str:
    """A path as a string: not empty, without NUL, and encodable by the file system."""
    if not isinstance(value, str | bytes | os.PathLike):
        raise TypeError(f"[{operation}] {name} must be a path, got {shown(value)}")
    text = os.fsdecode(value)
    try:
        encoded = os.fsencode(text)
    except UnicodeEncodeError:
        raise ValueError(
            f"[{operation}] {name} must be a path that the file system can name, got {shown(text)}"
        ) from None
    if not encoded or b"\0" in encoded:
        rule = "contain NUL" if encoded else "be empty"
        raise ValueError(f"[{operation}] {name} must not {rule}, got {shown(text)}")
    return text


def choice(operation: str, name: str, value: Any, choices: tuple[str, ...]) -> str:
    """A string that is one of `choices`."""
    if text(operation, name, value) not in choices:
        raise unknown(operation, name, value, choices)
    return str(value)


def dtype_name(operation: str, dtype: Any) -> str:
    """The name of a dtype, given as a string or as anything that `numpy.dtype` takes."""
    if isinstance(dtype, str):
        return dtype
    try:
        return np.dtype(dtype).name
    except Exception:  # TypeError, or anything from an object's own attributes
        raise TypeError(f"[{operation}] dtype must be 'float32' or 'float64', got {shown(dtype)}") from None
