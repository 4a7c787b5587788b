"""Zeros, inputs in use, living units: against brute force over all paths."""

import itertools
import json

import numpy as np
import pytest

import proxnet
from pairwise import in_turn
from proxnet.layers import Dense, Dropout


def masked(seed, sizes, density, biases=False):
    """(model with random zeros in its kernels, its kernels)."""
    rng = np.random.default_rng(seed)
    model = proxnet.Sequential()
    for i, (inputs, units) in enumerate(itertools.pairwise(sizes)):
        if i == 1:
            model.add(Dropout(0.5))
        model.add(Dense(units, **({"input_dim": inputs} if i == 0 else {})))
    weights = model.get_weights()
    for i in range(0, len(weights), 2):
        weights[i] = np.where(rng.random(weights[i].shape) < density, rng.normal(size=weights[i].shape), 0)
        weights[i + 1] = rng.normal(size=weights[i + 1].shape) * biases
    model.set_weights(weights)
    return model, weights[0::2]


def nodes_on_paths(kernels):
    """For each level the nodes that some path of non-zero weights from an input to an output runs through."""
    sizes = [kernels[0].shape[0], *(k.shape[1] for k in kernels)]
    used = [np.zeros(size, bool) for size in sizes]
    for path in itertools.product(*map(range, sizes)):
        if all(kernel[a, b] != 0 for kernel, (a, b) in zip(kernels, itertools.pairwise(path), strict=True)):
            for level, node in enumerate(path):
                used[level][node] = True
    return used


@in_turn(seed=range(12), sizes=[(5, 4), (6, 4, 3), (4, 5, 3, 2)])
def test_reachability_is_brute_force(seed, sizes):
    model, kernels = masked(seed, sizes, density=0.35, biases=seed % 2)
    used = nodes_on_paths(kernels)
    report = model.sparsity()
    for level, (layer, kernel) in enumerate(zip(report.layers, kernels, strict=True)):
        np.testing.assert_array_equal(layer.input_used, used[level])
        np.testing.assert_array_equal(layer.unit_alive, used[level + 1])
        assert (layer.inputs_used, layer.units_alive) == (used[level].sum(), used[level + 1].sum())
        assert (layer.inputs, layer.units) == kernel.shape
        assert (layer.weights, layer.zeros) == (kernel.size, (kernel == 0).sum())
        assert layer.bytes == 4 * (kernel.size + kernel.shape[1])
        assert layer.zero_fraction == pytest.approx((kernel == 0).mean())


def test_unused_inputs_change_nothing():
    model, _ = masked(3, (6, 4, 3), density=0.3)
    used = model.sparsity().layers[0].input_used
    assert 0 < used.sum() < 6
    x = np.random.default_rng(0).normal(size=(9, 6))
    other = np.where(used, x, x + 7)
    np.testing.assert_array_equal(model.predict(x), model.predict(other))


def test_totals():
    model, kernels = masked(1, (6, 4, 3), density=0.5, biases=True)
    total = model.sparsity().total
    assert total.weights == sum(k.size for k in kernels)
    assert total.zeros == sum((k == 0).sum() for k in kernels)
    assert (total.inputs, total.units, total.biases, total.bias_zeros) == (6, 7, 7, 0)
    assert total.inputs_used == model.sparsity().layers[0].inputs_used


def test_it_can_be_read_and_stored():
    model, _ = masked(1, (6, 4, 3), density=0.5)
    report = model.sparsity()
    text = str(report).splitlines()
    assert text[0].split() == ["layer", "weights", "zeros", "inputs", "in", "use", "units", "alive", "bytes"]
    assert text[2].startswith(model.layers[0].name)
    assert text[-1].startswith("total")
    assert repr(report) == str(report)
    assert json.loads(json.dumps(report.to_dict())) == report.to_dict()
    assert report.to_dict()["layers"][0]["zeros"] == report.layers[0].zeros


def test_a_bias_alone_keeps_nothing_in_use():
    model = proxnet.Sequential([Dense(2, input_dim=2), Dense(1)])
    model.set_weights([np.zeros((2, 2)), np.ones(2), np.ones((2, 1)), np.ones(1)])
    report = model.sparsity()
    assert report.layers[0].inputs_used == report.layers[0].units_alive == report.layers[1].inputs_used == 0
    assert report.layers[0].bias_zeros == 0


def test_without_weights_there_is_no_report():
    with pytest.raises(ValueError, match=r"\[sparsity\] the model has no weights yet"):
        proxnet.Sequential([Dense(1)]).sparsity()
