"""Small networks by proxnet._core alone: data, a network, a fit, a hash of bits."""

import hashlib

import numpy as np

from proxnet import _core, optimizers


def problem(rows=512, inputs=20, dtype="float32", seed=5):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(rows, inputs)).astype(dtype)
    return x, (x[:, :1] > 0).astype(dtype)


def network(inputs=20, width=32, dtype="float32", optimizer=None):
    layers = [_core.Dense(width, _core.Activation.relu, _core.Penalty(1e-3)), _core.Dense(1, _core.Activation.sigmoid)]
    net = _core.Network(inputs, layers, 1, dtype)
    adam = optimizer or optimizers.Adam()._core_optimizer()
    net.compile(adam, _core.Loss.binary_crossentropy, [], _core.PenaltyStep.proximal)
    return net


def fit(net, x, y, epochs=1, batch=32):
    trainer = _core.Trainer(net, x, y, None, batch, True, 3)
    for epoch in range(epochs):
        trainer.run_epoch(epoch)
    trainer.close()


def digest(arrays):
    state = hashlib.sha256()
    for array in arrays:
        state.update(np.ascontiguousarray(array).tobytes())
    return state.hexdigest()
