"""Whatever a path comes from, it is drawn by its own strengths, coefficients and scores."""

import itertools

import numpy as np
import pytest

from linear_tools import problem
from peer_tools import peer
from proxnet.display import RegularizationPathDisplay
from proxnet.linear_model import (
    LassoCV,
    RidgeClassifierCV,
    RidgeCV,
    lasso_path,
    logistic_path,
    ridge_path,
)

pytest.importorskip("matplotlib")
from matplotlib.figure import Figure

ALPHAS = np.logspace(-2, 3, 8)


def drawn(source, *args, **options):
    ax = Figure(figsize=(5, 4)).subplots()
    if isinstance(source, tuple) or not hasattr(source, "fit") or options.pop("path", False):
        return RegularizationPathDisplay.from_path(source, ax=ax)
    return RegularizationPathDisplay.from_estimator(source, *args, ax=ax, **options)


def test_intercepts_of_several_targets_make_no_logistic_path() -> None:
    x, y = problem(40, 5)
    path = ridge_path(x, np.c_[y, x[:, 0]], ALPHAS, return_intercept=True)
    display = drawn(path)
    np.testing.assert_array_equal(display.alphas, ALPHAS[::-1])
    np.testing.assert_array_equal(display.coefs, np.linalg.norm(path[1], axis=0))
    assert display.ax_.get_xlabel().startswith("alpha")
    logistic = logistic_path(x, 1 * (y > y.mean()) + (y > y.mean() + 3), Cs=4)
    for part in (logistic, logistic[:3]):
        assert drawn(part).ax_.get_xlabel().startswith("1 / C")


def test_least_angles_are_read_the_right_way_round() -> None:
    theirs = pytest.importorskip("sklearn.linear_model")
    x, y = problem(50, 6)
    model = peer(theirs.LassoLars(1e-3, max_iter=5).fit, x, y)
    assert model.coef_path_.shape == (6, 6)  # the shape says nothing
    for display in (drawn(model, path=True), drawn(model, kind="coefficients")):
        np.testing.assert_array_equal(display.coefs, model.coef_path_)
        assert not display.coefs[:, 0].any()
    alphas, _, coefs = peer(theirs.lars_path, x, y, method="lasso")
    np.testing.assert_array_equal(drawn((alphas, [0] * 6, coefs)).coefs, coefs)
    search = peer(theirs.LassoLarsCV(cv=4).fit, x, y)
    np.testing.assert_array_equal(drawn(search, kind="coefficients").coefs, search.coef_path_)
    display = drawn(search, x, y)
    np.testing.assert_array_equal(display.validation, search.mse_path_[::-1])
    assert display.alpha_min_ == search.alpha_
    at = list(display.alphas).index(search.alpha_)
    np.testing.assert_allclose(display.coefs[:, at], search.coef_, atol=0.02)
    assert drawn(search).coefs is None
    several = peer(theirs.LassoLars(0.1).fit, x, np.c_[y, y])
    with pytest.raises(ValueError, match="of one target, got 2"):
        drawn(several, path=True)


@pytest.mark.parametrize("weighted", [False, True])
def test_scikit_learns_ridge_is_drawn_by_the_rows_left_out(weighted) -> None:
    theirs = pytest.importorskip("sklearn.linear_model")
    x, y = problem(40, 6)
    weights = np.random.default_rng(0).uniform(0.2, 3, 40) if weighted else None
    model = peer(theirs.RidgeCV(ALPHAS, store_cv_results=True).fit, x, y, weights)
    stored, found = drawn(model), drawn(model, x, y, sample_weight=weights)
    np.testing.assert_allclose(stored.lines_[0].get_ydata(), model.cv_results_.mean(axis=0)[::-1])
    np.testing.assert_allclose(found.lines_[0].get_ydata(), stored.lines_[0].get_ydata())
    assert stored.alpha_min_ == found.alpha_min_ == model.alpha_
    at = list(found.alphas).index(model.alpha_)
    np.testing.assert_allclose(found.coefs[:, at], model.coef_)
    assert found.train[at] == pytest.approx(np.average((y - model.predict(x)) ** 2, weights=weights))
    with pytest.raises(ValueError, match="X and y of fit must be given for a RidgeCV"):
        drawn(peer(theirs.RidgeCV(ALPHAS).fit, x, y))
    classes = peer(
        theirs.RidgeClassifierCV(ALPHAS, cv=4, scoring="balanced_accuracy").fit, x, y > np.median(y), weights
    )
    display = drawn(classes, x, y > np.median(y), sample_weight=weights)
    assert display.alpha_min_ == classes.alpha_
    assert np.max(display.lines_[0].get_ydata()) == pytest.approx(classes.best_score_)
    assert display.ax_.get_ylabel() == "balanced_accuracy"


@pytest.mark.parametrize("model", [RidgeClassifierCV(ALPHAS, cv=4), RidgeCV(ALPHAS, cv=4, scoring="r2")])
def test_the_score_that_chose_is_drawn(model) -> None:
    pytest.importorskip("sklearn")
    x, y = problem(60, 6)
    peer(model.fit, x, y > np.median(y))
    display = drawn(model, x, y > np.median(y))
    mean = display.lines_[0].get_ydata()
    np.testing.assert_array_equal(mean, model.score_path_[::-1])
    assert mean.max() == mean[list(display.alphas).index(display.alpha_min_)] == model.best_score_
    assert display.ax_.get_ylabel() == (model.scoring or "accuracy")


def test_one_alpha_wild_folds_and_missing_scores_are_seen() -> None:
    x, y = problem(40, 5)
    for display in (drawn(LassoCV(alphas=[0.1], cv=3).fit(x, y), x, y), drawn(([0.1], np.ones((2, 1))))):
        assert {line.get_marker() for line in display.lines_} == {"o"}
    errors = np.ones((4, 3)) + np.arange(4)[:, np.newaxis]
    errors[0, 0], errors[2] = 50, np.nan
    display = RegularizationPathDisplay([4.0, 3.0, 2.0, 1.0], validation=errors).plot_score(Figure().subplots())
    low, high = display.ax_.get_ylim()
    assert low < 2
    assert high > 50
    assert display.alpha_min_ == 3.0
    with pytest.raises(ValueError, match="finite number at one alpha"):
        RegularizationPathDisplay([1.0], validation=[[np.nan, 1.0]])


def test_weights_count_in_the_training_error() -> None:
    x, y = problem(40, 5)
    weights = np.random.default_rng(0).uniform(0.2, 3, 40)
    model = LassoCV(alphas=5, cv=3).fit(x, y, weights)
    display = drawn(model, x, y, sample_weight=weights)
    at = list(display.alphas).index(model.alpha_)
    assert display.train[at] == pytest.approx(np.average((y - model.predict(x)) ** 2, weights=weights))
    for wrong, what in (((x[:, :3], y), "X"), ((x, y[:30]), "y"), ((x[0], y), "X")):
        with pytest.raises(ValueError, match=f"{what} must be what the estimator was fitted with"):
            drawn(model, *wrong)
    with pytest.raises(ValueError, match="sample_weight must be what"):
        drawn(model, x, y, sample_weight=[1.0])


def test_names_stay_beside_their_panel_and_labels_inside_the_figure(monkeypatch) -> None:
    monkeypatch.setenv("MPLBACKEND", "agg")
    x, y = problem(40, 5)
    names = [f"a rather long name {j}" for j in range(5)]
    paths = {title: lasso_path(x, y, alphas=6) for title in ("one", "two", "three")}
    displays = RegularizationPathDisplay.compare(paths, feature_names=names)
    figure = displays[0].figure_
    figure.canvas.draw()
    for left, right in itertools.pairwise(displays):
        ends = [text.get_window_extent().x1 for text in left.ax_.texts]
        starts = [label.get_window_extent().x0 for label in right.ax_.get_yticklabels()]
        assert len(ends) > 0
        assert max(ends) < min(starts)
    for display in displays:
        assert display.ax_.xaxis.label.get_window_extent().y0 >= 0
        assert max(text.get_window_extent().x1 for text in display.ax_.texts) <= figure.bbox.x1
    with pytest.raises(TypeError, match="a dict of titles to paths, got list"):
        RegularizationPathDisplay.compare([1])
