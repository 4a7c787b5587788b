"""Keras' own callback objects, unchanged, on proxnet's model: checks what each must do.

Needs keras and a backend: KERAS_BACKEND=jax python benchmarks/peers/keras_callbacks.py
"""

import csv
import os
import tempfile

os.environ.setdefault("KERAS_BACKEND", "jax")

import keras
import numpy as np

import proxnet


def fit(*callbacks, rate=0.05, epochs=8, optimizer=None):
    """(model fitted to a plane with the callbacks, its history)."""
    proxnet.set_random_seed(0)
    x = np.random.default_rng(0).normal(size=(256, 6)).astype(np.float32)
    y = x @ np.arange(1, 7, dtype=np.float32) / 6
    model = proxnet.Sequential([proxnet.Input((6,)), proxnet.layers.Dense(8, "relu"), proxnet.layers.Dense(1)])
    model.compile(optimizer or proxnet.optimizers.SGD(rate), "mse", ["mae"])
    history = model.fit(x, y, epochs=epochs, verbose=0, validation_split=0.25, callbacks=list(callbacks))
    return model, history


def early_stopping():
    """Stops `patience` epochs after the best one and restores its weights."""
    seen = []
    keep = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: seen.append(keep.model.get_weights()))
    stop = keras.callbacks.EarlyStopping("val_mae", min_delta=1e3, patience=2, restore_best_weights=True)
    model, history = fit(keep, stop)
    assert len(history.epoch) == 3
    assert all((a == b).all() for a, b in zip(model.get_weights(), seen[0], strict=True))


def model_checkpoint(folder):
    """Writes the weights of the best epoch; they load again."""
    path = os.path.join(folder, "best.weights.h5")
    check = keras.callbacks.ModelCheckpoint(path, "val_loss", save_best_only=True, save_weights_only=True)
    model, history = fit(check)
    assert abs(check.best - min(history.history["val_loss"])) < 1e-12
    twin = proxnet.models.clone_model(model)
    twin.load_weights(path)
    assert [w.shape for w in twin.get_weights()] == [w.shape for w in model.get_weights()]


def model_checkpoint_of_models(folder):
    """Writes one whole model per epoch."""
    model, _ = fit(keras.callbacks.ModelCheckpoint(os.path.join(folder, "{epoch}.keras")), epochs=2)
    twin = proxnet.load_model(os.path.join(folder, "2.keras"))
    assert all((a == b).all() for a, b in zip(model.get_weights(), twin.get_weights(), strict=True))


def reduce_lr_on_plateau():
    """Lowers the learning rate after each epoch (min_delta is 1000)."""
    model, history = fit(keras.callbacks.ReduceLROnPlateau("val_loss", 0.5, patience=1, min_delta=1e3), epochs=4)
    assert np.allclose(history.history["learning_rate"], [0.05, 0.05, 0.025, 0.0125])
    assert np.isclose(model.optimizer.learning_rate, 0.00625)


def learning_rate_scheduler():
    """Sets the learning rate of each epoch from that of the previous one."""
    _, history = fit(keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate * 0.5), epochs=3)
    assert np.allclose(history.history["learning_rate"], [0.025, 0.0125, 0.00625])


def csv_logger(folder):
    """Writes one line per epoch."""
    path = os.path.join(folder, "log.csv")
    _, history = fit(keras.callbacks.CSVLogger(path), epochs=3)
    with open(path, newline="") as file:
        rows = list(csv.DictReader(file))
    assert [float(row["loss"]) for row in rows] == history.history["loss"]
    assert set(rows[0]) == {"epoch", "loss", "mae", "val_loss", "val_mae"}


def lambda_callback():
    """Every hook is called as often as in Keras."""
    count = {}

    def counter(name):
        return lambda *_: count.update({name: count.get(name, 0) + 1})

    names = "epoch_begin epoch_end train_batch_begin train_batch_end train_begin train_end".split()
    fit(keras.callbacks.LambdaCallback(**{f"on_{name}": counter(name) for name in names}), epochs=2)
    assert count == dict(zip(names, (2, 2, 12, 12, 1, 1), strict=True)), count


def terminate_on_nan():
    """Ends a training that diverges, without an error; the weights stay finite."""
    model, history = fit(keras.callbacks.TerminateOnNaN(), rate=1e30)
    assert len(history.epoch) < 8
    assert all(np.isfinite(w).all() for w in model.get_weights())


def main():
    """Prints one line per callback."""
    failed = 0
    for check in (
        early_stopping,
        model_checkpoint,
        model_checkpoint_of_models,
        reduce_lr_on_plateau,
        learning_rate_scheduler,
        csv_logger,
        lambda_callback,
        terminate_on_nan,
    ):
        with tempfile.TemporaryDirectory() as folder:
            try:
                check(*[folder] if check.__code__.co_argcount else [])
                print(f"{check.__name__:28} yes  {check.__doc__}")
            except Exception as error:
                failed += 1
                print(f"{check.__name__:28} NO   {type(error).__name__}: {error}")
    raise SystemExit(failed)


if __name__ == "__main__":
    main()
