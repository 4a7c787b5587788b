"""Shared by the tests: small data, and their tools on the path."""

import signal
import sys
from pathlib import Path

import numpy as np
import pytest

import proxnet
from proxnet import _core

sys.path[:0] = [str(folder) for folder in Path(__file__).parent.iterdir() if folder.is_dir()]
# A job in the background may start with SIGINT ignored, and hands that on; the tests of Ctrl-C need it heard.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def seed():
    """The same random numbers for a test whatever ran before it in its process."""
    proxnet.set_random_seed(0)


@pytest.fixture
def rows():
    """60 rows of 5 columns, with class 0 or 1 for each."""
    rng = np.random.default_rng(3)
    x = rng.normal(size=(60, 5)).astype(np.float32)
    return x, (x[:, 0] + 0.3 * rng.normal(size=60) > 0).astype(np.float32)


@pytest.fixture
def threads():
    """Two threads for as long as a test runs."""
    _core.set_num_threads(2)
    yield 2
    _core.set_num_threads(0)
