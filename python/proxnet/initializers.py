"""Initializers of weights with Keras' names, formulas and parameters; the core draws the numbers.

Without a `seed` they draw from the sequence of `proxnet.set_random_seed`. The distributions are Keras', the random
numbers are not.
"""

from __future__ import annotations

from typing import Any, Unpack

from . import _check, _core
from ._check.config import Configurable, by_identifier, deserialize, resolve, serialize
from ._check.keywords import NoKeywords
from ._check.missing import explain_missing

__all__ = [
    "Constant",
    "GlorotNormal",
    "GlorotUniform",
    "HeNormal",
    "HeUniform",
    "Identity",
    "IdentityInitializer",
    "Initializer",
    "LecunNormal",
    "LecunUniform",
    "Ones",
    "Orthogonal",
    "OrthogonalInitializer",
    "RandomNormal",
    "RandomUniform",
    "TruncatedNormal",
    "VarianceScaling",
    "Zeros",
    "deserialize",
    "get",
    "serialize",
]


class Initializer(Configurable):
    """Base of the initializers.

    Examples
    --------
    >>> import proxnet
    >>> from proxnet.initializers import RandomUniform
    >>> layer = proxnet.layers.Dense(3, kernel_initializer=RandomUniform(-1, 1, seed=4), input_dim=100)
    >>> model = proxnet.Sequential([layer])
    >>> bool(abs(layer.kernel).max() < 1), bool(abs(layer.kernel).max() > 0.95)
    (True, True)
    """

    _FIXED = True
    identifier = ""
    matrix = False  # whether it is for kernels only

    def __init__(self, **unknown: Unpack[NoKeywords]) -> None:
        _check.refuse_keywords(type(self).__name__, unknown, type(self))

    def _settings(self) -> dict[str, Any]:
        """Arguments of the core's initializer."""
        return {}

    def _core_initializer(self) -> _core.Initializer:
        return _core.Initializer(self.identifier, **self._settings())


class Zeros(Initializer):
    """All weights are +0.0."""

    identifier = "zeros"


class Ones(Initializer):
    """All weights are 1."""

    identifier = "ones"


class Constant(Initializer):
    """All weights are `value`, a number, default 0.0."""

    identifier = "constant"

    def __init__(self, value: float = 0.0) -> None:
        self.value = _check.real("Constant", "value", value)

    def _settings(self) -> dict[str, Any]:
        return {"first": self.value}


class Identity(Initializer):
    """A kernel of zeros with `gain` (default 1.0) on the diagonal."""

    identifier = "identity"
    matrix = True

    def __init__(self, gain: float = 1.0) -> None:
        self.gain = _check.real("Identity", "gain", gain)

    def _settings(self) -> dict[str, Any]:
        return {"first": self.gain}


class _Random(Initializer):
    """Base of random initializers: equal `seed`s (integers >= 0) and equal shapes give equal weights."""

    _parameters: tuple[str, ...] = ()

    def __init__(self, seed: int | None = None, **unknown: Unpack[NoKeywords]) -> None:
        super().__init__(**unknown)
        name = type(self).__name__
        self.seed = None if seed is None else _check.integer(name, "seed", seed, minimum=0, maximum=2**64 - 1)

    def _settings(self) -> dict[str, Any]:
        values = zip(("first", "second"), (getattr(self, name) for name in self._parameters), strict=False)
        return {"seed": self.seed, **dict(values)}


class RandomNormal(_Random):
    """Normal with `mean` (default 0.0) and standard deviation `stddev` (default 0.05)."""

    identifier = "random_normal"
    _parameters = ("mean", "stddev")

    def __init__(self, mean: float = 0.0, stddev: float = 0.05, seed: int | None = None) -> None:
        super().__init__(seed)
        self.mean = _check.real(type(self).__name__, "mean", mean)
        self.stddev = _check.real(type(self).__name__, "stddev", stddev, minimum=0)


class TruncatedNormal(RandomNormal):
    """As `RandomNormal`, but numbers beyond two standard deviations are redrawn."""

    identifier = "truncated_normal"


class RandomUniform(_Random):
    """Uniform from `minval` (default -0.05) to `maxval` (default 0.05)."""

    identifier = "random_uniform"
    _parameters = ("minval", "maxval")

    def __init__(self, minval: float = -0.05, maxval: float = 0.05, seed: int | None = None) -> None:
        super().__init__(seed)
        self.minval = _check.real("RandomUniform", "minval", minval)
        self.maxval = _check.real("RandomUniform", "maxval", maxval, minimum=self.minval)


class Orthogonal(_Random):
    """Orthonormal columns, or rows where these are fewer, times `gain` (default 1.0) [Saxe et al., 2014]."""

    identifier = "orthogonal"
    matrix = True
    _parameters = ("gain",)

    def __init__(self, gain: float = 1.0, seed: int | None = None) -> None:
        super().__init__(seed)
        self.gain = _check.real("Orthogonal", "gain", gain)


class VarianceScaling(_Random):
    """Weights of variance `scale` / n.

    Parameters
    ----------
    scale : float, default 1.0
        > 0.
    mode : {"fan_in", "fan_out", "fan_avg"}
        n is the number of inputs (default), of units, or their mean; for a bias the number of units.
    distribution : {"truncated_normal", "untruncated_normal", "uniform"}
        "normal" is "truncated_normal", the default.
    seed : int, optional
    """

    identifier = "variance_scaling"

    def __init__(
        self,
        scale: float = 1.0,
        mode: str = "fan_in",
        distribution: str = "truncated_normal",
        seed: int | None = None,
        **unknown: Unpack[NoKeywords],
    ) -> None:
        later = {"input_axes": None, "output_axes": None}
        _check.refuse_keywords("VarianceScaling", unknown, VarianceScaling, later)
        super().__init__(seed)
        self.scale = _check.real("VarianceScaling", "scale", scale, above=0)
        self.mode = _check.choice("VarianceScaling", "mode", mode, ("fan_in", "fan_out", "fan_avg"))
        shapes = ("truncated_normal", "untruncated_normal", "uniform", "normal")
        chosen = _check.choice("VarianceScaling", "distribution", distribution, shapes)
        self.distribution = "truncated_normal" if chosen == "normal" else chosen

    def _settings(self) -> dict[str, Any]:
        return {"first": self.scale, "fan": self.mode, "distribution": self.distribution, "seed": self.seed}


class GlorotUniform(_Random):
    """Uniform in +-sqrt(6 / (inputs + units)) [Glorot and Bengio, 2010]; the default for kernels."""

    identifier = "glorot_uniform"


class GlorotNormal(_Random):
    """Normal, cut at two standard deviations, of variance 2 / (inputs + units) [Glorot and Bengio, 2010]."""

    identifier = "glorot_normal"


class HeUniform(_Random):
    """Uniform in +-sqrt(6 / inputs) [He et al., 2015]."""

    identifier = "he_uniform"


class HeNormal(_Random):
    """Normal, cut at two standard deviations, of variance 2 / inputs [He et al., 2015]."""

    identifier = "he_normal"


class LecunUniform(_Random):
    """Uniform in +-sqrt(3 / inputs) [LeCun et al., 1998]."""

    identifier = "lecun_uniform"


class LecunNormal(_Random):
    """Normal, cut at two standard deviations, of variance 1 / inputs [LeCun et al., 1998]."""

    identifier = "lecun_normal"


IdentityInitializer, OrthogonalInitializer = Identity, Orthogonal  # as in Keras

_KNOWN = by_identifier(globals(), Initializer)
globals().update(_KNOWN)
_KNOWN |= {"zero": Zeros, "one": Ones, "uniform": RandomUniform, "normal": RandomNormal}
_LATER = "stft".split()


def get(identifier: Any, operation: str = "initializers.get") -> Initializer:
    """An initializer from its name, its class or itself.

    Raises
    ------
    ValueError
        For an unknown name, with the nearest known one.
    TypeError
        For an object that is not an initializer of this module.
    """
    return resolve(operation, "initializer", identifier, _KNOWN, Initializer, _LATER)


explain_missing(__name__)
