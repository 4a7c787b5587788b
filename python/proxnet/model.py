"""What can be trained, evaluated and asked for predictions, under Keras' names."""

from __future__ import annotations

from time import perf_counter
from typing import Any

import numpy as np

from . import _arguments, _core, _names, fitting
from .callbacks.callback_list import CallbackList
from .callbacks.history import History
from .compiled_model import CompiledModel
from .dataset import class_weighted, dataset, split
from .progress import line, resolve_verbose, write

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
        validation_freq: Any = 1,
        **unknown: Any,
    ) -> History:
        """Train the model. The whole epoch runs in the core; the model keeps its last full epoch if anything ends it.

        Parameters
        ----------
        x : array of shape (rows, inputs)
            Any layout of real numbers; C-contiguous arrays of the model's dtype are not copied. Must be finite.
        y : array of shape (rows,), (rows, 1) or (rows, outputs)
            Numbers; for cross-entropies in [0, 1]; for the sparse one class numbers.
        batch_size : int, default 32
        epochs : int, default 1
            Number of the last epoch, counted from 1.
        verbose : {"auto", 0, 1, 2}
            0 silent; 1 a live bar (with rich, on a terminal or in a notebook; else lines); 2 a line an epoch; "auto"
            is 1 on a terminal or in a notebook and 2 elsewhere.
        callbacks : list of `proxnet.callbacks.Callback`, optional
            Keras' own and third parties' work too.
        validation_split : float, default 0.0
            Fraction of the rows, the last ones, kept for validation.
        validation_data : (x, y) or (x, y, sample_weight), optional
            Used instead of `validation_split`.
        shuffle : bool, default True
            A new order of the rows each epoch.
        class_weight : dict of int to float, optional
            Weight of each class's rows, >= 0; every class of `y` must have one. Validation does not use it.
        sample_weight : array of shape (rows,), optional
            >= 0; the loss is sum(weight * loss) / rows.
        initial_epoch : int, default 0
            Number of epochs already done, for logs and callbacks.
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
            When the last epoch's loss is over ten times the first one's.
        """
        known = (
            "x y batch_size epochs verbose callbacks validation_split validation_data shuffle class_weight "
            "sample_weight initial_epoch validation_freq"
        )
        later = {"steps_per_epoch": None, "validation_steps": None, "validation_batch_size": None}
        _names.refuse_keywords("fit", unknown, known.split(), later)
        schedule = fitting.Schedule(
            _batch_size("fit", batch_size),
            _arguments.integer("fit", "initial_epoch", initial_epoch, minimum=0),
            _arguments.integer("fit", "epochs", epochs, minimum=1),
            _arguments.flag("fit", "shuffle", shuffle),
            _frequency(validation_freq),
        )
        level = resolve_verbose("fit", verbose)
        rows = dataset(self, "fit", x, y, sample_weight)
        training, validation = split(self, rows, validation_split, validation_data)
        training = class_weighted(self, "fit", training, class_weight)
        return fitting.fit(self, training, validation, schedule, callbacks, level)

    def train_on_batch(
        self, x: Any, y: Any = None, sample_weight: Any = None, class_weight: Any = None, return_dict: bool = False
    ) -> Any:
        """One step on one batch; arguments as in `fit`.

        Returns
        -------
        float, list of float or dict
            As `evaluate`, but of this batch before its step, dropout on.
        """
        compilation = self._require_compiled("train_on_batch")
        as_dict = _arguments.flag("train_on_batch", "return_dict", return_dict)
        rows = dataset(self, "train_on_batch", x, y, sample_weight)
        rows = class_weighted(self, "train_on_batch", rows, class_weight)
        rows.check_finite("train_on_batch")
        network = self._require_network("train_on_batch")
        trainer = _core.Trainer(network, *rows, rows.x.shape[0], False, self._training_seed())
        try:
            compilation.optimizer._pass_rate(network)
            loss, metrics = trainer.run_epoch(self._epochs_trained)
            self._epochs_trained += 1
        finally:
            trainer.close()
        return self._result(compilation.logs(loss, metrics), as_dict)

    def evaluate(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        verbose: Any = "auto",
        sample_weight: Any = None,
        callbacks: Any = None,
        return_dict: bool = False,
        **unknown: Any,
    ) -> Any:
        """Loss (with the penalty) and metrics on data, dropout off; arguments as in `fit`.

        The batch size changes nothing but the step count that is printed.

        Returns
        -------
        float, list of float or dict
            The loss alone without metrics, [loss, metrics ...] in the order of `metrics_names`, or with `return_dict` a
            dict by name.
        """
        known = "x y batch_size verbose sample_weight callbacks return_dict"
        _names.refuse_keywords("evaluate", unknown, known.split(), {"steps": None})
        size, level = _batch_size("evaluate", batch_size), resolve_verbose("evaluate", verbose)
        as_dict = _arguments.flag("evaluate", "return_dict", return_dict)
        rows = dataset(self, "evaluate", x, y, sample_weight)
        steps = -(-rows.x.shape[0] // size)
        hooks = CallbackList("evaluate", callbacks)
        hooks.set(self, {"verbose": level, "epochs": 1, "steps": steps})
        began = perf_counter()
        logs = fitting.evaluate(self, rows, hooks)
        if level:
            write(line(steps, perf_counter() - began, logs, level))
        return self._result(logs, as_dict)

    def optimality(self, x: Any, y: Any, sample_weight: Any = None) -> dict[str, float]:
        """How far each layer is from a stationary point of mean loss + penalties on these rows: 0 at one.

        The largest distance of the negative gradient over all rows (dropout off) to the penalty's subdifferential, in
        units of the gradient: over the layer's weights and, where a group is zero as a whole, over the groups. It does
        not know constraints; weights that a `TargetSparsity` has fixed at zero are not counted.

        Parameters
        ----------
        x, y, sample_weight
            As in `fit`; batch order plays no part.

        Returns
        -------
        dict of layer name to float

        Raises
        ------
        TypeError, ValueError
            As `evaluate`.

        Examples
        --------
        >>> import numpy as np, proxnet
        >>> x = np.eye(4)
        >>> layer = proxnet.layers.Dense(1, use_bias=False, kernel_regularizer=proxnet.regularizers.L1(0.25), name="w")
        >>> model = proxnet.Sequential([layer], dtype="float64")
        >>> model.compile(proxnet.optimizers.SGD(1.0), "mse")
        >>> history = model.fit(x, [0.2, -0.4, 2.0, -3.0], batch_size=4, epochs=100, verbose=0)
        >>> model.optimality(x, [0.2, -0.4, 2.0, -3.0])["w"] < 1e-12
        True
        >>> layer.kernel.ravel().round(6).tolist()
        [0.0, 0.0, 1.5, -2.5]
        """
        self._require_compiled("optimality")
        rows = dataset(self, "optimality", x, y, sample_weight)
        distances = self._require_network("optimality").optimality(*rows)
        return {name: max(pair) for name, pair in zip(self._dense_names(), distances, strict=True)}

    def test_on_batch(self, x: Any, y: Any = None, sample_weight: Any = None, return_dict: bool = False) -> Any:
        """`evaluate` without printing."""
        return self.evaluate(x, y, verbose=0, sample_weight=sample_weight, return_dict=return_dict)

    def predict(
        self, x: Any, batch_size: int | None = None, verbose: Any = "auto", callbacks: Any = None, **unknown: Any
    ) -> np.ndarray:
        """Outputs of the model, dropout off. May run in many threads at once, also while the model trains.

        Parameters
        ----------
        x : array of shape (rows, inputs)
        batch_size : int, optional
            Changes nothing: each row's result is the same bits in any batch.
        verbose : {"auto", 0, 1, 2}
            1 and 2 print one line; "auto" prints nothing here.
        callbacks : list, optional

        Returns
        -------
        array of shape (rows, outputs) of the model's dtype

        Raises
        ------
        TypeError, ValueError
            For bad input, naming the argument, the place and the value.
        """
        _names.refuse_keywords("predict", unknown, ("x", "batch_size", "verbose", "callbacks"), {"steps": None})
        size, level = _batch_size("predict", batch_size), resolve_verbose("predict", verbose)
        matrix = self._matrix("predict", "x", x)
        network = self._build_for("predict", matrix.shape[1])
        steps = -(-matrix.shape[0] // size)
        hooks = CallbackList("predict", callbacks)
        hooks.set(self, {"verbose": level, "epochs": 1, "steps": steps})
        hooks.call("on_predict_begin", {})
        hooks.call("on_predict_batch_begin", 0, {})
        began = perf_counter()
        outputs = network.predict(matrix)
        hooks.call("on_predict_batch_end", 0, {"outputs": outputs})
        hooks.call("on_predict_end", {})
        if level and verbose != "auto":
            write(line(steps, perf_counter() - began, {}, level))
        return np.asarray(outputs)

    def predict_on_batch(self, x: Any) -> np.ndarray:
        """`predict` without printing."""
        return self.predict(x, verbose=0)

    def __call__(self, x: Any, training: bool | None = False) -> np.ndarray:
        """`predict` without printing; `training=True` is not here yet."""
        if training:
            raise ValueError("[predict] training=True exists in Keras but not here yet")
        return self.predict(x, verbose=0)

    def _result(self, logs: dict[str, float], as_dict: bool) -> Any:
        if as_dict:
            return logs
        values = [logs[name] for name in self.metrics_names]
        return values if len(values) > 1 else values[0]


def _batch_size(operation: str, value: Any) -> int:
    return 32 if value is None else _arguments.integer(operation, "batch_size", value, minimum=1)


def _frequency(value: Any) -> Any:
    if isinstance(value, list | tuple | set | frozenset):
        return frozenset(_arguments.integer("fit", "validation_freq", epoch, minimum=1) for epoch in value)
    return _arguments.integer("fit", "validation_freq", value, minimum=1)
