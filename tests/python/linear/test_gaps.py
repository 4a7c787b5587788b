"""Duality gaps and optimality conditions: the figures of every solver are those computed in NumPy, and meet tol.

`dual_gap_` is the primal minus a dual value, an upper bound on the distance of the objective from its minimum. At
tol=1e-8 no coefficient, or group, is further than 1e-6 alpha_max from its optimality condition.
"""

import numpy as np
import pytest

import glm_tools
import group_tools
import linear_tools
import ridge_tools
from linear_tools import UNPENALIZED, centred, factors_of, problem, stored, without
from pairwise import pairwise
from proxnet import _core
from proxnet.linear_model import (
    ElasticNet,
    MultiTaskElasticNet,
    MultiTaskLasso,
    Ridge,
    SparseGroupLasso,
    enet_path,
    group_path,
)

GRID = {"alphas": [], "count": 20, "eps": 1e-2, "tol": 1e-8, "max_iter": 100000, "start": None}


@pairwise(shape=[(60, 90), (90, 40), (40, 400)], l1_ratio=[1.0, 0.5, 0.1], positive=[False, True], tol=[1e-3, 1e-8])
def test_least_squares(shape, l1_ratio, positive, tol) -> None:
    x, y = problem(*shape)
    x, y = centred(x, y)
    alphas, coefs, gaps = enet_path(x, y, l1_ratio=l1_ratio, alphas=30, eps=1e-2, positive=positive, tol=tol)
    square = y @ y / len(y)
    for alpha, w, gap in zip(alphas, coefs.T, gaps, strict=True):
        outside, violation = linear_tools.certificate(x, y, w, alpha, l1_ratio, positive=positive)
        assert gap == pytest.approx(outside, abs=1e-12 * square)
        assert -1e-12 * square <= gap <= tol * square
        if tol == 1e-8:
            assert violation <= 1e-6 * alphas[0]
        assert not positive or (w >= 0).all()
        assert not np.signbit(w[w == 0]).any()


@pairwise(shape=[(60, 90), (90, 40), (40, 400)], intercept=[True, False], weighted=[False, True])
def test_least_squares_with_intercept_weights_and_factors(shape, intercept, weighted) -> None:
    x, y = problem(*shape, seed=1)
    weights = np.random.default_rng(2).random(shape[0]) * (np.arange(shape[0]) % 7 != 0) if weighted else None
    factors = np.random.default_rng(3).uniform(0.5, 2, shape[1])
    model = ElasticNet(0.1, l1_ratio=0.8, fit_intercept=intercept, tol=1e-10, penalty_factor=factors)
    model.fit(x, y, weights)
    inner, target = centred(x, y, weights, intercept)
    gap, violation = linear_tools.certificate(inner, target, model.coef_, 0.1, 0.8, factors)
    square = target @ target / len(y)
    assert model.dual_gap_ == pytest.approx(gap, abs=1e-12 * square)
    assert model.kkt_violation_ == pytest.approx(violation, abs=1e-9 * square)
    assert gap <= 1e-10 * square
    if intercept:
        residual = y - model.predict(x)
        assert np.average(residual, weights=weights) == pytest.approx(0, abs=1e-10)
    else:
        assert model.intercept_ == 0


@pairwise(shape=[(60, 20), (25, 50)], weighted=[False, True], intercept=[True, False])
def test_ridge(shape, weighted, intercept) -> None:
    x, y = problem(*shape)
    x -= x.mean(axis=0)
    weights = np.random.default_rng(0).uniform(0.2, 3, shape[0]) if weighted else np.ones(shape[0])
    given = weights if weighted else None
    both, alphas = np.c_[y, x[:, 0] + 1], np.array([3.0, 40.0])
    rough = Ridge(alphas, solver="sparse_cg", max_iter=2, tol=1.0, fit_intercept=intercept).fit(x, both, given)
    exact = Ridge(alphas, fit_intercept=intercept).fit(x, both, given)
    for k, alpha in enumerate(alphas):
        values = [
            ridge_tools.objective(x, both[:, k], weights, alpha, m.coef_[k], m.intercept_[k] if intercept else 0.0)
            for m in (rough, exact)
        ]
        g = ridge_tools.half_gradient(
            x, both[:, k], weights, alpha, rough.coef_[k], rough.intercept_[k] if intercept else 0.0
        )
        assert 0 < values[0] - values[1] <= rough.dual_gap_[k]
        assert rough.dual_gap_[k] == pytest.approx(g @ g / alpha, rel=1e-8)
        assert rough.kkt_violation_[k] == pytest.approx(np.abs(g).max(), rel=1e-8)
        assert 0 <= exact.dual_gap_[k] <= 1e-15 * values[1]
    assert exact.n_iter_.tolist() == [1, 1]


def test_ridge_without_a_penalty_has_an_estimate() -> None:
    x, y = problem(60, 8)
    x -= x.mean(axis=0)
    rough = Ridge(0.0, solver="sparse_cg", max_iter=3, tol=1.0).fit(x, y)
    best = Ridge(0.0).fit(x, y)
    left = np.sum((y - rough.predict(x)) ** 2) - np.sum((y - best.predict(x)) ** 2)
    assert 1e-3 * left < rough.dual_gap_ <= left * (1 + 1e-9)
    assert best.dual_gap_ <= 1e-15 * np.sum(y**2)


@pytest.mark.parametrize("solver", ["cholesky", "svd", "sparse_cg"])
def test_every_solver_of_ridge(solver) -> None:
    x, y = problem(60, 20)
    model = Ridge(2.0, solver=solver, tol=1e-10).fit(x, y)
    assert 0 <= model.dual_gap_ <= 1e-10 * np.sum((y - y.mean()) ** 2)
    positive = Ridge(2.0, positive=True, tol=1e-7).fit(x, y, 3.0)
    moved = np.maximum(0, positive.coef_ + 1e-3)
    args = x, y, np.full(60, 3.0), 2.0
    here = ridge_tools.objective(*args, positive.coef_, positive.intercept_)
    assert here - positive.dual_gap_ <= ridge_tools.objective(*args, moved, np.mean(y - x @ moved))
    g = ridge_tools.half_gradient(*args, positive.coef_, positive.intercept_)
    worst = np.where(positive.coef_ > 0, np.abs(g), np.maximum(0, g)).max()
    assert positive.kkt_violation_ == pytest.approx(worst, rel=1e-6, abs=1e-9)


@pairwise(loss=glm_tools.LOSSES, shape=glm_tools.SHAPES, l1_ratio=[1.0, 0.5], weighted=[False, True], tol=[1e-3, 1e-8])
def test_generalised_linear_models(loss, shape, l1_ratio, weighted, tol) -> None:
    x, y = glm_tools.data(loss, *shape)
    weights = np.random.default_rng(1).uniform(0.2, 2, shape[0]) if weighted else None
    result = glm_tools.solve(loss, x, y, weights, l1_ratio=l1_ratio, tol=tol)
    null, top = result["null_value"], result["alphas"][0]
    assert all(result["converged"])
    assert not result["coef"][0].any()
    for k, alpha in enumerate(result["alphas"]):
        found = (glm_tools.coef_of(result, k), result["intercept"][k])
        gap, violation, slope = glm_tools.certificate(loss, x, y, *found, alpha, l1_ratio, weights)
        assert result["gap"][k] == pytest.approx(gap, abs=1e-11 * null)
        assert -1e-12 * null <= gap <= tol * null * (1 + 1e-9)
        assert slope < 1e-11
        assert result["kkt"][k] == pytest.approx(violation, abs=1e-10 * null)
        assert tol > 1e-8 or violation <= 1.001e-6 * top
        assert not np.signbit(found[0][found[0] == 0]).any()


@pairwise(
    loss=glm_tools.LOSSES, shape=glm_tools.SHAPES, l1_ratio=[1.0, 0.5], layout=["dense", "sparse"], gram=[4096, 0]
)
def test_generalised_linear_models_with_unpenalized_features(loss, shape, l1_ratio, layout, gram) -> None:
    x, y = glm_tools.standardised(loss, *shape)
    factors, weights = factors_of(shape[1]), np.random.default_rng(2).uniform(0.2, 2, shape[0])
    weights[:3] = 0
    design = glm_tools.compressed(x) if layout == "sparse" else None
    options = {"l1_ratio": l1_ratio, "penalty_factor": factors, "count": 4, "eps": 0.2, "gram_columns": gram}
    result = glm_tools.solve(loss, x, y, weights, design, **options)
    null = result["null_value"]
    assert all(result["converged"])
    assert not np.delete(result["coef"][0], UNPENALIZED, axis=-1).any()
    assert result["coef"][:, :, UNPENALIZED].all()
    for k, alpha in enumerate(result["alphas"]):
        found = (glm_tools.coef_of(result, k), result["intercept"][k])
        gap, violation, slope = glm_tools.certificate(loss, x, y, *found, alpha, l1_ratio, weights, factors)
        assert result["gap"][k] == pytest.approx(gap, abs=1e-11 * max(1, null))
        assert -1e-12 * max(1, null) <= gap <= 1e-8 * null * (1 + 1e-9)
        assert slope < 1e-11
        assert result["kkt"][k] == pytest.approx(violation, abs=1e-10 * max(1, null))
    # The first alpha: from the loss with the free features alone, which is the null value.
    alone = glm_tools.solve(loss, x[:, UNPENALIZED], y, weights, alphas=[0.0], tol=1e-13)
    top, z = (
        result["alphas"][0],
        x[:, UNPENALIZED] @ np.atleast_2d(glm_tools.coef_of(alone, 0)).T + alone["intercept"][0],
    )
    wide = np.zeros((z.shape[1], shape[1]))
    wide[:, UNPENALIZED] = np.atleast_2d(glm_tools.coef_of(alone, 0))
    _, violation, _ = glm_tools.certificate(loss, x, y, wide, alone["intercept"][0], top, l1_ratio, weights, factors)
    assert violation < 1e-6 * top
    _, violation, _ = glm_tools.certificate(
        loss, x, y, wide, alone["intercept"][0], 0.99 * top, l1_ratio, weights, factors
    )
    assert violation > 0


@pairwise(shape=group_tools.SHAPES, l1_ratio=[0.0, 0.4, 1.0], tol=[1e-3, 1e-8])
def test_groups(shape, l1_ratio, tol) -> None:
    x, y = centred(*problem(*shape))
    groups = group_tools.some_groups(shape[1])
    norms = (1 - l1_ratio) * np.sqrt([len(group) for group in groups])
    alphas, coefs, gaps = group_path(x, y, groups, l1_ratio=l1_ratio, alphas=12, eps=1e-2, tol=tol, max_iter=20000)
    square = y @ y / len(y)
    assert (coefs[:, 0] == 0).all()
    for alpha, w, gap in zip(alphas, coefs.T, gaps, strict=True):
        outside, violation = group_tools.certificate(x, y, w, alpha, l1_ratio, norms, groups)
        assert gap == pytest.approx(outside, abs=1e-11 * square)
        assert -1e-12 * square <= gap <= tol * square
        if tol == 1e-8:
            assert violation <= 1.001e-6 * alphas[0]
        assert not np.signbit(w[w == 0]).any()
        if l1_ratio == 0:
            assert all((w[group] != 0).all() or (w[group] == 0).all() for group in groups)


@pairwise(shape=group_tools.SHAPES, l1_ratio=[0.0, 0.4, 1.0], layout=["C", "csc"])
def test_groups_with_unpenalized_features(shape, l1_ratio, layout) -> None:
    """Feature 3 has no L1, the first group no norm: free is what is in both, or in either where the other is not."""
    x, y = problem(*shape)
    groups, factors = group_tools.some_groups(shape[1]), factors_of(shape[1])
    groups[0] = sorted({*groups[0], 3})
    groups[1:] = [part for group in groups[1:] if (part := [j for j in group if j != 3])]
    weights = np.sqrt([len(group) for group in groups])
    weights[0] = 0
    first = np.isin(np.arange(shape[1]), groups[0])
    is_free = (first | (l1_ratio == 1)) & ((factors == 0) | (l1_ratio == 0))
    free, rest = np.column_stack([x[:, is_free], np.ones(shape[0])]), np.flatnonzero(~is_free)
    px, py = without(free, x[:, rest]), without(free, y)
    model = SparseGroupLasso(
        groups, 0.3, l1_ratio=l1_ratio, group_weights=weights, penalty_factor=factors, tol=1e-9, max_iter=20000
    ).fit(stored(x, layout), y)
    assert is_free[3]
    np.testing.assert_allclose(free.T @ (y - model.predict(x)), 0, atol=1e-8)
    place = {j: k for k, j in enumerate(rest)}
    left = [[place[j] for j in group if j in place] for group in groups]
    kept = [k for k, group in enumerate(left) if group]
    gap, violation = group_tools.certificate(
        px,
        py,
        model.coef_[rest],
        0.3,
        l1_ratio * factors[rest],
        [(1 - l1_ratio) * weights[k] for k in kept],
        [left[k] for k in kept],
    )
    square = py @ py / shape[0]
    assert model.dual_gap_ == pytest.approx(gap, abs=1e-11 * square)
    assert model.kkt_violation_ == pytest.approx(violation, abs=1e-9 * square)
    assert gap <= 1e-9 * square


@pairwise(shape=group_tools.SHAPES, l1_ratio=[1.0, 0.3], weighted=[False, True])
def test_tasks(shape, l1_ratio, weighted) -> None:
    x, y = problem(*shape)
    both = np.c_[y, x[:, 0] - x[:, 7], y + x[:, 9]]
    weights = np.random.default_rng(2).random(shape[0]) if weighted else None
    model = MultiTaskElasticNet(0.4, l1_ratio=l1_ratio, tol=1e-9, max_iter=20000).fit(x, both, weights)
    inner = centred(x, y, weights)[0]
    targets = np.stack([centred(x, column, weights)[1] for column in both.T], axis=1)
    alone = [[j] for j in range(shape[1])]
    gap, violation = group_tools.certificate(
        inner, targets, model.coef_.T, 0.4, 0.0, [l1_ratio] * shape[1], alone, l2=1 - l1_ratio
    )
    square = (targets**2).sum() / len(y)
    assert model.dual_gap_ == pytest.approx(gap, abs=1e-11 * square)
    assert model.kkt_violation_ == pytest.approx(violation, abs=1e-9 * square)
    assert gap <= 1e-9 * square
    residual = both - model.predict(x)
    np.testing.assert_allclose(np.average(residual, axis=0, weights=weights), 0, atol=1e-9)


@pairwise(shape=group_tools.SHAPES, l1_ratio=[1.0, 0.3, 0.0], layout=["C", "csc"])
def test_tasks_with_unpenalized_features(shape, l1_ratio, layout) -> None:
    x, both = group_tools.tasks(*shape)
    factors = factors_of(shape[1])
    rest = np.flatnonzero(factors)
    model = MultiTaskElasticNet(0.4, l1_ratio=l1_ratio, penalty_factor=factors, tol=1e-9, max_iter=20000)
    model.fit(stored(x, layout), both)
    free = np.column_stack([x[:, UNPENALIZED], np.ones(shape[0])])
    np.testing.assert_allclose(free.T @ (both - model.predict(x)), 0, atol=1e-8)
    px, py, f = without(free, x[:, rest]), without(free, both), factors[rest]
    if l1_ratio > 0:
        alone = [[j] for j in range(len(rest))]
        w = model.coef_.T[rest]
        gap, violation = group_tools.certificate(px, py, w, 0.4, 0.0, l1_ratio * f, alone, l2=(1 - l1_ratio) * f)
        square = (py**2).sum() / shape[0]
        assert model.dual_gap_ == pytest.approx(gap, abs=1e-11 * square)
        assert model.kkt_violation_ == pytest.approx(violation, abs=1e-9 * square)
        assert gap <= 1e-9 * square
    else:
        exact = np.linalg.solve(px.T @ px + 0.4 * shape[0] * np.diag(f), px.T @ py)
        np.testing.assert_allclose(model.coef_.T[rest], exact, atol=1e-4)


@pairwise(shape=[(60, 90), (90, 40), (40, 400)], ratio=[1.0, 0.9, 0.3], gram_columns=[0, 4096])
def test_optimality_of_least_squares(shape, ratio, gram_columns) -> None:
    for seed in range(2):
        x, y = problem(*shape, seed=seed)
        x, y = x - x.mean(axis=0), y - y.mean()
        options = {"positive": False, "fit_intercept": False, "gram_columns": gram_columns, **GRID}
        path = _core.Design(x).path(y, None, ratio, None, **options)
        for w, alpha in zip(path["coef"], path["alphas"], strict=True):
            assert linear_tools.certificate(x, y, w, alpha, ratio)[1] <= 1.001e-6 * path["alphas"][0]


@pairwise(
    loss=["logistic", "softmax", "poisson", "squared_hinge"], shape=[(90, 30), (100, 400)], gram_columns=[0, 4096]
)
def test_optimality_of_generalised_linear_models(loss, shape, gram_columns) -> None:
    x, y = glm_tools.data(loss, *shape, seed=1)
    for ratio in (1.0, 0.5):
        path = glm_tools.solve(loss, x, y, l1_ratio=ratio, gram_columns=gram_columns)
        for k, alpha in enumerate(path["alphas"]):
            found = glm_tools.certificate(loss, x, y, glm_tools.coef_of(path, k), path["intercept"][k], alpha, ratio)
            assert found[1] <= 1.001e-6 * path["alphas"][0]


@pairwise(shape=[(60, 90), (90, 40)], penalty=[(0.0, 1.0, 0.0), (0.3, 0.7, 0.0), (0.0, 0.6, 0.4)], targets=[1, 3])
def test_optimality_of_groups_and_tasks(shape, penalty, targets) -> None:
    l1, norm, l2 = penalty
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
def test_optimality_of_a_fit_of_tasks(model) -> None:
    x, y = problem(60, 90)
    y = np.c_[y, x[:, 1] + 0.3 * y]
    top = np.linalg.norm((x - x.mean(axis=0)).T @ (y - y.mean(axis=0)), axis=1).max() / 60
    for share in (0.5, 0.1, 0.02):
        assert model.set_params(alpha=share * top).fit(x, y).kkt_violation_ <= 1.001e-6 * top / 0.7
