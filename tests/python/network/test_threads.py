"""The default number of threads is what others have left us: affinity, OpenMP's settings, threadpoolctl, environment.
Threads that the system refuses are an error, not the end of the process."""

import os
import subprocess
import sys

import pytest

COUNT = "import proxnet; print(proxnet.get_num_threads())"


def run(code, **environment):
    inherited = {k: v for k, v in os.environ.items() if not k.endswith("_NUM_THREADS")}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=inherited | environment)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="no affinity on this system")
def test_affinity_at_the_time_of_the_call_caps_the_threads():
    cpus = sorted(os.sched_getaffinity(0))
    code = (
        "import os, proxnet\n"
        f"for n in (1, {len(cpus)}):\n"
        f"    os.sched_setaffinity(0, {cpus}[:n])\n"
        "    print(proxnet.get_num_threads())"
    )
    counts = [int(count) for count in run(code)]
    assert counts[0] == 1
    assert 1 <= counts[1] <= len(cpus)


def test_the_environment_caps_the_threads():
    (most,) = map(int, run(COUNT))
    assert run(COUNT, OMP_NUM_THREADS="1") == ["1"]
    assert run(COUNT, PROXNET_NUM_THREADS="1") == ["1"]
    assert run(COUNT, PROXNET_NUM_THREADS="1000") == [str(most)]


def test_threadpoolctl_caps_the_threads():
    pytest.importorskip("threadpoolctl")
    code = (
        "import proxnet, threadpoolctl\n"
        "before = proxnet.get_num_threads()\n"
        "with threadpoolctl.threadpool_limits(1):\n"
        "    print(proxnet.get_num_threads())\n"
        "print(proxnet.get_num_threads() - before)"
    )
    assert run(code) == ["1", "0"]


def test_threads_that_the_system_refuses_are_an_error():
    pytest.importorskip("resource")
    code = """
import resource, numpy as np, proxnet
x, y = np.ones((256, 4), np.float32), np.ones((256, 1), np.float32)
model = proxnet.Sequential([proxnet.Input((4,)), proxnet.layers.Dense(1)])
model.compile("sgd", "mse")
with open("/proc/self/statm") as f:
    used = int(f.read().split()[0]) * resource.getpagesize()
soft, hard = resource.getrlimit(resource.RLIMIT_AS)
resource.setrlimit(resource.RLIMIT_AS, (used + (64 << 20), hard))
proxnet.set_num_threads(200)  # stacks of 8 MB each
try:
    model.fit(x, y, batch_size=256, verbose=0)
except RuntimeError as error:
    assert "[threads] the system refused to create" in str(error), error
    print("refused")
resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
proxnet.set_num_threads(1)
model.fit(x, y, batch_size=256, verbose=0)
print("trained")
"""
    if not os.path.exists("/proc/self/statm"):
        pytest.skip("no /proc")
    assert run(code) == ["refused", "trained"]
