"""Any layout that holds the right numbers gives the bits of the canonical one, and is not written to."""

import hashlib

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import proxnet
from proxnet import data
from proxnet.layers import Dense

# Small integers: exact in every type below.
X = np.random.default_rng(0).integers(0, 2, size=(40, 6)).astype(np.float32)
Y = (X.sum(axis=1) > 3).astype(np.float32)


def trained(x, y, weights=None, dtype="float32"):
    proxnet.set_random_seed(6)
    model = proxnet.Sequential([Dense(5, activation="relu", kernel_regularizer="l1"), Dense(1, activation="sigmoid")])
    model.compile("adam", "binary_crossentropy")
    model.fit(x, y, epochs=2, batch_size=16, sample_weight=weights, verbose=0)
    return [*model.get_weights(), model.predict(x)]


@pytest.fixture(scope="module")
def canonical():
    return trained(X, Y)


def unaligned(array):
    buffer = bytearray(array.nbytes + 1)
    view = np.frombuffer(buffer, array.dtype, array.size, offset=1).reshape(array.shape)
    view[:] = array
    assert not view.flags.aligned
    return view


def read_only(array):
    copy = array.copy()
    copy.flags.writeable = False
    return copy


def strided(array):
    wide = np.full((array.shape[0] * 2, array.shape[1] * 3), 7, array.dtype)
    wide[::2, ::3] = array
    return wide[::2, ::3]


def memmap(array, tmp_path):
    path = tmp_path / "x"
    path.write_bytes(array.tobytes())
    return np.memmap(path, array.dtype, "r", shape=array.shape)


class Duck:
    """Something with __array__ and nothing else."""

    def __array__(self, dtype=None, copy=None):
        return X.astype(np.float64)


LAYOUTS = {
    "canonical": lambda x: x,
    "copy": np.copy,
    "Fortran": np.asfortranarray,
    "strided": strided,
    "columns of a wider array": lambda x: np.hstack([x, x + 9])[:, :6],
    "negative row stride": lambda x: x[::-1].copy()[::-1],
    "negative column stride": lambda x: x[:, ::-1].copy()[:, ::-1],
    "transposed twice": lambda x: x.T.copy().T,
    "read-only": read_only,
    "unaligned": unaligned,
    "big-endian": lambda x: x.astype(">f4"),
    "big-endian float64": lambda x: x.astype(">f8"),
    "big-endian int": lambda x: x.astype(">i4"),
    **{name: (lambda x, name=name: x.astype(name)) for name in ("f2", "f8", "g", "i1", "i2", "i4", "i8")},
    **{name: (lambda x, name=name: x.astype(name)) for name in ("u1", "u2", "u4", "u8", "?")},
    "list of lists": lambda x: x.tolist(),
    "list of rows": list,
    "tuple of tuples": lambda x: tuple(map(tuple, x.tolist())),
    "objects": lambda x: x.astype(object),
    "numpy objects": lambda x: np.array([[np.float32(v) for v in row] for row in x], dtype=object),
    "masked array without masked cells": lambda x: np.ma.MaskedArray(x, np.zeros(x.shape, bool)),
    "matrix of ints and bools": lambda x: pd.DataFrame({"a": x[:, 0] > 0, **{str(i): x[:, i] for i in range(1, 6)}}),
    "DataFrame": pd.DataFrame,
    "DataFrame of int64": lambda x: pd.DataFrame(x.astype(np.int64), columns=list("abcdef")),
    "DataFrame of Int64": lambda x: pd.DataFrame(x.astype(np.int64)).astype("Int64"),
    "__array__": lambda x: Duck(),
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_x(name, canonical):
    x = LAYOUTS[name](X)
    for a, b in zip(canonical, trained(x, Y), strict=True):
        np.testing.assert_array_equal(a, b)


def test_x_memmap(canonical, tmp_path):
    for a, b in zip(canonical, trained(memmap(X, tmp_path), Y), strict=True):
        np.testing.assert_array_equal(a, b)


Y_LAYOUTS = {
    "column": lambda y: y[:, None],
    "column of a wider array": lambda y: np.c_[y, y][:, :1],
    "Fortran column": lambda y: np.asfortranarray(y[:, None]),
    "negative stride": lambda y: y[::-1].copy()[::-1],
    "float64": lambda y: y.astype("f8"),
    "float16": lambda y: y.astype("f2"),
    "int": lambda y: y.astype(int),
    "bool": lambda y: y > 0,
    "list": lambda y: y.tolist(),
    "list of bool": lambda y: (y > 0).tolist(),
    "big-endian": lambda y: y.astype(">f8"),
    "Series": pd.Series,
    "Series of bool": lambda y: pd.Series(y > 0),
    "Series of Int64": lambda y: pd.Series(y.astype(int)).astype("Int64"),
    "DataFrame": lambda y: pd.DataFrame({"y": y}),
    "objects": lambda y: y.astype(object),
}


@pytest.mark.parametrize("name", Y_LAYOUTS)
def test_y(name, canonical):
    for a, b in zip(canonical, trained(X, Y_LAYOUTS[name](Y)), strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("name", Y_LAYOUTS)
def test_sample_weight(name):
    weights = Y + 1
    expected = trained(X, Y, weights)
    given = Y_LAYOUTS[name](weights) if "bool" not in name else weights
    for a, b in zip(expected, trained(X, Y, given), strict=True):
        np.testing.assert_array_equal(a, b)


def test_broadcast_rows():
    one = np.broadcast_to(X[:1], X.shape)
    for a, b in zip(trained(one.copy(), Y), trained(one, Y), strict=True):
        np.testing.assert_array_equal(a, b)


def test_class_numbers_of_any_type():
    labels = np.arange(40) % 3
    results = []
    for y in (labels, labels.astype("u1"), labels.astype("f8"), labels[:, None], labels.tolist(), pd.Series(labels)):
        proxnet.set_random_seed(0)
        model = proxnet.Sequential([Dense(3, activation="softmax")])
        model.compile("sgd", "sparse_categorical_crossentropy")
        results.append(model.fit(X, y, verbose=0).history["loss"])
    assert all(result == results[0] for result in results)


def test_arrays_that_fit_are_not_copied():
    for array in (X, X[5:20], read_only(X), X[:1]):
        assert data.matrix("fit", "x", array, np.dtype("f4")) is array


def test_user_arrays_are_not_written():
    arrays = [X.copy(), X.astype("f8"), np.asfortranarray(X), Y.copy(), Y.astype("f8"), Y + 1]
    before = [hashlib.sha256(array.tobytes()).digest() for array in arrays]
    for x in arrays[:3]:
        for y in arrays[3:5]:
            trained(x, y, arrays[5])
    assert before == [hashlib.sha256(array.tobytes()).digest() for array in arrays]


@st.composite
def views(draw):
    """A view of any type, order and strides, with the plain values it holds."""
    rows, columns = draw(st.integers(1, 6)), draw(st.integers(1, 5))
    dtype = draw(st.sampled_from(["f2", "f4", "f8", ">f4", ">f8", "i1", "i4", ">i8", "u2", "?"]))
    steps = draw(st.tuples(st.sampled_from([-3, -2, -1, 1, 2, 3]), st.sampled_from([-3, -2, -1, 1, 2, 3])))
    shape = (rows * abs(steps[0]), columns * abs(steps[1]))
    base = draw(hnp.arrays(np.dtype(dtype), shape, elements=st.integers(0, 1)))
    if draw(st.booleans()):
        base = np.asfortranarray(base)
    view = base[:: steps[0], :: steps[1]]
    return view.T if draw(st.booleans()) else view


@settings(max_examples=200, deadline=None)
@given(views(), st.sampled_from(["f4", "f8"]))
def test_any_view(view, dtype):
    result = data.matrix("fit", "x", view, np.dtype(dtype))
    assert result.dtype == dtype
    assert result.flags.c_contiguous
    assert result.flags.aligned
    np.testing.assert_array_equal(result, np.array(view.tolist(), dtype))
