"""Latency of Ctrl-C: from SIGINT at a random moment of `fit` to KeyboardInterrupt.

python interrupts.py --tries 200
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import threading
import time
from dataclasses import asdict

import numpy as np
from keras_fit import KerasFit
from machine import machine
from table import print_machine
from workloads import WORKLOADS


def delay(session: KerasFit, run: float) -> float:
    """Seconds from the signal, at a random time within `run` seconds, to the exception."""
    sent = [0.0]

    def send() -> None:
        sent[0] = time.monotonic()
        os.kill(os.getpid(), signal.SIGINT)

    timer = threading.Timer(random.uniform(0, 0.9 * run), send)
    timer.start()
    try:
        while True:
            session.run()
    except KeyboardInterrupt:
        return time.monotonic() - sent[0]
    finally:
        timer.join()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tries", type=int, default=200, help="a workload (200)")
    parser.add_argument("--only", nargs="+", choices=WORKLOADS, default=list(WORKLOADS), help="workloads (all)")
    options = parser.parse_args()
    random.seed(1)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    print_machine(machine())
    print(f"{'workload':<10} {'median':>9} {'p99':>9} {'most':>9}   of {options.tries} tries, milliseconds")
    for name in options.only:
        session = KerasFit(package="proxnet", workload=asdict(WORKLOADS[name]), strength=1e-4)
        session.run()
        start = time.monotonic()
        session.run()
        run = time.monotonic() - start
        late = 1e3 * np.array([delay(session, run) for _ in range(options.tries)])
        print(f"{name:<10} {np.median(late):9.1f} {np.percentile(late, 99):9.1f} {late.max():9.1f}", flush=True)


if __name__ == "__main__":
    main()
