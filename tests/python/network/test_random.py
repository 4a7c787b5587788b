"""Same seed, same bits: any number of threads, and nothing taken from other generators."""

import random

import numpy as np
import pytest

import proxnet
from proxnet.layers import Dense, Dropout


@pytest.fixture(autouse=True)
def _default_threads():
    yield
    proxnet.set_num_threads(0)


def trained(rows, seed=11):
    proxnet.utils.set_random_seed(seed)
    model = proxnet.Sequential(
        [
            Dense(24, activation="relu", kernel_regularizer="l1"),
            Dropout(0.3),
            Dense(7, activation="tanh", kernel_initializer="he_normal"),
            Dense(1, activation="sigmoid"),
        ]
    )
    model.compile("adam", "binary_crossentropy")
    history = model.fit(*rows, epochs=4, batch_size=13, verbose=0)
    return [*model.get_weights(), np.array(history.history["loss"]), model.predict(rows[0])]


def assert_equal_bits(left, right):
    for a, b in zip(left, right, strict=True):
        assert a.tobytes() == b.tobytes()


def test_same_seed_same_bits(rows):
    assert_equal_bits(trained(rows), trained(rows))


def test_other_seed_other_bits(rows):
    assert trained(rows)[0].tobytes() != trained(rows, seed=12)[0].tobytes()


def test_any_number_of_threads(rows):
    expected = trained(rows)
    for threads in (1, 2, 3, 5):
        proxnet.set_num_threads(threads)
        assert_equal_bits(expected, trained(rows))


def test_set_num_threads():
    proxnet.set_num_threads(1)
    assert proxnet.get_num_threads() == 1
    proxnet.set_num_threads(0)
    assert proxnet.get_num_threads() >= 1


def test_models_of_one_seed_differ():
    proxnet.set_random_seed(0)
    first, second = (proxnet.Sequential([Dense(3, input_dim=3)]) for _ in range(2))
    assert (first.get_weights()[0] != second.get_weights()[0]).any()


def test_seeding_between_build_and_fit_counts(rows):
    model = proxnet.Sequential([Dense(1, input_dim=5)])
    start = model.get_weights()
    ends = []
    for _ in range(2):
        model.compile("sgd", "mse")
        model.set_weights(start)
        proxnet.set_random_seed(8)
        model.fit(*rows, epochs=2, batch_size=4, verbose=0)
        ends.append(model.get_weights())
    assert_equal_bits(*ends)


def test_each_epoch_has_an_order_of_its_own(rows):
    model = proxnet.Sequential([Dense(1, input_dim=5)])
    start = model.get_weights()
    ends = []
    for _ in range(2):
        model.compile("sgd", "mse")
        model.set_weights(start)
        model.fit(*rows, batch_size=4, verbose=0)
        ends.append(model.get_weights())
    assert (ends[0][0] != ends[1][0]).any()


def test_other_generators_are_left_alone_by_training(rows):
    proxnet.set_random_seed(5)
    numbers = random.random(), np.random.random()  # noqa: NPY002
    trained(rows, seed=5)
    assert numbers == (random.random(), np.random.random())  # noqa: NPY002


@pytest.mark.parametrize("seed", [0, 2**32, 2**64 - 1, np.int64(3)])
def test_every_seed_of_64_bits(seed):
    proxnet.set_random_seed(seed)


def test_initial_weights_follow_keras_formulas():
    proxnet.set_random_seed(1)
    n, m = 200, 100
    for name, scale, limit in (
        ("glorot_uniform", np.sqrt(2 / (n + m)), np.sqrt(6 / (n + m))),
        ("glorot_normal", np.sqrt(2 / (n + m)), 2 * np.sqrt(2 / (n + m)) / 0.87962566),
        ("he_uniform", np.sqrt(2 / n), np.sqrt(6 / n)),
        ("he_normal", np.sqrt(2 / n), 2 * np.sqrt(2 / n) / 0.87962566),
    ):
        w = proxnet.Sequential([Dense(m, input_dim=n, kernel_initializer=name)]).get_weights()[0]
        assert abs(w.mean()) < 4 * scale / np.sqrt(n * m)
        assert w.std() == pytest.approx(scale, rel=0.03)
        assert 0.98 * limit < np.abs(w).max() <= limit * (1 + 1e-6)
