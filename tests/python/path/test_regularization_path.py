"""Paths of networks: grid, warm starts, choices, refits, files, ends."""

from __future__ import annotations

import copy

import numpy as np
import pytest

import proxnet
from proxnet.errors import SparsityWarning
from proxnet.layers import Dense
from proxnet.path import RegularizationPath, path_cv, regularization_path
from proxnet.regularizers import L1, L2, GroupL1, Refit, TargetSparsity


@pytest.fixture(scope="module")
def rows() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(500, 12)).astype("float32")
    return x, np.abs(x[:, 0]) - 2 * x[:, 1] + 0.1 * rng.normal(size=500)


def network(**options) -> proxnet.Sequential:
    proxnet.set_random_seed(1)
    model = proxnet.Sequential([Dense(10, "relu", **options), Dense(1)])
    model.compile(proxnet.optimizers.Adam(0.01), "mse")
    return model


@pytest.fixture(scope="module")
def path(rows) -> RegularizationPath:
    return regularization_path(network(), *rows, penalty="group_input", n_strengths=12, dense_epochs=40)


def test_the_path_goes_from_dense_to_the_true_inputs(path, rows) -> None:
    assert (np.diff(path.strengths) > 0).all()
    assert path.inputs_used[0] == 12
    assert path.inputs_used[-1] <= 2
    assert (path.inputs_used > 0).all()
    assert path.at(n_features=2).inputs_in_use.tolist() == [0, 1]
    assert path.zeros[-1] > path.zeros[0]


def test_the_numbers_are_those_of_the_models(path) -> None:
    x, y, _ = path._rows
    for i in (0, len(path) - 1):
        model = path[i].model
        assert model.evaluate(x, y, verbose=0) == pytest.approx(path.objective[i], rel=1e-6)
        residuals = model.predict(x)[:, 0] - y
        assert np.mean(residuals**2) == pytest.approx(path.train_scores[i], rel=1e-4)
        kernel = model.layers[0].kernel
        np.testing.assert_allclose(path.importances[i], np.linalg.norm(kernel, axis=1) * path.input_used[i], rtol=1e-6)
        assert path.sparsity[i] == model.sparsity().total.zero_fraction


def test_rules_take_the_smallest_mean_and_the_sparsest_within_one_standard_error(path) -> None:
    means = path.validation_scores.mean(axis=1)
    error = path.validation_scores.std(axis=1, ddof=1) / np.sqrt(path.validation_scores.shape[1])
    best = path.best().index
    assert means[best] == means.min()
    within = np.flatnonzero(means <= means[best] + error[best])
    assert path.one_se().index == within.max()


def test_the_path_costs_at_most_five_dense_fits(path) -> None:
    assert path.epochs.sum() + path.dense_epochs * 2 <= 5 * path.dense_epochs + len(path)


def test_a_refit_has_no_penalty_and_the_same_zeros(path, rows) -> None:
    point = path.at(n_features=2)
    before, model = point.model, point.refit(epochs=60)
    for old, new in zip(before.get_weights(), model.get_weights(), strict=True):
        if old.ndim == 2:
            assert (new[old == 0] == 0).all()
    x, y, _ = path._rows
    assert model.evaluate(x, y, verbose=0) < path.train_scores[point.index]
    assert path.best_model is not None


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_refit_keeps_zeros_of_single_weights(optimizer: str, rows) -> None:
    model = network(kernel_regularizer=L1(0.05))
    model.compile(optimizer, "mse")
    model.fit(*rows, epochs=5, verbose=0)
    zero = model.layers[0].kernel == 0
    assert zero.any()
    model.layers[0].kernel_regularizer.schedule = Refit()
    model.fit(*rows, epochs=3, verbose=0)
    assert ((model.layers[0].kernel == 0) >= zero).all()


def test_files_hold_the_same_path(path, tmp_path) -> None:
    file = tmp_path / "path.safetensors"
    path.save(file)
    loaded = RegularizationPath.load(file)
    for name in ("strengths", "objective", "validation_scores", "input_used", "zeros", "epochs"):
        np.testing.assert_array_equal(getattr(loaded, name), getattr(path, name))
    x = path._rows[0]
    for i in (0, len(path) - 1):
        np.testing.assert_array_equal(loaded[i].model.predict(x), path[i].model.predict(x))
    assert loaded.one_se().index == path.one_se().index
    with pytest.raises(ValueError, match="a path from a file holds no rows"):
        loaded.best().refit()
    content = bytearray(file.read_bytes())
    for at in (3, 20, len(content) // 2, len(content) - 1):
        broken = bytearray(content)
        broken[at] ^= 16
        file.write_bytes(broken)
        with pytest.raises(ValueError, match=r"\[load\] the file must be"):
            RegularizationPath.load(file)
    file.write_bytes(content[:-9])
    with pytest.raises(ValueError, match=r"\[load\] the file must be"):
        RegularizationPath.load(file)


def test_the_model_stays_and_the_result_is_repeatable(rows) -> None:
    model = network(kernel_regularizer=GroupL1(0.1))
    model.fit(*rows, epochs=1, verbose=0)
    before, options = model.get_weights(), {"n_strengths": 3, "dense_epochs": 4, "refit": False}
    paths = [regularization_path(copy.copy(model), *rows, **options) for _ in range(2)]
    paths.append(regularization_path(model, *rows, **options))
    for old, new in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)
    assert model.layers[0].kernel_regularizer.strength == 0.1
    for other in paths[1:]:
        np.testing.assert_array_equal(paths[0].objective, other.objective)


def test_given_strengths_end_at_a_constant_model(rows) -> None:
    options = {"penalty": "group_input", "dense_epochs": 10, "epochs": 5, "refit": False}
    with pytest.warns(SparsityWarning, match="constant at strength 100: the path has 1 of 2 strengths"):
        path = regularization_path(network(), *rows, strengths=[100, 0.01], **options)
    assert path.strengths.tolist() == [0.01]
    with pytest.raises(ValueError, match="strengths must be smaller"):
        regularization_path(network(), *rows, strengths=[1e4], **options)


def test_ctrl_c_keeps_the_points_done(rows) -> None:
    seen = []

    def interrupt(point) -> None:
        seen.append(point.inputs_in_use)
        if len(seen) == 3:
            raise KeyboardInterrupt

    path = regularization_path(network(), *rows, penalty="l1", n_strengths=6, dense_epochs=4, callback=interrupt)
    assert len(path) == 3
    assert len(path.validation_scores) == len(path.weights) == len(path.zeros) == 3
    assert path.ended == "interrupted"
    assert path.best().model.built


def test_a_callback_ends_the_path(rows) -> None:
    def enough(point) -> bool:
        return point.index == 1

    path = regularization_path(network(), *rows, penalty="l1", dense_epochs=4, callback=enough, refit=False)
    assert len(path) == 2
    assert path.ended == "the callback asked for an end"


def test_folds(rows) -> None:
    options = {"penalty": "group_input", "n_strengths": 6, "dense_epochs": 20}
    one = path_cv(network(), *rows, cv=3, **options)
    two = path_cv(network(), *rows, cv=3, n_jobs=2, refit=False, **options)
    assert one.validation_scores.shape == (len(one), 3)
    np.testing.assert_array_equal(one.validation_scores, two.validation_scores)
    assert one.best_model is not None
    assert one.one_se().index >= one.best().index


def test_a_network_of_an_estimator(rows) -> None:
    class Holder:
        model_ = network(kernel_regularizer="l1")

    path = regularization_path(Holder(), *rows, n_strengths=2, dense_epochs=2, refit=False)
    assert len(path) >= 1


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "a kernel must have a penalty of positive strength"),
        ({"penalty": TargetSparsity(0.5)}, "has a TargetSparsity"),
        ({"penalty": ["l1"]}, "penalty must be one per dense layer, 2, got 1"),
        ({"penalty": "l1", "strengths": [1, 3, 2]}, "strengths must grow or fall strictly"),
        ({"penalty": "l1", "strengths": [np.nan]}, "strengths must be a list of finite numbers"),
        ({"penalty": "l1", "validation": 1.5}, "validation must be"),
    ],
)
def test_wrong_arguments_are_sentences(options, words: str, rows) -> None:
    with pytest.raises(ValueError, match=words):
        regularization_path(network(), *rows, **options)


def test_other_objects_are_sentences(rows, path) -> None:
    with pytest.raises(TypeError, match="model must be a compiled Sequential"):
        regularization_path(object(), *rows)
    with pytest.raises(ValueError, match="the sparsest point has"):
        path.at(sparsity=1.0)
    with pytest.raises(ValueError, match="one of n_features and sparsity"):
        path.at()


def test_a_penalty_without_zeros_has_a_path(rows) -> None:
    path = regularization_path(network(), *rows, penalty=L2(1.0), n_strengths=3, dense_epochs=5, refit=False)
    assert (path.inputs_used == 12).all()


def test_other_layers_keep_their_own_penalty(rows) -> None:
    model = network()
    model.layers[1].kernel_regularizer = L2(0.5)
    model.compile(proxnet.optimizers.Adam(0.01), "mse")
    path = regularization_path(model, *rows, penalty="group_input", strengths=[0.01, 0.02], dense_epochs=3, refit=False)
    for point in (path[0], path[1]):
        assert point.model.layers[1].kernel_regularizer.l2 == 0.5
        assert point.model.layers[0].kernel_regularizer.strength == point.strength
