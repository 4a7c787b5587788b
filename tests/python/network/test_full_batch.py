"""FISTA and L-BFGS: exact solutions of problems that have one, descent on networks."""

import numpy as np
import pytest

import proxnet
from full_batch_tools import classes, linear, mlp, regression, strength_max
from proxnet import constraints
from proxnet.layers import Dense
from proxnet.optimizers import FISTA, LBFGS
from proxnet.regularizers import (
    L0,
    L1,
    L1L2,
    L2,
    MCP,
    SCAD,
    GroupL1,
    LogSum,
    OrthogonalRegularizer,
    Ramp,
    SparseGroupL1,
)


@pytest.mark.parametrize("strength", [0.05, 0.4, 1.5])
@pytest.mark.parametrize("restart", [True, False])
def test_fista_solves_the_lasso(strength, restart):
    x, y = regression()
    model, layer = linear(L1(strength), x, y, FISTA(restart=restart), 1500)
    exact = proxnet.linear_model.Lasso(alpha=strength / 2, tol=1e-14, max_iter=100000).fit(x, y[:, 0])
    assert model.optimality(x, y)["w"] <= 1e-8 * strength_max(L1(strength), x, y)
    np.testing.assert_array_equal(layer.kernel[:, 0] != 0, exact.coef_ != 0)
    np.testing.assert_allclose(layer.kernel[:, 0], exact.coef_, atol=1e-7)
    assert 0 < np.count_nonzero(layer.kernel) < 30
    assert not np.signbit(layer.kernel[layer.kernel == 0]).any()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(
    "regularizer",
    [
        L1L2(0.1, 0.05),
        L1(0.1, factors=[0, *np.linspace(0.5, 2, 29)]),
        GroupL1(0.1),
        GroupL1(0.1, axis="output"),
        GroupL1(0.1, groups=[range(i, i + 5) for i in range(0, 30, 5)]),
        SparseGroupL1(0.05, 0.05),
        MCP(0.15),
        SCAD(0.15),
        LogSum(0.05, epsilon=0.3),
    ],
    ids=repr,
)
def test_fista_ends_at_stationary_points(regularizer, dtype):
    x, y = regression(outputs=3)
    model, layer = linear(regularizer, x.astype(dtype), y.astype(dtype), epochs=400, dtype=dtype)
    tolerance = 1e-8 if dtype == "float64" else 1e-4
    assert model.optimality(x, y)["w"] <= tolerance * strength_max(regularizer, x, y)
    assert 0 < np.count_nonzero(layer.kernel == 0) < layer.kernel.size or regularizer == GroupL1(0.1, axis="output")


def test_fista_on_l0_leaves_the_support_solved():
    x, y = regression()
    _, layer = linear(L0(0.02), x, y)
    support = layer.kernel[:, 0] != 0
    inside = np.column_stack([x[:, support], np.ones(len(x))])
    exact = np.linalg.lstsq(inside, y[:, 0], rcond=None)[0]
    assert 0 < support.sum() < 30
    np.testing.assert_allclose(layer.kernel[support, 0], exact[:-1], atol=1e-8)


def test_fista_projects_onto_constraints():
    x, y = regression()
    _, layer = linear(L1(0.1), x, y, kernel_constraint="non_neg")
    exact = proxnet.linear_model.Lasso(alpha=0.05, positive=True, tol=1e-14, max_iter=100000).fit(x, y[:, 0])
    np.testing.assert_allclose(layer.kernel[:, 0], exact.coef_, atol=1e-7)
    _, layer = linear(None, x, y, kernel_constraint=constraints.MaxNorm(0.5))
    w, centred = layer.kernel[:, 0], x - x.mean(axis=0)
    pull = centred.T @ (y[:, 0] - y[:, 0].mean() - centred @ w)
    assert np.linalg.norm(w) == pytest.approx(0.5, abs=1e-6)
    np.testing.assert_allclose(pull / np.linalg.norm(pull), w / 0.5, atol=1e-5)
    _, layer = linear(None, x, y, kernel_constraint=constraints.Box(-0.1, 0.1))
    w = layer.kernel[:, 0]
    pull = centred.T @ (y[:, 0] - y[:, 0].mean() - centred @ w)
    assert (np.abs(w) <= 0.1).all()
    np.testing.assert_allclose(pull[np.abs(w) < 0.1], 0, atol=1e-6)
    assert (pull * w)[np.abs(w) == 0.1].min() > 0


@pytest.mark.parametrize("rate", [1e-6, 1.0, 1e6])
@pytest.mark.parametrize("optimizer", [FISTA, LBFGS])
def test_the_line_search_does_without_a_good_first_step(optimizer, rate):
    x, y = regression()
    x[:, 0] *= 30
    model, _ = linear(L2(0.01), x, y, optimizer(rate), epochs=2000 if optimizer is FISTA else 300)
    assert model.optimality(x, y)["w"] <= 1e-7 * strength_max(L1(), x, y)


def test_another_learning_rate_begins_the_search_anew():
    x, y = regression()
    model, _ = linear(L1(0.1), x, y)
    before = model.get_weights()
    model.optimizer.learning_rate = 1e3
    model.fit(x, y, epochs=20, verbose=0)
    np.testing.assert_allclose(model.get_weights()[0], before[0], atol=1e-10)
    with pytest.raises(TypeError, match=r"\[FISTA\] learning_rate must be a number: a line search finds the steps"):
        model.optimizer.learning_rate = proxnet.optimizers.schedules.CosineDecay(0.1, 10)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_lbfgs_solves_logistic_regression_as_newton_does(dtype):
    x, y = classes()
    strength, n = 0.02, len(y)
    proxnet.set_random_seed(0)
    layer = Dense(1, activation="sigmoid", kernel_regularizer=L2(strength))
    model = proxnet.Sequential([layer], dtype=dtype)
    model.compile(LBFGS(), "binary_crossentropy")
    history = model.fit(x, y, epochs=40, verbose=0).history["loss"]
    w, design, ridge = np.zeros(9), np.column_stack([x, np.ones(n)]), np.diag([2 * strength] * 8 + [0])
    for _ in range(30):
        p = 1 / (1 + np.exp(-design @ w))
        hessian = design.T @ (design * (p * (1 - p))[:, None]) / n + ridge
        w -= np.linalg.solve(hessian, design.T @ (p - y) / n + ridge @ w)
    got = np.concatenate([weights.ravel() for weights in model.get_weights()])
    np.testing.assert_allclose(got, w, atol=1e-8 if dtype == "float64" else 2e-4)
    p = 1 / (1 + np.exp(-design @ w))
    loss = -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)) + strength * np.sum(w[:-1] ** 2)
    assert history[-1] == pytest.approx(loss, rel=1e-12 if dtype == "float64" else 1e-6)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("optimizer", [FISTA(), LBFGS(), LBFGS(memory=2)], ids=repr)
def test_networks_descend_and_the_history_is_what_evaluate_says(optimizer, dtype):
    x, y = regression(rows=80, inputs=6)
    regularizer = L1(1e-3) if isinstance(optimizer, FISTA) else L2(1e-3)
    model = mlp(optimizer, dtype=dtype, regularizer=regularizer)
    history = model.fit(x, y, epochs=200, verbose=0).history
    loss = np.array(history["loss"])
    slack = 100 * np.finfo(dtype).eps
    assert (np.diff(loss) <= slack * loss[:-1]).all()
    assert loss[-1] < 0.2 * loss[0]
    assert model.evaluate(x, y, verbose=0) == pytest.approx([history["loss"][-1], history["mae"][-1]], rel=1e-5)


def test_lbfgs_takes_orthogonal_and_activity_penalties():
    x, y = regression(rows=80, inputs=6)
    proxnet.set_random_seed(5)
    hidden = Dense(4, activation="tanh", kernel_regularizer=OrthogonalRegularizer(0.1), activity_regularizer=L2(0.01))
    model = proxnet.Sequential([hidden, Dense(1)], dtype="float64")
    model.compile(LBFGS(), "mse")
    history = model.fit(x, y, epochs=60, verbose=0).history["loss"]
    assert (np.diff(history) <= 1e-13 * history[0]).all()
    assert history[-1] < 0.5 * history[0]
    assert model.evaluate(x, y, verbose=0) == pytest.approx(history[-1], rel=1e-12)


@pytest.mark.parametrize("optimizer", [FISTA, LBFGS])
def test_sample_weights_count_as_repeated_rows(optimizer):
    x, y = regression(rows=40, inputs=6)
    weights = np.arange(40) % 3
    weighted, _ = linear(L2(0.1), x, y, optimizer(), epochs=1)
    weighted.set_weights([np.zeros((6, 1)), [0.0]])
    repeated, _ = linear(L2(0.1), x, y, optimizer(), epochs=1)
    scale = 40 / weights.sum()
    weighted.fit(x, y, sample_weight=weights * scale, epochs=200, verbose=0)
    repeated.fit(np.repeat(x, weights, axis=0), np.repeat(y, weights, axis=0), epochs=200, verbose=0)
    np.testing.assert_allclose(weighted.get_weights()[0], repeated.get_weights()[0], atol=1e-9)


@pytest.mark.parametrize("regularizer", [L1(0.3, schedule=Ramp(4)), MCP(0.3, schedule=Ramp(4))], ids=repr)
def test_strengths_follow_their_schedule(regularizer):
    x, y = regression()
    model, layer = linear(regularizer, x, y, epochs=1)
    assert model.evaluate(x, y, verbose=0) == pytest.approx(model.history.history["loss"][-1], rel=1e-12)
    quarter = type(regularizer)(0.3 / 4)
    assert model.penalty() == pytest.approx(quarter(layer.kernel), rel=1e-12)
    model.fit(x, y, epochs=300, verbose=0)
    assert model.optimality(x, y)["w"] <= 1e-8 * strength_max(L1(), x, y)
    assert model.penalty() == pytest.approx(type(regularizer)(0.3)(layer.kernel), rel=1e-12)
