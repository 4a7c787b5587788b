"""The C interface: a C99 program and ctypes predict what Python does, and errors are codes with sentences."""

import ctypes
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

import proxnet
from proxnet import linear_model
from proxnet.layers import Dense
from thin_networks import X, thinned

ROOT = Path(__file__).resolve().parents[3]
COMPILERS = [name for name in ("gcc", "clang", "cc") if shutil.which(name)]


def library_path():
    """The shared library that Python's extension has loaded."""
    lines = Path("/proc/self/maps").read_text().splitlines() if Path("/proc/self/maps").exists() else []
    found = next((line.split(maxsplit=5)[5] for line in lines if "libproxnet" in line), None)
    return found or pytest.skip("the library is static")


@pytest.fixture(scope="module")
def library():
    c = ctypes.CDLL(library_path())
    c.proxnet_last_error.restype = ctypes.c_char_p
    for name in ("inputs", "outputs", "workspace_size", "class_count"):
        getattr(c, f"proxnet_predictor_{name}").restype = ctypes.c_size_t
    for name in ("input_name", "class_label"):
        getattr(c, f"proxnet_predictor_{name}").restype = ctypes.c_char_p
    return c


class Loaded:
    def __init__(self, library, content):
        self.c, self.handle = library, ctypes.c_void_p()
        assert library.proxnet_predictor_load_from_memory(content, ctypes.c_size_t(len(content)), 0, self.pointer) == 0

    pointer = property(lambda self: ctypes.byref(self.handle))

    def ask(self, name, *numbers):
        return getattr(self.c, f"proxnet_predictor_{name}")(self.handle, *map(ctypes.c_size_t, numbers))

    def predict(self, x, out, *, size=None, flags=0, suffix=None):
        size = self.ask("workspace_size", len(x)) if size is None else size
        workspace = ctypes.create_string_buffer(size)
        numbers = [ctypes.c_size_t(n) for n in (len(x), x.strides[0] // x.itemsize)]
        function = getattr(self.c, f"proxnet_predict_{suffix or ('f32' if x.itemsize == 4 else 'f64')}")
        return function(
            self.handle,
            x.ctypes.data_as(ctypes.c_void_p),
            *numbers,
            out.ctypes.data_as(ctypes.c_void_p),
            *([] if suffix else [ctypes.c_size_t(out.strides[0] // out.itemsize)]),
            workspace,
            ctypes.c_size_t(size),
            flags,
        )

    def error(self):
        return self.c.proxnet_last_error().decode()


def saved(model, tmp_path):
    model.save(tmp_path / "model.safetensors")
    return (tmp_path / "model.safetensors").read_bytes()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_predictions_have_python_s_bits(library, tmp_path, dtype):
    model = thinned([Dense(30, "relu"), Dense(4, "softmax")], dtype)
    loaded, x = Loaded(library, saved(model, tmp_path)), X.astype(dtype)
    assert (loaded.ask("inputs"), loaded.ask("outputs")) == (12, 4)
    out, wide = np.empty((70, 4), dtype), np.zeros((70, 9), dtype)
    assert loaded.predict(x, out) == 0
    np.testing.assert_array_equal(out, model.predict(x, verbose=0))
    assert loaded.predict(x[::2], wide[::2, 2:6]) == 0
    np.testing.assert_array_equal(wide[::2, 2:6], out[::2])
    assert not wide[:, :2].any()
    assert not wide[:, 6:].any()
    assert not wide[1::2].any()
    assert loaded.predict(x, wide[:, :4], flags=2) == 0
    np.testing.assert_array_equal(wide[:, :4], model.predictor().logits(x))
    labels = np.empty(70, "i8")
    assert loaded.predict(x, labels, suffix="labels_" + ("f32" if dtype == "float32" else "f64")) == 0
    np.testing.assert_array_equal(labels, out.argmax(axis=1))
    library.proxnet_predictor_free(loaded.handle)


def test_errors_are_codes_with_sentences(library, tmp_path):
    content = saved(thinned([Dense(3), Dense(2)], zeros=0.0), tmp_path)
    loaded, out = Loaded(library, content), np.full((70, 2), 7.0, "f")
    bad = X.astype("f")
    bad[5, 3] = np.nan
    assert (loaded.predict(bad, out), loaded.error()) == (6, "[predict] x must be finite, x[5, 3] = nan")
    needed = loaded.ask("workspace_size", 70)
    assert loaded.predict(X.astype("f"), out, size=needed - 1) == 5
    assert loaded.error() == f"[predict] the workspace for 70 rows must have {needed} bytes, got {needed - 1}"
    assert loaded.predict(X.astype("f8"), out.astype("f8")) == 1
    assert "the number type must be the predictor's, float32" in loaded.error()
    assert loaded.predict(bad, out, flags=64) == 1
    assert (out == 7).all()
    assert loaded.predict(bad, out, flags=1) == 0
    assert np.isnan(out[5]).all()
    assert np.isfinite(np.delete(out, 5, axis=0)).all()
    size, handle = ctypes.c_size_t(len(content) - 1), ctypes.c_void_p(1)
    assert library.proxnet_predictor_load_from_memory(content, size, 0, ctypes.byref(handle)) == 2
    assert loaded.error().startswith("[load] ")
    assert handle.value is None
    assert library.proxnet_predictor_load(b"/no/such/file", 0, ctypes.byref(handle)) == 3
    assert "/no/such/file" in loaded.error()
    assert library.proxnet_predictor_load(None, 0, ctypes.byref(handle)) == 1
    assert library.proxnet_predictor_load(b"x", 0, None) == 1
    library.proxnet_predictor_free(None)
    library.proxnet_predictor_free(loaded.handle)


@pytest.mark.parametrize("compiler", COMPILERS)
def test_a_c99_program_predicts(tmp_path, compiler):
    library, program = Path(library_path()), tmp_path / "predict"
    flags = ["-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic", "-I", ROOT / "cpp" / "include"]
    link = [library, f"-Wl,-rpath,{library.parent}"]
    subprocess.run([compiler, *flags, ROOT / "tests" / "c" / "predict.c", *link, "-o", program], check=True)
    classes = np.array(["ant", "bee", "caf\u00e9"])[np.argmax(X[:, :3], axis=1)]
    model = linear_model.LogisticRegression(C=0.5, l1_ratio=1).fit(X.astype("f"), classes)
    path = tmp_path / "model.safetensors"
    proxnet.save_predictor(model, path)
    rows = "\n".join(" ".join(f"{value:.9g}" for value in row) for row in X.astype("f"))
    run = subprocess.run([program, path], input=rows, capture_output=True, text=True, check=True)
    got = np.array([line.split() for line in run.stdout.splitlines()], "f")
    np.testing.assert_array_equal(got, proxnet.Predictor(model)(X.astype("f")))
    run = subprocess.run([program, path, "-l"], input=rows, capture_output=True, text=True, check=True)
    assert run.stdout.split() == model.predict(X).tolist()
    path.write_bytes(path.read_bytes()[:-1])
    run = subprocess.run([program, path], capture_output=True, text=True)
    assert run.returncode == 1
    assert run.stderr.startswith("load: 2: [load] ")
