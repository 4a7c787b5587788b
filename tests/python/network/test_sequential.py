"""The model: layers, weights, compile, evaluate, predict, and the tutorial program."""

import numpy as np
import pytest

import proxnet
import proxnet as keras
from proxnet import Input, Sequential
from proxnet.layers import Dense, Dropout
from proxnet.regularizers import l1


@pytest.fixture
def model(rows):
    """A trained classifier."""
    x, y = rows
    keras.utils.set_random_seed(1)
    model = Sequential([Dense(8, activation="relu", kernel_regularizer=l1(0.01)), Dense(1, activation="sigmoid")])
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    model.fit(x, y, epochs=3, verbose=0)
    return model


def test_the_tutorial_program(rows, capsys):
    x, y = rows
    keras.set_random_seed(0)
    model = keras.Sequential(
        [
            keras.layers.Dense(16, activation="relu", kernel_regularizer=keras.regularizers.l1(0.02)),
            keras.layers.Dense(8, activation="relu", kernel_regularizer=l1(0.02)),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile(optimizer=keras.optimizers.Adam(0.01), loss="binary_crossentropy", metrics=["accuracy"])
    history = model.fit(x, y, epochs=60, batch_size=16, validation_split=0.1)
    assert list(history.history) == ["accuracy", "loss", "val_accuracy", "val_loss"]
    assert history.history["loss"][-1] < history.history["loss"][0]
    assert history.history["accuracy"][-1] > 0.8
    for layer in model.layers[:2]:
        zeros = layer.kernel == 0
        assert zeros.mean() > 0.3
        assert not np.signbit(layer.kernel[zeros]).any(), "zeros are +0.0"
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Epoch 1/60"
    assert lines[1].startswith("4/4 - 0s - ")
    assert [part.partition(":")[0] for part in lines[1].split(" - ")[3:]] == list(history.history)


def test_reported_losses_include_the_penalty(model, rows):
    loss, _ = model.evaluate(*rows, verbose=0)
    p = model.predict(rows[0]).astype(np.float64)[:, 0]
    y = rows[1]
    data_loss = -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
    assert model.penalty() == pytest.approx(0.01 * np.abs(model.layers[0].kernel).sum(), rel=1e-5)
    assert loss == pytest.approx(data_loss + model.penalty(), rel=1e-5)


def test_dropout_is_off_in_predict(rows):
    x, y = rows
    model = Sequential([Input((5,)), Dense(6, activation="relu"), Dropout(0.5), Dense(1)])
    model.compile(loss="mse")
    model.fit(x, y, epochs=2, verbose=0)
    w1, b1, w2, b2 = model.get_weights()
    expected = np.maximum(x @ w1 + b1, 0) @ w2 + b2
    np.testing.assert_allclose(model.predict(x), expected, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize(
    "first",
    [
        [Dense(3, input_shape=(4,), name="a")],
        [Dense(3, input_dim=4, name="a")],
        [Input(shape=(4,)), Dense(3, name="a")],
        [keras.layers.InputLayer((4,)), Dense(3, name="a")],
    ],
    ids=["input_shape", "input_dim", "Input", "InputLayer"],
)
def test_sizes_may_be_given(first):
    model = Sequential([*first, Dense(2, use_bias=False, name="b")])
    assert model.built
    assert [w.shape for w in model.get_weights()] == [(4, 3), (3,), (3, 2)]
    assert (model.input_shape, model.output_shape, model.count_params()) == ((None, 4), (None, 2), 21)
    assert [layer.name for layer in model.layers] == ["a", "b"]


def test_add_gives_the_same_bits_as_a_list():
    keras.set_random_seed(5)
    listed = Sequential([Input((4,)), Dense(3), Dense(2)])
    keras.set_random_seed(5)
    added = Sequential()
    for layer in (Input((4,)), Dense(3), Dense(2)):
        added.add(layer)
    for a, b in zip(listed.get_weights(), added.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_add_and_pop_keep_the_weights_below(model, rows):
    kept = model.get_weights()[:2]
    assert model.pop().units == 1
    model.add(Dropout(0.2))
    model.add(Dense(3, activation="softmax"))
    for a, b in zip(kept, model.get_weights()[:2], strict=True):
        np.testing.assert_array_equal(a, b)
    assert model.predict(rows[0]).shape == (60, 3)


def test_compile_may_come_before_the_layers(rows):
    model = Sequential()
    model.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.add(Dense(1, input_dim=5))
    model.add(Dense(2, activation="softmax"))
    assert len(model.fit(*rows, verbose=0).history) == 2


def test_build_without_data():
    model = Sequential([Dense(3)])
    assert not model.built
    assert model.get_weights() == []
    model.build((None, 7))
    assert model.layers[0].kernel.shape == (7, 3)


def test_automatic_names_count_up():
    keras.utils.clear_session()
    assert [Dense(1).name, Dense(1).name, Dropout(0.1).name] == ["dense", "dense_1", "dropout"]
    assert [Sequential().name, Sequential().name] == ["sequential", "sequential_1"]


def test_weights_go_out_and_in_as_copies(model, rows):
    before = model.predict(rows[0])
    weights = model.get_weights()
    weights[0][:] = 0
    np.testing.assert_array_equal(before, model.predict(rows[0]))
    model.set_weights(weights)
    assert (model.layers[0].kernel == 0).all()
    kernel = np.ones((5, 8), order="F")
    model.layers[0].set_weights([kernel, [0.5] * 8])
    assert (model.layers[0].kernel == 1).all()
    assert (model.layers[0].bias == 0.5).all()
    np.testing.assert_array_equal(model.layers[1].kernel, weights[2])


def test_evaluate_returns_what_keras_returns(model, rows):
    x, y = rows
    loss, accuracy = model.evaluate(x, y, verbose=0)
    assert model.evaluate(x, y, verbose=0, return_dict=True) == {"accuracy": accuracy, "loss": loss}
    assert model.metrics_names == ["loss", "accuracy"]
    assert accuracy == pytest.approx(((model.predict(x)[:, 0] > 0.5) == y).mean())
    model.compile(loss="mse")
    assert isinstance(model.evaluate(x, y, verbose=0), float)
    assert model.test_on_batch(x, y) == model.evaluate(x, y, verbose=0)


def test_train_on_batch_takes_one_step(rows):
    x, y = rows
    model = Sequential([Dense(1)], dtype="float64")
    model.compile(optimizer=keras.optimizers.SGD(0.1), loss="mse", metrics=["mae"])
    first, mae = model.train_on_batch(x, y)
    second = model.train_on_batch(x, y, return_dict=True)
    assert second["loss"] < first
    assert set(second) == {"loss", "mae"}
    assert mae > 0


def test_predict_is_the_same_bits_for_any_batch(model, rows):
    x = rows[0]
    whole = model.predict(x)
    np.testing.assert_array_equal(whole, np.concatenate([model.predict_on_batch(x[i : i + 1]) for i in range(60)]))
    np.testing.assert_array_equal(whole, model.predict(x, batch_size=7))
    np.testing.assert_array_equal(whole, model(x))


def test_dtype_float64(rows):
    model = Sequential([Dense(2)], dtype="float64")
    assert model.predict(rows[0]).dtype == np.float64
    assert Sequential(dtype=np.float32).dtype == np.float32


@pytest.mark.parametrize(
    ("outputs", "activation", "loss", "metric"),
    [
        (1, "sigmoid", "binary_crossentropy", "binary_accuracy"),
        (1, "linear", "mse", "binary_accuracy"),
        (3, "softmax", "categorical_crossentropy", "categorical_accuracy"),
        (3, "softmax", "sparse_categorical_crossentropy", "sparse_categorical_accuracy"),
    ],
)
def test_accuracy_by_shape(rows, outputs, activation, loss, metric):
    x = rows[0]
    y = np.arange(60) % max(outputs, 2)
    if loss == "categorical_crossentropy":
        y = keras.utils.to_categorical(y)
    model = Sequential([Dense(outputs, activation=activation)])
    model.compile(loss=loss, metrics=["acc", metric])
    report = model.evaluate(x, y, verbose=0, return_dict=True)
    assert report["acc"] == report[metric]


def test_strings_classes_and_objects():
    for optimizer in ("Adam", keras.optimizers.Adam, keras.optimizers.Adam(0.001)):
        for loss in ("MSE", keras.losses.MeanSquaredError, keras.losses.MeanSquaredError(), "mean_squared_error"):
            model = Sequential([Dense(1, kernel_initializer=keras.initializers.HeNormal(), bias_initializer="ones")])
            model.compile(
                optimizer, loss, metrics=["mae", keras.metrics.MeanSquaredError(), keras.metrics.mean_absolute_error]
            )
            model.build(3)
            assert (model.layers[0].bias == 1).all()
            assert model.optimizer.learning_rate == 0.001
            assert model.metrics_names == ["loss", "mae", "mean_squared_error", "mean_absolute_error"]
    for regularizer in ("l1", "L1", keras.regularizers.L1, keras.regularizers.l1(0.01)):
        assert Dense(1, kernel_regularizer=regularizer).kernel_regularizer == keras.regularizers.L1(0.01)
    assert Dense(1, bias_regularizer="l1_l2").bias_regularizer == keras.regularizers.L1L2(0, 0)


def test_weighted_metrics_get_names_of_their_own(rows):
    model = Sequential([Dense(1)])
    model.compile(loss="mse", metrics=["mae", "mae"], weighted_metrics=["mae"])
    assert model.metrics_names == ["loss", "mae", "mae_1", "weighted_mae"]
    weights = np.linspace(0, 2, 60)
    report = model.evaluate(*rows, sample_weight=weights, verbose=0, return_dict=True)
    errors = np.abs(model.predict(rows[0])[:, 0] - rows[1])
    assert report["mae"] == pytest.approx(errors.mean(), rel=1e-5)
    assert report["weighted_mae"] == pytest.approx(np.average(errors, weights=weights), rel=1e-5)


def test_sample_weights_multiply_the_loss(rows):
    model = Sequential([Dense(1)])
    model.compile(loss="mse")
    once = model.evaluate(*rows, verbose=0)
    assert model.evaluate(*rows, sample_weight=np.full(60, 2), verbose=0) == pytest.approx(2 * once)


def test_class_weight_is_the_sample_weight_of_each_class(rows):
    x, y = rows

    def losses(**weights):
        keras.set_random_seed(0)
        model = Sequential([Dense(1, activation="sigmoid")])
        model.compile(loss="binary_crossentropy")
        return model.fit(x, y, verbose=0, epochs=2, **weights).history["loss"]

    both = losses(class_weight={0: 1.0, 1: 3.0}, sample_weight=np.full(60, 0.5))
    assert both == losses(sample_weight=np.where(y == 1, 1.5, 0.5))


def test_summary_is_a_table(model):
    lines = []
    model.summary(print_fn=lambda text: lines.extend(text.splitlines()))
    assert lines[0].startswith('Model: "sequential')
    assert " ".join(lines[2].split()) == "Layer (type) Output Shape Param # Zeros Inputs in use Units alive"
    assert "(None, 8)" in lines[4]
    assert "48" in lines[4]
    assert "Total params: 57 (228.00 B)" in lines
    untrained = Sequential([Dense(4)])
    untrained.summary(print_fn=lines.append)
    assert "0 (unbuilt)" in lines[-1]


def test_learning_rate_can_be_assigned(rows):
    model = Sequential([Dense(1)])
    model.compile("sgd", loss="mse")
    model.fit(*rows, verbose=0)
    before = model.get_weights()
    model.optimizer.learning_rate = 1e-30
    model.fit(*rows, verbose=0)
    for a, b in zip(before, model.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, atol=1e-20)


def test_evaluate_prints_a_line_and_predict_does_not(model, rows, capsys):
    model.evaluate(*rows)
    assert capsys.readouterr().out.startswith("2/2 - 0s - ")
    model.predict(rows[0])
    assert capsys.readouterr().out == ""
    model.predict(rows[0], verbose=2)
    assert capsys.readouterr().out.startswith("2/2 - 0s - ")


def test_regularizers_answer_for_themselves():
    penalty = keras.regularizers.L1L2(0.5, 0.25)
    assert penalty([[1.0, -2.0]]) == pytest.approx(0.5 * 3 + 0.25 * 5)
    np.testing.assert_allclose(penalty.prox([2.0, 0.1], 1.0), [1.5 / 1.5, 0])
    assert keras.regularizers.L1(1.0).strength_max([0.5, -2.0]) == 2.0
    assert keras.regularizers.L1(1.0).subdiff_distance([1.0, 0.0], [-1.0, 0.5]) == 0


def test_modules_are_attributes():
    assert {"layers", "regularizers", "optimizers", "losses", "metrics", "callbacks", "utils"} <= set(vars(proxnet))
    assert proxnet.models.Sequential is proxnet.Sequential
    assert issubclass(proxnet.DivergenceError, ArithmeticError)
    assert proxnet.get_include().endswith("include")
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        proxnet.nothing  # noqa: B018
