"""Hidden units that no output depends on."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from .chain import Affine, Chain, Operation, Product

__all__ = ["without_dead_units"]

_OF_WHOLE_ROWS = ("softmax", "log_softmax")


def without_dead_units(chain: Chain) -> Chain:
    """The chain without hidden units whose outgoing weights are all zero: the same predictions from finite rows.

    From the last layer to the first, so that units that feed dead units alone go as well; a layer keeps one unit at
    least. The inputs of the chain stay.
    """
    operations = list(chain.operations)
    products = [index for index, operation in enumerate(operations) if isinstance(operation, Product)]
    for before, behind in reversed(list(pairwise(products))):
        between = operations[before + 1 : behind]
        if any(getattr(operation, "name", "") in _OF_WHOLE_ROWS for operation in between):
            continue
        last = operations[behind]
        assert isinstance(last, Product)
        alive = (last.kernel != 0).any(axis=1)
        alive[0] |= not alive.any()
        if not alive.all():
            operations[behind] = Product(last.kernel[alive], last.bias)
            operations[before:behind] = [_only(operation, alive) for operation in operations[before:behind]]
    return chain._replace(operations=operations)


def _only(operation: Operation, alive: np.ndarray) -> Operation:
    """An operation on the columns that are alive; of a product, its units."""
    if isinstance(operation, Product):
        return Product(operation.kernel[:, alive], operation.bias[alive])
    if isinstance(operation, Affine):
        return Affine(*(part if part is None else np.broadcast_to(part, alive.shape)[alive] for part in operation))
    return operation
