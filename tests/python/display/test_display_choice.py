"""Pictures of choices: what the estimator itself chose is marked, whatever it chose by."""

import warnings

import numpy as np
import pytest

from linear_tools import problem
from pairwise import pairwise
from peer_tools import peer
from proxnet.display import RegularizationPathDisplay
from proxnet.linear_model import LassoCV, LogisticRegressionCV, MultiTaskLassoCV, RidgeCV, logistic_path

pytest.importorskip("matplotlib")
theirs = pytest.importorskip("sklearn.linear_model")
from matplotlib.figure import Figure  # noqa: E402


def drawn(estimator, *args, **options):
    return RegularizationPathDisplay.from_estimator(estimator, *args, ax=Figure().subplots(), **options)


def labelled(count):
    x, y = problem(80, 8)
    return x - x.mean(axis=0), np.digitize(y, np.quantile(y, np.arange(1, count) / count))


@pytest.mark.parametrize("count", [2, 3])
def test_logistic_paths_fall_from_strong_penalties(count) -> None:
    x, y = labelled(count)
    path = logistic_path(x, y, Cs=6, eps=0.05)
    display = RegularizationPathDisplay.from_path(path, ax=Figure().subplots())
    np.testing.assert_allclose(display.alphas, 1 / path[0])
    assert not display.coefs[:, 0].any()
    expected = path[1][0] if count == 2 else np.linalg.norm(path[1], axis=0)
    np.testing.assert_array_equal(display.coefs, expected)
    assert (display.coefs < 0).any() == (count == 2)
    assert display.ax_.get_xlabel() == "1 / C (from strong to weak)"
    assert display.ax_.get_ylabel() == ("coefficient" if count == 2 else "norm of the coefficients over the classes")


@pytest.mark.parametrize("scoring", [None, "neg_mean_absolute_error"])
def test_marks_are_the_estimators_own_choice(scoring) -> None:
    elsewhere = 0
    for seed in range(20):
        rng = np.random.default_rng(seed)
        x = rng.normal(size=(40, 15))
        y = x[:, 0] + rng.standard_cauchy(40)
        model = RidgeCV(np.logspace(-2, 4, 25), cv=5, scoring=scoring).fit(x, y)
        display = drawn(model)
        assert (display.alpha_min_, display.alpha_1se_) == (model.alpha_min_, model.alpha_1se_)
        least = scoring is None and model.alphas_[model.mse_path_.mean(axis=1).argmin()] == model.alpha_min_
        elsewhere += not least
        labels = [text.get_text() for text in display.ax_.get_legend().get_texts()]
        assert any(label.startswith("smallest error" if least else "best score") for label in labels)
    assert elsewhere > 0


@pytest.mark.parametrize("scoring", [None, "neg_median_absolute_error"])
def test_rows_left_out_are_drawn(scoring) -> None:
    x, y = problem(40, 6)
    model = RidgeCV(np.logspace(-2, 3, 12), scoring=scoring).fit(x, y)
    display = drawn(model, x, y)
    scores = (-1 if scoring is None else 1) * model.score_path_
    np.testing.assert_allclose(display.lines_[0].get_ydata(), scores[::-1])
    assert display.alpha_min_ == model.alpha_min_
    assert display.ax_.get_ylabel() == (scoring or "mean squared error")
    both = RidgeCV(np.logspace(-2, 3, 12), alpha_per_target=True).fit(x, np.c_[y, x[:, 0]])
    assert drawn(both, x, np.c_[y, x[:, 0]]).alpha_min_ is None


@pairwise(source=["ours", "new", "legacy"], count=[2, 3], ratios=[1, 2])
def test_choices_of_c_are_drawn_by_their_scores(source, count, ratios) -> None:
    x, y = labelled(count)
    options = {"Cs": [0.01, 0.1, 1.0], "cv": 4, "scoring": "neg_log_loss"}
    options["l1_ratios"] = [0.0] if ratios == 1 else [0.2, 0.9]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if source == "ours":
            model = LogisticRegressionCV(**options).fit(x, y)
        else:
            solver = "lbfgs" if ratios == 1 else "saga"
            plain = {"use_legacy_attributes": source == "legacy", "solver": solver, "max_iter": 500}
            model = peer(theirs.LogisticRegressionCV(**options, **plain).fit, x, y)
    display = drawn(model)
    np.testing.assert_allclose(display.alphas, [100, 10, 1])
    assert display.alpha_min_ == pytest.approx(1 / np.ravel(model.C_)[0])
    assert display.ax_.get_ylabel() == "neg_log_loss"
    mean = display.lines_[0].get_ydata()
    assert display.alphas[np.argmax(mean)] == pytest.approx(display.alpha_min_)
    assert display.coefs.shape == (8, 3)
    assert np.abs(display.coefs[:, 2]).sum() > np.abs(display.coefs[:, 0]).sum()
    if source == "ours":
        assert display.alpha_1se_ == model.alpha_1se_
    drawn(model, kind="coefficients")


@pytest.mark.parametrize("module", ["ours", "theirs"])
def test_the_training_error_of_several_targets_is_their_mean(module) -> None:
    x, y = problem(50, 6)
    both = np.c_[y, x[:, 1] ** 2]
    kind = MultiTaskLassoCV if module == "ours" else theirs.MultiTaskLassoCV
    model = kind(alphas=8, cv=3, tol=1e-9, max_iter=10000).fit(x, both)
    display = drawn(model, x, both)
    at = list(display.alphas).index(model.alpha_)
    assert display.train[at] == pytest.approx(np.mean((both - model.predict(x)) ** 2), rel=1e-3)
    assert (np.diff(display.train) <= 1e-9).all()
    with pytest.raises(ValueError, match="y must be what the estimator was fitted with"):
        drawn(model, x, y)
    with pytest.raises(ValueError, match="y must be what the estimator was fitted with"):
        drawn(LassoCV(alphas=4, cv=3).fit(x, y), x, both)


@pytest.mark.parametrize("size", [(6.4, 4.8), (5.2, 4.4)])
def test_the_legend_is_above_all_curves(size) -> None:
    x, y = problem(60, 30)
    _, labels = labelled(3)
    models = (
        LassoCV(cv=4, alphas=20).fit(x, y),
        RidgeCV(np.logspace(-2, 4, 20), cv=4).fit(x, y),
        LogisticRegressionCV(cv=4).fit(labelled(3)[0], labels),
    )
    for model in models:
        figure = Figure(figsize=size, layout="constrained")
        display = RegularizationPathDisplay.from_estimator(model, ax=figure.subplots())
        figure.canvas.draw()
        under = display.ax_.get_legend().get_window_extent().y0
        for ax in figure.axes:
            heights = np.concatenate([line.get_ydata() for line in ax.lines if len(line.get_ydata()) > 2])
            assert ax.transData.transform([(1.0, heights.max())])[0, 1] <= under
            assert max(ax.get_yticks()) <= heights.max() * 1.1 + 1e-9


@pytest.mark.filterwarnings("ignore")
def test_a_score_that_was_not_asked_for_is_the_accuracy() -> None:
    x, y = labelled(2)
    model = peer(theirs.LogisticRegressionCV(Cs=3, cv=3, l1_ratios=(0.0,), use_legacy_attributes=False).fit, x, y)
    assert drawn(model).ax_.get_ylabel() == "accuracy"
