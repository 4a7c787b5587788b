"""Configs: every object round-trips through JSON, found by walking the modules, so that new classes are tested too."""

import inspect
import json

import numpy as np
import pytest

import proxnet
from proxnet import _config, initializers, layers, losses, metrics, optimizers, regularizers
from proxnet.layers import Dense, Dropout, Input

MODULES = [initializers, layers, losses, metrics, optimizers, regularizers]
MODULES += [getattr(proxnet, name) for name in ("constraints",) if hasattr(proxnet, name)]
REQUIRED = {"units": 3, "rate": 0.25, "shape": (4,), "activation": "relu", "sparsity": 0.5, "low": -1.0, "high": 1.0}


def classes():
    found = {}
    for module in MODULES:
        for name in module.__all__:
            thing = getattr(module, name)
            if inspect.isclass(thing) and issubclass(thing, _config.Configurable):
                found[f"{module.__name__}.{thing.__name__}"] = thing
    return [pytest.param(cls, id=name) for name, cls in sorted(found.items())]


@pytest.mark.parametrize("cls", classes())
def test_every_class_round_trips_through_json(cls):
    parameters = inspect.signature(cls).parameters.values()
    needed = [p.name for p in parameters if p.default is p.empty and p.kind is not p.VAR_KEYWORD]
    given = {name: REQUIRED[name] for name in needed if name in REQUIRED}
    try:
        thing = cls(**given)
    except TypeError:
        assert not cls.__name__[0].islower()
        pytest.skip("a base, or arguments that this test does not know")
    config = json.loads(json.dumps(thing.get_config()))
    twin = cls.from_config(config)
    assert type(twin) is cls
    assert twin.get_config() == thing.get_config()
    again = _config.deserialize(json.loads(json.dumps(_config.serialize(thing))))
    assert type(again) is cls
    assert again.get_config() == thing.get_config()


@pytest.mark.parametrize(
    "thing",
    [
        optimizers.SGD(0.3, momentum=0.5, nesterov=True, name="mine"),
        optimizers.Adam(0.01, beta_1=0.5, epsilon=1e-5),
        regularizers.L1L2(0.25, 0.5),
        metrics.get("acc"),
        metrics.MeanSquaredError(name="error"),
        Dense(5, "tanh", use_bias=False, kernel_regularizer=regularizers.L1(0.125), name="first"),
    ],
    ids=repr,
)
def test_configs_hold_what_was_given(thing):
    twin = _config.deserialize(json.loads(json.dumps(_config.serialize(thing))))
    assert type(twin) is type(thing)
    assert twin.get_config() == thing.get_config()
    given = {k: v for k, v in vars(thing).items() if not k.startswith("_") and not hasattr(v, "get_config")}
    assert {k: getattr(twin, k) for k in given} == given


def test_an_optimizers_config_has_the_present_learning_rate():
    adam = optimizers.Adam(0.5)
    adam.learning_rate = 0.25
    assert adam.get_config() == {
        "name": "adam",
        "learning_rate": 0.25,
        **{k: v for k, v in adam.get_config().items() if k not in ("name", "learning_rate")},
    }
    assert optimizers.get(optimizers.serialize(adam)).learning_rate == 0.25


def stack(inputs=True):
    first = [Input((4,))] if inputs else []
    hidden = Dense(3, "relu", kernel_regularizer="l1", bias_initializer="ones")
    return proxnet.Sequential([*first, hidden, Dropout(0.5), Dense(2, "softmax")])


@pytest.mark.parametrize("inputs", [True, False])
def test_a_model_from_its_config_is_of_the_same_architecture(inputs):
    model = stack(inputs)
    twin = proxnet.Sequential.from_config(json.loads(json.dumps(model.get_config())))
    assert twin.get_config() == model.get_config()
    assert twin.built == inputs
    assert [layer.name for layer in twin.layers] == [layer.name for layer in model.layers]
    model.build((None, 4))
    twin.build((None, 4))
    assert [w.shape for w in twin.get_weights()] == [w.shape for w in model.get_weights()]


def test_a_model_built_by_data_keeps_its_width(rows):
    model = proxnet.Sequential([Dense(1)])
    model.predict(rows[0], verbose=0)
    assert proxnet.models.clone_model(model).input_shape == (None, 5)


def test_a_clone_has_new_weights_and_layers_of_its_own():
    model = stack()
    model.compile("adam", "mse")
    clone = proxnet.models.clone_model(model)
    assert clone.optimizer is None
    assert not (clone.get_weights()[0] == model.get_weights()[0]).any()
    assert (clone.get_weights()[1] == 1).all()
    assert not {id(layer) for layer in clone.layers} & {id(layer) for layer in model.layers}


def test_a_clone_function_makes_the_layers():
    def smaller(layer):
        config = layer.get_config()
        if config.get("units") == 3:
            config["units"] = 2
        return type(layer).from_config(config)

    clone = proxnet.models.clone_model(stack(), clone_function=smaller)
    assert [w.shape for w in clone.get_weights()] == [(4, 2), (2,), (2, 2), (2,)]


def test_a_compilation_round_trips():
    model = stack()
    loss, named = losses.CategoricalCrossentropy(), metrics.MeanSquaredError(name="error")
    model.compile(optimizers.SGD(0.5, 0.25), loss, ["accuracy", named], ["mae"], penalty_step="subgradient")
    config = json.loads(json.dumps(model.get_compile_config()))
    twin = stack()
    twin.compile_from_config(config)
    assert twin.get_compile_config() == config
    assert twin.metrics_names == model.metrics_names
    assert stack().get_compile_config() is None


def test_a_config_of_keras_makes_the_same_model():
    def entry(name, config):
        return {"module": "keras.layers", "class_name": name, "config": config, "registered_name": None}

    policy = {"module": "keras", "class_name": "DTypePolicy", "config": {"name": "float32"}, "registered_name": None}
    l1 = {"module": "keras.regularizers", "class_name": "L1", "config": {"l1": 0.25}, "registered_name": None}
    uniform = {"module": "keras.initializers", "class_name": "GlorotUniform", "registered_name": None}
    uniform["config"] = {"seed": None, "input_axes": None, "output_axes": None}
    dense = {"name": "d", "trainable": True, "dtype": policy, "units": 3, "activation": "relu", "use_bias": True}
    dense |= {"kernel_initializer": uniform, "kernel_regularizer": l1, "lora_rank": None, "quantization_config": None}
    column = {"batch_shape": [None, 4], "dtype": "float32", "sparse": False, "ragged": False, "name": "i"}
    config = {"name": "s", "trainable": True, "dtype": policy, "build_input_shape": [None, 4]}
    config["layers"] = [entry("InputLayer", column), {**entry("Dense", dense), "build_config": {}}]
    model = proxnet.Sequential.from_config(config)
    assert model.layers[0].kernel.shape == (4, 3)
    assert model.layers[0].kernel_regularizer == regularizers.L1(0.25)
    text = json.dumps({"module": "keras", "class_name": "Sequential", "config": config, "registered_name": None})
    assert proxnet.models.model_from_json(text).count_params() == 15
    dense["dtype"] = {**policy, "config": {"name": "mixed_float16"}}
    with pytest.raises(ValueError, match="dtype must be float32, got 'mixed_float16'"):
        proxnet.Sequential.from_config(config)


def test_arrays_and_functions_are_serialised():
    def score(y, p):
        return 0.0

    config = json.loads(json.dumps(_config.serialize({"a": np.arange(3.0), "b": (np.float32(0.5), score)})))
    back = _config.deserialize(config, {"score": score})
    assert (back["a"] == [0, 1, 2]).all()
    assert back["b"] == [0.5, score]
    with pytest.raises(ValueError, match="custom_objects"):
        _config.deserialize(config)


@pytest.mark.parametrize("module", ["os", "proxnet", "proxnet._config.sys", "proxnet.layers.np", "builtins", ""])
@pytest.mark.parametrize("name", ["Popen", "ndarray", "Configurable2", "eval", None])
def test_only_classes_of_this_package_are_made(module, name):
    with pytest.raises(ValueError, match="no class"):
        _config.deserialize({"module": module, "class_name": name, "config": {}})


def test_what_has_no_config_is_refused_by_sentence():
    with pytest.raises(TypeError, match=r"\[serialize\] objects of builtins.object have no config"):
        _config.serialize(object())
    with pytest.raises(TypeError, match=r"\[clone_model\] model must be a Sequential, got list"):
        proxnet.models.clone_model([])
