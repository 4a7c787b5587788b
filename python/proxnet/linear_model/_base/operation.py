"""Errors name the operation that the user called, whichever part of it found the error."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

__all__ = ["names_itself"]

P = ParamSpec("P")
R = TypeVar("R")


def names_itself(operation: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Decorator: an error ``[part] rule, value`` that leaves the function becomes ``[operation] rule, value``."""

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            try:
                return function(*args, **kwargs)
            except (TypeError, ValueError) as error:
                if error.args and isinstance(error.args[0], str):
                    error.args = (_retagged(error.args[0], operation), *error.args[1:])
                raise

        return call

    return decorate


def _retagged(sentence: str, operation: str) -> str:
    """The sentence under the tag of `operation`; unchanged where it has no tag."""
    tag, end, rule = sentence.partition("] ")
    tagged = end and tag[:1] == "[" and tag[1:].isidentifier()
    return f"[{operation}] {rule}" if tagged else sentence
