"""Pictures can be read: every line has its own name and colour, on light and dark, one epoch or fifty folds."""

import numpy as np
import pytest

import proxnet
from linear_tools import problem
from proxnet.display import HistoryDisplay, RegularizationPathDisplay, SparsityDisplay
from proxnet.linear_model import Lasso, LassoCV, LogisticRegression, logistic_path

matplotlib = pytest.importorskip("matplotlib")
pytest.importorskip("matplotlib.style")
from matplotlib.colors import rgb_to_hsv, to_rgb  # noqa: E402
from matplotlib.figure import Figure  # noqa: E402

HISTORY = {"loss": [3.0, 2.0, 1.5, 1.2], "val_loss": [3.5, 2.5]}


@pytest.fixture
def ax():
    return Figure().subplots()


def legend(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


def test_validation_alone_is_called_so(ax):
    display = HistoryDisplay(HISTORY).plot(ax, metric="val_loss")
    assert legend(ax) == ["validation"]
    assert list(display.lines_) == ["val_loss"]
    assert display.lines_["val_loss"].get_linestyle() == "--"
    assert ax.get_ylabel() == "loss"


def test_validation_stands_at_its_epochs(ax):
    lines = HistoryDisplay(HISTORY).plot(ax).lines_
    assert lines["loss"].get_xdata().tolist() == [1, 2, 3, 4]
    assert lines["val_loss"].get_xdata().tolist() == [2, 4]
    with pytest.raises(ValueError, match="loss must have a value for each of 4 epochs, or for every second"):
        HistoryDisplay(HISTORY | {"val_loss": [1.0, 2.0, 3.0]}).plot(ax)


def test_one_epoch_is_a_marker(ax):
    for line in HistoryDisplay({"loss": [2.0], "val_loss": [3.0]}).plot(ax).lines_.values():
        assert line.get_marker() == "o"
    assert HistoryDisplay(HISTORY).plot(ax).lines_["loss"].get_marker() == ""


def test_two_models_on_one_axis(ax):
    one = HistoryDisplay(HISTORY).plot(ax, label="one").lines_
    HistoryDisplay.from_history(HISTORY, ax=ax, label="other")
    assert legend(ax) == ["one, training", "one, validation", "other, training", "other, validation"]
    colours = [line.get_color() for line in ax.lines]
    assert colours[0] == colours[1] == one["loss"].get_color()
    assert colours[2] == colours[3] != colours[0]


@pytest.mark.parametrize("style", ["default", "dark_background", "ggplot", "grayscale"])
def test_ten_colours_none_of_them_grey_or_invisible(style):
    with matplotlib.style.context(style):
        ax = Figure().subplots()
        coefs = np.outer(np.arange(-6, 8), [0, 1.0])
        display = RegularizationPathDisplay([1.0, 0.1], coefs).plot(ax)
    lines = [to_rgb(line.get_color()) for line in display.lines_]
    vivid = [colour for colour in lines if rgb_to_hsv(colour)[1] > 0.1]
    assert len(set(vivid)) == 10
    assert len(lines) == 13
    ground = np.array(to_rgb(ax.get_facecolor()))
    assert all(np.abs(ground - colour).max() > 0.1 for colour in lines)


@pytest.mark.parametrize("style", ["default", "dark_background"])
def test_marks_can_be_seen_and_have_a_key(style):
    x, y = problem(60, 12)
    model = LassoCV(alphas=20, cv=4).fit(x, y)
    with matplotlib.style.context(style):
        for kind in ("coefficients", "score"):
            ax = Figure().subplots()
            RegularizationPathDisplay.from_estimator(model, kind=kind, ax=ax)
            marks = [line for line in ax.lines if line.get_label().startswith(("smallest", "1-SE"))]
            assert [line.get_xdata()[0] for line in marks] == [model.alpha_min_, model.alpha_1se_]
            assert {line.get_label() for line in marks} <= set(legend(ax))
            for line in marks:
                assert to_rgb(line.get_color()) == to_rgb(matplotlib.rcParams["text.color"])


@pytest.mark.parametrize("size", [(6.4, 4.8), (5.2, 4.4), (9.0, 4.0)])
def test_the_legend_is_small_and_covers_no_mark(size):
    x, y = problem(60, 12)
    model = LassoCV(alphas=20, cv=5).fit(x, y)
    figure = Figure(figsize=size, layout="constrained")
    ax = RegularizationPathDisplay.from_estimator(model, x, y, ax=figure.subplots()).ax_
    figure.canvas.draw()
    box, frame = ax.get_legend().get_window_extent(), ax.get_window_extent()
    assert box.height < 0.36 * frame.height
    assert frame.x0 <= box.x0 < box.x1 <= frame.x1
    for line in ax.lines:
        if len(line.get_ydata()) == 2:
            assert frame.y0 + line.get_ydata()[1] * frame.height <= box.y0


@pytest.mark.parametrize(("folds", "lines"), [(5, 5), (50, 0)])
def test_many_folds_are_a_band(ax, folds, lines):
    rng = np.random.default_rng(0)
    errors = 2 + rng.random((7, folds))
    alphas = np.geomspace(1, 1e-2, 7)
    RegularizationPathDisplay(alphas, validation=errors).plot_score(ax)
    assert len(ax.lines) == 1 + lines + 2
    assert ("each fold" in legend(ax)) == (lines > 0)
    if not lines:
        assert "80 % of 50 folds" in legend(ax)
        heights = ax.collections[1].get_paths()[0].vertices[:, 1]
        assert heights.max() == pytest.approx(np.percentile(errors, 90, axis=1).max())
        assert heights.min() == pytest.approx(np.percentile(errors, 10, axis=1).min())


def test_long_names_are_cut_in_the_middle(ax):
    names = ["mean fractal dimension of the nucleus", "area"]
    display = RegularizationPathDisplay([1.0, 0.1], [[0, 2.0], [0, 1.0]], feature_names=names).plot(ax)
    assert [text.get_text() for text in ax.texts] == ["area", "mean fractal … nucleus"]
    assert [line.get_label() for line in display.lines_] == names
    assert all(text.arrow_patch is not None for text in ax.texts)


@pytest.mark.parametrize("count", [2, 3])
def test_the_first_two_parts_of_a_logistic_path(count, ax):
    x, y = problem(80, 6)
    labels = np.digitize(y, np.quantile(y, np.arange(1, count) / count))
    path = logistic_path(x - x.mean(axis=0), labels, Cs=6)
    for display in (RegularizationPathDisplay(*path[:2]), RegularizationPathDisplay.from_path(path[:2], ax=ax)):
        np.testing.assert_allclose(display.alphas, 1 / path[0])
        assert display.nonzeros[0] == 0
        assert display.plot(ax).ax_.get_xlabel() == "1 / C (from strong to weak)"


def test_models_inside_of_pipelines_and_searches():
    sk = pytest.importorskip("sklearn")
    from sklearn.model_selection import GridSearchCV
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    assert sk
    x, y = problem(60, 8)
    scaled = StandardScaler().fit_transform(x)
    inner = LassoCV(alphas=12, cv=4)
    alone, piped = inner.fit(scaled, y), make_pipeline(StandardScaler(), LassoCV(alphas=12, cv=4)).fit(x, y)
    want = RegularizationPathDisplay.from_estimator(alone, scaled, y, ax=Figure().subplots())
    got = RegularizationPathDisplay.from_estimator(piped, x, y, ax=Figure().subplots())
    np.testing.assert_allclose(got.validation, want.validation)
    np.testing.assert_allclose(got.train, want.train)
    assert got.feature_names == [f"x{j}" for j in range(8)]
    over = GridSearchCV(piped, {"lassocv__fit_intercept": [True, False]}, cv=3).fit(x, y)
    assert RegularizationPathDisplay.from_estimator(over, ax=Figure().subplots()).coefs is not None
    alphas = [1.0, 0.01, 0.1]
    grid = {"lasso__alpha": alphas, "lasso__fit_intercept": [True, False]}
    search = GridSearchCV(make_pipeline(StandardScaler(), Lasso()), grid, cv=3).fit(x, y)
    shown = RegularizationPathDisplay.from_estimator(search, ax=Figure().subplots())
    assert shown.alphas.tolist() == [1.0, 0.1, 0.01]
    assert shown.alpha_min_ == search.best_params_["lasso__alpha"]
    assert shown.validation.mean(axis=1).max() == pytest.approx(search.best_score_)
    classes = GridSearchCV(LogisticRegression(), {"C": [0.1, 1.0]}, cv=3, scoring="accuracy").fit(x, y > np.median(y))
    shown = RegularizationPathDisplay.from_estimator(classes, ax=Figure().subplots())
    assert shown.alphas.tolist() == pytest.approx([10, 1])
    assert shown.ax_.get_ylabel() == "accuracy"
    with pytest.raises(ValueError, match="must be fitted and keep alphas_"):
        RegularizationPathDisplay.from_estimator(GridSearchCV(Lasso(), {"tol": [1e-3]}, cv=3).fit(x, y))


def network(inputs):
    model = proxnet.Sequential([proxnet.Input((inputs,)), proxnet.layers.Dense(3), proxnet.layers.Dense(1)], "<net>")
    kernel = np.zeros((inputs, 3))
    kernel[0], kernel[2, 1] = 1, 1
    model.set_weights([kernel, np.zeros(3), np.ones((3, 1)), np.zeros(1)])
    return model


def test_inputs_of_tables_are_bars_with_names(ax):
    display = SparsityDisplay.from_model(network(4), feature_names=["age", "height", "weight", "sex"], ax=ax)
    assert [bar.get_width() for bar in display.bars_] == [3, 0, 1, 0]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["age", "height", "weight", "sex"]
    assert [text.xy[1] for text in ax.texts] == [1, 3]
    assert {text.get_text() for text in ax.texts} == {"not in use"}
    assert ax.get_title() == "2 of 4 inputs in use"
    many = SparsityDisplay.from_model(network(100), ax=Figure().subplots())
    assert len(many.bars_) == 30
    assert many.ax_.get_yticklabels()[0].get_text() == "input 0"
    assert many.ax_.get_ylabel() == "the 30 inputs that feed the most units"
    with pytest.raises(ValueError, match="feature_names must name the 4 inputs, got 2 names"):
        SparsityDisplay.from_model(network(4), feature_names=["a", "b"])
    image = SparsityDisplay.from_model(network(4), image_shape=(2, 2), ax=Figure().subplots())
    assert image.image_.colorbar is not None


def test_models_are_tables_in_notebooks():
    model = network(4)
    text = model._repr_html_()
    assert "<b>&lt;net&gt;</b>" in text
    assert ">12 (" not in text
    model.compile("sgd", "mse")
    model.fit(np.eye(4), np.ones(4), epochs=1, verbose=0)
    whole = model.sparsity().total
    text = model._repr_html_()
    assert f"Exact zeros: {whole.zeros:,} of 15 kernel weights" in text
    lines: list[str] = []
    model.summary(print_fn=lines.append)
    for cell in ("Inputs in use", "(None, 3)", "Total params: 19"):
        assert cell in text
        assert cell in lines[0]
    assert proxnet.Sequential([proxnet.layers.Dense(2)])._repr_html_().count("<tr>") == 2


def test_a_notebook_rewrites_one_line(monkeypatch, capsys):
    monkeypatch.setitem(__import__("sys").modules, "ipykernel", object())
    from proxnet.models.progress import Progress

    progress = Progress(1, ["loss"])
    progress.set_params({"epochs": 1, "steps": 4})
    progress.on_epoch_begin(0)
    progress.update(1, 4, 2.0, [])
    progress.update(3, 4, 1.0, [])
    progress.on_epoch_end(0, {"loss": 0.5})
    progress.close()
    out = capsys.readouterr().out
    assert progress._bar is None
    assert out.count("\n") == 2
    first, rest = out.split("\n", 1)
    assert first == "Epoch 1/1"
    begun, done, ended = rest.rstrip().split("\r")[1:]
    assert begun.startswith("1/4 ━━━━━───────────────")
    assert "loss: 1.0000" in done
    assert ended.startswith("4/4 ━━━━━━━━━━━━━━━━━━━━")
    assert "loss: 0.5000" in ended
