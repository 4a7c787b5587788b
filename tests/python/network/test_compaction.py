"""Compact models and predictors have the bits of the model that they come from."""

import threading

import numpy as np
import pytest

import proxnet
from proxnet.layers import Activation, BatchNormalization, ColumnSelection, Dense, Dropout, Flatten, Normalization
from proxnet.regularizers import L1, GroupL1

X = np.random.default_rng(0).normal(size=(70, 12)).astype("f")
Y = (X[:, :2] > 0).astype("f")


def thinned(layers, dtype="float32", shape=(12,), zeros=0.5):
    """A compiled model, some of whose inputs, units and single weights are zero."""
    model = proxnet.Sequential([proxnet.Input(shape), *layers], dtype=dtype)
    rng = np.random.default_rng(1)
    weights = model.get_weights()
    for array in weights:
        if array.ndim == 2:
            array *= rng.random(array.shape) >= zeros
            array[rng.random(array.shape[0]) < zeros / 2] = 0
            array[:, rng.random(array.shape[1]) < zeros / 2] = 0
    model.set_weights(weights)
    model.compile("adam", "mse")
    return model


def recipes():
    factors = np.linspace(1, 2, 12).tolist()
    yield [Dense(20, "relu", kernel_regularizer=L1(1e-3, factors=factors)), Dropout(0.2), Dense(8, "tanh"), Dense(2)]
    yield [Normalization(mean=X.mean(0), variance=X.var(0)), Dense(9, "tanh"), BatchNormalization(), Dense(2)]
    groups = [[0, 1, 2], [3, 7], [4, 5, 6, 8], [9, 10, 11]]
    yield [Dense(15, kernel_regularizer=GroupL1(1e-3, groups=groups)), Activation("relu"), Dense(2, use_bias=False)]
    yield [ColumnSelection([1, 4, 5, 9, 11]), Dense(14, "sigmoid"), Dense(2, "softmax")]


@pytest.mark.parametrize("number", range(4))
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_compact_model_predicts_the_same_bits_and_goes_on(number, dtype, tmp_path) -> None:
    model = thinned(list(recipes())[number], dtype)
    small = model.compact()
    expected = model.predict(X, verbose=0)
    np.testing.assert_array_equal(small.predict(X, verbose=0), expected)
    assert small.count_params() < model.count_params()
    assert small.compact().count_params() == small.count_params()
    small.save(tmp_path / "small")
    loaded = proxnet.load_model(tmp_path / "small")
    np.testing.assert_array_equal(loaded.predict(X, verbose=0), expected)
    losses = [m.fit(X, Y, epochs=2, verbose=0, shuffle=False).history["loss"] for m in (small, loaded)]
    assert losses[0] == losses[1]
    assert small.compact().predict(X, verbose=0).shape == (70, 2)


def test_the_penalty_of_what_stays_is_the_same() -> None:
    groups = [[0, 1, 2], [3, 7], [4, 5, 6, 8], [9, 10, 11]]
    model = proxnet.Sequential([Dense(4, kernel_regularizer=GroupL1(0.1, groups=groups), input_dim=12), Dense(1)])
    kernel, *others = model.get_weights()
    kernel[[1, 3, 7]] = 0
    model.set_weights([kernel, *others])
    assert model.compact().penalty() == pytest.approx(model.penalty(), rel=1e-6)


def test_names_and_shapes_of_the_inputs_stay() -> None:
    frame = pytest.importorskip("pandas").DataFrame(X, columns=[f"f{k}" for k in range(12)])
    model = thinned([Dense(5, "relu"), Dense(2)])
    model.fit(frame, Y, verbose=0, epochs=0 + 1)
    weights = model.get_weights()
    weights[0][[2, 3, 8]] = 0
    model.set_weights(weights)
    small = model.compact()
    used = set(small.sparsity().inputs_in_use)
    assert used == set(model.sparsity().inputs_in_use)
    assert not used & {"f2", "f3", "f8"}
    np.testing.assert_array_equal(small.predict(frame, verbose=0), model.predict(frame, verbose=0))
    with pytest.raises(ValueError, match="feature names should match"):
        small.predict(frame[frame.columns[::-1]], verbose=0)
    images = thinned([Flatten(), Dense(6, "relu"), Dense(1)], shape=(3, 4))
    rows = X.reshape(70, 3, 4)
    np.testing.assert_array_equal(images.compact().predict(rows, verbose=0), images.predict(rows, verbose=0))


@pytest.mark.parametrize("number", range(4))
@pytest.mark.parametrize("zeros", [0.0, 0.5, 0.95])
def test_a_predictor_has_the_model_s_bits(number, zeros) -> None:
    model = thinned(list(recipes())[number], zeros=zeros)
    predictor = model.predictor()
    expected = model.predict(X, verbose=0)
    for x in (X, np.asfortranarray(X), X.astype("f8"), X[::-1][::-1], X.tolist(), np.hstack([X, X])[:, :12]):
        np.testing.assert_array_equal(predictor.predict(x), expected)
    for k in (0, 69):
        np.testing.assert_array_equal(predictor(X[k]), expected[k])
        np.testing.assert_array_equal(predictor(X[k : k + 1]), expected[k : k + 1])
    for count in (1, 2, 5):
        proxnet.set_num_threads(count)
        np.testing.assert_array_equal(predictor(np.tile(X, (30, 1))), np.tile(expected, (30, 1)))
    proxnet.set_num_threads(0)


def test_a_predictor_does_not_move_with_its_model() -> None:
    model = thinned([Dense(30, "relu"), Dense(2)])
    predictor, expected = model.predictor(), model.predict(X, verbose=0)
    wrong = []

    def repeat() -> None:
        wrong.extend(k for k in range(300) if not np.array_equal(predictor(X), expected))

    threads = [threading.Thread(target=repeat) for _ in range(3)]
    for thread in threads:
        thread.start()
    model.fit(X, Y, epochs=30, verbose=0)
    for thread in threads:
        thread.join()
    assert not wrong
    assert not np.array_equal(model.predict(X, verbose=0), expected)


def test_bad_rows_are_refused() -> None:
    predictor = thinned([Dense(3), Dense(2)]).predictor()
    with pytest.raises(ValueError, match=r"\[predict\] x must have 12 columns.*, got 11"):
        predictor(X[:, :11])
    bad = X.copy()
    bad[5, 3] = np.inf
    with pytest.raises(ValueError, match=r"\[predict\] x must be finite, x\[5, 3\] = inf"):
        predictor(bad)
    with pytest.raises(ValueError, match=r"\[ColumnSelection\] columns must be increasing integers"):
        ColumnSelection([3, 1])
    with pytest.raises(ValueError, match=r"\[ColumnSelection\] columns must be less than the number of inputs, 2"):
        proxnet.Sequential([proxnet.Input((2,)), ColumnSelection([0, 5]), Dense(1)])
