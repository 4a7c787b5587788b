"""Weights of rows and classes: batches of weight zero, classes that are not named, lists of one array."""

import numpy as np
import pytest

import proxnet
from proxnet.layers import Dense, Flatten, Input
from proxnet.optimizers import SGD


def made(optimizer=None, **arguments):
    proxnet.set_random_seed(6)
    model = proxnet.Sequential([Input((5,)), Dense(4, "tanh"), Dense(1, "sigmoid")])
    model.compile(optimizer or SGD(0.1, 0.9), "binary_crossentropy", weighted_metrics=["mse", "AUC"], **arguments)
    return model


def bits(model):
    return [w.tobytes() for w in model.get_weights()]


def cut(*arrays):
    for begin in range(0, 60, 20):
        yield tuple(a[begin : begin + 20] for a in arrays)


@pytest.mark.parametrize("at", [0, 1, 2])
@pytest.mark.parametrize("hooked", [False, True])
def test_a_batch_of_weight_zero_counts_nothing_and_training_goes_on(rows, at, hooked):
    weights = np.linspace(0.5, 2, 60, dtype=np.float32)
    weights[20 * at : 20 * at + 20] = 0
    calls = [proxnet.callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: None)] * hooked
    one, other = made(), made()
    streamed = one.fit(cut(*rows, weights), steps_per_epoch=3, verbose=0, callbacks=calls).history
    arrays = other.fit(*rows, batch_size=20, shuffle=False, sample_weight=weights, verbose=0).history
    assert streamed == arrays
    assert bits(one) == bits(other)
    there = one.evaluate(*rows, sample_weight=weights, verbose=0)
    assert one.evaluate(cut(*rows, weights), verbose=0) == pytest.approx(there, rel=1e-6)
    kept = np.flatnonzero(weights)  # the loss is sum(weight * loss) / rows, weighted metrics are over the weights
    alone = one.evaluate(rows[0][kept], rows[1][kept], sample_weight=weights[kept], verbose=0)
    assert there == pytest.approx([alone[0] * 40 / 60, *alone[1:]], rel=1e-5)


def test_only_rows_of_weight_zero_are_refused(rows):
    zeros = np.zeros(60, dtype=np.float32)
    model = made()
    before = bits(model)
    with pytest.raises(ValueError, match=r"\[fit\] sample_weight must have a weight above zero, all 60 of the epoch"):
        model.fit(cut(*rows, zeros), verbose=0)
    with pytest.raises(ValueError, match=r"\[fit\] sample_weight must have a weight above zero"):
        model.fit(*rows, sample_weight=zeros, verbose=0)
    with pytest.raises(ValueError, match=r"\[evaluate\] x must have a sample weight above zero"):
        model.evaluate(cut(*rows, zeros), verbose=0)
    with pytest.raises(ValueError, match=r"validation_data\[2\] must have a weight above zero"):
        model.fit(*rows, validation_data=(*rows, zeros), verbose=0)
    assert bits(model) == before
    assert model.train_on_batch(*rows, sample_weight=zeros)[0] == 0  # one batch of many
    assert bits(model) == before  # no gradient, no penalty, no velocity yet


def test_classes_that_are_not_named_weigh_one(rows):
    weights = ({"class_weight": {1: 3.0}}, {"class_weight": {0: 1.0, 1: 3.0}}, {"sample_weight": 1 + 2 * rows[1]})
    results = []
    for given in weights:
        model = made()
        model.fit(*rows, **given, verbose=0)
        results.append(bits(model))
    assert results[0] == results[1] == results[2]
    streamed, arrays = made(), made()
    streamed.fit(cut(*rows), class_weight={1: 3.0}, verbose=0)
    arrays.fit(*rows, class_weight={1: 3.0}, batch_size=20, shuffle=False, verbose=0)
    assert bits(streamed) == bits(arrays)


def test_a_list_of_one_array_is_that_array(rows):
    x, y = rows
    weight = np.linspace(1, 2, 60)
    one = made()
    one.fit([x], [y], sample_weight=[weight], validation_data=([x], [y]), verbose=0)
    other = made()
    other.fit(x, y, sample_weight=weight, validation_data=(x, y), verbose=0)
    assert bits(one) == bits(other)
    assert (one.predict([x]) == other.predict(x)).all()
    assert one.evaluate([x], [y], verbose=0) == other.evaluate(x, y, verbose=0)
    assert (one.predict([x[0]]) == one.predict(x[:1])).all()  # a list of rows
    flat = proxnet.Sequential([Input((2, 3)), Flatten(), Dense(2)])
    images = np.arange(12.0).reshape(2, 2, 3)
    assert (flat.predict([images]) == flat.predict(images)).all()
    assert (flat.predict([images[0]]) == flat.predict(images[:1])).all()
    with pytest.raises(ValueError, match=r"\[predict\] x must have a row .* got shape \(0, 5\)"):
        one.predict(x[:0])


@pytest.mark.parametrize("shapes", [((-1, 1), (-1,)), ((-1,), (-1, 1)), ((-1, 1), (-1, 1)), ((-1,), (-1,))])
def test_weights_of_a_loss_are_of_its_rows(shapes):
    y, p, w = np.array([0.0, 1.0, 4.0]), np.array([1.0, 3.0, 7.0]), np.array([1.0, 0.0, 5.0])
    given = y.reshape(shapes[0]), p.reshape(shapes[1])
    assert proxnet.losses.MeanSquaredError()(*given) == pytest.approx((1 + 4 + 9) / 3)
    assert proxnet.losses.MeanSquaredError()(*given, w) == pytest.approx((1 + 5 * 9) / 3)
    with pytest.raises(ValueError, match=r"sample_weight must have one number per row, [13], got 2"):
        proxnet.losses.MeanSquaredError()(*given, [1.0, 2.0])


def test_a_loss_of_one_row_of_classes():
    loss = proxnet.losses.CategoricalCrossentropy()
    assert loss([0, 1, 0], [0.25, 0.5, 0.25]) == pytest.approx(np.log(2))
    assert loss([0, 1, 0], [0.25, 0.5, 0.25], [3.0]) == pytest.approx(3 * np.log(2))
