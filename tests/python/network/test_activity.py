"""Activity and orthogonal regularizers: values against NumPy, what they refuse, what training makes of them."""

import numpy as np
import pytest

import proxnet
from proxnet.layers import Activation, ActivityRegularization, BatchNormalization, Dense, Dropout
from proxnet.regularizers import L0, L1, L1L2, L2, GroupL1, OrthogonalRegularizer, Ramp, TargetSparsity

rng = np.random.default_rng(71)
X = rng.normal(size=(64, 6)).astype(np.float32)
Y = rng.normal(size=(64, 2)).astype(np.float32)


def angles(w):
    u = w / np.linalg.norm(w, axis=1, keepdims=True)
    cosines = np.abs(u @ u.T)
    return cosines[np.triu_indices(len(w), 1)].mean()


def test_the_orthogonal_regularizer_is_the_mean_cosine():
    w = rng.normal(size=(7, 5))
    assert OrthogonalRegularizer(0.5)(w) == pytest.approx(0.5 * angles(w), rel=1e-12)
    assert OrthogonalRegularizer(0.5, mode="columns")(w) == pytest.approx(0.5 * angles(w.T), rel=1e-12)
    assert OrthogonalRegularizer(0.5)(np.eye(4)) == 0
    gradient = -rng.normal(size=(7, 5))
    assert OrthogonalRegularizer(0.0).subdiff_distance(w, gradient) == pytest.approx(np.abs(gradient).max())


@pytest.mark.parametrize("step", ["proximal", "subgradient"])
def test_training_makes_rows_orthogonal(step):
    layer = Dense(12, kernel_regularizer=OrthogonalRegularizer(5.0, schedule=Ramp(2)))
    model = proxnet.Sequential([layer, Dense(2)])
    model.compile(proxnet.optimizers.Adam(0.01), "mse", penalty_step=step)
    model.build(6)
    before = angles(layer.kernel)
    model.fit(X, Y, epochs=60, verbose=0)
    assert angles(layer.kernel) < 0.2 * before
    assert model.penalty() == pytest.approx(5 * angles(layer.kernel), rel=1e-4)


@pytest.mark.parametrize("weighted", [False, True])
def test_evaluate_adds_the_mean_over_rows(weighted):
    model = proxnet.Sequential(
        [
            Dense(5, activation="tanh", activity_regularizer=L1L2(0.1, 0.2), input_dim=6),
            Dropout(0.5),
            ActivityRegularization(l1=0.3),
            Dense(2),
            Activation("softplus", activity_regularizer=L2(0.4)),
        ]
    )
    model.compile("sgd", "mse")
    weight = rng.uniform(0, 2, 64).astype(np.float32) if weighted else None
    w, b, v, c = model.get_weights()
    hidden = np.tanh(X @ w + b)
    out = np.log1p(np.exp(hidden @ v + c))
    loss = ((out - Y) ** 2).mean(axis=1) * (1 if weight is None else weight)
    wanted = loss.mean() + (0.4 * np.abs(hidden) + 0.2 * hidden**2).sum() / 64 + 0.4 * (out**2).sum() / 64
    assert model.evaluate(X, Y, sample_weight=weight, verbose=0) == pytest.approx(wanted, rel=1e-5)
    assert model.penalty() == 0


def test_activity_of_a_frozen_layer_counts_and_moves_those_below():
    below = Dense(5, input_dim=6)
    held = Dense(4, activation="tanh", activity_regularizer=L2(10.0), trainable=False)
    model = proxnet.Sequential([below, held, Dense(2)])
    model.compile(proxnet.optimizers.Adam(0.01), "mse")
    kernel = held.kernel
    history = model.fit(X, Y, epochs=40, verbose=0).history["loss"]
    assert history[-1] < 0.5 * history[0]
    np.testing.assert_array_equal(kernel, held.kernel)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Dense(2, activity_regularizer=L0(0.1)), r"\[Dense\] activity_regularizer must be an L1, L2 or L1L2"),
        (lambda: Dense(2, activity_regularizer=L1(0.1, factors=[1, 2])), r"without factors or schedule"),
        (lambda: Activation("relu", activity_regularizer=L1(schedule=Ramp(2))), r"without factors or schedule"),
        (lambda: Activation("relu", activity_regularizer=GroupL1()), r"\[Activation\] activity_regularizer"),
        (lambda: ActivityRegularization(l1=-1), r"\[ActivityRegularization\] l1 must be >= 0, got -1"),
        (
            lambda: Dense(2, bias_regularizer=OrthogonalRegularizer()),
            r"must not be a OrthogonalRegularizer, which is for",
        ),
        (lambda: BatchNormalization(gamma_regularizer=TargetSparsity(0.5)), r"gamma_regularizer must not be a TargetS"),
        (lambda: TargetSparsity(0.5, penalty=OrthogonalRegularizer()), r"penalty must make zeros"),
        (lambda: OrthogonalRegularizer(mode="diagonal"), r"\[OrthogonalRegularizer\] unknown mode .diagonal."),
        (lambda: OrthogonalRegularizer(-0.1), r"\[OrthogonalRegularizer\] factor must be >= 0, got -0.1"),
        (lambda: OrthogonalRegularizer().prox(np.eye(2), 0.1), r"\[prox\] an orthogonal penalty has no proximal op"),
        (lambda: OrthogonalRegularizer().strength_max(np.eye(2)), r"\[strength_max\] an orthogonal penalty makes no"),
        (lambda: OrthogonalRegularizer()([1.0, 2.0]), r"there must be at least two, the weights have shape \(1, 2\)"),
        (
            lambda: proxnet.Sequential([Dense(1, kernel_regularizer=OrthogonalRegularizer(mode="columns"))]).build(3),
            r"there must be at least two, the weights have shape \(3, 1\)",
        ),
        (
            lambda: proxnet.Sequential([Dense(1), BatchNormalization(), ActivityRegularization(0.1)]).build(3),
            r"at the end an ActivityRegularization must stand on a Dense or an activation",
        ),
    ],
)
def test_what_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_clipvalue_stands_beside_what_enters_through_the_gradient():
    layer = Dense(4, kernel_regularizer=OrthogonalRegularizer(0.1), activity_regularizer="l1")
    model = proxnet.Sequential([layer, Dense(2)])
    model.compile(proxnet.optimizers.SGD(0.01, clipvalue=0.1), "mse")
    model.fit(X, Y, epochs=1, verbose=0)
    assert OrthogonalRegularizer(0.1, mode="columns").get_config() == {"factor": 0.1, "mode": "columns"}
