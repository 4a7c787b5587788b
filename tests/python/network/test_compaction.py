"""Compact models and predictors have the bits of the model that they come from."""

import numpy as np
import pytest

import proxnet
from proxnet.layers import Activation, BatchNormalization, ColumnSelection, Dense, Dropout, Flatten, Normalization
from proxnet.regularizers import GroupL1
from thin_networks import X, Y, recipes, thinned


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


def test_normalizations_fold_into_dense_layers(tmp_path) -> None:
    stack = [
        Normalization(),
        Dense(9, use_bias=False),
        BatchNormalization(),
        Activation("tanh"),
        Dropout(0.2),
        Dense(2),
    ]
    model = thinned(stack, "float64")
    model.layers[0].adapt(X)
    model.fit(X, Y, epochs=2, verbose=0)
    small = model.compact(fold_norms=True)
    assert [type(layer).__name__ for layer in small.layers if not isinstance(layer, ColumnSelection)] == [
        *("Dense", "Activation", "Dropout", "Dense")
    ]
    np.testing.assert_allclose(small.predict(X, verbose=0), model.predict(X, verbose=0), rtol=1e-13, atol=1e-13)
    small.save(tmp_path / "small")
    loaded = proxnet.load_model(tmp_path / "small")
    np.testing.assert_array_equal(loaded.predict(X, verbose=0), small.predict(X, verbose=0))
    losses = [m.fit(X, Y, epochs=2, verbose=0, shuffle=False).history["loss"] for m in (small, loaded)]
    assert losses[0] == losses[1]


def test_wrong_columns_are_refused() -> None:
    with pytest.raises(ValueError, match=r"\[ColumnSelection\] columns must be increasing integers"):
        ColumnSelection([3, 1])
    with pytest.raises(ValueError, match=r"\[ColumnSelection\] columns must be less than the number of inputs, 2"):
        proxnet.Sequential([proxnet.Input((2,)), ColumnSelection([0, 5]), Dense(1)])
