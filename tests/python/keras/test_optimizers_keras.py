"""Steps against Keras' formulas in NumPy: the subgradient mode is Keras', the proximal one has Keras' recursions."""

import numpy as np
import pytest

import proxnet
from pairwise import pairwise
from proxnet.layers import Dense
from proxnet.optimizers import SGD, Adagrad, Adam, Adamax, AdamW, Ftrl, Lion, Nadam, RMSprop, schedules
from twin import Twin

OPTIMIZERS = [
    SGD(0.1),
    SGD(0.1, momentum=0.9),
    SGD(0.1, momentum=0.9, nesterov=True),
    SGD(0.1, nesterov=True),
    Adam(0.05),
    Adam(0.05, beta_1=0.5, beta_2=0.9, epsilon=1e-3),
    RMSprop(0.02),
    RMSprop(0.02, rho=0.5, momentum=0.6, epsilon=1e-4),
    RMSprop(0.02, momentum=0.5, centered=True),
    RMSprop(schedules.ExponentialDecay(0.02, 5, 0.5), momentum=0.5),
    SGD(schedules.CosineDecay(0.1, 20, warmup_target=0.3, warmup_steps=2), momentum=0.9, nesterov=True),
    Adam(0.05, amsgrad=True, weight_decay=0.1),
    AdamW(0.05, 0.3, clipnorm=0.1),
    Nadam(0.05, global_clipnorm=0.1),
    Nadam(schedules.InverseTimeDecay(0.05, 2, 0.5)),
    Adamax(0.05),
    Adagrad(0.1, use_ema=True, ema_momentum=0.7, ema_overwrite_frequency=2),
    Ftrl(0.1),
    Ftrl(0.1, -0.7, 0.2, 0.01, 0.02, 0.03, beta=0.5, weight_decay=0.1),
    Lion(0.01),
]
PROBLEMS = {
    "mse": (["tanh", "linear"], lambda rng: rng.normal(size=(20, 3))),
    "binary_crossentropy": (["relu", "sigmoid"], lambda rng: rng.integers(0, 2, size=(20, 3)).astype(float)),
    "categorical_crossentropy": (["tanh", "softmax"], lambda rng: np.eye(3)[rng.integers(0, 3, 20)]),
    "sparse_categorical_crossentropy": (["relu", "softmax"], lambda rng: rng.integers(0, 3, (20, 1)).astype(float)),
}
PENALTIES = [(0.02, 0.01), (0.0, 0.03), (0.01, 0.0), (0.0, 0.0)]


def pair(optimizer, loss, penalties=PENALTIES, step="proximal", dtype="float64"):
    """A model, its twin with the same weights, and data."""
    rng = np.random.default_rng(1)
    activations, targets = PROBLEMS[loss]
    x, y = rng.normal(size=(20, 4)), targets(rng)
    proxnet.set_random_seed(3)
    regularizers = [proxnet.regularizers.L1L2(*penalty) for penalty in penalties]
    model = proxnet.Sequential(
        [
            Dense(5, activations[0], kernel_regularizer=regularizers[0], bias_regularizer=regularizers[1]),
            Dense(3, activations[1], kernel_regularizer=regularizers[2], bias_regularizer=regularizers[3]),
        ],
        dtype=dtype,
    )
    model.compile(optimizer, loss, penalty_step=step)
    model.build(4)
    model.set_weights([w + 0.1 for w in model.get_weights()])
    return model, Twin(model.get_weights(), activations, penalties, loss, optimizer, step == "proximal"), x, y


def assert_same(model, twin, rtol=1e-10, atol=1e-12):
    for ours, theirs in zip(model.get_weights(), twin.weights, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=rtol, atol=atol)


@pairwise(step=["subgradient", "proximal"], loss=PROBLEMS, optimizer=OPTIMIZERS)
def test_three_steps(optimizer, loss, step):
    model, twin, x, y = pair(optimizer, loss, step=step)
    for _ in range(3):
        before = twin.evaluate(x, y)
        twin.step(x, y)
        assert model.train_on_batch(x, y) == pytest.approx(before, rel=1e-10)
        assert_same(model, twin)
    assert model.evaluate(x, y, verbose=0) == pytest.approx(twin.evaluate(x, y), rel=1e-10)


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=repr)
def test_the_zeros_are_the_twin_s(optimizer):
    model, twin, x, y = pair(optimizer, "mse", [(0.3, 0.0), (0.3, 0.0), (0.3, 0.0), (0.0, 0.0)])
    for _ in range(25):
        twin.step(x, y)
        model.train_on_batch(x, y)
    zeros = 0
    for ours, theirs in zip(model.get_weights(), twin.weights, strict=True):
        np.testing.assert_array_equal(ours == 0, theirs == 0)
        assert not np.signbit(ours[ours == 0]).any()
        zeros += (ours == 0).sum()
    assert zeros > 5


def test_the_subgradient_makes_no_zeros():
    model, _, x, y = pair(Adam(0.05), "mse", [(0.3, 0.0)] * 4, step="subgradient")
    model.fit(x, y, epochs=25, verbose=0)
    assert model.sparsity().total.zeros == 0


@pytest.mark.parametrize("loss", PROBLEMS)
def test_batches_and_sample_weights(loss):
    model, twin, x, y = pair(Adam(0.05), loss)
    weights = np.random.default_rng(5).uniform(0, 2, 20)
    history = model.fit(x, y, batch_size=8, epochs=2, shuffle=False, sample_weight=weights, verbose=0)
    for epoch in range(2):
        running = 0.0
        for begin in (0, 8, 16):
            batch = slice(begin, begin + 8)
            running += twin.evaluate(x[batch], y[batch], weights[batch]) * len(x[batch])
            twin.step(x[batch], y[batch], weights[batch])
        assert history.history["loss"][epoch] == pytest.approx(running / 20, rel=1e-9)
    assert_same(model, twin)


def test_float32_follows_float64():
    model, twin, x, y = pair(Adam(0.01), "binary_crossentropy", dtype="float32")
    for _ in range(10):
        model.train_on_batch(x, y)
        twin.step(x, y)
    assert_same(model, twin, rtol=2e-4, atol=2e-5)


def test_recompiling_forgets_the_moments():
    model, twin, x, y = pair(SGD(0.1, momentum=0.9), "mse")
    model.train_on_batch(x, y)
    model.compile(SGD(0.1, momentum=0.9), "mse")
    fresh = Twin(model.get_weights(), twin.activations, twin.penalties, twin.loss, SGD(0.1, momentum=0.9))
    model.train_on_batch(x, y)
    fresh.step(x, y)
    assert_same(model, fresh)


def test_adding_to_the_learning_rate_in_between():
    optimizer = SGD(0.1, momentum=0.9)
    model, twin, x, y = pair(optimizer, "mse")
    for rate in (0.1, 0.02, 0.3):
        optimizer.learning_rate = rate
        model.train_on_batch(x, y)
        twin.step(x, y)
    assert_same(model, twin)


def test_l1_on_a_convex_problem_is_stationary():
    x = np.random.default_rng(0).normal(size=(80, 6))
    y = x @ np.array([1.0, -2.0, 0, 0, 0.05, 0])
    for optimizer in (SGD(0.05), SGD(0.02, momentum=0.9), RMSprop(0.002), Adam(0.02)):
        proxnet.set_random_seed(0)
        penalty = proxnet.regularizers.L1(0.2)
        model = proxnet.Sequential([Dense(1, kernel_regularizer=penalty)], dtype="float64")
        model.compile(optimizer, "mse")
        model.fit(x, y, epochs=3000, batch_size=80, shuffle=False, verbose=0)
        w, b = model.get_weights()
        gradient = 2 * x.T @ (x @ w + b - y[:, None]) / 80
        assert penalty.subdiff_distance(w, gradient) < (1e-2 if isinstance(optimizer, RMSprop) else 1e-4)
        np.testing.assert_array_equal(w[:, 0] == 0, [False, False, True, True, True, True])
