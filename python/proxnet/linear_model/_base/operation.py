"""Errors name the operation that the user called, whichever part of it found the error."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from ... import _check

__all__ = ["names_itself"]

P = ParamSpec("P")
R = TypeVar("R")


def names_itself(operation: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Decorator for a function that users call as `operation`.

    An error ``[part] rule, value`` that leaves the function becomes ``[operation] rule, value``. An unknown keyword
    raises ``[operation] unknown argument ...``, with the nearest known keyword.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        known = [name for name in inspect.signature(function).parameters if name != "self"]

        @functools.wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            _check.refuse_keywords(operation, {name: kwargs[name] for name in kwargs if name not in known}, known)
            try:
                return function(*args, **kwargs)
            except (TypeError, ValueError) as error:
                if error.args and isinstance(error.args[0], str):
                    error.args = (_retagged(error.args[0], operation), *error.args[1:])
                raise

        return call

    return decorate


def _retagged(sentence: str, operation: str) -> str:
    """The sentence under the tag of `operation`; unchanged if it has no tag.

    The tag is part of the text because both the core and Python raise plain ValueError and TypeError.
    """
    tag, end, rule = sentence.partition("] ")
    tagged = end and tag[:1] == "[" and tag[1:].isidentifier()
    return f"[{operation}] {rule}" if tagged else sentence
