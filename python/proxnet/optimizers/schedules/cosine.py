"""Cosine decay, once or with restarts [Loshchilov and Hutter, 2017]."""

from __future__ import annotations

from typing import ClassVar

from .schedule import LearningRateSchedule

__all__ = ["CosineDecay", "CosineDecayRestarts"]


class CosineDecay(LearningRateSchedule):
    """From the initial learning rate r along half a cosine to `alpha` r, after an optional linear warm-up.

    Parameters
    ----------
    initial_learning_rate : float
        > 0; >= 0 with a warm-up, which starts there.
    decay_steps : float
        > 0; steps of the cosine, without the warm-up.
    alpha : float, default 0.0
        0 <= alpha <= 1.
    name : str, optional
    warmup_target : float, optional
        > 0; the learning rate between warm-up and cosine.
    warmup_steps : float, default 0
        >= 0; only with `warmup_target`.

    Raises
    ------
    TypeError, ValueError
        For an argument out of its range.

    Examples
    --------
    >>> from proxnet.optimizers.schedules import CosineDecay
    >>> rate = CosineDecay(0.0, decay_steps=90, warmup_target=0.1, warmup_steps=10)
    >>> [round(rate(step), 4) for step in (0, 5, 10, 55, 100)]
    [0.0, 0.05, 0.1, 0.05, 0.0]
    """

    _KIND = "cosine_decay"
    _ARGUMENTS: ClassVar[dict[str, str]] = {
        name: name for name in ("initial_learning_rate", "decay_steps", "alpha", "warmup_target", "warmup_steps")
    }

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: float,
        alpha: float = 0.0,
        name: str | None = None,
        warmup_target: float | None = None,
        warmup_steps: float = 0,
    ) -> None:
        self._set(
            name,
            "CosineDecay",
            initial_learning_rate=initial_learning_rate,
            decay_steps=decay_steps,
            alpha=alpha,
            warmup_target=warmup_target,
            warmup_steps=warmup_steps,
        )


class CosineDecayRestarts(LearningRateSchedule):
    """Cosine decay with restarts: each cycle is `t_mul` times as long and `m_mul` times as high as the cycle before.

    Parameters
    ----------
    initial_learning_rate : float
        > 0.
    first_decay_steps : float
        Length of the first cycle, > 0.
    t_mul : float, default 2.0
        >= 1.
    m_mul : float, default 1.0
        > 0.
    alpha : float, default 0.0
        0 <= alpha <= 1.
    name : str, optional

    Raises
    ------
    TypeError, ValueError
        For an argument out of its range.

    Examples
    --------
    >>> from proxnet.optimizers.schedules import CosineDecayRestarts
    >>> rate = CosineDecayRestarts(0.1, first_decay_steps=10)
    >>> [round(rate(step), 4) for step in (0, 5, 10, 20, 30)]
    [0.1, 0.05, 0.1, 0.05, 0.1]
    """

    _KIND = "cosine_decay_restarts"
    _ARGUMENTS: ClassVar[dict[str, str]] = {
        "initial_learning_rate": "initial_learning_rate",
        "first_decay_steps": "decay_steps",
        "t_mul": "t_mul",
        "m_mul": "m_mul",
        "alpha": "alpha",
    }

    def __init__(
        self,
        initial_learning_rate: float,
        first_decay_steps: float,
        t_mul: float = 2.0,
        m_mul: float = 1.0,
        alpha: float = 0.0,
        name: str | None = None,
    ) -> None:
        self._set(
            name,
            "SGDRDecay",
            initial_learning_rate=initial_learning_rate,
            first_decay_steps=first_decay_steps,
            t_mul=t_mul,
            m_mul=m_mul,
            alpha=alpha,
        )
