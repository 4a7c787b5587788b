"""Activations: values against SciPy and NumPy, the forms in which users give them, refusals."""

import copy
import functools
import pickle

import numpy as np
import pytest

import proxnet
from proxnet import activations
from proxnet.activations import Activation
from proxnet.layers import Dense

special = pytest.importorskip("scipy.special")

FORMULAS = {
    "linear": lambda x: x,
    "relu": lambda x: np.maximum(x, 0),
    "relu6": lambda x: np.clip(x, 0, 6),
    "leaky_relu": lambda x: np.where(x < 0, 0.2 * x, x),
    "elu": lambda x: np.where(x > 0, x, np.expm1(x)),
    "selu": lambda x: 1.0507009873554805 * np.where(x > 0, x, 1.6732632423543772 * np.expm1(x)),
    "gelu": lambda x: x * special.ndtr(x),
    "silu": lambda x: x * special.expit(x),
    "swish": lambda x: x * special.expit(x),
    "softplus": lambda x: np.logaddexp(0, x),
    "softsign": lambda x: x / (1 + np.abs(x)),
    "sigmoid": special.expit,
    "hard_sigmoid": lambda x: np.clip(x / 6 + 0.5, 0, 1),
    "tanh": np.tanh,
    "exponential": np.exp,
    "mish": lambda x: x * np.tanh(np.logaddexp(0, x)),
    "softmax": lambda x: special.softmax(x, axis=-1),
    "log_softmax": lambda x: special.log_softmax(x, axis=-1),
}
PARAMETRISED = [
    (Activation("elu", alpha=0.3), lambda x: np.where(x > 0, x, 0.3 * np.expm1(x))),
    (Activation("gelu", approximate=True), lambda x: x * special.expit(2 * np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))),
    (Activation("leaky_relu", negative_slope=0.7), lambda x: np.where(x < 0, 0.7 * x, x)),
    (Activation("leaky_relu", negative_slope=0), lambda x: np.maximum(x, 0)),
    (Activation("relu", negative_slope=0.1), lambda x: np.where(x < 0, 0.1 * x, x)),
    (Activation("relu", max_value=1.5), lambda x: np.clip(x, 0, 1.5)),
    (Activation("relu", max_value=2, negative_slope=0.1), lambda x: np.where(x < 0, 0.1 * x, np.minimum(x, 2))),
]


@pytest.mark.parametrize(("dtype", "rtol"), [(np.float32, 4e-6), (np.float64, 1e-14)])
def test_values(dtype, rtol):
    x = np.random.default_rng(0).normal(size=(7, 9), scale=3).astype(dtype)
    for name, formula in FORMULAS.items():
        y = getattr(activations, name)(x)
        assert y.dtype == dtype
        assert y.shape == x.shape
        np.testing.assert_allclose(y, formula(x.astype(float)), rtol=rtol, atol=rtol / 10, err_msg=name)
    for activation, formula in PARAMETRISED:
        np.testing.assert_allclose(activation(x), formula(x.astype(float)), rtol=rtol, err_msg=repr(activation))


def test_shapes_and_types():
    assert activations.relu(-2.0).shape == ()
    assert activations.relu([1, -2]).dtype == np.float32
    assert activations.softmax(np.ones((2, 3, 4))).sum(axis=-1) == pytest.approx(np.ones((2, 3)))


def test_forms_that_users_write():
    elu = functools.partial(activations.elu, alpha=0.5)
    forms = [elu, Activation("elu", alpha=0.5), {"name": "elu", "alpha": 0.5}]
    assert {activations.get(form) for form in forms} == {Activation("ELU", alpha=0.5)}
    for form in ("gelu", "GELU", activations.gelu, Activation("gelu"), functools.partial(activations.gelu)):
        assert activations.get(form) == Activation("gelu", approximate=False)
    assert activations.get("swish") == activations.get(activations.silu) == Activation("silu")
    assert activations.get(None) == Activation("linear")
    assert Dense(2, activation=activations.leaky_relu).activation.parameters == {"negative_slope": 0.2}


def test_serialize_and_copies():
    for activation in [*map(Activation, activations._DEFAULTS), *(a for a, _ in PARAMETRISED)]:
        assert activations.deserialize(activations.serialize(activation)) == activation
        assert copy.deepcopy(activation) == pickle.loads(pickle.dumps(activation)) == activation
    assert activations.serialize(Activation("gelu")) == "gelu"
    assert activations.serialize(Activation("elu", alpha=2)) == {"name": "elu", "alpha": 2}


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: activations.get("gelo"), ValueError, "unknown activation 'gelo'; did you mean 'gelu'"),
        (lambda: activations.get(abs), TypeError, "other Python functions cannot run inside the core"),
        (lambda: activations.get(functools.partial(np.tanh)), TypeError, "cannot run inside the core"),
        (lambda: Activation("elu", alpha=-1), ValueError, r"\[elu\] alpha must be >= 0, got -1"),
        (lambda: Activation("tanh", alpha=1), TypeError, r"\[tanh\] unknown argument 'alpha'"),
        (lambda: Activation("relu", threshold=1), ValueError, r"\[relu\] threshold must be 0"),
        (lambda: Activation("relu", max_value=0), ValueError, r"\[relu\] max_value must be > 0"),
        (lambda: Activation("gelu", approximate="tanh"), TypeError, "approximate must be True or False"),
        (lambda: activations.get(functools.partial(activations.elu, 1.0)), TypeError, "must be a name"),
    ],
)
def test_refusals(make, error, message):
    with pytest.raises(error, match=message):
        make()


def test_a_log_softmax_of_one_unit_is_refused():
    with pytest.raises(ValueError, match="log_softmax needs at least 2 units"):
        proxnet.Sequential([proxnet.Input((3,)), Dense(1, activation="log_softmax")])


@pytest.mark.parametrize("name", sorted(FORMULAS))
def test_a_layer_predicts_and_trains(name):
    proxnet.set_random_seed(1)
    model = proxnet.Sequential([proxnet.Input((4,)), Dense(33, name), Dense(3)], dtype="float64")
    model.compile("adam", "mse")
    x = np.random.default_rng(2).normal(size=(60, 4))
    kernel, bias, out_kernel, out_bias = model.get_weights()
    hidden = FORMULAS[name](x @ kernel + bias)
    np.testing.assert_allclose(model.predict(x), hidden @ out_kernel + out_bias, rtol=1e-12, atol=1e-14)
    losses = model.fit(x, np.sin(x[:, :3]), epochs=20, verbose=0).history["loss"]
    assert losses[-1] < losses[0]
