"""Arguments that must be refused, with the argument and the value named and the nearest known name suggested."""

import numpy as np
import pytest

import proxnet
from proxnet import Input, Sequential, callbacks, constraints, layers, losses, metrics, optimizers, regularizers
from proxnet.optimizers import schedules

NAN, INF = float("nan"), float("inf")
SPARSE = "sparse_categorical_crossentropy"


def model(loss="binary_crossentropy", units=1, activation="sigmoid", **arguments):
    model = Sequential([layers.Dense(units, activation=activation)])
    model.build(4)
    model.compile(loss=loss, **arguments)
    return model


def penalised(optimizer):
    model = Sequential([layers.Dense(1, kernel_regularizer="l1")])
    model.build(4)
    model.compile(optimizer, "mse")


ARGUMENTS = {
    "units 0": (lambda: layers.Dense(0), ValueError, r"\[Dense\] units must be >= 1, got 0"),
    "units float": (lambda: layers.Dense(3.0), TypeError, r"\[Dense\] units must be an integer, got 3.0"),
    "units bool": (lambda: layers.Dense(True), TypeError, r"units must be an integer, got True"),
    "activation": (lambda: layers.Dense(1, "reluu"), ValueError, r"unknown activation 'reluu'; did you mean 'relu'\?"),
    "activation later": (lambda: layers.Dense(1, "celu"), ValueError, r"activation 'celu' exists in Keras but"),
    "activation function": (lambda: layers.Dense(1, np.tanh), TypeError, r"activation must be a name"),
    "use_bias": (lambda: layers.Dense(1, use_bias=1), TypeError, r"use_bias must be True or False, got 1"),
    "initializer": (
        lambda: layers.Dense(1, kernel_initializer="glorot"),
        ValueError,
        r"unknown initializer 'glorot'; did you mean 'glorot_",
    ),
    "regularizer": (
        lambda: layers.Dense(1, kernel_regularizer="l3"),
        ValueError,
        r"unknown kernel_regularizer 'l3'; did you mean 'l[12]'",
    ),
    "regularizer number": (
        lambda: layers.Dense(1, bias_regularizer=0.1),
        TypeError,
        r"bias_regularizer must be a name, a class or an object of proxnet.regularizers, got builtins.float",
    ),
    "layer argument": (lambda: layers.Dense(1, unit=2), TypeError, r"unknown argument 'unit'; did you mean 'units'"),
    "layer later": (lambda: layers.Dense(1, lora_rank=4), ValueError, r"'lora_rank' exists in Keras"),
    "input_shape": (lambda: layers.Dense(1, input_shape=(8, 8)), ValueError, r"Dense takes rows of one dimension"),
    "input_dim": (lambda: layers.Dense(1, input_dim=-3), ValueError, r"input_dim must be >= 1, got -3"),
    "Input": (lambda: Input("30"), TypeError, r"\[Input\] shape must be a tuple"),
    "rate 1": (lambda: layers.Dropout(1.0), ValueError, r"\[Dropout\] rate must be >= 0 and < 1, got 1"),
    "rate string": (lambda: layers.Dropout("half"), TypeError, r"rate must be a number, got 'half'"),
    "l1 negative": (lambda: regularizers.l1(-0.1), ValueError, r"\[L1\] l1 must be >= 0, got -0.1"),
    "l1 nan": (lambda: regularizers.L1(NAN), ValueError, r"\[L1\] l1 must be finite, got nan"),
    "l2 inf": (lambda: regularizers.L2(INF), ValueError, r"\[L2\] l2 must be finite, got inf"),
    "l1 string": (lambda: regularizers.L1L2("0.1"), TypeError, r"\[L1L2\] l1 must be a number, got '0.1'"),
    "l1 bool": (lambda: regularizers.L1(True), TypeError, r"\[L1\] l1 must be a number, got True"),
    "rate zero": (lambda: optimizers.Adam(0), ValueError, r"\[Adam\] learning_rate must be > 0, got 0"),
    "rate negative": (lambda: optimizers.SGD(-0.1), ValueError, r"\[SGD\] learning_rate must be > 0, got -0.1"),
    "rate nan": (lambda: optimizers.RMSprop(NAN), ValueError, r"\[RMSprop\] learning_rate must be finite"),
    "schedule": (
        lambda: optimizers.Adam(lambda step: 0.1),
        TypeError,
        r"must be a number or a schedule of proxn",
    ),
    "momentum": (lambda: optimizers.SGD(momentum=1), ValueError, r"momentum must be >= 0 and < 1, got 1"),
    "nesterov": (lambda: optimizers.SGD(nesterov="yes"), TypeError, r"nesterov must be True or False"),
    "beta_2": (lambda: optimizers.Adam(beta_2=1.0), ValueError, r"beta_2 must be >= 0 and < 1"),
    "epsilon": (lambda: optimizers.Adam(epsilon=-1), ValueError, r"epsilon must be > 0"),
    "optimizer later": (
        lambda: optimizers.Adam(gradient_accumulation_steps=2),
        ValueError,
        r"'gradient_accumulation_steps' exists in Keras but not here",
    ),
    "optimizer clips": (
        lambda: optimizers.SGD(clipnorm=1, clipvalue=1),
        ValueError,
        r"only one of clipnorm, clipva",
    ),
    "optimizer clip 0": (lambda: optimizers.SGD(global_clipnorm=0), ValueError, r"global_clipnorm must be > 0, got 0"),
    "optimizer clip prox": (
        lambda: penalised(optimizers.SGD(clipvalue=0.5)),
        ValueError,
        r"\[compile\] clipvalue cannot be combined with a proximal penalty",
    ),
    "optimizer ema": (lambda: optimizers.SGD(ema_overwrite_frequency=3), ValueError, r"needs use_ema=True"),
    "optimizer ema momentum": (lambda: optimizers.SGD(ema_momentum=1.5), ValueError, r"ema_momentum must be .*<= 1"),
    "weight decay": (lambda: optimizers.Adam(weight_decay=-1), ValueError, r"weight_decay must be >= 0, got -1"),
    "weight decay none": (lambda: optimizers.AdamW(weight_decay=None), TypeError, r"without decay take Adam"),
    "ftrl power": (lambda: optimizers.Ftrl(learning_rate_power=1), ValueError, r"learning_rate_power must be <= 0"),
    "lion beta": (lambda: optimizers.Lion(beta_1=0), ValueError, r"beta_1 must be > 0 and < 1, got 0"),
    "schedule rate": (
        lambda: schedules.CosineDecay(0, 10),
        ValueError,
        r"\[CosineDecay\] initial_learning_rate must",
    ),
    "schedule steps": (
        lambda: schedules.CosineDecayRestarts(0.1, 0),
        ValueError,
        r"\[CosineDecayRestarts\] first_decay_steps must be finite and > 0, got 0",
    ),
    "schedule warm-up": (
        lambda: schedules.CosineDecay(0.1, 10, warmup_steps=3),
        ValueError,
        r"warmup_steps need a warmup_target, got 3",
    ),
    "schedule values": (
        lambda: schedules.PiecewiseConstantDecay([3], [0.1]),
        ValueError,
        r"there must be at least one boundary, and one more value",
    ),
    "schedule boundaries": (
        lambda: schedules.PiecewiseConstantDecay([3, 3], [0.1, 0.1, 0.1]),
        ValueError,
        r"boundaries must be increasing steps, got 3 at 1",
    ),
    "schedule string": (lambda: schedules.Constant("0.1"), TypeError, r"learning_rate must be a number, got '0.1'"),
    "schedule set": (
        lambda: setattr(optimizers.SGD(schedules.Constant(0.1)), "learning_rate", 0.2),
        TypeError,
        r"learning_rate follows Constant\(.*learning_rate=0.1.*cannot be set to a number",
    ),
    "optimizer argument": (lambda: optimizers.Adam(lr=0.1), TypeError, r"\[Adam\] unknown argument 'lr'"),
    "loss later": (
        lambda: losses.SparseCategoricalCrossentropy(ignore_class=1),
        ValueError,
        r"'ignore_class' exists in Keras but not here yet, got 1",
    ),
    "metric later": (lambda: metrics.AUC(num_labels=3), ValueError, r"'num_labels' exists in Keras"),
    "compile optimizer": (
        lambda: model(optimizer="adm"),
        ValueError,
        r"\[compile\] unknown optimizer 'adm'; did you mean 'adam'\? Known: adagrad, adam, adamax, adamw, ",
    ),
    "compile optimizer later": (lambda: model(optimizer="Muon"), ValueError, r"optimizer 'Muon' exists in Keras"),
    "compile loss": (lambda: model("binary_cross"), ValueError, r"unknown loss 'binary_cross'; did you mean 'binary_c"),
    "compile metric": (lambda: model(metrics=["acuracy"]), ValueError, r"unknown metric 'acuracy'; did you mean 'acc"),
    "compile metric later": (lambda: model(metrics=["mean_iou"]), ValueError, r"metric 'mean_iou' exists in Keras"),
    "compile metrics": (lambda: model(metrics={"a": "mse"}), TypeError, r"metrics must be a list"),
    "compile step": (
        lambda: model(penalty_step="proximl"),
        ValueError,
        r"unknown penalty_step 'proximl'; did you mean 'proximal'",
    ),
    "compile argument": (lambda: model(optimiser="sgd"), TypeError, r"'optimiser'; did you mean 'optimizer'"),
    "compile later": (lambda: model(loss_weights=[1]), ValueError, r"'loss_weights' exists in Keras but not here"),
    "compile outputs": (lambda: model(SPARSE), ValueError, r"needs a last layer of two units or more, got 1"),
    "compile metric of loss": (
        lambda: model(SPARSE, 3, "softmax", metrics=["mse"]),
        ValueError,
        r"metric 'mse' compares",
    ),
    "seed": (lambda: proxnet.set_random_seed(-1), ValueError, r"seed must be >= 0, got -1"),
    "seed large": (lambda: proxnet.set_random_seed(2**64), ValueError, r"seed must be <= "),
    "threads": (lambda: proxnet.set_num_threads(-2), ValueError, r"count must be >= 0, got -2"),
    "layer class": (lambda: Sequential([layers.Dense]), TypeError, r"layers must be objects .* got the class Dense"),
    "layer number": (lambda: Sequential([3]), TypeError, r"\[Sequential\] layers must be objects .* got 3"),
    "layers": (lambda: Sequential(layers.Dense(1)), TypeError, r"layers must be a list of layers, got Dense"),
    "layer names": (
        lambda: Sequential([layers.Dense(1, name="a"), layers.Dense(1, name="a")]),
        ValueError,
        r"layers must have different names, two are 'a'",
    ),
    "layer twice": (
        lambda: Sequential([(_held := Sequential([layers.Dense(1)])).layers[0]]),
        ValueError,
        r"belongs to model",
    ),
    "layer sizes": (
        lambda: Sequential([layers.Dense(2, input_dim=3), layers.Dense(2, input_dim=4, name="b")]),
        ValueError,
        r"layer 'b' expects 4 inputs, it gets 2",
    ),
    "dtype": (lambda: Sequential(dtype="float16"), ValueError, r"unknown dtype 'float16'"),
    "build": (lambda: Sequential([layers.Dense(1)]).build((None, 2, 3)), ValueError, r"\[build\] input_shape must be"),
    "rebuild": (lambda: model().build(5), ValueError, r"built for 4 columns, got 5"),
    "no layers": (lambda: Sequential().build(3), ValueError, r"\[build\] the model must have a Dense layer"),
    "last layer": (
        lambda: Sequential([layers.Dense(1), layers.Dropout(0.5)]).predict(np.ones((2, 3))),
        ValueError,
        r"\[predict\] the model must have a Dense layer and must not end with a Dropout; it has .*Dropout",
    ),
    "weights count": (lambda: model().set_weights([np.ones((4, 1))]), ValueError, r"weights must hold 2 arrays, got 1"),
    "weights shape": (
        lambda: model().set_weights([np.ones((10, 4)), [0]]),
        ValueError,
        r"weights\[0\] must have shape",
    ),
    "weights nan": (lambda: model().set_weights([[[NAN]] * 4, [0]]), ValueError, r"weights\[0\]\[0, 0\] = nan"),
    "weights array": (lambda: model().set_weights(np.ones(5)), TypeError, r"weights must be a list of arrays"),
    "early stopping mode": (lambda: callbacks.EarlyStopping(mode="mn"), ValueError, r"unknown mode 'mn'; did you mean"),
    "early stopping patience": (lambda: callbacks.EarlyStopping(patience=-1), ValueError, r"patience must be >= 0"),
    "lambda hook": (lambda: callbacks.LambdaCallback(on_epoch=print), TypeError, r"unknown argument 'on_epoch'; did"),
    "to_categorical": (lambda: proxnet.utils.to_categorical([0, -1]), ValueError, r"x\[1\] = -1"),
    "prox metric": (lambda: regularizers.L1().prox([1.0], [-1.0]), ValueError, r"\[prox\] metric must be > 0, got -1"),
    "prox nan": (
        lambda: regularizers.L1().prox([NAN], 1.0),
        ValueError,
        r"\[prox\] point must be finite, point\[0\] = nan",
    ),
    "prox nan step": (lambda: regularizers.L1().prox([1.0], NAN), ValueError, r"\[prox\] metric must be finite"),
    "prox of none": (lambda: regularizers.L1().prox(None, 1.0), TypeError, r"\[prox\] point must be an array"),
    "prox shapes": (
        lambda: regularizers.L1().prox([1.0, 2.0], [1.0] * 3),
        ValueError,
        r"metric must broadcast to \(2,\)",
    ),
    "penalty of none": (lambda: regularizers.L1()(None), TypeError, r"\[penalty\] weights must be an array of numbers"),
    "loss of none": (
        lambda: losses.MeanSquaredError()(None, [1.0]),
        TypeError,
        r"\[mean_squared_error\] y_true must be an array",
    ),
    "metric of none": (lambda: metrics.MeanSquaredError()([1.0], None), TypeError, r"y_pred must be an array"),
    "base layer": (
        lambda: Sequential([Input((3,)), layers.Layer(), layers.Dense(1)]),
        TypeError,
        r"\[Layer\] the class",
    ),
    "base regularizer": (
        lambda: regularizers.Regularizer()([1.0]),
        TypeError,
        r"\[Regularizer\] the class must be one",
    ),
    "base constraint": (
        lambda: Sequential([layers.Dense(1, kernel_constraint=constraints.Constraint, input_dim=2)]),
        TypeError,
        r"the class must be one of proxnet.constraints that runs inside the core, got Constraint",
    ),
    "base optimizer": (lambda: penalised(optimizers.Optimizer(0.1)), TypeError, r"\[Optimizer\] the class must be one"),
    "optimizer class": (lambda: penalised(optimizers.Optimizer), TypeError, r"\[compile\] optimizer must be an object"),
    "base schedule": (
        lambda: schedules.LearningRateSchedule()(1),
        TypeError,
        r"must be one of proxnet.optimizers.sched",
    ),
    "automatic name": (
        lambda: layers.automatic_name([]),
        TypeError,
        r"\[automatic_name\] kind must be a string, got \[\]",
    ),
    "print_fn": (lambda: model().summary(print_fn=3), TypeError, r"\[summary\] print_fn must be callable, got 3"),
    "get operation": (lambda: losses.get("mse", 3), TypeError, r"\[get\] operation must be a string, got 3"),
    "activation without name": (
        lambda: layers.Dense(1, {"alpha": 1}),
        TypeError,
        r"\[Dense\] an activation's dict must",
    ),
    "axis array": (lambda: layers.BatchNormalization(np.ones(2)), ValueError, r"axis must be -1 or 1"),
    "adapt number": (lambda: layers.Normalization().adapt(3), TypeError, r"\[adapt\] data must be an array or give"),
    "decay names": (
        lambda: optimizers.SGD().exclude_from_weight_decay(None, 3),
        TypeError,
        r"var_names must be a list",
    ),
    "ramp epoch": (lambda: regularizers.Ramp(3)("1"), TypeError, r"\[Ramp\] epoch must be a number, got '1'"),
    "state": (lambda: callbacks.Callback().set_state(3), TypeError, r"\[set_state\] state must be a dict, got 3"),
    "loss rows": (lambda: losses.Huber()([1.0, 2.0, 3.0], [[1.0], [2.0]]), ValueError, r"y_true must have the 2 rows"),
    "metric rows": (
        lambda: metrics.AUC()([1.0, 2.0, 3.0], [0.1, 0.2]),
        ValueError,
        r"\[auc\] y_true must have the 2 rows",
    ),
    "rate set": (lambda: setattr(optimizers.SGD(), "learning_rate", -1), ValueError, r"learning_rate must be > 0"),
}


@pytest.mark.parametrize("name", ARGUMENTS)
def test_arguments(name):
    call, error, message = ARGUMENTS[name]
    with pytest.raises(error, match=message):
        call()
