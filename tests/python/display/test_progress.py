"""What is printed, and the live bar where somebody is watching."""

import io

import numpy as np
import pytest

import proxnet
from proxnet.layers import Dense
from proxnet.models import progress


@pytest.mark.parametrize(
    ("steps", "seconds", "logs", "text"),
    [
        (4, 0.012, {"accuracy": 0.50891, "loss": 0.89}, "4/4 - 0s - 3ms/step - accuracy: 0.5089 - loss: 0.8900"),
        (10, 25.0, {"loss": 12.0}, "10/10 - 25s - 2s/step - loss: 12.0000"),
        (1000, 0.05, {"loss": 1.2345e-5}, "1000/1000 - 0s - 50us/step - loss: 1.2345e-05"),
        (2, 0.4, {}, "2/2 - 0s - 200ms/step"),
    ],
)
def test_lines_are_keras(steps, seconds, logs, text):
    assert progress.line(steps, seconds, logs, 2) == text


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_auto_asks_the_output(monkeypatch):
    assert progress.resolve_verbose("fit", "auto") == 2
    monkeypatch.setattr("sys.stdout", Terminal())
    assert progress.resolve_verbose("fit", "auto") == 1
    assert [progress.resolve_verbose("fit", value) for value in (0, 1, 2, True, False)] == [0, 1, 2, 1, 0]


def test_a_terminal_gets_a_bar_and_keeps_the_line(monkeypatch, rows):
    pytest.importorskip("rich")
    monkeypatch.setattr("sys.stdout", Terminal())
    model = proxnet.Sequential([Dense(1)])
    model.compile(loss="mse")
    model.fit(*rows, epochs=2, batch_size=20)
    lines = progress.sys.stdout.getvalue().splitlines()
    assert [lines[0], lines[-2]] == ["Epoch 1/2", "Epoch 2/2"]
    assert lines[-1].startswith("3/3 " + "━" * 20 + " 0s ")
    assert lines[-1].endswith(f" - loss: {model.history.history['loss'][-1]:.4f}")


def test_the_bar_moves_and_goes_away(monkeypatch):
    pytest.importorskip("rich")
    monkeypatch.setattr("sys.stdout", Terminal())
    bar = progress.Progress(1, ["loss", "accuracy"])
    bar.set_params({"epochs": 1, "steps": 10})
    bar.on_epoch_begin(0)
    bar.update(3, 10, 0.5, [0.75])
    assert "3/10" in progress.sys.stdout.getvalue()
    assert "accuracy: 0.7500 - loss: 0.5000" in progress.sys.stdout.getvalue()
    bar.on_epoch_end(0, {"loss": 0.25})
    assert bar._bar is None
    assert progress.sys.stdout.getvalue().splitlines()[-1].endswith("loss: 0.2500")


def test_without_rich_there_are_plain_lines(monkeypatch, rows):
    monkeypatch.setattr("sys.stdout", Terminal())
    monkeypatch.setattr(progress, "_has_rich", lambda: False)
    model = proxnet.Sequential([Dense(1)])
    model.compile(loss="mse")
    model.fit(*rows, verbose=1)
    assert progress.sys.stdout.getvalue().splitlines()[-1].startswith("2/2 - 0s - ")


def test_an_error_takes_the_bar_away(monkeypatch, rows):
    pytest.importorskip("rich")
    monkeypatch.setattr("sys.stdout", Terminal())
    closed = []
    monkeypatch.setattr(progress.Progress, "close", lambda self: closed.append(True))
    model = proxnet.Sequential([Dense(1)])
    model.compile(loss="mse")
    with pytest.raises(ValueError, match="nan"):
        model.fit(rows[0] * np.nan, rows[1])
    with pytest.raises(ZeroDivisionError):
        model.fit(*rows, callbacks=[proxnet.callbacks.LambdaCallback(on_epoch_begin=lambda *_: 1 / 0)])
    assert closed
