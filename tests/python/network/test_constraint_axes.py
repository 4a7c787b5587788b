"""Norm constraints over inputs, units and both: one step of gradient descent against the formula."""

import numpy as np
import pytest

import proxnet
from pairwise import pairwise
from proxnet.constraints import MaxNorm, MinMaxNorm, UnitNorm
from proxnet.layers import Dense
from proxnet.optimizers import FISTA, SGD
from proxnet.regularizers import GroupL1

AXES = [0, 1, -1, -2, [0, 1], (1, -2)]
KERNELS = [(5, 40), (1, 3), (37, 1), (20, 33)]


def bounds(constraint):
    if isinstance(constraint, MinMaxNorm):
        return constraint.min_value, constraint.max_value, constraint.rate
    return (1, 1, 1) if isinstance(constraint, UnitNorm) else (0, constraint.max_value, 1)


def projected(w, constraint):
    low, high, rate = bounds(constraint)
    axis = constraint.axis if isinstance(constraint.axis, int) else tuple(constraint.axis)
    norm = np.sqrt((w**2).sum(axis=axis, keepdims=True))
    return w * (rate * np.clip(norm, low, high) + (1 - rate) * norm) / (1e-7 + norm)


@pairwise(shape=KERNELS, axis=AXES, optimizer=[lambda: SGD(0.1), lambda: FISTA(0.1)])
def test_a_step_ends_at_the_projection(shape, axis, optimizer):
    rng = np.random.default_rng(2)
    inputs, units = shape
    x, y, start = rng.normal(size=(9, inputs)), rng.normal(size=(9, units)), rng.normal(size=shape)
    for constraint in (MaxNorm(0.9, axis=axis), UnitNorm(axis=axis), MinMaxNorm(0.6, 1.1, 0.5, axis=axis)):
        fista = isinstance(optimizer(), FISTA)
        if fista and isinstance(constraint, MinMaxNorm):
            continue
        layer = Dense(units, use_bias=False, kernel_constraint=constraint)
        model = proxnet.Sequential([layer], dtype="float64")
        model.compile(optimizer(), "mse")
        model.build((inputs,))
        model.set_weights([start])
        model.fit(x, y, batch_size=9, epochs=1, verbose=0)
        if fista:  # its line search may choose another step; a projection moves on by 1e-7 over the norm
            np.testing.assert_allclose(projected(layer.kernel, constraint), layer.kernel, rtol=1e-4)
            continue
        gradient = 2 * x.T @ (x @ start - y) / y.size
        np.testing.assert_allclose(layer.kernel, projected(start - 0.1 * gradient, constraint), rtol=1e-12)


@pytest.mark.parametrize("axis", [0, 1, [0, 1]], ids=repr)
def test_equal_bits_on_any_team(axis, threads):
    rng = np.random.default_rng(4)
    x, y = rng.normal(size=(256, 70)).astype("float32"), rng.normal(size=(256, 1)).astype("float32")

    def bits(count):
        proxnet.set_num_threads(count)
        proxnet.set_random_seed(0)
        model = proxnet.Sequential([Dense(50, activation="relu", kernel_constraint=MaxNorm(1, axis=axis)), Dense(1)])
        model.compile("adam", "mse")
        model.fit(x, y, epochs=2, verbose=0)
        return model.get_weights()[0].tobytes()

    assert bits(1) == bits(2) == bits(5)


def test_axes_are_checked():
    for axis in (2, -3, True, [], [0, 0], [1, -1], 0.5, "0"):
        with pytest.raises((TypeError, ValueError), match=r"\[MaxNorm\] axis"):
            MaxNorm(axis=axis)
    with pytest.raises(ValueError, match=r"\[Dense\] bias constraint: one row of weights has one norm, its axis is 0"):
        proxnet.Sequential([proxnet.Input((2,)), Dense(3, bias_constraint=MaxNorm(axis=1))])
    with pytest.raises(ValueError, match="the penalty wants inputs whose weights are all zero"):
        proxnet.Sequential(
            [proxnet.Input((2,)), Dense(3, kernel_regularizer=GroupL1(0.1), kernel_constraint=UnitNorm(axis=1))]
        )
    again = MaxNorm.from_config(MaxNorm(axis=(0, 1)).get_config())
    assert again == MaxNorm(axis=[0, 1])
    assert MaxNorm(axis=1) != MaxNorm()


@pytest.mark.parametrize("often", [None, 3])
def test_averages_are_of_the_weights_before_their_constraint(often):
    layer = Dense(1, use_bias=False, kernel_constraint=MaxNorm(0.5))
    model = proxnet.Sequential([proxnet.Input((1,)), layer], dtype="float64")
    model.set_weights([[[0.4]]])
    optimizer = SGD(0.1, use_ema=True, ema_momentum=0.9, ema_overwrite_frequency=often)
    model.compile(optimizer, "mse")
    model.fit(np.ones((4, 1)), np.full((4, 1), 2.0), batch_size=1, epochs=2, shuffle=False, verbose=0)
    w = average = 0.4
    for step in range(1, 9):
        w -= 0.1 * 2 * (w - 2)
        average = w if step == 1 else 0.9 * average + 0.1 * w
        w = average if often and step % often == 0 else w
        w *= min(w, 0.5) / (w + 1e-7)
    assert average > 0.6  # and so over the bound, as in Keras
    np.testing.assert_allclose(model.get_weights()[0], average, rtol=1e-12)
