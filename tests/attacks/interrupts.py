"""KeyboardInterrupt at random moments of every operation: it is raised, and the model stays usable.

python tests/attacks/interrupts.py 5000 SEED
"""

import collections
import random
import signal
import sys
import tempfile
import warnings

import numpy as np

import proxnet
from proxnet.layers import Dense


def network(x, y):
    model = proxnet.Sequential([Dense(16, "relu", kernel_regularizer="l1"), Dense(1)])
    model.compile("adam", "mse", metrics=["mae"])
    model.fit(x, y, verbose=0)
    return model


def operations(model, x, y, path):
    def batches():
        return ((x[i : i + 64], y[i : i + 64]) for i in range(0, len(x), 64))

    hook = proxnet.callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: None)
    return {
        "fit": lambda: model.fit(x, y, epochs=3, verbose=0),
        "fit of batches": lambda: model.fit(batches(), verbose=0),
        "fit with a callback": lambda: model.fit(x, y, verbose=0, callbacks=[hook]),
        "train_on_batch": lambda: model.train_on_batch(x, y),
        "evaluate": lambda: model.evaluate(batches(), verbose=0),
        "predict": lambda: model.predict(iter([x, x]), verbose=0),
        "save": lambda: model.save(path),
        "load": lambda: proxnet.load_model(path),
        "compile": lambda: model.compile("adam", "mse", metrics=["mae"]),
    }


def main(interrupts, seed, folder):
    warnings.simplefilter("ignore")
    rng = random.Random(seed)
    x = np.random.default_rng(0).normal(size=(512, 16)).astype("f")
    y = x[:, :1]
    path = f"{folder}/model"
    model = network(x, y)
    model.save(path)
    jobs = operations(model, x, y, path)
    raised = collections.Counter()
    bad = []
    alarms = []

    def interrupt(number, frame):
        alarms.append(number)
        raise KeyboardInterrupt

    signal.signal(signal.SIGALRM, interrupt)
    for k in range(interrupts):
        name = rng.choice(list(jobs))
        alarms.clear()
        try:
            signal.setitimer(signal.ITIMER_REAL, rng.uniform(2e-5, 4e-3))
            while not alarms:
                jobs[name]()
            bad.append((name, "the interrupt was swallowed"))
        except KeyboardInterrupt:
            raised[name] += 1
        except Exception as error:
            bad.append((name, repr(error)[:200]))
        signal.setitimer(signal.ITIMER_REAL, 0)
        try:
            model.compile("adam", "mse", metrics=["mae"])
            model.fit(x, y, verbose=0)
            if not np.isfinite(model.predict(x, verbose=0)).all():
                bad.append((name, "predictions are not finite afterwards"))
            if k % 50 == 0:
                proxnet.load_model(path)
        except Exception as error:
            bad.append((name, "afterwards: " + repr(error)[:200]))
            model = network(x, y)
            jobs = operations(model, x, y, path)
    print(f"interrupts: {interrupts}, raised in {dict(raised)}; {len(bad)} bad {bad[:3]}")
    return len(bad)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        sys.exit(min(main(int(sys.argv[1]), int(sys.argv[2]), folder), 1))
