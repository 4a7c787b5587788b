"""Threads, forks and Ctrl-C: predict is const, a second fit is refused, an interrupt keeps the last full epoch."""

import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import proxnet
from proxnet.callbacks import LambdaCallback
from proxnet.layers import Dense


@pytest.fixture
def model(rows):
    model = proxnet.Sequential([Dense(64, activation="relu"), Dense(1, activation="sigmoid")])
    model.compile("adam", "binary_crossentropy")
    model.build(5)
    return model


def test_predict_in_many_threads(model, rows):
    expected = model.predict(rows[0])
    with ThreadPoolExecutor(8) as pool:
        for result in pool.map(lambda _: model.predict(rows[0]), range(200)):
            np.testing.assert_array_equal(result, expected)


def test_predict_while_training_sees_whole_epochs(model, rows):
    x = rows[0]
    published = {model.predict(x).tobytes()}
    seen, done = set(), threading.Event()

    def watch():
        while not done.is_set():
            seen.add(model.predict(x).tobytes())

    watcher = threading.Thread(target=watch)
    watcher.start()
    keep = LambdaCallback(on_epoch_end=lambda *_: published.add(model.predict(x).tobytes()))
    model.fit(*rows, epochs=25, verbose=0, callbacks=[keep])
    done.set()
    watcher.join()
    assert seen <= published


def test_a_second_fit_is_refused(model, rows):
    def fit_again(*_):
        with ThreadPoolExecutor(1) as pool:
            errors.append(pool.submit(model.fit, *rows, verbose=0).exception())

    errors = []
    history = model.fit(*rows, epochs=3, verbose=0, callbacks=[LambdaCallback(on_epoch_end=fit_again)])
    assert [type(error) for error in errors] == [RuntimeError] * 3
    assert model.history is history


@pytest.mark.skipif(os.name != "posix", reason="sends a signal")
def test_an_interrupt_keeps_the_last_epoch(rows):
    x, y = np.repeat(rows[0], 200, axis=0), np.repeat(rows[1], 200)

    def model():
        proxnet.set_random_seed(0)
        model = proxnet.Sequential([Dense(64, activation="relu"), Dense(1, activation="sigmoid")])
        model.compile("adam", "binary_crossentropy")
        return model

    interrupted = model()
    timer = threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        interrupted.fit(x, y, epochs=10**6, verbose=0)
    timer.join()
    # The signal may fall between the end of an epoch and its entry in the history.
    weights = [w.tobytes() for w in interrupted.get_weights()]
    epochs = len(interrupted.history.epoch)
    whole = model()
    if epochs:
        whole.fit(x, y, epochs=epochs, verbose=0)
    else:
        whole.build(5)
    if weights != [w.tobytes() for w in whole.get_weights()]:
        whole.fit(x, y, epochs=epochs + 1, initial_epoch=epochs, verbose=0)
    assert weights == [w.tobytes() for w in whole.get_weights()]
    interrupted.fit(x, y, verbose=0)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
def test_a_forked_child_trains_the_same_bits():
    program = """
import os, numpy as np, proxnet
x = np.random.default_rng(0).normal(size=(400, 50)).astype("f4")
def trained():
    proxnet.set_random_seed(0)
    model = proxnet.Sequential([proxnet.layers.Dense(64, "relu"), proxnet.layers.Dense(1)])
    model.compile("adam", "mse")
    model.fit(x, x[:, 0], epochs=2, verbose=0)
    return model.predict(x).tobytes()
expected = trained()
child = os.fork()
if child == 0:
    os._exit(trained() != expected)
raise SystemExit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
    subprocess.run([sys.executable, "-W", "ignore", "-c", program], check=True, timeout=60)
