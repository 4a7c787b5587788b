"""The source of all seeds, of weights, shuffles and dropout.

A seed is a pure function of the argument of `set_random_seed` and the number of seeds drawn since: a script gives the
same bits on any number of threads. NumPy's and Python's generators are not used.
"""

from __future__ import annotations

import os

from . import _check

__all__ = ["set_random_seed"]

_MASK = 2**64 - 1
_key: int | None = None
_drawn = 0
_generation = 0


def set_random_seed(seed: int) -> None:
    """Make results reproducible: models built and trained after equal calls have equal bits.

    The number of threads and the instruction set (among those with fused multiply-add) do not matter. As in Keras,
    Python's `random` and NumPy's global generator are seeded too, for scripts that make their data with them.

    Parameters
    ----------
    seed : int
        0 <= seed < 2**64.

    Raises
    ------
    TypeError, ValueError
        If `seed` is not an integer in that range.

    Examples
    --------
    >>> import proxnet
    >>> def weights():
    ...     proxnet.set_random_seed(7)
    ...     model = proxnet.Sequential([proxnet.Input((3,)), proxnet.layers.Dense(2)])
    ...     return model.get_weights()[0]
    >>> bool((weights() == weights()).all())
    True
    """
    import random

    import numpy as np

    global _key, _drawn, _generation
    number = _check.integer("set_random_seed", "seed", seed, minimum=0, maximum=_MASK)
    random.seed(number)
    np.random.seed(number if number < 2**32 else [number & 0xFFFFFFFF, number >> 32])  # noqa: NPY002
    _key, _drawn = number, 0
    _generation += 1


def generation() -> int:
    """The number of calls of `set_random_seed`: when it changes, models draw new training seeds."""
    return _generation


def next_seed() -> int:
    """The next 64-bit seed of the sequence (splitmix64 of key and count); the default key is random."""
    global _key, _drawn
    if _key is None:
        _key = int.from_bytes(os.urandom(8), "little")
    _drawn += 1
    z = (_key + _drawn * 0x9E3779B97F4A7C15) & _MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK
    return z ^ (z >> 31)
