"""Hidden units without outgoing weights are left out of exports; predictions stay."""

import numpy as np

import proxnet
from export_tools import rows_of, with_weights
from proxnet import layers
from proxnet.export.chain import Product
from proxnet.export.dead_units import without_dead_units
from proxnet.export.reader import _network, read_chain


def sizes(chain):
    return [step.kernel.shape for step in chain.operations if isinstance(step, Product)]


def network(*between):
    stack = [proxnet.Input((12,)), layers.Dense(7), *between, layers.Dense(5, "tanh"), layers.Dense(2)]
    model = with_weights(proxnet.Sequential(stack))
    second, third = [layer for layer in model.layers if isinstance(layer, layers.Dense)][1:]
    kernel = third.kernel
    kernel[[1, 3]] = 0  # units 1 and 3 of the second layer reach no output
    third.set_weights([kernel, third.bias])
    kernel = second.kernel
    kernel[[0, 4]] = 0
    kernel[5, [0, 2, 4]] = 0  # unit 5 of the first layer feeds the dead units alone
    second.set_weights([kernel, second.bias])
    return model


def test_units_of_two_layers_go():
    model = network(layers.BatchNormalization(), layers.ReLU(), layers.Normalization(mean=0.5, variance=4.0))
    chain = _network("test", model)
    small = without_dead_units(chain)
    assert sizes(chain) == [(12, 7), (7, 5), (5, 2)]
    assert sizes(small) == sizes(read_chain("test", model)) == [(12, 4), (4, 3), (3, 2)]
    np.testing.assert_allclose(small(rows_of()), chain(rows_of()), rtol=1e-12)
    np.testing.assert_allclose(small(rows_of()), model.predict(rows_of(), verbose=0), rtol=1e-4, atol=1e-5)
    report = model.sparsity().layers
    assert [layer.units_alive for layer in report] == [4, 3, 2]


def test_units_before_a_softmax_stay():
    chain = read_chain("test", network(layers.Softmax()))
    assert sizes(chain) == [(12, 7), (7, 3), (3, 2)]


def test_a_network_that_is_a_constant_keeps_a_unit_per_layer():
    model = with_weights(proxnet.Sequential([proxnet.Input((12,)), layers.Dense(4), layers.Dense(3)]), zeros=1.0)
    chain = read_chain("test", model)
    assert sizes(chain) == [(12, 1), (1, 3)]
    np.testing.assert_allclose(chain(rows_of()), model.predict(rows_of(), verbose=0), rtol=1e-6)
