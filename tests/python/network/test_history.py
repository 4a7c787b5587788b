"""What fit returns: keys, order, values, and which rows they are of."""

import numpy as np
import pytest

import proxnet
from proxnet.layers import Dense, Dropout


def trained(rows, metrics=("accuracy",), dropout=0.0, **arguments):
    proxnet.set_random_seed(2)
    layers = [Dense(4, activation="relu"), Dropout(dropout), Dense(1, activation="sigmoid")]
    model = proxnet.Sequential(layers)
    model.compile("adam", "binary_crossentropy", metrics=list(metrics))
    return model, model.fit(*rows, verbose=0, **arguments)


def test_keys_are_sorted(rows):
    metrics = ["mse", "acc", proxnet.metrics.MeanAbsoluteError(), proxnet.metrics.BinaryAccuracy(name="hits")]
    _, history = trained(rows, metrics, validation_split=0.25, epochs=2)
    keys = ["acc", "hits", "loss", "mean_absolute_error", "mse"]
    assert list(history.history) == keys + ["val_" + key for key in keys]
    _, history = trained(rows, [proxnet.metrics.MeanSquaredError("z")], validation_split=0.25, epochs=2)
    assert list(history.history) == ["loss", "val_loss", "val_z", "z"]
    assert history.epoch == [0, 1]
    assert history.params == {"verbose": 0, "epochs": 2, "steps": 2}
    assert all(type(value) is float for values in history.history.values() for value in values)


def test_the_model_keeps_it(rows):
    model, history = trained(rows)
    assert model.history is history
    assert history.model is model


def test_validation_values_are_evaluate_s(rows):
    x, y = rows
    model, history = trained(rows, validation_data=(x[:20], y[:20]), epochs=2)
    report = model.evaluate(x[:20], y[:20], verbose=0, return_dict=True)
    assert history.history["val_loss"][-1] == report["loss"]
    assert history.history["val_accuracy"][-1] == report["accuracy"]


def test_the_split_holds_the_last_rows(rows):
    x, y = rows
    split, history = trained(rows, validation_split=0.25)
    report = split.evaluate(x[45:], y[45:], verbose=0)
    assert [history.history["val_loss"][-1], history.history["val_accuracy"][-1]] == report
    cut, other = trained((x[:45], y[:45]))
    assert other.history["loss"] == history.history["loss"]
    for a, b in zip(split.get_weights(), cut.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_the_split_divides_sample_weights_too(rows):
    weights = np.linspace(1, 2, 60)
    model, history = trained(rows, validation_split=0.25, sample_weight=weights)
    report = model.evaluate(rows[0][45:], rows[1][45:], sample_weight=weights[45:], verbose=0)
    assert history.history["val_loss"] == [report[0]]


def test_weights_of_validation_data(rows):
    x, y = rows
    model, history = trained(rows, validation_data=(x, y, np.full(60, 3.0)))
    assert history.history["val_loss"][0] == pytest.approx(3 * model.evaluate(x, y, verbose=0)[0], rel=1e-6)


def test_validation_frequency(rows):
    _, history = trained(rows, validation_split=0.5, validation_freq=2, epochs=5)
    assert (len(history.history["loss"]), len(history.history["val_loss"])) == (5, 2)
    _, history = trained(rows, validation_split=0.5, validation_freq=[1, 5], epochs=5)
    assert len(history.history["val_loss"]) == 2


def test_initial_epoch(rows):
    _, history = trained(rows, epochs=5, initial_epoch=3)
    assert history.epoch == [3, 4]
    assert len(history.history["loss"]) == 2


def test_two_halves_make_the_whole(rows):
    whole, history = trained(rows, epochs=4, dropout=0.5)
    half, first = trained(rows, epochs=2, dropout=0.5)
    second = half.fit(*rows, epochs=4, initial_epoch=2, verbose=0)
    assert first.history["loss"] + second.history["loss"] == history.history["loss"]
    for a, b in zip(whole.get_weights(), half.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_divergence_raises_and_keeps_finite_weights(rows):
    x, y = rows
    model = proxnet.Sequential([Dense(1)])
    model.compile(proxnet.optimizers.SGD(1e30), "mse")
    with pytest.raises(proxnet.DivergenceError):
        model.fit(x * 1e6, y, epochs=5, verbose=0)
    assert all(np.isfinite(w).all() for w in model.get_weights())


def test_growing_loss_warns(rows):
    model = proxnet.Sequential([Dense(1)])
    model.compile(proxnet.optimizers.SGD(3.0), "mse")
    with pytest.warns(proxnet.DivergenceWarning, match=r"\[fit\] the training loss grew from .* learning_rate"):
        model.fit(*rows, epochs=5, batch_size=60, verbose=0)


def test_verbose(rows, capsys):
    for verbose in (1, 2, "auto"):
        model, _ = trained(rows)
        model.fit(*rows, epochs=2, verbose=verbose)
        lines = capsys.readouterr().out.splitlines()
        assert lines[0::2] == ["Epoch 1/2", "Epoch 2/2"]
        assert all(line.startswith("2/2 - 0s - ") for line in lines[1::2])
    model.fit(*rows, epochs=2, verbose=0)
    assert capsys.readouterr().out == ""
