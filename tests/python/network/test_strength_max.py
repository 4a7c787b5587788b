"""strength_max: exact for one layer; of networks the end of a training from dense upwards."""

from contextlib import nullcontext

import numpy as np
import pytest

import proxnet
from proxnet.layers import Dense, Dropout
from proxnet.optimizers import FISTA, Adam
from proxnet.regularizers import L0, L1, L2, MCP, GroupL1, LogSum, SparseGroupL1, TargetSparsity


def problem(outputs=1, dtype="float64"):
    rng = np.random.default_rng(8)
    x = rng.normal(size=(90, 7))
    truth = np.zeros((7, outputs))
    truth[:3] = rng.normal(size=(3, outputs))
    return x.astype(dtype), (x @ truth + 0.3 * rng.normal(size=(90, outputs)) + 1).astype(dtype)


def linear(regularizer, outputs=1, **arguments):
    layer = Dense(outputs, kernel_regularizer=regularizer, **arguments)
    model = proxnet.Sequential([layer], dtype="float64")
    model.compile(FISTA(), "mse")
    return model, layer


@pytest.mark.parametrize(
    "regularizer",
    [
        L1(0.3),
        L1(0.3, factors=[1, 2, 3, 0.5, 1, 1, 1]),
        GroupL1(0.2),
        SparseGroupL1(0.1, 0.2),
        MCP(0.4),
        LogSum(0.1, 0.5),
    ],
    ids=repr,
)
def test_of_one_layer_it_is_the_gradient_formula(regularizer):
    x, y = problem(outputs=2)
    model, _ = linear(regularizer, outputs=2)
    own = regularizer.l1 if isinstance(regularizer, L1) else regularizer.strength
    gradient = 2 * (x - x.mean(axis=0)).T @ (y.mean(axis=0) - y) / y.size
    expected = regularizer.strength_max(gradient) / own
    assert proxnet.strength_max(model, x, y) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("bias", [True, False])
def test_just_under_it_weights_come_in(bias):
    x, y = problem()
    weights = np.arange(90) % 4
    model, layer = linear(L1(0.3), use_bias=bias)
    factor = proxnet.strength_max(model, x, y, sample_weight=weights)
    for share, count in ((1.001, 0), (0.99, 1)):
        model, layer = linear(L1(0.3 * factor * share), use_bias=bias)
        model.fit(x, y, sample_weight=weights, epochs=300, verbose=0)
        assert np.count_nonzero(layer.kernel) == count


def test_of_classes_with_dropout_too():
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(60, 4)), rng.integers(0, 3, 60)
    model = proxnet.Sequential(
        [Dropout(0.2), Dense(3, activation="softmax", kernel_regularizer=L1(0.01))], dtype="float64"
    )
    model.compile("adam", "sparse_categorical_crossentropy")
    shares = np.eye(3)[y]
    gradient = x.T @ (shares.mean(axis=0) - shares) / 60
    assert proxnet.strength_max(model, x, y) == pytest.approx(np.abs(gradient).max() / 0.01, rel=1e-9)


def network(strength, optimizer, dtype="float64"):
    proxnet.set_random_seed(3)
    x, y = problem(dtype=dtype)
    hidden = Dense(8, activation="tanh", kernel_regularizer=GroupL1(strength))
    model = proxnet.Sequential([hidden, Dense(1)], dtype=dtype)
    model.compile(optimizer, "mse")
    model.fit(x, y, epochs=30, verbose=0)
    return model, x, y


@pytest.mark.parametrize("optimizer", [lambda: Adam(0.01), FISTA], ids=["Adam", "FISTA"])
def test_of_a_network_training_at_it_ends_constant(optimizer, threads):
    model, x, y = network(0.0078125, optimizer())
    before, steps = model.get_weights(), model.optimizer.iterations
    epochs = 40 if isinstance(model.optimizer, FISTA) else 5
    factor = proxnet.strength_max(model, x, y, epochs=epochs)
    assert proxnet.strength_max(model, x, y, epochs=epochs) == factor
    proxnet.set_num_threads(1)
    assert proxnet.strength_max(model, x, y, epochs=epochs) == factor
    for kept, old in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(kept, old)
    assert model.optimizer.iterations == steps
    for share, constant in ((2.0, True), (0.02, False)):
        with pytest.warns(proxnet.SparsityWarning, match="the model is a constant") if constant else nullcontext():
            again, _, _ = network(0.0078125 * factor * share, optimizer())
            again.fit(x, y, epochs=150, verbose=0)
        assert (again.sparsity().layers[0].inputs_used == 0) == constant


def test_it_is_a_factor_on_the_strengths():
    x, y = problem()
    factors = []
    for strength in (0.0078125, 0.015625):
        proxnet.set_random_seed(3)
        model = proxnet.Sequential(
            [Dense(8, activation="tanh", kernel_regularizer=L1(strength)), Dense(1)], dtype="float64"
        )
        model.compile(Adam(0.01), "mse")
        factors.append(proxnet.strength_max(model, x, y))
    assert factors[0] == 2 * factors[1]


@pytest.mark.parametrize(
    ("layers", "words"),
    [
        (lambda: [Dense(1)], "a trainable kernel must have a penalty of positive strength"),
        (lambda: [Dense(1, kernel_regularizer=L2(0.1))], "a trainable kernel must have a penalty of positive strength"),
        (lambda: [Dense(3, kernel_regularizer=TargetSparsity(0.5)), Dense(1)], "a sparsity target sets the strength"),
        (
            lambda: [Dense(3, kernel_regularizer=L1(0.1, factors=[0] * 7)), Dense(1)],
            "the penalties must not be 0 at the present weights",
        ),
        (
            lambda: [Dense(3, kernel_regularizer=L1(0.1, factors=[0] + [1] * 6)), Dense(1)],
            "a path from input to output without a penalty",
        ),
    ],
)
def test_models_without_an_answer_are_refused(layers, words):
    x, y = problem()
    model = proxnet.Sequential(layers(), dtype="float64")
    model.compile(Adam(0.01), "mse")
    with pytest.raises(ValueError, match=rf"\[strength_max\] .*{words}"):
        proxnet.strength_max(model, x, y, epochs=1, ratio=4.0)


def test_arguments_are_checked():
    x, y = problem()
    model, _ = linear(L0(0.1))
    for arguments in ({"epochs": 0}, {"ratio": 1.0}, {"batch_size": 0}):
        with pytest.raises(ValueError, match=r"\[strength_max\]"):
            proxnet.strength_max(model, x, y, **arguments)
    assert proxnet.strength_max(model, x, y) > 0
