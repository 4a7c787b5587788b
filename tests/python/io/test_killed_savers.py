"""Savers that are killed, compete, or may not write."""

import os
import signal
import subprocess
import sys
import time

import pytest

import proxnet
from proxnet.callbacks.saved_state import read_state
from proxnet.layers import Dense, Input


def small():
    return proxnet.Sequential([Input((3,)), Dense(1)])


MODEL = """
import proxnet, sys
model = proxnet.Sequential([proxnet.Input((300,)), proxnet.layers.Dense(500)])
def write(path): model.save(path)
"""
CALLBACKS = """
import numpy as np, sys
from proxnet.callbacks.saved_state import write_state
def write(path): write_state(path, {"weights": np.zeros(150_000)})
"""


@pytest.mark.parametrize(("program", "read"), [(MODEL, proxnet.load_model), (CALLBACKS, read_state)])
def test_what_a_killed_saver_left_is_gone_after_the_next_save(tmp_path, program, read):
    path = tmp_path / "m"
    program += f"write({str(path)!r})\nprint('saved', flush=True)\nwhile True: write({str(path)!r})\n"
    for _ in range(30):
        saver = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
        assert saver.stdout.readline() == "saved\n"
        while not (found := [name for name in os.listdir(tmp_path) if name.endswith(".tmp")]):
            pass
        saver.send_signal(signal.SIGKILL)
        saver.wait()
        saver.stdout.close()
        read(path)
        if set(found) & set(os.listdir(tmp_path)):
            break
    else:
        pytest.skip("no kill met a file being written")
    (tmp_path / ".m.1.2.3.tmp").touch()  # not proxnet's
    small().save(path)
    assert sorted(os.listdir(tmp_path)) == [".m.1.2.3.tmp", "m"]


def test_a_file_that_is_being_written_is_left_alone(tmp_path):
    """Savers to one path at once, from several processes: each finds its own file until it has renamed it."""
    program = (
        "import proxnet\n"
        "model = proxnet.Sequential([proxnet.Input((30,)), proxnet.layers.Dense(50)])\n"
        f"for _ in range(40): model.save({str(tmp_path / 'm')!r})\n"
    )
    savers = [subprocess.Popen([sys.executable, "-c", program]) for _ in range(3)]
    assert [saver.wait(timeout=120) for saver in savers] == [0, 0, 0]
    proxnet.load_model(tmp_path / "m")
    assert os.listdir(tmp_path) == ["m"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_folder_that_cannot_be_written(tmp_path):
    small().save(tmp_path / "m")
    before = (tmp_path / "m").read_bytes()
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(PermissionError, match=r"\[save\]"):
            small().save(tmp_path / "m")
    finally:
        tmp_path.chmod(0o700)
    assert (tmp_path / "m").read_bytes() == before


def test_a_killed_training_goes_on_to_the_same_bits(tmp_path):
    """Killed at several moments, then finished: the weights of the training that was never killed."""
    program = (
        "import sys, numpy as np, proxnet\n"
        "proxnet.set_random_seed(7)\n"
        "x = np.random.default_rng(0).normal(size=(400, 20)).astype('f'); y = x[:, 0] - x[:, 1]\n"
        "layers = [proxnet.Input((20,)), proxnet.layers.Dense(30, 'relu', kernel_regularizer='l1'),\n"
        "          proxnet.layers.Dropout(0.2), proxnet.layers.Dense(1)]\n"
        "model = proxnet.Sequential(layers); model.compile('adam', 'mse')\n"
        "keep = proxnet.callbacks.BackupAndRestore(sys.argv[1], delete_checkpoint=False)\n"
        "print('ready', flush=True)\n"
        "model.fit(x, y, epochs=60, verbose=0, callbacks=[keep])\n"
        "model.save_weights(sys.argv[2])\n"
    )
    command = [sys.executable, "-c", program]
    subprocess.run([*command, tmp_path / "whole", tmp_path / "expected"], check=True, capture_output=True)
    for delay in (0.02, 0.05, 0.1):
        run = subprocess.Popen([*command, tmp_path / "killed", tmp_path / "got"], stdout=subprocess.PIPE, text=True)
        run.stdout.readline()
        time.sleep(delay)
        run.send_signal(signal.SIGKILL)
        run.wait()
        run.stdout.close()
    subprocess.run([*command, tmp_path / "killed", tmp_path / "got"], check=True, capture_output=True)
    assert (tmp_path / "got").read_bytes() == (tmp_path / "expected").read_bytes()
    assert not [name for name in os.listdir(tmp_path / "killed") if name.endswith(".tmp")]
