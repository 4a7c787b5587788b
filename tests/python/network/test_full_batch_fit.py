"""FISTA and L-BFGS under fit: bits on any team, callbacks, what is refused, configs."""

import pickle

import numpy as np
import pytest

import proxnet
from full_batch_tools import classes, linear, mlp, regression
from proxnet import constraints, layers
from proxnet.layers import Dense
from proxnet.optimizers import FISTA, LBFGS, schedules
from proxnet.regularizers import L1, L2, GroupL1, TargetSparsity


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
    assert counts.begun == [0] * 5
    assert counts.ended == history.history["loss"]
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
    (lambda: [layers.Dropout(0.5), Dense(1)], {}, "both", "Dropout changes at random"),
    (lambda: [layers.BatchNormalization(), Dense(1)], {}, "both", "BatchNormalization trains with the statistics"),
    (
        lambda: [Dense(1, kernel_regularizer=TargetSparsity(0.5))],
        {},
        "both",
        "which a sparsity target changes",
    ),
    (lambda: [Dense(1, kernel_regularizer="l1")], {"penalty_step": "subgradient"}, "fista", "takes proximal steps"),
    (lambda: [Dense(1, kernel_constraint=constraints.MinMaxNorm(rate=0.5))], {}, "fista", "rate must be 1, got 0.5"),
    (lambda: [Dense(1, kernel_regularizer="l1")], {}, "lbfgs", "takes smooth penalties only"),
    (lambda: [Dense(1, bias_regularizer=GroupL1(1e-3))], {}, "lbfgs", "takes smooth penalties only"),
    (lambda: [Dense(1, kernel_constraint="non_neg")], {}, "lbfgs", "takes no constraints: use FISTA"),
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
    last = Dense(1, activation="sigmoid", kernel_regularizer=L2(0.01))
    model = proxnet.Sequential([normal, fixed, last], dtype="float64")
    model.compile("lbfgs", "binary_crossentropy")
    model.build((8,))
    before = fixed.kernel
    model.fit(x, y, epochs=60, verbose=0)
    np.testing.assert_array_equal(fixed.kernel, before)
    assert max(model.optimality(x, y).values()) < 1e-7


@pytest.mark.parametrize("optimizer", [FISTA, LBFGS])
def test_training_goes_on_from_a_file_with_the_same_bits(optimizer, tmp_path):
    x, y = regression(rows=80, inputs=6)
    model = mlp(optimizer(0.5), dtype="float32")
    model.fit(x, y, epochs=7, verbose=0)
    model.save(tmp_path / "model")
    again = proxnet.load_model(tmp_path / "model")
    for trained in (model, again):
        trained.fit(x, y, epochs=7, verbose=0)
    for one, other in zip(model.get_weights(), again.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_batches_from_elsewhere_are_refused():
    x, y = regression()
    with pytest.raises(ValueError, match=r"\[fit\] the optimizer takes all rows in every step: x must be an array"):
        mlp(FISTA()).fit(iter([(x, y), (x, y)]), epochs=1, verbose=0)
