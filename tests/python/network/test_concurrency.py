"""Threads, forks and Ctrl-C: predict is const, a second fit is refused, an interrupt keeps the last full epoch."""

import os
import re
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import proxnet
from pairwise import pairwise
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


BUSY = r"being trained|must not be in use"


def _compiles(model):
    model.compile("sgd", "mse", metrics=["mae"] * 3)


@pairwise(
    change=[_compiles, lambda model: model.add(Dense(1)), lambda model: model.pop()],
    hook="on_train_batch_begin on_train_batch_end on_epoch_begin on_epoch_end on_test_begin on_test_batch_begin "
    "on_test_batch_end on_test_end on_predict_begin on_predict_batch_begin on_predict_batch_end".split(),
    batches=[False, True],
)
def test_a_model_in_use_is_neither_compiled_nor_given_layers(model, rows, hook, change, batches):
    refusals = []

    def callback(*_):
        with pytest.raises(RuntimeError, match=BUSY) as error:
            change(model)
        refusals.append(str(error.value))

    before = model.evaluate(*rows, verbose=0), model.predict(rows[0], verbose=0).tobytes()
    data = ([(rows[0], rows[1])] * 2,) if batches else rows
    hooks = {"callbacks": [LambdaCallback(**{hook: callback})], "verbose": 0}
    if "predict" in hook:
        assert model.predict(iter([rows[0]] * 2) if batches else rows[0], **hooks)[:60].tobytes() == before[1]
    elif "test" in hook:
        given = (iter(data[0]),) if batches else data
        assert model.evaluate(*given, **hooks) == pytest.approx(before[0], rel=1e-6)
    else:
        model.fit(*((iter(data[0]),) if batches else data), **hooks)
    assert refusals
    change(model)


@pytest.mark.parametrize("operation", ["fit", "evaluate", "predict"])
def test_a_generator_cannot_compile_the_model_that_it_feeds(model, rows, operation):
    refusals = []

    def generator():
        yield rows
        with pytest.raises(RuntimeError, match=BUSY):
            _compiles(model)
        refusals.append(operation)
        yield rows

    getattr(model, operation)(generator(), verbose=0)
    assert refusals == [operation]
    _compiles(model)


def test_threads_may_do_everything_at_once(model, rows):
    """What is refused is refused because the model is busy; nothing else happens."""
    weights, stop = model.get_weights(), threading.Event()
    outcomes = []

    def repeat(work):
        while not stop.is_set():
            try:
                work()
                outcomes.append("done")
            except RuntimeError as error:
                outcomes.append("refused" if re.search(f"{BUSY}|middle of an epoch", str(error)) else str(error))

    jobs = [
        lambda: model.fit(*rows, epochs=2, verbose=0),
        lambda: model.set_weights(weights),
        lambda: model.compile("adam", "binary_crossentropy", metrics=["accuracy"]),
        lambda: model.compile("sgd", "binary_crossentropy"),
        lambda: model.evaluate(iter([rows, rows]), verbose=0),
        lambda: model.predict(rows[0], verbose=0),
        lambda: model.sparsity(),
    ]
    with ThreadPoolExecutor(len(jobs)) as pool:
        futures = [pool.submit(repeat, job) for job in jobs]
        while len(outcomes) < 1500 and not any(future.done() for future in futures):
            stop.wait(0.01)
        stop.set()
        for future in futures:
            future.result()
    assert "done" in outcomes
    assert set(outcomes) <= {"done", "refused"}


def test_ctrl_c_while_a_fit_ends_lets_go_of_the_model(model, rows, monkeypatch):
    for data in (rows, (iter([rows]),)):
        left = [KeyboardInterrupt()]

        def interrupted(self, left=left):
            while left:
                raise left.pop()

        with monkeypatch.context() as patched:
            patched.setattr("proxnet.models.progress.Progress.close", interrupted)
            with pytest.raises(KeyboardInterrupt) as error:  # its traceback keeps the objects of fit() alive
                model.fit(*data, verbose=0)
        assert not left
        model.fit(*rows, verbose=0)
        del error


ENDS = """
import sys, threading, time
import numpy as np, proxnet
from proxnet.linear_model import LassoCV
work = sys.argv[1]
x = np.random.default_rng(0).standard_normal((2048, 64)).astype("f")
model = proxnet.Sequential([proxnet.layers.Dense(64, activation="relu"), proxnet.layers.Dense(1)])
model.compile("adam", "mse")
model.fit(x, x[:, :1], verbose=0)
started = threading.Event()

class Started(proxnet.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        started.set()

def busy():
    while True:
        if work == "fit":
            model.fit(x, x[:, :1], epochs=10**6, verbose=0, callbacks=[Started()])
        if work == "fit with hooks":
            hook = proxnet.callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: started.set())
            model.fit(x, x[:, :1], epochs=10**6, verbose=0, callbacks=[hook])
        started.set()
        if work == "evaluate":
            model.evaluate(x, x[:, :1], verbose=0)
        if work == "predict":
            model.predict(x, verbose=0)
        if work == "save":
            model.save(sys.argv[2])
        if work == "LassoCV":
            LassoCV(alphas=1000, eps=1e-6, tol=1e-12, max_iter=10**6).fit(x, x[:, 0])

threading.Thread(target=busy, daemon=True).start()
started.wait()
time.sleep(float(sys.argv[3]))
"""


@pytest.mark.parametrize("work", ["fit", "fit with hooks", "evaluate", "predict", "save", "LassoCV"])
def test_the_interpreter_ends_beside_a_busy_thread(work, tmp_path):
    for pause in (0.0, 0.004, 0.011):
        command = [sys.executable, "-W", "ignore", "-c", ENDS, work, str(tmp_path / "model"), str(pause)]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
def test_children_of_a_busy_process_read_and_train():
    program = """
import os, signal, threading, numpy as np, proxnet
x = np.random.default_rng(0).normal(size=(200, 10)).astype("f4")
model = proxnet.Sequential([proxnet.layers.Dense(8, "relu"), proxnet.layers.Dense(1)])
model.compile("adam", "mse")
model.fit(x, x[:, 0], verbose=0)
done = threading.Event()
def reads():
    while not done.is_set():
        model.predict(x[:3], verbose=0)
def trains():
    while not done.is_set():
        model.fit(x, x[:, 0], verbose=0)
threads = [threading.Thread(target=work) for work in (reads, reads, trains)]
for thread in threads:
    thread.start()
statuses = []
for _ in range(100):
    child = os.fork()
    if child == 0:
        signal.alarm(60)  # a child that hangs is found by its status
        try:
            before = model.predict(x, verbose=0)
            model.fit(x, x[:, 0], verbose=0)
            os._exit(int((before == model.predict(x, verbose=0)).all()))
        except BaseException as error:
            print(repr(error), flush=True)
            os._exit(2)
    statuses.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
done.set()
for thread in threads:
    thread.join()
assert statuses == [0] * 100, statuses
"""
    subprocess.run([sys.executable, "-W", "ignore", "-c", program], check=True)
