"""Error bounds of stability selection: values worked out by hand, and distributions that reach or respect them."""

from __future__ import annotations

import numpy as np
import pytest

from proxnet.path import false_selections, stability_parameters
from proxnet.path.error_bounds import _r_concave_tail


def test_values_by_hand() -> None:
    # Unimodal, threshold in (1/2, 3/4], B = 50 pairs: q^2 / p / (2 (2 threshold - 1 - 1 / (2 B))) = 4 / 9 / 0.98.
    found = stability_parameters(9, threshold=0.75, error_bound=1)
    assert found.q == 2
    assert found.error_bound == pytest.approx(0.4535, abs=5e-5)
    # Meinshausen and Buehlmann: q^2 / ((2 threshold - 1) p) = 1; 10 base-learners, q = 3 give a cutoff of 0.95.
    assert false_selections(10, 3, 0.95, assumption="none") == pytest.approx(1)
    assert stability_parameters(10, q=3, error_bound=1 + 1e-9, assumption="none").threshold == pytest.approx(0.95)
    # The two pieces of the unimodal bound meet near threshold 3/4.
    assert false_selections(1000, 30, 0.75) == pytest.approx(false_selections(1000, 30, 0.7500001), rel=0.05)


@pytest.mark.parametrize("assumption", ["unimodal", "r-concave", "none"])
def test_two_give_the_third(assumption: str) -> None:
    bound = stability_parameters(200, threshold=0.8, q=10, assumption=assumption).error_bound
    exact = bound * (1 + 1e-9)
    assert stability_parameters(200, threshold=0.8, error_bound=exact, assumption=assumption).q == 10
    found = stability_parameters(200, q=10, error_bound=exact, assumption=assumption)
    assert found.threshold == pytest.approx(0.8)
    assert found.error_bound <= exact


def test_stronger_assumptions_give_smaller_bounds() -> None:
    for q, threshold in ((5, 0.6), (20, 0.75), (20, 0.9)):
        bounds = [false_selections(500, q, threshold, 50, kind) for kind in ("r-concave", "unimodal", "none")]
        assert bounds == sorted(bounds)
        assert bounds[0] < bounds[2]


@pytest.mark.parametrize("r", [-0.5, -0.25])
def test_no_r_concave_distribution_has_a_larger_tail(r: float) -> None:
    size, mean = 20, 0.08
    bounds = np.array([_r_concave_tail(mean, at, size, r) for at in range(size + 1)])
    best, i = np.zeros(size + 1), np.arange(size + 1)
    for top in range(5, size + 1):  # f(i) = (a + i)^(1/r) on 0, ..., top
        for a in np.geomspace(1e-3, 1e3, 400):
            f = np.where(i <= top, (a + i) ** (1 / r), 0)
            f /= f.sum()
            if f @ i <= mean * size:
                best = np.maximum(best, f[::-1].cumsum()[::-1])
    assert (best <= bounds + 1e-9).all()
    inside = bounds < 1
    assert inside.sum() > 10
    assert (best[inside] > 0.7 * bounds[inside]).all()


def test_wrong_requests_are_sentences() -> None:
    with pytest.raises(ValueError, match="two of threshold, q and error_bound"):
        stability_parameters(10, q=3)
    with pytest.raises(ValueError, match="q must be smaller or error_bound larger"):
        stability_parameters(10, q=9, error_bound=0.01)
    with pytest.raises(ValueError, match="threshold or error_bound must be larger"):
        stability_parameters(10, threshold=0.51, error_bound=1e-4)
