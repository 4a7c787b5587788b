"""Bounds on the expected number of false selections of stability selection."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from .. import _check

__all__ = ["ASSUMPTIONS", "StabilityParameters", "false_selections", "stability_parameters"]

ASSUMPTIONS = ("unimodal", "r-concave", "none")
_A_MIN, _A_MAX = 1e-5, 1e5  # range of the shift a of r-concave distributions


class StabilityParameters(NamedTuple):
    """Threshold, number of features selected per subsample, bound on the expected number of false selections."""

    threshold: float
    q: int
    error_bound: float


def false_selections(
    n_features: int, q: float, threshold: float, n_pairs: int = 50, assumption: str = "unimodal"
) -> float:
    """An upper bound on the expected number of features selected with at most average probability, p of them in all.

    "none" is the bound of [Meinshausen and Bühlmann, 2010], q^2 / ((2 threshold - 1) p). The others hold for
    complementary pairs of subsamples [Shah and Samworth, 2013]: "unimodal" by their formula (7) and "r-concave" by (8),
    for features whose simultaneous selection probabilities have unimodal or r-concave distributions.

    Parameters
    ----------
    n_features : int
        p, the number of features.
    q : float
        Average number of features selected in a subsample, 0 < q <= p.
    threshold : float
        Share of subsamples in which a stable feature is selected, 0.5 < threshold <= 1.
    n_pairs : int, default 50
        B, the number of complementary pairs, >= 2.
    assumption : {"unimodal", "r-concave", "none"}

    Returns
    -------
    float
        Never more than p; p where the bound says nothing.

    Examples
    --------
    >>> from proxnet.path import false_selections
    >>> round(false_selections(9, q=2, threshold=0.75), 3)
    0.454
    """
    p, theta = n_features, q / n_features
    if assumption == "none":
        return min(float(p), q * theta / (2 * threshold - 1)) if threshold > 0.5 else float(p)
    if assumption == "r-concave":
        # The tail of the simultaneous selection of a pair, r = -1/2, and of single subsamples, r = -1/4.
        count = math.ceil(round(2 * n_pairs * threshold, 9))
        pairs = _r_concave_tail(theta * theta, count - n_pairs, n_pairs, -0.5)
        return p * min(1.0, pairs, _r_concave_tail(theta, count, 2 * n_pairs, -0.25))
    half = 1 / (2 * n_pairs)
    if threshold <= 0.5 + min(theta * theta, half + 0.75 * theta * theta):
        return float(p)
    bound = 1 / (2 * (2 * threshold - 1 - half)) if threshold <= 0.75 else 4 * (1 - threshold + half) / (1 + 2 * half)
    return min(float(p), bound * q * theta)


def _r_concave_tail(mean: float, at: int, size: int, r: float) -> float:
    """The largest P(X >= at) of r-concave X on 0, ..., size with E X = mean * size.

    The maximum is attained by f(i) = c (a + i)^(1/r) for i <= k and some mass at k + 1; the mean fixes c:
    c sum (k + 1 - i) (a + i)^(1/r) = k + 1 - mean * size. P(X >= at) is maximised over a and k.
    """
    first, expected = math.ceil(2 * mean * size) + 1, mean * size
    if at < first or first > size:
        return 1.0
    start = max(first, at - 1)  # the largest value, k + 1, is at least `at`
    best, upper = 0.0, _A_MAX if start == first else _shift_of_mean(expected, start, 1 / r)
    for k in range(start, size):
        i = np.arange(k + 2)
        lower = _shift_of_mean(expected, k + 1, 1 / r)
        low, high = math.log(lower), math.log(max(upper, lower))
        for _ in range(4):  # a grid around the best a, narrowed three times
            a = np.linspace(low, high, 33)
            w = (np.exp(a)[:, np.newaxis] + i[: k + 1]) ** (1 / r)
            tails = 1 - (k + 1 - expected) * w[:, :at].sum(axis=1) / (w @ (k + 1 - i[: k + 1]))
            top = int(np.argmax(tails))
            best = max(best, float(tails[top]))
            low, high = a[max(top - 1, 0)], a[min(top + 1, len(a) - 1)]
        upper = lower
    return best


def _shift_of_mean(expected: float, k: int, power: float) -> float:
    """The a for which weights (a + i)^power, i = 0, ..., k, have this mean, by bisection of log a."""
    low, high, i = math.log(_A_MIN), math.log(_A_MAX), np.arange(k + 1)
    for _ in range(50):
        middle = (low + high) / 2
        w = (math.exp(middle) + i) ** power
        low, high = (middle, high) if w @ i / w.sum() < expected else (low, middle)
    return math.exp(low)


def stability_parameters(
    n_features: int,
    threshold: float | None = None,
    q: int | None = None,
    error_bound: float | None = None,
    n_pairs: int = 50,
    assumption: str = "unimodal",
) -> StabilityParameters:
    """The third of threshold, q and error bound, given two of them.

    Without `threshold` the smallest multiple of 1 / (2 n_pairs) that keeps the bound is returned, without `q` the
    largest integer.

    Parameters
    ----------
    n_features, n_pairs, assumption
        As in `false_selections`.
    threshold : float, optional
        0.5 < threshold <= 1.
    q : int, optional
        1 <= q <= n_features.
    error_bound : float, optional
        Largest expected number of false selections, > 0.

    Returns
    -------
    StabilityParameters
        (threshold, q, error_bound), where the error bound is what threshold and q guarantee.

    Raises
    ------
    TypeError, ValueError
        Unless two of the three are given, and where no third one keeps the bound.

    Examples
    --------
    >>> from proxnet.path import stability_parameters
    >>> stability_parameters(9, threshold=0.75, error_bound=1.0).q
    2
    """
    operation = "stability_parameters"
    p = _check.integer(operation, "n_features", n_features, minimum=1)
    pairs = _check.integer(operation, "n_pairs", n_pairs, minimum=2)
    kind = _check.choice(operation, "assumption", assumption, ASSUMPTIONS)
    given = sum(value is not None for value in (threshold, q, error_bound))
    if given != 2:
        raise ValueError(f"[{operation}] two of threshold, q and error_bound must be given, got {given}")
    if threshold is not None:
        threshold = _check.real(operation, "threshold", threshold, above=0.5, maximum=1)
    if q is not None:
        q = _check.integer(operation, "q", q, minimum=1, maximum=p)
    if error_bound is not None:
        error_bound = _check.real(operation, "error_bound", error_bound, above=0)

    def bound(features: int, share: float) -> float:
        return false_selections(p, features, share, pairs, kind)

    if threshold is None:
        assert q is not None
        assert error_bound is not None
        fixed, limit = q, error_bound
        steps = _first(pairs + 1, 2 * pairs, lambda count: bound(fixed, count / (2 * pairs)) <= limit)
        if steps is None:
            raise ValueError(
                f"[{operation}] q must be smaller or error_bound larger: even a threshold of 1 gives a bound of "
                f"{bound(q, 1.0):.3g} for q = {q}, over {error_bound:g}"
            )
        threshold = steps / (2 * pairs)
    elif q is None:
        assert error_bound is not None
        share, limit = threshold, error_bound
        beyond = _first(1, p, lambda features: bound(features, share) > limit)
        q = p if beyond is None else beyond - 1
        if q == 0:
            raise ValueError(
                f"[{operation}] threshold or error_bound must be larger: one feature per subsample gives a bound of "
                f"{bound(1, threshold):.3g}, over {error_bound:g}"
            )
    return StabilityParameters(threshold, q, bound(q, threshold))


def _first(low: int, high: int, holds: Callable[[int], bool]) -> int | None:
    """The smallest integer in [low, high] where a monotone condition holds, or None."""
    if not holds(high):
        return None
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle + 1, high)
    return low
