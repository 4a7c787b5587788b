"""Models under Keras' names: compile, fit, evaluate, predict, and the weights of the layers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from time import perf_counter
from typing import Any, Unpack

import numpy as np

from .. import _check, _core, data, random
from .._check.config import assignments, class_attribute, parts, reading, snapshot
from .._check.feature_names import FeatureNames
from .._check.keywords import CompileKeywords, NoKeywords
from ..callbacks.callback_list import CallbackList
from ..callbacks.history import History
from ..data.batches import Batches, held_out, is_batches, refuse_beside_batches, refuse_steps
from ..data.dataset import NAMES, Dataset, Names, class_weighted, dataset, split
from ..layers import Dense, Flatten, InputLayer, Layer
from ..layers.layer import Variable, WeightLists
from ..layers.weights import checked_weights
from ..metrics import Metric
from ..optimizers import Optimizer
from . import fitting
from .compilation import Compilation
from .progress import line, resolve_verbose, write
from .sources import ArraySource, BatchSource, predict_batches

__all__ = ["Model"]

# Arguments in Keras' compile configs that say how Keras computes.
_KERAS_MEANS = ("run_eagerly", "steps_per_execution", "jit_compile", "auto_scale_loss")

_COMPILE_LATER = {
    "loss_weights": None,
    "run_eagerly": False,
    "steps_per_execution": 1,
    "jit_compile": "auto",
    "auto_scale_loss": True,
}


class Model(WeightLists, ABC):
    """A network of layers. Subclasses say how the layers are connected; `Sequential` is the only one.

    Attributes
    ----------
    name : str
    stop_training : bool
        Callbacks set it to stop `fit` after the epoch.
    history : History or None
        The history of the last `fit`.
    """

    name: str
    _dtype: np.dtype
    _trainable = True

    def __init__(self) -> None:
        self.stop_training = False
        self.history: History | None = None
        self._layers: list[Layer] = []
        self._loss: Any = None
        self._network: _core.Network | None = None  # None as long as the layers are incomplete or not built
        self._compilation: Compilation | None = None
        self._feature_names = FeatureNames()
        self._seen, self._settings = 0, None  # the layers' settings that the network has
        self._weights_seed: int | None = None
        self._seed: int | None = None  # of shuffles and dropout
        self._seed_generation = -1
        self._epochs_trained = 0
        self._initial_epoch = 0  # of the running fit; callbacks that restore an earlier training change it

    @abstractmethod
    def _core_layers(self) -> list[_core.Layer]:
        """The core's layers for the present settings and the model's input shape."""

    @abstractmethod
    def _rebuild(self) -> None:
        """Make a network of the present layers, if they are complete and the shape of the inputs is known."""

    @abstractmethod
    def _build_for(self, operation: str, columns: int) -> _core.Network:
        """The network; built for this many input columns if there is none yet."""

    @abstractmethod
    def _row_shape(self) -> tuple[int, ...] | None:
        """The shape of an input row of several dimensions, () for any shape; None where rows have one dimension."""

    @abstractmethod
    def _warn_of_rescaling(self) -> None:
        """Warn of an L1 that training can undo by rescaling weights."""

    @abstractmethod
    def _warn_of_zeros(self, last_epoch: int, epochs: int, ended: bool) -> None:
        """Warn of too few zeros after an epoch of a fit; after its end, also of so many that outputs are constant."""

    def compile(
        self,
        optimizer: Any = "rmsprop",
        loss: Any = None,
        metrics: Any = None,
        weighted_metrics: Any = None,
        penalty_step: str = "proximal",
        **unknown: Unpack[CompileKeywords],
    ) -> None:
        """Set how the model is trained; the optimizer's state is reset, the weights stay.

        Parameters
        ----------
        optimizer : str, class or `proxnet.optimizers.Optimizer`, default "rmsprop"
            "sgd", "adam", "adamw", "nadam", "adamax", "rmsprop", "adagrad", "ftrl" or "lion", with Keras' defaults;
            "fista" or "lbfgs", which use all rows in every step. An object that another model is compiled with is
            copied, so that each model has its own count of steps.
        loss : str, class or `proxnet.losses.Loss`
            For example "mse", "huber" or "sparse_categorical_crossentropy".
        metrics, weighted_metrics : list of str, class, `proxnet.metrics.Metric` or function, optional
            Computed over the rows of an epoch, weighted metrics with the sample weights. "accuracy" is binary,
            categorical or sparse, depending on the model's outputs and loss. A string is also the key in the history. A
            Python function of (y_true, y_pred) is evaluated once per epoch, on predictions for all rows with the
            weights at the epoch's end.
        penalty_step : {"proximal", "subgradient"}, default "proximal"
            Whether penalties act by their proximal operator in the optimizer's metric, which makes exact zeros, or by
            their subgradient, as in Keras.

        Raises
        ------
        ValueError
            For unknown names, with the nearest known one, and for arguments of Keras' that are not here yet.
        TypeError
            For unknown arguments and objects of the wrong kind.
        RuntimeError
            During a fit, evaluate, predict, save or load of the model, also from callbacks and generators.

        Warns
        -----
        RescalingWarning
            When training can undo an L1 by rescaling: before batch normalization, or on only the first of two relu
            layers.
        """
        _check.refuse_keywords("compile", unknown, self.compile, _COMPILE_LATER)
        compilation = Compilation(optimizer, loss, metrics, weighted_metrics, penalty_step)
        compilation.optimizer = compilation.optimizer._for_model(self)
        self._warn_of_rescaling()
        self._compile_network(compilation)
        if self._network is None or compilation.loss is None:  # else set in one move with the network, see apply()
            self._compilation = compilation
        self._loss = loss

    def get_compile_config(self) -> dict[str, Any] | None:
        """The arguments of `compile` as plain values, the learning rate as it is now; None before `compile`."""
        return None if self._compilation is None else self._compilation.get_config()

    def compile_from_config(self, config: Mapping[str, Any], custom_objects: Mapping[str, Any] | None = None) -> None:
        """Compile with the result of `get_compile_config`."""
        with reading("compile_from_config", "config"):
            self.compile(**self._compile_arguments(config, custom_objects))

    @staticmethod
    def _compile_arguments(config: Any, custom_objects: Mapping[str, Any] | None) -> dict[str, Any]:
        """The result of `get_compile_config` as arguments of `compile`."""
        if not isinstance(config, Mapping):
            raise TypeError(f"[compile_from_config] config must be a dict, got {_check.shown(config)}")
        return parts({name: value for name, value in config.items() if name not in _KERAS_MEANS}, custom_objects)

    def _compile_network(self, compilation: Compilation) -> None:
        """Compile the network, if there is one, with the layers' present settings."""
        if self._network is None:
            return
        for index, layer in enumerate(self._computing()):
            self._network.set_trainable(index, layer.trainable)
        if compilation.loss is not None:
            seen, settings = assignments(), snapshot(self._layers)
            compilation.apply("compile", self._network, self, self._core_layers())
            self._seen, self._settings = seen, settings

    def _apply_settings(self) -> None:
        """Give the network what was assigned to layers since the last call."""
        seen = assignments()
        if self._network is None or seen == self._seen:
            return
        settings = snapshot(self._layers)
        if settings != self._settings:
            self._network.set_layers(self._core_layers())
        self._seen, self._settings = seen, settings

    def __setattr__(self, name: str, value: Any) -> None:
        declared = class_attribute(type(self), name)
        if isinstance(declared, property) and declared.fset is None:
            fixed = ": call compile() with another" if name in ("optimizer", "loss", "metrics") else ""
            raise ValueError(f"[{type(self).__name__}] {name} cannot be assigned{fixed}")
        super().__setattr__(name, value)

    @property
    def dtype(self) -> np.dtype:
        """The dtype of the weights and of all arithmetic."""
        return self._dtype

    @property
    def feature_names_in_(self) -> np.ndarray:
        """Column names of the first training data, if these were a data frame; else there is no such attribute.

        Later data frames must have the same names in the same order, else `fit`, `evaluate` and `predict` raise
        ValueError.
        """
        if self._feature_names.known is None:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute 'feature_names_in_'")
        return self._feature_names.known.copy()

    @property
    def loss(self) -> Any:
        """The loss given to `compile`."""
        return self._loss

    @property
    def optimizer(self) -> Optimizer | None:
        """The optimizer given to `compile`; its settings can be assigned at any time.

        A new learning rate is used from the next batch, other settings from the next `fit`, in a running `fit` from its
        next epoch. Settings that change the number of moments, such as ``amsgrad``, need another `compile`: until then
        `fit` and `save` raise an error.
        """
        return self._compilation.optimizer if self._compilation else None

    @property
    def metrics(self) -> list[Metric]:
        """The metrics given to `compile`, weighted ones last."""
        return [metric for metric, _ in self._compilation.metrics] if self._compilation else []

    @property
    def metrics_names(self) -> list[str]:
        """Names of the values that `evaluate` returns: "loss", then the metrics."""
        return list(self._compilation.names) if self._compilation else []

    def _require_compiled(self, operation: str) -> Compilation:
        if self._compilation is None:
            raise ValueError(f"[{operation}] You must call `compile()` before using the model.")
        self._compilation.require_loss(operation)
        return self._compilation

    def _require_network(self, operation: str) -> _core.Network:
        if self._network is None:
            raise ValueError(f"[{operation}] the model has no weights yet: call build(), or fit() with data")
        self._apply_settings()
        return self._network

    def _running(self, operation: str) -> AbstractContextManager[Any]:
        """A context in which the model refuses to be compiled or given other layers."""
        return nullcontext() if self._network is None else _core.Run(self._network, operation)

    def _check_idle(self, operation: str) -> None:
        if self._network is not None:
            self._network.check_idle(operation)

    def _training_seed(self) -> int:
        """The seed of shuffles and dropout; with the count of epochs it gives fit(2), fit(2) the bits of fit(4)."""
        if self._seed is None or self._seed_generation != random.generation():
            self._seed = random.next_seed()
            self._seed_generation = random.generation()
            self._epochs_trained = 0
        return self._seed

    def _strength_ramps(self, epoch: int, epochs: int) -> list[tuple[float, float, bool]]:
        """The factors on the strengths over an epoch of a fit, for each array that trains, in the core's order."""
        layers = sorted(self._computing(), key=lambda layer: not isinstance(layer, Dense))  # dense ones first
        return [ramp for layer in layers for ramp in layer._ramps(epoch, epochs)]

    def _matrix(self, operation: str, name: str, x: Any) -> np.ndarray:
        """Checked inputs, (rows, columns)."""
        columns = self._network.inputs if self._network is not None else None
        trains = operation in ("fit", "train_on_batch") and name == "x"
        self._feature_names.check(operation, name, x, trains)
        return data.input_rows(operation, name, x, self.dtype, self._row_shape(), columns)

    def _rows(
        self, operation: str, x: Any, y: Any, sample_weight: Any = None, names: Names = NAMES, class_weight: Any = None
    ) -> Dataset:
        """Checked rows; builds and compiles the network where these waited for the number of columns."""
        compilation = self._require_compiled(operation)
        if y is None:
            raise TypeError(f"[{operation}] {names[1]} must be given, got None")
        matrix = self._matrix(operation, names[0], x)
        if hasattr(x, "columns"):  # the core's own check of finite numbers does not know the columns' names
            data.check_finite(operation, names[0], matrix, columns=x.columns)
        network = self._build_for(operation, matrix.shape[1])
        if not network.compiled:
            compilation.apply(operation, network, self)
        loss = compilation.require_loss(operation)
        rows = dataset(operation, matrix, y, sample_weight, loss, network.outputs, names)
        return class_weighted(operation, rows, class_weight, loss, network.outputs)

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
        """Train the model. An epoch runs in the core; if anything interrupts it, the model keeps its last full epoch.

        Parameters
        ----------
        x : array of shape (rows, inputs), or batches
            Finite real numbers in any layout; C-contiguous arrays of the model's dtype, also `numpy.memmap`, are not
            copied. Batches are (x, y) or (x, y, sample_weight) from an iterator, which goes on from epoch to epoch,
            from another iterable, which is iterated anew in each epoch, or from an object with a length and items,
            whose order `shuffle` draws. Equal batches give the bits of arrays with ``shuffle=False``. If their number
            is unknown before the first epoch's end, a `Ramp` is constant within that epoch.
        y : array of shape (rows,), (rows, 1) or (rows, outputs)
            Numbers; in [0, 1] for cross-entropies; class numbers for the sparse one. Not with batches.
        batch_size : int, default 32
            For an optimizer that uses all rows in every step (`FISTA`, `LBFGS`) by default the number of rows.
        epochs : int, default 1
            Number of the last epoch, counted from 1.
        verbose : {"auto", 0, 1, 2}
            0: silent; 1: a live bar (with rich, on a terminal or in a notebook; else lines); 2: a line per epoch;
            "auto": 1 on a terminal or in a notebook, else 2.
        callbacks : list of `proxnet.callbacks.Callback`, optional
            Keras' own and third parties' callbacks work too.
        validation_split : float, default 0.0
            The fraction of the rows, from their end, that is used for validation.
        validation_data : (x, y) or (x, y, sample_weight) or batches, optional
            Used instead of `validation_split`.
        shuffle : bool, default True
            Whether each epoch has a new order of the rows.
        class_weight : dict of int to float, optional
            Weight of the rows of each class, >= 0, default 1. Not used in validation.
        sample_weight : array of shape (rows,), optional
            >= 0; the loss is sum(weight * loss) / rows. All zero is an error, except in one of many batches.
        initial_epoch : int, default 0
            Number of epochs already done, for logs and callbacks.
        steps_per_epoch, validation_steps : int, optional
            Batches per epoch, if x or validation_data give batches; default: as many as they give.
        validation_batch_size : int, optional
            Has no effect.
        validation_freq : int or list of int, default 1
            The number of epochs between validations, or the epochs (from 1) after which to validate.

        Returns
        -------
        History
            `history.history` maps "loss", the metrics and both with the prefix "val_" to a list with a float per epoch.
            Losses include the penalty.

        Raises
        ------
        TypeError, ValueError
            For bad input; the message names the argument, the position and the value.
        DivergenceError
            When a loss or a weight becomes infinite or NaN.
        KeyboardInterrupt
            On Ctrl-C, within a fraction of a second.
        RuntimeError
            When the model is in training already.

        Warns
        -----
        DivergenceWarning
            When the loss has grown by more than 9 |first loss|, and by most of the loss of a constant model.
        SparsityWarning
            When a `TargetSparsity` is missed, for example by a stop before its `end`; when penalties make the outputs
            constant.
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
            self._require_compiled("fit").refuse_functions("fit")
            source = BatchSource(batches, partial(self._rows, "fit", class_weight=class_weight))
            validation = held_out(validation_data, validation_steps, partial(self._rows, "fit"))
        else:
            refuse_steps("fit", "steps_per_epoch", steps_per_epoch)
            size = _batch_size("fit", batch_size)
            rows = self._rows("fit", x, y, sample_weight)
            given = held_out(validation_data, validation_steps, partial(self._rows, "fit"))
            training, split_off = split(rows, validation_split if given is None else 0.0)
            validation = split_off if given is None else given
            compilation, outputs = self._require_compiled("fit"), self._require_network("fit").outputs
            training, loss = training.check_some_weight("fit"), compilation.require_loss("fit")
            training = class_weighted("fit", training, class_weight, loss, outputs, some=True)
            if batch_size is None and compilation.optimizer._TAKES_ALL_ROWS:
                size = training.x.shape[0]
            source = ArraySource(training, size, shuffled)
        # The trainer is closed even where Ctrl-C interrupts what follows the last epoch.
        with self._running("fit"), source.trainer:
            return fitting.fit(self, source, validation, schedule, callbacks, level)

    def train_on_batch(
        self, x: Any, y: Any = None, sample_weight: Any = None, class_weight: Any = None, return_dict: bool = False
    ) -> Any:
        """Train for one step on one batch; arguments as in `fit`.

        For the schedules of penalties each call is an epoch: `Ramp(100)` ends after 100 calls. A `TargetSparsity` makes
        all its zeros in the first call and keeps them, as in a `fit` of one epoch: for a share that grows give the
        batches to `fit`. Sample weights may all be zero.

        Returns
        -------
        float, list of float or dict
            As of `evaluate`, for this batch before its step; with dropout, except in metrics that are Python functions.
        """
        as_dict = _check.flag("train_on_batch", "return_dict", return_dict)
        rows = self._rows("train_on_batch", x, y, sample_weight, class_weight=class_weight)
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
        """Loss (with the penalty) and metrics on data, without dropout; arguments as in `fit`.

        The batch size only changes the number of steps that is printed. If x gives batches, `steps` is their number.

        Returns
        -------
        float, list of float or dict
            The loss, or [loss, metrics ...] in the order of `metrics_names`, or with `return_dict` a dict of them.
        """
        _check.refuse_keywords("evaluate", unknown, self.evaluate)
        size, level = _batch_size("evaluate", batch_size), resolve_verbose("evaluate", verbose)
        as_dict = _check.flag("evaluate", "return_dict", return_dict)
        rows: Dataset | Batches
        if is_batches(x):
            refuse_beside_batches("evaluate", {"y": y, "batch_size": batch_size, "sample_weight": sample_weight})
            rows = Batches("evaluate", "x", x, steps)
            rows.dataset(rows.peek(), partial(self._rows, "evaluate"))
            count = rows.steps
        else:
            refuse_steps("evaluate", "steps", steps)
            rows = self._rows("evaluate", x, y, sample_weight).check_some_weight("evaluate")
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
        """`evaluate` that prints nothing."""
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
        """Outputs of the model, without dropout. Thread-safe, also while the model trains.

        Parameters
        ----------
        x : array of shape (rows, inputs), or batches
        batch_size : int, optional
            Has no effect: a row's outputs are the same bits in any batch.
        verbose : {"auto", 0, 1, 2}
            1 and 2 print one line; "auto" prints nothing.
        steps : int, optional
            Number of batches, if x gives batches x, (x,), (x, y) ...
        callbacks : list, optional

        Returns
        -------
        array of shape (rows, outputs) of the model's dtype

        Raises
        ------
        TypeError, ValueError
            For bad input; the message names the argument, the position and the value.
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
        """`predict` that prints nothing."""
        return self.predict(x, verbose=0)

    def __call__(self, x: Any, training: bool | None = False) -> np.ndarray:
        """`predict` that prints nothing; `training=True` is not available."""
        if training is not None and _check.flag("predict", "training", training):
            raise ValueError("[predict] training=True exists in Keras but not here yet")
        return self.predict(x, verbose=0)

    def _result(self, logs: dict[str, float], as_dict: bool) -> Any:
        if as_dict:
            return logs
        values = [logs[name] for name in self.metrics_names]
        return values if len(values) > 1 else values[0]

    def optimality(self, x: Any, y: Any, sample_weight: Any = None) -> dict[str, float]:
        """Optimality violation of each trainable layer: 0 at a stationary point of mean loss + penalties on these rows.

        It is the largest distance of the negative gradient over all rows to the penalty's subdifferential, over the
        layer's weights, and over groups that are zero as a whole. Dropout is off; batch normalization uses the
        statistics of all rows, whose activations are then in memory at once. Constraints are ignored, as are weights
        that a `TargetSparsity` has fixed at zero.

        Parameters
        ----------
        x, y, sample_weight
            As in `fit`.

        Returns
        -------
        dict of layer name to float

        Raises
        ------
        TypeError, ValueError
            As in `evaluate`.

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
        rows = self._rows("optimality", x, y, sample_weight)
        layers = self._computing()
        distances = self._require_network("optimality").optimality(*rows)
        return {layers[index].name: distance for index, distance in distances}

    def penalty(self) -> float:
        """The sum of the layers' penalties at the present weights, which is part of the loss."""
        return self._require_network("penalty").penalty()

    @property
    def layers(self) -> list[Layer]:
        """The layers, without the `Input`."""
        return [layer for layer in self._layers if not isinstance(layer, InputLayer)]

    def _computing(self) -> list[Layer]:
        """The layers that the core has too, in its order."""
        return [layer for layer in self._layers if not isinstance(layer, InputLayer | Flatten)]

    @property
    def built(self) -> bool:
        """Whether the model has weights."""
        return self._network is not None

    @property
    def trainable(self) -> bool:
        """Whether the model trains; a new value is assigned to all layers and is used from the next `compile`."""
        return self._trainable

    @trainable.setter
    def trainable(self, value: bool) -> None:
        self._trainable = _check.flag("trainable", "trainable", value)
        for layer in self.layers:
            layer.trainable = self._trainable

    def get_layer(self, name: str | None = None, index: int | None = None) -> Layer:
        """A layer by its name or its index.

        Raises
        ------
        ValueError
            For an unknown name or index.
        """
        layers = self.layers
        if index is not None:
            number = _check.integer("get_layer", "index", index, minimum=-len(layers), maximum=len(layers) - 1)
            return layers[number]
        _check.text("get_layer", "name", name)
        for layer in layers:
            if layer.name == name:
                return layer
        raise ValueError(f"[get_layer] no layer is named {name!r}; there are {', '.join(la.name for la in layers)}")

    def get_weights(self) -> list[np.ndarray]:
        """Copies of all weights by layer: kernel (inputs, units), bias (units,), ...; [] before the model is built."""
        return list(self._network.weights()) if self._network is not None else []

    def set_weights(self, weights: Sequence[Any]) -> None:
        """Replace all weights; the optimizer's state stays.

        Parameters
        ----------
        weights : list of arrays
            Shapes as `get_weights` gives them; finite.

        Raises
        ------
        TypeError, ValueError
            For another number of arrays, other shapes, or numbers that are not finite.
        """
        network = self._require_network("set_weights")
        network.set_weights(checked_weights(weights, network.weights(), self.dtype))

    @property
    def weights(self) -> list[Variable]:
        """All weights by name, layer by layer; [] before the model is built."""
        return [variable for layer in self.layers for variable in layer.weights]

    def count_params(self) -> int:
        """Number of weights, biases and statistics.

        Raises
        ------
        ValueError
            Before the model is built.
        """
        self._require_network("count_params")
        return sum(array.size for array in self.get_weights())


def _batch_size(operation: str, value: Any) -> int:
    return 32 if value is None else _check.integer(operation, "batch_size", value, minimum=1)
