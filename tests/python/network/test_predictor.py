"""Predictors: the bits of their models, in rows of any form; linear models and pipelines to rounding."""

import gc
import threading
import weakref

import numpy as np
import pytest

import proxnet
from proxnet import linear_model
from proxnet.layers import Dense
from thin_networks import X, Y, recipes, thinned


@pytest.mark.parametrize("number", range(4))
@pytest.mark.parametrize("zeros", [0.0, 0.5, 0.95])
def test_a_predictor_has_the_model_s_bits(number, zeros) -> None:
    model = thinned(list(recipes())[number], zeros=zeros)
    predictor = model.predictor()
    expected = model.predict(X, verbose=0)
    for x in (X, np.asfortranarray(X), X.astype("f8"), X[::-1][::-1], X.tolist(), np.hstack([X, X])[:, :12]):
        np.testing.assert_array_equal(predictor.predict(x), expected)
    for k in (0, 69):
        np.testing.assert_array_equal(predictor(X[k]), expected[k])
        np.testing.assert_array_equal(predictor(X[k : k + 1]), expected[k : k + 1])
    for count in (1, 2, 5):
        proxnet.set_num_threads(count)
        np.testing.assert_array_equal(predictor(np.tile(X, (30, 1))), np.tile(expected, (30, 1)))
    proxnet.set_num_threads(0)


def test_a_predictor_does_not_move_with_its_model() -> None:
    model = thinned([Dense(30, "relu"), Dense(2)])
    predictor, expected = model.predictor(), model.predict(X, verbose=0)
    wrong = []

    def repeat() -> None:
        wrong.extend(k for k in range(300) if not np.array_equal(predictor(X), expected))

    threads = [threading.Thread(target=repeat) for _ in range(3)]
    for thread in threads:
        thread.start()
    model.fit(X, Y, epochs=30, verbose=0)
    for thread in threads:
        thread.join()
    assert not wrong
    assert not np.array_equal(model.predict(X, verbose=0), expected)


def test_bad_rows_are_refused() -> None:
    predictor = thinned([Dense(3), Dense(2)]).predictor()
    with pytest.raises(ValueError, match=r"\[predict\] x must have 12 columns.*, got 11"):
        predictor(X[:, :11])
    bad = X.copy()
    bad[5, 3] = np.inf
    with pytest.raises(ValueError, match=r"\[predict\] x must be finite, x\[5, 3\] = inf"):
        predictor(bad)
    with pytest.raises(ValueError, match=r"\[predict\] x must have 12 columns.*, got 11"):
        predictor(X[0, :11].astype("f8"))


def test_rows_that_are_not_finite_may_pass() -> None:
    predictor = thinned([Dense(3), Dense(2)], zeros=0.0).predictor()
    bad = X.copy()
    bad[5, 3] = np.nan
    out = predictor.predict(bad, check_finite=False)
    assert np.isnan(out[5]).all()
    np.testing.assert_array_equal(np.delete(out, 5, axis=0), np.delete(predictor(X), 5, axis=0))
    for call in (predictor.logits, predictor.labels, lambda x: predictor.predict_into(x, np.empty((70, 2), "f"))):
        with pytest.raises(ValueError, match=r"\[predict\] x must be finite, x\[5, 3\] = nan"):
            call(bad)


def test_into_an_array_logits_and_labels() -> None:
    model = thinned([Dense(30, "relu"), Dense(4, "softmax")])
    predictor, expected = model.predictor(), model.predict(X, verbose=0)
    out = np.empty((70, 4), "f")
    assert predictor.predict_into(X, out) is out
    np.testing.assert_array_equal(out, expected)
    np.testing.assert_array_equal(predictor.predict_into(X[3].tolist(), out[0]), expected[3])
    scores = predictor.logits(X)
    np.testing.assert_allclose(np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True), expected, rtol=1e-5)
    np.testing.assert_array_equal(predictor.labels(X.astype("f8")), expected.argmax(axis=1))
    one = thinned([Dense(9, "tanh"), Dense(1, "sigmoid")]).predictor()
    np.testing.assert_array_equal(one.labels(X), one(X)[:, 0] > 0.5)
    np.testing.assert_array_equal(one.labels(X, threshold=0.7), one(X)[:, 0] > 0.7)
    for wrong in (np.empty((70, 3), "f"), np.empty((4, 70), "f").T, np.broadcast_to(np.float32(0), (70, 4))):
        with pytest.raises(
            ValueError, match=r"^\[predict_into\] out must be a C-contiguous writable array of shape \(70"
        ):
            predictor.predict_into(X, wrong)
    with pytest.raises(TypeError, match=r"^\[predict_into\] out must be a numpy array of float32, got float64"):
        predictor.predict_into(X, np.empty((70, 4)))


def test_a_predictor_does_not_keep_its_model() -> None:
    model = thinned([Dense(3)])
    predictor, gone = model.predictor(), weakref.ref(model)
    del model
    gc.collect()
    assert gone() is None
    assert predictor(X).shape == (70, 3)


@pytest.mark.parametrize("scaler", [None, "StandardScaler", "MinMaxScaler", "RobustScaler"])
def test_linear_models_and_pipelines(scaler) -> None:
    x, names = X.astype("f8") * 3 + 5, np.array(["ant", "bee", "cat"])
    classes = names[np.argmax(x[:, :3], axis=1)]
    counts = np.random.default_rng(3).poisson(2.0, len(x))
    models = [
        (linear_model.Lasso(0.1), x[:, 0] - x[:, 4], "predict"),
        (linear_model.MultiTaskLasso(0.1), x[:, :2], "predict"),
        (linear_model.PoissonRegressor(alpha=0.1), counts, "predict"),
        (linear_model.PenalizedRegressor(proxnet.regularizers.L1(0.05), loss="poisson"), counts, "predict"),
        (linear_model.LogisticRegression(C=0.5, l1_ratio=1), classes, "predict_proba"),
        (linear_model.LogisticRegression(C=0.5), classes == "bee", "predict_proba"),
        (linear_model.RidgeClassifier(), classes, "decision_function"),
        (linear_model.RidgeClassifier(), np.stack([classes == "ant", classes == "bee"], axis=1).astype(int), "predict"),
        (linear_model.LinearSVC(), classes == "bee", "decision_function"),
    ]
    for model, y, method in models:
        if scaler:
            pipeline, preprocessing = (pytest.importorskip(f"sklearn.{m}") for m in ("pipeline", "preprocessing"))
            model = pipeline.make_pipeline(preprocessing.MaxAbsScaler(), getattr(preprocessing, scaler)(), model)
        predictor = proxnet.Predictor(model.fit(x, y))
        expected = np.asarray(getattr(model, method)(x)).reshape(len(x), -1)
        got = predictor(x)
        if method == "predict_proba" and expected.shape[1] == 2:
            expected = expected[:, 1:]
        if predictor._several:
            np.testing.assert_array_equal(predictor.labels(x), expected)
            continue
        np.testing.assert_allclose(got, expected, rtol=1e-9, atol=1e-10)
        if predictor.classes is not None:
            np.testing.assert_array_equal(predictor.labels(x), model.predict(x))


def test_a_linear_model_reads_the_columns_in_use_alone() -> None:
    model = linear_model.Lasso(0.3).fit(X, X[:, 2] * 2 - X[:, 7])
    used = np.flatnonzero(model.coef_)
    assert model.compact().layers[0].columns == used.tolist() == [2, 7]
    assert model.sparsity().layers[0].inputs_used == 2
    x = X.copy()
    x[:, np.setdiff1d(np.arange(12), used)] = np.inf
    np.testing.assert_array_equal(
        model.compact().predictor().predict(x, check_finite=False), model.predictor().predict(X)
    )
