"""Estimators and paths under penalty objects: other classes' answers, the lasso's gap, sets without a Gram matrix."""

import warnings

import numpy as np
import pytest

from linear_tools import centred, certificate, convergence_warning, problem
from penalized_tools import TIGHT, data, design_of
from proxnet import _core
from proxnet.linear_model import (
    HuberRegressor,
    LogisticRegression,
    PenalizedClassifier,
    PenalizedRegressor,
    PoissonRegressor,
    penalized_path,
)
from proxnet.regularizers import L0, L1, L1L2, MCP, GroupL1


def test_warm_starts_stay() -> None:
    x, y = data("logistic", 3000, 40)
    classes = np.where(y > 0, "yes", "no")
    reference = PenalizedClassifier(MCP(0.05), **TIGHT).fit(x, classes)
    again = PenalizedClassifier(MCP(0.05), warm_start=True, **TIGHT).fit(x, classes)
    assert again.fit(x, classes).n_iter_ <= 2
    np.testing.assert_allclose(again.coef_, reference.coef_, atol=1e-9)


def test_estimators_are_the_losses_own_lassos() -> None:
    x, y = data("logistic")
    mine = PenalizedClassifier(L1(0.03), tol=1e-12).fit(x, y)
    theirs = LogisticRegression(l1_ratio=1.0, C=1 / (0.03 * len(y)), tol=1e-12).fit(x, y)
    np.testing.assert_allclose(mine.coef_, theirs.coef_, atol=1e-6)
    np.testing.assert_allclose(mine.predict_proba(x), theirs.predict_proba(x), atol=1e-6)
    assert mine.score(x, y) == theirs.score(x, y)
    assert 0 <= mine.dual_gap_ <= 1e-12
    x, y = data("poisson")
    mine = PenalizedRegressor(L1L2(0.03, 0.01), loss="poisson", tol=1e-13).fit(x, y)
    theirs = PoissonRegressor(alpha=0.05, l1_ratio=0.6, tol=1e-13).fit(x, y)
    np.testing.assert_allclose(mine.coef_, theirs.coef_, atol=1e-6)
    np.testing.assert_allclose(mine.predict(x), theirs.predict(x), rtol=1e-5)
    x, y = data("huber")
    mine = PenalizedRegressor(L1(0.1), loss="huber", tol=1e-12).fit(x, y)
    theirs = HuberRegressor(alpha=0.1 * len(y), l1_ratio=1.0, tol=1e-12).fit(x, y)
    np.testing.assert_allclose(mine.coef_, theirs.coef_, atol=1e-5)
    assert mine.scale_ == pytest.approx(theirs.scale_, rel=1e-5)
    assert not hasattr(mine.set_params(loss="squared_error").fit(x, y), "scale_")


def test_the_adaptive_lasso_is_the_lasso_of_scaled_columns() -> None:
    x, y = data("logistic")
    factors = np.random.default_rng(3).uniform(0.5, 3, x.shape[1])
    adaptive = PenalizedClassifier(L1(0.03, factors=factors), tol=1e-13).fit(x, y)
    scaled = PenalizedClassifier(L1(0.03), tol=1e-13).fit(x / factors, y)
    np.testing.assert_allclose(adaptive.coef_, scaled.coef_ / factors, atol=1e-6)


@pytest.mark.parametrize("shape", [(60, 90), (90, 40)])
def test_convex_least_squares_have_the_lassos_gap(shape) -> None:
    x, y = problem(*shape)
    factors = np.random.default_rng(3).uniform(0.5, 2, shape[1])
    inner = centred(x, y)
    for penalty, ratio, scale in ((L1(0.3), 1.0, 1.0), (L1L2(0.2, 0.05), 2 / 3, factors), (L1(0.3), 1.0, factors)):
        weighted = type(penalty)(**{**penalty.get_config(), "factors": None if np.ndim(scale) == 0 else scale})
        model = PenalizedRegressor(weighted, tol=1e-4).fit(x, y)
        gap, _ = certificate(*inner, model.coef_, 0.3, ratio, scale)
        assert model.dual_gap_ == pytest.approx(gap, rel=1e-6, abs=1e-12 * np.mean(inner[1] ** 2))
        assert model.dual_gap_ > 0
    assert np.isnan(PenalizedRegressor(MCP(0.3)).fit(x, y).dual_gap_)


@pytest.mark.parametrize("sparse", [False, True])
@pytest.mark.parametrize("penalty", [MCP(1.0), L1(1.0), L0(1.0)], ids=["MCP", "L1", "L0"])
def test_least_squares_without_a_gram_matrix(sparse, penalty) -> None:
    x, y = problem(60, 90)
    x[np.abs(x) < 2] = 0
    given = pytest.importorskip("scipy.sparse").csc_matrix(x) if sparse else x
    design = design_of(given)

    def path(gram_columns):
        settings = (penalty._penalty(), True, [], 8, 0.05, 1e-11, 100000)
        return _core.penalized_path(design, y, None, *settings, gram_columns=gram_columns)

    small, whole = path(0), path(4096)
    assert all(small["converged"])
    np.testing.assert_allclose(small["coef"], whole["coef"], atol=1e-6)
    np.testing.assert_allclose(small["objective"], whole["objective"], rtol=1e-9)


@pytest.mark.parametrize(
    ("model", "sentence"),
    [
        (PenalizedRegressor(L0(0.1), loss="poisson"), "L0 needs a loss whose curvature is bounded"),
        (PenalizedRegressor(loss="log"), "unknown loss .log."),
        (PenalizedRegressor(loss="huber", epsilon=1.0), "epsilon must be"),
        (PenalizedClassifier(GroupL1(0.1)), "must act on single weights"),
        (PenalizedClassifier(MCP(0.1, factors=[1.0, 2.0])), "factors must be one"),
    ],
)
def test_what_does_not_fit_is_refused(model, sentence) -> None:
    x, y = data("poisson", 40, 6)
    with pytest.raises((ValueError, TypeError), match=sentence):
        model.fit(x, y > 1 if isinstance(model, PenalizedClassifier) else y)


def test_early_stops_warn() -> None:
    x, y = data("logistic")
    with pytest.warns(convergence_warning(), match=r"coefficients \d.* from the optimality"):
        PenalizedClassifier(MCP(0.01), max_iter=1, tol=1e-12).fit(x, y)
    with pytest.warns(convergence_warning(), match=r"duality gap of \d.*above its minimum"):
        PenalizedClassifier(L1(0.01), max_iter=1, tol=1e-12).fit(x, y)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        PenalizedClassifier(MCP(0.05)).fit(x, y)


@pytest.mark.parametrize("loss", ["log_loss", "poisson", "huber"])
def test_paths_are_the_fits_without_an_intercept(loss) -> None:
    x, y = data({"log_loss": "logistic"}.get(loss, loss))
    x = x - x.mean(axis=0)
    alphas, coefs, distances, steps = penalized_path(
        x, y, MCP(1.0, gamma=8.0), loss=loss, alphas=6, eps=0.2, tol=1e-10, return_n_iter=True
    )
    assert not coefs[:, 0].any()
    assert len(steps) == 6
    for alpha, coef, distance in zip(alphas[1:], coefs.T[1:], distances[1:], strict=True):
        options = {"fit_intercept": False, "tol": 1e-10, "warm_start": True}
        if loss == "log_loss":
            model = PenalizedClassifier(MCP(alpha, gamma=8.0), **options)
            model.coef_ = coef[np.newaxis]
        else:
            model = PenalizedRegressor(MCP(alpha, gamma=8.0), loss=loss, **options)
            model.coef_ = coef
        assert model.fit(x, y).n_iter_ <= 2
        np.testing.assert_allclose(np.ravel(model.coef_), coef, atol=1e-8)
        assert distance <= 1e-9 * np.abs(x.T @ y).max()
    with pytest.raises(ValueError, match="two classes"):
        penalized_path(x, np.arange(len(x)) % 3, loss="log_loss")
