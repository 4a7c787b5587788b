"""FISTA and L-BFGS: exact solutions of problems that have one, descent on networks, equal bits, what is refused."""

import pickle

import numpy as np
import pytest

import proxnet
from proxnet import constraints, layers
from proxnet.layers import Dense
from proxnet.optimizers import FISTA, LBFGS, schedules
from proxnet.regularizers import L0, L1, L1L2, L2, MCP, SCAD, GroupL1, LogSum, OrthogonalRegularizer, Ramp, SparseGroupL1


def regression(rows=120, inputs=30, outputs=1, seed=3):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(rows, inputs))
    x[:, 1::3] += 0.7 * x[:, ::3]
    truth = np.zeros((inputs, outputs))
    truth[:6] = rng.normal(size=(6, outputs))
    return x, x @ truth + 0.5 * rng.normal(size=(rows, outputs)) + 2


def classes(rows=150, inputs=8, seed=4):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(rows, inputs))
    return x, (x[:, 0] - 2 * x[:, 1] + rng.normal(size=rows) > 0).astype(float)


def linear(regularizer, x, y, optimizer=None, epochs=300, dtype="float64", **arguments):
    proxnet.set_random_seed(1)
    layer = Dense(y.shape[1], kernel_regularizer=regularizer, name="w", **arguments)
    model = proxnet.Sequential([layer], dtype=dtype)
    model.compile(optimizer or FISTA(), "mse")
    model.fit(x, y, epochs=epochs, verbose=0)
    return model, layer


def mlp(optimizer, seed=2, dtype="float64", width=12, regularizer=None):
    proxnet.set_random_seed(seed)
    model = proxnet.Sequential(
        [Dense(width, activation="tanh", kernel_regularizer=regularizer), Dense(1)], dtype=dtype
    )
    model.compile(optimizer, "mse", metrics=["mae"])
    return model


def strength_max(regularizer, x, y):
    """Of the mean squared error at zero weights and the best bias."""
    return regularizer.strength_max(2 * (x - x.mean(axis=0)).T @ (y.mean(axis=0) - y) / y.size)


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
    model, layer = linear(L0(0.02), x, y)
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
        model.optimizer.learning_rate = schedules.CosineDecay(0.1, 10)


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


@pytest.mark.parametrize("optimizer", [FISTA, LBFGS])
def test_iterations_go_on_over_fits_with_the_same_bits_on_any_team(optimizer, threads):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(2500, 40)).astype("float32")
    y = np.tanh(x[:, :1] - x[:, 1:2])

    def bits(count, *epochs):
        proxnet.set_num_threads(count)
        model = mlp(optimizer(), dtype="float32", width=64)
        for more in epochs:
            model.fit(x, y, epochs=more, verbose=0)
        assert model.optimizer.iterations == 6
        return b"".join(array.tobytes() for array in model.get_weights())

    whole = bits(1, 6)
    assert bits(2, 6) == bits(5, 6) == bits(1, 4, 2) == bits(2, 1, 5) == whole


@pytest.mark.parametrize("optimizer", [FISTA, LBFGS])
def test_weights_set_in_between_are_taken_up(optimizer):
    x, y = regression()
    model, _ = linear(L2(0.1), x, y, optimizer(), epochs=100)
    solved = model.get_weights()
    far = [np.full((30, 1), 5.0), np.array([-3.0])]
    reset = proxnet.callbacks.LambdaCallback(on_epoch_begin=lambda epoch, _: epoch == 3 and model.set_weights(far))
    model.fit(x, y, epochs=200, callbacks=[reset], verbose=0)
    np.testing.assert_allclose(model.get_weights()[0], solved[0], atol=1e-8)


class Counts(proxnet.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.begun, self.ended = [], []

    def on_train_batch_begin(self, batch, logs=None):
        self.begun.append(batch)

    def on_train_batch_end(self, batch, logs=None):
        self.ended.append(logs["loss"])


def test_batch_hooks_are_called_once_an_epoch_and_early_stopping_stops():
    x, y = regression()
    model = mlp(LBFGS())
    counts = Counts()
    history = model.fit(x, y, epochs=5, callbacks=[counts], verbose=0)
    assert counts.begun == [0] * 5 and counts.ended == history.history["loss"]
    model, _ = linear(L1(0.2), x, y, epochs=1)
    stop = proxnet.callbacks.EarlyStopping("loss", min_delta=1e-10, patience=2)
    history = model.fit(x, y, epochs=2000, callbacks=[stop], verbose=0, validation_data=(x, y))
    assert 10 < len(history.history["val_loss"]) < 500


def test_train_on_batch_is_one_iteration():
    x, y = regression()
    model = mlp(FISTA())
    losses = [model.train_on_batch(x, y)[0] for _ in range(5)]
    assert model.optimizer.iterations == 5
    assert losses == sorted(losses, reverse=True)


@pytest.mark.parametrize("optimizer", [FISTA, LBFGS])
def test_what_is_not_finite_leaves_the_weights_alone(optimizer):
    x, y = regression()
    model = mlp(optimizer(), dtype="float32")
    model.fit(x, y, epochs=2, verbose=0)
    before = model.get_weights()
    with pytest.raises(proxnet.errors.DivergenceError, match=r"\[fit\] loss and gradient must stay finite"):
        model.fit(x, y * 1e30, epochs=1, verbose=0)
    for kept, old in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(kept, old)


def compiled(optimizer, stack, **arguments):
    proxnet.Sequential([proxnet.Input((3,)), *stack]).compile(optimizer, "mse", **arguments)


REFUSED = [
    (lambda: [layers.Dropout(0.5), Dense(1)], {}, "both", "Dropout draws it anew"),
    (lambda: [layers.BatchNormalization(), Dense(1)], {}, "both", "BatchNormalization trains with other statistics"),
    (lambda: [Dense(1, kernel_regularizer=proxnet.regularizers.TargetSparsity(0.5))], {}, "both", "a target of zeros moves it"),
    (lambda: [Dense(1, kernel_regularizer="l1")], {"penalty_step": "subgradient"}, "fista", "by their proximal step"),
    (lambda: [Dense(1, kernel_constraint=constraints.MinMaxNorm(rate=0.5))], {}, "fista", "rate must be 1, got 0.5"),
    (lambda: [Dense(1, kernel_regularizer="l1")], {}, "lbfgs", "is for smooth penalties"),
    (lambda: [Dense(1, bias_regularizer=GroupL1(1e-3))], {}, "lbfgs", "is for smooth penalties"),
    (lambda: [Dense(1, kernel_constraint="non_neg")], {}, "lbfgs", "knows no constraints: take FISTA"),
]


@pytest.mark.parametrize(("stack", "arguments", "which", "words"), REFUSED, ids=[row[3] + row[2] for row in REFUSED])
def test_what_cannot_be_minimised_is_refused_at_compile(stack, arguments, which, words):
    for name in ("fista", "lbfgs"):
        if which in (name, "both"):
            shown = {"fista": "FISTA", "lbfgs": "LBFGS"}[name]
            with pytest.raises(ValueError, match=rf"\[compile\] {shown}.*{words}"):
                compiled(name, stack(), **arguments)


@pytest.mark.parametrize("optimizer", [FISTA, LBFGS])
def test_batches_and_settings_are_refused(optimizer):
    x, y = regression()
    name = optimizer.__name__
    model = mlp(optimizer())
    with pytest.raises(ValueError, match=rf"\[fit\] {name} takes all rows in every step: batch_size must be None or"):
        model.fit(x, y, batch_size=32, verbose=0)
    assert model.optimizer.iterations == 0
    model.fit(x, y, batch_size=120, verbose=0)
    with pytest.raises(TypeError, match=rf"\[{name}\] learning_rate must be a number"):
        optimizer(schedules.CosineDecay(0.1, 10))
    with pytest.raises(TypeError, match=rf"\[{name}\] .*weight_decay"):
        optimizer(weight_decay=0.1)
    for arguments in [{"learning_rate": 0}, {"backtracking": 1.0}, {"memory": 0}, {"restart": 2}]:
        with pytest.raises((TypeError, ValueError), match=rf"\[{name}\]"):
            optimizer(**arguments)


@pytest.mark.parametrize("optimizer", [FISTA(0.5, restart=False, backtracking=0.7), LBFGS(0.5, memory=4, name="mine")])
def test_configs_make_equal_optimizers(optimizer):
    config = optimizer.get_config()
    again = type(optimizer).from_config(config)
    assert again.get_config() == config == pickle.loads(pickle.dumps(optimizer)).get_config()
    assert "weight_decay" not in config
    assert repr(again) == repr(optimizer)
    assert type(proxnet.optimizers.get(type(optimizer).__name__.lower())) is type(optimizer)


def test_frozen_layers_stay_and_the_rest_is_solved():
    x, y = classes()
    proxnet.set_random_seed(0)
    fixed = Dense(5, activation="tanh", trainable=False, kernel_regularizer="l1")
    normal = layers.Normalization()
    normal.adapt(x)
    model = proxnet.Sequential([normal, fixed, Dense(1, activation="sigmoid", kernel_regularizer=L2(0.01))], dtype="float64")
    model.compile("lbfgs", "binary_crossentropy")
    model.build((8,))
    before = fixed.kernel
    model.fit(x, y, epochs=60, verbose=0)
    np.testing.assert_array_equal(fixed.kernel, before)
    assert max(model.optimality(x, y).values()) < 1e-7


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
