"""Every layer keeps what it is and what it has come to: in configs, clones and files, and trained on batches."""

import json

import numpy as np
import pytest

import proxnet
from layer_recipes import RECIPES, rows
from proxnet import layers as L
from proxnet.layers import BatchNormalization, Dense, Flatten, Input, Normalization

SIZE = 16


def shaped(k):
    """Rows of two dimensions, and the activations that are layers."""
    first = [Flatten(data_format="channels_last"), Dense(7, use_bias=False, bias_regularizer="l1")]
    names = {"gamma_initializer": "ones", "moving_mean_initializer": k.initializers.Constant(0.5), "trainable": True}
    norm = BatchNormalization(1, 0.75, 0.01, beta_initializer=k.initializers.RandomUniform(-0.5, 0.5, 3), **names)
    ends = [L.ReLU(3.0, 0.125), Dense(6), L.LeakyReLU(0.25), k.layers.Dropout(0.25), L.ELU(0.5), Dense(3), L.Softmax()]
    ends[1].trainable = False
    return [*first, norm, *ends], k.optimizers.SGD(0.1, momentum=0.5), "sparse_categorical_crossentropy", True


def ramped(k):
    """Penalties of gamma and beta that move with the epochs."""
    ramp = k.regularizers.Ramp(5, 0.25)
    norm = BatchNormalization(
        gamma_regularizer=k.regularizers.L1(0.05, schedule=ramp), beta_regularizer=k.regularizers.L1(0.1, schedule=ramp)
    )
    fixed = Normalization(None, mean=0.5, variance=4.0, trainable=False)
    return [fixed, Dense(8, use_bias=False), norm, L.ReLU(), Dense(2)], k.optimizers.Adam(0.01), "mse", True


def table(recipe):
    x, labels, numbers, weights = rows()
    _, _, loss, weighted = recipe(proxnet)
    x = x.reshape(-1, 5, 1) if recipe is shaped else x
    return x, labels if loss.startswith("sparse") else numbers, weights if weighted else np.ones_like(weights)


def make(recipe, dtype="float32"):
    proxnet.set_random_seed(7)
    layers, optimizer, loss, _ = recipe(proxnet)
    model = proxnet.Sequential([Input((5, 1) if recipe is shaped else (5,)), *layers], dtype=dtype)
    model.compile(optimizer, loss)
    return model


def fit(model, data, epochs, first=0, **more):
    more = {"batch_size": SIZE, "verbose": 0, "shuffle": False, **more}
    return model.fit(data[0], data[1], sample_weight=data[2], epochs=epochs, initial_epoch=first, **more)


def equal(one, other):
    pairs = list(zip(one.get_weights(), other.get_weights(), strict=True))
    return all(a.tobytes() == b.tobytes() for a, b in pairs)


def through_json(value):
    return json.loads(json.dumps(value))


def cut(data):
    return [tuple(array[begin : begin + SIZE] for array in data) for begin in range(0, len(data[0]), SIZE)]


class Loader:
    """Iterable again and again."""

    def __init__(self, batches):
        self.batches = batches

    def __iter__(self):
        return iter(self.batches)


each = pytest.mark.parametrize("recipe", [*RECIPES, shaped, ramped], ids=lambda recipe: recipe.__name__)


@each
def test_a_model_from_its_config_is_the_same_model(recipe):
    model, data = make(recipe), table(recipe)
    config = through_json(model.get_config())
    for twin in (proxnet.Sequential.from_config(config), proxnet.models.clone_model(model)):
        assert through_json(twin.get_config()) == config
        assert twin.input_shape == model.input_shape
        assert [layer.trainable for layer in twin.layers] == [layer.trainable for layer in model.layers]
        assert [v.path for v in twin.trainable_weights] == [v.path for v in model.trainable_weights]
        twin.set_weights(model.get_weights())
        twin.compile_from_config(through_json(model.get_compile_config()))
        assert twin.predict(data[0]).tobytes() == model.predict(data[0]).tobytes()
        start = model.get_weights()
        for trained in (model, twin):
            proxnet.set_random_seed(1)
            trained._seed = None
            fit(trained, data, 2)
        assert equal(model, twin)
        model.set_weights(start)
        model.compile_from_config(through_json(model.get_compile_config()))


@each
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_training_goes_on_from_a_file_as_if_it_had_not_stopped(tmp_path, recipe, dtype):
    data = table(recipe)

    def begun():
        model = make(recipe, dtype)
        fit(model, data, 6, callbacks=[proxnet.callbacks.LambdaCallback(on_epoch_end=stop_after_three(model))])
        return model

    straight = begun()
    history = fit(straight, data, 6, 3).history
    broken = begun()
    broken.save(tmp_path / "m")
    proxnet.set_random_seed(99)
    resumed = proxnet.load_model(tmp_path / "m")
    assert equal(resumed, broken)
    assert resumed.get_config() == broken.get_config()
    assert resumed.predict(data[0]).tobytes() == broken.predict(data[0]).tobytes()
    assert resumed.evaluate(*data[:2], verbose=0) == broken.evaluate(*data[:2], verbose=0)
    assert list(resumed.optimality(*data[:2]).values()) == list(broken.optimality(*data[:2]).values())
    assert fit(resumed, data, 6, 3).history == history
    assert equal(straight, resumed)


def stop_after_three(model):
    def stop(epoch, logs):
        model.stop_training = epoch == 2

    return stop


@each
def test_weights_alone_hold_the_statistics(tmp_path, recipe):
    data, model = table(recipe), make(recipe)
    fit(model, data, 2)
    model.save_weights(tmp_path / "w")
    other = make(recipe)
    other.load_weights(tmp_path / "w")
    assert equal(model, other)
    assert other.predict(data[0]).tobytes() == model.predict(data[0]).tobytes()


@each
def test_equal_batches_give_equal_bits(recipe):
    data = table(recipe)
    straight, batched = make(recipe), None
    history = fit(straight, data, 3).history
    batched = make(recipe)
    assert batched.fit(Loader(cut(data)), epochs=3, verbose=0, steps_per_epoch=4).history == history
    assert equal(straight, batched)
    whole, parts = (batched.evaluate(given, verbose=0) for given in (Loader([data]), Loader(cut(data))))
    assert np.isclose(whole, parts, rtol=1e-6)
    assert batched.predict(Loader(cut(data))).tobytes() == batched.predict(data[0]).tobytes()


@pytest.mark.parametrize(
    "recipe", [r for r in RECIPES if r.__name__ != "batch_norm_averaged"], ids=lambda r: r.__name__
)
def test_training_step_by_step_is_training(recipe):
    data = table(recipe)
    straight, steps = make(recipe), None
    fit(straight, data, 2)
    steps = make(recipe)
    for x, y, weight in cut(data) * 2:
        steps.train_on_batch(x, y, weight)
    assert equal(straight, steps)


def test_batches_that_grow_under_batch_normalization(threads):
    x, labels, _, _ = rows()
    models = []
    for count in (1, threads):
        proxnet.set_num_threads(count)
        models.append(make(RECIPES[0]))
        growing = Loader([(x[a:b], labels[a:b]) for a, b in ((0, 3), (3, 40), (40, 60))])
        models[-1].fit(growing, epochs=2, verbose=0)
    assert equal(*models)


@pytest.mark.parametrize("frozen_before", [True, False])
def test_a_file_knows_which_layers_the_compiled_model_trains(tmp_path, frozen_before):
    """`trainable` counts from compile on: what was assigned since then is kept beside it."""
    data = table(RECIPES[0])

    def begun():
        model = make(RECIPES[0])
        model.layers[0].trainable = model.layers[1].trainable = not frozen_before
        model.compile("adam", "sparse_categorical_crossentropy")
        model.layers[0].trainable = model.layers[1].trainable = frozen_before
        fit(model, data, 2)
        return model

    straight, broken = begun(), begun()  # nothing is drawn at random
    broken.save(tmp_path / "m")
    resumed = proxnet.load_model(tmp_path / "m")
    assert [layer.trainable for layer in resumed.layers] == [frozen_before] * 2 + [True] * 3
    for model in (straight, resumed):
        fit(model, data, 4, 2)
    assert equal(straight, resumed)
    for model in (straight, resumed):
        model.compile("adam", "sparse_categorical_crossentropy")
        fit(model, data, 6, 4)
    assert equal(straight, resumed)


def test_a_model_that_does_not_train_stays_so(tmp_path):
    model = make(RECIPES[0])
    model.trainable = False
    model.save(tmp_path / "m")
    twin = proxnet.load_model(tmp_path / "m")
    assert (twin.trainable, [layer.trainable for layer in twin.layers]) == (False, [False] * 5)


def test_the_shape_of_rows_is_kept_where_the_first_data_told_it():
    model = proxnet.Sequential([Flatten(), Dense(2)])
    model.build((None, 2, 3))
    twin = proxnet.Sequential.from_config(through_json(model.get_config()))
    assert twin.input_shape == model.input_shape == (None, 2, 3)
