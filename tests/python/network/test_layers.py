"""Layers as Keras users meet them: Flatten and images, activations, what trains, what a model lists and warns of."""

import numpy as np
import pytest

import proxnet as keras
from proxnet.layers import Activation, BatchNormalization, Dense, Dropout, Flatten, Input, Normalization, ReLU, Softmax


@pytest.fixture
def images():
    """80 images of 7 x 6 bytes and their class, 0 to 2."""
    rng = np.random.default_rng(8)
    labels = rng.integers(0, 3, 80).astype(np.uint8)
    pictures = rng.integers(0, 40, (80, 7, 6)).astype(np.uint8)
    pictures[np.arange(80), labels * 2, 3] += 200
    return pictures, labels


@pytest.mark.parametrize(
    "first",
    [[Flatten(input_shape=(7, 6))], [Input(shape=(7, 6)), Flatten()], [keras.Input((7, 6)), Flatten()], [Flatten()]],
    ids=["input_shape", "Input", "keras.Input", "from the data"],
)
def test_the_tutorial_script(images, first):
    x_train, y_train = images
    x_train = x_train / 255.0
    model = keras.models.Sequential(
        [*first, keras.layers.Dense(16, activation="relu"), keras.layers.Dropout(0.2), keras.layers.Dense(3)]
    )
    model.add(keras.layers.Softmax())
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    history = model.fit(x_train, y_train, epochs=80, batch_size=16, verbose=0, validation_split=0.1)
    assert history.history["accuracy"][-1] > 0.9
    assert model.evaluate(x_train, y_train, verbose=0, return_dict=True)["accuracy"] > 0.9
    np.testing.assert_allclose(model.predict(x_train).sum(axis=1), 1, rtol=1e-5)
    assert model.predict(x_train[:1]).shape == (1, 3)
    np.testing.assert_array_equal(model.predict(x_train[:2]), model.predict(x_train)[:2])
    assert model.output_shape == (None, 3)


def test_flatten_copies_nothing(images):
    x = images[0].astype(np.float32)
    model = keras.Sequential([Input((7, 6)), Flatten(), Dense(1)])
    seen = model._matrix("predict", "x", x)
    assert seen.shape == (80, 42)
    assert np.shares_memory(seen, x)
    assert model.input_shape == (None, 7, 6)
    model = keras.Sequential([Flatten(), Dense(1)])
    model.build((None, 7, 6))
    assert model.input_shape == (None, 7, 6)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: keras.Sequential([Input((7, 6)), Dense(1)]),
            r"Dense takes rows of one dimension.*put a Flatten before",
        ),
        (lambda: keras.Sequential([Input((7, 6)), BatchNormalization(), Flatten(), Dense(1)]), r"put a Flatten before"),
        (
            lambda: keras.Sequential([Dense(1)]).predict(np.ones((2, 7, 6))),
            r"\[predict\] x must have two dimensions .* \(2, 7, 6\); a Flatten layer takes more",
        ),
        (
            lambda: keras.Sequential([Input((7, 6)), Flatten(), Dense(1)]).predict(np.ones((2, 6, 7))),
            r"\[predict\] x must hold rows of shape \(7, 6\), got shape \(2, 6, 7\)",
        ),
        (lambda: keras.Sequential([Flatten(), Dense(1, input_dim=3)]), r"expects 3 inputs, it gets None"),
        (lambda: Flatten("channels_first"), r"'data_format' exists in Keras but not here yet"),
        (lambda: ReLU(threshold=0.1), r"threshold must be 0"),
        (lambda: keras.Sequential([Dense(1), Softmax()]).build(2), r"softmax needs at least 2 units"),
    ],
)
def test_shapes_that_do_not_fit(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_an_activation_layer_is_the_dense_layer_s_own(rows):
    def trained(*layers):
        keras.set_random_seed(2)
        model = keras.Sequential([Input((5,)), *layers])
        model.compile("adam", "binary_crossentropy")
        model.fit(*rows, epochs=3, verbose=0)
        return model.predict(rows[0])

    inside = trained(Dense(8, "relu"), Dropout(0.1), Dense(4, "tanh"), Dense(1, "sigmoid"))
    alone = trained(*(Dense(8), ReLU(), Dropout(0.1), Dense(4), Activation("tanh")), *(Dense(1), Activation("sigmoid")))
    np.testing.assert_array_equal(inside, alone)


def stack():
    model = keras.Sequential([Input((5,)), Normalization(), Dense(4), BatchNormalization(), Dense(1)])
    model.compile("adam", "mse")
    return model


def test_what_trains_is_listed_and_counted(capsys):
    model = stack()
    names = [layer.name for layer in model.layers]
    assert [v.path for v in model.trainable_weights] == [
        *(f"{names[1]}/kernel", f"{names[1]}/bias", f"{names[2]}/gamma", f"{names[2]}/beta"),
        *(f"{names[3]}/kernel", f"{names[3]}/bias"),
    ]
    fixed = ["mean", "variance", "moving_mean", "moving_variance"]
    assert [v.name for v in model.non_trainable_variables] == fixed
    assert [v.shape for v in model.weights] == [w.shape for w in model.get_weights()]
    lines = []
    model.summary(print_fn=lambda text: lines.extend(text.splitlines()))
    assert "Total params: 55 (220.00 B)" in lines
    assert "Trainable params: 37 (148.00 B)" in lines
    assert "Non-trainable params: 18 (72.00 B)" in lines
    model.trainable = False
    assert not model.trainable_weights
    assert len(model.non_trainable_weights) == 10
    assert not model.layers[1].trainable
    kernel = model.weights[2]
    assert kernel.assign(np.ones((5, 4))) is kernel
    assert (np.asarray(kernel) == 1).all()
    assert (model.layers[1].kernel == 1).all()
    assert kernel.dtype == "float32"


def test_trainable_counts_from_the_next_compile(rows):
    model = stack()
    model.layers[1].trainable = False
    before = model.get_weights()
    model.fit(*rows, verbose=0)
    assert (model.get_weights()[2] != before[2]).any()
    model.compile("adam", "mse")
    before = model.get_weights()
    model.fit(*rows, verbose=0)
    after = model.get_weights()
    moved = [(a != b).any() for a, b in zip(before, after, strict=True)]
    assert moved == [False, False, False, False, True, True, True, True, True, True]
    model.trainable = False
    model.compile("adam", "mse")
    history = model.fit(*rows, epochs=2, verbose=0)
    for a, b in zip(after, model.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    assert history.history["loss"][0] == pytest.approx(model.evaluate(*rows, verbose=0), rel=1e-6)


def test_frozen_from_the_start(rows):
    held = Dense(4, trainable=False, input_dim=5)
    model = keras.Sequential([held, BatchNormalization(trainable=False), Dense(1)])
    model.compile("adam", "mse")
    before = model.get_weights()
    model.fit(*rows, verbose=0)
    moved = [(a != b).any() for a, b in zip(before, model.get_weights(), strict=True)]
    assert moved == [False] * 6 + [True] * 2


def test_moving_statistics_are_published_with_the_weights(rows):
    model = stack()
    seen = []
    hook = keras.callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: seen.append(model.get_weights()[6]))
    model.fit(*rows, batch_size=20, verbose=0, callbacks=[hook])
    assert len({array.tobytes() for array in seen}) == 3


def test_weights_stay_when_layers_come_and_go(rows):
    model = stack()
    model.fit(*rows, verbose=0)
    kept = model.get_weights()
    assert isinstance(model.pop(), Dense)
    assert isinstance(model.pop(), BatchNormalization)
    for layer in (BatchNormalization(), Activation("relu"), Dense(2)):
        model.add(layer)
    for a, b in zip(kept[:4], model.get_weights()[:4], strict=True):
        np.testing.assert_array_equal(a, b)
    np.testing.assert_array_equal(model.layers[2].gamma, np.ones(4))


L1, L1L2 = keras.regularizers.L1(0.01), keras.regularizers.L1L2(0.01, 0.01)


@pytest.mark.parametrize(
    "layers",
    [
        lambda: [Dense(4, kernel_regularizer=L1), BatchNormalization(name="norm"), Dense(1)],
        lambda: [Dense(4, kernel_regularizer=L1), ReLU(), Dropout(0.1), BatchNormalization(name="norm"), Dense(1)],
        lambda: [Dense(4, "relu", kernel_regularizer=L1L2), Dense(3, "relu", name="norm"), Dense(1)],
    ],
)
def test_an_l1_that_rescaling_undoes(layers):
    model = keras.Sequential(layers())
    with pytest.warns(
        keras.RescalingWarning, match=r"\[compile\] the L1 of 'dense.* can be undone by 'norm'"
    ) as caught:
        model.compile("adam", "mse")
    assert len(caught) == 1
    assert caught[0].filename == __file__


def test_penalties_that_stand(recwarn):
    for layers in (
        [Dense(4, "tanh", kernel_regularizer=L1), BatchNormalization(), Dense(1)],
        [Dense(4, "relu", kernel_regularizer=L1), Dense(3, "relu", kernel_regularizer="l2"), Dense(1)],
        [Dense(4, "relu", kernel_regularizer=L1), Dense(1)],
        [BatchNormalization(gamma_regularizer=L1), Dense(4, "relu", kernel_regularizer="l2"), Dense(3, "relu")],
    ):
        keras.Sequential(layers).compile("adam", "mse")
    assert not recwarn.list
