"""Groups of columns, and the certificate of group and multi-task models computed in NumPy, far from the solver."""

import numpy as np

from linear_tools import problem

SHAPES = [(60, 90), (90, 40), (40, 300)]


def some_groups(columns, seed=0):
    """Groups of 1 to 7 columns, scattered."""
    rng = np.random.default_rng(seed)
    order = rng.permutation(columns)
    cuts = np.cumsum(rng.integers(1, 8, columns))
    return [part.tolist() for part in np.split(order, cuts[cuts < columns])]


def soft(q, t):
    """Soft threshold, sign(q) max(|q| - t, 0)."""
    return np.sign(q) * np.maximum(np.abs(q) - t, 0)


def certificate(x, y, w, alpha, l1, norms, groups, l2=0.0):
    """(duality gap, largest KKT violation of a group) of a centred problem.

    w: (features, targets). l1, l2: scalars or (features,). norms: one per group.
    """
    l1, l2 = (value * np.ones((x.shape[1], 1)) if np.ndim(value) == 0 else value[:, np.newaxis] for value in (l1, l2))
    n = len(y)
    y = y.reshape(n, -1)
    w = w.reshape(x.shape[1], -1)
    r = y - x @ w
    q = x.T @ r / n - alpha * l2 * w
    scale, violation = 1.0, 0.0
    penalty = alpha * (l1 * np.abs(w)).sum()
    for norm, group in zip(norms, groups, strict=True):
        part, at, t = q[group], w[group], alpha * l1[group]
        penalty += alpha * norm * np.linalg.norm(at)
        if np.linalg.norm(soft(part, t)) > alpha * norm:  # bisection for the scale that is feasible
            low, high = 0.0, 1.0
            for _ in range(60):
                middle = (low + high) / 2
                inside = np.linalg.norm(soft(middle * part, t)) <= alpha * norm
                low, high = (middle, high) if inside else (low, middle)
            scale = min(scale, low)
        if (at == 0).all():
            violation = max(violation, np.linalg.norm(soft(part, t)) - alpha * norm)
        else:
            g = part - alpha * norm * at / np.linalg.norm(at)
            off = np.where(at != 0, g - t * np.sign(at), soft(g, t))
            violation = max(violation, np.linalg.norm(off))
    square = (r * r).sum() / n + alpha * (l2 * w * w).sum()
    return 0.5 * (1 + scale**2) * square + penalty - scale * (r * y).sum() / n, violation


def tasks(rows, cols):
    """(X, Y of three targets)."""
    x, y = problem(rows, cols)
    return x, np.c_[y, x[:, 0] - x[:, 7], y + x[:, 9]]
