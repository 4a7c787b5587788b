"""What can be trained, evaluated and asked for predictions, under Keras' names."""

from __future__ import annotations

from contextlib import nullcontext
from time import perf_counter
from typing import Any, Unpack

import numpy as np

from . import _check, _core, fitting
from ._check.keywords import NoKeywords
from .batches import Batches, held_out, is_batches, refuse_beside_batches, refuse_steps
from .callbacks.callback_list import CallbackList
from .callbacks.history import History
from .compiled_model import CompiledModel
from .dataset import Dataset, class_weighted, dataset, split
from .progress import line, resolve_verbose, write
from .sources import ArraySource, BatchSource, predict_batches

__all__ = ["Model"]


class Model(CompiledModel):
    """Base of `Sequential`: fit, evaluate, predict."""

    def fit(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        epochs: int = 1,
        verbose: Any = "auto",
        callbacks: Any = None,
        validation_split: float = 0.0,
        validation_data: Any = None,
        shuffle: bool = True,
        class_weight: Any = None,
        sample_weight: Any = None,
        initial_epoch: int = 0,
        steps_per_epoch: int | None = None,
        validation_steps: int | None = None,
        validation_batch_size: int | None = None,
        validation_freq: Any = 1,
        **unknown: Unpack[NoKeywords],
    ) -> History:
        """Train the model. The whole epoch runs in the core; the model keeps its last full epoch if anything ends it.

        Parameters
        ----------
        x : array of shape (rows, inputs), or batches
            Any layout of real numbers; C-contiguous arrays of the model's dtype, also `numpy.memmap`, are not copied.
            Must be finite. Or something that gives (x, y) or (x, y, sample_weight): an iterator, which goes on from
            epoch to epoch; something iterable, begun anew each epoch; something with a length and items, whose order
            `shuffle` draws. Equal batches give the bits of arrays with ``shuffle=False``; where their number is not
            known before the first epoch's end, a `Ramp` moves no strength within that epoch.
        y : array of shape (rows,), (rows, 1) or (rows, outputs)
            Numbers; for cross-entropies in [0, 1]; for the sparse one class numbers. Not with batches.
        batch_size : int, default 32
            With an optimizer that takes all rows in every step (`FISTA`, `LBFGS`) their number.
        epochs : int, default 1
            Number of the last epoch, counted from 1.
        verbose : {"auto", 0, 1, 2}
            0 silent; 1 a live bar (with rich, on a terminal or in a notebook; else lines); 2 a line an epoch; "auto"
            is 1 on a terminal or in a notebook and 2 elsewhere.
        callbacks : list of `proxnet.callbacks.Callback`, optional
            Keras' own and third parties' work too.
        validation_split : float, default 0.0
            Fraction of the rows, the last ones, kept for validation.
        validation_data : (x, y) or (x, y, sample_weight) or batches, optional
            Used instead of `validation_split`.
        shuffle : bool, default True
            A new order of the rows each epoch.
        class_weight : dict of int to float, optional
            Weight of each class's rows, >= 0; classes that are not named weigh 1. Validation does not use it.
        sample_weight : array of shape (rows,), optional
            >= 0; the loss is sum(weight * loss) / rows. All zero is an error, but not for one of many batches.
        initial_epoch : int, default 0
            Number of epochs already done, for logs and callbacks.
        steps_per_epoch, validation_steps : int, optional
            Batches an epoch, where x or validation_data give batches; default: until they end.
        validation_batch_size : int, optional
            Changes nothing.
        validation_freq : int or list of int, default 1
            Validate every so many epochs, or after these (counted from 1).

        Returns
        -------
        History
            `history.history` maps "loss", the metrics and their "val_" twins to one float an epoch. Losses include the
            penalty.

        Raises
        ------
        TypeError, ValueError
            For bad input, naming the argument, the place and the value.
        DivergenceError
            When a loss or a weight stops being finite.
        KeyboardInterrupt
            On Ctrl-C, within a fraction of a second.
        RuntimeError
            When the model is in training already.

        Warns
        -----
        DivergenceWarning
            When the loss has risen by over nine times its first size, and by most of the size of a constant's loss.
        SparsityWarning
            When a `TargetSparsity` is missed, as by a stop before its `end`; when penalties leave a constant.
        """
        _check.refuse_keywords("fit", unknown, self.fit)
        _batch_size("fit", validation_batch_size)
        schedule = fitting.Schedule(
            _check.integer("fit", "initial_epoch", initial_epoch, minimum=0),
            _check.integer("fit", "epochs", epochs, minimum=1),
            fitting.frequency(validation_freq),
        )
        level, shuffled = resolve_verbose("fit", verbose), _check.flag("fit", "shuffle", shuffle)
        source: ArraySource | BatchSource
        if is_batches(x):
            none = {"y": y, "batch_size": batch_size, "sample_weight": sample_weight}
            refuse_beside_batches("fit", {**none, "validation_split": validation_split or None})
            batches = Batches("fit", "x", x, steps_per_epoch, shuffled)
            source = BatchSource(self, batches, class_weight)
            validation = held_out(self, validation_data, validation_steps)
        else:
            refuse_steps("fit", "steps_per_epoch", steps_per_epoch)
            size = _batch_size("fit", batch_size)
            rows = dataset(self, "fit", x, y, sample_weight)
            given = held_out(self, validation_data, validation_steps)
            training, split_off = split(rows, validation_split if given is None else 0.0)
            validation = split_off if given is None else given
            training = class_weighted(self, "fit", training.check_some_weight("fit"), class_weight, some=True)
            if batch_size is None and self._require_compiled("fit").optimizer._TAKES_ALL_ROWS:
                size = training.x.shape[0]
            source = ArraySource(self, training, size, shuffled)
        return fitting.fit(self, source, validation, schedule, callbacks, level)

    def train_on_batch(
        self, x: Any, y: Any = None, sample_weight: Any = None, class_weight: Any = None, return_dict: bool = False
    ) -> Any:
        """One step on one batch; arguments as in `fit`.

        For the schedules of penalties a call is an epoch, counted on from those before: `Ramp(100)` ends after 100
        calls. A `TargetSparsity` takes its whole share of zeros in the first call and keeps them, as in a `fit` of one
        epoch: for a share that rises give `fit` the batches. Sample weights may all be zero.

        Returns
        -------
        float, list of float or dict
            As `evaluate`, but of this batch before its step, dropout on except in metrics that are Python functions.
        """
        as_dict = _check.flag("train_on_batch", "return_dict", return_dict)
        rows = dataset(self, "train_on_batch", x, y, sample_weight)
        rows = class_weighted(self, "train_on_batch", rows, class_weight)
        rows.check_finite("train_on_batch")
        network, seed, before = self._require_network("train_on_batch"), self._training_seed(), self._epochs_trained
        with (
            self._running("train_on_batch"),
            _core.Trainer(network, *rows, rows.x.shape[0], False, seed, False) as trainer,
        ):
            compilation = self._require_compiled("train_on_batch")
            functions = compilation.of_functions("train_on_batch", network, rows)
            try:
                compilation.pass_settings(network)
                network.set_strength_ramps(self._strength_ramps(before, before + 1))
                loss, metrics = trainer.run_epoch(before)
            finally:
                self._epochs_trained = before + trainer.finished[0]
            return self._result(compilation.logs(loss, metrics, functions), as_dict)

    def evaluate(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        verbose: Any = "auto",
        sample_weight: Any = None,
        steps: int | None = None,
        callbacks: Any = None,
        return_dict: bool = False,
        **unknown: Unpack[NoKeywords],
    ) -> Any:
        """Loss (with the penalty) and metrics on data, dropout off; arguments as in `fit`.

        The batch size changes nothing but the step count that is printed. With batches for x, `steps` says how many.

        Returns
        -------
        float, list of float or dict
            The loss alone without metrics, [loss, metrics ...] in the order of `metrics_names`, or with `return_dict` a
            dict by name.
        """
        _check.refuse_keywords("evaluate", unknown, self.evaluate)
        size, level = _batch_size("evaluate", batch_size), resolve_verbose("evaluate", verbose)
        as_dict = _check.flag("evaluate", "return_dict", return_dict)
        rows: Dataset | Batches
        if is_batches(x):
            refuse_beside_batches("evaluate", {"y": y, "batch_size": batch_size, "sample_weight": sample_weight})
            rows = Batches("evaluate", "x", x, steps)
            rows.checked(self, rows.peek())
            count = rows.steps
        else:
            refuse_steps("evaluate", "steps", steps)
            rows = dataset(self, "evaluate", x, y, sample_weight).check_some_weight("evaluate")
            count = -(-rows.x.shape[0] // size)
        hooks = CallbackList("evaluate", callbacks)
        hooks.set(self, {"verbose": level, "epochs": 1, "steps": count})
        began = perf_counter()
        with self._running("evaluate"):
            logs = fitting.evaluate(self, rows, hooks)
            if level:
                write(line(count or 1, perf_counter() - began, logs, level))
            return self._result(logs, as_dict)

    def test_on_batch(self, x: Any, y: Any = None, sample_weight: Any = None, return_dict: bool = False) -> Any:
        """`evaluate` without printing."""
        return self.evaluate(x, y, verbose=0, sample_weight=sample_weight, return_dict=return_dict)

    def predict(
        self,
        x: Any,
        batch_size: int | None = None,
        verbose: Any = "auto",
        steps: int | None = None,
        callbacks: Any = None,
        **unknown: Unpack[NoKeywords],
    ) -> np.ndarray:
        """Outputs of the model, dropout off. May run in many threads at once, also while the model trains.

        Parameters
        ----------
        x : array of shape (rows, inputs), or batches
        batch_size : int, optional
            Changes nothing: each row's result is the same bits in any batch.
        verbose : {"auto", 0, 1, 2}
            1 and 2 print one line; "auto" prints nothing here.
        steps : int, optional
            How many batches, where x gives batches of x, (x,), (x, y) ...
        callbacks : list, optional

        Returns
        -------
        array of shape (rows, outputs) of the model's dtype

        Raises
        ------
        TypeError, ValueError
            For bad input, naming the argument, the place and the value.
        """
        _check.refuse_keywords("predict", unknown, self.predict)
        size, level = _batch_size("predict", batch_size), resolve_verbose("predict", verbose)
        hooks = CallbackList("predict", callbacks)
        began = perf_counter()
        if is_batches(x):
            batches = Batches("predict", "x", x, steps)
            count = batches.steps
            hooks.set(self, {"verbose": level, "epochs": 1, "steps": count})
            with self._running("predict"):
                hooks.call("on_predict_begin", {})
                outputs = predict_batches(self._predict, batches, hooks)
        else:
            refuse_steps("predict", "steps", steps)
            matrix = self._matrix("predict", "x", x)
            count = -(-matrix.shape[0] // size)
            hooks.set(self, {"verbose": level, "epochs": 1, "steps": count})
            with self._running("predict") if callbacks else nullcontext():
                hooks.call("on_predict_begin", {})
                outputs = predict_batches(self._predict_rows, [matrix], hooks)
        hooks.call("on_predict_end", {})
        if level and verbose != "auto":
            write(line(count or 1, perf_counter() - began, {}, level))
        return np.asarray(outputs)

    def _predict(self, x: Any) -> np.ndarray:
        return self._predict_rows(self._matrix("predict", "x", x))

    def _predict_rows(self, matrix: np.ndarray) -> np.ndarray:
        return np.asarray(self._build_for("predict", matrix.shape[1]).predict(matrix))

    def predict_on_batch(self, x: Any) -> np.ndarray:
        """`predict` without printing."""
        return self.predict(x, verbose=0)

    def __call__(self, x: Any, training: bool | None = False) -> np.ndarray:
        """`predict` without printing; `training=True` is not here yet."""
        if training is not None and _check.flag("predict", "training", training):
            raise ValueError("[predict] training=True exists in Keras but not here yet")
        return self.predict(x, verbose=0)

    def _result(self, logs: dict[str, float], as_dict: bool) -> Any:
        if as_dict:
            return logs
        values = [logs[name] for name in self.metrics_names]
        return values if len(values) > 1 else values[0]


def _batch_size(operation: str, value: Any) -> int:
    return 32 if value is None else _check.integer(operation, "batch_size", value, minimum=1)
