"""Selects exactly k inputs of a network: the path of a group penalty, then bisection of its strength."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

import numpy as np

from .. import _check
from ..models import Sequential
from ..regularizers import GroupL1
from .regularization_path import PathPoint, RegularizationPath, scale_penalties
from .rows import Rows
from .support import dense_layers, keep_inputs, refitted
from .training import fit_quietly, network_of, regularization_path

__all__ = ["FeatureSelection", "select_features"]

_BISECTIONS = 12


@dataclass
class FeatureSelection:
    """The result of `select_features`.

    Attributes
    ----------
    support : bool array of shape (inputs,)
        Exactly `n_features` are True.
    model : Sequential
        The network with these inputs, trained on without the group penalty with ``refit=True``.
    strength : float
        The penalty's strength at which the inputs were found.
    path : RegularizationPath
        From dense to the first point with `n_features` inputs or fewer.
    """

    support: np.ndarray
    model: Sequential
    strength: float
    path: RegularizationPath

    @property
    def indices(self) -> np.ndarray:
        """The selected inputs, growing."""
        return np.flatnonzero(self.support)


def select_features(
    model: Any,
    X: Any,
    y: Any,
    n_features: int,
    *,
    penalty: Any = None,
    refit: bool = True,
    epochs: int | None = None,
    dense_epochs: int = 30,
    batch_size: int | None = None,
    **options: Any,
) -> FeatureSelection:
    """Select exactly `n_features` inputs of a network by a group penalty on the first kernel's rows.

    The penalty grows from dense until at most `n_features` inputs are in use; where the path jumps over that number,
    the strength between the two points is bisected, each time from the weights of the denser one. Inputs that leave
    together at every strength tried are ranked by the norms of their weights.

    Parameters
    ----------
    model, X, y, batch_size, dense_epochs, epochs
        As in `regularization_path`.
    n_features : int
        1 <= n_features <= inputs.
    penalty : Regularizer, optional
        Default ``GroupL1(1.0)`` on the first kernel; with `groups` whole groups are selected and the number can be
        missed: then that is an error.
    refit : bool, default True
        Whether the model is trained on without penalties, for `dense_epochs`.
    **options
        Of `regularization_path`.

    Returns
    -------
    FeatureSelection

    Raises
    ------
    TypeError, ValueError
        For bad input; for more features than there are inputs.

    Examples
    --------
    >>> import numpy as np, proxnet
    >>> from proxnet.path import select_features
    >>> proxnet.set_random_seed(0)
    >>> x = np.random.default_rng(0).normal(size=(400, 10)).astype("float32")
    >>> model = proxnet.Sequential([proxnet.layers.Dense(8, "relu"), proxnet.layers.Dense(1)])
    >>> model.compile(proxnet.optimizers.Adam(0.01), "mse")
    >>> select_features(model, x, np.abs(x[:, 3]) + x[:, 7], 2, dense_epochs=50).indices
    array([3, 7])
    """
    operation = "select_features"
    wanted = _check.integer(operation, "n_features", n_features, minimum=1)
    refit = _check.flag(operation, "refit", refit)
    network_of(operation, model)
    inputs = Rows(X, y).x.shape[1] if hasattr(X, "shape") else np.shape(X)[1]
    if wanted > inputs:
        raise ValueError(f"[{operation}] n_features must be at most the number of inputs, {inputs}, got {wanted}")
    if penalty is not None and getattr(penalty, "groups", None):
        raise ValueError(f"[{operation}] penalty must be of single inputs: groups leave together, got {penalty}")

    def enough(point: PathPoint) -> bool:
        return bool(point.path.inputs_used[point.index] <= wanted)

    common: dict[str, Any] = {"epochs": epochs, "dense_epochs": dense_epochs, "batch_size": batch_size}
    path = regularization_path(
        model,
        X,
        y,
        penalty=GroupL1(1.0) if penalty is None else penalty,
        refit=False,
        callback=enough if wanted < inputs else lambda point: True,
        **common,
        **options,
    )
    point, below = path[-1], None
    used = path.input_used[-1]
    if used.sum() < wanted:  # the path jumped over the number: its denser neighbour is before it
        below = point.strength
        if len(path) > 1:
            point = path[len(path) - 2]
    network = point.model
    if below is not None and len(path) == 1:
        network = copy.copy(path._template)  # as it was before the first strength
    if network.sparsity().total.inputs_used != wanted:
        above = point.strength if below is None or len(path) > 1 else 0.0
        # Without a sparser point the model became constant between `above` and the strength named in path.ended.
        network = _bisect(network, path, wanted, above, below, epochs or max(3, dense_epochs // 10))
    support = network.sparsity().total.input_used
    if support.sum() != wanted:
        support = _largest(network, support, wanted)
        network = copy.copy(network)
        keep_inputs(network, support)
    rows = path._rows
    if refit:
        size = {"batch_size": batch_size}
        network = refitted(network, rows.x, rows.y, rows.sample_weight, path.dense_epochs, size)
    return FeatureSelection(support, network, point.strength, path)


def _bisect(
    dense: Sequential, path: RegularizationPath, wanted: int, above: float, below: float | None, epochs: int
) -> Sequential:
    """A model with the wanted number of inputs, or the sparsest one found with more."""
    high = 2 * above if below is None else below
    low, rows = above, path._rows
    for _ in range(_BISECTIONS):
        middle = float(np.sqrt(low * high)) if low > 0 else high / 2
        trial = copy.copy(dense)
        scale_penalties(trial, path._own, middle)
        fit_quietly(trial, rows, epochs, [], path.batch_size)
        used = trial.sparsity().total.inputs_used
        if used == wanted:
            return trial
        if used > wanted:
            dense, low = trial, middle
        else:
            high = middle
        if high <= low * (1 + 1e-4):
            break
    return dense


def _largest(network: Sequential, used: np.ndarray, wanted: int) -> np.ndarray:
    """The inputs in use with the largest norms of weights; if there are too few, unused ones with the lowest index."""
    norms = np.linalg.norm(dense_layers(network)[0].get_weights()[0].astype(float), axis=1)
    order = np.argsort(-np.where(used, 1 + norms, 0), kind="stable")
    support = np.zeros(len(used), bool)
    support[order[:wanted]] = True
    return support
