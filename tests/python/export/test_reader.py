"""What exports read: compact networks, and of classifiers the scores."""

import numpy as np

import proxnet
from export_tools import fitted, linear_estimators, rows_of, with_weights
from proxnet import layers
from proxnet.export.chain import Columns, Product
from proxnet.export.reader import read_chain


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
    chain = read_chain("test", model)
    assert sizes(chain) == [(12, 4), (4, 3), (3, 2)]
    np.testing.assert_allclose(chain(rows_of()), model.predict(rows_of(), verbose=0), rtol=1e-4, atol=1e-5)
    assert [layer.units_alive for layer in model.sparsity().layers] == [4, 3, 2]


def test_inputs_that_are_not_in_use_are_not_read():
    for model in [fitted(each, "strings", 2) for each in linear_estimators() if hasattr(each, "alpha")]:
        model.coef_ = np.where(np.arange(model.coef_.shape[-1]) % 3 == 1, model.coef_, 0)
        chain = read_chain("test", model)
        assert isinstance(chain.operations[0], Columns)
        np.testing.assert_array_equal(
            chain.operations[0].numbers, np.flatnonzero(np.atleast_2d(model.coef_).any(axis=0))
        )
        x = rows_of().astype(np.float64)
        if chain.labels is None:
            np.testing.assert_allclose(chain(x), model.predict(x).reshape(len(x), -1), rtol=1e-6, atol=1e-9)


def test_units_before_a_softmax_stay():
    chain = read_chain("test", network(layers.Softmax()))
    assert sizes(chain) == [(12, 7), (7, 3), (3, 2)]


def test_a_network_that_is_a_constant_keeps_a_unit_per_layer():
    model = with_weights(proxnet.Sequential([proxnet.Input((12,)), layers.Dense(4), layers.Dense(3)]), zeros=1.0)
    chain = read_chain("test", model)
    assert sizes(chain) == [(1, 1), (1, 3)]
    np.testing.assert_allclose(chain(rows_of()), model.predict(rows_of(), verbose=0), rtol=1e-6)
