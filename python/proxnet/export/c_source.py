"""The C99 text of a chain of operations."""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np

from .. import __version__
from ..activations import Activation
from .c_functions import float_literal, row_function, scalar_function
from .chain import Affine, Chain, Columns, Operation, Product, TwoSigmoids
from .int8 import int8_kernel

__all__ = ["c_source"]

_SPARSE_FROM = 0.7  # fraction of zeros from which on a kernel is stored as lists

_HEADER = """\
/* {prefix}: {inputs} inputs, {outputs} outputs{weights}. Written by proxnet {version}.
 *
 * {prefix}_predict(x, out, workspace) reads x[0..{inputs}-1] and writes out[0..{outputs}-1]:
 * {meaning}.
 * `workspace` is memory of the caller: {prefix}_workspace_size() bytes, aligned for float, or NULL for 0 bytes.
 * x, out and workspace must not overlap. There is no other state: threads may call it at the same time, each with
 * an `out` and a workspace of its own.
 *
 * The functions are `static inline`. To link them from one file, write `#define {prefix}_API` before its #include.
 */
#ifndef {prefix}_INCLUDED
#define {prefix}_INCLUDED

#include <math.h>
#include <stddef.h>
#include <stdint.h>

#define {prefix}_INPUTS {inputs}
#define {prefix}_OUTPUTS {outputs}

#ifndef {prefix}_API
#define {prefix}_API static inline
#endif
#ifdef __cplusplus
#define {prefix}_RESTRICT __restrict
#else
#define {prefix}_RESTRICT restrict
#endif
"""

_PREDICT = """
{prefix}_API size_t {prefix}_workspace_size(void) {{ return {floats} * sizeof(float); }}

{prefix}_API void {prefix}_predict(const float *x, float *out, void *workspace) {{
{body}
}}

#endif
"""


def c_source(chain: Chain, prefix: str, int8: bool = False) -> str:
    """A header without dependencies; int8: kernels are stored as 8-bit integers."""
    return _Source(chain, prefix, int8).text()


class _Source:
    """Declarations of constants and layers, and the statements of `predict`, as they are made."""

    def __init__(self, chain: Chain, prefix: str, int8: bool) -> None:
        self._chain, self._prefix, self._int8 = chain, prefix, int8
        self._declarations: list[str] = []
        self._body: list[str] = []
        self._count = 0

    def text(self) -> str:
        chain = self._chain
        floats = self._statements(chain.all_operations)
        header = _HEADER.format(
            prefix=self._prefix,
            inputs=chain.inputs,
            outputs=chain.outputs + isinstance(chain.probabilities, TwoSigmoids),
            weights=", int8 weights" if self._int8 else "",
            version=__version__,
            meaning=self._meaning(),
        )
        body = "\n".join(f"  {line}" for line in self._body)
        return header + "".join(self._declarations) + _PREDICT.format(prefix=self._prefix, floats=floats, body=body)

    def _meaning(self) -> str:
        """What the outputs are, for the comment."""
        labels = self._chain.labels
        if labels is None:
            return "the predictions"
        named = ", ".join(re.sub(r"[^\w .+-]", "_", str(label), flags=re.ASCII) for label in labels.classes)
        what = "probabilities" if labels.probabilities else "scores"
        if self._chain.outputs == 1 and not labels.probabilities:
            return f"the score of two classes, > 0 for the second one: {named}"
        return f"{what} of the classes {named}"

    def _statements(self, operations: list[Operation]) -> int:
        """Fills the body; returns the number of floats of workspace.

        A product goes from one half of the workspace into the other, the last one into `out`; everything else is
        computed in place, from `x` into the first half where it comes before any product.
        """
        products = sum(isinstance(operation, Product) for operation in operations)
        source, columns, halves, half = "x", self._chain.inputs, [0, 0], 0
        for operation in operations:
            if isinstance(operation, Columns):
                columns = len(operation.numbers)
            if isinstance(operation, Product):
                products -= 1
                columns = len(operation.bias)
                half = half if source == "x" else 1 - half
                target = "out" if products == 0 else f"half_{half}"
            else:
                target = f"half_{half}" if source == "x" else source
            if target.startswith("half"):
                halves[half] = max(halves[half], columns)
            if isinstance(operation, Product):
                self._body.append(f"{self._product(operation)}({source}, {target});")
            else:
                self._in_place(operation, source, target, columns)
            source = target
        offsets = ["", f" + {halves[0]}"]
        declared = [f"float *const half_{k} = (float *)workspace{offsets[k]};" for k in (0, 1) if halves[k]]
        self._body[:0] = declared or ["(void)workspace;"]
        return sum(halves)

    def _in_place(self, operation: Operation, source: str, target: str, columns: int) -> None:
        loop = f"for (size_t j = 0; j < {columns}; ++j)"
        if isinstance(operation, Columns):
            numbers = self._numbers("column", _narrow(operation.numbers))
            self._body.append(f"{loop} {target}[j] = {source}[{numbers}[j]];")
        elif isinstance(operation, Affine):
            self._body.append(f"{loop} {target}[j] = {self._affine(operation, f'{source}[j]', columns)};")
        elif isinstance(operation, TwoSigmoids):
            self._body += [f"{target}[1] = 1.0f / (1.0f + expf(-{source}[0]));"]
            self._body += [f"{target}[0] = 1.0f / (1.0f + expf({source}[0]));"]
        elif isinstance(operation, Activation):
            expression = scalar_function(operation)
            if expression is not None:
                self._body.append(f"{loop} {{ const float v = {source}[j]; {target}[j] = {expression}; }}")
                return
            if source != target:
                self._body.append(f"{loop} {target}[j] = {source}[j];")
            self._body += ["{", *(f"  {line}" for line in row_function(operation, target, columns)), "}"]

    def _affine(self, affine: Affine, x: str, columns: int) -> str:
        self._count += 1
        for sign, array in zip("-*+", affine, strict=True):
            if array is not None:
                name = {"-": "subtract", "*": "factor", "+": "add"}[sign]
                x = f"({x} {sign} {self._floats(f'{name}_{self._count}', np.broadcast_to(array, (columns,)))}[j])"
        return x.removeprefix("(").removesuffix(")") if x.startswith("(") else x

    def _product(self, product: Product) -> str:
        """Declares a layer; returns the name of its function (x, out)."""
        self._count += 1
        name, number = f"{self._prefix}_product_{self._count}", self._count
        inputs, units = product.kernel.shape
        bias = self._floats(f"bias_{number}", product.bias)
        loop, kernel = f"for (size_t j = 0; j < {units}; ++j)", product.kernel.astype(np.float32)
        begin, end = f"{loop} out[j] = {bias}[j];", []
        if self._int8:
            kernel, scale = int8_kernel(product.kernel)
            factor = self._floats(f"scale_{number}", scale)
            begin, end = f"{loop} out[j] = 0.0f;", [f"{loop} out[j] = {bias}[j] + {factor}[j] * out[j];"]
        weights = np.count_nonzero(kernel)
        if weights:
            rows = self._lists if weights <= (1 - _SPARSE_FROM) * kernel.size else self._matrix
            lines = [
                begin,
                f"for (size_t i = 0; i < {inputs}; ++i) {{",
                "  const float v = x[i];",
                "  if (v != 0.0f) {",
                *(f"    {line}" for line in rows(kernel, number)),
                "  }",
                "}",
                *end,
            ]
        else:
            lines = ["(void)x;", begin, *end]
        arguments = f"const float *{self._prefix}_RESTRICT x, float *{self._prefix}_RESTRICT out"
        text = "".join(f"  {line}\n" for line in lines)
        self._declarations.append(f"\nstatic inline void {name}({arguments}) {{\n{text}}}\n")
        return name

    def _matrix(self, kernel: np.ndarray, number: int) -> list[str]:
        """Statements that add v times row i of a kernel stored as a matrix (inputs, units)."""
        units = kernel.shape[1]
        name = self._numbers(f"kernel_{number}", kernel.ravel())
        row = f"const {_c_type(kernel)} *row = {name} + i * {units};"
        return [row, f"for (size_t j = 0; j < {units}; ++j) out[j] += v * row[j];"]

    def _lists(self, kernel: np.ndarray, number: int) -> list[str]:
        """The same for a kernel stored as the weights that are not zero, input by input."""
        rows, units = np.nonzero(kernel)
        starts = self._numbers(f"start_{number}", _narrow(np.searchsorted(rows, np.arange(len(kernel) + 1))))
        unit = self._numbers(f"unit_{number}", _narrow(units))
        weight = self._numbers(f"weight_{number}", kernel[rows, units])
        return [f"for (size_t k = {starts}[i]; k < {starts}[i + 1]; ++k) out[{unit}[k]] += v * {weight}[k];"]

    def _floats(self, name: str, values: np.ndarray) -> str:
        return self._numbers(name, np.asarray(values, np.float32))

    def _numbers(self, name: str, values: np.ndarray) -> str:
        """Declares a constant array; returns its name."""
        name = f"{self._prefix}_{name}"
        texts = map(float_literal, values.tolist()) if values.dtype == np.float32 else map(str, values.tolist())
        lines = "".join(f"  {line}\n" for line in _wrapped(texts))
        self._declarations.append(f"\nstatic const {_c_type(values)} {name}[{values.size}] = {{\n{lines}}};\n")
        return name


def _c_type(values: np.ndarray) -> str:
    return "float" if values.dtype == np.float32 else f"{values.dtype.name}_t"


def _narrow(values: np.ndarray) -> np.ndarray:
    """In the smallest unsigned type that holds them."""
    return values.astype(np.min_scalar_type(int(values.max(initial=0))))


def _wrapped(texts: Iterable[str], width: int = 110) -> list[str]:
    """Texts with commas behind them, in lines of a width."""
    lines: list[list[str]] = [[]]
    length = 0
    for text in texts:
        if length + len(text) > width and lines[-1]:
            lines.append([])
            length = 0
        lines[-1].append(f"{text},")
        length += len(text) + 2
    return [" ".join(line) for line in lines]
