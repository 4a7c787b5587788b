"""Pictures of network paths and of stability selection."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.figure import Figure

import proxnet
from proxnet.display import RegularizationPathDisplay, StabilityDisplay
from proxnet.layers import Dense
from proxnet.path import regularization_path


@pytest.fixture(scope="module")
def path():
    x = np.random.default_rng(0).normal(size=(300, 12)).astype("float32")
    proxnet.set_random_seed(0)
    model = proxnet.Sequential([Dense(8, "relu"), Dense(1)])
    model.compile(proxnet.optimizers.Adam(0.01), "mse")
    y = np.abs(x[:, 0]) + x[:, 3]
    return regularization_path(model, x, y, penalty="group_input", n_strengths=10, dense_epochs=30, refit=False)


def test_a_network_path_shows_importances_and_losses(path) -> None:
    left, right = Figure().subplots(1, 2)
    display = RegularizationPathDisplay.from_path(path, ax=left)
    np.testing.assert_array_equal(display.coefs, path.importances.T[:, ::-1])
    np.testing.assert_array_equal(display.nonzeros, path.inputs_used[::-1])
    assert left.get_ylabel() == "norm of the input's weights"
    assert display.alpha_min_ == path.best().strength
    assert display.alpha_1se_ == path.one_se().strength
    display.plot_score(right)
    assert display.count_ax_.get_ylabel() == "inputs in use"
    assert right.get_ylabel() == "loss"


def test_stable_features_are_coloured_and_counted() -> None:
    probabilities = np.linspace(0, 1, 41)
    display = StabilityDisplay(probabilities, 0.75).plot(Figure().subplots())
    assert display.ax_.get_title() == "11 of 41 features stable"
    assert len(display.bars_) == 25
    widths = [bar.get_width() for bar in display.bars_]
    assert widths == sorted(widths, reverse=True)
    colours = {bar.get_facecolor() for bar, width in zip(display.bars_, widths, strict=True) if width >= 0.75}
    assert len(colours) == 1
    assert all(bar.get_facecolor() not in colours for bar in display.bars_ if bar.get_width() < 0.75)


def test_wrong_arguments_are_sentences() -> None:
    with pytest.raises(ValueError, match="probabilities must be a vector"):
        StabilityDisplay([], 0.5)
    with pytest.raises(ValueError, match="feature_names must name 2 features, got 1"):
        StabilityDisplay([0.1, 0.2], 0.5, feature_names=["a"])
    with pytest.raises(ValueError, match="estimator must be a fitted StabilitySelection"):
        StabilityDisplay.from_estimator(object())
