"""One C99 file of a network, a linear model or a pipeline."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from .. import _check
from .c_source import c_source
from .chain import check_writable
from .int8 import Int8Loss, int8_loss
from .output_file import write_file
from .reader import read_chain

__all__ = ["to_c"]


def to_c(model: Any, path: Any, prefix: str, int8: bool = False) -> Int8Loss | None:
    """Write a model as one C99 header that needs the standard library alone.

    Parameters
    ----------
    model : Sequential, estimator of `proxnet.linear_model`, or scikit-learn Pipeline
        As in `to_onnx`.
    path : str or path
        Usually with the ending .h.
    prefix : str
        All names in the file begin with it: headers of different prefixes compile into one program.
    int8 : bool, default False
        Kernels as 8-bit integers with a float32 scale per unit, a quarter of the bytes. Inputs, biases, scalers and all
        arithmetic stay float32.

    Returns
    -------
    Int8Loss or None
        With ``int8=True`` the largest and the mean change of the outputs over 1000 random rows.

    Raises
    ------
    TypeError, ValueError
        As `to_onnx`; for a prefix that is no C identifier.

    Notes
    -----
    The file defines ``prefix_INPUTS``, ``prefix_OUTPUTS`` and::

        size_t prefix_workspace_size(void);  // in bytes
        void prefix_predict(const float *x, float *out, void *workspace);

    A row of several dimensions is read flat. The outputs of a classifier are its probabilities, one per class, or the
    scores of `decision_function` where it has no probabilities; a comment in the file lists the classes. Weights are
    float32, written exactly. The model is made compact first: inputs out of use are not
    read, and dead units are left out. Inputs and hidden units that are zero are skipped. A kernel of at least
    70 % zeros is stored as its other weights, listed by input; a NaN then does not pass through a weight of zero.
    Compile with ``-O3``, which vectorises the loops over units, and link with ``-lm``.

    Examples
    --------
    >>> import pathlib, tempfile, proxnet
    >>> from proxnet.export import to_c
    >>> model = proxnet.Sequential([proxnet.layers.Dense(2, input_dim=2)])
    >>> model.set_weights([[[1, 0], [0.5, -2]], [0, 3]])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "net.h")
    ...     to_c(model, path, "net")
    ...     text = path.read_text()
    >>> print(text[text.index("static const float net_kernel") :].partition("}")[0])
    static const float net_kernel_1[4] = {
      0x1.0p+0f, 0x0.0p+0f, 0x1.0p-1f, -0x1.0p+1f,
    """
    name = _check.text("to_c", "prefix", prefix)
    if not re.fullmatch("[A-Za-z][A-Za-z0-9_]*", name):
        raise ValueError(f"[to_c] prefix must be a C identifier that begins with a letter, got {_check.shown(name)}")
    small = _check.flag("to_c", "int8", int8)
    chain = read_chain("to_c", model)._replace(dtype=np.dtype(np.float32))
    check_writable("to_c", chain)
    write_file("to_c", path, c_source(chain, name, small).encode())
    return int8_loss(chain) if small else None
