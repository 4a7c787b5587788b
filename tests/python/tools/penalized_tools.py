"""Small problems for every loss, and the core's solution under a penalty object."""

import numpy as np

from glm_tools import CORE
from proxnet import _core

TIGHT = {"tol": 1e-10, "max_iter": 2000}
LOSS_NAMES = ["logistic", "softmax", "poisson", "huber", "squared_hinge"]


def data(loss, rows=150, cols=25, seed=0):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(rows, cols)) + 0.5 * rng.normal(size=(rows, 1)) + rng.normal(size=cols)
    z = (x - x.mean(axis=0))[:, :4] @ np.array([1.2, -1.0, 0.8, 0.6])
    y = {
        "logistic": lambda: z + rng.logistic(size=rows) > 0,
        "squared_hinge": lambda: z + rng.logistic(size=rows) > 0,
        "softmax": lambda: np.argmax(np.c_[z, x[:, 2], 2 * x[:, 5]] + rng.gumbel(size=(rows, 3)), axis=1),
        "poisson": lambda: rng.poisson(np.exp(0.4 * z)),
        "huber": lambda: 3 * z + rng.standard_t(2, size=rows),
    }[loss]()
    return x, np.asarray(y, float)


def design_of(x):
    if isinstance(x, _core.Design):
        return x
    if isinstance(x, np.ndarray):
        return _core.Design(x)
    return _core.Design.compressed(x.data, x.indices, x.indptr, *x.shape, False)


def solve(
    loss, penalty, x, y, weights=None, *, intercept=True, start=None, count=20, tol=1e-10, max_iter=2000, **options
):
    """`_core.penalized_glm`; coef (outputs, cols) and intercept (outputs,) of its single point."""
    classes = 3 if loss == "softmax" else 2
    found = _core.penalized_glm(
        design_of(x), y, weights, CORE[loss], classes, penalty._penalty(), intercept, count, tol, max_iter, start,
        **options,
    )  # fmt: skip
    return found | {"coef": found["coef"][0], "intercept": found["intercept"][0]}
