"""Forks, Ctrl-C and errors of hooks: nobody hangs, and an epoch cut short leaves no trace."""

import os
import signal
import time

import numpy as np
import pytest

from core_tools import digest, fit, network, problem
from interrupt_tools import assert_interrupted, polls_of
from proxnet import _core
from proxnet.optimizers import SGD


def in_child(work, timeout):
    """Forks, runs work() in the child, returns its exit status, or None where it hangs."""
    child = os.fork()
    if child == 0:
        try:
            os._exit(0 if work() else 1)
        except BaseException:
            os._exit(2)
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.002)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
def test_fifty_forked_children_train_and_predict_without_hanging(threads):
    x, y = problem(4096)
    net = network()
    fit(net, x, y, 2)
    expected = net.predict(x)
    other = network()
    fit(other, x, y, 1)
    trained = digest(other.weights())

    def work():
        own = network()
        fit(own, x, y, 1)
        return np.array_equal(net.predict(x), expected) and digest(own.weights()) == trained

    outcomes = [in_child(work, timeout=30) for _ in range(49)]
    outcomes.append(in_child(lambda: in_child(work, timeout=20) == 0, timeout=30))  # a grandchild
    assert outcomes == [0] * 50
    fit(net, x, y, 1)  # the parent goes on in parallel


@pytest.mark.parametrize(
    "shape",
    [(2000, 10, 16, 16), (128, 1500, 1500, 128), (60000, 200, 64, 60000)],
    ids=["many small steps", "one long step of a wide net", "one batch of many rows"],
)
def test_ctrl_c_keeps_the_last_full_epoch(shape):
    """At the end a twin that trains the same number of epochs without interruption has the same bits."""
    rows, inputs, width, batch = shape
    rng = np.random.default_rng(5)
    x = rng.random((rows, inputs), dtype=np.float32)
    y = (x[:, :1] > 0.5).astype(np.float32)
    batches = -(-rows // batch)

    def start():
        tanh = _core.Activation.tanh
        layers = [_core.Dense(width, tanh), _core.Dense(width, tanh), _core.Dense(1, _core.Activation.sigmoid)]
        net = _core.Network(inputs, layers, 1)
        net.compile(SGD(1e-4)._core_optimizer(), _core.Loss.binary_crossentropy, [], _core.PenaltyStep.proximal)
        return net, _core.Trainer(net, x, y, None, batch, True, 3)

    net, trainer = start()

    def epoch():
        trainer.run_epoch(net.iterations // batches)

    chances = polls_of(epoch)
    operations = 6 * rows * width * (inputs + width + 1)
    assert operations / chances <= 2e8  # two milliseconds of a core of 100 GFLOP/s
    for turn in range(12):
        assert_interrupted(epoch, [1 + turn * chances // 24])
        assert net.iterations % batches == 0
        if turn % 4 == 0:
            epoch()
    twin, other = start()
    for number in range(net.iterations // batches):
        other.run_epoch(number)
    assert digest(net.weights()) == digest(twin.weights())
