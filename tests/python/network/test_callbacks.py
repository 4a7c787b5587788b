"""Hooks in Keras' order, and the callbacks that come with the package."""

import numpy as np
import pytest

import proxnet
from proxnet.callbacks import Callback, EarlyStopping, History, LambdaCallback
from proxnet.layers import Dense


def model():
    proxnet.set_random_seed(4)
    model = proxnet.Sequential([Dense(3, activation="tanh"), Dense(1)])
    model.compile(proxnet.optimizers.SGD(0.05), "mse", metrics=["mae"])
    return model


class Recorder(Callback):
    """Writes down every hook."""

    def __init__(self, batches=True):
        super().__init__()
        self.calls = []
        for hook in dir(Callback):
            if hook.startswith("on_") and (batches or "batch" not in hook):
                setattr(self, hook, self.recorder(hook))

    def recorder(self, hook):
        def record(*args, logs=None):
            self.calls.append((hook, *args))
            if hook.startswith("on_train_batch"):
                getattr(Callback, hook)(self, args[0], args[1])

        return record

    def hooks(self):
        return [call[0] for call in self.calls]


BATCH = ["on_train_batch_begin", "on_batch_begin", "on_train_batch_end", "on_batch_end"]
TEST = ["on_test_begin", "on_test_batch_begin", "on_test_batch_end", "on_test_end"]


def test_hook_order_is_keras(rows):
    recorder = Recorder()
    model().fit(*rows, epochs=2, batch_size=15, validation_split=0.5, verbose=0, callbacks=[recorder])
    epoch = ["on_epoch_begin", *BATCH * 2, *TEST, "on_epoch_end"]
    assert recorder.hooks() == ["on_train_begin", *epoch * 2, "on_train_end"]
    assert recorder.params == {"verbose": 0, "epochs": 2, "steps": 2}
    begins = [call for call in recorder.calls if call[0] == "on_train_batch_begin"]
    assert [call[1] for call in begins] == [0, 1, 0, 1]


def test_hooks_of_evaluate_and_predict(rows):
    recorder, trained = Recorder(), model()
    trained.evaluate(*rows, verbose=0, callbacks=[recorder])
    assert recorder.hooks() == TEST
    recorder.calls.clear()
    trained.predict(rows[0], callbacks=recorder)
    assert recorder.hooks() == [hook.replace("test", "predict") for hook in TEST]


def test_batch_hooks_change_nothing_but_time(rows):
    weights = []
    for callbacks in ([], [Recorder()], [Recorder(batches=False)]):
        trained = model()
        trained.fit(*rows, epochs=3, batch_size=7, verbose=0, callbacks=callbacks)
        weights.append(trained.get_weights())
    for other in weights[1:]:
        for a, b in zip(weights[0], other, strict=True):
            np.testing.assert_array_equal(a, b)


def test_python_runs_per_batch_only_when_asked():
    from proxnet.callbacks.callback_list import CallbackList

    assert not CallbackList("fit", [Recorder(batches=False), EarlyStopping(), History()]).wants_batches()
    assert CallbackList("fit", [Recorder()]).wants_batches()
    assert CallbackList("fit", [LambdaCallback(on_train_batch_end=print)]).wants_batches()
    assert not CallbackList("fit", [LambdaCallback(on_epoch_end=print)]).wants_batches()


def test_logs_of_a_batch_are_running_means(rows):
    seen = []
    trained = model()
    history = trained.fit(
        *rows,
        batch_size=20,
        verbose=0,
        callbacks=[LambdaCallback(on_train_batch_end=lambda b, logs: seen.append(logs))],
    )
    assert [list(logs) for logs in seen] == [["loss", "mae"]] * 3
    assert seen[-1] == {key: values[-1] for key, values in history.history.items()}


def test_learning_rate_set_between_epochs_and_batches(rows):
    def change(number, logs=None):
        trained.optimizer.learning_rate = 1e-30

    for hook in ("on_epoch_begin", "on_train_batch_begin"):
        trained = model()
        trained.build(5)
        before = trained.get_weights()
        trained.fit(*rows, verbose=0, callbacks=[LambdaCallback(**{hook: change})])
        for a, b in zip(before, trained.get_weights(), strict=True):
            np.testing.assert_allclose(a, b, atol=1e-20)


def test_weights_set_between_epochs_are_trained_on(rows):
    def reset(epoch, logs=None):
        trained.set_weights([np.zeros_like(w) for w in trained.get_weights()])

    trained = model()
    history = trained.fit(*rows, epochs=2, batch_size=60, verbose=0, callbacks=[LambdaCallback(on_epoch_begin=reset)])
    assert history.history["loss"][0] == history.history["loss"][1]


def test_what_is_added_to_logs_goes_to_the_history(rows):
    def add(epoch, logs):
        logs["learning_rate"] = 0.5

    history = model().fit(*rows, epochs=2, verbose=0, callbacks=[LambdaCallback(on_epoch_end=add)])
    assert list(history.history) == ["loss", "mae", "learning_rate"]


def test_foreign_callbacks_need_no_base_class(rows):
    class Foreign:
        def set_model(self, model):
            self.model = model

        def on_epoch_end(self, epoch, logs=None):
            self.model.stop_training = True

    history = model().fit(*rows, epochs=5, verbose=0, callbacks=[Foreign()])
    assert history.epoch == [0]


def test_an_error_in_a_hook_comes_out(rows):
    def fail(*_, **__):
        raise RuntimeError("mine")

    for hook in ("on_epoch_end", "on_train_batch_end"):
        trained = model()
        with pytest.raises(RuntimeError, match="mine"):
            trained.fit(*rows, verbose=0, callbacks=[LambdaCallback(**{hook: fail})])
        trained.fit(*rows, verbose=0)


def test_fit_within_fit_is_refused(rows):
    trained = model()
    with pytest.raises(RuntimeError):
        trained.fit(*rows, verbose=0, callbacks=[LambdaCallback(on_epoch_end=lambda *_: trained.fit(*rows, verbose=0))])


class Scripted(Callback):
    """Puts given values under "val_loss"."""

    def __init__(self, values):
        super().__init__()
        self.values = values

    def on_epoch_end(self, epoch, logs=None):
        logs["val_loss"] = self.values[epoch]


@pytest.mark.parametrize(
    ("values", "arguments", "ran", "stopped", "best"),
    [
        ([3, 2, 1, 0, -1], {}, 5, 0, 4),
        ([3, 2, 2.5, 1, 0], {}, 3, 2, 1),
        ([3, 2, 2.5, 2.6, 1, 0], {"patience": 2}, 4, 3, 1),
        ([3, 2, 2.5, 1.9, 1.8, 1.7], {"patience": 2}, 6, 0, 5),
        ([3, 2, 1.95, 1.93, 1.9], {"min_delta": 0.5, "patience": 1}, 3, 2, 1),
        ([1, 2, 3, 2, 1], {"mode": "max"}, 4, 3, 2),
        ([3, 2, 1, 0.5, 0.4], {"baseline": 0.1, "patience": 2}, 5, 0, 4),
        ([1, 2, 3, 0, 5, 6], {"start_from_epoch": 3}, 5, 4, 3),
        ([np.nan, 2, 3, 4], {"patience": 5}, 4, 0, 1),
    ],
)
def test_early_stopping(rows, values, arguments, ran, stopped, best):
    stopper = EarlyStopping(monitor="val_loss", **arguments)
    history = model().fit(*rows, epochs=len(values), verbose=0, callbacks=[Scripted(values), stopper])
    assert (len(history.epoch), stopper.stopped_epoch, stopper.best_epoch) == (ran, stopped, best)


def test_early_stopping_restores_the_best_weights(rows):
    kept = []
    trained = model()
    keep = LambdaCallback(on_epoch_end=lambda *_: kept.append(trained.get_weights()))
    stopper = EarlyStopping(patience=2, restore_best_weights=True)
    trained.fit(*rows, epochs=9, verbose=0, callbacks=[Scripted([3, 1, 2, 4, 5, 6, 7, 8, 9]), keep, stopper])
    assert len(kept) == 4
    for a, b in zip(kept[1], trained.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_early_stopping_knows_which_way_is_better(rows):
    trained = proxnet.Sequential([Dense(1, activation="sigmoid")])
    trained.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    for monitor, up in (("val_accuracy", True), ("accuracy", True), ("val_loss", False), ("loss", False)):
        stopper = EarlyStopping(monitor)
        stopper.set_model(trained)
        assert stopper._upwards() is up


def test_early_stopping_warns_of_a_key_that_is_not_there(rows):
    with pytest.warns(UserWarning, match="Early stopping conditioned on metric `val_loss` which is not available"):
        model().fit(*rows, verbose=0, callbacks=[EarlyStopping()])


def test_early_stopping_says_so(rows, capsys):
    stopper = EarlyStopping(verbose=1, restore_best_weights=True)
    model().fit(*rows, epochs=4, verbose=0, callbacks=[Scripted([1, 2, 3, 4]), stopper])
    assert capsys.readouterr().out.splitlines() == [
        "Epoch 2: early stopping",
        "Restoring model weights from the end of the best epoch: 1.",
    ]
