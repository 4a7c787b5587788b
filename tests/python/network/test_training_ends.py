"""Where training ends early or goes wrong: the count of epochs, the history, targets of zeros, warnings."""

import _thread
import itertools
import warnings

import numpy as np
import pandas as pd
import pytest

import proxnet
from pairwise import pairwise
from proxnet.callbacks import Callback, EarlyStopping, LambdaCallback, LearningRateScheduler, TerminateOnNaN
from proxnet.layers import BatchNormalization, Dense, Input
from proxnet.optimizers import FISTA, LBFGS, SGD, Adam
from proxnet.regularizers import L1, Ramp, TargetSparsity


def made(optimizer="adam", regularizer=None, hidden="tanh"):
    proxnet.set_random_seed(4)
    layers = [Input((5,)), Dense(12, hidden, kernel_regularizer=regularizer), Dense(1)]
    model = proxnet.Sequential(layers)
    model.compile(optimizer, "mse")
    return model


def bits(model):
    return [w.tobytes() for w in model.get_weights()]


class Batches:
    """Something iterable, begun anew each epoch."""

    def __init__(self, *arrays):
        self.arrays = arrays

    def __iter__(self):
        for begin in range(0, 60, 16):
            yield tuple(a[begin : begin + 16] for a in self.arrays)


class CtrlC(Callback):
    """Interrupts at the n-th call of a hook."""

    def __init__(self, hook, calls):
        super().__init__()
        self.left = calls
        setattr(self, hook, self.hook)

    def hook(self, *args, **more):
        self.left -= 1
        if self.left == 0:
            _thread.interrupt_main()
            for _ in itertools.repeat(None, 1000):  # it arrives between two calls
                pass


HOOKS = ["on_epoch_begin", "on_epoch_end", "on_train_batch_begin", "on_train_batch_end", "on_test_begin", "on_test_end"]


@pytest.mark.parametrize("hook", HOOKS)
@pytest.mark.parametrize("source", ["arrays", "batches", "FISTA", "LBFGS"])
def test_an_interrupt_leaves_weights_history_and_count_of_one_epoch(rows, source, hook):
    def optimizer():
        return {"FISTA": FISTA(0.1), "LBFGS": LBFGS()}.get(source, Adam(0.01))

    data = (Batches(*rows),) if source == "batches" else rows
    calls = 3 if "batch" not in hook or source in ("FISTA", "LBFGS") else 10 if source == "batches" else 5
    whole = made(optimizer())
    whole.fit(*data, epochs=6, verbose=0)
    model = made(optimizer())
    with pytest.raises(KeyboardInterrupt):
        model.fit(*data, epochs=6, verbose=0, validation_data=rows, callbacks=[CtrlC(hook, calls)])
    done = model._epochs_trained
    history = model.history.history
    assert 1 < done < 4
    assert {name: len(values) for name, values in history.items()} == {"loss": done, "val_loss": done}
    assert model.history.epoch == list(range(done))
    there, steps = bits(model), model.optimizer.iterations
    model.fit(*data, epochs=6, initial_epoch=done, verbose=0)
    assert bits(model) == bits(whole)
    twin = made(optimizer())
    twin.fit(*data, epochs=done, verbose=0)
    assert (bits(twin), twin.optimizer.iterations) == (there, steps)


def test_an_error_of_a_callback_leaves_them_so_too(rows):
    model = made()

    def fail(epoch, logs):
        raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        model.fit(*rows, epochs=2, verbose=0, callbacks=[LambdaCallback(on_epoch_end=fail)])
    assert (model._epochs_trained, model.history.epoch, len(model.history.history["loss"])) == (1, [0], 1)
    with pytest.raises(LookupError, match="mine"):
        model.fit(*rows, epochs=2, verbose=0, callbacks=[LambdaCallback(on_train_batch_end=fail)])
    assert (model._epochs_trained, model.optimizer.iterations, model.history.epoch) == (1, 2, [])


def test_lists_of_a_history_have_one_length():
    x = np.arange(4.0)[:, None]
    model = proxnet.Sequential([Dense(1)])
    model.compile(SGD(1e-3), "mse", metrics=["mae"])
    rate = LearningRateScheduler(lambda epoch: 1e-3 if epoch < 2 else 1e30)
    arguments = {"epochs": 5, "batch_size": 1, "verbose": 0, "validation_data": (x, x)}
    history = model.fit(x, x, callbacks=[rate, TerminateOnNaN()], **arguments).history
    table = pd.DataFrame(history)
    assert list(table) == ["loss", "mae", "val_loss", "val_mae", "learning_rate"]
    assert table.isna().to_numpy().tolist() == [[False] * 5, [False] * 5, [True] * 4 + [False]]


@pairwise(share=[0.0, 0.5, 0.8], penalty=[None, L1(1e-3)], optimizer=[lambda: Adam(0.05), lambda: SGD(0.1, 0.9)])
def test_a_target_on_single_batches_is_met_and_never_exceeded(rows, share, penalty, optimizer):
    model = made(optimizer(), TargetSparsity(share, penalty=penalty))
    for _ in range(70):
        model.train_on_batch(*rows)
        assert (model.layers[0].kernel == 0).sum() == round(share * 60)
    kept = model.layers[0].kernel != 0
    assert (kept == (model.layers[0].kernel != 0)).all()


def test_a_target_that_fit_has_met_stays_on_single_batches(rows):
    model = made(Adam(0.05), TargetSparsity(0.7))
    model.fit(*rows, epochs=10, verbose=0)
    zeros = model.layers[0].kernel == 0
    for _ in range(40):
        model.train_on_batch(*rows)
    assert ((model.layers[0].kernel == 0) == zeros).all()


@pytest.mark.parametrize("schedule", [Ramp(8), Ramp(6, 0.5), lambda epoch: float(epoch % 3 == 0)])
def test_single_batches_are_epochs_of_one_batch(rows, schedule):
    one = made(SGD(0.05), L1(0.05, schedule=schedule))
    other = made(SGD(0.05), L1(0.05, schedule=schedule))
    losses = [one.train_on_batch(*rows) for _ in range(10)]
    assert losses == other.fit(*rows, epochs=10, batch_size=60, shuffle=False, verbose=0).history["loss"]
    assert bits(one) == bits(other)


def test_function_metrics_of_a_batch_are_of_the_weights_before_its_step(rows):
    def mine(y, p):
        return np.abs(y - p).ravel()

    model = made()
    model.compile(SGD(0.5), "mse", metrics=["mae", mine])
    for _ in range(3):
        values = model.train_on_batch(*rows, return_dict=True)
        assert values["mine"] == pytest.approx(values["mae"], rel=1e-6)


def stop_after(epoch):
    class Stop(Callback):
        def on_epoch_end(self, number, logs=None):
            self.model.stop_training = number + 1 == epoch

    return Stop()


@pytest.mark.parametrize("scope", ["network", "layer"])
@pytest.mark.parametrize("stop", [stop_after(3), EarlyStopping("loss", patience=2, mode="max")])
def test_a_missed_target_is_told_with_both_numbers(rows, scope, stop):
    model = made("adam", TargetSparsity(0.9, scope=scope))
    with pytest.warns(proxnet.SparsityWarning) as told:
        model.fit(*rows, batch_size=2, epochs=20, verbose=0, callbacks=[stop])
    share = model.sparsity().layers[0].zero_fraction
    assert 0 < share < 0.9
    (said,) = (str(warning.message) for warning in told)
    assert f"a share of 0.9 zeros, in {model.layers[0].name!r} it is {share:.6g} after epoch 3 of 20" in said
    assert "epoch 11" in said  # where its schedule ends


def test_a_target_that_no_epoch_was_run_for_is_told(rows):
    model = made("adam", TargetSparsity(0.9))
    with pytest.warns(proxnet.SparsityWarning, match="it is 0 "):
        model.fit(*rows, epochs=3, initial_epoch=3, verbose=0)
    model.fit(*rows, epochs=3, initial_epoch=2, verbose=0)  # its last epoch is all refit
    assert model.sparsity().layers[0].zero_fraction == 0.9
    with pytest.raises(KeyboardInterrupt), pytest.warns(proxnet.SparsityWarning, match=r"after epoch 2 of 9"):
        model.fit(*rows, epochs=9, verbose=0, callbacks=[CtrlC("on_epoch_end", 2)])


def test_early_stopping_restores_no_epoch_with_fewer_zeros(rows):
    worse = itertools.count()

    class Worse(Callback):  # every epoch is worse than the one before, so the first is the best
        def on_epoch_end(self, epoch, logs=None):
            logs["mine"] = float(next(worse))

    model = made("adam", TargetSparsity(0.8))
    stop = EarlyStopping("mine", patience=3, mode="min", restore_best_weights=True)
    history = model.fit(*rows, epochs=20, verbose=0, callbacks=[Worse(), stop])
    assert model.sparsity().layers[0].zero_fraction == 0.8
    assert (stop.best_epoch, history.epoch[-1]) == (10, 13)  # the first one that has the share, and patience after it


def test_a_network_that_penalties_cut_through_is_told():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(200, 6)).astype("f")
    for cut, norm in ((0, False), (1, False), (1, True), (2, True)):
        proxnet.set_random_seed(1)
        strong, weak = L1(10.0), L1(1e-6)
        layers = [Dense(8, "relu", kernel_regularizer=strong if cut == at else weak) for at in range(2)]
        if norm:
            layers.insert(1, BatchNormalization(gamma_regularizer=strong if cut == 2 else None))
        model = proxnet.Sequential([*layers, Dense(1)])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", proxnet.RescalingWarning)
            model.compile(Adam(0.01), "mse")
        name = layers[{0: 0, 1: len(layers) - 1, 2: 1}[cut]].name
        with pytest.warns(proxnet.SparsityWarning, match=rf"ends at layer '{name}'.* weaker strength.*Ramp"):
            model.fit(x, x[:, 0], epochs=30, verbose=0)
        assert np.ptp(model.predict(x)) == 0


LOSSES = ["poisson", "cosine_similarity", "mse", "log_cosh", "mean_absolute_error", "categorical_crossentropy"]


@pytest.mark.parametrize("losses", [[-65.0, -141.0], [-0.01, -0.9], [1e-9, 1e-7], [0.0, 1e-12], [-1e-3, 0.05], [5, 40]])
def test_progress_is_not_called_divergence(losses):
    y = np.abs(np.random.default_rng(2).normal(5, 2, size=(50, 2)))
    for name in LOSSES:
        loss = proxnet.losses.get(name)
        given = y / y.sum(axis=1, keepdims=True) if loss.targets == "probabilities" else y
        proxnet.models.fit_warnings.warn_of_divergence(losses, 0.0, loss, proxnet.data.dataset.Dataset(y, given, None))


def test_a_rise_from_a_negative_or_zero_loss_is_divergence_and_a_stronger_penalty_is_not():
    y = np.abs(np.random.default_rng(2).normal(5, 2, size=(50, 1)))
    rows = proxnet.data.dataset.Dataset(y, y, None)
    for losses in ([-65.0, 700.0], [0.0, 1e4], [1.0, 1e3], [-1e-9, 1e3]):
        with pytest.warns(proxnet.DivergenceWarning, match="the training loss grew"):
            proxnet.models.fit_warnings.warn_of_divergence(losses, 0.0, proxnet.losses.Poisson(), rows)
        proxnet.models.fit_warnings.warn_of_divergence(losses, losses[1], proxnet.losses.Poisson(), rows)


def test_a_negative_loss_trains_without_a_warning():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(256, 3)).astype("f"), rng.poisson(50, 256).astype("f")
    model = proxnet.Sequential([Dense(1, "exponential")])
    model.compile(Adam(0.3), "poisson")
    loss = model.fit(x, y, epochs=25, verbose=0).history["loss"]
    assert loss[-1] < loss[0] < 0


def test_each_of_two_models_has_its_own_state_of_one_optimizer(rows):
    optimizer = Adam(0.01)
    one, other = made(optimizer), made(optimizer)
    assert one.optimizer is optimizer
    one.fit(*rows, epochs=1, batch_size=20, verbose=0)
    other.fit(*rows, epochs=2, batch_size=10, verbose=0)
    assert (one.optimizer.iterations, other.optimizer.iterations) == (3, 12)
    other.optimizer.learning_rate = 0.5
    assert one.optimizer.learning_rate == 0.01
    one.compile(optimizer, "mse")  # once more
    assert one.optimizer is optimizer
