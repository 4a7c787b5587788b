"""BatchNormalization and Normalization against NumPy: proximal steps through batch statistics, adapted moments."""

import warnings

import numpy as np
import pytest

import proxnet
from proxnet.layers import Activation, BatchNormalization, Dense, Normalization
from proxnet.optimizers import SGD, Adam, RMSprop
from proxnet.regularizers import L1, L1L2, L2
from twin import Update

EPSILON, MOMENTUM = 1e-3, 0.9


class BatchNormTwin:
    """x W, batch normalization, relu, times V plus c; mean squared error; proximal steps in the optimizer's metric."""

    def __init__(self, weights, optimizer, penalties):
        self.w, self.gamma, self.beta, self.mean, self.variance, self.v, self.c = (np.array(a) for a in weights)
        self.updates = [Update(optimizer, *penalty) for penalty in penalties]

    def step(self, x, y, sample_weight):
        n = len(x)
        z = x @ self.w
        mean, variance = z.mean(axis=0), z.var(axis=0)
        inverse = 1 / np.sqrt(variance + EPSILON)
        hat = (z - mean) * inverse
        h = np.maximum(self.gamma * hat + self.beta, 0)
        p = h @ self.v + self.c
        dp = 2 * (p - y) / p.shape[1] * sample_weight[:, None] / n
        dh = (dp @ self.v.T) * (h > 0)
        dhat = dh * self.gamma
        dz = inverse * (dhat - dhat.mean(axis=0) - hat * (dhat * hat).mean(axis=0))
        gradients = x.T @ dz, (dh * hat).sum(axis=0), dh.sum(axis=0), h.T @ dp, dp.sum(axis=0)
        old = self.w, self.gamma, self.beta, self.v, self.c
        new = (update(w, g) for update, w, g in zip(self.updates, old, gradients, strict=True))
        self.w, self.gamma, self.beta, self.v, self.c = new
        self.mean = MOMENTUM * self.mean + (1 - MOMENTUM) * mean
        self.variance = MOMENTUM * self.variance + (1 - MOMENTUM) * variance

    def predict(self, x):
        z = (x @ self.w - self.mean) / np.sqrt(self.variance + EPSILON) * self.gamma + self.beta
        return np.maximum(z, 0) @ self.v + self.c


@pytest.mark.parametrize("optimizer", [SGD(0.05), SGD(0.05, momentum=0.9), Adam(0.03), RMSprop(0.01)], ids=repr)
def test_proximal_steps_are_the_twin_s(optimizer):
    rng = np.random.default_rng(31)
    x, y, weight = rng.normal(size=(50, 4)) * 3 + 1, rng.normal(size=(50, 2)), rng.uniform(0, 2, 50)
    norm = BatchNormalization(momentum=MOMENTUM, gamma_regularizer=L1(0.3), beta_regularizer=L1L2(0.01, 0.02))
    model = proxnet.Sequential(
        [
            Dense(12, use_bias=False, kernel_regularizer=L2(0.01), input_dim=4),
            norm,
            Activation("relu"),
            Dense(2, kernel_regularizer=L1(0.02)),
        ],
        dtype="float64",
    )
    model.compile(optimizer, "mse")
    penalties = (0.0, 0.01), (0.3, 0.0), (0.01, 0.02), (0.02, 0.0), (0.0, 0.0)
    twin = BatchNormTwin(model.get_weights(), optimizer, penalties)
    for _ in range(40):
        for begin in (0, 16, 32, 48):  # a last batch of two rows
            rows = slice(begin, begin + 16)
            twin.step(x[rows], y[rows], weight[rows])
    with warnings.catch_warnings():  # with some of the optimizers every gamma ends at zero
        warnings.simplefilter("ignore", proxnet.SparsityWarning)
        model.fit(x, y, batch_size=16, epochs=40, shuffle=False, sample_weight=weight, verbose=0)
    theirs = twin.w, twin.gamma, twin.beta, twin.mean, twin.variance, twin.v, twin.c
    for ours, other in zip(model.get_weights(), theirs, strict=True):
        np.testing.assert_allclose(ours, other, rtol=1e-8, atol=1e-10)
        np.testing.assert_array_equal(ours == 0, other == 0)
    np.testing.assert_allclose(model.predict(x), twin.predict(x), rtol=1e-8, atol=1e-10)
    assert (norm.gamma == 0).any()
    assert not model.sparsity().layers[0].unit_alive[norm.gamma == 0].any()


def test_a_gamma_of_zero_switches_a_unit_off():
    model = proxnet.Sequential([Dense(3, input_dim=2), BatchNormalization(), Dense(1)])
    weights = model.get_weights()
    weights[0][:] = [[1, 0, 0], [0, 2, 3]]
    weights[2][:] = [0, 1, 1]
    model.set_weights(weights)
    first, last = model.sparsity().layers
    assert first.input_used.tolist() == [False, True]
    assert first.unit_alive.tolist() == last.input_used.tolist() == [False, True, True]
    x = np.array([[1.0, 2], [5, 2]])
    assert len(np.unique(model.predict(x))) == 1


def test_one_row_and_one_value():
    model = proxnet.Sequential([BatchNormalization(input_dim=3), Dense(1)])
    model.compile("sgd", "mse")
    model.fit(np.full((1, 3), 7.0), [1.0], verbose=0)
    assert np.allclose(model.layers[0].moving_mean, 0.07)
    assert np.allclose(model.layers[0].moving_variance, 0.99)
    assert np.isfinite(model.predict(np.ones((1, 3)))).all()


@pytest.mark.parametrize("dtype", ["float32", "float64", "int64"])
def test_adapt_is_numpy(dtype):
    x = (np.random.default_rng(3).normal(size=(5000, 4)) * [1, 10, 1e3, 0] + [0, 1e3, -5, 7]).astype(dtype)
    layer = Normalization()
    layer.adapt(x)
    np.testing.assert_allclose(layer.mean, x.mean(axis=0, dtype=float), rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(layer.variance, x.var(axis=0, dtype=float), rtol=1e-10, atol=1e-12)
    batches = Normalization()
    batches.adapt(x[begin : begin + 700] for begin in range(0, 5000, 700))
    np.testing.assert_allclose(batches.mean, layer.mean, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(batches.variance, layer.variance, rtol=1e-10, atol=1e-12)
    whole = Normalization(axis=None)
    whole.adapt(x)
    np.testing.assert_allclose([whole.mean[0], whole.variance[0]], [x.mean(dtype=float), x.var(dtype=float)])
    model = proxnet.Sequential([layer, Dense(1)], dtype="float64")
    kernel, bias = np.ones((4, 1)), np.zeros(1)
    model.build(4)
    model.layers[1].set_weights([kernel, bias])
    expected = (x - layer.mean) / np.maximum(np.sqrt(layer.variance), 1e-7)
    np.testing.assert_allclose(model.predict(x), expected @ kernel, rtol=1e-9, atol=1e-9)


def test_adapt_before_and_after_the_model_is_built():
    x = np.random.default_rng(4).normal(size=(100, 3)) + 5
    first = Normalization()
    model = proxnet.Sequential([first, Dense(1)])
    model.build(3)
    assert [v.path for v in model.non_trainable_weights] == [f"{first.name}/mean", f"{first.name}/variance"]
    np.testing.assert_array_equal(model.get_weights()[:2], [np.zeros(3), np.ones(3)])
    first.adapt(x)
    np.testing.assert_array_equal(model.get_weights()[0], x.mean(axis=0).astype("float32"))
    second = Normalization()
    second.adapt(x)
    other = proxnet.Sequential([second, Dense(1)])
    other.build(3)
    other.layers[1].set_weights(model.layers[1].get_weights())
    np.testing.assert_array_equal(other.predict(x), model.predict(x))
    model.compile("adam", "mse")
    model.fit(x, x[:, 0], verbose=0)
    np.testing.assert_array_equal(model.get_weights()[:2], other.get_weights()[:2])


def test_given_moments_are_no_weights():
    layer = Normalization(mean=3.0, variance=4.0)
    model = proxnet.Sequential([layer, Dense(1, use_bias=False), Normalization(mean=1.0, variance=9.0, invert=True)])
    model.build(2)
    model.set_weights([[[1.0], [1.0]]])
    np.testing.assert_allclose(model.predict([[5.0, 7.0]]), [[(1 + 2) * 3 + 1]])
    assert model.count_params() == 2


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Normalization(mean=1.0), r"\[Normalization\] mean and variance must be given together"),
        (lambda: Normalization(mean=1.0, variance=-1.0), r"variance must not be negative"),
        (lambda: Normalization(mean=np.nan, variance=1.0), r"mean must be finite"),
        (lambda: Normalization(axis=2), r"axis must be -1 or 1"),
        (lambda: Normalization(mean=1.0, variance=1.0).adapt([[1.0]]), r"\[adapt\] .* nothing to adapt"),
        (lambda: Normalization().adapt(iter([])), r"\[adapt\] data must hold a batch"),
        (lambda: Normalization().adapt([[1.0, np.inf]]), r"\[adapt\] data must be finite, data\[0, 1\] = inf"),
        (lambda: Normalization().adapt(iter([[[1.0]], [[1.0, 2.0]]])), r"same number of columns, got 1 and 2"),
        (
            lambda: proxnet.Sequential([Normalization(mean=[1.0, 2], variance=[1.0, 2]), Dense(1)]).build(3),
            r"mean and variance have 2 numbers, the rows have 3 columns",
        ),
        (lambda: BatchNormalization(momentum=1.5), r"momentum must be >= 0 and <= 1, got 1.5"),
        (lambda: BatchNormalization(epsilon=0), r"epsilon must be > 0"),
        (lambda: BatchNormalization(axis=0), r"axis must be -1 or 1"),
        (lambda: BatchNormalization(renorm=True), r"'renorm' exists in Keras but not here yet"),
    ],
)
def test_bad_arguments(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_a_negative_variance_is_refused():
    model = proxnet.Sequential([BatchNormalization(input_dim=2), Dense(1)])
    weights = model.get_weights()
    weights[3][1] = -1
    with pytest.raises(ValueError, match=r"a variance must not be negative, weights\[3\]\[0, 1\] = -1"):
        model.set_weights(weights)
