"""Backups: a training that was killed and started again ends as one that was not, callbacks and history included."""

import csv
import os
import pathlib

import numpy as np
import pytest

import proxnet
from proxnet import callbacks
from proxnet.layers import Dense, Dropout, Input

EPOCHS = 20


class Kill(callbacks.Callback):
    def __init__(self, epoch):
        super().__init__()
        self.epoch = epoch

    def on_epoch_begin(self, epoch, logs=None):
        if epoch == self.epoch:
            raise KeyboardInterrupt


class Averaging:
    """Somebody's callback: no base class, state in attributes, some of it arrays."""

    def __init__(self):
        self.mean, self.losses, self.note = None, [], ("none", np.float32(0))

    def set_model(self, model):
        self.model = model

    def on_train_begin(self, logs=None):
        self.mean, self.losses = None, []

    def on_epoch_end(self, epoch, logs=None):
        weights = self.model.get_weights()
        self.mean = (
            weights if self.mean is None else [0.9 * m + 0.1 * w for m, w in zip(self.mean, weights, strict=True)]
        )
        self.losses.append(logs["loss"])
        self.note = ("epoch", np.float32(epoch))
        logs["average"] = float(sum(np.abs(m).sum() for m in self.mean)) + sum(self.losses)


class Counted(callbacks.Callback):
    """State of its own kind."""

    def __init__(self):
        super().__init__()
        self.seen = set()

    def get_state(self):
        return {"seen": sorted(self.seen)}

    def set_state(self, state):
        self.seen = set(state["seen"])

    def on_epoch_end(self, epoch, logs=None):
        self.seen.add(epoch)
        logs["count"] = len(self.seen)


def data():
    rng = np.random.default_rng(2)
    x = rng.standard_normal((60, 5))
    return x, x @ [1.0, -1, 0, 0, 2] + rng.standard_normal(60), x[:20], rng.standard_normal(20)


def train(extra=(), **early):
    """A fit under every callback with state; what is left of it."""
    proxnet.set_random_seed(4)
    model = proxnet.Sequential([Input((5,)), Dense(6, "relu", name="h"), Dropout(0.2), Dense(1, name="o")], "m")
    model.compile(proxnet.optimizers.Adam(0.1), "mse", ["mae"])
    x, y, held_x, held_y = data()
    stop = callbacks.EarlyStopping(patience=early.get("patience", 30), restore_best_weights=True, min_delta=0.01)
    slower = callbacks.ReduceLROnPlateau("loss", factor=0.7, patience=1, min_delta=0.05, cooldown=2)
    keep = callbacks.ModelCheckpoint("best.safetensors", save_best_only=True)
    used = [*extra, Averaging(), Counted(), stop, slower, keep, callbacks.CSVLogger("log.csv")]
    model.fit(x, y, epochs=EPOCHS, verbose=0, batch_size=16, validation_data=(held_x, held_y), callbacks=used)
    with open("log.csv", newline="") as file:
        rows = list(csv.reader(file))
    best = proxnet.load_model("best.safetensors").get_weights()
    numbers = (stop.best, stop.best_epoch, stop.wait, stop.stopped_epoch, slower.best, keep.best)
    return model.get_weights(), model.history.history, model.history.epoch, rows, best, numbers


def same(a, b):
    assert all((x == y).all() for x, y in zip(a[0], b[0], strict=True))
    assert all((x == y).all() for x, y in zip(a[4], b[4], strict=True))
    assert a[1:4] == b[1:4]
    assert a[5] == b[5]


@pytest.fixture(autouse=True)
def somewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("first", [True, False])
def test_killed_after_any_epoch_it_ends_as_without_a_break(tmp_path, monkeypatch, first):
    straight = train()
    assert len(set(straight[1]["learning_rate"])) >= 3
    for epoch in range(1, EPOCHS, 1 if first else 3):
        folder = tmp_path / str(epoch)
        folder.mkdir()
        monkeypatch.chdir(folder)
        order = slice(None, None, 1 if first else -1)
        with pytest.raises(KeyboardInterrupt):
            train([callbacks.BackupAndRestore("backup"), Kill(epoch)][order])
        assert sorted(os.listdir("backup")) == [f"callbacks-{epoch}.npz", "latest.safetensors"]
        same(straight, train([callbacks.BackupAndRestore("backup")]))
        assert not os.path.exists("backup")


def test_killed_between_the_last_epoch_and_the_end():
    class KillAtTheEnd(callbacks.Callback):
        def on_train_end(self, logs=None):
            raise KeyboardInterrupt

    straight = train(patience=3)
    assert len(straight[2]) < EPOCHS  # stopped
    with pytest.raises(KeyboardInterrupt):
        train([KillAtTheEnd(), callbacks.BackupAndRestore("backup")], patience=3)
    same(straight, train([callbacks.BackupAndRestore("backup")], patience=3))


def test_arguments_are_those_of_the_program_that_goes_on():
    with pytest.raises(KeyboardInterrupt):
        train([callbacks.BackupAndRestore("backup"), Kill(4)])
    with pytest.raises(KeyboardInterrupt):
        train([callbacks.BackupAndRestore("backup"), Kill(6)])  # not at 4 again
    assert os.path.exists("backup/callbacks-6.npz")


def test_bad_backups_are_refused():
    with pytest.raises(KeyboardInterrupt):
        train([callbacks.BackupAndRestore("backup"), Kill(2)])
    whole = pathlib.Path("backup/callbacks-2.npz").read_bytes()
    for cut in (0, 1, len(whole) // 2, len(whole) - 1):
        pathlib.Path("backup/callbacks-2.npz").write_bytes(whole[:cut])
        with pytest.raises(ValueError, match=r"\[BackupAndRestore\] the callbacks' state must be whole"):
            train([callbacks.BackupAndRestore("backup")])
    os.remove("backup/callbacks-2.npz")
    with pytest.raises(ValueError, match="the callbacks' state must be beside"):
        train([callbacks.BackupAndRestore("backup")])
    model = proxnet.load_model("backup/latest.safetensors")
    for write in (model.save, model.save_weights):
        write("backup/latest.safetensors")
        with pytest.raises(ValueError, match=r"\[BackupAndRestore\] the backup must be of BackupAndRestore"):
            train([callbacks.BackupAndRestore("backup")])


def test_state_that_no_file_can_hold_is_refused():
    class Own(callbacks.Callback):
        def get_state(self):
            return {"model": self.model}

    with pytest.raises(TypeError, match="get_state of Own must give a dict of numbers, text"):
        train([callbacks.BackupAndRestore("backup"), Own()])


def test_a_backup_folder_that_is_a_file_is_named():
    pathlib.Path("backup").touch()
    with pytest.raises(FileExistsError, match=r"\[BackupAndRestore\] backup_dir cannot be written"):
        train([callbacks.BackupAndRestore("backup")])
