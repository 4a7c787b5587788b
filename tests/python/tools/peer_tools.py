"""What other libraries compute for comparison: their warnings are recorded, and decide no test."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def peer_warnings() -> Iterator[list[warnings.WarningMessage]]:
    """Record every warning inside."""
    with warnings.catch_warnings(record=True) as recorded:
        warnings.simplefilter("always")
        yield recorded


def peer(function: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
    """``function(*arguments, **options)`` of scikit-learn or scipy, its warnings recorded."""
    with peer_warnings():
        return function(*arguments, **options)
