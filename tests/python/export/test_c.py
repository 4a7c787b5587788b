"""to_c: programs of exported headers, compiled without a warning, predict as the models do."""

import re

import numpy as np
import pytest

import proxnet
from c_tools import COMPILERS, run_headers
from export_tools import ACTIVATIONS, every_layer, fitted, linear_estimators, one_activation, rows_of, with_weights
from proxnet import layers, linear_model
from proxnet.__main__ import main
from proxnet.export import to_c

needs_gcc = pytest.mark.skipif(COMPILERS[0].marks[0].args[0], reason="gcc is not installed")


def assert_close(got, expected, tolerance=1e-5):
    """To a tolerance times the largest number of each column."""
    expected = np.asarray(expected).reshape(got.shape)
    assert (np.abs(got - expected).max(axis=0) <= tolerance * np.abs(expected).max(axis=0)).all()


def answer(model, x):
    """What an exported model gives: predictions, probabilities or scores."""
    for name in ("predict_proba", "decision_function", "predict"):
        if hasattr(model, name):
            return getattr(model, name)(x)
    raise AssertionError


@pytest.mark.parametrize("compiler", COMPILERS)
def test_two_networks_in_one_program(tmp_path, compiler):
    dense, sparse = every_layer(), every_layer("float64", zeros=0.75)
    assert to_c(dense, tmp_path / "dense.h", "dense") is None
    to_c(sparse, tmp_path / "Sparse_2.h", "Sparse_2")
    assert "dense_kernel" in (tmp_path / "dense.h").read_text()
    assert "dense_unit" not in (tmp_path / "dense.h").read_text()
    assert "Sparse_2_unit" in (tmp_path / "Sparse_2.h").read_text()
    x = rows_of() * 3 + 5
    expected = [dense.predict(x, verbose=0), sparse.predict(x, verbose=0)]
    assert_close(run_headers(tmp_path, ["dense", "Sparse_2"], x, compiler), np.hstack(expected))


@needs_gcc
def test_memory_is_left_alone(tmp_path):
    model = every_layer(zeros=0.75)
    to_c(model, tmp_path / "net.h", "net")
    to_c(fitted(linear_model.Ridge()), tmp_path / "line.h", "line")
    flags = ["-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
    got = run_headers(tmp_path, ["net", "line"], rows_of(), flags=flags)
    assert_close(got[:, :3], model.predict(rows_of(), verbose=0))


@needs_gcc
def test_every_activation(tmp_path):
    models = [one_activation(activation) for activation in ACTIVATIONS]
    prefixes = [f"net{k}" for k in range(len(models))]
    for prefix, model in zip(prefixes, models, strict=True):
        to_c(model, tmp_path / f"{prefix}.h", prefix)
    x = rows_of()
    assert_close(run_headers(tmp_path, prefixes, x), np.hstack([model.predict(x, verbose=0) for model in models]))


@needs_gcc
def test_activations_of_single_numbers(tmp_path):
    """Each value for itself, small and large ones: through kernels of one, a function of the row's only number."""
    chosen = [activation for activation in ACTIVATIONS if "softmax" not in activation.name]
    x = np.concatenate([np.linspace(-30, 30, 601), [-1e-8, 1e-8, -80.0, 80.0]]).astype(np.float32)[:, np.newaxis]
    for k, activation in enumerate(chosen):
        model = proxnet.Sequential([proxnet.Input((1,)), layers.Dense(1), layers.Activation(activation)])
        model.set_weights([[[1.0]], [0.0]])
        to_c(model, tmp_path / f"f{k}.h", f"f{k}")
    got = run_headers(tmp_path, [f"f{k}" for k in range(len(chosen))], x)
    for values, activation in zip(got.T, chosen, strict=True):
        expected = activation(x.astype(np.float64))[:, 0]
        worst = np.abs(values - expected) / np.maximum(np.abs(expected), 1e-30)
        assert worst.max() <= 1e-5, (activation, x[worst.argmax()])


@needs_gcc
@pytest.mark.parametrize("classes", [2, 3])
def test_every_linear_model(tmp_path, classes):
    models = [fitted(model, "strings", classes) for model in linear_estimators()]
    prefixes = [f"line{k}" for k in range(len(models))]
    for prefix, model in zip(prefixes, models, strict=True):
        to_c(model, tmp_path / f"{prefix}.h", prefix)
    x = rows_of() * 2 + 3
    expected = np.hstack([answer(model, x.astype(np.float64)).reshape(len(x), -1) for model in models])
    assert_close(run_headers(tmp_path, prefixes, x), expected)
    text = (tmp_path / f"{prefixes[[type(m).__name__ for m in models].index('LogisticRegression')]}.h").read_text()
    assert f"probabilities of the classes {', '.join(['ant', 'bee', 'cat'][:classes])}." in text


@needs_gcc
def test_a_pipeline(tmp_path):
    preprocessing, pipeline = pytest.importorskip("sklearn.preprocessing"), pytest.importorskip("sklearn.pipeline")
    model = fitted(pipeline.make_pipeline(preprocessing.StandardScaler(), linear_model.LogisticRegression()), classes=2)
    to_c(model, tmp_path / "net.h", "net")
    x = rows_of() * 2 + 3
    assert_close(run_headers(tmp_path, ["net"], x), model.predict_proba(x.astype(np.float64)))


@needs_gcc
def test_rows_of_two_dimensions_and_a_kernel_of_zeros(tmp_path):
    stack = [proxnet.Input((3, 4)), layers.Flatten(), layers.Dense(5, "relu"), layers.Dense(2)]
    model = with_weights(proxnet.Sequential(stack))
    empty = with_weights(proxnet.Sequential([proxnet.Input((12,)), layers.Dense(2)]), zeros=1.0)
    for prefix, each in (("net", model), ("empty", empty)):
        to_c(each, tmp_path / f"{prefix}.h", prefix)
    to_c(empty, tmp_path / "empty8.h", "empty8", int8=True)
    x = rows_of()
    expected = [model.predict(x.reshape(-1, 3, 4), verbose=0), *[empty.predict(x, verbose=0)] * 2]
    assert_close(run_headers(tmp_path, ["net", "empty", "empty8"], x), np.hstack(expected))


@needs_gcc
@pytest.mark.parametrize("zeros", [0.0, 0.75])
def test_int8_loses_what_is_said(tmp_path, zeros):
    model = every_layer(zeros=zeros)
    loss = to_c(model, tmp_path / "net.h", "net", int8=True)
    exact = to_c(model, tmp_path / "exact.h", "exact")
    assert exact is None
    assert 0 < loss.mean < loss.largest < 0.1 < loss.output <= 1
    assert "int8_t" in (tmp_path / "net.h").read_text()
    got = run_headers(tmp_path, ["net", "exact"], rows_of() * 3 + 5)
    assert 0 < np.abs(got[:, :3] - got[:, 3:]).max() < 3 * loss.largest


def test_labels_cannot_end_the_comment(tmp_path):
    model = fitted(linear_model.LogisticRegression(), classes=2)
    model.classes_ = np.array(["*/ #error", 'a"\n??/'])
    to_c(model, tmp_path / "net.h", "net")
    assert "classes __ _error, a_____." in (tmp_path / "net.h").read_text()


@pytest.mark.parametrize("prefix", ["", "1a", "a-b", "_a", "ä", "a b", "a\n"])
def test_a_prefix_that_is_no_identifier(tmp_path, prefix):
    with pytest.raises(ValueError, match=r"^\[to_c\] prefix must be a C identifier that begins with a letter, got "):
        to_c(every_layer(), tmp_path / "net.h", prefix)
    assert not list(tmp_path.iterdir())


@needs_gcc
def test_the_command_line(tmp_path, capsys):
    model = every_layer()
    model.save(str(tmp_path / "m.safetensors"))
    arguments = ["export", str(tmp_path / "m.safetensors"), str(tmp_path / "net.h"), "--prefix", "net"]
    assert main(arguments) == 0
    assert capsys.readouterr().out == ""
    assert_close(run_headers(tmp_path, ["net"], rows_of()), model.predict(rows_of(), verbose=0))
    assert main([*arguments, "--int8"]) == 0
    assert re.match(r"int8 changes outputs by [\d.e-]+ at most and [\d.e-]+ on average", capsys.readouterr().out)


def test_the_command_line_says_what_is_wrong(tmp_path, capsys):
    assert main(["export", str(tmp_path / "absent.safetensors"), str(tmp_path / "net.h"), "--prefix", "net"]) == 1
    assert "absent.safetensors" in capsys.readouterr().err
    every_layer().save(str(tmp_path / "m.safetensors"))
    assert main(["export", str(tmp_path / "m.safetensors"), str(tmp_path / "net.h"), "--prefix", "8"]) == 1
    assert capsys.readouterr().err.startswith("[to_c] prefix must be a C identifier")
