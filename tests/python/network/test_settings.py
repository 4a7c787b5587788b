"""What is assigned to layers, regularizers, optimizers and models after they were made counts, or is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import proxnet
from proxnet import constraints, optimizers, regularizers
from proxnet.layers import Activation, ActivityRegularization, BatchNormalization, Dense, Dropout, LeakyReLU

X = np.random.default_rng(0).standard_normal((64, 5)).astype("float32")
Y = X[:, :1] - 0.5 * X[:, 1:2] ** 2


def built(optimizer: Any = None, **changes: Any) -> proxnet.Sequential:
    """A model trained for an epoch; `changes` are constructor arguments of its layers, as layer__argument."""
    given: dict[str, dict[str, Any]] = {name: {} for name in ("first", "norm", "drop", "leaky", "sum", "last")}
    for name, value in changes.items():
        layer, argument = name.split("__")
        given[layer][argument] = value
    proxnet.set_random_seed(3)
    model = proxnet.Sequential(
        [
            proxnet.Input((5,)),
            Dense(
                8, name="first", **{"activation": "relu", "kernel_regularizer": regularizers.L2(1e-3), **given["first"]}
            ),
            BatchNormalization(name="norm", **given["norm"]),
            LeakyReLU(name="leaky", **given["leaky"]),
            Dropout(name="drop", **{"rate": 0.1, **given["drop"]}),
            ActivityRegularization(name="sum", **{"l2": 1e-3, **given["sum"]}),
            Dense(1, name="last", **given["last"]),
        ]
    )
    model.compile(optimizer or optimizers.Adam(0.01, weight_decay=0.01), "mse")
    return model


def weights_after(model: proxnet.Sequential, epochs: int = 2) -> list[np.ndarray]:
    proxnet.set_random_seed(9)  # seeds the shuffles and dropout masks
    model.fit(X, Y, epochs=epochs, batch_size=16, verbose=0)
    return model.get_weights()


def same(first: list[np.ndarray], second: list[np.ndarray]) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))


SETTINGS: dict[str, Any] = {
    "first__kernel_regularizer": regularizers.GroupL1(0.01),
    "first__bias_regularizer": "l2",
    "first__activation": "tanh",
    "first__activity_regularizer": regularizers.L2(0.1),
    "first__kernel_constraint": constraints.MaxNorm(0.5),
    "first__bias_constraint": "non_neg",
    "norm__momentum": 0.5,
    "norm__epsilon": 0.5,
    "norm__gamma_regularizer": regularizers.L1(0.05),
    "norm__beta_regularizer": regularizers.L2(0.05),
    "norm__gamma_constraint": constraints.Box(0.0, 0.5),
    "norm__beta_constraint": "non_neg",
    "leaky__negative_slope": 0.9,
    "drop__rate": 0.5,
    "drop__seed": 7,
    "sum__l1": 0.1,
    "sum__l2": 0.5,
    "last__kernel_regularizer": regularizers.TargetSparsity(0.5, scope="layer"),
}


@pytest.mark.parametrize("name", SETTINGS)
@pytest.mark.parametrize("again", [False, True], ids=["at once", "after compile"])
def test_a_layer_s_setting_counts_as_if_it_had_been_an_argument(name: str, again: bool, tmp_path: Path) -> None:
    plain, expected, model = built(), built(**{name: SETTINGS[name]}), built()
    layer, argument = name.split("__")
    setattr(model.get_layer(layer), argument, SETTINGS[name])
    if again:
        model.compile(model.optimizer, "mse")
    model.save(tmp_path / "m.safetensors")
    twin = proxnet.load_model(tmp_path / "m.safetensors")
    wanted = weights_after(expected)
    assert not same(wanted, weights_after(plain))
    assert same(wanted, weights_after(model))
    assert same(wanted, weights_after(twin))
    assert model.evaluate(X, Y, verbose=0) == expected.evaluate(X, Y, verbose=0)


@pytest.mark.parametrize("fit", ["arrays", "batches", "fista"])
def test_a_strength_that_a_callback_moves_counts_from_the_next_epoch(fit: str) -> None:
    def weights(move: Callable[[Any, int], None], calls: list[int]) -> np.ndarray:
        proxnet.set_random_seed(0)
        layer = Dense(1, kernel_regularizer=regularizers.L1(0.5))
        model = proxnet.Sequential([proxnet.Input((5,)), layer])
        model.compile(optimizers.FISTA(0.1) if fit == "fista" else optimizers.SGD(0.05), "mse")
        hook = proxnet.callbacks.LambdaCallback(on_epoch_begin=lambda epoch, logs: move(layer, epoch))
        for epochs in calls:
            if fit == "batches":
                batches = iter([(X[:32], Y[:32]), (X[32:], Y[32:])] * epochs)
                model.fit(batches, steps_per_epoch=2, epochs=epochs, verbose=0, callbacks=[hook])
            else:
                model.fit(X, Y, epochs=epochs, shuffle=False, batch_size=None, verbose=0, callbacks=[hook])
        return layer.kernel

    def moved(layer: Any, epoch: int) -> None:
        if epoch == 3:
            layer.kernel_regularizer.l1 = 0.01

    def in_the_second_fit(layer: Any, epoch: int) -> None:
        fits.append(epoch)
        if len(fits) == 4:
            layer.kernel_regularizer = regularizers.L1(0.01)

    fits: list[int] = []
    expected = weights(moved, [6])
    assert not np.array_equal(expected, weights(lambda layer, epoch: None, [6]))
    assert np.array_equal(expected, weights(in_the_second_fit, [3, 3]))


def test_the_stated_objective_is_that_of_the_new_strength() -> None:
    layer = Dense(1, use_bias=False, kernel_regularizer=regularizers.L1(0.25))
    model = proxnet.Sequential([layer], dtype="float64")
    model.compile(optimizers.SGD(1.0), "mse")
    target = [0.2, -0.4, 2.0, -3.0]
    model.fit(np.eye(4), target, batch_size=4, epochs=100, verbose=0)
    np.testing.assert_allclose(layer.kernel.ravel(), [0, 0, 1.5, -2.5], atol=1e-12)
    layer.kernel_regularizer.l1 = 0.05  # soft threshold of 2 l1
    assert model.penalty() == pytest.approx(0.05 * 4)
    model.fit(np.eye(4), target, batch_size=4, epochs=100, verbose=0)
    np.testing.assert_allclose(layer.kernel.ravel(), [0.1, -0.3, 1.9, -2.9], atol=1e-12)


NUMBERS: dict[str, tuple[Any, str, Any]] = {
    "weight_decay": (lambda **k: optimizers.Adam(0.01, **k), "weight_decay", 1.0),
    "clipnorm": (lambda **k: optimizers.Adam(0.01, **k), "clipnorm", 1e-3),
    "global_clipnorm": (lambda **k: optimizers.SGD(0.01, **k), "global_clipnorm", 1e-3),
    "beta_1": (lambda **k: optimizers.Adam(0.01, **k), "beta_1", 0.1),
    "beta_2": (lambda **k: optimizers.Nadam(0.01, **k), "beta_2", 0.1),
    "epsilon": (lambda **k: optimizers.RMSprop(0.01, **k), "epsilon", 0.5),
    "rho": (lambda **k: optimizers.RMSprop(0.01, **k), "rho", 0.1),
    "momentum": (lambda **k: optimizers.SGD(0.01, **{"momentum": 0.9, **k}), "momentum", 0.5),
    "nesterov": (lambda **k: optimizers.SGD(0.01, momentum=0.9, **k), "nesterov", True),
    "ema_momentum": (lambda **k: optimizers.SGD(0.01, use_ema=True, **k), "ema_momentum", 0.1),
    "learning_rate": (lambda **k: optimizers.Adam(**k), "learning_rate", 0.3),
    "lr": (lambda **k: optimizers.Adam(**{"learning_rate" if n == "lr" else n: v for n, v in k.items()}), "lr", 0.3),
    "l1": (lambda **k: optimizers.Ftrl(0.1, **k), "l1_regularization_strength", 0.1),
}


@pytest.mark.parametrize("name", NUMBERS)
def test_an_optimizer_s_number_counts_without_compile(name: str, tmp_path: Path) -> None:
    make, argument, value = NUMBERS[name]
    plain, expected, model = built(make()), built(make(**{argument: value})), built(make())
    setattr(model.optimizer, argument, value)
    model.save(tmp_path / "m.safetensors")
    twin = proxnet.load_model(tmp_path / "m.safetensors")
    wanted = weights_after(expected)
    assert not same(wanted, weights_after(plain))
    assert same(wanted, weights_after(model))
    assert same(wanted, weights_after(twin))


@pytest.mark.parametrize(
    ("optimizer", "argument", "value"),
    [
        (optimizers.Adam(0.01), "amsgrad", True),
        (optimizers.SGD(0.01), "momentum", 0.9),
        (optimizers.SGD(0.01), "use_ema", True),
        (optimizers.RMSprop(0.01), "centered", True),
        (optimizers.Adagrad(0.01), "initial_accumulator_value", 0.5),
    ],
)
def test_what_changes_the_optimizer_s_state_waits_for_compile(
    optimizer: Any, argument: str, value: Any, tmp_path: Path
) -> None:
    model = built(optimizer)
    weights_after(model, 1)
    setattr(optimizer, argument, value)
    for call in (
        lambda: model.fit(X, Y, verbose=0),
        lambda: model.save(tmp_path / "m"),
        lambda: model.train_on_batch(X, Y),
    ):
        with pytest.raises(ValueError, match=r"next compile\(\)"):
            call()
    model.compile(optimizer, "mse")
    model.fit(X, Y, verbose=0)


def test_what_cannot_change_says_so() -> None:
    model = built()
    dense, norm, drop, leaky = (model.get_layer(name) for name in ("first", "norm", "drop", "leaky"))
    fixed = [
        (dense, "units", 9, "once the model has weights"),
        (dense, "use_bias", False, "once the model has weights"),
        (dense, "kernel_initializer", "zeros", "once the model has weights"),
        (norm, "center", False, "once the model has weights"),
        (norm, "moving_mean_initializer", "ones", "once the model has weights"),
        (dense, "kernel_regulariser", "l1", "did you mean 'kernel_regularizer'"),
        (dense.kernel_regularizer, "strength", 0.1, "no attribute 'strength'"),
        (model.optimizer, "learning_rat", 0.1, "did you mean 'learning_rate'"),
        (dense, "name", "last", "no other layer's"),
        (dense, "kernel", np.zeros((5, 8)), "cannot be assigned"),
        (leaky, "activation", "relu", "cannot be assigned"),
        (drop, "rate", 1.5, "rate must be"),
        (dense.kernel_regularizer, "l2", -1.0, "l2 must be >= 0"),
        (model.optimizer, "beta_1", 1.0, "beta_1 must be"),
        (model.optimizer, "iterations", 0, "cannot be assigned"),
        (model, "loss", "mae", r"call compile\(\)"),
        (model, "optimizer", "sgd", r"call compile\(\)"),
        (model, "dtype", "float64", "cannot be assigned"),
        (proxnet.losses.Huber(), "delta", 2.0, "make a new Huber"),
        (proxnet.metrics.BinaryAccuracy(), "threshold", 0.1, "make a new BinaryAccuracy"),
        (proxnet.activations.Activation("elu"), "name", "relu", "make a new Activation"),
        (proxnet.initializers.Constant(), "value", 1.0, "make a new Constant"),
        (optimizers.schedules.ExponentialDecay(0.1, 10, 0.5), "decay_rate", 0.1, "make a new ExponentialDecay"),
    ]
    before = model.get_config()
    for thing, name, value, sentence in fixed:
        with pytest.raises((ValueError, TypeError), match=sentence):
            setattr(thing, name, value)
    assert model.get_config() == before


def test_settings_before_the_weights_are_those_of_the_constructor() -> None:
    layer = Dense(3)
    layer.units, layer.use_bias, layer.kernel_regularizer = 2, False, "l1"
    assert layer.get_config()["units"] == 2
    assert isinstance(layer.kernel_regularizer, regularizers.L1)
    model = proxnet.Sequential([proxnet.Input((4,)), layer, Activation("relu")])
    assert [w.shape for w in model.get_weights()] == [(4, 2)]
    assert model.output_shape == (None, 2)


def test_a_failed_change_leaves_a_sentence_until_it_is_taken_back() -> None:
    model = built(optimizers.SGD(0.01))
    weights_after(model, 1)
    model.optimizer.clipvalue = 1.0
    with pytest.raises(ValueError, match="clipvalue"):
        model.fit(X, Y, verbose=0)
    model.optimizer.clipvalue = None
    model.fit(X, Y, verbose=0)
    layer = model.get_layer("first")
    layer.kernel_regularizer = regularizers.GroupL1(0.1, groups=[[0, 1]])
    with pytest.raises(ValueError, match="group"):
        model.evaluate(X, Y, verbose=0)
    layer.kernel_regularizer = None
    model.evaluate(X, Y, verbose=0)
