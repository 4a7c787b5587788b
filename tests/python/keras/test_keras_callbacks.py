"""Callbacks of Keras' own making work here: a base as Keras has it, and what its callbacks ask of a model."""

import numpy as np
import pytest

import proxnet
from proxnet.layers import Dense, Input


class KerasCallback:
    """Keras' base: the model behind a property, params as given, defaults that Keras marks."""

    def __init__(self):
        self.params = None
        self._model = None

    def set_params(self, params):
        self.params = params

    def set_model(self, model):
        self._model = model

    @property
    def model(self):
        assert not hasattr(self._model, "jax_state_sync")
        return self._model

    def on_epoch_begin(self, epoch, logs=None):
        """Nothing."""

    def on_epoch_end(self, epoch, logs=None):
        """Nothing."""

    def on_train_begin(self, logs=None):
        """Nothing."""

    def on_train_end(self, logs=None):
        """Nothing."""


class MonitorCallback(KerasCallback):
    """Keras' base of callbacks that compare: in mode "auto" it knows the way of Keras' metrics alone."""

    def __init__(self, monitor, mode="auto"):
        super().__init__()
        self.monitor, self.mode = monitor, mode
        self.monitor_op = None

    def _set_monitor_op(self):
        if self.mode == "auto":
            raise ValueError("Keras isn't able to automatically determine")
        self.monitor_op = np.less if self.mode == "min" else np.greater

    def on_epoch_end(self, epoch, logs=None):
        if self.monitor_op is None:
            self._set_monitor_op()


class Everything(MonitorCallback):
    def __init__(self, path):
        super().__init__("val_mae")
        self.path, self.rates, self.logs = path, [], []

    def on_epoch_begin(self, epoch, logs=None):
        optimizer = self.model.optimizer
        optimizer.learning_rate = float(np.asarray(optimizer.learning_rate)) / 2
        self.rates.append(optimizer.learning_rate)
        self.best = self.model.get_weights()

    def on_epoch_end(self, epoch, logs=None):
        super().on_epoch_end(epoch, logs)
        self.logs.append(dict(logs))
        logs["learning_rate"] = float(self.model.optimizer.learning_rate)
        self.model.save_weights(self.path, overwrite=True)
        self.model.stop_training = epoch == 2

    def on_train_end(self, logs=None):
        self.model.set_weights(self.best)


def test_a_callback_of_keras_making(rows, tmp_path):
    model = proxnet.Sequential([Input((5,)), Dense(1)])
    model.compile(proxnet.optimizers.SGD(0.5), "mse", ["mae"])
    callback = Everything(str(tmp_path / "w.weights.h5"))
    with pytest.warns(UserWarning, match="safetensors format whatever its name"):
        history = model.fit(*rows, epochs=9, verbose=0, validation_split=0.2, callbacks=[callback])
    assert callback.mode == "min"
    assert callback.monitor_op is np.less
    assert callback.rates == [0.25, 0.125, 0.0625]
    assert history.history["learning_rate"] == callback.rates
    assert sorted(callback.logs[0]) == ["loss", "mae", "val_loss", "val_mae"]
    assert callback.params == {"verbose": 0, "epochs": 9, "steps": 2}
    last = proxnet.models.clone_model(model)
    last.load_weights(callback.path)
    assert not (last.get_weights()[0] == model.get_weights()[0]).all()
    assert (callback.best[0] == model.get_weights()[0]).all()


def test_a_terminator_of_keras_making_costs_no_batch_hooks(rows):
    class TerminateOnNaN(KerasCallback):
        def on_batch_end(self, batch, logs=None):
            if not np.isfinite(logs["loss"]):
                self.model.stop_training = True

    model = proxnet.Sequential([Input((5,)), Dense(1)])
    model.compile(proxnet.optimizers.SGD(1e30), "mse")
    before = model.get_weights()
    model.fit(*rows, epochs=9, verbose=0, callbacks=[TerminateOnNaN()])
    assert model.stop_training
    assert all((a == b).all() for a, b in zip(before, model.get_weights(), strict=True))
    assert not proxnet.callbacks.callback_list.CallbackList("fit", TerminateOnNaN()).wants_batches()
