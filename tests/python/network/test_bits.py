"""Equal bits: instruction sets x threads x dtypes, each in its own process, as a process chooses its set once."""

import json
import os
import subprocess
import sys
from functools import cache

import numpy as np
import pytest

from proxnet import _core

# Trains one network of widths around the vectors and the panel, with dropout, penalties and a partial last batch, for
# some widths with batch normalization, at several thread counts; prints for each a hash of all bits it made, and the
# weights once.
PROGRAM = """
import hashlib, json, sys
import numpy as np
from proxnet import _core as c
from proxnet.optimizers import SGD, Adam, Adamax, Ftrl, Nadam, RMSprop, schedules

dtype, threads = sys.argv[1], json.loads(sys.argv[2])
rng = np.random.default_rng(7)
x = rng.normal(size=(317, 41)).astype(dtype)
labels = rng.integers(0, 10, (317, 1)).astype(dtype)
numbers = rng.random((317, 1)).astype(dtype)
weight = rng.random(317).astype(dtype)
A, light = c.Activation, c.Penalty(1e-3, 1e-4)
optimizers = [o._core_optimizer() for o in (
    SGD(0.05),
    SGD(0.02, 0.9, True),
    Adam(0.01),
    RMSprop(0.003, 0.9, 0.5, 1e-7, True),
    Nadam(0.01, global_clipnorm=0.1, use_ema=True, ema_overwrite_frequency=5),
    Ftrl(schedules.CosineDecay(0.1, 20, 0.1), learning_rate_power=-0.6, weight_decay=0.01),
    Adamax(0.01, clipnorm=0.1),
    Adam(0.01, amsgrad=True),
)]

def train(width, optimizer, output, loss, y, metric):
    hidden = [c.Dense(width, A.relu, light), c.Dropout(0.25), c.Dense(33, A.tanh, light), c.Dense(7, A.sigmoid)]
    if width in (10, 33):
        I = c.Initializer
        free = c.Constraint()
        starts = I.zeros, I.ones, I.zeros, I.ones
        norm = c.BatchNormalization(0.9, 1e-3, True, True, light, light, free, free, *starts, True)
        hidden[1:1] = [norm, c.ActivationLayer(A.tanh)]
        hidden.insert(0, c.Normalization([0.1] * 41, [2.0] * 41, False))
    net = c.Network(41, [c.Dropout(0.1), *hidden, output], 3, dtype)
    net.compile(optimizer, loss, [(metric, True)], c.PenaltyStep.proximal)
    trainer = c.Trainer(net, x, y, weight, 48, True, 11)
    reports = [trainer.run_epoch(epoch) for epoch in range(3)]
    trainer.close()
    reports.append(net.evaluate(x, y, weight))
    return net.weights(), net.predict(x), np.array([[loss, *metrics] for loss, metrics in reports])

out = {"isa": c.active_isa(), "hash": {}, "weights": []}
for count in threads:
    c.set_num_threads(count)
    digest, numbers_out = hashlib.sha256(), []
    for turn, width in enumerate((1, 10, 33, 100)):
        for optimizer in optimizers[2 * turn : 2 * turn + 2]:  # each optimizer at one width
            for head in (
                (c.Dense(10, A.softmax), c.Loss.sparse_categorical_crossentropy, labels,
                 c.Metric.sparse_categorical_accuracy),
                (c.Dense(1, A.sigmoid), c.Loss.binary_crossentropy, numbers, c.Metric.mean_absolute_error),
            ):
                weights, predicted, reports = train(width, optimizer, *head)
                for array in (*weights, predicted, reports):
                    digest.update(np.ascontiguousarray(array).tobytes())
                numbers_out.append(float(np.sum(predicted * predicted, dtype=float)))
    out["hash"][count] = digest.hexdigest()
    out["weights"] = numbers_out
print(json.dumps(out))
"""
THREADS = (1, 2, 3, 4, 5, 7, 8, 16)
FUSED = [isa for isa in _core.supported_isas() if isa != "baseline"]


@cache
def run(isa, dtype):
    arguments = [sys.executable, "-c", PROGRAM, dtype, json.dumps(THREADS)]
    done = subprocess.run(
        arguments, env={**os.environ, "PROXNET_ISA": isa}, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("isa", _core.supported_isas())
def test_any_number_of_threads_gives_the_same_bits(isa, dtype):
    result = run(isa, dtype)
    assert result["isa"] == isa
    assert len(result["hash"]) == len(THREADS)
    assert len(set(result["hash"].values())) == 1, result["hash"]


@pytest.mark.skipif(len(FUSED) < 2, reason="this machine has one instruction set with fused multiply-add")
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_instruction_sets_with_fma_give_the_same_bits(dtype):
    hashes = {isa: set(run(isa, dtype)["hash"].values()) for isa in FUSED}
    assert len(set.union(*hashes.values())) == 1, hashes


@pytest.mark.skipif(not FUSED or "baseline" not in _core.supported_isas(), reason="nothing to compare")
@pytest.mark.parametrize(("dtype", "tolerance"), [("float32", 2e-2), ("float64", 1e-9)])
def test_the_baseline_agrees_to_rounding(dtype, tolerance):
    # Thirty steps multiply a rounding difference by what training multiplies any small difference: some 10^5.
    baseline, fused = run("baseline", dtype)["weights"], run(FUSED[0], dtype)["weights"]
    np.testing.assert_allclose(baseline, fused, rtol=tolerance)
