"""Callbacks that save, schedule, log and stop; Keras' own semantics, worked out by hand."""

import csv
import json
import math
import os

import numpy as np
import pytest

import proxnet
from proxnet import callbacks
from proxnet.layers import Dense, Dropout, Input


def make(rate=0.1):
    proxnet.set_random_seed(4)
    hidden = Dense(6, "relu", name="h")
    model = proxnet.Sequential([Input((5,)), hidden, Dropout(0.2, name="d"), Dense(1, name="o")], "m")
    model.compile(proxnet.optimizers.SGD(rate, momentum=0.5), "mse", ["mae"])
    return model


class Script:
    """A model for callbacks that compare: epochs with given logs."""

    def __init__(self, *given):
        self.optimizer = proxnet.optimizers.SGD(1.0)
        self.metrics = []
        self.stop_training = False
        self.saved = []
        for callback in given:
            callback.set_model(self)
            callback.set_params({"epochs": 100, "verbose": 0, "steps": 1})

    def save(self, path, overwrite):
        self.saved.append(path)

    save_weights = save


def run(callback, values, key="val_loss"):
    model, rates = Script(callback), []
    callback.on_train_begin({})
    for epoch, value in enumerate(values):
        callback.on_epoch_begin(epoch, {})
        rates.append(model.optimizer.learning_rate)
        callback.on_epoch_end(epoch, {key: value} if value is not None else {})
    callback.on_train_end({})
    return model, rates


def test_reduce_lr_waits_cools_down_and_has_a_floor():
    slower = callbacks.ReduceLROnPlateau(factor=0.5, patience=2, cooldown=2, min_lr=0.3, min_delta=0.1)
    _, rates = run(slower, [1.0, 0.95, 0.95, 0.95, 0.95, 0.95, 0.95, 0.95, 0.95, 0.95])
    # best 1.0; two waits: 0.5 after epoch 2; two epochs of cooldown, the second of which waits once it is over
    assert rates == [1, 1, 1, 0.5, 0.5, 0.5, 0.3, 0.3, 0.3, 0.3]
    upwards = callbacks.ReduceLROnPlateau("val_accuracy", factor=0.5, patience=1)
    assert run(upwards, [0.5, 0.6, 0.5, 0.7], "val_accuracy")[1] == [1, 1, 1, 0.5]


def test_reduce_lr_says_what_it_does(capsys):
    run(callbacks.ReduceLROnPlateau(patience=1, factor=0.5, verbose=1), [1, 1])
    assert capsys.readouterr().out == "\nEpoch 2: ReduceLROnPlateau reducing learning rate to 0.5.\n"
    with pytest.warns(UserWarning, match="conditioned on metric `val_loss` which is not available"):
        run(callbacks.ReduceLROnPlateau(), [None])


def test_a_reduced_rate_reaches_the_core(rows):
    model = make()
    slower = callbacks.ReduceLROnPlateau("loss", factor=0.5, patience=1, min_delta=100)
    history = model.fit(*rows, epochs=4, verbose=0, callbacks=[slower])
    assert history.history["learning_rate"] == [0.1, 0.1, 0.05, 0.025]
    assert model._network.learning_rate == 0.025


@pytest.mark.parametrize("schedule", [lambda epoch, rate: rate / 2, lambda epoch: 0.5 ** (epoch + 1)])
def test_learning_rate_scheduler(schedule, capsys):
    _, rates = run(callbacks.LearningRateScheduler(schedule, verbose=1), [1, 1, 1])
    assert rates == [0.5, 0.25, 0.125]
    assert "\nEpoch 3: LearningRateScheduler setting learning rate to 0.125.\n" in capsys.readouterr().out
    with pytest.raises(ValueError, match="what schedule returns must be > 0"):
        run(callbacks.LearningRateScheduler(lambda epoch: 0.0), [1])


def test_checkpoints_of_the_best_value_only(capsys):
    keep = callbacks.ModelCheckpoint("a/{epoch:02d}-{val_loss:.1f}", save_best_only=True, verbose=1)
    model, _ = run(keep, [2.0, 3.0, 1.0])
    assert model.saved == ["a/01-2.0", "a/03-1.0"]
    out = capsys.readouterr().out
    assert "\nEpoch 1: val_loss improved from None to 2.00000, saving model to a/01-2.0\n" in out
    assert "\nEpoch 2: val_loss did not improve from 2.00000\n" in out
    assert "\nEpoch 3: finished saving model to a/03-1.0\n" in out
    high = callbacks.ModelCheckpoint("x", "val_accuracy", save_best_only=True, initial_value_threshold=0.5)
    assert len(run(high, [0.4, 0.6, 0.55, 0.7], "val_accuracy")[0].saved) == 2


@pytest.fixture(autouse=True)
def somewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_checkpoints_without_the_value_or_the_name():
    with pytest.warns(UserWarning, match="Can save best model only with val_loss available"):
        assert run(callbacks.ModelCheckpoint("x", save_best_only=True), [None])[0].saved == ["x"]
    with pytest.raises(KeyError, match="Failed to format this callback filepath"):
        run(callbacks.ModelCheckpoint("{val_mae}"), [1])


def test_checkpoints_of_a_training_are_models_of_their_epoch(rows, tmp_path):
    model, seen = make(), []
    keep = callbacks.ModelCheckpoint(tmp_path / "deep" / "{epoch}.safetensors")
    weights = callbacks.ModelCheckpoint(str(tmp_path / "w{epoch}"), save_weights_only=True)
    note = callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: seen.append(model.get_weights()))
    model.fit(*rows, epochs=3, verbose=0, callbacks=[keep, weights, note])
    for epoch in range(3):
        loaded = proxnet.load_model(tmp_path / "deep" / f"{epoch + 1}.safetensors")
        other = make()
        other.load_weights(tmp_path / f"w{epoch + 1}")
        for ours, theirs, third in zip(loaded.get_weights(), seen[epoch], other.get_weights(), strict=True):
            assert (ours == theirs).all()
            assert (ours == third).all()


def test_checkpoints_every_so_many_batches(rows):
    keep = callbacks.ModelCheckpoint("{epoch}-{batch}", save_freq=4)
    make().fit(*rows, batch_size=10, epochs=2, verbose=0, callbacks=[keep])  # 6 batches an epoch
    assert sorted(os.listdir()) == ["1-4", "2-2", "2-6"]
    assert not callbacks.callback_list.CallbackList("fit", callbacks.ModelCheckpoint("x")).wants_batches()


def test_csv_logger(rows):
    model = make()
    model.fit(*rows, epochs=2, verbose=0, validation_split=0.5, callbacks=[callbacks.CSVLogger("a.csv", separator=";")])
    with open("a.csv", newline="") as file:
        lines = list(csv.DictReader(file, delimiter=";"))
    assert [line["epoch"] for line in lines] == ["0", "1"]
    for key, values in model.history.history.items():
        assert [float(line[key]) for line in lines] == values
    again = callbacks.CSVLogger("a.csv", separator=";", append=True)
    model.fit(*rows, epochs=3, initial_epoch=2, verbose=0, callbacks=[again])
    with open("a.csv", newline="") as file:
        text = file.read().splitlines()
    assert len(text) == 4
    assert text[0] == "epoch;loss;mae;val_loss;val_mae"
    assert text[3].endswith(";NA;NA")


@pytest.mark.filterwarnings("ignore::proxnet.DivergenceWarning")
def test_terminate_on_nan_ends_training_with_finite_weights(rows, capsys):
    x, y = rows
    model = make(rate=0.01)
    model.fit(x, y, epochs=1, verbose=0)
    before = model.get_weights()
    model.optimizer.learning_rate = 1e30
    with pytest.raises(proxnet.DivergenceError):
        model.fit(x, y, epochs=3, verbose=0)
    stop = callbacks.TerminateOnNaN()
    ended = []
    tell = callbacks.LambdaCallback(on_train_end=lambda logs: ended.append(logs))
    history = model.fit(x, y, epochs=3, verbose=0, callbacks=[stop, tell], validation_data=(x, y))
    assert len(history.epoch) == 1
    assert math.isnan(history.history["loss"][0])
    assert model.stop_training
    assert len(ended) == 1
    assert capsys.readouterr().out == "Batch 1: Invalid loss, terminating training\n"
    assert all((a == b).all() for a, b in zip(before, model.get_weights(), strict=True))
    assert not callbacks.callback_list.CallbackList("fit", stop).wants_batches()
    with pytest.raises(RuntimeError, match="NaN or Inf loss encountered at batch 1"):
        model.fit(x, y, epochs=3, verbose=0, callbacks=[callbacks.TerminateOnNaN(raise_error=True)])


class Kill(callbacks.Callback):
    def __init__(self, epoch):
        super().__init__()
        self.epoch = epoch

    def on_epoch_begin(self, epoch, logs=None):
        if epoch == self.epoch:
            raise KeyboardInterrupt


@pytest.mark.parametrize("seeded", [True, False])
def test_a_killed_training_started_again_has_the_same_bits(rows, seeded):
    straight = make()
    straight.fit(*rows, epochs=5, verbose=0, callbacks=[callbacks.LearningRateScheduler(lambda e, r: r * 0.9)])
    rate = callbacks.LearningRateScheduler(lambda e, r: r * 0.9)
    with pytest.raises(KeyboardInterrupt):
        make().fit(*rows, epochs=5, verbose=0, callbacks=[callbacks.BackupAndRestore("backup"), rate, Kill(3)])
    again = make()
    if not seeded:  # the seeds of another process
        proxnet.set_random_seed(99)
    history = again.fit(*rows, epochs=5, verbose=0, callbacks=[callbacks.BackupAndRestore("backup"), rate])
    assert history.epoch == [0, 1, 2, 3, 4]
    assert history.history == straight.history.history
    assert all((a == b).all() for a, b in zip(straight.get_weights(), again.get_weights(), strict=True))
    assert not os.path.exists("backup")


def test_a_backup_of_another_model_is_refused(rows):
    keep = callbacks.BackupAndRestore("backup", delete_checkpoint=False)
    make().fit(*rows, verbose=0, callbacks=[keep])
    other = proxnet.Sequential([Dense(1, name="o")], "m")
    other.compile(loss="mse")
    with pytest.raises(ValueError, match="the backup must be of this model"):
        other.fit(*rows, verbose=0, callbacks=[keep])


def test_a_backup_of_a_model_compiled_otherwise_is_refused(rows):
    keep = callbacks.BackupAndRestore("backup", delete_checkpoint=False)
    make().fit(*rows, verbose=0, callbacks=[keep])
    model = make()
    compiled = model.get_compile_config()
    others = {
        "optimizer": proxnet.optimizers.SGD(0.1),
        "loss": "mae",
        "penalty_step": "subgradient",
    }
    for part, value in others.items():
        model.compile_from_config({**compiled, part: value})
        with pytest.raises(ValueError, match=f"the model must be compiled as for the backup, .* has {part}"):
            model.fit(*rows, verbose=0, callbacks=[keep])
    model.compile_from_config(compiled)
    model.optimizer.learning_rate = 1e-5  # what callbacks may change
    model.fit(*rows, epochs=2, verbose=0, callbacks=[keep])


def test_tensor_board(rows):
    pytest.importorskip("tensorboardX")
    from tensorboardX.proto.event_pb2 import Event

    model = make()
    board = callbacks.TensorBoard("logs", histogram_freq=1, update_freq=2, write_steps_per_second=True)
    history = model.fit(*rows, batch_size=10, epochs=2, verbose=0, validation_split=0.5, callbacks=[board]).history

    def scalars(part):
        found = {}
        (name,) = os.listdir(os.path.join("logs", part))
        with open(os.path.join("logs", part, name), "rb") as file:
            while head := file.read(12):
                event = Event.FromString(file.read(int.from_bytes(head[:8], "little")))
                file.read(4)
                for value in event.summary.value:
                    found.setdefault(value.tag, []).append((event.step, value.simple_value))
        return found

    train, held = scalars("train"), scalars("validation")
    assert [step for step, _ in train["epoch_loss"]] == [0, 1]
    assert np.allclose([value for _, value in train["epoch_loss"]], history["loss"])
    assert np.allclose([value for _, value in held["epoch_mae"]], history["val_mae"])
    assert [step for step, _ in train["batch_loss"]] == [2, 4, 6]
    assert {"zeros/h", "zeros/o", "h/kernel/histogram", "epoch_steps_per_second"} <= set(train)
    assert np.allclose([value for _, value in train["epoch_learning_rate"]], 0.1)


@pytest.mark.parametrize(
    ("make_it", "message"),
    [
        (lambda: callbacks.ReduceLROnPlateau(factor=1.0), "factor must be > 0 and < 1"),
        (lambda: callbacks.ReduceLROnPlateau(mode="up"), "unknown mode 'up'"),
        (lambda: callbacks.ModelCheckpoint("x", save_freq="batch"), "unknown save_freq 'batch'"),
        (lambda: callbacks.ModelCheckpoint("x", save_freq=0), "save_freq must be >= 1"),
        (lambda: callbacks.CSVLogger("x", separator=""), "separator must be one character"),
        (lambda: callbacks.TensorBoard(profile_batch=2), "'profile_batch' exists in Keras but not here yet"),
        (lambda: callbacks.BackupAndRestore(""), "backup_dir must not be empty"),
        (lambda: callbacks.CSVLogger("a\0b"), r"\[CSVLogger\] filename must not contain NUL"),
        (lambda: callbacks.TensorBoard("\ud800"), r"\[TensorBoard\] log_dir must be a path that the file system can"),
        (lambda: callbacks.ModelCheckpoint(3), r"\[ModelCheckpoint\] filepath must be a path, got 3"),
        (lambda: callbacks.BackupAndRestore("x", save_freq=10), "save_freq must be a string"),
        (lambda: callbacks.LearningRateScheduler(0.1), "schedule must be callable"),
        (lambda: callbacks.TerminateOnNaN(raise_eror=True), "did you mean 'raise_error'"),
    ],
)
def test_bad_arguments_are_refused(make_it, message):
    with pytest.raises((TypeError, ValueError), match=message):
        make_it()


def test_the_config_of_a_scheduled_training_is_json(rows):
    model = make()
    model.fit(*rows, verbose=0, callbacks=[callbacks.LearningRateScheduler(lambda e: np.float32(0.5))])
    assert json.loads(json.dumps(model.get_compile_config()))["optimizer"]["config"]["learning_rate"] == 0.5
