"""Predictors in files that C and C++ programs read too."""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from .. import _check, _core
from .._check.feature_names import FeatureNames
from .conversion import as_network
from .predictor import Predictor
from .serialization import encoded, target

__all__ = ["load_predictor", "save_predictor"]


def save_predictor(model: Any, filepath: str | os.PathLike[str], overwrite: bool = True) -> None:
    """Write what a prediction needs of a model to a file: weights, layers, names of inputs, labels of classes.

    The file has the format of `Sequential.save`, without what only training needs. `load_predictor`, C++
    ``proxnet::load_predictor`` and C ``proxnet_predictor_load`` read it, and files of `Sequential.save` as well.

    Parameters
    ----------
    model : Sequential, estimator of `proxnet.linear_model`, or scikit-learn Pipeline that ends in one of these
        As for `proxnet.Predictor`: the scalers of a Pipeline are multiplied into the weights.
    filepath : str or path
    overwrite : bool, default True
        Whether an existing file may be replaced.

    Raises
    ------
    TypeError, ValueError
        For a model that `proxnet.Predictor` refuses, and labels that are neither numbers nor strings.
    OSError
        When the file cannot be written, or exists and may not be replaced. The old file stays.

    Examples
    --------
    >>> import os, tempfile, numpy as np, proxnet
    >>> model = proxnet.linear_model.LogisticRegression().fit(np.eye(4), ["no", "no", "yes", "yes"])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = os.path.join(folder, "model.safetensors")
    ...     proxnet.save_predictor(model, path)
    ...     predictor = proxnet.load_predictor(path)
    >>> predictor.labels(np.eye(4)).tolist() == model.predict(np.eye(4)).tolist()
    True
    """
    found = as_network("save_predictor", model).folded()
    network: Any = found.model
    path = target("save_predictor", filepath, overwrite)
    kind, classes = _texts(found.classes)
    names = encoded(network._feature_names.known)
    network._require_network("save_predictor").save(path, "", False, names, classes, kind, found.several)


def load_predictor(filepath: str | os.PathLike[str], *, check: bool = True) -> Predictor:
    """Read a predictor from a file of `save_predictor` or `Sequential.save`: fast, and without the training state.

    Parameters
    ----------
    filepath : str or path
    check : bool, default True
        Whether the file's test row must give the outputs that the model had when it was saved, within rounding.

    Returns
    -------
    Predictor
        Rows are flat, (inputs,), also where the saved model's rows had several dimensions.

    Raises
    ------
    ValueError
        For a file that is damaged or not proxnet's; the message names the file and the rule that it breaks.
    OSError
        When the file cannot be read.
    """
    path = os.fsencode(_check.path("load_predictor", "filepath", filepath))
    core, facts = _core.load_predictor(path, _check.flag("load_predictor", "check", check))
    predictor = object.__new__(Predictor)
    names = FeatureNames()
    try:
        names.restore(_decoded(facts["input_names"]) or None, core.inputs)
        predictor.classes = _labels(facts["class_kind"], _decoded(facts["classes"]))
    except ValueError as error:
        raise ValueError(
            f"[load_predictor] names and classes must be those of a model, {os.fsdecode(path)}: {error}"
        ) from error
    predictor._core, predictor._names, predictor._shape = core, names, None
    predictor._several, predictor._threshold = facts["several_labels"], facts["threshold"]
    predictor.dtype = np.dtype("float64" if facts["double"] else "float32")
    predictor.inputs, predictor.outputs = core.inputs, core.outputs
    return predictor


def _decoded(texts: list[bytes]) -> list[str]:
    return [text.decode("utf-8", "surrogatepass") for text in texts]


def _texts(classes: np.ndarray | None) -> tuple[str, list[bytes]]:
    """(kind, texts) of the labels of a classifier."""
    if classes is None:
        return "", []
    kind = classes.dtype.kind
    if kind == "O" and all(isinstance(label, str) for label in classes):
        kind = "U"
    if kind not in _LABELS:
        raise ValueError(f"[save_predictor] labels must be numbers or strings, got {_check.shown(classes.tolist())}")
    return kind, encoded(classes.tolist())


# By numpy's dtype.kind: the array of labels from their texts.
_LABELS = {
    "i": lambda texts: np.array([int(text) for text in texts], np.int64),
    "u": lambda texts: np.array([int(text) for text in texts], np.uint64),
    "f": lambda texts: np.array([float(text) for text in texts], np.float64),
    "b": lambda texts: np.array([text == "True" for text in texts]),
    "U": lambda texts: np.array(texts, np.str_),
}


def _labels(kind: str, texts: list[str]) -> np.ndarray | None:
    if not kind and not texts:
        return None
    if kind not in _LABELS:
        raise ValueError(f"the kind of labels must be one of {', '.join(_LABELS)}, got {kind!r}")
    return _LABELS[kind](texts)
