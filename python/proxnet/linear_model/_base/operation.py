"""Whose operation an error is about: the one that the user called, whatever part of it found the error."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import ParamSpec, TypeVar

__all__ = ["names_itself"]

P = ParamSpec("P")
R = TypeVar("R")
_TAG = re.compile(r"^\[\w+\] ")


def names_itself(operation: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Sentences ``[part] rule, value`` that the function raises become ``[operation] rule, value``."""

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            try:
                return function(*args, **kwargs)
            except (TypeError, ValueError) as error:
                if error.args and isinstance(error.args[0], str):
                    error.args = (_TAG.sub(f"[{operation}] ", error.args[0], count=1), *error.args[1:])
                raise

        return call

    return decorate
