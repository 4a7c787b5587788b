"""Linear models read the numbers of X where they lie: what fits and predictions take beyond it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak is read from /proc")

PROGRAM = """
import re, sys
import numpy as np
import scipy.sparse as sp
import proxnet
from proxnet.linear_model import Lasso, LogisticRegression

proxnet.set_num_threads(2)
kind, dtype, index = sys.argv[1:]
rng = np.random.default_rng(0)
if kind in "CF":
    rows, columns = 4000, 2500
    x = np.empty((rows, columns), dtype, order=kind)
    for i in range(0, rows, 100):
        x[i : i + 100] = rng.standard_normal((100, columns), dtype)
    size, copied = x.nbytes, 0
else:
    lines, entries = 3000, 2000
    data = np.empty(lines * entries, dtype)
    indices = np.empty(lines * entries, index)
    for k in range(lines):
        data[k * entries : (k + 1) * entries] = rng.standard_normal(entries, dtype)
        indices[k * entries : (k + 1) * entries] = np.arange(entries) * 4 + rng.integers(0, 4, entries)
    indptr = np.arange(lines + 1, dtype=index) * entries
    make, shape = (sp.csc_array, (4 * entries, lines)) if kind == "csc" else (sp.csr_array, (lines, 4 * entries))
    x = make((data, indices, indptr), shape=shape)
    rows, columns = shape
    size = data.nbytes + indices.nbytes
    copied = indices.nbytes + indptr.nbytes
    x.indices, x.indptr = indices, indptr  # which scipy may have made int32
    assert np.shares_memory(x.data, data)
y = rng.standard_normal(rows)
small = rng.standard_normal((50, 4))
Lasso(alpha=0.1).fit(small, small[:, 0]).predict(small)  # whatever a first call takes
LogisticRegression(l1_ratio=1.0).fit(small, small[:, 0] > 0)


def peak():
    # ru_maxrss would begin at that of the process that started this one.
    return 1024 * int(re.search(r"VmHWM:\\s*(\\d+)", open("/proc/self/status").read()).group(1))


before = peak() + copied
if kind == "csr":
    model = Lasso(alpha=0.1).fit(small, small[:, 0])
    model.n_features_in_, model.coef_ = columns, rng.standard_normal(columns)
    model.predict(x)
    predicted = peak()
    Lasso(alpha=0.2).fit(x, y)
    print((predicted - before) / size, (peak() - before) / size)
else:
    Lasso(alpha=0.2).fit(x, y).predict(x)
    least_squares = peak()
    LogisticRegression(C=0.001, l1_ratio=1.0, solver="saga").fit(x, y > 0)
    print((least_squares - before) / size, (peak() - before) / size)
"""


def taken(kind: str, dtype: str, index: str) -> tuple[float, float]:
    """Memory in units of the size of X."""
    done = subprocess.run([sys.executable, "-c", PROGRAM, kind, dtype, index], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    first, second = map(float, done.stdout.split())
    return first, second


@pytest.mark.parametrize(
    ("kind", "dtype", "index"),
    [("C", "float64", "-"), ("F", "float32", "-"), ("csc", "float64", "int32"), ("csc", "float32", "int64")],
)
def test_fits_copy_nothing(kind, dtype, index) -> None:
    if kind == "csc":
        pytest.importorskip("scipy")
    assert max(taken(kind, dtype, index)) < 0.2


def test_rows_are_turned_into_columns_by_fits_alone() -> None:
    pytest.importorskip("scipy")
    predicted, fitted = taken("csr", "float64", "int32")
    assert predicted < 0.2
    assert 0.8 < fitted < 1.3
