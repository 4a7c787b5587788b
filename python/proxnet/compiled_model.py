"""A network of the core, and what `compile` fixed about its training."""

from __future__ import annotations

import inspect
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Unpack

import numpy as np

from . import _check, _core, data, random
from ._check.feature_names import FeatureNames
from ._check.keywords import CompileKeywords
from .callbacks.history import History
from .compilation import Compilation
from .dataset import dataset
from .metrics import Metric
from .optimizers import Optimizer

__all__ = ["CompiledModel"]

_COMPILE_LATER = {
    "loss_weights": None,
    "run_eagerly": False,
    "steps_per_execution": 1,
    "jit_compile": "auto",
    "auto_scale_loss": True,
}


class CompiledModel:
    """Base of `Model`: what it holds, and `compile`.

    Attributes
    ----------
    name : str
    stop_training : bool
        Set by a callback, ends `fit` after the epoch.
    history : History or None
        Of the last `fit`.
    """

    name: str
    _dtype: np.dtype

    def __init__(self) -> None:
        self.stop_training = False
        self.history: History | None = None
        self._loss: Any = None
        self._network: _core.Network | None = None
        self._compilation: Compilation | None = None
        self._feature_names = FeatureNames()
        self._seed: int | None = None
        self._seed_generation = -1
        self._epochs_trained = 0
        self._initial_epoch = 0  # of the fit under way; callbacks that restore an earlier one move it

    def compile(
        self,
        optimizer: Any = "rmsprop",
        loss: Any = None,
        metrics: Any = None,
        weighted_metrics: Any = None,
        penalty_step: str = "proximal",
        **unknown: Unpack[CompileKeywords],
    ) -> None:
        """Fix how the model is trained; the optimizer's state starts anew, weights stay.

        Parameters
        ----------
        optimizer : str, class or `proxnet.optimizers.Optimizer`, default "rmsprop"
            "sgd", "adam", "adamw", "nadam", "adamax", "rmsprop", "adagrad", "ftrl" or "lion", with Keras' defaults;
            "fista" or "lbfgs", which take all rows in every step. An object that another
            model is compiled with is copied: each model has and shows its own steps.
        loss : str, class or `proxnet.losses.Loss`
            Such as "mse", "huber" or "sparse_categorical_crossentropy".
        metrics, weighted_metrics : list of str, class, `proxnet.metrics.Metric` or function, optional
            Over the rows of the epoch; the weighted ones use the sample weights. "accuracy" is binary, categorical or
            sparse by the model's outputs and its loss. A string is also the history's key. A Python function of
            (y_true, y_pred) is evaluated once an epoch, on predictions for all its rows with the epoch's weights.
        penalty_step : {"proximal", "subgradient"}, default "proximal"
            How penalties act: by their proximal operator in the optimizer's metric, with exact zeros; or by their
            subgradient, as in Keras, to compare with it.

        Raises
        ------
        ValueError
            For unknown names, with the nearest known one, and arguments of Keras' that are not here yet.
        TypeError
            For unknown arguments and objects of the wrong kind.
        RuntimeError
            While a fit, evaluate, predict, save or load of the model has not ended, also from callbacks and generators.

        Warns
        -----
        RescalingWarning
            When an L1 can be undone by rescaling: before batch normalization, or on the first of two relu layers alone.
        """
        _check.refuse_keywords("compile", unknown, self.compile, _COMPILE_LATER)
        compilation = Compilation(optimizer, loss, metrics, weighted_metrics, penalty_step)
        compilation.optimizer = compilation.optimizer._of(self)
        self._compile_network(compilation)
        if self._compilation is not compilation:  # no network yet, or no loss
            self._compilation = compilation
        self._loss = loss

    def _compile_network(self, compilation: Compilation, anew: bool = False) -> None:
        """Compile the network, where there is one, with what the layers say now; `anew` without warnings."""
        raise NotImplementedError

    def _apply_settings(self) -> None:
        """Tell the network what has been assigned to layers since it was told last."""
        raise NotImplementedError

    def __setattr__(self, name: str, value: Any) -> None:
        declared = inspect.getattr_static(type(self), name, None)
        if isinstance(declared, property) and declared.fset is None:
            fixed = ": call compile() with another" if name in ("optimizer", "loss", "metrics") else ""
            raise ValueError(f"[{type(self).__name__}] {name} cannot be assigned{fixed}")
        super().__setattr__(name, value)

    @property
    def dtype(self) -> np.dtype:
        """Of the weights and of all arithmetic."""
        return self._dtype

    @property
    def feature_names_in_(self) -> np.ndarray:
        """Column names of the data frame that the model was trained on first; no such attribute where it had none.

        Frames must have them in the same order: `fit`, `evaluate` and `predict` raise ValueError otherwise.
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

        The learning rate counts from the next batch; the others from the next `fit`, in a running one from its next
        epoch. What changes the number of moments, as ``amsgrad``, needs another `compile`: until then `fit` and `save`
        raise an error.
        """
        return self._compilation.optimizer if self._compilation else None

    @property
    def metrics(self) -> list[Metric]:
        """The metrics given to `compile`, weighted ones last."""
        return [metric for metric, _ in self._compilation.metrics] if self._compilation else []

    @property
    def metrics_names(self) -> list[str]:
        """Names of what `evaluate` returns: "loss", then the metrics."""
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
        """Until its end the model refuses to be compiled or given other layers."""
        return nullcontext() if self._network is None else _core.Run(self._network, operation)

    def _check_idle(self, operation: str) -> None:
        if self._network is not None:
            self._network.check_idle(operation)

    def _build_for(self, operation: str, columns: int) -> _core.Network:
        """The network, built for so many columns if there is none yet."""
        raise NotImplementedError

    def _computing_names(self) -> list[str]:
        """Names of the layers that the core has too, in its order."""
        raise NotImplementedError

    def _strength_ramps(self, epoch: int, epochs: int) -> list[tuple[float, float, bool]]:
        """What the strengths of each array that trains are multiplied by over an epoch of a fit."""
        raise NotImplementedError

    def _training_seed(self) -> int:
        """Of shuffles and dropout, together with the count of epochs since: so fit(2) and fit(2) make fit(4)."""
        if self._seed is None or self._seed_generation != random.generation():
            self._seed = random.next_seed()
            self._seed_generation = random.generation()
            self._epochs_trained = 0
        return self._seed

    def optimality(self, x: Any, y: Any, sample_weight: Any = None) -> dict[str, float]:
        """How far each layer that trains is from a stationary point of mean loss + penalties on these rows: 0 at one.

        The largest distance of the negative gradient over all rows (dropout off, batch normalization with the
        statistics of all rows, for which all are in memory at once) to the penalty's subdifferential, in
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
        names = self._computing_names()
        return {names[layer]: distance for layer, distance in distances}

    def _row_shape(self) -> tuple[int, ...] | None:
        """The shape of a row where rows of more than one dimension are taken, () for any; None for columns only."""
        return None

    def _matrix(self, operation: str, name: str, x: Any) -> np.ndarray:
        columns = self._network.inputs if self._network is not None else None
        trains = operation in ("fit", "train_on_batch") and name == "x"
        self._feature_names.check(operation, name, x, trains)
        shape = self._row_shape()
        x = data.only_input(x, 2 if shape is None else len(shape or (0, 0)) + 1)
        if shape is not None:
            x = data.flat_rows(operation, name, x, self.dtype, shape)
        return data.matrix(operation, name, x, self.dtype, columns)
