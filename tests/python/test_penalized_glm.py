"""Penalty objects under losses whose curvature changes: optimality recomputed in NumPy, equalities between solvers."""

import warnings

import numpy as np
import pytest

import proxnet
from glm_tools import CORE, LOSSES, predictions
from linear_tools import centred, certificate, convergence_warning, problem
from proxnet import _core
from proxnet.linear_model import (
    HuberRegressor,
    LogisticRegression,
    PenalizedClassifier,
    PenalizedRegressor,
    PoissonRegressor,
    penalized_path,
)
from proxnet.regularizers import L0, L1, L1L2, MCP, SCAD, GroupL1, LogSum

TIGHT = {"tol": 1e-10, "max_iter": 2000}
CURVED = [MCP(0.1), MCP(0.1, gamma=8.0), SCAD(0.1), LogSum(0.08, epsilon=0.5), L0(0.02)]
LOSS_NAMES = ["logistic", "softmax", "poisson", "huber", "squared_hinge"]


def data(loss, rows=150, cols=25, seed=0):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(rows, cols)) + 0.5 * rng.normal(size=(rows, 1)) + rng.normal(size=cols)
    z = (x - x.mean(axis=0))[:, :4] @ np.array([1.2, -1.0, 0.8, 0.6])
    y = {
        "logistic": lambda: z + rng.logistic(size=rows) > 0,
        "squared_hinge": lambda: z + rng.logistic(size=rows) > 0,
        "softmax": lambda: np.argmax(np.c_[z, x[:, 2], 2 * x[:, 5]] + rng.gumbel(size=(rows, 3)), axis=1),
        "poisson": lambda: rng.poisson(np.exp(0.4 * z)),
        "huber": lambda: 3 * z + rng.standard_t(2, size=rows),
    }[loss]()
    return x, np.asarray(y, float)


def design_of(x):
    if isinstance(x, _core.Design):
        return x
    if isinstance(x, np.ndarray):
        return _core.Design(x)
    return _core.Design.compressed(x.data, x.indices, x.indptr, *x.shape, False)


def solve(
    loss, penalty, x, y, weights=None, *, intercept=True, start=None, count=20, tol=1e-10, max_iter=2000, **options
):
    """`_core.penalized_glm`, coef (outputs, cols) and intercept (outputs,) taken out of their one point."""
    classes = 3 if loss == "softmax" else 2
    found = _core.penalized_glm(
        design_of(x), y, weights, CORE[loss], classes, penalty._penalty(), intercept, count, tol, max_iter, start,
        **options,
    )  # fmt: skip
    return found | {"coef": found["coef"][0], "intercept": found["intercept"][0]}


def slope(penalty, size):
    """Of the penalty at |w| > 0, or from the right at 0."""
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


def test_threads_do_not_change_a_bit_and_warm_starts_stay() -> None:
    x, y = data("logistic", 3000, 40)
    classes = np.where(y > 0, "yes", "no")
    reference = PenalizedClassifier(MCP(0.05), **TIGHT).fit(x, classes)
    try:
        proxnet.set_num_threads(3)
        other = PenalizedClassifier(MCP(0.05), **TIGHT).fit(x, classes)
    finally:
        proxnet.set_num_threads(0)
    np.testing.assert_array_equal(other.coef_, reference.coef_)
    np.testing.assert_array_equal(other.intercept_, reference.intercept_)
    again = PenalizedClassifier(MCP(0.05), warm_start=True, **TIGHT).fit(x, classes)
    assert again.fit(x, classes).n_iter_ <= 2
    np.testing.assert_allclose(again.coef_, reference.coef_, atol=1e-9)


def test_estimators_are_the_losses_own_lassos() -> None:
    x, y = data("logistic")
    mine = PenalizedClassifier(L1(0.03), tol=1e-12).fit(x, y)
    theirs = LogisticRegression(l1_ratio=1.0, C=1 / (0.03 * len(y)), tol=1e-12).fit(x, y)
    np.testing.assert_allclose(mine.coef_, theirs.coef_, atol=1e-6)
    np.testing.assert_allclose(mine.predict_proba(x), theirs.predict_proba(x), atol=1e-6)
    assert mine.score(x, y) == theirs.score(x, y)
    assert 0 <= mine.dual_gap_ <= 1e-12
    x, y = data("poisson")
    mine = PenalizedRegressor(L1L2(0.03, 0.01), loss="poisson", tol=1e-13).fit(x, y)
    theirs = PoissonRegressor(alpha=0.05, l1_ratio=0.6, tol=1e-13).fit(x, y)
    np.testing.assert_allclose(mine.coef_, theirs.coef_, atol=1e-6)
    np.testing.assert_allclose(mine.predict(x), theirs.predict(x), rtol=1e-5)
    x, y = data("huber")
    mine = PenalizedRegressor(L1(0.1), loss="huber", tol=1e-12).fit(x, y)
    theirs = HuberRegressor(alpha=0.1 * len(y), l1_ratio=1.0, tol=1e-12).fit(x, y)
    np.testing.assert_allclose(mine.coef_, theirs.coef_, atol=1e-5)
    assert mine.scale_ == pytest.approx(theirs.scale_, rel=1e-5)
    assert not hasattr(mine.set_params(loss="squared_error").fit(x, y), "scale_")


def test_the_adaptive_lasso_is_the_lasso_of_scaled_columns() -> None:
    x, y = data("logistic")
    factors = np.random.default_rng(3).uniform(0.5, 3, x.shape[1])
    adaptive = PenalizedClassifier(L1(0.03, factors=factors), tol=1e-13).fit(x, y)
    scaled = PenalizedClassifier(L1(0.03), tol=1e-13).fit(x / factors, y)
    np.testing.assert_allclose(adaptive.coef_, scaled.coef_ / factors, atol=1e-6)


@pytest.mark.parametrize("shape", [(60, 90), (90, 40)])
def test_convex_least_squares_have_the_lassos_gap(shape) -> None:
    x, y = problem(*shape)
    factors = np.random.default_rng(3).uniform(0.5, 2, shape[1])
    inner = centred(x, y)
    for penalty, ratio, scale in ((L1(0.3), 1.0, 1.0), (L1L2(0.2, 0.05), 2 / 3, factors), (L1(0.3), 1.0, factors)):
        weighted = type(penalty)(**{**penalty.get_config(), "factors": None if np.ndim(scale) == 0 else scale})
        model = PenalizedRegressor(weighted, tol=1e-4).fit(x, y)
        gap, _ = certificate(*inner, model.coef_, 0.3, ratio, scale)
        assert model.dual_gap_ == pytest.approx(gap, rel=1e-6, abs=1e-12 * np.mean(inner[1] ** 2))
        assert model.dual_gap_ > 0
    assert np.isnan(PenalizedRegressor(MCP(0.3)).fit(x, y).dual_gap_)


@pytest.mark.parametrize("sparse", [False, True])
@pytest.mark.parametrize("penalty", [MCP(1.0), L1(1.0), L0(1.0)], ids=["MCP", "L1", "L0"])
def test_least_squares_without_a_gram_matrix(sparse, penalty) -> None:
    x, y = problem(60, 90)
    x[np.abs(x) < 2] = 0
    given = pytest.importorskip("scipy.sparse").csc_matrix(x) if sparse else x
    design = design_of(given)

    def path(gram_columns):
        settings = (penalty._penalty(), True, [], 8, 0.05, 1e-11, 100000)
        return _core.penalized_path(design, y, None, *settings, gram_columns=gram_columns)

    small, whole = path(0), path(4096)
    assert all(small["converged"])
    np.testing.assert_allclose(small["coef"], whole["coef"], atol=1e-6)
    np.testing.assert_allclose(small["objective"], whole["objective"], rtol=1e-9)


@pytest.mark.parametrize(
    ("model", "sentence"),
    [
        (PenalizedRegressor(L0(0.1), loss="poisson"), "L0 needs a loss whose curvature is bounded"),
        (PenalizedRegressor(loss="log"), "unknown loss .log."),
        (PenalizedRegressor(loss="huber", epsilon=1.0), "epsilon must be"),
        (PenalizedClassifier(GroupL1(0.1)), "must act on single weights"),
        (PenalizedClassifier(MCP(0.1, factors=[1.0, 2.0])), "factors must be one"),
    ],
)
def test_what_does_not_fit_is_refused(model, sentence) -> None:
    x, y = data("poisson", 40, 6)
    with pytest.raises((ValueError, TypeError), match=sentence):
        model.fit(x, y > 1 if isinstance(model, PenalizedClassifier) else y)


def test_early_stops_warn() -> None:
    x, y = data("logistic")
    with pytest.warns(convergence_warning(), match=r"stopped \d.* from the optimality"):
        PenalizedClassifier(MCP(0.01), max_iter=1, tol=1e-12).fit(x, y)
    with pytest.warns(convergence_warning(), match=r"stopped \d.* from the minimum"):
        PenalizedClassifier(L1(0.01), max_iter=1, tol=1e-12).fit(x, y)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        PenalizedClassifier(MCP(0.05)).fit(x, y)


@pytest.mark.parametrize("loss", ["log_loss", "poisson", "huber"])
def test_paths_are_the_fits_without_an_intercept(loss) -> None:
    x, y = data({"log_loss": "logistic"}.get(loss, loss))
    x = x - x.mean(axis=0)
    alphas, coefs, distances, steps = penalized_path(
        x, y, MCP(1.0, gamma=8.0), loss=loss, alphas=6, eps=0.2, tol=1e-10, return_n_iter=True
    )
    assert not coefs[:, 0].any()
    assert len(steps) == 6
    for alpha, coef, distance in zip(alphas[1:], coefs.T[1:], distances[1:], strict=True):
        options = {"fit_intercept": False, "tol": 1e-10, "warm_start": True}
        if loss == "log_loss":
            model = PenalizedClassifier(MCP(alpha, gamma=8.0), **options)
            model.coef_ = coef[np.newaxis]
        else:
            model = PenalizedRegressor(MCP(alpha, gamma=8.0), loss=loss, **options)
            model.coef_ = coef
        assert model.fit(x, y).n_iter_ <= 2
        np.testing.assert_allclose(np.ravel(model.coef_), coef, atol=1e-8)
        assert distance <= 1e-9 * np.abs(x.T @ y).max()
    with pytest.raises(ValueError, match="two classes"):
        penalized_path(x, np.arange(len(x)) % 3, loss="log_loss")
