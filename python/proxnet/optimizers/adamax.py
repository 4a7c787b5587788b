"""Adamax."""

from __future__ import annotations

from .two_decays import TwoDecays

__all__ = ["Adamax"]


class Adamax(TwoDecays):
    """Adam by the largest gradient [Kingma and Ba, 2015, section 7]: ``w <- w - alpha_t m / (u + epsilon)``.

    ``u <- max(beta_2 u, |g|)``, ``alpha_t = learning_rate / (1 - beta_1^t)``. With proximal steps it ends at the
    stationary points of the stated objective: the threshold is ``strength learning_rate / (u + epsilon)``.

    Parameters
    ----------
    learning_rate : float or schedule, default 0.001
        > 0.
    beta_1, beta_2 : float, default 0.9, 0.999
        Decay of the mean gradient and of the largest one, 0 <= beta < 1.
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
    >>> from proxnet.optimizers import Adamax
    >>> Adamax(0.002).learning_rate
    0.002
    """

    _KIND = "adamax"
