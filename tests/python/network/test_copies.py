"""Copies and pickles of models, layers, histories and every other object; configs as JSON; files of other names."""

from __future__ import annotations

import copy
import gc
import io
import json
import pickle
import subprocess
import sys
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import proxnet
from proxnet import callbacks, constraints, initializers, losses, metrics, optimizers, regularizers
from proxnet.layers import Activation, BatchNormalization, Dense, Dropout, Normalization, ReLU

X = np.random.default_rng(0).standard_normal((64, 5)).astype("float32")
Y = X[:, :1] - 0.5 * X[:, 1:2]


def pickled(thing: Any) -> Any:
    return pickle.loads(pickle.dumps(thing))


def joblibbed(thing: Any) -> Any:
    joblib = pytest.importorskip("joblib")
    file = io.BytesIO()
    joblib.dump(thing, file)
    file.seek(0)
    return joblib.load(file)


WAYS: dict[str, Callable[[Any], Any]] = {
    "deepcopy": copy.deepcopy,
    "copy": copy.copy,
    "pickle": pickled,
    "joblib": joblibbed,
}


def model_of(optimizer: Any = "adam", dtype: str = "float32") -> proxnet.Sequential:
    proxnet.set_random_seed(1)
    scale = Normalization()
    scale.adapt(X)
    layers = [
        scale,
        Dense(8, kernel_regularizer=regularizers.L2(1e-3), kernel_constraint="max_norm"),
        BatchNormalization(gamma_regularizer="l2"),
        ReLU(),
        Dropout(0.2),
        Dense(1),
    ]
    model = proxnet.Sequential(layers, dtype=dtype)
    model.compile(
        optimizer, losses.Huber(delta=0.5), metrics=["mae"], weighted_metrics=[metrics.RootMeanSquaredError()]
    )
    return model


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("optimizer", ["adam", "sgd", "ftrl"])
def test_a_copied_model_predicts_and_trains_on_to_the_same_bits(way: str, optimizer: str) -> None:
    model = model_of(optimizer)
    model.fit(X, Y, epochs=2, batch_size=16, verbose=0)
    twin = WAYS[way](model)
    assert twin is not model
    assert twin.layers[1] is not model.layers[1]
    assert np.array_equal(twin.predict(X), model.predict(X))
    assert twin.history.history == model.history.history
    assert twin.history.model is twin
    for each in (twin, model):
        each.fit(X, Y, epochs=2, batch_size=16, verbose=0)
    assert all(np.array_equal(a, b) for a, b in zip(twin.get_weights(), model.get_weights(), strict=True))
    assert twin.history.history == model.history.history
    assert twin.optimizer.iterations == model.optimizer.iterations > 0


def test_models_without_weights_or_compilation_are_copied() -> None:
    empty = pickled(proxnet.Sequential())
    empty.add(Dense(1))
    unbuilt = copy.deepcopy(model_of())
    assert unbuilt.built is False
    unbuilt.fit(X, Y, verbose=0)
    plain = proxnet.Sequential([proxnet.Input((5,)), Dense(2)])
    assert np.array_equal(pickled(plain).predict(X), plain.predict(X))


def test_a_pickle_opens_in_another_process_and_goes_on(tmp_path: Path) -> None:
    model = model_of(dtype="float64")
    model.fit(X, Y, epochs=2, verbose=0)
    (tmp_path / "m.pkl").write_bytes(pickle.dumps((model, X, Y)))
    program = "import pickle, sys; m, x, y = pickle.load(open(sys.argv[1], 'rb')); m.fit(x, y, epochs=2, verbose=0)"
    program += "; m.save(sys.argv[2])"
    files = [str(tmp_path / name) for name in ("m.pkl", "m.safetensors")]
    subprocess.run([sys.executable, "-c", program, *files], check=True)
    model.fit(X, Y, epochs=2, verbose=0)
    other = proxnet.load_model(files[1]).get_weights()
    assert all(np.array_equal(a, b) for a, b in zip(other, model.get_weights(), strict=True))


def test_layers_that_did_not_train_at_compile_do_not_in_the_copy() -> None:
    model = model_of()
    model.layers[1].trainable = False
    model.compile("sgd", "mse")
    model.fit(X, Y, verbose=0)
    model.layers[1].trainable = True  # from the next compile on
    twin = copy.deepcopy(model)
    before = twin.layers[1].kernel
    twin.fit(X, Y, verbose=0)
    assert np.array_equal(twin.layers[1].kernel, before)


@pytest.mark.parametrize("way", WAYS)
def test_a_copied_layer_brings_its_weights_along(way: str) -> None:
    model = model_of()
    model.fit(X, Y, verbose=0)
    for layer in model.layers:
        twin = WAYS[way](layer)
        assert twin.get_config() == layer.get_config()
        for a, b in zip(twin.get_weights(), layer.get_weights(), strict=True):
            assert np.array_equal(a, b)
    dense = WAYS[way](model.layers[1])
    other = proxnet.Sequential([proxnet.Input((5,)), dense])
    assert np.array_equal(other.get_weights()[0], model.layers[1].kernel)
    assert other.predict(X).shape == (64, 8)


@pytest.mark.parametrize("way", WAYS)
def test_every_object_is_copied(way: str) -> None:
    model = model_of()
    history = model.fit(X, Y, verbose=0, callbacks=[stop := callbacks.EarlyStopping("loss", restore_best_weights=True)])
    things = [
        history,
        stop,
        callbacks.History(),
        callbacks.ModelCheckpoint("a.safetensors"),
        callbacks.ReduceLROnPlateau(),
        callbacks.CSVLogger("a.csv"),
        callbacks.TerminateOnNaN(),
        callbacks.BackupAndRestore("folder"),
        model.optimizer,
        optimizers.AdamW(optimizers.schedules.CosineDecay(0.1, 10)),
        optimizers.FISTA(),
        optimizers.schedules.PiecewiseConstantDecay([1], [0.1, 0.2]),
        regularizers.TargetSparsity(0.5, penalty=regularizers.MCP(0.1)),
        regularizers.GroupL1(0.1, groups=[[0, 1], [2]], factors=[1, 2], schedule=regularizers.Ramp(3)),
        constraints.Box(-np.inf, 2.0),
        initializers.VarianceScaling(2.0),
        losses.BinaryCrossentropy(from_logits=True),
        metrics.AUC(thresholds=[0.1, 0.9]),
        proxnet.activations.Activation("elu", alpha=0.5),
        Activation("gelu"),
        model.sparsity(),
        model.weights[1],
    ]
    for thing in things:
        twin = WAYS[way](thing)
        assert type(twin) is type(thing)
        if hasattr(thing, "get_config"):
            assert twin.get_config() == thing.get_config()
    assert WAYS[way](history).history == history.history


def test_configs_are_json_and_come_back() -> None:
    def refuse(constant: str) -> Any:
        raise ValueError(constant)

    for box in (constraints.Box(float("-inf"), 2.0), constraints.Box(0, np.inf), constraints.Box(-1, 1)):
        text = json.dumps(box.get_config(), allow_nan=False)
        assert constraints.Box.from_config(json.loads(text, parse_constant=refuse)) == box
        assert repr(box) == f"Box(min_value={box.min_value!r}, max_value={box.max_value!r})"
    model = proxnet.Sequential([proxnet.Input((2,)), Dense(2, kernel_constraint=constraints.Box(-np.inf, 2))])
    twin = proxnet.models.model_from_json(json.dumps(json.loads(model.to_json(), parse_constant=refuse)))
    assert twin.layers[0].kernel_constraint == constraints.Box(-np.inf, 2)


def test_infinite_bounds_survive_a_file(tmp_path: Path) -> None:
    model = proxnet.Sequential([proxnet.Input((2,)), Dense(2, kernel_constraint=constraints.Box(-np.inf, 2))])
    model.save(tmp_path / "m.safetensors")
    assert proxnet.load_model(tmp_path / "m.safetensors").layers[0].kernel_constraint.min_value == -np.inf


@pytest.mark.parametrize("name", ["m.keras", "m.h5", "m.HDF5", "m.weights.h5", "m.onnx"])
def test_a_name_of_another_format_is_told(name: str, tmp_path: Path) -> None:
    model = model_of()
    model.fit(X, Y, verbose=0)
    with pytest.warns(UserWarning, match=r"safetensors format whatever its name, which ends in '\."):
        model.save(tmp_path / name)
    assert np.array_equal(proxnet.load_model(tmp_path / name).predict(X), model.predict(X))
    with pytest.warns(UserWarning, match="safetensors"):
        model.save_weights(tmp_path / name)


def test_without_the_optimizer_the_file_is_small_and_training_starts_anew(tmp_path: Path) -> None:
    model = model_of("adam")
    model.fit(X, Y, epochs=2, verbose=0)
    files = [tmp_path / "a.safetensors", tmp_path / "b.safetensors"]
    model.save(files[0])
    model.save(files[1], include_optimizer=False)
    from safetensors.numpy import load_file

    kept = load_file(files[1])
    assert not any(name.startswith("optimizer.") for name in kept)
    assert sum(array.nbytes for array in kept.values()) < 0.5 * sum(a.nbytes for a in load_file(files[0]).values())
    twin = proxnet.load_model(files[1])
    assert np.array_equal(twin.predict(X), model.predict(X))
    assert twin.optimizer.iterations == 0
    assert isinstance(twin.optimizer, optimizers.Adam)
    model.compile("adam", losses.Huber(delta=0.5))
    twin.compile("adam", losses.Huber(delta=0.5))
    for each in (model, twin):
        each.fit(X, Y, epochs=2, verbose=0)
    assert all(np.array_equal(a, b) for a, b in zip(twin.get_weights(), model.get_weights(), strict=True))


def test_a_dropped_model_is_gone_without_the_cycle_collector() -> None:
    gc.collect()
    gc.disable()
    try:
        model = model_of()
        history = model.fit(X, Y, validation_data=(X, Y), verbose=0)
        model.evaluate(X, Y, verbose=0)
        model.train_on_batch(X, Y)
        layer, gone = model.layers[1], weakref.ref(model)
        kernel = layer.kernel
        assert history.model is model
        del model
        assert gone() is None
        assert history.model is None
        assert len(history.history["loss"]) == 1
        np.testing.assert_array_equal(layer.kernel, kernel)  # a layer keeps its weights
        other = proxnet.Sequential([proxnet.Input((5,)), layer])
        np.testing.assert_array_equal(other.get_weights()[0], kernel)
    finally:
        gc.enable()


def test_equal_seeds_of_dropout_layers_drop_the_same() -> None:
    def kernel(seed: int | None, process: int) -> np.ndarray:
        proxnet.set_random_seed(process)
        last = Dense(1, kernel_initializer="ones", use_bias=False)
        model = proxnet.Sequential([proxnet.Input((5,)), Dropout(0.5, seed=seed), last])
        model.compile(optimizers.SGD(0.1), "mse")
        model.fit(X, Y, epochs=2, batch_size=16, shuffle=False, verbose=0)
        return last.kernel

    assert np.array_equal(kernel(5, 0), kernel(5, 1))
    assert not np.array_equal(kernel(5, 0), kernel(6, 0))
    assert not np.array_equal(kernel(None, 0), kernel(None, 1))
    assert Dropout.from_config(Dropout(0.5, seed=5).get_config()).seed == 5
    with pytest.raises(ValueError, match="noise_shape"):
        Dropout(0.5, noise_shape=(1,))  # type: ignore[arg-type]
