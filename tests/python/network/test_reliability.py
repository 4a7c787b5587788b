"""What must hold around training: the GIL, user arrays, the floating-point state, threads, memory, settings."""

import ctypes
import os
import platform
import subprocess
import sys
import threading
import time
import tracemalloc

import numpy as np
import pytest

from core_tools import digest, fit, network, problem
from proxnet import _core

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


def test_an_error_in_a_hook_arrives_and_the_network_can_be_trained_again(threads):
    x, y = problem()
    net = network()
    trainer = _core.Trainer(net, x, y, None, 32, True, 3)

    def hook(batch, *_):
        if batch == 5:
            raise LookupError("mine")

    for begin, end in ((hook, None), (None, hook)):
        with pytest.raises(LookupError, match="mine"):
            trainer.run_epoch(0, begin, end)
    trainer.run_epoch(1)
    assert np.isfinite(net.predict(x)).all()


def test_a_trainer_outlives_every_other_reference():
    for _ in range(20):
        trainer = _core.Trainer(network(), *problem(), None, 32, True, 3)
        trainer.run_epoch(0)
        del trainer  # the network goes with it, after it


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_user_arrays_are_read_only_to_us(dtype):
    x, y = problem(dtype=dtype)
    weight = np.ones(len(x), dtype)
    before = digest([x, y, weight])
    for array in (x, y, weight):
        array.flags.writeable = False  # a write through a pointer would not ask; the hash does
    net = network(dtype=dtype)
    trainer = _core.Trainer(net, x, y, weight, 32, True, 3)
    trainer.run_epoch(0)
    net.evaluate(x, y, weight)
    net.predict(x)
    assert digest([x, y, weight]) == before


def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@LINUX
def test_contiguous_input_is_not_copied():
    x, y = problem(400_000, 64)  # 98 MiB
    net = network(64, 8)
    fit(net, x[:64], y[:64])
    tracemalloc.start()
    before = resident()
    fit(net, x, y, batch=1024)
    net.predict(x[:100_000])
    grown, (_, peak) = resident() - before, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # The order of the rows (3 MiB) and the buffers of a batch, far below a copy.
    assert max(grown, peak) < x.nbytes / 4


def test_the_gil_is_released_during_a_fit():
    """Another thread gets on while one call of the core lasts; with the lock held it could at its ends only."""
    x, y = problem(20000)
    ticks, done = [], threading.Event()

    def tick():
        while not done.is_set():
            ticks.append(None)
            time.sleep(0.001)

    ticker = threading.Thread(target=tick)
    ticker.start()
    trainer = _core.Trainer(network(width=64), x, y, None, 64, True, 3)
    try:
        for epoch in range(1000):  # until the machine lets the other thread run in the middle of a call
            before = len(ticks)
            trainer.run_epoch(epoch)
            if len(ticks) - before >= 5:
                break
    finally:
        done.set()
        ticker.join()
    assert epoch < 999


def test_denormal_numbers_work_after_import_and_fit(threads):
    tiny = np.float32(1e-45)
    fit(network(), *problem(), epochs=2)
    assert tiny > 0
    assert tiny + tiny == np.float32(3e-45)
    assert np.float32(1e-38) / np.float32(100) > 0
    assert np.finfo(np.float32).smallest_subnormal > 0
    # The core computes with them as well: an identity layer gives them back.
    net = _core.Network(1, [_core.Dense(1)], 1)
    net.set_weights([np.ones((1, 1), np.float32), np.zeros((1, 1), np.float32)])
    assert net.predict(np.array([[tiny]]))[0, 0] == tiny


@pytest.mark.skipif(platform.machine() != "x86_64" or sys.platform != "linux", reason="reads MXCSR by fegetenv")
def test_the_floating_point_control_word_is_left_alone(threads):
    libm = ctypes.CDLL("libm.so.6")

    def control():
        environment = (ctypes.c_uint32 * 8)()  # fenv_t of x86-64: MXCSR last
        libm.fegetenv(environment)
        return environment[7] & ~0x3F, environment[0] & 0xFFFF  # without the flags of past exceptions

    x, y = problem()
    before, net = control(), network()
    for call in (lambda: fit(net, x, y), lambda: net.predict(x), lambda: net.evaluate(x, y, None)):
        call()
        assert control() == before


@LINUX
def test_threads_and_memory_stay_flat_over_two_hundred_fits():
    x, y = problem()
    running = len(os.listdir("/proc/self/task"))

    def some_fits():
        for count in (2, 1, 3, 2):
            _core.set_num_threads(count)
            fit(network(), x, y)

    try:
        for _ in range(10):
            some_fits()
        memory = resident()
        for _ in range(50):
            some_fits()
    finally:
        _core.set_num_threads(0)
    assert len(os.listdir("/proc/self/task")) <= running + 2  # the largest team had two more than the caller
    assert resident() - memory <= 512 * 1024


def test_eight_threads_predict_on_one_network_while_it_trains():
    x, y = problem(2000)
    net, looked = network(), []
    states, done = {digest([net.predict(x[:50])])}, threading.Event()

    def look():
        while not done.is_set():
            looked.append(digest([net.predict(x[:50])]))

    readers = [threading.Thread(target=look) for _ in range(8)]
    for reader in readers:
        reader.start()
    trainer = _core.Trainer(net, x, y, None, 64, True, 3)
    epoch = 0
    while epoch < 20 or (len(set(looked)) < 2 and epoch < 100_000):  # readers on a busy machine get there late
        trainer.run_epoch(epoch)
        states.add(digest([net.predict(x[:50])]))
        epoch += 1
    done.set()
    for reader in readers:
        reader.join()
    assert set(looked) <= states
    assert len(set(looked)) > 1


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("PROXNET_ISA", "sse9", ["[dispatch] PROXNET_ISA must be one of", "got 'sse9'", *_core.supported_isas()]),
        ("PROXNET_NUM_THREADS", "many", ["[threads] PROXNET_NUM_THREADS must be 1 to", "got 'many'"]),
        ("PROXNET_NUM_THREADS", "0", ["[threads] PROXNET_NUM_THREADS must be 1 to", "got '0'"]),
        ("PROXNET_NUM_THREADS", "-3", ["[threads] PROXNET_NUM_THREADS must be 1 to", "got '-3'"]),
    ],
)
def test_an_unknown_setting_in_the_environment_is_refused_in_a_sentence(name, value, words):
    program = (
        "from proxnet import _core; import numpy as n; N = _core.Network(1, [_core.Dense(1)], 1); "
        "_core.active_isa(); N.predict(n.ones((1, 1), n.float32)); _core.get_num_threads()"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], env={**os.environ, name: value}, capture_output=True, text=True
    )
    assert done.returncode == 1
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("ValueError: ")
    for word in words:
        assert word in last


@pytest.mark.parametrize("isa", _core.supported_isas())
def test_every_supported_instruction_set_can_be_forced(isa):
    program = "from proxnet import _core; print(_core.active_isa(), _core.build_info()['isa'])"
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PROXNET_ISA": isa},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == [isa, isa]
