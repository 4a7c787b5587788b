"""Ridge regression in NumPy, by a way of its own; the core's path for arrays."""

import numpy as np

from proxnet import _core


def by_kriging(x, y, alphas, weights=None, intercept=True, factors=None):
    """(coefficients (alphas, targets, features), leave-one-out residuals (rows, targets, alphas) times sqrt(weights)).

    The dual coefficients are those of the inverse of X X' + alpha I bordered by the intercept and the unpenalized
    columns; the leave-one-out residual of row i is dual_i / inverse_ii.
    """
    factors = np.ones(x.shape[1]) if factors is None else factors
    free = factors == 0
    total = len(x) if weights is None else weights.sum()
    root = np.sqrt(np.full(len(x), 1.0) if weights is None else weights * len(x) / total)[:, np.newaxis]
    inner, target = root * x[:, ~free] / np.sqrt(factors[~free]), root * y
    border = np.hstack([root * np.ones((len(x), int(intercept))), root * x[:, free]])
    coefs, errors = [], []
    for alpha in alphas * len(x) / total:
        system = inner @ inner.T + alpha * np.eye(len(x))
        inverse = np.linalg.inv(np.block([[system, border], [border.T, np.zeros((border.shape[1],) * 2)]]))
        dual, beside = inverse[: len(x), : len(x)] @ target, inverse[len(x) :, : len(x)] @ target
        coef = np.empty((x.shape[1], y.shape[1]))
        coef[~free] = (inner / np.sqrt(factors[~free])).T @ dual
        coef[free] = beside[int(intercept) :]
        coefs.append(coef)
        errors.append(dual / np.diag(inverse)[: len(x), np.newaxis])
    return np.moveaxis(coefs, 2, 1), np.moveaxis(errors, 0, -1)


def core_path(x, y, alphas, weights=None, intercept=True, factors=None, leave_one_out=False):
    targets = np.ascontiguousarray(y.T)
    scale = 1.0 if weights is None else len(x) / weights.sum()
    return _core.ridge_path(_core.Design(x), targets, weights, factors, intercept, alphas * scale, leave_one_out)


def objective(x, y, weights, alpha, coef, intercept):
    """sum_i w_i (y_i - x_i w - b)^2 + alpha |w|^2."""
    return weights @ (y - x @ coef - intercept) ** 2 + alpha * coef @ coef


def half_gradient(x, y, weights, alpha, coef, intercept):
    """Minus half the gradient of `objective` by coef."""
    return x.T @ (weights * (y - x @ coef - intercept)) - alpha * coef
