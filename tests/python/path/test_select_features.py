"""Exactly k inputs of a network."""

from __future__ import annotations

import numpy as np
import pytest

import proxnet
from proxnet.layers import Dense
from proxnet.path import select_features
from proxnet.regularizers import GroupL1


def network() -> proxnet.Sequential:
    proxnet.set_random_seed(2)
    model = proxnet.Sequential([Dense(8, "relu"), Dense(1)])
    model.compile(proxnet.optimizers.Adam(0.01), "mse")
    return model


def rows() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(3)
    x = rng.normal(size=(300, 20)).astype("float32")
    x[:, 19] = x[:, 0]  # a copy: both leave at nearly the same strength
    x[:, 5] = 1  # constant
    return x, 2 * x[:, 0] + np.abs(x[:, 1]) - x[:, 2]


@pytest.mark.parametrize("wanted", [1, 2, 3, 7, 13, 20])
@pytest.mark.parametrize("n_strengths", [2, 8])  # two points: the path jumps over every number
def test_the_number_is_exact(wanted: int, n_strengths: int) -> None:
    found = select_features(network(), *rows(), wanted, n_strengths=n_strengths, dense_epochs=12)
    assert found.support.sum() == wanted
    assert len(found.indices) == wanted
    kernel = found.model.layers[0].kernel
    assert (kernel[~found.support] == 0).all()
    if 4 <= wanted < 20 and n_strengths == 8:
        assert {1, 2} <= set(found.indices.tolist())


def test_wrong_numbers_are_sentences() -> None:
    with pytest.raises(ValueError, match="n_features must be at most the number of inputs, 20, got 21"):
        select_features(network(), *rows(), 21)
    with pytest.raises(ValueError, match="penalty must be of single inputs"):
        select_features(network(), *rows(), 2, penalty=GroupL1(1.0, groups=[list(range(20))]))
