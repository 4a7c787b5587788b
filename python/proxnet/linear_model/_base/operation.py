"""Errors name the operation that the user called, whichever part of it found the error."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from ... import _check

__all__ = ["names_itself", "refuse_unknown"]

P = ParamSpec("P")
R = TypeVar("R")


def names_itself(operation: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Decorator for a function that users call as `operation`.

    An error ``[part] rule, value`` that leaves the function becomes ``[operation] rule, value``. An unknown keyword
    raises ``[operation] unknown argument ...``, with the nearest known keyword.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            refuse_unknown(operation, function, kwargs)
            try:
                return function(*args, **kwargs)
            except (TypeError, ValueError) as error:
                if error.args and isinstance(error.args[0], str):
                    error.args = (_retagged(error.args[0], operation), *error.args[1:])
                raise

        return call

    return decorate


def refuse_unknown(operation: str, function: Callable[..., Any], keywords: dict[str, Any]) -> None:
    """Raises TypeError for a keyword that is no parameter of the function, unless the function takes any keyword."""
    if not keywords:
        return
    parameters = inspect.signature(function).parameters
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values()):
        return
    known = [name for name in parameters if name != "self"]
    _check.refuse_keywords(operation, {name: keywords[name] for name in keywords if name not in known}, known)


def _retagged(sentence: str, operation: str) -> str:
    """The sentence under the tag of `operation`; unchanged if it has no tag.

    The tag is part of the text because both the core and Python raise plain ValueError and TypeError.
    """
    tag, end, rule = sentence.partition("] ")
    tagged = end and tag[:1] == "[" and tag[1:].isidentifier()
    return f"[{operation}] {rule}" if tagged else sentence
