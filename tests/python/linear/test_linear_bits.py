"""The bits of coefficients, gaps and scores do not depend on the number of threads, for every solver."""

import numpy as np
import pytest

from glm_tools import LOSSES, standardised
from glm_tools import data as glm_data
from glm_tools import solve as solve_glm
from group_tools import some_groups, tasks
from linear_tools import factors_of, problem, stored
from penalized_tools import data as penalized_data
from proxnet import _core
from proxnet.linear_model import (
    Lasso,
    LassoCV,
    MultiTaskLasso,
    PenalizedClassifier,
    PenalizedRegressor,
    PenalizedRegressorCV,
    enet_path,
    group_path,
    lasso_path,
)
from proxnet.regularizers import MCP
from ridge_tools import core_path
from thread_tools import assert_same_bits


@pytest.mark.parametrize("layout", ["C", "F", "csc", "gram", "folds"])
def test_lasso(layout) -> None:
    x, y = problem(400, 120, seed=2) if layout in ("gram", "folds") else problem(150, 700, seed=2)
    weights = np.random.default_rng(0).uniform(0.5, 2, len(y))
    given = stored(x * (np.abs(x) > 2), layout) if layout == "csc" else np.asarray(x, order="CF"[layout == "F"])

    def run():
        if layout == "folds":
            model = LassoCV(alphas=8, eps=0.05).fit(given, y, weights)
            return model.mse_path_, model.coef_
        model = Lasso(0.05).fit(given, y, weights)
        return model.coef_, model.dual_gap_, *enet_path(given, y, alphas=8, eps=0.05)

    assert_same_bits(run, (1, 2, 3, 4))


def test_lasso_with_unpenalized_features() -> None:
    x, y = problem(300, 1500, seed=9)
    factors = np.r_[np.zeros(5), np.ones(1495)]
    assert_same_bits(lambda: lasso_path(x, y, penalty_factor=factors, alphas=10, eps=0.1))


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("layout", ["C", "F", "csc"])
def test_generalised_linear_models(loss, layout) -> None:
    x, y = glm_data(loss, 300, 400, seed=3)
    given = stored(x * (np.abs(x) > 2), layout) if layout == "csc" else stored(x, layout)

    def run():
        for gram_columns in (0, 4096):
            design = (
                _core.Design.compressed(given.data, given.indices, given.indptr, *x.shape, False)
                if layout == "csc"
                else _core.Design(given)
            )
            options = {"count": 4, "eps": 0.3, "tol": 1e-4, "gram_columns": gram_columns}
            result = solve_glm(loss, x, y, design=design, **options)
            yield from (result[name] for name in ("coef", "intercept", "gap"))

    assert_same_bits(run)


def test_multinomial_with_unpenalized_features() -> None:
    x, y = standardised("softmax", 400, 120)
    options = {"penalty_factor": factors_of(120), "count": 4, "eps": 0.2, "tol": 1e-6}
    assert_same_bits(lambda: [solve_glm("softmax", x, y, **options)["coef"]])


@pytest.mark.parametrize("shape", [(900, 60), (80, 900)])
def test_groups(shape) -> None:
    x, y = problem(*shape)
    assert_same_bits(lambda: group_path(x, np.c_[y, x[:, 0]], some_groups(shape[1]), alphas=8, eps=0.05))


def test_tasks_with_unpenalized_features() -> None:
    x, both = tasks(300, 600)
    assert_same_bits(lambda: [MultiTaskLasso(0.2, penalty_factor=factors_of(600)).fit(x, both).coef_])


def test_nonconvex_penalties() -> None:
    tight = {"tol": 1e-12, "max_iter": 100000}
    x, y = problem(70, 60)
    assert_same_bits(lambda: [PenalizedRegressor(MCP(0.4), **tight).fit(x, y).coef_])
    x, y = penalized_data("logistic", 3000, 40)

    def classes():
        model = PenalizedClassifier(MCP(0.05), tol=1e-10, max_iter=2000).fit(x, y)
        return model.coef_, model.intercept_

    assert_same_bits(classes)


@pytest.mark.parametrize("shape", [(60, 300), (300, 12)])
def test_folds_of_nonconvex_penalties(shape) -> None:
    x, y = problem(*shape)

    def run():
        model = PenalizedRegressorCV(MCP(1.0), alphas=8, eps=0.1, cv=4).fit(x, y)
        return model.mse_path_, model.coef_path_

    assert_same_bits(run, (1, 2, 5))


@pytest.mark.parametrize("shape", [(700, 60), (60, 700)])
def test_direct_and_iterative_ridge(shape) -> None:
    x, y = problem(*shape)
    arguments = _core.Design(x), y[np.newaxis].copy(), None, None, True

    def run():
        factored = _core.ridge_cholesky(*arguments, np.ones(1))
        assert factored is not None
        return [*factored, *_core.conjugate_gradients(*arguments, np.ones(1), 1e-8, 50)[:2]]

    assert_same_bits(run)


@pytest.mark.parametrize("shape", [(300, 150), (150, 300)])
def test_paths_of_ridge(shape) -> None:
    x, y = problem(*shape)
    targets, alphas = np.c_[y, x[:, 1]], np.array([1000.0, 10.0, 0.3, 0.01])

    def run():
        found = core_path(x, targets, np.r_[alphas, 0.0], leave_one_out=True)
        start = np.ascontiguousarray(found[0][0] + 1)
        proof = _core.ridge_certificate(_core.Design(x), targets.T.copy(), None, None, True, alphas[:2], start)
        return *found, *proof

    assert_same_bits(run, (1, 2, 3, 5))
