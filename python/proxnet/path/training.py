"""Trains a network along growing strengths of its penalties, each from the weights of the one before."""

from __future__ import annotations

import copy
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from .. import _check, regularizers
from ..callbacks import EarlyStopping
from ..errors import SparsityWarning
from ..models import Sequential
from ..models.strengths import strength_max
from ..regularizers import Regularizer
from .regularization_path import PathPoint, RegularizationPath, scale_penalties
from .rows import Rows, loss_of, parts, split
from .support import dense_layers

__all__ = ["fit_quietly", "network_of", "path_cv", "regularization_path"]

_SCALED = ("strength", "l1", "l2")
_START = 0.01  # penalty / loss at the first strength
_RANGE = 1e-4  # the first strength is at least this fraction of the last


def network_of(operation: str, model: Any) -> Sequential:
    """The network of a model: itself, or what an estimator holds as `model_` or makes by `to_sequential`."""
    for found in (model, getattr(model, "model_", None)):
        if isinstance(found, Sequential):
            return found
    if hasattr(model, "to_sequential"):
        made: Sequential = model.to_sequential()
        return made
    raise TypeError(
        f"[{operation}] model must be a compiled Sequential, or an estimator that holds one, got {_check.shown(model)}"
    )


def prepared(operation: str, model: Any, penalty: Any) -> tuple[Sequential, list[dict[str, float]]]:
    """A copy with the penalties of a path, and each layer's own strengths."""
    network = copy.copy(network_of(operation, model))
    network._require_compiled(operation)
    layers = dense_layers(network)
    fixed = []  # layers that keep their own penalty, which no strength scales
    if penalty is not None:
        for layer, one in zip(layers, _one_per_layer(operation, penalty, len(layers)), strict=True):
            if one is None:
                fixed.append(layer)
            else:
                layer.kernel_regularizer = one
    own = []
    for layer in network.layers:
        penalty_of = getattr(layer, "kernel_regularizer", None)
        if isinstance(penalty_of, regularizers.TargetSparsity):
            raise ValueError(f"[{operation}] penalties must have a strength; layer {layer.name!r} has a TargetSparsity")
        if penalty_of is not None:
            penalty_of = layer.kernel_regularizer = copy.deepcopy(penalty_of)
            penalty_of.schedule = None
        given = {} if penalty_of is None or any(layer is one for one in fixed) else vars(penalty_of)
        own.append({name: given[name] for name in _SCALED if given.get(name)})
    if not any(own):
        raise ValueError(
            f"[{operation}] a kernel must have a penalty of positive strength: give penalty=, or kernel_regularizer to "
            "a layer"
        )
    return network, own


def _one_per_layer(operation: str, penalty: Any, count: int) -> list[Regularizer | None]:
    if isinstance(penalty, list | tuple):
        if len(penalty) != count:
            raise ValueError(f"[{operation}] penalty must be one per dense layer, {count}, got {len(penalty)}")
        return [regularizers.get(one, operation, "penalty") for one in penalty]
    if isinstance(penalty, str) and penalty in ("group_input", "group_unit"):
        penalty = regularizers.GroupL1(1.0, axis=penalty.replace("group_", "").replace("unit", "output"))
    elif isinstance(penalty, str):
        penalty = regularizers.get(penalty, operation, "penalty")
        for name in _SCALED:
            if vars(penalty).get(name):
                setattr(penalty, name, 1.0)
    one = regularizers.get(penalty, operation, "penalty")
    if isinstance(one, regularizers.GroupL1):  # inputs: the first kernel; units: all kernels but the last
        kept = count if count == 1 else 1 if one.axis == "input" else count - 1
        return [copy.deepcopy(one) if i < kept else None for i in range(count)]
    return [copy.deepcopy(one) for _ in range(count)]


def _ascending(operation: str, strengths: Any) -> np.ndarray:
    values = np.asarray(strengths, float)
    if values.ndim != 1 or not len(values) or not np.isfinite(values).all() or (values < 0).any():
        raise ValueError(
            f"[{operation}] strengths must be a list of finite numbers >= 0, got {_check.shown(strengths)}"
        )
    steps = np.diff(values)
    if not ((steps > 0).all() or (steps < 0).all()):
        raise ValueError(f"[{operation}] strengths must grow or fall strictly, got {_check.shown(strengths)}")
    return np.sort(values)


def regularization_path(
    model: Any,
    X: Any,
    y: Any,
    *,
    penalty: Any = None,
    strengths: Any = None,
    n_strengths: int = 30,
    validation: Any = 0.2,
    sample_weight: Any = None,
    refit: bool = True,
    epochs: int | None = None,
    dense_epochs: int = 30,
    patience: int = 3,
    batch_size: int | None = None,
    random_state: int | None = 0,
    callback: Callable[[PathPoint], Any] | None = None,
) -> RegularizationPath:
    """Train a network along growing strengths, each from the weights of the one before.

    Zero weights are stationary in deep networks at any strength, so that a path from strong to weak penalties would
    stay empty: this one goes from dense to sparse. The first point is trained for `dense_epochs` at most, each other
    one for `epochs` at most; a point ends early when its objective falls by less than 0.1 % in an epoch. With the
    defaults the whole path has at most five times as many epochs as one dense fit.

    Parameters
    ----------
    model : Sequential or estimator
        Compiled with proximal steps. It does not change; weights that it has are the path's first ones.
    X, y, sample_weight
        As in `Sequential.fit`.
    penalty : str, Regularizer, or list with one per dense layer, optional
        Default: the penalties of the model. "group_input" selects inputs by the first kernel, "group_unit" units by
        all kernels but the last; a penalty of single weights is given to every kernel. Names have strength 1. The other
        layers, and those with None in a list, keep their own penalty, which no strength scales: an L2 on the later
        kernels keeps these from undoing what a group penalty shrinks in the first.
    strengths : list of float, optional
        Factors on the penalties' own strengths, strictly monotone. Default: `n_strengths` in geometric progression
        from a penalty of 1 % of the loss, but at least 1e-4 `strength_max`, to `strength_max`.
    n_strengths : int, default 30
    validation : float, (X, y) or None, default 0.2
        Share of the rows held out at random, or rows. None: no validation scores.
    refit : bool, default True
        Whether `best_model` is made: the best point, trained on without penalties on its support.
    epochs : int, optional
        Default: 3 `dense_epochs` / number of strengths, at least 1.
    dense_epochs : int, default 30
    patience : int, default 3
        The first point ends after this many epochs without a smaller validation loss, and keeps its best weights.
    batch_size : int, optional
        As in `Sequential.fit`.
    random_state : int, default 0
        Seed of the rows held out.
    callback : callable, optional
        Called with the `PathPoint` of each strength; the path ends when it returns True.

    Returns
    -------
    RegularizationPath
        The path ends before the first constant model. Ctrl-C ends it too and keeps the points that are done; before the
        first point it raises KeyboardInterrupt.

    Raises
    ------
    TypeError, ValueError
        For bad input, a model without a penalty, or strengths that are all so large that the model is constant.

    Warns
    -----
    SparsityWarning
        When the model becomes constant before the last of the given `strengths`.

    Examples
    --------
    >>> import numpy as np, proxnet
    >>> from proxnet.path import regularization_path
    >>> proxnet.set_random_seed(0)
    >>> x = np.random.default_rng(0).normal(size=(400, 10)).astype("float32")
    >>> model = proxnet.Sequential([proxnet.layers.Dense(8, "relu"), proxnet.layers.Dense(1)])
    >>> model.compile(proxnet.optimizers.Adam(0.01), "mse")
    >>> path = regularization_path(model, x, np.abs(x[:, 0]), penalty="group_input", n_strengths=10, dense_epochs=50)
    >>> path.at(n_features=1).inputs_in_use
    array([0])
    """
    operation = "regularization_path"
    refit = _check.flag(operation, "refit", refit)
    count = _check.integer(operation, "n_strengths", n_strengths, minimum=1)
    dense = _check.integer(operation, "dense_epochs", dense_epochs, minimum=1)
    given = None if strengths is None else _ascending(operation, strengths)
    count = count if given is None else len(given)
    each = max(1, 3 * dense // count) if epochs is None else _check.integer(operation, "epochs", epochs, minimum=1)
    patience = _check.integer(operation, "patience", patience, minimum=1)
    network, own = prepared(operation, model, penalty)
    rows, held = split(operation, Rows(X, y, sample_weight), validation, random_state)
    template = copy.copy(network)
    weights: list[list[np.ndarray]] = []
    curves: dict[str, list[Any]] = {}
    scores: list[list[float]] = []
    used: list[float] = []

    def path(ended: str) -> RegularizationPath:
        return RegularizationPath(
            template,
            used,
            weights,
            curves,
            own_strengths=own,
            validation=None if held is None else np.array(scores),
            ended=ended,
            dense_epochs=dense,
            batch_size=batch_size,
            rows=rows,
        )

    ended = "the last strength is done"
    try:
        scale_penalties(network, own, 0.0 if given is None else float(given[0]))
        stopper = _stopper(held, patience)
        done = fit_quietly(network, rows, dense, stopper, batch_size, held)
        template = copy.copy(network)
        grid = _grid(network, own, rows, count, batch_size) if given is None else given
        for i, factor in enumerate(grid):
            scale_penalties(network, own, float(factor))
            if i or given is None:
                small = 1e-3 * abs(curves["objective"][-1]) if i else 0.0
                stop = [EarlyStopping("loss", min_delta=small, patience=1)]
                done = fit_quietly(network, rows, each, stop, batch_size)
            report = network.sparsity()
            if report.total.inputs_used == 0:
                ended = f"the model is constant at strength {factor:.4g}"
                break
            value = network._require_network(operation).penalty()
            train = loss_of(network, rows, value)
            kernel = dense_layers(network)[0].get_weights()[0]
            alive = report.total.input_used
            point = {
                "objective": train + value,
                "train_scores": train,
                "zeros": report.total.zeros,
                "sparsity": report.total.zero_fraction,
                "inputs_used": report.total.inputs_used,
                "units_alive": report.total.units_alive,
                "input_used": alive,
                "importances": np.where(alive, np.linalg.norm(kernel.astype(float), axis=1), 0.0),
                "epochs": done,
            }
            losses = [] if held is None else [loss_of(network, part, value) for part in parts(held)]
            copied = network.get_weights()
            for name, number in point.items():
                curves.setdefault(name, []).append(number)
            scores.append(losses)
            weights.append(copied)
            used.append(float(factor))
            if callback is not None and callback(path("")[-1]) is True:
                ended = "the callback asked for an end"
                break
    except KeyboardInterrupt:
        if not used:
            raise
        ended, refit = "interrupted", False
        del weights[len(used) :], scores[len(used) :]
        curves = {name: values[: len(used)] for name, values in curves.items()}
    if not used:
        raise ValueError(
            f"[{operation}] strengths must be smaller: the model is constant at the smallest, {float(grid[0]):.4g}"
        )
    if given is not None and len(used) < count and ended.startswith("the model"):
        warnings.warn(
            f"[{operation}] {ended}: the path has {len(used)} of {count} strengths", SparsityWarning, stacklevel=2
        )
    result = path(ended)
    if refit:
        result.best_model = (result.best() if held is not None else result[-1]).refit()
    return result


def fit_quietly(
    network: Sequential, rows: Rows, epochs: int, callbacks: list[Any], batch_size: int | None, held: Any = None
) -> int:
    """Train without warnings of a constant model; returns the number of epochs."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SparsityWarning)
        history = network.fit(
            rows.x,
            rows.y,
            sample_weight=rows.sample_weight,
            validation_data=None if held is None else tuple(held),
            epochs=epochs,
            callbacks=callbacks,
            batch_size=batch_size,
            verbose=0,
        )
    return len(history.epoch)


def _stopper(held: Any, patience: int) -> list[Any]:
    if held is None:
        return []
    return [EarlyStopping("val_loss", patience=patience, restore_best_weights=True)]


def _grid(network: Sequential, own: list[dict[str, float]], rows: Rows, count: int, batch: int | None) -> np.ndarray:
    """From a penalty of 1 % of the loss to the strength that makes the model constant; penalties of no zeros: x 1e4."""
    scale_penalties(network, own, 1.0)
    value = network._require_network("regularization_path").penalty()
    first = _START * max(abs(loss_of(network, rows, value)), 1e-12) / max(value, 1e-300)
    makes_zeros = any(name != "l2" for strengths in own for name in strengths)
    last = (
        strength_max(network, rows.x, rows.y, rows.sample_weight, epochs=1, ratio=2.0, batch_size=batch)
        if makes_zeros
        else 1e4 * first
    )
    first = min(max(first, _RANGE * last), 0.1 * last)  # the loss of an overfitted network can be nearly 0
    return np.geomspace(first, last, count)


def path_cv(
    model: Any, X: Any, y: Any, *, cv: Any = 5, n_jobs: int = 1, sample_weight: Any = None, **options: Any
) -> RegularizationPath:
    """A path on all rows, with validation scores of folds: at each strength one loss per fold.

    Parameters
    ----------
    model, X, y, sample_weight
        As in `regularization_path`.
    cv : int or list of (train, test) index arrays, default 5
        Number of folds, whose rows are drawn with `random_state`.
    n_jobs : int, default 1
        Threads that train folds at a time.
    **options
        Of `regularization_path`, without `validation`.

    Returns
    -------
    RegularizationPath
        With `validation_scores` of shape (points, folds); inf where a fold's model was constant.
    """
    operation = "path_cv"
    jobs = _check.integer(operation, "n_jobs", n_jobs, minimum=1)
    refit, callback = options.pop("refit", True), options.pop("callback", None)
    if "validation" in options:
        raise TypeError(f"[{operation}] validation must not be given: the folds are the validation")
    every = Rows(X, y, sample_weight)
    count, folds = len(every), cv
    if not isinstance(cv, list | tuple):
        number = _check.integer(operation, "cv", cv, minimum=2, maximum=count)
        order = np.random.default_rng(options.get("random_state", 0)).permutation(count)
        tests = [np.sort(part) for part in np.array_split(order, number)]
        folds = [(np.setdiff1d(order, test), test) for test in tests]
    whole = regularization_path(
        model, X, y, validation=None, sample_weight=sample_weight, refit=False, callback=callback, **options
    )
    options = {**options, "strengths": whole.strengths}
    network = copy.copy(network_of(operation, model))

    def fold(item: tuple[Sequential, tuple[Any, Any]]) -> np.ndarray:
        twin, (train, test) = item
        rows, held = every.take(train), every.take(test)
        path = regularization_path(
            twin, rows.x, rows.y, sample_weight=rows.sample_weight, validation=tuple(held), refit=False, **options
        )
        losses = np.full(len(whole), np.inf)
        losses[: len(path)] = path.validation_scores.mean(axis=1)  # type: ignore[union-attr]
        return losses

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SparsityWarning)
        twins = [(copy.copy(network), one) for one in folds]
        if jobs == 1:
            columns = [fold(item) for item in twins]
        else:
            with ThreadPoolExecutor(jobs) as pool:
                columns = list(pool.map(fold, twins))
    whole.validation_scores = np.stack(columns, axis=1)
    if refit:
        whole.best_model = whole.best().refit()
    return whole
