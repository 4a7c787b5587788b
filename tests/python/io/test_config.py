"""Configs: every object round-trips through JSON, found by walking the modules, so that new classes are tested too."""

import inspect
import json

import numpy as np
import pytest

import proxnet
from proxnet import activations, constraints, initializers, layers, losses, metrics, optimizers, regularizers
from proxnet._check import config as _config
from proxnet.layers import Dense, Dropout, Input
from proxnet.optimizers import schedules
from proxnet.regularizers import Ramp, TargetSparsity

MODULES = [activations, constraints, initializers, layers, losses, metrics, optimizers, regularizers, schedules]
REQUIRED = {
    "columns": [0, 2],
    "initial_learning_rate": 0.5,
    "learning_rate": 0.5,
    "decay_steps": 7,
    "first_decay_steps": 7,
    "decay_rate": 0.25,
    "boundaries": [3],
    "values": [0.5, 0.25],
    "epochs": 4,
    "name": "elu",
    "units": 3,
    "rate": 0.25,
    "shape": (4,),
    "activation": "relu",
    "sparsity": 0.5,
    "low": -1.0,
    "high": 1.0,
}
BASES = (layers.Layer, losses.Loss, optimizers.Optimizer)


def classes():
    found = {}
    for module in MODULES:
        for name in module.__all__:
            thing = getattr(module, name)
            if inspect.isclass(thing) and issubclass(thing, _config.Configurable) and thing not in BASES:
                found[f"{module.__name__}.{thing.__name__}"] = thing
    return [pytest.param(cls, id=name) for name, cls in sorted(found.items())]


@pytest.mark.parametrize("cls", classes())
def test_every_class_round_trips_through_json(cls):
    parameters = inspect.signature(cls).parameters.values()
    needed = [p.name for p in parameters if p.default is p.empty and p.kind is not p.VAR_KEYWORD]
    needed += ["shape"] if cls is layers.InputLayer else []
    given = {name: REQUIRED[name] for name in needed}
    thing = cls(**given)
    config = json.loads(json.dumps(thing.get_config()))
    twin = cls.from_config(config)
    assert type(twin) is cls
    assert twin.get_config() == thing.get_config()
    again = _config.deserialize(json.loads(json.dumps(_config.serialize(thing))))
    if cls is activations.Activation:
        again = activations.get(again)
    assert type(again) is cls
    assert again.get_config() == thing.get_config()


@pytest.mark.parametrize(
    "thing",
    [
        optimizers.SGD(0.3, momentum=0.5, nesterov=True, name="mine"),
        optimizers.Adam(0.01, beta_1=0.5, epsilon=1e-5),
        optimizers.AdamW(schedules.CosineDecay(0.0, 9, warmup_target=0.5, warmup_steps=3), 0.125, clipnorm=2.0),
        optimizers.Ftrl(0.5, -0.25, 0.5, 0.25, 0.125, use_ema=True, ema_momentum=0.5, ema_overwrite_frequency=3),
        regularizers.L1L2(0.25, 0.5),
        regularizers.MCP(0.25, 2.5, factors=[1, 0], schedule=Ramp(3, 0.5)),
        regularizers.SparseGroupL1(0.25, 0.5, groups=[[0, 2], [1]], factors=[1, 2]),
        TargetSparsity(0.5, "linear", 0.25, 0.5, "network", regularizers.SCAD(0.5, 3.0)),
        constraints.Box(-0.5, float("inf")),
        constraints.MinMaxNorm(0.25, 0.5, 0.125),
        losses.BinaryFocalCrossentropy(gamma=1.5, label_smoothing=0.125, name="focal"),
        losses.Huber(delta=0.25),
        metrics.AUC(thresholds=[0.25, 0.5], curve="PR", multi_label=True),
        metrics.Precision(0.25, top_k=2, class_id=1),
        metrics.get("crossentropy"),
        metrics.BinaryCrossentropy(label_smoothing=0.25, name="bce"),
        initializers.VarianceScaling(2.0, "fan_out", "uniform", seed=4),
        initializers.TruncatedNormal(0.5, 0.25, 9),
        activations.Activation("relu", negative_slope=0.25, max_value=3.0),
        activations.Activation("gelu"),
        metrics.get("acc"),
        metrics.MeanSquaredError(name="error"),
        Dense(5, "tanh", use_bias=False, kernel_regularizer=regularizers.L1(0.125), name="first"),
        Dense(5, activity_regularizer=regularizers.L1L2(0.25, 0.5), trainable=False),
        regularizers.OrthogonalRegularizer(0.25, "columns", schedule=Ramp(2)),
        layers.BatchNormalization(1, 0.5, 0.25, False, gamma_regularizer="l1", gamma_constraint="non_neg", name="n"),
        layers.BatchNormalization(scale=False, moving_variance_initializer=initializers.Constant(0.5), trainable=False),
        layers.Normalization(None, mean=[0.1, 1 / 3], variance=[0.5, 1e-300], invert=True),
        layers.Normalization(mean=0.1, variance=2),
        layers.Activation(activations.Activation("elu", alpha=0.25), activity_regularizer=regularizers.L2(0.5)),
        layers.ReLU(3.0, 0.25),
        layers.LeakyReLU(0.125, "leaky"),
        layers.ELU(0.5, activity_regularizer=regularizers.L1(0.25)),
        layers.Softmax(trainable=False, activity_regularizer="l2"),
        layers.ActivityRegularization(0.25, 0.5),
        layers.Flatten("channels_last"),
        layers.ColumnSelection([1, 4]),
    ],
    ids=repr,
)
def test_configs_hold_what_was_given(thing):
    twin = _config.deserialize(json.loads(json.dumps(_config.serialize(thing))))
    if isinstance(thing, activations.Activation):  # a name alone, as in Keras
        twin = activations.get(twin)
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


@pytest.mark.parametrize(
    ("name", "config"),
    [
        ("Flatten", {"data_format": "channels_last"}),
        ("Normalization", {"axis": [-1], "invert": False, "mean": None, "variance": None}),
        ("Normalization", {"axis": [-1], "invert": True, "mean": [[0.5, 1.0]], "variance": [[1.0, 2.0]]}),
        ("BatchNormalization", {"axis": -1, "momentum": 0.5, "center": False, "synchronized": False, "renorm": False}),
        ("ReLU", {"max_value": 3.0, "negative_slope": 0.0, "threshold": 0.0}),
        ("LeakyReLU", {"negative_slope": 0.25}),
        ("ELU", {"alpha": 0.5}),
        ("Softmax", {"axis": -1}),
        ("Dropout", {"rate": 0.5, "seed": None, "noise_shape": None}),
        ("ActivityRegularization", {"l1": 0.25, "l2": 0.0}),
    ],
)
def test_the_configs_of_keras_layers_are_understood(name, config):
    """As Keras 3 writes them; what is Keras' alone must have Keras' default."""
    common = {"name": "mine", "trainable": False, "dtype": "float32"}
    entry = {"module": "keras.layers", "class_name": name, "config": common | config, "registered_name": None}
    layer = _config.deserialize(entry)
    assert (type(layer), layer.name, layer.trainable) == (getattr(layers, name), "mine", False)
    ours = layer.get_config()
    given = {"mean", "variance", "axis", "synchronized", "renorm", "seed", "noise_shape"}
    assert {key: ours[key] for key in config if key not in given} == {k: v for k, v in config.items() if k not in given}
    if config.get("mean"):
        assert (layer.mean.tolist(), layer.variance.tolist()) == ([0.5, 1.0], [1.0, 2.0])


def test_arrays_and_functions_are_serialised():
    def score(y, p):
        return 0.0

    config = json.loads(json.dumps(_config.serialize({"a": np.arange(3.0), "b": (np.float32(0.5), score)})))
    back = _config.deserialize(config, {"score": score})
    assert (back["a"] == [0, 1, 2]).all()
    assert back["b"] == [0.5, score]
    with pytest.raises(ValueError, match="custom_objects"):
        _config.deserialize(config)


@pytest.mark.parametrize("module", ["os", "proxnet", "proxnet._check.config.sys", "proxnet.layers.np", "builtins", ""])
@pytest.mark.parametrize("name", ["Popen", "ndarray", "Configurable2", "eval", None])
def test_only_classes_of_this_package_are_made(module, name):
    with pytest.raises(ValueError, match="no class"):
        _config.deserialize({"module": module, "class_name": name, "config": {}})


def test_what_has_no_config_is_refused_by_sentence():
    with pytest.raises(TypeError, match=r"\[serialize\] objects of builtins.object have no config"):
        _config.serialize(object())
    with pytest.raises(TypeError, match=r"\[clone_model\] model must be a Sequential, got list"):
        proxnet.models.clone_model([])


def halved(epoch):
    return 0.5**epoch


def test_functions_inside_of_objects_come_from_custom_objects(tmp_path):
    def score(y, p):
        return 0.25

    dense = Dense(1, kernel_regularizer=regularizers.L1(0.5, schedule=halved))
    model = proxnet.Sequential([Input((3,)), dense])
    model.compile("sgd", "mse", [score])
    model.save(tmp_path / "m")
    twin = proxnet.load_model(tmp_path / "m", {"halved": halved, "score": score})
    assert twin.layers[-1].kernel_regularizer.schedule is halved
    assert twin.evaluate(np.eye(3), np.ones(3), verbose=0)[1] == 0.25
    with pytest.raises(ValueError, match="custom_objects"):
        proxnet.load_model(tmp_path / "m", {"score": score})


def test_what_is_excluded_from_weight_decay_stays_so():
    adam = optimizers.AdamW(0.5)
    adam.exclude_from_weight_decay(var_names=["bias"])
    twin = optimizers.AdamW.from_config(json.loads(json.dumps(adam.get_config())))
    assert (twin._core_optimizer().decay_kernel, twin._core_optimizer().decay_bias) == (True, False)
    with pytest.raises(ValueError, match=r"\[SGD\] var_names must be regular expressions, got '\('"):
        optimizers.SGD().exclude_from_weight_decay(var_names=["("])


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_numbers_of_a_config_are_finite(text):
    config = json.loads(json.dumps(optimizers.SGD(0.5).get_config()).replace("0.5", text))
    with pytest.raises(ValueError, match="finite"):
        optimizers.SGD.from_config(config)
