"""Generalised linear models: equalities between problems, refused input, threads; their gaps are in test_gaps.py."""

import numpy as np
import pytest

from glm_tools import LOSSES, SHAPES, certificate, coef_of, data, solve
from interrupt_tools import assert_interrupted
from proxnet import _core
from proxnet.linear_model import HuberRegressor, LinearSVC, LogisticRegression, PoissonRegressor, logistic_path


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("shape", SHAPES)
def test_pure_l2_is_solved_with_and_without_a_gram_matrix(loss, shape) -> None:
    x, y = data(loss, *shape)
    alphas = [10.0, 2.0] if loss == "huber" else [1.0, 0.1]
    for gram_columns in (0, 4096):
        result = solve(loss, x, y, l1_ratio=0.0, alphas=alphas, tol=1e-10, gram_columns=gram_columns)
        assert all(result["converged"])
        for k, alpha in enumerate(result["alphas"]):
            gap, _, slope = certificate(loss, x, y, coef_of(result, k), result["intercept"][k], alpha, 0.0)
            assert gap <= 1e-10 * result["null_value"] * 1.01
            assert slope < 1e-11


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("intercept", [False, True])
def test_every_inner_solver_and_layout_ends_at_the_same_point(loss, intercept) -> None:
    sparse = pytest.importorskip("scipy.sparse")
    x, y = data(loss, 70, 40)
    x[np.abs(x) < 2] = 0
    c = sparse.csc_matrix(x)
    if loss == "poisson" and not intercept:
        x /= 10
        c /= 10
    designs = [
        _core.Design(x),
        _core.Design(np.asfortranarray(x)),
        _core.Design.compressed(c.data, c.indices, c.indptr, *c.shape, False),
    ]
    options = {"fit_intercept": intercept, "count": 6, "eps": 0.05, "tol": 1e-11}
    reference = solve(loss, x, y, **options)
    for design in designs:
        for gram_columns in (0, 4096):
            result = solve(loss, x, y, design=design, gram_columns=gram_columns, **options)
            assert all(result["converged"])
            np.testing.assert_allclose(result["alphas"], reference["alphas"], rtol=1e-9)
            np.testing.assert_allclose(result["coef"], reference["coef"], atol=2e-4 * np.abs(reference["coef"]).max())
            gaps = [
                certificate(loss, x, y, coef_of(result, k), result["intercept"][k], alpha, 1.0)[0]
                for k, alpha in enumerate(result["alphas"])
            ]
            if intercept:
                assert max(gaps) <= 1e-11 * result["null_value"] * 1.1


def models(tol):
    return {
        "logistic": LogisticRegression(C=0.5, l1_ratio=0.7, tol=tol, max_iter=1000),
        "softmax": LogisticRegression(C=0.5, l1_ratio=0.7, tol=tol, max_iter=1000),
        "poisson": PoissonRegressor(alpha=0.05, l1_ratio=0.7, tol=tol, max_iter=1000),
        "huber": HuberRegressor(alpha=2.0, l1_ratio=0.7, tol=tol, max_iter=1000),
        "squared_hinge": LinearSVC(penalty="l1", C=0.3, tol=tol),
    }


@pytest.mark.parametrize("loss", LOSSES)
def test_weights_are_repeated_rows_and_zero_weights_are_missing_rows(loss) -> None:
    x, y = data(loss, 80, 20)
    counts = np.random.default_rng(0).integers(0, 3, 80)
    repeated = models(1e-12)[loss].fit(np.repeat(x, counts, axis=0), np.repeat(y, counts))
    weighted = models(1e-12)[loss].fit(x, y, counts.astype(float))
    np.testing.assert_allclose(weighted.coef_, repeated.coef_, atol=2e-5)
    np.testing.assert_allclose(weighted.intercept_, repeated.intercept_, atol=2e-4)


@pytest.mark.parametrize("loss", LOSSES)
def test_alphas_from_the_largest_on_give_zeros(loss) -> None:
    x, y = data(loss)
    top = solve(loss, x, y, count=1)["alphas"][0]
    result = solve(loss, x, y, alphas=[100 * top, top * (1 + 1e-12), 0.9 * top])
    assert not result["coef"][:2].any()
    assert result["coef"][2].any()
    assert list(result["iterations"][:2]) == [0, 0]


def test_the_path_is_fits_one_by_one() -> None:
    for loss in ("logistic", "softmax"):
        x, y = data(loss)
        cs, coefs, intercepts, gaps = logistic_path(x, y, Cs=8, eps=0.05, tol=1e-10)
        assert (np.diff(cs) > 0).all()
        assert coefs.shape[1:] == (90, 8)
        for k in (0, 3, 7):
            model = LogisticRegression(C=cs[k], l1_ratio=1.0, tol=1e-10).fit(x, y)
            np.testing.assert_allclose(model.coef_, coefs[:, :, k], atol=1e-4)
            np.testing.assert_allclose(model.intercept_, intercepts[:, k], atol=1e-3)
            assert max(model.dual_gap_, gaps[k]) < 2e-10


def test_float32_is_read_as_it_is() -> None:
    x, y = data("logistic")
    short = x.astype(np.float32)
    model = LogisticRegression(l1_ratio=1.0, tol=1e-10).fit(short, y)
    exact = LogisticRegression(l1_ratio=1.0, tol=1e-10).fit(short.astype(np.float64), y)
    assert model.coef_.dtype == model.predict_proba(short).dtype == np.float32
    np.testing.assert_allclose(model.coef_, exact.coef_, atol=1e-5)


def test_warm_start_begins_where_the_last_fit_ended() -> None:
    for loss in ("logistic", "softmax"):
        x, y = data(loss)
        model = LogisticRegression(l1_ratio=1.0, warm_start=True, tol=1e-8).fit(x, y)
        first = model.coef_.copy()
        assert model.fit(x, y).n_iter_[0] == 0
        np.testing.assert_allclose(model.coef_, first, atol=1e-6)


def test_class_weights_are_weights_of_rows() -> None:
    x, y = data("softmax")
    by_class = LogisticRegression(class_weight={0.0: 2.0, 2.0: 0.5}, l1_ratio=1.0, tol=1e-10).fit(x, y)
    by_row = LogisticRegression(l1_ratio=1.0, tol=1e-10).fit(x, y, np.array([2.0, 1.0, 0.5])[y.astype(int)])
    np.testing.assert_allclose(by_class.coef_, by_row.coef_, atol=1e-6)


def test_stopping_early_warns_with_the_gap_reached() -> None:
    x, y = data("logistic")
    with pytest.warns(UserWarning, match="after max_iter=1 Newton steps at a duality gap"):
        model = LogisticRegression(l1_ratio=1.0, C=100.0, max_iter=1, tol=1e-12).fit(x, y)
    gap = certificate("logistic", x, y, model.coef_[0], model.intercept_, 1 / (100 * len(y)), 1.0)[0]
    assert model.dual_gap_ == pytest.approx(gap, rel=1e-8)


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (LogisticRegression(C=0.0), "C must be > 0"),
        (LogisticRegression(C=-1.0), "C must be > 0"),
        (LogisticRegression(l1_ratio=1.5), "l1_ratio must be"),
        (LogisticRegression(penalty="l3"), "penalty"),
        (LogisticRegression(tol=-1.0), "tol must be"),
        (LogisticRegression(max_iter=0), "max_iter must be"),
        (LogisticRegression(class_weight="even"), "class_weight must be"),
        (LogisticRegression(class_weight={7: 1.0}), "class_weight must name"),
        (PoissonRegressor(alpha=-1.0), "alpha must be"),
        (HuberRegressor(epsilon=1.0), "epsilon must be > 1"),
        (LinearSVC(penalty="l3"), "penalty"),
        (LinearSVC(loss="hinge"), "loss"),
        (LinearSVC(intercept_scaling=0), "intercept_scaling must be"),
    ],
)
def test_bad_parameters_are_refused(model, message) -> None:
    x, y = data("logistic")
    with pytest.raises(ValueError, match=message):
        model.fit(x, y)


def test_bad_data_is_refused() -> None:
    x, y = data("poisson")
    with pytest.raises(ValueError, match="y must be >= 0"):
        PoissonRegressor().fit(x, y - 1)
    with pytest.raises(ValueError, match="y must not be zero everywhere"):
        PoissonRegressor().fit(x, 0 * y)
    with pytest.raises(ValueError, match="only one class"):
        LogisticRegression().fit(x, np.ones(60))
    with pytest.raises(ValueError, match="Unknown label type"):
        LogisticRegression().fit(x, np.linspace(0, 1, 60))
    with pytest.raises(ValueError, match="sample_weight must be finite and not negative"):
        LogisticRegression().fit(x, y > 1, np.where(np.arange(60) == 3, -1.0, 1.0))
    x[2, 4] = np.nan
    with pytest.raises(ValueError, match="column 4 has a NaN"):
        LogisticRegression().fit(x, y > 1)


def test_without_a_penalty_a_direction_of_little_curvature_is_followed() -> None:
    rng = np.random.default_rng(0)
    z, u = rng.standard_normal((2, 2000))
    x, y = np.c_[z, z + 0.01 * u], rng.random(2000) < 1 / (1 + np.exp(-0.5 * u))
    losses = []
    for tol in (1e-4, 1e-12):
        chances = LogisticRegression(penalty=None, tol=tol).fit(x, y).predict_proba(x)
        losses.append(-np.log(np.where(y, chances[:, 1], chances[:, 0])).mean())
    assert losses[0] - losses[1] <= 1e-4 * np.log(2)
    assert losses[1] < 0.68  # 0.693 at zero coefficients


@pytest.mark.parametrize("loss", ["logistic", "softmax"])
def test_ctrl_c_ends_a_long_path(loss) -> None:
    x, y = data(loss, 3000, 300)
    assert_interrupted(lambda: logistic_path(x, y, Cs=5000, eps=1e-4, tol=1e-13))
