"""Children forked while threads of the parent predict and train: each predicts, trains, and exits with status 0.

python tests/attacks/forks.py 10000
"""

import collections
import os
import signal
import sys
import threading

import numpy as np

import proxnet


def child(model, x):
    """The child's exit status: 0 where predict repeats its bits and fit moves the weights."""
    before = model.predict(x, verbose=0)
    repeated = np.array_equal(before, model.predict(x, verbose=0))
    model.fit(x, x[:, 0], verbose=0)
    return 0 if repeated and not np.array_equal(before, model.predict(x, verbose=0)) else 1


def main(forks):
    x = np.random.default_rng(0).normal(size=(200, 10)).astype("f")
    model = proxnet.Sequential([proxnet.layers.Dense(8, "relu"), proxnet.layers.Dense(1)])
    model.compile("adam", "mse")
    model.fit(x, x[:, 0], verbose=0)
    stop = threading.Event()

    def repeat(work):
        while not stop.is_set():
            work()

    works = [lambda: model.predict(x[:3], verbose=0)] * 3 + [lambda: model.fit(x, x[:, 0], verbose=0)]
    threads = [threading.Thread(target=repeat, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    statuses = collections.Counter()
    for _ in range(forks):
        pid = os.fork()
        if pid == 0:
            signal.alarm(60)  # a child that hangs ends with status -14
            status = 2
            try:
                status = child(model, x)
            finally:
                os._exit(status)
        statuses[os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])] += 1
    stop.set()
    for thread in threads:
        thread.join()
    print(f"forks: {forks} children, exit statuses {dict(statuses)}")
    return forks - statuses[0]


if __name__ == "__main__":
    sys.exit(min(main(int(sys.argv[1])), 1))
