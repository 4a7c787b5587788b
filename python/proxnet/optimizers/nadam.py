"""Nadam."""

from __future__ import annotations

from .two_decays import TwoDecays

__all__ = ["Nadam"]


class Nadam(TwoDecays):
    """Adam with Nesterov momentum [Dozat, 2016], as Keras has it.

    The step is a mean of the average gradient and the present one, with the momentum ``beta_1 (1 - 0.96^t / 2)``. With
    proximal steps it ends at the stationary points of the stated objective: the threshold is the step that gradients of
    the size of the strength would have made.

    Parameters
    ----------
    learning_rate : float or schedule, default 0.001
        > 0.
    beta_1, beta_2 : float, default 0.9, 0.999
        Decay of the moments, 0 <= beta < 1.
    epsilon : float, default 1e-7
        > 0.
    name : str, optional
    **common
        As `Optimizer`.

    Raises
    ------
    TypeError, ValueError
        For an argument out of its range, or one of Keras' that is not here yet.

    Examples
    --------
    >>> from proxnet.optimizers import Nadam
    >>> Nadam(0.002).learning_rate
    0.002
    """

    _KIND = "nadam"
