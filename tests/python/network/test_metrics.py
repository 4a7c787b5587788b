"""Metrics against scikit-learn and by hand: alone, streamed over odd batches with weights, by functions; refusals."""

import numpy as np
import pytest

import proxnet
from proxnet import losses, metrics
from proxnet._check.config import by_identifier
from proxnet.layers import Dense

sk = pytest.importorskip("sklearn.metrics")

RNG = np.random.default_rng(6)
ROWS = 203
NUMBERS = RNG.normal(size=(ROWS, 3)) + np.array([0, 5, -2])
P = RNG.random((ROWS, 3))
P /= P.sum(axis=1, keepdims=True)
LABELS = np.where(RNG.random(ROWS) < 0.6, P.argmax(axis=1), RNG.integers(0, 3, ROWS))
ONE_HOT = np.eye(3)[LABELS]
BITS = (RNG.random((ROWS, 3)) < 0.3 + 0.5 * P).astype(float)
WEIGHT = RNG.integers(0, 4, ROWS).astype(float)


def each(score):
    return lambda y, p, w: np.average([score(y[:, j], p[:, j], sample_weight=w) for j in range(3)])


def flat(score):
    return lambda y, p, w: score(y.ravel(), p.ravel(), sample_weight=np.repeat(w, 3))


def by_rows(values):
    return lambda y, p, w: np.average(np.asarray(values(y, p), float).reshape(ROWS, -1).mean(axis=1), weights=w)


def positive(score, cut=0.5, **arguments):
    return lambda y, p, w: score(y.ravel(), p.ravel() > cut, sample_weight=np.repeat(w, 3), **arguments)


def f1(average):
    return lambda y, p, w: sk.f1_score(y, p > 0.35, average=average, sample_weight=w)


def curve_at(thresholds):
    def area(y, p, w):
        weight, label, x = np.repeat(w, 3), y.ravel() == 1, p.ravel()
        t = np.array([-1e-7, *thresholds, 1 + 1e-7])
        tpr = [(weight * (label & (x > cut))).sum() / (weight * label).sum() for cut in t]
        fpr = [(weight * (~label & (x > cut))).sum() / (weight * ~label).sum() for cut in t]
        return -np.trapezoid(tpr, fpr)

    return area


CASES = [
    (metrics.MeanSquaredError(), NUMBERS, lambda y, p, w: sk.mean_squared_error(y, p, sample_weight=w)),
    (metrics.RootMeanSquaredError(), NUMBERS, lambda y, p, w: sk.mean_squared_error(y, p, sample_weight=w) ** 0.5),
    (metrics.MeanAbsoluteError(), NUMBERS, lambda y, p, w: sk.mean_absolute_error(y, p, sample_weight=w)),
    (
        metrics.MeanAbsolutePercentageError(),
        NUMBERS,
        lambda y, p, w: 100 * sk.mean_absolute_percentage_error(y, p, sample_weight=w),
    ),
    (
        metrics.MeanSquaredLogarithmicError(),
        BITS + 0.5,
        lambda y, p, w: sk.mean_squared_log_error(y, p, sample_weight=w),
    ),
    (metrics.LogCoshError(), NUMBERS, by_rows(lambda y, p: np.log(np.cosh(y - p)))),
    (
        metrics.CosineSimilarity(),
        NUMBERS,
        by_rows(lambda y, p: (y * p).sum(1) / np.linalg.norm(y, axis=1) / np.linalg.norm(p, axis=1)),
    ),
    (metrics.R2Score(), NUMBERS, lambda y, p, w: sk.r2_score(y, p, sample_weight=w)),
    (
        metrics.R2Score("variance_weighted_average"),
        NUMBERS,
        lambda y, p, w: sk.r2_score(y, p, sample_weight=w, multioutput="variance_weighted"),
    ),
    (
        metrics.CategoricalAccuracy(),
        ONE_HOT,
        lambda y, p, w: sk.accuracy_score(y.argmax(1), p.argmax(1), sample_weight=w),
    ),
    (metrics.SparseCategoricalAccuracy(), LABELS, lambda y, p, w: sk.accuracy_score(y, p.argmax(1), sample_weight=w)),
    (
        metrics.TopKCategoricalAccuracy(2),
        ONE_HOT,
        lambda y, p, w: sk.top_k_accuracy_score(LABELS, p, k=2, sample_weight=w),
    ),
    (
        metrics.SparseTopKCategoricalAccuracy(2),
        LABELS,
        lambda y, p, w: sk.top_k_accuracy_score(y, p, k=2, sample_weight=w),
    ),
    (metrics.BinaryAccuracy(threshold=0.4), BITS, positive(sk.accuracy_score, 0.4)),
    (metrics.Accuracy(), P * (NUMBERS > 0), by_rows(lambda y, p: y == p)),
    (metrics.Precision(), BITS, positive(sk.precision_score)),
    (metrics.Precision(thresholds=0.3), BITS, positive(sk.precision_score, 0.3)),
    (metrics.Recall(thresholds=0.3), BITS, positive(sk.recall_score, 0.3)),
    (
        metrics.Recall(class_id=2, thresholds=0.3),
        BITS,
        lambda y, p, w: sk.recall_score(y[:, 2], p[:, 2] > 0.3, sample_weight=w),
    ),
    (
        metrics.Precision(top_k=1),
        ONE_HOT,
        lambda y, p, w: sk.precision_score(y.ravel(), np.eye(3)[p.argmax(1)].ravel(), sample_weight=np.repeat(w, 3)),
    ),
    (metrics.TruePositives(), BITS, lambda y, p, w: ((y == 1) * (p > 0.5) * w[:, None]).sum()),
    (metrics.FalsePositives(0.3), BITS, lambda y, p, w: ((y == 0) * (p > 0.3) * w[:, None]).sum()),
    (metrics.TrueNegatives(0.3), BITS, lambda y, p, w: ((y == 0) * (p <= 0.3) * w[:, None]).sum()),
    (metrics.FalseNegatives(), BITS, lambda y, p, w: ((y == 1) * (p <= 0.5) * w[:, None]).sum()),
    (metrics.F1Score("macro", threshold=0.35), BITS, f1("macro")),
    (metrics.F1Score("micro", threshold=0.35), BITS, f1("micro")),
    (metrics.F1Score("weighted", threshold=0.35), BITS, f1("weighted")),
    (
        metrics.F1Score("macro"),
        ONE_HOT,
        lambda y, p, w: sk.f1_score(y.argmax(1), p.argmax(1), average="macro", sample_weight=w),
    ),
    (metrics.AUC(), BITS, curve_at([i / 199 for i in range(1, 199)])),
    (metrics.AUC(thresholds=[0.6, 0.2, 0.4]), BITS, curve_at([0.2, 0.4, 0.6])),
    (metrics.AUC(num_thresholds=20001), BITS, flat(sk.roc_auc_score)),
    (metrics.AUC(num_thresholds=20001, multi_label=True), BITS, each(sk.roc_auc_score)),
    (metrics.CategoricalCrossentropy(), ONE_HOT, lambda y, p, w: sk.log_loss(y, p, sample_weight=w)),
    (metrics.SparseCategoricalCrossentropy(), LABELS, lambda y, p, w: sk.log_loss(y, p, sample_weight=w)),
    (
        metrics.BinaryCrossentropy(label_smoothing=0.2),
        BITS,
        by_rows(lambda y, p: -((0.8 * y + 0.1) * np.log(p) + (0.9 - 0.8 * y) * np.log(1 - p))),
    ),
]
TOLERANCE = {"f1_score": 3e-7}  # Keras' 1e-7 in the divisors
EXACT_CURVES = 2e-3  # equal scores of two classes inside one of 20001 steps


@pytest.mark.parametrize(("metric", "y", "expected"), CASES, ids=[repr(metric)[:80] for metric, *_ in CASES])
def test_values(metric, y, expected):
    exact = isinstance(metric, metrics.AUC) and metric.num_thresholds > 200
    rel = EXACT_CURVES if exact else TOLERANCE.get(metric.identifier, 1e-12)
    assert metric(y, P) == pytest.approx(expected(y, P, np.ones(ROWS)), rel=rel)
    assert metric(y, P, WEIGHT) == pytest.approx(expected(y, P, WEIGHT), rel=rel)


def test_precision_recall_curves():
    y, p = BITS[:, 0], P[:, 0]
    want = sk.average_precision_score(y, p)
    low, middle, high = (
        metrics.AUC(num_thresholds=20001, curve="PR", summation_method=method)(y, p)
        for method in ("minoring", "interpolation", "majoring")
    )
    assert low < middle < high
    assert middle == pytest.approx(want, rel=0.02)


def identity(metric, loss, columns=3):
    """A model with predict(x) = x."""
    model = proxnet.Sequential([proxnet.Input((columns,)), Dense(columns)], dtype="float64")
    model.set_weights([np.eye(columns), np.zeros(columns)])
    model.compile(proxnet.optimizers.SGD(1e-300), loss, metrics=[metric], weighted_metrics=[metric])
    return model


@pytest.mark.parametrize(("metric", "y", "expected"), CASES, ids=[repr(metric)[:80] for metric, *_ in CASES])
def test_streaming_over_odd_batches(metric, y, expected):
    loss = "sparse_categorical_crossentropy" if y.ndim == 1 else "mse"
    model = identity(metric, loss)
    history = model.fit(P, y, sample_weight=WEIGHT, epochs=1, batch_size=7, verbose=0).history
    evaluated = model.evaluate(P, y, sample_weight=WEIGHT, verbose=0, return_dict=True)
    for logs in ({key: values[0] for key, values in history.items()}, evaluated):
        assert logs[metric.name] == pytest.approx(metric(y, P), rel=1e-12)
        assert logs[f"weighted_{metric.name}"] == pytest.approx(metric(y, P, WEIGHT), rel=1e-12)


def test_any_number_of_threads_gives_the_same_bits():
    x, y = RNG.random((40000, 3)), (RNG.random((40000, 3)) < 0.4).astype(float)
    weight, seen = RNG.random(40000), set()
    for threads in (1, 2, 3, 5):
        proxnet.set_num_threads(threads)
        model = identity("mse", "mse")
        chosen = [
            metrics.AUC(from_logits=True),
            metrics.R2Score(),
            metrics.F1Score("macro", 0.5),
            metrics.Precision(),
            "mae",
        ]
        model.compile("sgd", "mse", weighted_metrics=chosen)
        history = model.fit(x, y, sample_weight=weight, batch_size=5000, verbose=0, shuffle=False).history
        seen.add((*(values[0] for values in history.values()), *model.evaluate(x, y, sample_weight=weight, verbose=0)))
    proxnet.set_num_threads(0)
    assert len(seen) == 1


def test_r2_of_numbers_far_from_zero():
    y = 1e8 + RNG.normal(size=(500, 1))
    assert metrics.R2Score()(y, y + 0.5) == pytest.approx(sk.r2_score(y, y + 0.5), rel=1e-6)


def largest_error(y_true, y_pred):
    return np.abs(y_true - y_pred).max()


def row_error(y_true, y_pred):
    return np.abs(y_true - y_pred).sum(axis=1)


def test_functions_once_an_epoch():
    model = identity("mse", "mse")
    model.compile("sgd", "mse", metrics=["mae", largest_error, row_error], weighted_metrics=[row_error])
    history = model.fit(
        P, NUMBERS, sample_weight=WEIGHT, epochs=3, validation_data=(P[:9], NUMBERS[:9]), verbose=0
    ).history
    assert list(history) == sorted(
        key
        for name in ("loss", "mae", "largest_error", "row_error", "weighted_row_error")
        for key in (name, f"val_{name}")
    )
    p = model.predict(P)
    assert history["largest_error"][-1] == largest_error(NUMBERS, p)
    assert history["row_error"][-1] == pytest.approx(row_error(NUMBERS, p).mean())
    assert history["weighted_row_error"][-1] == pytest.approx(np.average(row_error(NUMBERS, p), weights=WEIGHT))
    assert history["val_largest_error"][-1] == largest_error(NUMBERS[:9], p[:9])
    assert model.metrics_names == ["loss", "mae", "largest_error", "row_error", "weighted_row_error"]
    values = model.evaluate(P, NUMBERS, verbose=0)
    assert values[2] == largest_error(NUMBERS, p)


def test_names_and_configurations():
    for kind in by_identifier(vars(metrics), metrics.Metric).values():
        made = metrics.get(kind)
        assert type(made) is kind
        assert kind(**made.get_config()).get_config() == made.get_config()
    assert metrics.get("AUC").name == "AUC"
    assert metrics.get(metrics.AUC).name == "auc"
    assert metrics.get("ce").name == "ce"


def test_crossentropy_by_shape():
    for loss, y, kind in (
        ("sparse_categorical_crossentropy", LABELS, losses.SparseCategoricalCrossentropy()),
        ("mse", ONE_HOT, losses.CategoricalCrossentropy()),
    ):
        model = identity("crossentropy", loss)
        assert model.evaluate(P, y, verbose=0)[1] == pytest.approx(kind(y, P), rel=1e-12)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: identity("auc", "sparse_categorical_crossentropy"), ValueError, "metric 'auc' compares with targets"),
        (lambda: identity(metrics.TopKCategoricalAccuracy(4), "mse"), ValueError, "k must be from 1 to the number of"),
        (lambda: identity("top_k_categorical_accuracy", "mse"), ValueError, "number of outputs, 3, got 5"),
        (lambda: identity(metrics.Recall(class_id=3), "mse"), ValueError, "class_id must be below the number of"),
        (lambda: identity(metrics.F1Score(), "mse"), ValueError, "needs average='macro', 'micro' or 'weighted'"),
        (lambda: identity(metrics.F1Score(), "mse", 1), ValueError, "an F1 score of one output needs a threshold"),
        (lambda: identity("cosine_similarity", "mse", 1), ValueError, "this loss needs at least 2 outputs"),
        (lambda: identity("auc", "mse").fit(P, NUMBERS), ValueError, "y must be 0 or 1 for metrics that count"),
        (lambda: identity("poisson", "mse").fit(P, -P), ValueError, "y must not be negative"),
        (lambda: metrics.Precision(thresholds=[0.1, 0.2]), ValueError, r"\[Precision\] thresholds must be one number"),
        (lambda: metrics.AUC(curve="roc"), ValueError, "unknown curve 'roc'; did you mean 'ROC'"),
        (lambda: metrics.AUC(num_thresholds=1), ValueError, "num_thresholds must be >= 2, got 1"),
        (lambda: metrics.AUC(num_thresholds=2**20 + 1), ValueError, "num_thresholds must be <= 1048576, got 1048577"),
        (lambda: metrics.AUC(num_thresholds=10**12), ValueError, "num_thresholds must be <= 1048576"),
        (lambda: identity(metrics.AUC(2**20, multi_label=True), "mse", 5), ValueError, "with multi_label, got 1048576"),
        (lambda: metrics.get(3), TypeError, "metric must be a name"),
        (lambda: metrics.get("mean_iou"), ValueError, "metric 'mean_iou' exists in Keras but not here yet"),
    ],
)
def test_refusals(make, error, message):
    with pytest.raises(error, match=message):
        make()


def test_a_function_of_one_number_takes_no_weights():
    model = identity("mse", "mse")
    model.compile("sgd", "mse", weighted_metrics=[largest_error])
    with pytest.raises(ValueError, match="must return a number per row to be weighted, it returns one"):
        model.evaluate(P, NUMBERS, sample_weight=WEIGHT, verbose=0)
