"""The one place that seeds come from: weights, shuffles and dropout draw theirs here.

Seeds are a pure function of (the number given to `set_random_seed`, how many were drawn since), so the same script
gives the same bits on any number of threads. Nothing is drawn from NumPy's or Python's generators.
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
    """Make what follows reproducible: models built and trained after equal calls have equal bits.

    The number of threads and the instruction set (with fused multiply-add) do not matter. As Keras does, Python's
    `random` and NumPy's global generator are seeded too, for the sake of scripts that make their data with them.

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
    """How often `set_random_seed` was called: a model draws its training seed anew when this changes."""
    return _generation


def next_seed() -> int:
    """The next 64-bit seed of the sequence (splitmix64 of key and count); unseeded, the key is the system's entropy."""
    global _key, _drawn
    if _key is None:
        _key = int.from_bytes(os.urandom(8), "little")
    _drawn += 1
    z = (_key + _drawn * 0x9E3779B97F4A7C15) & _MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK
    return z ^ (z >> 31)
