"""Initializers: moments, ranges and shapes of what is drawn; seeds; the forms in which users give them."""

import numpy as np
import pytest

import proxnet
from proxnet import Sequential, initializers
from proxnet._check.config import by_identifier
from proxnet.layers import Dense

IN, OUT = 300, 200
CUT = 0.87962566103423978


def drawn(initializer, inputs=IN, units=OUT, seed=3, dtype="float64", bias="zeros"):
    proxnet.set_random_seed(seed)
    layer = Dense(units, kernel_initializer=initializer, bias_initializer=bias)
    proxnet.Sequential([proxnet.Input((inputs,)), layer], dtype=dtype)
    return layer.get_weights()


NORMALS = {  # mean, deviation, cut
    initializers.RandomNormal(1.5, 0.3): (1.5, 0.3, np.inf),
    initializers.TruncatedNormal(-1, 0.3): (-1, 0.3 * CUT, 0.6),
    initializers.GlorotNormal(): (0, (2 / (IN + OUT)) ** 0.5, 2 / CUT * (2 / (IN + OUT)) ** 0.5),
    initializers.HeNormal(): (0, (2 / IN) ** 0.5, 2 / CUT * (2 / IN) ** 0.5),
    initializers.LecunNormal(): (0, IN**-0.5, 2 / CUT * IN**-0.5),
    initializers.VarianceScaling(3, "fan_out", "untruncated_normal"): (0, (3 / OUT) ** 0.5, np.inf),
    initializers.VarianceScaling(3, "fan_avg", "normal"): (0, (3 / 250) ** 0.5, 2 / CUT * (3 / 250) ** 0.5),
}
UNIFORMS = {
    initializers.RandomUniform(-1, 3): (-1, 3),
    initializers.GlorotUniform(): (-((6 / (IN + OUT)) ** 0.5), (6 / (IN + OUT)) ** 0.5),
    initializers.HeUniform(): (-((6 / IN) ** 0.5), (6 / IN) ** 0.5),
    initializers.LecunUniform(): (-((3 / IN) ** 0.5), (3 / IN) ** 0.5),
    initializers.VarianceScaling(2, "fan_out", "uniform"): (-((6 / OUT) ** 0.5), (6 / OUT) ** 0.5),
}


@pytest.mark.parametrize("initializer", NORMALS, ids=repr)
def test_normal(initializer):
    mean, deviation, cut = NORMALS[initializer]
    w = drawn(initializer)[0]
    assert abs(w.mean() - mean) < 5 * deviation / w.size**0.5
    assert w.std() == pytest.approx(deviation, rel=5 / w.size**0.5)
    if np.isinf(cut):
        assert abs(w - mean).max() > 3.5 * deviation
    else:
        assert 0.99 * cut < abs(w - mean).max() < cut


@pytest.mark.parametrize("initializer", UNIFORMS, ids=repr)
def test_uniform(initializer):
    low, high = UNIFORMS[initializer]
    w = (drawn(initializer)[0] - low) / (high - low)
    assert 0 <= w.min() < 1e-3
    assert 1 - 1e-3 < w.max() <= 1
    counts = np.histogram(w, 20, (0, 1))[0]
    assert ((counts - w.size / 20) ** 2).sum() / (w.size / 20) < 45  # chi-square with 19 degrees: 0.1 % beyond 43.8


@pytest.mark.parametrize("shape", [(40, 7), (7, 40), (16, 16), (1, 5)])
@pytest.mark.parametrize(("dtype", "tolerance"), [("float32", 1e-6), ("float64", 1e-14)])
def test_orthogonal(shape, dtype, tolerance):
    w = drawn(initializers.Orthogonal(gain=3, seed=5), *shape, dtype=dtype)[0].astype(float) / 3
    gram = w.T @ w if shape[0] >= shape[1] else w @ w.T
    np.testing.assert_allclose(gram, np.eye(min(shape)), atol=tolerance)


def test_orthogonal_is_uniform():
    first = np.array([drawn(initializers.Orthogonal(seed=s), 3, 3)[0][:, 0] for s in range(2000)])
    assert abs(first.mean(axis=0)).max() < 5 / (3 * 2000) ** 0.5
    np.testing.assert_allclose(first.T @ first / 2000, np.eye(3) / 3, atol=0.04)


def test_constants():
    np.testing.assert_array_equal(drawn("identity", 2, 3)[0], [[1, 0, 0], [0, 1, 0]])
    np.testing.assert_array_equal(drawn(initializers.Identity(2), 3, 2)[0], [[2, 0], [0, 2], [0, 0]])
    kernel, bias = drawn(initializers.Constant(0.25), 2, 2, bias=initializers.Constant(-1))
    assert (kernel == 0.25).all()
    assert (bias == -1).all()
    assert (drawn("ones", 2, 2, bias="ones")[1] == 1).all()
    assert not drawn("zeros", 2, 2)[0].any()


def test_a_bias_has_the_fan_of_its_units():
    bias = drawn("zeros", 3, 5000, bias="glorot_uniform")[1]
    assert abs(bias).max() == pytest.approx((6 / 10000) ** 0.5, rel=0.01)


def test_seeds():
    own = [drawn(initializers.HeNormal(seed=7), seed=seed)[0] for seed in (1, 2)]
    np.testing.assert_array_equal(*own)
    assert (own[0] != drawn(initializers.HeNormal(seed=8))[0]).any()
    assert (drawn("he_normal", seed=1)[0] != drawn("he_normal", seed=2)[0]).any()


def test_names_and_configurations():
    for kind in by_identifier(vars(initializers), initializers.Initializer).values():
        made = initializers.get(kind.identifier)
        assert type(made) is type(initializers.get(kind)) is type(initializers.get(kind.__name__)) is kind
        assert kind(**made.get_config()).get_config() == made.get_config()
    assert initializers.glorot_uniform is initializers.GlorotUniform
    assert isinstance(initializers.get("normal"), initializers.RandomNormal)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: initializers.RandomNormal(stddev=-1), ValueError, r"\[RandomNormal\] stddev must be >= 0, got -1"),
        (lambda: initializers.RandomUniform(1, 0), ValueError, r"\[RandomUniform\] maxval must be >= 1, got 0"),
        (lambda: initializers.VarianceScaling(0), ValueError, "scale must be > 0, got 0"),
        (lambda: initializers.VarianceScaling(mode="fan"), ValueError, "unknown mode 'fan'; did you mean 'fan_"),
        (lambda: initializers.HeNormal(seed=1.5), TypeError, r"\[HeNormal\] seed must be an integer, got 1.5"),
        (lambda: initializers.HeNormal(gain=1), TypeError, r"\[HeNormal\] unknown argument 'gain'"),
        (lambda: Dense(2, bias_initializer="orthogonal"), ValueError, "bias_initializer must be no matrix"),
        (lambda: initializers.get("stft"), ValueError, "'stft' exists in Keras but not here yet"),
    ],
)
def test_refusals(make, error, message):
    with pytest.raises(error, match=message):
        make()


@pytest.mark.parametrize(
    "initializer",
    [
        initializers.Constant(1e39),
        initializers.Identity(-1e39),
        initializers.RandomUniform(-1e39, 1e39),
        initializers.RandomNormal(0.0, 1e39),
        initializers.TruncatedNormal(1e39),
        initializers.Orthogonal(1e39),
        initializers.VarianceScaling(1e80),
    ],
)
def test_weights_beyond_float32_are_refused(initializer):
    def model(dtype):
        return Sequential([Dense(8, kernel_initializer=initializer, input_dim=8)], dtype=dtype)

    with pytest.raises(ValueError, match="initial weights must be finite in float32"):
        model("float32")
    assert np.isfinite(model("float64").get_weights()[0]).all()
