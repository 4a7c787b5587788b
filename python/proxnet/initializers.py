"""What weights are before training: Keras' names and formulas, drawn by the core from `set_random_seed`'s sequence."""

from __future__ import annotations

from typing import Any

from . import _core, _names
from ._config import Configurable, deserialize, serialize

__all__ = [
    "GlorotNormal",
    "GlorotUniform",
    "HeNormal",
    "HeUniform",
    "Initializer",
    "Ones",
    "Zeros",
    "deserialize",
    "get",
    "glorot_normal",
    "glorot_uniform",
    "he_normal",
    "he_uniform",
    "ones",
    "serialize",
    "zeros",
]

_SEEDED = {"seed": None}


class Initializer(Configurable):
    """Base of the initializers.

    Parameters
    ----------
    seed : None
        Keras' argument; seeds come from `proxnet.set_random_seed` alone, so anything but None is refused.
    """

    _core_initializer = _core.Initializer.zeros

    def __init__(self, **unknown: Any) -> None:
        _names.refuse_keywords(type(self).__name__, unknown, ("seed",), _SEEDED)

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


class Zeros(Initializer):
    """All weights are +0.0."""


class Ones(Initializer):
    """All weights are 1."""

    _core_initializer = _core.Initializer.ones


class GlorotUniform(Initializer):
    """Uniform in +-sqrt(6 / (inputs + units)) [Glorot and Bengio, 2010]; the default of kernels."""

    _core_initializer = _core.Initializer.glorot_uniform


class GlorotNormal(Initializer):
    """Normal, cut at two standard deviations, of variance 2 / (inputs + units) [Glorot and Bengio, 2010]."""

    _core_initializer = _core.Initializer.glorot_normal


class HeUniform(Initializer):
    """Uniform in +-sqrt(6 / inputs) [He et al., 2015]."""

    _core_initializer = _core.Initializer.he_uniform


class HeNormal(Initializer):
    """Normal, cut at two standard deviations, of variance 2 / inputs [He et al., 2015]."""

    _core_initializer = _core.Initializer.he_normal


zeros = Zeros
ones = Ones
glorot_uniform = GlorotUniform
glorot_normal = GlorotNormal
he_uniform = HeUniform
he_normal = HeNormal

_KNOWN: dict[str, type[Initializer]] = {
    "zeros": Zeros,
    "ones": Ones,
    "glorot_uniform": GlorotUniform,
    "glorot_normal": GlorotNormal,
    "he_uniform": HeUniform,
    "he_normal": HeNormal,
}
_LATER = _names.words(
    "lecun_normal lecun_uniform random_normal random_uniform truncated_normal variance_scaling orthogonal "
    "identity constant"
)


def get(identifier: Any, operation: str = "initializers.get") -> Initializer:
    """An initializer from its name, its class or itself.

    Raises
    ------
    ValueError
        For an unknown name, with the nearest known one.
    TypeError
        For anything that is no initializer of this module.
    """
    return _names.resolve(operation, "initializer", identifier, _KNOWN, Initializer, _LATER)


def core(initializer: Initializer) -> _core.Initializer:
    """The core's initializer."""
    return initializer._core_initializer
