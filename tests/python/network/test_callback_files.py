"""What callbacks write: columns, histograms, errors that name callback and path; NaN is never the best value."""

import csv
import math
import os
import pathlib

import numpy as np
import pytest

import proxnet
from proxnet import callbacks
from proxnet.layers import BatchNormalization, Dense, Input


@pytest.fixture(autouse=True)
def somewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def make():
    proxnet.set_random_seed(1)
    model = proxnet.Sequential([Input((2,)), Dense(3, name="h"), BatchNormalization(name="n"), Dense(1, name="o")])
    model.compile(proxnet.optimizers.SGD(1e-3), "mse", ["mae"])
    return model


X = np.random.default_rng(0).standard_normal((24, 2))
Y = X.sum(axis=1)


def fit(*used, **options):
    return make().fit(X, Y, verbose=0, callbacks=list(used), **options).history


def table(separator=","):
    with open("log.csv", newline="") as file:
        return list(csv.DictReader(file, delimiter=separator))


class Own(callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        logs["a_value"] = epoch / 2


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_rows_of_later_fits_have_the_columns_of_the_first(separator):
    def log():
        return [Own(), callbacks.CSVLogger("log.csv", separator, append=True)]

    kw = {"validation_data": (X, Y), "validation_freq": 2}
    fit(*log(), epochs=1, **kw)
    history = fit(*log(), epochs=4, initial_epoch=1, **kw)
    rows = table(separator)
    assert list(rows[0]) == ["epoch", "a_value", "loss", "mae", "val_loss", "val_mae"]
    assert [row["epoch"] for row in rows] == ["0", "1", "2", "3"]
    for name in ("val_loss", "val_mae"):
        assert [row[name] for row in rows] == ["NA", str(history[name][0]), "NA", str(history[name][1])]
    for name in ("loss", "mae", "a_value"):
        assert [float(row[name]) for row in rows[1:]] == history[name]


def test_a_value_without_a_column_is_told():
    fit(callbacks.CSVLogger("log.csv"), epochs=2)
    with pytest.warns(UserWarning, match=r"\[CSVLogger\] log.csv has no column for a_value: not written"):
        history = fit(Own(), callbacks.CSVLogger("log.csv", append=True))
    assert float(table()[2]["loss"]) == history["loss"][0]


def test_a_line_that_was_cut_stays_apart():
    fit(callbacks.CSVLogger("log.csv"), epochs=2)
    text = pathlib.Path("log.csv").read_bytes()
    pathlib.Path("log.csv").write_bytes(text[:-4])
    history = fit(callbacks.CSVLogger("log.csv", append=True))
    assert float(table()[2]["loss"]) == history["loss"][0]
    fit(callbacks.CSVLogger("log.csv"))  # without append the file begins anew
    assert len(table()) == 1


@pytest.mark.parametrize("text", [b"loss,epoch\n1,2\n", b"\n", b"\xff\xfe", b"a model\n"])
def test_other_files_are_not_appended_to(text):
    pathlib.Path("log.csv").write_bytes(text)
    with pytest.raises(ValueError, match=r"\[CSVLogger\] filename must be a log to append to"):
        fit(callbacks.CSVLogger("log.csv", append=True))
    assert pathlib.Path("log.csv").read_bytes() == text


@pytest.mark.parametrize(
    ("make_it", "message"),
    [
        (callbacks.CSVLogger, r"\[CSVLogger\] filename cannot be written"),
        (callbacks.ModelCheckpoint, r"\[ModelCheckpoint\] filepath cannot be written"),
    ],
)
@pytest.mark.parametrize("path", ["folder", b"folder/\xff", "file/x/y", "a" * 300])
def test_paths_that_cannot_be_written_are_named(make_it, message, path):
    os.makedirs(b"folder/\xff")
    pathlib.Path("file").touch()
    with pytest.raises(OSError, match=message) as caught:
        fit(make_it(path))
    assert caught.value.errno
    assert str(caught.value).encode()  # text that can be shown
    with pytest.raises(FileNotFoundError, match=r"\[CSVLogger\] filename cannot be written: No such file"):
        fit(callbacks.CSVLogger("nowhere/log.csv"))


@pytest.mark.parametrize("path", ["a\0b", b"a\0b", "", "\ud800"])
def test_paths_that_are_none_are_refused(path):
    for make_it in (callbacks.CSVLogger, callbacks.ModelCheckpoint, callbacks.TensorBoard, callbacks.BackupAndRestore):
        with pytest.raises(ValueError, match=rf"\[{make_it.__name__}\] \w+ must (not|be a path)"):
            make_it(path)


def test_paths_of_any_bytes_are_written(capsys):
    name = b"caf\xe9"  # not UTF-8
    fit(callbacks.ModelCheckpoint(name, verbose=1), callbacks.CSVLogger(name + b".csv"))
    assert sorted(os.listdir(b".")) == [name, name + b".csv"]
    assert "caf\\xe9" in capsys.readouterr().out


def test_histograms_have_the_names_of_the_weights():
    pytest.importorskip("tensorboardX")
    from tensorboardX.proto.event_pb2 import Event

    model = make()
    model.fit(X, Y, epochs=3, verbose=0, callbacks=[callbacks.TensorBoard("logs", histogram_freq=2)])
    (name,) = os.listdir("logs/train")
    found = {}
    with open(os.path.join("logs", "train", name), "rb") as file:
        while head := file.read(12):
            event = Event.FromString(file.read(int.from_bytes(head[:8], "little")))
            file.read(4)
            for value in event.summary.value:
                if value.tag.endswith("/histogram"):
                    found.setdefault(value.tag, []).append((event.step, value.histo))
    wanted = ["h/kernel", "h/bias", "n/gamma", "n/beta", "n/moving_mean", "n/moving_variance", "o/kernel", "o/bias"]
    assert set(found) == {f"{tag}/histogram" for tag in wanted}
    for variable in (variable for layer in model.layers for variable in layer.weights):
        (_, _), (step, last) = found[f"{variable.path}/histogram"]
        numbers = variable.numpy()
        assert (step, last.num) == (2, numbers.size)
        assert (last.min, last.max) == (numbers.min(), numbers.max())
        assert last.sum == pytest.approx(numbers.sum(), rel=1e-5, abs=1e-6)


class Scripted(callbacks.Callback):
    def __init__(self, values):
        super().__init__()
        self.values = values

    def on_epoch_end(self, epoch, logs=None):
        logs["value"] = self.values[epoch]


@pytest.mark.parametrize("mode", ["min", "max"])
def test_a_value_that_is_no_number_is_never_the_best(mode):
    sign = 1 if mode == "min" else -1
    script = Scripted([math.nan, sign * 3.0, math.nan, sign * 2.0])
    stop = callbacks.EarlyStopping("value", mode=mode, patience=9)
    slower = callbacks.ReduceLROnPlateau("value", mode=mode)
    keep = callbacks.ModelCheckpoint("{epoch}", "value", mode=mode, save_best_only=True)
    fit(script, stop, slower, keep, epochs=4)
    assert stop.best == slower.best == keep.best == sign * 2.0
    assert stop.best_epoch == 3
    assert sorted(os.listdir()) == ["2", "4"]
