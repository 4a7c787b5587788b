"""Pictures of regularization paths hold the numbers they were given; the scripts that draw them find what is there."""

import importlib
import warnings

import numpy as np
import pytest

from linear_tools import problem
from peer_tools import peer
from proxnet.display import RegularizationPathDisplay
from proxnet.linear_model import ElasticNetCV, LassoCV, lasso_path

pytest.importorskip("matplotlib")
from matplotlib.figure import Figure


@pytest.fixture
def ax():
    return Figure().subplots()


@pytest.fixture(scope="module")
def fitted():
    x, y = problem(60, 12)
    return x, y, LassoCV(alphas=20, cv=4).fit(x, y)


def test_coefficients_against_falling_alphas(ax):
    x, y = problem(60, 12)
    alphas, coefs, gaps = lasso_path(x, y, alphas=15)
    names = [f"feature {j}" for j in range(12)]
    display = RegularizationPathDisplay.from_path((alphas[::-1], coefs[:, ::-1], gaps), feature_names=names, ax=ax)
    assert display.ax_ is ax
    assert display.figure_ is ax.figure
    np.testing.assert_array_equal(display.alphas, alphas)
    np.testing.assert_array_equal(display.nonzeros, np.count_nonzero(coefs, axis=0))
    for line in display.lines_:
        feature = names.index(line.get_label())
        np.testing.assert_array_equal(line.get_xdata(), alphas)
        np.testing.assert_array_equal(line.get_ydata(), coefs[feature])
    drawn = {line.get_label() for line in display.lines_}
    assert drawn == {names[j] for j in range(12) if coefs[j].any()}
    assert ax.get_xscale() == "log"
    assert ax.get_xlim() == pytest.approx((alphas[0], alphas[-1]))
    assert len(ax.texts) == min(10, len(drawn))


def test_scores_show_both_rules_and_the_non_zeros(fitted, ax):
    x, y, model = fitted
    display = RegularizationPathDisplay.from_estimator(model, x, y, ax=ax)
    assert display.alpha_min_ == model.alpha_min_
    assert display.alpha_1se_ == model.alpha_1se_
    mean, train, count = display.lines_
    np.testing.assert_allclose(mean.get_ydata(), model.mse_path_.mean(axis=1))
    expected = [np.var(y - x @ w) for w in model.coef_path_]
    np.testing.assert_allclose(train.get_ydata(), expected)
    np.testing.assert_array_equal(count.get_ydata(), np.count_nonzero(model.coef_path_, axis=1))
    vertical = {line.get_label().split(",")[0]: line.get_xdata()[0] for line in ax.lines if len(line.get_xdata()) == 2}
    assert vertical == {"smallest error": model.alpha_min_, "1-SE rule": model.alpha_1se_}
    band = ax.collections[0].get_paths()[0].vertices[:, 1]
    spread = model.mse_path_.std(axis=1, ddof=1) / 2
    assert band.max() == pytest.approx((model.mse_path_.mean(axis=1) + spread).max())


def test_kinds_and_several_ratios(fitted, ax):
    x, y, model = fitted
    display = RegularizationPathDisplay.from_estimator(model, kind="coefficients", ax=ax)
    np.testing.assert_array_equal(display.coefs, model.coef_path_.T)
    net = ElasticNetCV(l1_ratio=[0.3, 0.9], alphas=10, cv=3).fit(x, y)
    display = RegularizationPathDisplay.from_estimator(net, ax=Figure().subplots())
    which = [0.3, 0.9].index(net.l1_ratio_)
    np.testing.assert_array_equal(display.validation, net.mse_path_[which])
    np.testing.assert_array_equal(display.alphas, net.alphas_[which])


def test_scikit_learns_models_and_paths(ax):
    theirs = pytest.importorskip("sklearn.linear_model")
    x, y = problem(60, 12)
    model = peer(theirs.LassoCV(alphas=20, cv=4).fit, x, y)
    display = RegularizationPathDisplay.from_estimator(model, x, y, ax=ax)
    means = model.mse_path_.mean(axis=1)
    assert display.alpha_min_ == model.alpha_
    within = means <= means.min() + model.mse_path_[means.argmin()].std(ddof=1) / 2
    assert display.alpha_1se_ == model.alphas_[within].max()
    at = list(model.alphas_).index(model.alpha_)
    np.testing.assert_allclose(display.coefs[:, at], model.coef_, atol=0.05)
    path = peer(theirs.lasso_path, x, y, alphas=10)
    np.testing.assert_array_equal(RegularizationPathDisplay.from_path(path, ax=Figure().subplots()).coefs, path[1])
    tasks = peer(theirs.MultiTaskLasso.path, x, np.c_[y, x[:, 0]], l1_ratio=1.0, alphas=6)
    drawn = RegularizationPathDisplay.from_path(tasks, ax=Figure().subplots())
    np.testing.assert_allclose(drawn.coefs, np.linalg.norm(tasks[1], axis=0))


def test_side_by_side_has_one_scale():
    paths = {"big": ([1.0, 0.1], [[0.0, 5.0]]), "small": ([1.0, 0.1], [[0.0, -1.0]])}
    axes = Figure().subplots(1, 2)
    displays = RegularizationPathDisplay.compare(paths, axes=axes)
    assert [display.ax_.get_title() for display in displays] == ["big", "small"]
    assert axes[0].get_ylim() == axes[1].get_ylim()


def test_names_do_not_touch(ax):
    coefs = np.array([[0.0, 1.0 + 1e-6 * j] for j in range(8)])
    RegularizationPathDisplay.from_path(([1.0, 0.1], coefs), feature_names=list("abcdefgh"), ax=ax)
    assert sorted(text.xy[1] for text in ax.texts) == sorted(coefs[:, 1])  # where the leaders begin
    heights = np.sort([text.xyann[1] for text in ax.texts])
    assert np.diff(heights).min() >= 0.04 * np.diff(ax.get_ylim())
    assert heights.mean() == pytest.approx(coefs[:, 1].mean())


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: RegularizationPathDisplay([1.0]), "coefficients or scores"),
        (lambda: RegularizationPathDisplay([]), "alphas must be a vector"),
        (lambda: RegularizationPathDisplay([np.nan], [[1.0]]), "finite and >= 0"),
        (lambda: RegularizationPathDisplay([1.0, 2.0], [[1.0]]), "coefs must have shape"),
        (lambda: RegularizationPathDisplay([1.0], validation=[1.0]), "validation must have shape"),
        (lambda: RegularizationPathDisplay([1.0], [[1.0]], train=[1.0, 2.0]), "train must have shape"),
        (lambda: RegularizationPathDisplay([1.0], [[1.0]], feature_names=["a", "b"]), "feature_names must name 1"),
        (lambda: RegularizationPathDisplay([1.0], [[1.0]]).plot_score(), "no scores"),
        (lambda: RegularizationPathDisplay([1.0], validation=[[1.0]]).plot(), "no coefficients"),
        (lambda: RegularizationPathDisplay.from_estimator(LassoCV()), "must be fitted"),
        (lambda: RegularizationPathDisplay.from_estimator(LassoCV(), kind="both"), "kind must be"),
        (lambda: RegularizationPathDisplay.from_path(3), "a path must be"),
        (lambda: RegularizationPathDisplay.compare({}), "at least one path"),
    ],
)
def test_what_cannot_be_drawn_is_refused(make, sentence):
    with pytest.raises((ValueError, TypeError), match=sentence):
        make()


@pytest.mark.parametrize(
    "name", ["choosing_alpha", "correlated_features", "polynomial_degree", "genes", "pixels", "overfitting"]
)
def test_examples_run_and_draw(name, tmp_path, monkeypatch, capsys):
    script = importlib.import_module(f"proxnet.examples.{name}")
    output = tmp_path / "picture.png"
    monkeypatch.setattr("sys.argv", [name, str(output)])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        from proxnet.examples._script import run

        run(script.solve, script.draw, name)
    assert output.stat().st_size > 10000
    assert "The picture is in" in capsys.readouterr().out


def test_correlated_features_are_picked_kept_or_spread():
    from proxnet.examples import correlated_features

    lasso, net, ridge = (w != 0 for w in correlated_features.solve().coefs.values())
    assert lasso[:2].sum() == lasso[2:4].sum() == 1
    assert not lasso[4:].any()
    assert net[:4].all()
    assert not net[4:].all()
    assert ridge.all()


def test_the_genes_found_first_are_true():
    from proxnet.examples import genes

    found = genes.solve()
    few, many = found.selected("1se"), found.selected("min")
    assert len(few) < len(many) < genes.PATIENTS
    assert np.intersect1d(few, genes.TRUE).size >= 3
    strongest = np.argsort(-np.abs(found.models["min"].coef_))[:3]
    assert np.isin(strongest, genes.TRUE).all()
