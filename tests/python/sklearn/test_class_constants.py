"""What the multinomial loss leaves open has one answer: the classes' numbers that no penalty fixes sum to 0."""

import numpy as np
import pytest
from scipy import sparse

from peer_tools import peer
from proxnet.linear_model import LogisticRegression, LogisticRegressionCV, logistic_path


def classes(count=3):
    rng = np.random.default_rng(count)
    x = rng.normal(size=(150, 4)) + 2.0
    return x, rng.integers(0, count, 150) + (x[:, 0] > 2)


@pytest.mark.parametrize("form", [np.asarray, sparse.csr_matrix])
@pytest.mark.parametrize("options", [{"C": 1}, {"C": np.inf}, {"C": 1, "l1_ratio": 1.0}, {"C": 1, "l1_ratio": 0.5}])
def test_intercepts_and_free_coefficients_are_centred(form, options) -> None:
    x, y = classes()
    model = LogisticRegression(tol=1e-10, max_iter=1000, **options).fit(form(x), y)
    assert abs(model.intercept_.sum()) <= 1e-12
    assert np.abs(model.intercept_).max() > 0.05
    if "l1_ratio" not in options:  # L2 centres by itself
        np.testing.assert_allclose(model.coef_.sum(axis=0), 0.0, atol=1e-6)


@pytest.mark.parametrize("c", [1.0, np.inf])
def test_decisions_are_scikit_learns(c) -> None:
    reference = pytest.importorskip("sklearn.linear_model").LogisticRegression
    x, y = classes(4)
    ours = LogisticRegression(C=c, tol=1e-13, max_iter=1000).fit(x, y)
    theirs = peer(reference(C=c, tol=1e-12, solver="newton-cg", max_iter=5000).fit, x, y)

    def gradient(model) -> np.ndarray:
        """Gradient of mean loss plus penalty per class; zero at the unique solution."""
        z = model.decision_function(x)
        p = np.exp(z - z.max(axis=1, keepdims=True))
        p = p / p.sum(axis=1, keepdims=True) - (y[:, np.newaxis] == model.classes_)
        return np.c_[p.T @ x + model.coef_ / c, p.sum(axis=0)] / len(y)

    assert np.abs(gradient(ours)).max() <= 1e-7
    # How far their solution is from the same point is what their gradient says: where it ends is theirs to decide.
    room = 1e-6 + 1e3 * np.abs(gradient(theirs)).max()
    np.testing.assert_allclose(ours.coef_, theirs.coef_, atol=room)
    np.testing.assert_allclose(ours.decision_function(x), theirs.decision_function(x), atol=10 * room)


def test_paths_and_folds_are_centred_alike() -> None:
    x, y = classes()
    _, coefs, intercepts, _ = logistic_path(x, y, Cs=[0.1, 1.0, np.inf], l1_ratio=0.0)
    np.testing.assert_allclose(intercepts.sum(axis=0), 0.0, atol=1e-12)
    np.testing.assert_allclose(coefs[..., -1].sum(axis=0), 0.0, atol=1e-12)
    for refit in (True, False):
        chosen = LogisticRegressionCV(Cs=[0.1, 1.0], cv=3, refit=refit).fit(x, y)
        assert abs(chosen.intercept_.sum()) <= 1e-12


def test_without_intercepts_there_are_none() -> None:
    x, y = classes()
    assert np.all(LogisticRegression(fit_intercept=False, C=np.inf).fit(x, y).intercept_ == 0)
