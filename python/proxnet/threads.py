"""The core's number of threads and build information."""

from __future__ import annotations

from typing import Any

from . import _check, _core

__all__ = ["build_info", "get_num_threads", "set_num_threads"]


def set_num_threads(count: int) -> None:
    """Set the number of threads of the core; results do not depend on it.

    Parameters
    ----------
    count : int
        >= 1, or 0 for the default: OpenMP's number at the time of each call (so that limits of threadpoolctl, joblib
        and dask apply), at most PROXNET_NUM_THREADS of the environment, the process's affinity and its cgroup quota.

    Raises
    ------
    TypeError, ValueError
        For other values.
    """
    _core.set_num_threads(_check.integer("set_num_threads", "count", count, minimum=0, maximum=2**31 - 1))


def get_num_threads() -> int:
    """The largest number of threads that the next call of the core uses.

    Examples
    --------
    >>> import proxnet
    >>> proxnet.get_num_threads() >= 1
    True
    """
    return _core.get_num_threads()


def build_info() -> dict[str, Any]:
    """Version, compiler, instruction sets (active and available), OpenMP, threads.

    Examples
    --------
    >>> import proxnet
    >>> proxnet.build_info()["isa"] in proxnet.build_info()["isas"]
    True
    """
    return _core.build_info()
