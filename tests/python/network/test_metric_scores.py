"""Metrics of scores that are no probabilities, of one class alone, with many thresholds; Keras' own metric objects."""

import numpy as np
import pytest

import proxnet
from proxnet import _core, losses, metrics
from proxnet.layers import Dense

sk = pytest.importorskip("sklearn.metrics")

RNG = np.random.default_rng(0)
Y = RNG.integers(0, 2, 500).astype(float)
LOGITS = 3 * Y - 1.5 + 2 * RNG.standard_normal(500)
P = 1 / (1 + np.exp(-LOGITS))


def identity(loss, metric, dtype="float32", columns=1):
    """A model with predict(x) = x."""
    model = proxnet.Sequential([proxnet.Input((columns,)), Dense(columns)], dtype=dtype)
    model.set_weights([np.eye(columns), np.zeros(columns)])
    model.compile(proxnet.optimizers.SGD(1e-30), loss, metrics=[metric])
    return model


@pytest.mark.parametrize("curve", ["ROC", "PR"])
@pytest.mark.parametrize("scores", [LOGITS, -np.exp(LOGITS), P + 0.5, P - 1e-5 - P.min()])
def test_areas_of_scores_outside_0_and_1_are_refused(curve, scores):
    with pytest.raises(ValueError, match=r"\[metric\] AUC takes outputs from 0 to 1, got .*from_logits=True"):
        metrics.AUC(curve=curve)(Y, scores)
    model = identity("mse", metrics.AUC(curve=curve))
    for run in (model.evaluate, model.fit):
        with pytest.raises(ValueError, match="AUC takes outputs from 0 to 1"):
            run(scores[:, None], Y, verbose=0)
    with pytest.raises(ValueError, match="got NaN in row 3"):
        metrics.AUC(curve=curve)(Y, np.where(np.arange(500) == 3, np.nan, P))


def test_areas_of_logits():
    exact = sk.roc_auc_score(Y, LOGITS)
    fine = metrics.AUC(num_thresholds=100001, from_logits=True)
    assert fine(Y, LOGITS) == pytest.approx(exact, abs=1e-4)
    assert fine(Y, LOGITS) == metrics.AUC(num_thresholds=100001)(Y, P)
    # the loss says that outputs are logits
    for loss in (losses.BinaryCrossentropy(from_logits=True), losses.BinaryFocalCrossentropy(from_logits=True)):
        model = identity(loss, metrics.AUC(num_thresholds=100001), "float64")
        assert model.evaluate(LOGITS[:, None], Y, verbose=0)[1] == fine(Y, LOGITS)


def test_the_curve_reaches_both_ends():
    y, p = np.array([0, 1, 0, 1.0]), np.array([0, 0, 1, 1.0])  # scores at the ends alone
    assert metrics.AUC()(y, p) == 0.5
    tiny = 1e-7  # rounding beyond the ends
    assert metrics.AUC()([0, 1, 0, 1], [-tiny, 1 + tiny, -tiny, 1 + tiny]) == 1
    assert metrics.AUC(curve="PR")([0, 1, 0, 1], [-tiny, 1 + tiny, -tiny, 1 + tiny]) == 1


def test_areas_without_a_class_are_not_numbers():
    p = [0.2, 0.6, 0.9]
    for y in (np.zeros(3), np.ones(3)):
        assert np.isnan(metrics.AUC()(y, p))
    assert np.isnan(metrics.AUC(curve="PR")(np.zeros(3), p))
    assert metrics.AUC(curve="PR")(np.ones(3), p) == pytest.approx(1)
    assert np.isnan(metrics.AUC()([0, 1, 1], p, [0.0, 1, 1]))  # no weight on the class
    both = np.array([[0, 1], [1, 1.0]])
    assert np.isnan(metrics.AUC(multi_label=True)(both, [[0.1, 0.2], [0.3, 0.4]]))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_most_thresholds_there_can_be(dtype):
    most = _core.Metric.max_thresholds
    model = identity("mse", metrics.AUC(most), dtype)
    value = model.evaluate(P[:, None], Y, verbose=0)[1]
    assert value == pytest.approx(sk.roc_auc_score(Y, P), abs=1e-4)
    top = metrics.AUC(most)
    assert top([0, 1], [1 - 1e-9, 1.0]) == 0.5  # the highest bin is one of the sums
    with pytest.raises(ValueError, match=r"\[metric\] num_thresholds must be from 2 to 1048576, got 1048577"):
        _core.Metric("auc", num_thresholds=most + 1).value(Y[:, None], P[:, None])


CUT = {
    "accuracy": lambda cut: sk.accuracy_score(Y, cut),
    "binary_accuracy": lambda cut: sk.accuracy_score(Y, cut),
    "precision": lambda cut: sk.precision_score(Y, cut),
    "recall": lambda cut: sk.recall_score(Y, cut),
    "true_positives": lambda cut: (Y * cut).sum(),
    "false_negatives": lambda cut: (Y * ~cut).sum(),
}


@pytest.mark.parametrize("name", CUT)
def test_logits_are_cut_at_0_under_a_loss_of_logits(name):
    model = identity(losses.BinaryCrossentropy(from_logits=True), name, "float64")
    assert model.evaluate(LOGITS[:, None], Y, verbose=0)[1] == pytest.approx(CUT[name](LOGITS > 0))
    history = model.fit(LOGITS[:, None], Y, verbose=0).history
    assert history[name][0] == pytest.approx(CUT[name](LOGITS > 0))
    model = identity("binary_crossentropy", name, "float64")
    assert model.evaluate(P[:, None], Y, verbose=0)[1] == pytest.approx(CUT[name](P > 0.5))


def test_thresholds_that_were_given_under_a_loss_of_logits():
    of_logits = losses.BinaryCrossentropy(from_logits=True)
    for metric, cut in (
        (metrics.Precision(thresholds=0.7), LOGITS > 0.7),
        (metrics.Precision(thresholds=0), LOGITS > 0),
    ):
        value = identity(of_logits, metric, "float64").evaluate(LOGITS[:, None], Y, verbose=0)[1]
        assert value == pytest.approx(sk.precision_score(Y, cut))
    value = identity(of_logits, metrics.F1Score(threshold=0.7), "float64").evaluate(LOGITS[:, None], Y, verbose=0)[1]
    assert value == pytest.approx(sk.f1_score(Y, P > 0.7), rel=3e-7)
    value = identity(of_logits, "crossentropy", "float64").evaluate(LOGITS[:, None], Y, verbose=0)[1]
    assert value == pytest.approx(sk.log_loss(Y, P))


class KerasMean:
    """Keeps state as Keras' own metrics do."""

    name, _direction = "mean_error", "up"

    def __init__(self):
        self.reset_state()

    def reset_state(self):
        self.total = self.mass = 0.0

    def update_state(self, y_true, y_pred, sample_weight=None):
        weight = np.ones(len(y_true)) if sample_weight is None else sample_weight
        self.total += float((np.abs(y_true - y_pred).ravel() * weight).sum())
        self.mass += float(weight.sum())

    def result(self):
        return np.float32(self.total / self.mass)

    def __call__(self, y_true, y_pred, sample_weight=None):
        self.update_state(y_true, y_pred, sample_weight)
        return self.result()


def test_metric_objects_of_keras_begin_anew():
    model = identity("mse", KerasMean(), "float64")
    x, y, w = LOGITS[:, None], Y, RNG.random(500)
    held = (x[:50] + 3, y[:50])
    history = model.fit(x, y, epochs=3, validation_data=held, verbose=0).history
    assert history["mean_error"] == pytest.approx([np.abs(LOGITS - Y).mean()] * 3)
    assert history["val_mean_error"] == pytest.approx([np.abs(LOGITS + 3 - Y)[:50].mean()] * 3)
    assert model.evaluate(x, y, verbose=0)[1] == pytest.approx(np.abs(LOGITS - Y).mean())
    model.compile("sgd", "mse", weighted_metrics=KerasMean())
    assert model.evaluate(x, y, sample_weight=w, verbose=0)[1] == pytest.approx(
        np.average(np.abs(LOGITS - Y), weights=w)
    )
    stop = proxnet.callbacks.EarlyStopping("val_mean_error")  # the object says which way is better
    stop.set_model(model)
    assert stop._upwards()
