"""The base of callbacks: all hooks, which do nothing."""

from __future__ import annotations

from typing import Any

from .. import _check
from .saved_state import is_plain

__all__ = ["Callback"]

Logs = dict[str, float] | None

_NO_STATE = ("params", "model")


class Callback:
    """Hooks that `fit`, `evaluate` and `predict` call, to be overridden.

    The order in `fit` is Keras': on_train_begin, then for each epoch on_epoch_begin, for each batch
    on_train_batch_begin and on_train_batch_end, with validation data on_test_begin, on_test_batch_begin,
    on_test_batch_end and on_test_end, then on_epoch_end, and finally on_train_end. `logs` maps the history's keys to
    floats.

    Python runs once per epoch, unless a callback overrides a hook of training batches. Evaluation and prediction of
    arrays are one call of the core, so their batch hooks are called once, for batch 0.

    Attributes
    ----------
    model : Sequential
        The model in training. `get_weights`, `set_weights`, `optimizer.learning_rate` and `stop_training`, which stops
        after the epoch, work in every hook, also in those of batches.
    params : dict
        "verbose", "epochs" and "steps".

    Examples
    --------
    >>> import numpy as np, proxnet
    >>> class Print(proxnet.callbacks.Callback):
    ...     def on_epoch_end(self, epoch, logs=None):
    ...         print(epoch, sorted(logs))
    >>> model = proxnet.Sequential([proxnet.layers.Dense(1)])
    >>> model.compile(loss="mse")
    >>> _ = model.fit(np.ones((8, 2)), np.ones(8), epochs=2, verbose=0, callbacks=[Print()])
    0 ['loss']
    1 ['loss']
    """

    def __init__(self) -> None:
        self.params: dict[str, Any] = {}
        self.model: Any = None

    def get_state(self) -> dict[str, Any]:
        """The callback's state, which `BackupAndRestore` saves after every epoch.

        It consists of numbers, text, None, arrays, and lists, tuples and dicts of them. By default it is all attributes
        with such values; callbacks with another state override this and `set_state`.
        """
        return {name: value for name, value in vars(self).items() if name not in _NO_STATE and is_plain(value)}

    def set_state(self, state: dict[str, Any]) -> None:
        """Restore a state of `get_state`, after every callback's `on_train_begin`; by default as attributes."""
        if not isinstance(state, dict):
            raise TypeError(f"[set_state] state must be a dict, got {_check.shown(state)}")
        vars(self).update(state)

    def set_params(self, params: dict[str, Any]) -> None:
        """Receive "verbose", "epochs" and "steps"."""
        self.params = params

    def set_model(self, model: Any) -> None:
        """Receive the model."""
        self.model = model

    def on_train_begin(self, logs: Logs = None) -> None:
        """Before the first epoch."""

    def on_train_end(self, logs: Logs = None) -> None:
        """After the last epoch, with its logs."""

    def on_epoch_begin(self, epoch: int, logs: Logs = None) -> None:
        """Before an epoch; the first is `initial_epoch`."""

    def on_epoch_end(self, epoch: int, logs: Logs = None) -> None:
        """After an epoch and its validation; keys added to `logs` are added to the history."""

    def on_train_batch_begin(self, batch: int, logs: Logs = None) -> None:
        """Before a batch of training; calls `on_batch_begin`."""
        self.on_batch_begin(batch, logs=logs)

    def on_train_batch_end(self, batch: int, logs: Logs = None) -> None:
        """After a batch of training, with the epoch's running means; calls `on_batch_end`."""
        self.on_batch_end(batch, logs=logs)

    def on_batch_begin(self, batch: int, logs: Logs = None) -> None:
        """Older name of `on_train_batch_begin`."""

    def on_batch_end(self, batch: int, logs: Logs = None) -> None:
        """Older name of `on_train_batch_end`."""

    def on_test_begin(self, logs: Logs = None) -> None:
        """Before an evaluation."""

    def on_test_end(self, logs: Logs = None) -> None:
        """After an evaluation."""

    def on_test_batch_begin(self, batch: int, logs: Logs = None) -> None:
        """Before the one batch of an evaluation."""

    def on_test_batch_end(self, batch: int, logs: Logs = None) -> None:
        """After the one batch of an evaluation."""

    def on_predict_begin(self, logs: Logs = None) -> None:
        """Before a prediction."""

    def on_predict_end(self, logs: Logs = None) -> None:
        """After a prediction."""

    def on_predict_batch_begin(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Before the one batch of a prediction."""

    def on_predict_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """After the one batch of a prediction, with its "outputs"."""
