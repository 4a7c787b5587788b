"""What generalised linear models share: the call of the core, its answer, its warning."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import _arguments, _core
from ._convergence import GLM, warn_unless_converged
from ._data import Data
from ._least_squares import read_factors
from ._model import LinearModel

__all__ = ["GlmObjective", "glm_path"]


def glm_path(
    design: _core.Design,
    targets: np.ndarray,
    weights: np.ndarray | None,
    *,
    classes: int = 2,
    constant_column: float = 0.0,
    penalty_factor: np.ndarray | None = None,
    start: np.ndarray | None = None,
    **settings: Any,
) -> dict[str, Any]:
    """`_core.glm_path` of targets (1, rows), and a warning for the alphas that stopped early."""
    path = _core.glm_path(
        design,
        targets[0],
        weights,
        classes=classes,
        constant_column=constant_column,
        penalty_factor=penalty_factor,
        start=None if start is None else start.ravel(),
        **settings,
    )
    warn_unless_converged(design, path, GLM.of(settings, path["null_value"]))
    return path | {"passes": path["iterations"]}


class GlmObjective(LinearModel):
    """A network's loss, and a penalty of L1 and L2."""

    penalty_factor: Any
    _path = staticmethod(glm_path)

    def _datafit(self, data: Data) -> dict[str, Any]:
        """The loss, and what else `glm_path` takes of it."""
        raise NotImplementedError

    def _objective(self, data: Data, l1_ratio: Any) -> dict[str, Any]:
        ratio = _arguments.real("fit", "l1_ratio", l1_ratio, minimum=0, maximum=1)
        factors = read_factors(self.penalty_factor, data.shape[1])
        return {"l1_ratio": ratio, "penalty_factor": factors} | self._datafit(data)
