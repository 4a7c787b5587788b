"""Ctrl-C ends every long part of a linear model at the poll that finds it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import proxnet
from interrupt_tools import assert_interrupted
from linear_tools import problem
from proxnet import _core
from proxnet.linear_model import (
    GroupLassoCV,
    Lasso,
    LogisticRegression,
    MultiTaskLassoCV,
    PenalizedClassifier,
    PenalizedRegressor,
    Ridge,
    enet_path,
    logistic_path,
)
from proxnet.linear_model._input.inputs import read_design
from proxnet.regularizers import MCP

ENDLESS = {"tol": 1e-14, "max_iter": 10**7}


def wide(order: str, rows: int = 10**6, columns: int = 10**6) -> np.ndarray:
    """As many numbers as take seconds to read, in the memory of one row or column."""
    if order == "C":
        return np.broadcast_to(np.ones(columns), (rows, columns))
    return np.broadcast_to(np.ones(rows)[:, np.newaxis], (rows, columns))


def few(shape: tuple[int, int]) -> np.ndarray:
    """Random numbers of little variety, made fast."""
    rng = np.random.default_rng(0)
    return rng.integers(-100, 100, shape, np.int8).astype(np.float32)


def data_calls() -> dict[str, Callable[[], Any]]:
    calls = {}
    for order in "CF":
        design = _core.Design(wide(order))
        calls[f"predict {order}"] = lambda design=design: design.predict(np.ones(10**6), 0.0)
        calls[f"check_finite {order}"] = design.check_finite
    return calls


def free_columns() -> Callable[[], Any]:
    x = few((6000, 1600))
    factors = np.r_[np.zeros(1500), np.ones(100)]
    return lambda: Lasso(1e-3, penalty_factor=factors, tol=0.0, max_iter=10**6).fit(x, x[:, 0] + x[:, -1] % 7)


def free_directions() -> Callable[[], Any]:
    x = few((3000, 700))
    factors = np.r_[np.zeros(600), np.ones(100)]
    return lambda: LogisticRegression(l1_ratio=1.0, C=1e-3, penalty_factor=factors).fit(x, x[:, 0] > 3)


def ridge(solver: str) -> Callable[[], Any]:
    x = few((4500, 4000))
    return lambda: Ridge(alpha=1.0, solver=solver, tol=0.0, max_iter=10**6).fit(x, x[:, 0])


def path(name: str) -> Callable[[], Any]:
    x, y = problem(1000, 600)
    tasks = np.c_[y, y + x[:, 0], x[:, 1]]
    calls: dict[str, Callable[[], Any]] = {
        "groups": lambda: GroupLassoCV(np.arange(600) // 4, alphas=4000, eps=1e-5, cv=3, **ENDLESS).fit(x, y),
        "tasks": lambda: MultiTaskLassoCV(alphas=4000, eps=1e-5, cv=3, **ENDLESS).fit(x, tasks),
        "penalty object": lambda: PenalizedRegressor(MCP(1e-4), tol=1e-300, max_iter=10**8).fit(x, y),
        "penalty of labels": lambda: PenalizedClassifier(MCP(1e-4), tol=1e-300, max_iter=10**8).fit(x, y > 0),
        "lasso": lambda: enet_path(x, y, l1_ratio=0.3, alphas=20000, eps=1e-5, **ENDLESS),
        "logistic": lambda: logistic_path(x, y > 0, Cs=5000, eps=1e-4, tol=1e-13),
    }
    return calls[name]


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("name", ["predict C", "predict F", "check_finite C", "check_finite F"])
def test_reading_x(name, threads) -> None:
    try:
        proxnet.set_num_threads(threads)
        assert_interrupted(data_calls()[name])
    finally:
        proxnet.set_num_threads(0)


@pytest.mark.parametrize("make", [free_columns, free_directions, lambda: ridge("cholesky"), lambda: ridge("sparse_cg")])
def test_products_and_factors(make) -> None:
    assert_interrupted(make())


@pytest.mark.parametrize("name", ["groups", "tasks", "penalty object", "penalty of labels", "lasso", "logistic"])
def test_paths_and_fits(name) -> None:
    assert_interrupted(path(name))


def test_sparse_rows_become_columns() -> None:
    sparse = pytest.importorskip("scipy.sparse")
    rows, each, columns = 2 * 10**5, 150, 10**5
    indices = np.sort(np.random.default_rng(0).integers(0, columns, (1, each), np.int32), axis=1)
    indices = np.unique(indices)
    x = sparse.csr_array(
        (np.ones(rows * indices.size, np.float32), np.tile(indices, rows), np.arange(rows + 1) * indices.size),
        shape=(rows, columns),
    )
    assert_interrupted(
        lambda: [
            read_design(None, x)[0].path(np.ones(rows), None, 1.0, None, False, True, [1.0], 1, 1e-3, 1e-4, 10, None)
            for _ in range(20)
        ]
    )
