"""Runs under a number of threads, and the same bits for any of them."""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

import proxnet
from core_tools import digest


def with_threads(count: int, run: Callable[[], Any]) -> Any:
    """``run()`` with the core's number of threads set to `count`."""
    proxnet.set_num_threads(count)
    try:
        return run()
    finally:
        proxnet.set_num_threads(0)


def assert_same_bits(run: Callable[[], Iterable[Any]], counts: tuple[int, ...] = (1, 2, 3)) -> None:
    """The arrays and numbers of ``run()`` have the same bits for each of these numbers of threads."""
    assert len({with_threads(count, lambda: digest(map(np.asarray, run()))) for count in counts}) == 1
