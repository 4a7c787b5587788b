"""Column names of data frames: remembered by networks, compared, saved, and shown."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import proxnet
from proxnet.layers import Dense

pd = pytest.importorskip("pandas")
NAMES = list("abcdef")
FRAME = pd.DataFrame(np.random.default_rng(0).standard_normal((80, 6)), columns=NAMES)
TARGET = (FRAME["a"] - FRAME["b"]).to_numpy()


def fitted(x: Any = FRAME, **options: Any) -> proxnet.Sequential:
    model = proxnet.Sequential([Dense(4, activation="relu"), Dense(1)])
    model.compile("adam", "mse")
    model.fit(x, TARGET, verbose=0, **options)
    return model


def test_another_order_and_other_names_are_refused_as_linear_models_do() -> None:
    model, linear = fitted(), proxnet.linear_model.Lasso(0.1).fit(FRAME, TARGET)
    assert model.feature_names_in_.tolist() == NAMES
    backwards, renamed = FRAME[NAMES[::-1]], FRAME.rename(columns={"a": "z"})
    for frame, sentence in (
        (backwards, "same order"),
        (renamed, "unseen at fit time:\n- z"),
        (FRAME[["a", "b"]], "missing"),
    ):
        with pytest.raises(ValueError, match="feature names") as theirs:
            linear.predict(frame)
        for call in (
            model.predict,
            lambda x: model.evaluate(x, TARGET, verbose=0),
            lambda x: model.fit(x, TARGET, verbose=0),
        ):
            with pytest.raises(ValueError, match=sentence) as ours:
                call(frame)
            assert str(theirs.value) in str(ours.value)
    with pytest.raises(ValueError, match=r"\[fit\] validation_data\[0\]: The feature names"):
        model.fit(FRAME, TARGET, validation_data=(backwards, TARGET), verbose=0)
    with pytest.raises(ValueError, match="same order"):
        model.train_on_batch(backwards, TARGET)
    model.predict(FRAME)


def test_arrays_and_frames_side_by_side_warn() -> None:
    with pytest.warns(UserWarning, match="does not have valid feature names"):
        assert np.array_equal(fitted_once().predict(FRAME.to_numpy()), fitted_once().predict(FRAME))
    plain = fitted(FRAME.to_numpy())
    assert not hasattr(plain, "feature_names_in_")
    with pytest.warns(UserWarning, match="was fitted without feature names"):
        plain.predict(FRAME)


def fitted_once() -> proxnet.Sequential:
    proxnet.set_random_seed(0)
    return fitted()


def test_batches_of_frames_are_compared_too() -> None:
    model = proxnet.Sequential([Dense(1)])
    model.compile("sgd", "mse")
    halves = [(FRAME[:40], TARGET[:40]), (FRAME[40:][NAMES[::-1]], TARGET[40:])]
    with pytest.raises(ValueError, match="same order"):
        model.fit(iter(halves), verbose=0)


def test_names_are_in_files_copies_and_reports(tmp_path: Path) -> None:
    model = fitted()
    model.save(tmp_path / "m.safetensors")
    for twin in (proxnet.load_model(tmp_path / "m.safetensors"), copy.deepcopy(model)):
        assert twin.feature_names_in_.tolist() == NAMES
        with pytest.raises(ValueError, match="same order"):
            twin.predict(FRAME[NAMES[::-1]])
    kernel = model.layers[0].kernel
    kernel[[0, 2, 3]] = 0
    model.layers[0].set_weights([kernel, model.layers[0].bias])
    report = model.sparsity()
    assert report.inputs_in_use == ["b", "e", "f"] == report.to_dict()["inputs_in_use"]
    assert str(report).endswith("inputs in use: b, e, f")
    lines: list[str] = []
    model.summary(print_fn=lines.append)
    assert "Inputs in use: b, e, f" in lines[0]


def test_without_names_inputs_are_numbers() -> None:
    model = proxnet.Sequential([Dense(2, input_dim=2), Dense(1)])
    model.set_weights([[[0, 0], [1, 0]], [0, 0], [[1], [1]], [0]])
    assert model.sparsity().inputs_in_use == [1]
