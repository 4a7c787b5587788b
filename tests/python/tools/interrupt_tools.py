"""Ctrl-C by count: every chance to poll is taken, and the poll of a given number finds the interrupt."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from proxnet import _core

ENDLESS = 2**62


def polls_of(call: Callable[[], Any]) -> int:
    """The number of chances to poll in a call."""
    before = _core.interrupt_after(ENDLESS)
    try:
        call()
    finally:
        after = _core.interrupt_after(0)
    return after - before


def assert_interrupted(call: Callable[[], Any], polls: Iterable[int] = (1, 10, 50)) -> None:
    """An interrupt found by any of these polls ends the call, which polls no more."""
    for count in polls:
        before = _core.interrupt_after(count)
        try:
            with pytest.raises(KeyboardInterrupt):
                call()
        finally:
            after = _core.interrupt_after(0)
        assert after - before == count
