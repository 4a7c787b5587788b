"""Losses: values against NumPy, training from logits, refusals before work starts."""

import numpy as np
import pytest

import proxnet
from proxnet import losses
from proxnet._check.config import by_identifier
from proxnet.layers import Dense

RNG = np.random.default_rng(4)
Y, P = RNG.random((9, 3)), RNG.random((9, 3)) * 0.9 + 0.05
ONE_HOT = np.eye(3)[RNG.integers(0, 3, 9)]
SIGNS = np.where(RNG.random((9, 3)) > 0.5, 1.0, -1.0)
Q = P / P.sum(axis=1, keepdims=True)


def bce(y, p):
    return -(y * np.log(p) + (1 - y) * np.log(1 - p))


def focal(y, p):
    return (1 - y * p - (1 - y) * (1 - p)) ** 1.5 * bce(y, p) * (0.3 * y + 0.7 * (1 - y))


CASES = [
    (losses.MeanSquaredError(), Y, lambda y, p: (y - p) ** 2),
    (losses.MeanAbsoluteError(), Y, lambda y, p: np.abs(y - p)),
    (losses.MeanAbsolutePercentageError(), Y, lambda y, p: 100 * np.abs((y - p) / y)),
    (losses.MeanSquaredLogarithmicError(), Y, lambda y, p: (np.log1p(y) - np.log1p(p)) ** 2),
    (losses.Huber(delta=0.2), Y, None),
    (losses.LogCosh(), Y, lambda y, p: np.log(np.cosh(y - p))),
    (losses.Quantile(quantile=0.9), Y, lambda y, p: np.maximum(0.9 * (y - p), -0.1 * (y - p))),
    (losses.Poisson(), Y, lambda y, p: p - y * np.log(p + 1e-7)),
    (losses.Hinge(), SIGNS, lambda y, p: np.maximum(0, 1 - y * p)),
    (losses.Hinge(), (SIGNS + 1) / 2, lambda y, p: np.maximum(0, 1 - (2 * y - 1) * p)),
    (losses.SquaredHinge(), SIGNS, lambda y, p: np.maximum(0, 1 - y * p) ** 2),
    (losses.BinaryCrossentropy(), Y, bce),
    (losses.BinaryCrossentropy(label_smoothing=0.3), Y, lambda y, p: bce(0.7 * y + 0.15, p)),
    (losses.BinaryCrossentropy(from_logits=True), Y, lambda y, p: np.logaddexp(0, p) - y * p),
    (losses.BinaryFocalCrossentropy(gamma=1.5, alpha=0.3, apply_class_balancing=True), Y, focal),
]
ROWS = [
    (losses.CategoricalHinge(), ONE_HOT, lambda y, p: np.maximum(0, 1 + ((1 - y) * p).max(1) - (y * p).sum(1))),
    (losses.KLDivergence(), Y, lambda y, p: (y * np.log(y / p)).sum(1)),
    (
        losses.CosineSimilarity(),
        Y,
        lambda y, p: -(y * p).sum(1) / np.linalg.norm(y, axis=1) / np.linalg.norm(p, axis=1),
    ),
    (losses.CategoricalCrossentropy(), ONE_HOT, lambda y, p: -(y * np.log(Q)).sum(1)),
    (
        losses.CategoricalCrossentropy(label_smoothing=0.3),
        ONE_HOT,
        lambda y, p: -((0.7 * y + 0.1) * np.log(Q)).sum(1),
    ),
    (
        losses.CategoricalCrossentropy(from_logits=True),
        ONE_HOT,
        lambda y, p: np.log(np.exp(p).sum(1)) - (y * p).sum(1),
    ),
    (losses.CategoricalFocalCrossentropy(gamma=3), ONE_HOT, lambda y, p: -(0.25 * (1 - Q) ** 3 * y * np.log(Q)).sum(1)),
    (losses.SparseCategoricalCrossentropy(), ONE_HOT.argmax(1), lambda y, p: -np.log(Q[np.arange(9), y])),
]


@pytest.mark.parametrize(("loss", "y", "formula"), CASES + ROWS, ids=[repr(loss) for loss, _, _ in CASES + ROWS])
def test_values(loss, y, formula):
    if formula is None:
        e = np.abs(y - P)
        want = np.where(e <= 0.2, e**2 / 2, 0.2 * e - 0.02)
    else:
        want = formula(y, P)
    assert loss(y, P) == pytest.approx(want.mean(), rel=1e-13)
    weights = RNG.random(9)
    want = want.mean(axis=1) if want.ndim == 2 else want
    assert loss(y, P, weights) == pytest.approx((weights * want).mean(), rel=1e-13)


def fitted(activation, loss, y, columns=3):
    proxnet.set_random_seed(0)
    model = proxnet.Sequential([proxnet.Input((4,)), Dense(columns, activation)], dtype="float64")
    model.compile("adam", loss)
    x = np.random.default_rng(1).normal(size=(9, 4))
    history = model.fit(x, y, epochs=5, batch_size=4, verbose=0).history["loss"]
    return history, model, x


@pytest.mark.parametrize(
    ("kind", "activation", "y"),
    [
        (losses.BinaryCrossentropy, "sigmoid", Y),
        (losses.BinaryFocalCrossentropy, "sigmoid", Y),
        (losses.CategoricalCrossentropy, "softmax", ONE_HOT),
        (losses.CategoricalFocalCrossentropy, "softmax", ONE_HOT),
        (losses.SparseCategoricalCrossentropy, "softmax", ONE_HOT.argmax(1)),
    ],
)
def test_from_logits_is_the_same_training(kind, activation, y):
    history, model, x = fitted(activation, kind(), y)
    from_logits, linear, _ = fitted("linear", kind(from_logits=True), y)
    assert history == from_logits
    for a, b in zip(model.get_weights(), linear.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    np.testing.assert_allclose(getattr(proxnet.activations, activation)(linear.predict(x)), model.predict(x))
    assert linear.evaluate(x, y, verbose=0) == model.evaluate(x, y, verbose=0)


def test_quantile_finds_the_quantile():
    y = np.random.default_rng(7).exponential(size=4000)
    model = proxnet.Sequential([Dense(1, use_bias=True)])
    model.compile(proxnet.optimizers.SGD(0.05), losses.Quantile(quantile=0.9))
    model.fit(np.zeros((4000, 1)), y, batch_size=4000, epochs=1500, verbose=0)
    assert np.mean(y < model.get_weights()[1][0]) == pytest.approx(0.9, abs=0.01)


def test_names_and_configurations():
    for loss in by_identifier(vars(losses), losses.Loss).values():
        made = losses.get(loss.identifier)
        assert type(made) is type(losses.get(loss)) is loss
        assert type(losses.get(loss.__name__)) is loss
        config = made.get_config()
        assert loss(**config).get_config() == config
    assert isinstance(losses.get("MSE"), losses.MeanSquaredError)
    assert losses.Huber().name == "huber_loss"
    assert losses.huber is losses.Huber


def own(y_true, y_pred):
    return 0.0


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (
            lambda: losses.get(own),
            TypeError,
            r"a Python function cannot run inside the core, got own. Known: bce, .*mse",
        ),
        (lambda: losses.get("ctc"), ValueError, "loss 'ctc' exists in Keras but not here yet"),
        (lambda: losses.Huber(delta=0), ValueError, "delta must be finite and positive, got 0"),
        (lambda: losses.Huber(delta="1"), TypeError, r"\[Huber\] delta must be a number"),
        (lambda: losses.Quantile(quantile=1.0), ValueError, r"quantile must be in \(0, 1\), got 1"),
        (lambda: losses.BinaryFocalCrossentropy(gamma=-1), ValueError, "gamma must be finite and not negative"),
        (lambda: losses.CategoricalCrossentropy(label_smoothing=2), ValueError, r"label_smoothing must be in \[0, 1\]"),
        (lambda: losses.Hinge(reduction="sum"), ValueError, "'reduction' exists in Keras but not here yet"),
        (lambda: losses.MeanSquaredError(delta=1), TypeError, "unknown argument 'delta'"),
        (lambda: fitted("sigmoid", losses.BinaryCrossentropy(from_logits=True), Y), ValueError, "from_logits wants"),
        (lambda: fitted("linear", "poisson", -Y), ValueError, r"y must not be negative for loss 'poisson', y\[0, 0\]"),
        (lambda: fitted("linear", "hinge", Y), ValueError, "y must be 0 or 1 for loss 'hinge'"),
        (lambda: fitted("linear", "hinge", SIGNS * (SIGNS > 0) + SIGNS), ValueError, "y must be -1 or 1"),
        (lambda: fitted("softmax", "kld", 2 * Y), ValueError, r"y must lie in \[0, 1\] for loss 'kl_divergence'"),
        (lambda: fitted("linear", "cosine_similarity", Y[:, :1], 1), ValueError, "needs a last layer of two units"),
    ],
)
def test_refusals(make, error, message):
    with pytest.raises(error, match=message):
        make()
