"""Penalty objects with GLM losses: optimality conditions in NumPy, equalities between solvers."""

import numpy as np
import pytest

from glm_tools import CORE, LOSSES, predictions
from penalized_tools import LOSS_NAMES, TIGHT, data, design_of, solve
from proxnet import _core
from proxnet.linear_model import PenalizedClassifier, PenalizedRegressor
from proxnet.regularizers import L0, L1, MCP, SCAD, LogSum

CURVED = [MCP(0.1), MCP(0.1, gamma=8.0), SCAD(0.1), LogSum(0.08, epsilon=0.5), L0(0.02)]


def slope(penalty, size):
    """Derivative of the penalty at |w| > 0, or its right derivative at 0."""
    match penalty:
        case MCP():
            return np.maximum(penalty.strength - size / penalty.gamma, 0)
        case SCAD():
            rest = np.maximum(penalty.a * penalty.strength - size, 0) / (penalty.a - 1)
            return np.minimum(penalty.strength, rest)
        case LogSum():
            return penalty.strength / (penalty.epsilon + size)
        case L0():
            return np.where(size > 0, 0, np.inf)
    return penalty.l1 + 2 * penalty.l2 * size


def conditions(loss, penalty, x, y, found, weights=None):
    """(objective, distance from stationarity, slopes of the intercepts), from the formulas."""
    w = np.full(len(y), 1 / len(y)) if weights is None else weights / weights.sum()
    options = {"weights": weights} if loss == "huber" else {}
    losses, slopes, _ = LOSSES[loss](y, predictions(x, found["coef"], found["intercept"]), **options)
    q, coef = -(w[:, None] * slopes).T @ x, found["coef"]
    own = slope(penalty, np.abs(coef))
    distance = np.where(coef != 0, np.abs(q - np.copysign(own, coef)), np.maximum(np.abs(q) - own, 0)).max()
    value = w @ losses + sum(penalty(row[:, np.newaxis]) for row in coef)
    return value, distance, np.abs((w[:, None] * slopes).sum(axis=0)).max()


@pytest.mark.parametrize("penalty", CURVED, ids=lambda p: f"{type(p).__name__}{getattr(p, 'gamma', '')}")
@pytest.mark.parametrize("loss", LOSS_NAMES)
def test_the_answer_is_stationary_and_its_figures_are_those_of_numpy(loss, penalty) -> None:
    if loss == "poisson" and isinstance(penalty, L0):
        pytest.skip("refused")
    x, y = data(loss)
    weights = np.random.default_rng(5).uniform(0.2, 2, len(y))
    for given in (None, weights):
        found = solve(loss, penalty, x, y, given)
        value, distance, intercepts = conditions(loss, penalty, x, y, found, given)
        assert found["converged"] == [True]
        assert found["objective"][0] == pytest.approx(value, rel=1e-10)
        assert distance <= 1e-9 * found["null_value"]
        assert found["kkt"][0] == pytest.approx(distance, abs=1e-10 * found["null_value"])
        assert intercepts <= 1e-9
        assert 0 < np.count_nonzero(found["coef"]) < found["coef"].size
        assert not np.signbit(found["coef"][found["coef"] == 0]).any()
        assert np.isnan(found["dual_gap"][0])


@pytest.mark.parametrize("loss", LOSS_NAMES)
def test_a_curved_penalty_of_no_curvature_is_the_lasso(loss) -> None:
    x, y = data(loss)
    flat = solve(loss, MCP(0.03, gamma=1e9), x, y)
    lasso = solve(loss, L1(0.03), x, y, tol=1e-14)
    np.testing.assert_allclose(flat["coef"], lasso["coef"], atol=2e-6)
    np.testing.assert_allclose(flat["intercept"], lasso["intercept"], atol=1e-5)
    assert lasso["dual_gap"][0] == lasso["gap"][0] <= 1e-13 * lasso["null_value"]


@pytest.mark.parametrize("loss", ["logistic", "poisson"])
def test_features_that_are_not_penalised(loss) -> None:
    x, y = data(loss)
    factors = np.random.default_rng(1).uniform(0.5, 2, x.shape[1])
    factors[[6, 9]] = 0
    free = solve(loss, L1(0.03, factors=factors), x, y, tol=1e-9)
    factors[[6, 9]] = 1e-11
    nearly = solve(loss, L1(0.03, factors=factors), x, y, tol=1e-14)
    np.testing.assert_allclose(free["coef"], nearly["coef"], atol=1e-5)
    assert (free["coef"][:, [6, 9]] != 0).all()
    curved = solve(loss, MCP(0.1, gamma=8.0, factors=np.where(factors < 1e-9, 0, factors)), x, y)
    assert (curved["coef"][:, [6, 9]] != 0).all()
    assert curved["kkt"][0] <= 1e-9 * curved["null_value"]


@pytest.mark.parametrize("loss", ["logistic", "softmax", "huber"])
@pytest.mark.parametrize("penalty", [MCP(0.1, gamma=8.0), L0(0.02)], ids=["MCP", "L0"])
def test_no_weight_leaves_under_a_curvature_that_no_point_exceeds(loss, penalty) -> None:
    x, y = data(loss)
    found = solve(loss, penalty, x, y)
    best, _, _ = conditions(loss, penalty, x, y, found)
    most = {"logistic": 0.25, "softmax": 0.25, "huber": 2 / found["scale"][0]}[loss] * x.var(axis=0)
    z = predictions(x, found["coef"], found["intercept"])
    slopes = LOSSES[loss](y, z)[1]
    q = -slopes.T @ x / len(y)
    values = np.linspace(-3, 3, 201)
    for k, j in np.argwhere(found["coef"] == 0):
        model = best - q[k, j] * values + 0.5 * most[j] * values**2
        assert (model + [penalty(np.array([[v]])) for v in values] >= best - 1e-9).all()


@pytest.mark.parametrize("penalty", CURVED[:4], ids=lambda p: f"{type(p).__name__}{getattr(p, 'gamma', '')}")
def test_two_weights_are_at_a_minimum_of_their_plane(penalty) -> None:
    rng = np.random.default_rng(2)
    x = rng.normal(size=(120, 2)) @ np.array([[1.0, 0.5], [0.0, 1.0]])
    y = (x @ [1.5, -0.4] + rng.logistic(size=120) > 0).astype(float)
    found = solve("logistic", penalty, x, y, intercept=False)
    near = np.linspace(-0.05, 0.05, 41)

    def value(w):
        return np.mean(LOSSES["logistic"](y, (x @ w)[:, None])[0]) + penalty(w[:, np.newaxis])

    best = value(found["coef"][0])
    assert all(value(found["coef"][0] + [a, b]) >= best - 1e-9 for a in near for b in near)
    everywhere = min(value(np.array([a, b])) for a in np.linspace(-3, 3, 61) for b in np.linspace(-3, 3, 61))
    assert best <= everywhere + 1e-3


@pytest.mark.parametrize("loss", LOSS_NAMES)
@pytest.mark.parametrize(
    "penalty", [MCP(0.02, gamma=1.5), SCAD(0.02), LogSum(0.02, epsilon=0.05)], ids=["MCP", "SCAD", "LogSum"]
)
def test_no_step_raises_the_objective(loss, penalty) -> None:
    x, y = data(loss, 60, 40)
    before = np.inf
    for steps in range(1, 16):
        now = solve(loss, penalty, x, y, count=1, max_iter=steps)["objective"][0]
        assert now <= before + 1e-12 * abs(now)
        before = now


def test_the_largest_alpha_is_where_weights_begin_to_leave() -> None:
    x, y = data("logistic")
    for penalty in (MCP(1.0), L0(1.0), SCAD(1.0)):

        def path(alphas, count=1, penalty=penalty):
            core = penalty._penalty()
            return _core.penalized_glm_path(
                _core.Design(x), y, None, CORE["logistic"], 2, core, True, alphas, count, 0.5, 1e-9, 1000
            )

        top = path([], 2)["alphas"][0]
        assert not path([top * (1 + 1e-9)])["coef"].any()
        assert path([top * (1 + 1e-9), top * (1 - 1e-6)])["coef"][1].any()


@pytest.mark.parametrize("loss", LOSS_NAMES)
def test_without_a_gram_matrix_and_sparse_and_with_rows_repeated(loss) -> None:
    sparse = pytest.importorskip("scipy.sparse")
    x, y = data(loss)
    x[np.abs(x) < 0.7] = 0
    penalty = MCP(0.1, gamma=8.0)
    reference = solve(loss, penalty, x, y)
    assert reference["coef"].any()
    others = [
        solve(loss, penalty, x, y, gram_columns=0),
        solve(loss, penalty, np.asfortranarray(x), y),
        solve(loss, penalty, np.repeat(x, 2, axis=0), np.repeat(y, 2)),
    ]
    if loss != "squared_hinge":
        given = sparse.csr_matrix(x)
        model = PenalizedRegressor(penalty, loss=loss, **TIGHT)
        if loss in ("logistic", "softmax"):
            model = PenalizedClassifier(penalty, **TIGHT)
        model.fit(given, y)
        others.append({"coef": np.atleast_2d(model.coef_), "intercept": np.atleast_1d(model.intercept_)})
    csc = design_of(sparse.csc_matrix(x))
    others += [solve(loss, penalty, csc, y, gram_columns=columns) for columns in (0, 4096)]
    for other in others:
        np.testing.assert_allclose(other["coef"], reference["coef"], atol=1e-7)
        # a number added to the intercepts of all classes changes nothing
        shift = (other["intercept"] - reference["intercept"]).mean() if loss == "softmax" else 0
        np.testing.assert_allclose(other["intercept"] - shift, reference["intercept"], atol=1e-6)
    counts = np.random.default_rng(0).integers(0, 3, len(y))
    weighted = solve(loss, penalty, x, y, counts.astype(float))
    repeated = solve(loss, penalty, np.repeat(x, counts, axis=0), np.repeat(y, counts))
    np.testing.assert_allclose(weighted["coef"], repeated["coef"], atol=1e-7)
