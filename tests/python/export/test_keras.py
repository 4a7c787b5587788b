"""from_keras and to_keras: architecture, regularizers and weights; the same predictions on both sides."""

import os

import numpy as np
import pytest

import proxnet
from export_tools import ACTIVATIONS, every_layer, one_activation, rows_of
from proxnet import constraints, layers, regularizers
from proxnet.export import from_keras, to_keras

pytest.importorskip("torch")
os.environ.setdefault("KERAS_BACKEND", "torch")
keras = pytest.importorskip("keras")
pytestmark = pytest.mark.filterwarnings("ignore:__array__:DeprecationWarning")  # between numpy and PyTorch


def assert_close(got, expected):
    got = np.asarray(got)
    assert got.dtype == expected.dtype
    assert (np.abs(got - expected).max(axis=0) <= 1e-6 * np.abs(expected).max(axis=0)).all()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_network_of_every_layer_there_and_back(dtype):
    model = every_layer(dtype)
    x = rows_of().astype(dtype) * 3 + 5
    theirs = to_keras(model)
    assert [layer.name for layer in theirs.layers] == [layer.name for layer in model.layers]
    assert_close(theirs.predict(x, verbose=0), model.predict(x, verbose=0))
    back = from_keras(theirs)
    assert back.dtype == model.dtype
    assert back.predict(x, verbose=0).tobytes() == model.predict(x, verbose=0).tobytes()


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=repr)
def test_every_activation(activation):
    model = one_activation(activation)
    x = rows_of()
    if activation.parameters.get("approximate"):
        with pytest.raises(ValueError, match=r"^\[to_keras\] an activation with parameters must be one of elu"):
            to_keras(model)
        return
    theirs = to_keras(model)
    assert_close(theirs.predict(x, verbose=0), model.predict(x, verbose=0))
    assert_close(from_keras(theirs).predict(x, verbose=0), model.predict(x, verbose=0))


def test_regularizers_constraints_and_settings_there_and_back():
    stack = [
        proxnet.Input((2, 6)),
        layers.Flatten(),
        layers.Dense(
            5,
            layers.LeakyReLU(0.1).activation,
            kernel_regularizer=regularizers.L1L2(0.25, 0.5),
            bias_regularizer=regularizers.L2(0.125),
            activity_regularizer=regularizers.L1(0.5),
            kernel_constraint=constraints.MaxNorm(3.0),
            kernel_initializer="he_normal",
        ),
        layers.Dense(5, "gelu", kernel_regularizer=regularizers.OrthogonalRegularizer(0.5), trainable=False),
        layers.BatchNormalization(momentum=0.5, gamma_regularizer=regularizers.L1(0.0625)),
        layers.Dropout(0.25, seed=3),
        layers.Dense(1, kernel_constraint="non_neg"),
    ]
    model = proxnet.Sequential(stack, name="mine")
    theirs = to_keras(model)
    assert theirs.name == "mine"
    assert theirs.layers[1].kernel_regularizer.l1 == 0.25
    assert theirs.layers[2].activity_regularizer.l1 == 0.5
    back = from_keras(theirs)
    assert [type(layer).__name__ for layer in back.layers] == (
        ["Flatten", "Dense", "LeakyReLU", "Dense", "BatchNormalization", "Dropout", "Dense"]
    )
    ours = [layer for k, layer in enumerate(back.layers) if k != 2]
    for got, wanted in zip(ours, model.layers, strict=True):
        configs = got.get_config(), wanted.get_config()
        for config in configs:
            config.pop("data_format", None)  # Keras writes its default
            if wanted is model.layers[1]:
                del config["activation"], config["activity_regularizer"]
        assert configs[0] == configs[1]
    assert back.penalty() == pytest.approx(model.penalty())


def test_penalties_that_keras_has_not():
    for regularizer in (regularizers.MCP(), regularizers.L1(factors=[1.0] * 12), regularizers.L1(schedule=lambda t: t)):
        model = proxnet.Sequential([proxnet.Input((12,)), layers.Dense(2, kernel_regularizer=regularizer, name="d")])
        text = r"^\[to_keras\] kernel_regularizer of layer 'd' must be one that Keras has, got (MCP|L1 with factors)"
        with pytest.raises((TypeError, ValueError), match=text):
            to_keras(model)
        model.layers[0].kernel_regularizer = None
        to_keras(model)


def test_models_that_cannot_be_read():
    with pytest.raises(ValueError, match=r"no class 'LayerNormalization' in 'keras.layers'"):
        from_keras(keras.Sequential([keras.Input((4,)), keras.layers.LayerNormalization()]))
    with pytest.raises(ValueError, match=r"^\[from_keras\] model must be built"):
        from_keras(keras.Sequential([keras.layers.Dense(2)]))
    with pytest.raises(TypeError, match=r"^\[from_keras\] model must be a keras.Sequential, got keras"):
        from_keras(keras.layers.Dense(2))
    with pytest.raises(ValueError, match=r"^\[from_keras\] all layers must be float32 or all float64, got float16"):
        from_keras(keras.Sequential([keras.Input((4,)), keras.layers.Dense(2, name="d", dtype="float16")]))
    with pytest.raises(ValueError, match=r"^\[to_keras\] the model must have weights"):
        to_keras(proxnet.Sequential([layers.Dense(2)]))
    with pytest.raises(TypeError, match=r"^\[to_keras\] model must be a Sequential, got int"):
        to_keras(3)
