"""Learning-rate schedules: Keras' values, the rate an optimizer shows, and the averages of weights beside it."""

import copy
import pickle

import numpy as np
import pytest

import proxnet
from proxnet.layers import Dense
from proxnet.optimizers import SGD, Adam, AdamW, Optimizer, schedules

# Keras 3.15.1 on JAX: `[f"{float(getattr(keras.optimizers.schedules, name)(**arguments)(t)):.7g}" for t in STEPS]`.
STEPS = (0, 3, 4, 8, 14, 40)
RECORDED = [
    (
        "ExponentialDecay",
        {"initial_learning_rate": 0.1, "decay_steps": 7, "decay_rate": 0.5},
        [0.1, 0.07429972, 0.06729501, 0.04528618, 0.025, 0.001904709],
    ),
    (
        "ExponentialDecay",
        {"initial_learning_rate": 0.1, "decay_steps": 7, "decay_rate": 0.5, "staircase": True},
        [0.1, 0.1, 0.1, 0.05, 0.025, 0.003125],
    ),
    (
        "InverseTimeDecay",
        {"initial_learning_rate": 0.1, "decay_steps": 7, "decay_rate": 0.5},
        [0.1, 0.08235294, 0.07777778, 0.06363636, 0.05, 0.02592593],
    ),
    (
        "PolynomialDecay",
        {"initial_learning_rate": 0.1, "decay_steps": 8, "end_learning_rate": 0.01, "power": 2.0},
        [0.1, 0.04515625, 0.0325, 0.01, 0.01, 0.01],
    ),
    (
        "PolynomialDecay",
        {"initial_learning_rate": 0.1, "decay_steps": 8, "end_learning_rate": 0.01, "power": 0.5, "cycle": True},
        [0.1, 0.08115125, 0.07363961, 0.01, 0.0418198, 0.01],
    ),
    (
        "PiecewiseConstantDecay",
        {"boundaries": [3, 9], "values": [0.1, 0.02, 0.003]},
        [0.1, 0.1, 0.02, 0.02, 0.003, 0.003],
    ),
    (
        "CosineDecay",
        {"initial_learning_rate": 0.1, "decay_steps": 15, "alpha": 0.2},
        [0.1, 0.09236068, 0.08676522, 0.05581886, 0.0208741, 0.02],
    ),
    (
        "CosineDecay",
        {"initial_learning_rate": 0.01, "decay_steps": 15, "warmup_target": 0.1, "warmup_steps": 5},
        [0.01, 0.064, 0.082, 0.09045085, 0.03454914, 0],
    ),
    (
        "CosineDecayRestarts",
        {"initial_learning_rate": 0.1, "first_decay_steps": 5, "t_mul": 1.5, "m_mul": 0.8, "alpha": 0.1},
        [0.1, 0.04109422, 0.01859423, 0.0571246, 0.06511012, 0.01015579],
    ),
    (
        "CosineDecayRestarts",
        {"initial_learning_rate": 0.1, "first_decay_steps": 5, "t_mul": 1.0, "m_mul": 0.5},
        [0.1, 0.03454914, 0.009549147, 0.01727457, 0.002387289, 0.000390625],
    ),
]


@pytest.mark.parametrize(("name", "arguments", "rates"), RECORDED)
def test_values(name, arguments, rates):
    schedule = getattr(schedules, name)(**arguments)
    np.testing.assert_allclose([schedule(step) for step in STEPS], rates, rtol=2e-6, atol=1e-8)
    for same in (type(schedule).from_config(schedule.get_config()), copy.deepcopy(schedule)):
        assert same.get_config() == schedule.get_config()
        assert [same(step) for step in STEPS] == [schedule(step) for step in STEPS]
    assert schedules.deserialize(schedules.serialize(schedule))(3) == schedule(3)


def test_restarts_begin_at_the_exact_step():
    schedule = schedules.CosineDecayRestarts(1.0, 10, t_mul=3.0, m_mul=0.5)
    assert [schedule(step) for step in (0, 10, 40, 130)] == [1.0, 0.5, 0.25, 0.125]


def problem():
    rng = np.random.default_rng(0)
    return rng.normal(size=(30, 4)), rng.normal(size=(30, 1))


def train(optimizer, epochs=3, **arguments):
    x, y = problem()
    proxnet.set_random_seed(0)
    model = proxnet.Sequential([Dense(1, kernel_regularizer=proxnet.regularizers.L1(0.05))], dtype="float64")
    model.compile(optimizer, "mse")
    model.fit(x, y, batch_size=10, epochs=epochs, shuffle=False, verbose=0, **arguments)
    return model


def test_the_rate_shown_is_that_of_the_next_step():
    schedule = schedules.PolynomialDecay(0.1, 20)
    optimizer = SGD(schedule)
    assert optimizer.learning_rate == 0.1
    shown = []
    hook = proxnet.callbacks.LambdaCallback(on_train_batch_begin=lambda batch, logs: shown.append(optimizer.iterations))
    model = train(optimizer, callbacks=[hook])
    assert shown == list(range(9))
    assert model.optimizer.learning_rate == schedule(9)


def test_a_schedule_is_its_rates_one_by_one():
    schedule = schedules.CosineDecay(0.01, 6, warmup_target=0.1, warmup_steps=3)
    by_hand = SGD(0.1, momentum=0.9)

    def set_rate(batch, logs):
        by_hand.learning_rate = max(schedule(by_hand.iterations), 1e-300)

    hook = proxnet.callbacks.LambdaCallback(on_train_batch_begin=set_rate)
    ours, theirs = train(SGD(schedule, momentum=0.9)), train(by_hand, callbacks=[hook])
    for a, b in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_a_new_schedule_takes_over():
    optimizer = Adam(0.1)
    model = train(optimizer)
    optimizer.learning_rate = schedules.Constant(1e-12)
    before = model.get_weights()
    x, y = problem()
    model.fit(x, y, epochs=1, verbose=0)
    for a, b in zip(before, model.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, atol=1e-10)


def test_ftrl_refuses_a_rate_of_zero():
    schedule = schedules.PiecewiseConstantDecay([1], [0.1, 0.0])
    with pytest.raises(
        ValueError, match=r"the learning rate of Ftrl must stay positive, its schedule gave 0 in step 3"
    ):
        train(proxnet.optimizers.Ftrl(schedule))


@pytest.mark.parametrize("name", ["sgd", "adam", "adamw", "nadam", "adamax", "rmsprop", "adagrad", "ftrl", "lion"])
def test_configs(name):
    optimizer = type(proxnet.optimizers.get(name))(
        schedules.ExponentialDecay(0.1, 5, 0.5), clipnorm=2.0, weight_decay=0.01, use_ema=True, name="mine"
    )
    for same in (type(optimizer).from_config(optimizer.get_config()), pickle.loads(pickle.dumps(optimizer))):
        assert same.get_config() == optimizer.get_config()
        assert same.learning_rate == 0.1


def test_copies_of_a_compiled_optimizer_belong_to_no_model():
    optimizer = Adam(schedules.ExponentialDecay(0.1, 5, 0.5))
    train(optimizer)
    assert optimizer.iterations == 9
    assert copy.deepcopy(optimizer).iterations == 0


def test_averages_take_the_weights_place_at_the_end_of_fit_and_keep_the_zeros():
    def weights(**arguments):
        return train(SGD(0.1, **arguments), epochs=4).get_weights()[0]

    plain, averaged = weights(), weights(use_ema=True, ema_momentum=0.8)
    steps, path = [], []
    hook = proxnet.callbacks.LambdaCallback(on_train_batch_end=lambda *_: path.append(steps[0].get_weights()[0]))
    model = proxnet.Sequential([Dense(1, kernel_regularizer=proxnet.regularizers.L1(0.05))], dtype="float64")
    steps.append(model)
    proxnet.set_random_seed(0)
    model.compile(SGD(0.1), "mse")
    x, y = problem()
    model.fit(x, y, batch_size=10, epochs=4, shuffle=False, verbose=0, callbacks=[hook])
    mean = path[0]
    for w in path[1:]:
        mean = 0.8 * mean + 0.2 * w
    np.testing.assert_array_equal(plain, path[-1])
    np.testing.assert_allclose(averaged, np.where(plain == 0, 0, mean), rtol=1e-12)
    assert (plain == 0).any()
    assert not np.array_equal(plain, averaged)


def test_exclusion_from_weight_decay():
    decayed, excluded = AdamW(0.01, 0.5), AdamW(0.01, 0.5)
    excluded.exclude_from_weight_decay(var_names=["bia"])
    kernel_0, bias_0 = train(Adam(0.01)).get_weights()
    kernel_1, bias_1 = train(decayed).get_weights()
    kernel_2, bias_2 = train(excluded).get_weights()
    assert not np.array_equal(kernel_1, kernel_0)
    assert not np.array_equal(bias_1, bias_2)
    assert not np.array_equal(kernel_2, kernel_0)
    np.testing.assert_allclose(bias_2, bias_0, rtol=0.2)
    with pytest.raises(ValueError, match=r"must be called before compile\(\)"):
        excluded.exclude_from_weight_decay(var_names=["kernel"])


def test_a_rule_of_one_s_own_is_refused():
    class Mine(Optimizer):
        pass

    with pytest.raises(TypeError, match=r"set optimizer.learning_rate in a callback"):
        Mine(lambda: 0.1)
