"""The result of a path: models of one architecture for growing strengths of its penalties."""

from __future__ import annotations

import copy
import json
import os
import zlib
from typing import Any

import numpy as np

from .. import _check
from ..linear_model._cv.choice import standard_error, two_rules
from ..models import Sequential
from ..models.sparsity import SparsityReport
from .support import refitted

__all__ = ["PathPoint", "RegularizationPath", "scale_penalties"]

_MAGIC = "proxnet.RegularizationPath"
_CURVES = ("strengths", "objective", "train_scores", "zeros", "inputs_used", "units_alive")


class PathPoint:
    """One strength of a `RegularizationPath`.

    Attributes
    ----------
    path : RegularizationPath
    index : int
        Position in the path's arrays.
    strength : float
    """

    def __init__(self, path: RegularizationPath, index: int) -> None:
        self.path, self.index = path, index
        self.strength = float(path.strengths[index])

    @property
    def model(self) -> Sequential:
        """A compiled model of its own with this point's weights and the penalties that gave them."""
        return self.path._model(self.index)

    @property
    def inputs_in_use(self) -> np.ndarray:
        """Indices of the inputs in use."""
        return np.flatnonzero(self.path.input_used[self.index])

    def sparsity(self) -> SparsityReport:
        """As `Sequential.sparsity`."""
        return self.model.sparsity()

    def refit(
        self, X: Any = None, y: Any = None, *, sample_weight: Any = None, epochs: int | None = None, **options: Any
    ) -> Sequential:
        """A model trained on from this point without penalties; weights that are zero stay zero.

        Parameters
        ----------
        X, y, sample_weight : arrays, optional
            Default: the rows on which the path was trained; a path from `load` has none.
        epochs : int, optional
            Default: as many as the first point of the path had at most.
        **options
            Passed to `Sequential.fit`.
        """
        if X is None:
            if self.path._rows is None:
                raise ValueError("[refit] X and y must be given: a path from a file holds no rows")
            X, y, sample_weight = self.path._rows
        epochs = self.path.dense_epochs if epochs is None else _check.integer("refit", "epochs", epochs, minimum=1)
        return refitted(self.model, X, y, sample_weight, epochs, {"batch_size": self.path.batch_size, **options})

    def __repr__(self) -> str:
        path, i = self.path, self.index
        return (
            f"<PathPoint strength={self.strength:.4g}: {path.inputs_used[i]} inputs in use, "
            f"{100 * path.sparsity[i]:.1f} % zeros>"
        )


class RegularizationPath:
    """Models of one architecture along growing strengths, from dense to sparse; made by `regularization_path`.

    Attributes
    ----------
    strengths : array of shape (points,)
        Growing; factors on the penalties' own strengths.
    objective : array of shape (points,)
        Loss on the training rows plus penalty.
    train_scores : array of shape (points,)
        Loss on the training rows without the penalty: smaller is better.
    validation_scores : array of shape (points, parts) or None
        Losses on ten parts of the validation rows, or on the folds of `path_cv`.
    zeros, inputs_used, units_alive : int arrays of shape (points,)
    sparsity : array of shape (points,)
        Share of the kernels' weights that are zero.
    input_used : bool array of shape (points, inputs)
    importances : array of shape (points, inputs)
        Euclidean norm of each input's weights in the first kernel, 0 for inputs not in use.
    weights : list of lists of arrays
        `get_weights()` of each point.
    epochs : int array of shape (points,)
        Epochs of training at each strength.
    feature_names : list of str or None
    ended : str
        Why the path has no further points.
    best_model : Sequential or None
        The best point refitted without penalties, with ``refit=True``.
    """

    best_model: Sequential | None = None

    def __init__(
        self,
        template: Sequential,
        strengths: Any,
        weights: list[list[np.ndarray]],
        curves: dict[str, Any],
        *,
        own_strengths: list[dict[str, float]],
        validation: np.ndarray | None = None,
        ended: str = "",
        dense_epochs: int = 1,
        batch_size: int | None = None,
        rows: Any = None,
    ) -> None:
        self._template, self._own, self._rows = template, own_strengths, rows
        self.strengths, self.weights = np.asarray(strengths, float), weights
        self.objective, self.train_scores = (np.asarray(curves[k], float) for k in ("objective", "train_scores"))
        self.zeros, self.inputs_used, self.units_alive, self.epochs = (
            np.asarray(curves[name], int) for name in ("zeros", "inputs_used", "units_alive", "epochs")
        )
        self.sparsity = np.asarray(curves["sparsity"], float)
        self.input_used = np.asarray(curves["input_used"], bool)
        self.importances = np.asarray(curves["importances"], float)
        self.validation_scores = validation
        self.ended, self.dense_epochs, self.batch_size = ended, dense_epochs, batch_size
        names = getattr(template, "feature_names_in_", None)
        self.feature_names: list[str] | None = None if names is None else [str(name) for name in names]

    def __len__(self) -> int:
        return len(self.strengths)

    def __getitem__(self, index: int) -> PathPoint:
        return PathPoint(self, range(len(self))[index])

    def __repr__(self) -> str:
        return (
            f"<RegularizationPath: {len(self)} strengths {self.strengths[0]:.3g} to {self.strengths[-1]:.3g}, "
            f"{self.inputs_used[0]} to {self.inputs_used[-1]} inputs in use>"
        )

    def _model(self, index: int) -> Sequential:
        model = copy.copy(self._template)
        scale_penalties(model, self._own, float(self.strengths[index]))
        model.set_weights(self.weights[index])
        return model

    def _two_rules(self, operation: str) -> tuple[int, int]:
        """Indices of the smallest mean validation score, and of the largest strength within its standard error."""
        if self.validation_scores is None:
            raise ValueError(f"[{operation}] the path must have validation scores: give validation= or use path_cv")
        best, simplest = two_rules(self.validation_scores[::-1])
        return len(self) - 1 - best, len(self) - 1 - simplest

    def best(self) -> PathPoint:
        """The point with the smallest mean validation loss; of equal ones the sparsest."""
        return self[self._two_rules("best")[0]]

    def one_se(self) -> PathPoint:
        """The sparsest point whose mean validation loss is within one standard error of the smallest."""
        return self[self._two_rules("one_se")[1]]

    def at(self, *, n_features: int | None = None, sparsity: float | None = None) -> PathPoint:
        """The first point, from dense to sparse, with at most `n_features` inputs or at least this share of zeros.

        Raises
        ------
        ValueError
            If no point is that sparse, or unless one of the two is given.
        """
        if (n_features is None) == (sparsity is None):
            raise ValueError("[at] one of n_features and sparsity must be given")
        if n_features is not None:
            wanted = _check.integer("at", "n_features", n_features, minimum=1)
            meets = self.inputs_used <= wanted
            reached = f"{self.inputs_used.min()} inputs in use, n_features must be at least that, got {wanted}"
        else:
            share = _check.real("at", "sparsity", sparsity, minimum=0, maximum=1)
            meets = self.sparsity >= share
            reached = f"{self.sparsity.max():.4g} of the weights zero, sparsity must be at most that, got {share:g}"
        if not meets.any():
            raise ValueError(f"[at] the sparsest point has {reached}")
        return self[int(np.argmax(meets))]

    def validation_mean(self) -> np.ndarray | None:
        """Mean validation loss of each point."""
        return None if self.validation_scores is None else self.validation_scores.mean(axis=1)

    def validation_error(self) -> np.ndarray | None:
        """Standard error of the mean validation loss of each point."""
        return None if self.validation_scores is None else standard_error(self.validation_scores)

    def save(self, filepath: str | os.PathLike[str]) -> None:
        """Write the path to one file in the safetensors format, with a checksum; the rows are not written."""
        path = _check.path("save", "filepath", filepath)
        arrays = {name: getattr(self, name) for name in (*_CURVES, "sparsity", "importances", "epochs")}
        arrays["input_used"] = self.input_used.astype(np.uint8)
        if self.validation_scores is not None:
            arrays["validation_scores"] = self.validation_scores
        for i, point in enumerate(self.weights):
            arrays |= {f"weights.{i}.{j}": array for j, array in enumerate(point)}
        config = {
            "model": self._template.get_config(),
            "compile": self._template.get_compile_config(),
            "own_strengths": self._own,
            "feature_names": self.feature_names,
            "ended": self.ended,
            "dense_epochs": self.dense_epochs,
            "batch_size": self.batch_size,
        }
        content = _to_safetensors(arrays, config)
        part = f"{os.fspath(path)}.part"
        with open(part, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)

    @classmethod
    def load(cls, filepath: str | os.PathLike[str]) -> RegularizationPath:
        """Read a path that `save` has written; reading runs no code from the file."""
        with open(_check.path("load", "filepath", filepath), "rb") as file:
            arrays, config = _from_safetensors(file.read())
        template = Sequential.from_config(config["model"])
        template.compile_from_config(config["compile"])
        points = len(arrays["strengths"])
        count = len(template.get_weights())
        weights = [[arrays[f"weights.{i}.{j}"] for j in range(count)] for i in range(points)]
        path = cls(
            template,
            arrays["strengths"],
            weights,
            arrays,
            own_strengths=config["own_strengths"],
            validation=arrays.get("validation_scores"),
            ended=config["ended"],
            dense_epochs=config["dense_epochs"],
            batch_size=config["batch_size"],
        )
        path.feature_names = config["feature_names"]
        return path


def scale_penalties(model: Sequential, own: list[dict[str, float]], factor: float) -> None:
    """Give each layer's kernel penalty its own strengths times a factor."""
    layers: list[Any] = list(model.layers)
    for layer, strengths in zip(layers, own, strict=True):
        for name, value in strengths.items():
            setattr(layer.kernel_regularizer, name, value * factor)


_DTYPES = {"F32": "<f4", "F64": "<f8", "I64": "<i8", "U8": "|u1"}


def _to_safetensors(arrays: dict[str, np.ndarray], config: dict[str, Any]) -> bytes:
    names = {np.dtype(code): name for name, code in _DTYPES.items()}
    header: dict[str, Any] = {}
    body, end = [], 0
    for name, array in sorted(arrays.items(), key=lambda item: -np.asarray(item[1]).itemsize):
        array = np.ascontiguousarray(array)
        begin, end = end, end + array.nbytes
        header[name] = {"dtype": names[array.dtype], "shape": list(array.shape), "data_offsets": [begin, end]}
        body.append(array.tobytes())
    data = b"".join(body)
    text = json.dumps(config, allow_nan=False)
    check = zlib.crc32(data, zlib.crc32(text.encode()))
    header["__metadata__"] = {"format": _MAGIC, "config": text, "crc32": str(check)}
    head = json.dumps(header).encode()
    head += b" " * (-len(head) % 8)
    return len(head).to_bytes(8, "little") + head + data


def _from_safetensors(content: bytes) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    try:
        size = int.from_bytes(content[:8], "little")
        header = json.loads(content[8 : 8 + size])
        meta, data = header.pop("__metadata__"), content[8 + size :]
        if meta["format"] != _MAGIC or int(meta["crc32"]) != zlib.crc32(data, zlib.crc32(meta["config"].encode())):
            raise ValueError("checksum")
        arrays = {}
        for name, entry in header.items():
            begin, end = entry["data_offsets"]
            arrays[name] = np.frombuffer(data[begin:end], _DTYPES[entry["dtype"]]).reshape(entry["shape"]).copy()
        return arrays, json.loads(meta["config"])
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError):
        raise ValueError("[load] the file must be one that RegularizationPath.save has written, whole") from None
