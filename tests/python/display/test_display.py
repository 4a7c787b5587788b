"""The displays draw what they were given, where they were told to, and leave matplotlib's state alone."""

import numpy as np
import pytest

import proxnet
from proxnet.callbacks import LambdaCallback
from proxnet.display import HistoryDisplay, SparsityDisplay

matplotlib = pytest.importorskip("matplotlib")
from matplotlib.figure import Figure  # noqa: E402


@pytest.fixture
def ax():
    return Figure().subplots()


@pytest.fixture(scope="module")
def trained():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(200, 6)).astype("float32")
    y = (x[:, 0] > 0).astype("float32")
    proxnet.set_random_seed(0)
    model = proxnet.Sequential(
        [
            proxnet.layers.Dense(8, activation="relu", kernel_regularizer=proxnet.regularizers.L1(0.05), name="hidden"),
            proxnet.layers.Dense(1, activation="sigmoid", name="output"),
        ]
    )
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    reports = []
    record = LambdaCallback(on_epoch_end=lambda epoch, logs: reports.append(model.sparsity()))
    history = model.fit(x, y, epochs=5, batch_size=20, validation_split=0.2, callbacks=[record], verbose=0)
    return model, history, reports


def test_history_draws_training_and_validation(trained, ax):
    _, history, _ = trained
    display = HistoryDisplay.from_history(history, ax=ax)
    assert display.ax_ is ax
    assert display.figure_ is ax.figure
    assert list(display.lines_) == ["loss", "val_loss"]
    for name, line in display.lines_.items():
        np.testing.assert_array_equal(line.get_xdata(), [1, 2, 3, 4, 5])
        np.testing.assert_array_equal(line.get_ydata(), history.history[name])
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["training", "validation"]


def test_history_of_a_model_and_of_a_dictionary(trained, ax):
    model, history, _ = trained
    display = HistoryDisplay.from_model(model, metric="accuracy", ax=ax)
    np.testing.assert_array_equal(display.lines_["accuracy"].get_ydata(), history.history["accuracy"])
    display = HistoryDisplay({"loss": [2.0, 1.0]}).plot(Figure().subplots(), color="k", label="mine")
    assert display.lines_["loss"].get_color() == "k"
    assert display.lines_["loss"].get_label() == "mine"


def test_history_refuses_what_it_cannot_draw(ax):
    with pytest.raises(ValueError, match="at least one epoch"):
        HistoryDisplay({})
    with pytest.raises(ValueError, match="metric must be one of"):
        HistoryDisplay({"loss": [1.0]}).plot(ax, metric="accuracy")
    with pytest.raises(ValueError, match="trained by fit"):
        HistoryDisplay.from_model(proxnet.Sequential([proxnet.layers.Dense(1)]))


def test_zeros_against_epochs(trained, ax):
    _, _, reports = trained
    display = SparsityDisplay(reports).plot(ax)
    assert [line.get_label() for line in display.lines_] == ["hidden", "output"]
    expected = [100 * report.layers[0].zeros / report.layers[0].weights for report in reports]
    np.testing.assert_allclose(display.lines_[0].get_ydata(), expected)
    (whole,) = SparsityDisplay(reports).plot(ax, label="whole").lines_
    assert whole.get_label() == "whole"
    assert whole.get_ydata()[-1] == pytest.approx(100 * reports[-1].total.zero_fraction)


def test_inputs_in_use(trained, ax):
    model, _, _ = trained
    display = SparsityDisplay.from_model(model, image_shape=(2, 3), ax=ax)
    used = model.sparsity().layers[0].input_used
    drawn = display.image_.get_array()
    assert drawn.shape == (2, 3)
    np.testing.assert_array_equal(~np.ma.getmaskarray(drawn).ravel(), used)
    fan_out = np.count_nonzero(model.get_weights()[0], axis=1)
    np.testing.assert_array_equal(drawn.ravel()[used], fan_out[used])
    assert f"{used.sum()} of 6" in ax.get_title()


def test_sparsity_refuses_what_it_cannot_draw(trained):
    _, _, reports = trained
    with pytest.raises(ValueError, match="at least one report"):
        SparsityDisplay([])
    with pytest.raises(ValueError, match="must hold the 6 inputs"):
        SparsityDisplay(reports, image_shape=(4, 4))


def test_without_axes_a_figure_is_made_and_the_backend_stays(trained, monkeypatch):
    plt = pytest.importorskip("matplotlib.pyplot")
    plt.switch_backend("Agg")
    monkeypatch.setattr(plt, "show", lambda *_: pytest.fail("show() is the caller's business"))
    before = matplotlib.get_backend()
    display = HistoryDisplay({"loss": [1.0, 0.5]}).plot()
    assert matplotlib.get_backend() == before
    assert display.figure_ is display.ax_.figure
    plt.close(display.figure_)
