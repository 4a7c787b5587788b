"""to_onnx: ONNX Runtime predicts as the model does, and onnx.checker has nothing to say against the file."""

import sys

import numpy as np
import pytest

import proxnet
from export_tools import ACTIVATIONS, every_layer, fitted, linear_estimators, one_activation, rows_of, with_weights
from proxnet import layers, linear_model
from proxnet.export import to_onnx

onnx = pytest.importorskip("onnx")
runtime = pytest.importorskip("onnxruntime")


def session(model, path, **options):
    to_onnx(model, path, **options)
    onnx.checker.check_model(str(path), full_check=True)
    return runtime.InferenceSession(path.read_bytes(), providers=["CPUExecutionProvider"])


def outputs(made, x):
    names = [output.name for output in made.get_outputs()]
    return dict(zip(names, made.run(None, {"X": x}), strict=True))


def assert_close(got, expected):
    """To 1e-6 of the largest number of each column, in the same dtype."""
    expected = np.asarray(expected).reshape(got.shape)
    assert got.dtype == expected.dtype
    assert (np.abs(got - expected).max(axis=0) / np.abs(expected).max(axis=0)).max() <= 1e-6


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_network_of_every_layer(tmp_path, dtype):
    model = every_layer(dtype)
    x = rows_of().astype(dtype) * 3 + 5
    assert_close(outputs(session(model, tmp_path / "m.onnx"), x)["output"], model.predict(x, verbose=0))


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=repr)
def test_every_activation(tmp_path, activation):
    for dtype in ("float32", "float64"):
        model = one_activation(activation, dtype)
        if dtype == "float64" and activation.name == "gelu" and not activation.parameters["approximate"]:
            with pytest.raises(ValueError, match=r"^\[to_onnx\] gelu in float64 must have approximate=True"):
                to_onnx(model, tmp_path / "m.onnx")
            continue
        x = rows_of().astype(dtype)
        assert_close(outputs(session(model, tmp_path / "m.onnx"), x)["output"], model.predict(x, verbose=0))


def test_rows_of_two_dimensions(tmp_path):
    stack = [proxnet.Input((3, 4)), layers.Flatten(), layers.Dense(5, "relu"), layers.Dense(2)]
    model = with_weights(proxnet.Sequential(stack))
    x = rows_of().reshape(-1, 3, 4)
    assert_close(outputs(session(model, tmp_path / "m.onnx"), x)["output"], model.predict(x, verbose=0))


@pytest.mark.parametrize("estimator", linear_estimators(), ids=lambda e: type(e).__name__)
@pytest.mark.parametrize("classes", [2, 3])
def test_every_linear_model(tmp_path, estimator, classes):
    if estimator._estimator_type == "regressor" and classes == 2:
        pytest.skip("regressors have no classes")
    labels = "strings" if classes == 3 else "numbers"
    assert_predicts(fitted(estimator, labels, classes), tmp_path, rows_of().astype(np.float64) * 2 + 3)


def assert_predicts(model, folder, x):
    made = outputs(session(model, folder / "m.onnx"), x)
    if not hasattr(model, "classes_"):
        assert_close(made["variable"], model.predict(x))
        return
    assert made["label"].tolist() == model.predict(x).tolist()
    if hasattr(model, "predict_proba"):
        assert list(made) == ["label", "probabilities"]
        assert_close(made["probabilities"], model.predict_proba(x))
    else:
        assert list(made) == ["label", "scores"]
        assert_close(made["scores"], model.decision_function(x))


def test_several_labels_per_row(tmp_path):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(1000, 4))
    model = linear_model.RidgeClassifier().fit(x, (x[:, :2] + rng.normal(size=(1000, 2)) > 0).astype(int))
    made = outputs(session(model, tmp_path / "m.onnx"), x)
    assert made["label"].tolist() == model.predict(x).tolist()


@pytest.mark.parametrize("scaler", ["StandardScaler", "RobustScaler", "MaxAbsScaler", "MinMaxScaler", "passthrough"])
@pytest.mark.parametrize("estimator", [linear_model.Lasso(0.1), linear_model.LogisticRegression()])
def test_a_pipeline(tmp_path, scaler, estimator):
    preprocessing, pipeline = pytest.importorskip("sklearn.preprocessing"), pytest.importorskip("sklearn.pipeline")
    step = scaler if scaler == "passthrough" else getattr(preprocessing, scaler)()
    model = fitted(pipeline.Pipeline([("first", step), ("last", estimator)]), "strings", 2)
    assert_predicts(model, tmp_path, rows_of().astype(np.float64) * 2 + 3)


def test_a_scaler_whose_means_are_far_larger_than_its_deviations(tmp_path):
    preprocessing, pipeline = pytest.importorskip("sklearn.preprocessing"), pytest.importorskip("sklearn.pipeline")
    x = np.random.default_rng(1).normal(size=(1000, 5)) + 1e6
    model = pipeline.make_pipeline(preprocessing.StandardScaler(), linear_model.Ridge())
    assert_predicts(model.fit(x, (x - 1e6) @ np.arange(5)), tmp_path, x)


def test_a_linear_model_in_float32(tmp_path):
    model = fitted(linear_model.Ridge())
    x = rows_of()
    got = outputs(session(model, tmp_path / "m.onnx", dtype="float32"), x)["variable"]
    assert_close(got, model.predict(x).astype(np.float32))


def test_the_older_file_stays_when_a_model_cannot_be_written(tmp_path):
    path = tmp_path / "m.onnx"
    path.write_bytes(b"old")
    with pytest.raises(ValueError, match=r"^\[to_onnx\] the model must have weights"):
        to_onnx(proxnet.Sequential([layers.Dense(2)]), path)
    with pytest.raises(OSError, match="no_such_folder"):
        to_onnx(every_layer(), tmp_path / "no_such_folder" / "m.onnx")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_missing_onnx_is_named(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(ModuleNotFoundError, match=r"^\[to_onnx\] the package onnx must be installed: pip"):
        to_onnx(every_layer(), tmp_path / "m.onnx")


def test_labels_with_fractions_are_refused(tmp_path):
    model = fitted(linear_model.LogisticRegression(), classes=2)
    model.classes_ = np.array([0.5, 1.5])
    with pytest.raises(ValueError, match=r"^\[to_onnx\] labels must be integers or strings, got \[0.5, 1.5\]"):
        to_onnx(model, tmp_path / "m.onnx")
