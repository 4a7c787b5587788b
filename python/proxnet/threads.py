"""How many threads the core uses, and what it was built with."""

from __future__ import annotations

from typing import Any

from . import _check, _core

__all__ = ["build_info", "get_num_threads", "set_num_threads"]


def set_num_threads(count: int) -> None:
    """Set the number of threads of the core; results do not depend on it.

    Parameters
    ----------
    count : int
        >= 1, or 0 for the default: OpenMP's at the time of each call (so that threadpoolctl, joblib and dask limits
        hold), capped by the environment's PROXNET_NUM_THREADS, the process' affinity and its cgroup quota.

    Raises
    ------
    TypeError, ValueError
        For anything else.
    """
    _core.set_num_threads(_check.integer("set_num_threads", "count", count, minimum=0, maximum=2**31 - 1))


def get_num_threads() -> int:
    """The number of threads that the next call of the core uses at most.

    Examples
    --------
    >>> import proxnet
    >>> proxnet.get_num_threads() >= 1
    True
    """
    return _core.get_num_threads()


def build_info() -> dict[str, Any]:
    """Version, compiler, instruction set in use and those there are, OpenMP, threads.

    Examples
    --------
    >>> import proxnet
    >>> proxnet.build_info()["isa"] in proxnet.build_info()["isas"]
    True
    """
    return _core.build_info()
