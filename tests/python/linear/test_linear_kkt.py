"""At tol=1e-8 no coefficient, or group, is further than 1e-6 alpha_max from its optimality condition."""

import numpy as np
import pytest

from glm_tools import certificate as glm_certificate
from glm_tools import coef_of, data, solve
from linear_tools import certificate, problem
from pairwise import pairwise
from proxnet import _core
from proxnet.linear_model import MultiTaskElasticNet, MultiTaskLasso

GRID = {"alphas": [], "count": 20, "eps": 1e-2, "tol": 1e-8, "max_iter": 100000, "start": None}


@pairwise(shape=[(60, 90), (90, 40), (40, 400)], ratio=[1.0, 0.9, 0.3], gram_columns=[0, 4096])
def test_least_squares(shape, ratio, gram_columns) -> None:
    for seed in range(2):
        x, y = problem(*shape, seed=seed)
        x, y = x - x.mean(axis=0), y - y.mean()
        options = {"positive": False, "fit_intercept": False, "gram_columns": gram_columns, **GRID}
        path = _core.Design(x).path(y, None, ratio, None, **options)
        for w, alpha in zip(path["coef"], path["alphas"], strict=True):
            assert certificate(x, y, w, alpha, ratio)[1] <= 1.001e-6 * path["alphas"][0]


@pairwise(
    loss=["logistic", "softmax", "poisson", "squared_hinge"], shape=[(90, 30), (100, 400)], gram_columns=[0, 4096]
)
def test_generalised_models(loss, shape, gram_columns) -> None:
    x, y = data(loss, *shape, seed=1)
    for ratio in (1.0, 0.5):
        path = solve(loss, x, y, l1_ratio=ratio, gram_columns=gram_columns)
        for k, alpha in enumerate(path["alphas"]):
            found = glm_certificate(loss, x, y, coef_of(path, k), path["intercept"][k], alpha, ratio)
            assert found[1] <= 1.001e-6 * path["alphas"][0]


@pytest.mark.parametrize("shape", [(60, 90), (90, 40)])
@pytest.mark.parametrize(("l1", "norm", "l2"), [(0.0, 1.0, 0.0), (0.3, 0.7, 0.0), (0.0, 0.6, 0.4)])
@pytest.mark.parametrize("targets", [1, 3])
def test_groups_and_tasks(shape, l1, norm, l2, targets) -> None:
    for seed in range(2):
        x, y = problem(*shape, seed=seed)
        x = x - x.mean(axis=0)
        y = np.stack([y - y.mean(), x[:, 1] + 0.3 * y, x[:, 2]])[:targets]
        starts = list(range(0, shape[1] + 1, 5))
        groups = {"starts": starts, "members": list(range(shape[1])), "norms": [norm] * (len(starts) - 1)}
        path = _core.group_path(
            _core.Design(x), y, None, l1=l1, l2=l2, **groups, factors=None, fit_intercept=False, **GRID
        )
        for w, alpha in zip(path["coef"], path["alphas"], strict=True):
            q = (y - w @ x.T) @ x / shape[0] - alpha * l2 * w
            for at in range(0, shape[1], 5):
                part, own = q[:, at : at + 5], w[:, at : at + 5]
                soft = np.sign(part) * np.maximum(np.abs(part) - alpha * l1, 0)
                off = max(0.0, np.linalg.norm(soft) - alpha * norm)
                if own.any():
                    g = part - alpha * norm * own / np.linalg.norm(own)
                    inside = np.sign(g) * np.maximum(np.abs(g) - alpha * l1, 0)
                    off = np.linalg.norm(np.where(own != 0, g - alpha * l1 * np.sign(own), inside))
                assert off <= 1.001e-6 * path["alphas"][0]


@pytest.mark.parametrize("model", [MultiTaskLasso(tol=1e-8), MultiTaskElasticNet(l1_ratio=0.7, tol=1e-8)])
def test_a_fit_says_so(model) -> None:
    x, y = problem(60, 90)
    y = np.c_[y, x[:, 1] + 0.3 * y]
    top = np.linalg.norm((x - x.mean(axis=0)).T @ (y - y.mean(axis=0)), axis=1).max() / 60
    for share in (0.5, 0.1, 0.02):
        assert model.set_params(alpha=share * top).fit(x, y).kkt_violation_ <= 1.001e-6 * top / 0.7
