"""What must be refused: each input by a ValueError or TypeError that names the argument, the place and the value."""

import datetime
import re

import numpy as np
import pytest

from pairwise import in_turn
from proxnet import Sequential, callbacks, layers

X = np.arange(40, dtype=np.float32).reshape(10, 4) / 40
Y = np.array([0, 1] * 5, dtype=np.float32)
LABELS = np.arange(10) % 3
NAN, INF = float("nan"), float("inf")


def model(loss="binary_crossentropy", units=1, activation="sigmoid", **arguments):
    model = Sequential([layers.Dense(units, activation=activation)])
    model.compile(loss=loss, **arguments)
    model.build(4)
    return model


def with_value(array, index, value):
    copy = np.array(array, dtype=np.float64)
    copy[index] = value
    return copy


def masked(array):
    mask = np.zeros(array.shape, bool)
    mask.flat[5] = True
    return np.ma.MaskedArray(array, mask)


class Sparse:
    def tocsr(self):
        return self


BAD_X = {
    "nan": (with_value(X, (3, 1), NAN), ValueError, r"x\[3, 1\] = nan"),
    "nan float32": (with_value(X, (3, 1), NAN).astype("f4"), ValueError, r"x\[3, 1\] = nan"),
    "inf": (with_value(X, (0, 2), INF), ValueError, r"x\[0, 2\] = inf"),
    "-inf": (with_value(X, (9, 3), -INF), ValueError, r"x\[9, 3\] = -inf"),
    "overflow": (with_value(X, (3, 1), 1e39), ValueError, r"x\[3, 1\] = 1e\+39 overflows float32"),
    "huge integer": ([[10**400, 1, 2, 3]] * 10, ValueError, r"x\[0, 0\] = 10+.* overflows float64"),
    "no rows": (X[:0], ValueError, r"x must have a row .*\(0, 4\)"),
    "no columns": (X[:, :0], ValueError, r"x must have a row .*\(10, 0\)"),
    "1-D": (X[0], ValueError, r"x must have two dimensions .*\(4,\); for one row give x.reshape"),
    "3-D": (X[None], ValueError, r"x must have two dimensions .*\(1, 10, 4\)"),
    "number": (3.0, ValueError, r"x must have two dimensions .*\(\)"),
    "columns": (X[:, :3], ValueError, r"x must have 4 columns, as at fit, got 3"),
    "strings": (X.astype(str), TypeError, r"x must hold real numbers, got dtype <U.*x\[0, 0\] = "),
    "bytes": (X.astype("S"), TypeError, r"x must hold real numbers"),
    "strings in a list": ([["a", 1, 2, 3]] * 10, TypeError, r"x must hold real numbers"),
    "objects": (np.array([[1, 2, 3, "b"]] * 10, dtype=object), TypeError, r"x\[0, 3\] = 'b'"),
    "none": ([[1, 2, 3, None]] * 10, TypeError, r"x\[0, 3\] = None"),
    "complex": (X + 1j, TypeError, r"x must hold real numbers, got dtype complex"),
    "dates": (np.full((10, 4), "2020-01-01", "M8[D]"), TypeError, r"x must hold real numbers, got dtype datetime64"),
    "durations": (np.ones((10, 4), "m8[s]"), TypeError, r"x must hold real numbers, got dtype timedelta64"),
    "date objects": ([[datetime.date(2020, 1, 1)] * 4] * 10, TypeError, r"x\[0, 0\] = datetime.date"),
    "structured": (np.zeros((10, 4), "i4,f4"), TypeError, r"x must hold real numbers"),
    "ragged": ([[1, 2, 3, 4], [1, 2]], ValueError, r"x must be rectangular"),
    "masked": (masked(X), ValueError, r"x\[1, 1\] is masked"),
    "sparse": (Sparse(), TypeError, r"x must be dense"),
    "None": (None, TypeError, r"x must be an array of numbers, got NoneType"),
    "dict": ({"a": X}, TypeError, r"x must be an array of numbers, got dict"),
}


@in_turn(name=BAD_X, operation=["fit", "predict", "evaluate", "train_on_batch"])
def test_x(name, operation):
    value, error, message = BAD_X[name]
    m = model()
    before = m.get_weights()
    arguments = (value,) if operation == "predict" else (value, Y)
    with pytest.raises(error, match=message) as caught:
        getattr(m, operation)(*arguments)
    assert re.match(rf"\[{operation}\] ", str(caught.value))
    for a, b in zip(before, m.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


BCE, CCE, SCE = "binary_crossentropy", "categorical_crossentropy", "sparse_categorical_crossentropy"
ONE_HOT = np.eye(3)[LABELS]
BAD_Y = {
    "nan": (BCE, with_value(Y, 4, NAN), ValueError, r"y\[4\] = nan"),
    "nan mse": ("mse", with_value(Y, 4, NAN), ValueError, r"y\[4(, 0)?\] = nan"),
    "inf": ("mse", with_value(Y, 4, INF), ValueError, r"y\[4(, 0)?\] = inf"),
    "overflow": ("mse", with_value(Y, 4, -1e39), ValueError, r"y\[4\] = -1e\+39 overflows float32"),
    "short": (BCE, Y[:9], ValueError, r"Data cardinality is ambiguous.*'x' sizes: 10, 'y' sizes: 9"),
    "empty": (BCE, Y[:0], ValueError, r"Data cardinality is ambiguous"),
    "number": (BCE, 1.0, ValueError, r"y must have one target per row"),
    "none": (BCE, None, TypeError, r"y must be given"),
    "strings": (BCE, np.array(["a", "b"] * 5), TypeError, r"y must hold real numbers, got dtype <U1, y\[0\] = "),
    "objects": (BCE, np.array([0, "b"] * 5, dtype=object), TypeError, r"y\[1\] = 'b'"),
    "complex": ("mse", Y + 1j, TypeError, r"y must hold real numbers"),
    "two columns": (BCE, np.c_[Y, Y], ValueError, r"y must have shape \(rows,\) or \(rows, 1\).*\(10, 2\)"),
    "3-D": (BCE, Y.reshape(10, 1, 1), ValueError, r"y must have shape"),
    "-1 and 1": (BCE, 2 * Y - 1, ValueError, r"y must lie in \[0, 1\].*y\[0\] = -1"),
    "above 1": (BCE, with_value(Y, 7, 1.5), ValueError, r"y must lie in \[0, 1\].*y\[7\] = 1.5"),
    "one-hot above 1": (CCE, 2 * ONE_HOT, ValueError, r"y must lie in \[0, 1\].*y\[0, 0\] = 2"),
    "numbers for one-hot": (CCE, LABELS, ValueError, r"y must have shape \(rows, 3\).*sparse_categorical"),
    "one-hot for numbers": (SCE, ONE_HOT, ValueError, r"y must have shape \(rows,\).*'categorical_crossentropy'"),
    "class too large": (SCE, with_value(LABELS, 4, 3), ValueError, r"y .*integers from 0 to 2, y\[4\] = 3"),
    "class negative": (SCE, with_value(LABELS, 4, -1), ValueError, r"y .*y\[4\] = -1"),
    "class no integer": (SCE, with_value(LABELS, 4, 1.5), ValueError, r"y .*y\[4\] = 1.5"),
    "class almost integer": (SCE, with_value(LABELS, 4, 1 + 1e-9), ValueError, r"y .*y\[4\] = 1"),
    "class nan": (SCE, with_value(LABELS, 4, NAN), ValueError, r"y .*y\[4\] = nan"),
    "class of (rows, 1)": (SCE, with_value(LABELS, 4, 9)[:, None], ValueError, r"y .*y\[4, 0\] = 9"),
}


@in_turn(name=BAD_Y, operation=["fit", "evaluate"])
def test_y(name, operation):
    loss, value, error, message = BAD_Y[name]
    m = model(loss, 3, "softmax") if loss in (CCE, SCE) else model(loss)
    with pytest.raises(error, match=message) as caught:
        getattr(m, operation)(X, value)
    assert re.match(rf"\[{operation}\] ", str(caught.value))


ONES = np.ones(10)
BAD_FIT = {
    "weight negative": ({"sample_weight": with_value(ONES, 2, -1)}, ValueError, r"sample_weight\[2\] = -1"),
    "weight nan": ({"sample_weight": with_value(ONES, 2, NAN)}, ValueError, r"sample_weight\[2\] = nan"),
    "weight inf": ({"sample_weight": with_value(ONES, 2, INF)}, ValueError, r"sample_weight\[2\] = inf"),
    "weight overflow": ({"sample_weight": with_value(ONES, 2, 1e39)}, ValueError, r"sample_weight\[2\] = 1e\+39"),
    "weights zero": ({"sample_weight": np.zeros(10)}, ValueError, r"sample_weight must have a weight above zero"),
    "weights short": ({"sample_weight": ONES[:9]}, ValueError, r"cardinality is ambiguous.*'sample_weight' sizes: 9"),
    "weights 2-D": ({"sample_weight": np.ones((10, 2))}, ValueError, r"sample_weight must have shape"),
    "weights strings": ({"sample_weight": ["a"] * 10}, TypeError, r"sample_weight must hold real numbers"),
    "held weights zero": (
        {"sample_weight": with_value(ONES, slice(8, 10), 0), "validation_split": 0.2},
        ValueError,
        r"sample_weight of the validation rows must",
    ),
    "class unknown": ({"class_weight": {0: 1, 1: 1, 2: 1}}, ValueError, r"class_weight names the class 2"),
    "class negative": ({"class_weight": {0: 1, -1: 1}}, ValueError, r"class_weight's class must be >= 0, got -1"),
    "class string": ({"class_weight": {"a": 1}}, TypeError, r"class_weight's class must be an integer, got 'a'"),
    "class weight negative": ({"class_weight": {0: 1, 1: -2}}, ValueError, r"class_weight\[1\] must be >= 0, got -2"),
    "class weight nan": ({"class_weight": {0: 1, 1: NAN}}, ValueError, r"class_weight\[1\] must be finite"),
    "class weights zero": ({"class_weight": {0: 0, 1: 0}}, ValueError, r"class_weight must have a weight above"),
    "class weights list": ({"class_weight": [1, 2]}, TypeError, r"class_weight must be a dict"),
    "batch_size 0": ({"batch_size": 0}, ValueError, r"batch_size must be >= 1, got 0"),
    "batch_size -1": ({"batch_size": -1}, ValueError, r"batch_size must be >= 1, got -1"),
    "batch_size float": ({"batch_size": 32.0}, TypeError, r"batch_size must be an integer, got 32.0"),
    "batch_size bool": ({"batch_size": True}, TypeError, r"batch_size must be an integer, got True"),
    "epochs 0": ({"epochs": 0}, ValueError, r"epochs must be >= 1, got 0"),
    "epochs string": ({"epochs": "3"}, TypeError, r"epochs must be an integer, got '3'"),
    "initial_epoch": ({"initial_epoch": -1}, ValueError, r"initial_epoch must be >= 0, got -1"),
    "shuffle": ({"shuffle": "batch"}, TypeError, r"shuffle must be True or False, got 'batch'"),
    "verbose": ({"verbose": 3}, ValueError, r"verbose must be <= 2, got 3"),
    "verbose string": ({"verbose": "quiet"}, ValueError, r"unknown verbose 'quiet'.* Known: auto"),
    "split 1": ({"validation_split": 1.0}, ValueError, r"validation_split must be >= 0 and < 1, got 1"),
    "split negative": ({"validation_split": -0.1}, ValueError, r"validation_split must be"),
    "split nan": ({"validation_split": NAN}, ValueError, r"validation_split must be finite"),
    "split all": ({"validation_split": 0.95}, ValueError, r"validation_split must leave rows on both sides"),
    "validation alone": ({"validation_data": X}, TypeError, r"validation_data must be \(x, y\)"),
    "validation columns": ({"validation_data": (X[:, :2], Y)}, ValueError, r"validation_data\[0\] must have 4 columns"),
    "validation nan": (
        {"validation_data": (with_value(X, (1, 1), NAN), Y)},
        ValueError,
        r"validation_data\[0\]\[1, 1\] = nan",
    ),
    "validation targets": ({"validation_data": (X, Y + 1)}, ValueError, r"validation_data\[1\]\[1\] = 2"),
    "validation_freq": ({"validation_freq": 0}, ValueError, r"validation_freq must be >= 1, got 0"),
    "callback class": ({"callbacks": [callbacks.History]}, TypeError, r"callbacks\[0\] must be an object.*History\(\)"),
    "callback string": ({"callbacks": ["x"]}, TypeError, r"callbacks\[0\] must be a callback, got 'x'"),
    "misspelt": ({"epoch": 3}, TypeError, r"unknown argument 'epoch'; did you mean 'epochs'\? Known: "),
    "steps": ({"steps_per_epoch": 3}, ValueError, r"steps_per_epoch is for data that comes in batches, got 3"),
}


@pytest.mark.parametrize("name", BAD_FIT)
def test_fit(name):
    arguments, error, message = BAD_FIT[name]
    with pytest.raises(error, match=message) as caught:
        model().fit(X, Y, **{"verbose": 0, **arguments})
    assert str(caught.value).startswith("[fit] ")


def test_nan_in_held_out_rows_is_found_before_training():
    with pytest.raises(ValueError, match=r"x\[8, 2\] = nan"):
        model().fit(with_value(X, (8, 2), NAN), Y, validation_split=0.2, verbose=0)


def test_class_weight_wants_classes():
    with pytest.raises(ValueError, match=r"class_weight needs targets that are classes.*y\[3, 0\] = 0.5"):
        model().fit(X, with_value(Y, 3, 0.5), class_weight={0: 1, 1: 1})


@pytest.mark.parametrize("operation", ["fit", "evaluate", "train_on_batch", "test_on_batch"])
def test_use_before_compile(operation):
    with pytest.raises(ValueError, match=r"\[\w+\] You must call `compile\(\)` before using the model."):
        getattr(Sequential([layers.Dense(1)]), operation)(X, Y)


def test_compile_without_loss():
    m = Sequential([layers.Dense(1)])
    m.compile("sgd")
    with pytest.raises(ValueError, match=r"\[fit\] No loss to compute. Provide a `loss` argument in `compile\(\)`."):
        m.fit(X, Y)


@pytest.mark.parametrize("use", ["sparsity", "penalty", "count_params"])
def test_use_before_weights(use):
    with pytest.raises(ValueError, match=rf"\[{use}\] the model has no weights yet"):
        getattr(Sequential([layers.Dense(1)]), use)()


def test_there_are_enough_of_these():
    assert len(BAD_X) + len(BAD_Y) + len(BAD_FIT) >= 60
