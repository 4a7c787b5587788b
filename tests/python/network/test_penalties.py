"""Penalties through the public face: zeros by input and unit, strings, configs, schedules, bits, refused arguments."""

import itertools
import os
import subprocess
import sys

import numpy as np
import pytest

import proxnet
from proxnet import constraints, regularizers
from proxnet.layers import Dense
from proxnet.regularizers import L0, L1, MCP, SCAD, GroupL1, LogSum, Ramp, SparseGroupL1, TargetSparsity


def problem(rows=200, inputs=12, dtype=np.float64):
    rng = np.random.default_rng(7)
    x = rng.normal(size=(rows, inputs)).astype(dtype)
    y = x[:, :3] @ np.array([[2.0, 0.3], [-1.0, 0.2], [0.5, -0.1]], dtype) + 0.1 * rng.normal(size=(rows, 2))
    return x, y.astype(dtype)


def trained(regularizer=None, epochs=300, dtype="float64", optimizer=None, **arguments):
    proxnet.set_random_seed(1)
    x, y = problem(dtype=dtype)
    layer = Dense(2, kernel_regularizer=regularizer, name="linear", **arguments)
    model = proxnet.Sequential([layer], dtype=dtype)
    model.compile(optimizer or proxnet.optimizers.SGD(0.3, momentum=0.5), "mse")
    model.fit(x, y, batch_size=len(x), epochs=epochs, verbose=0)
    return model, layer


PENALTIES = [
    L1(0.1),
    L1(0.1, factors=[0, *[1.0] * 11]),
    GroupL1(0.1),
    GroupL1(0.1, groups=[[0, 5], [1, 2, 3, 4], [6, 7, 8, 9, 10, 11]]),
    SparseGroupL1(0.05, 0.05),
    MCP(0.1),
    SCAD(0.1),
    LogSum(0.02, 0.2),
    L0(0.005),
]


@pytest.mark.parametrize("penalty", PENALTIES, ids=repr)
def test_training_ends_at_a_stationary_point_that_optimality_recognises(penalty):
    model, layer = trained(penalty)
    x, y = problem()
    assert model.optimality(x, y)["linear"] < 1e-8
    residual = x @ layer.kernel + layer.bias - y
    gradient = 2 * x.T @ residual / residual.size
    assert penalty.subdiff_distance(layer.kernel, gradient) < 1e-8
    assert (layer.kernel == 0).any()
    assert not np.signbit(layer.kernel[layer.kernel == 0]).any()
    assert model.penalty() == pytest.approx(penalty(layer.kernel), rel=1e-12)
    model.set_weights([np.ones((12, 2)), np.zeros(2)])
    assert model.optimality(x, y)["linear"] > 0.1


def test_optimality_is_the_gradient_of_all_rows_of_a_network():
    proxnet.set_random_seed(2)
    x, y = problem(rows=2500)  # more than two blocks
    model = proxnet.Sequential([Dense(9, activation="tanh", name="a"), Dense(2, name="b", kernel_regularizer=L1(0.02))])
    model.compile("sgd", "mse")
    model.fit(x, y, epochs=1, verbose=0)
    k1, b1, k2, b2 = (w.astype(np.float64) for w in model.get_weights())
    h = np.tanh(x @ k1 + b1)
    d = 2 * (h @ k2 + b2 - y) / y.size
    dh = d @ k2.T * (1 - h * h)
    want = {
        "a": max(np.abs(x.T @ dh).max(), np.abs(dh.sum(0)).max()),
        "b": max(L1(0.02).subdiff_distance(k2, h.T @ d), np.abs(d.sum(0)).max()),
    }
    assert model.optimality(x, y) == pytest.approx(want, rel=1e-4)
    half = np.repeat([2.0, 0.0], 1250)
    first = model.optimality(x[:1250], y[:1250])
    assert model.optimality(x, y, half) == pytest.approx(first, rel=1e-4)


def test_strength_max_zeroes_a_linear_model_and_a_little_less_does_not():
    x, y = problem()
    gradient = -2 * x.T @ y / y.size
    for kind in (L1, GroupL1, MCP, SCAD):
        most = kind().strength_max(gradient)
        for share, empty in ((1.001, True), (0.97, False)):
            _, layer = trained(kind(share * most), use_bias=False, kernel_initializer="zeros", epochs=100)
            assert (not layer.kernel.any()) == empty, kind


def test_groups_by_input_select_inputs_and_by_output_remove_units():
    model, layer = trained(GroupL1(0.1))
    rows = (layer.kernel != 0).any(axis=1)
    assert 3 <= rows.sum() < 12
    assert rows[:2].all()
    np.testing.assert_array_equal(model.sparsity().layers[0].input_used, rows)
    _, layer = trained(GroupL1(0.2, axis="output"))
    columns = (layer.kernel != 0).any(axis=0)
    assert columns.tolist() == [True, False]


def test_a_ramp_and_a_function_move_the_strength():
    _x, _y = problem()
    for schedule, last in ((Ramp(3), 1.0), (lambda epoch: 0.5**epoch, 0.5**3)):
        model, layer = trained(L1(0.1, schedule=schedule), epochs=4)
        assert model.penalty() == pytest.approx(last * 0.1 * np.abs(layer.kernel).sum(), rel=1e-12)
    plain, _ = trained(L1(0.1))
    ramped, _ = trained(L1(0.1, schedule=Ramp(5)))
    np.testing.assert_allclose(plain.get_weights()[0], ramped.get_weights()[0], atol=1e-9)
    with pytest.raises(ValueError, match=r"\[L1\] what the schedule gives for epoch 0 must be >= 0, got -1"):
        trained(L1(0.1, schedule=lambda epoch: -1))


@pytest.mark.parametrize("scope", ["layer", "network"])
@pytest.mark.parametrize("penalty", [None, L1(1e-3), MCP(1e-3)], ids=repr)
@pytest.mark.parametrize("optimizer", ["adam", "sgd"])
def test_a_target_is_hit_and_stays_hit_while_the_rest_is_refitted(scope, penalty, optimizer):
    proxnet.set_random_seed(3)
    x, y = problem(rows=640)
    target = TargetSparsity(0.8, end=0.7, scope=scope, penalty=penalty)
    layers = [
        Dense(40, activation="relu", kernel_regularizer=target),
        Dense(33, activation="relu", kernel_regularizer=target),
        Dense(2),
    ]
    model = proxnet.Sequential(layers)
    model.compile(optimizer, "mse")
    supports = []
    watch = proxnet.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: supports.append([w != 0 for w in model.get_weights()[0:4:2]])
    )
    model.fit(x, y, epochs=10, verbose=0, callbacks=[watch])
    zeros, sizes = [int((w == 0).sum()) for w in model.get_weights()[0:4:2]], [480, 1320]
    exact = penalty is None  # a penalty may have made more than are asked for
    if scope == "layer":
        pairs = list(zip(zeros, sizes, strict=True))
    else:
        pairs = [(sum(zeros), sum(sizes))]
        assert zeros[0] / sizes[0] != zeros[1] / sizes[1]
    for got, size in pairs:
        assert got == round(0.8 * size) if exact else round(0.8 * size) <= got <= 0.9 * size
    for support in supports[7:]:  # from the refit's first epoch on
        assert all((a == b).all() for a, b in zip(support, supports[-1], strict=True))
    assert model.penalty() == 0
    assert any((a != b).any() for a, b in zip(supports[5], supports[6], strict=True))


def test_zeros_under_a_target_come_back_before_the_refit():
    proxnet.set_random_seed(4)
    x, y = problem(rows=640)
    model = proxnet.Sequential([Dense(40, activation="relu", kernel_regularizer=TargetSparsity(0.5)), Dense(2)])
    model.compile("adam", "mse")
    seen = []
    watch = proxnet.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: seen.append(model.get_weights()[0] == 0))
    model.fit(x, y, epochs=12, verbose=0, callbacks=[watch])
    assert any((before & ~after).any() for before, after in itertools.pairwise(seen))


def test_a_second_short_fit_ends_at_the_target_too():
    x, y = np.random.default_rng(0).normal(size=(32, 12)), np.random.default_rng(1).normal(size=(32, 3))
    model = proxnet.Sequential([Dense(3, kernel_regularizer=TargetSparsity(0.75), input_dim=12)])
    model.compile("adam", "mse")
    for _ in range(3):
        model.fit(x, y, epochs=10, batch_size=32, verbose=0)  # ten steps
        assert (model.layers[0].kernel == 0).mean() == 0.75


def test_targets_over_the_network_must_agree():
    x, y = problem(rows=64)

    def fit(one, two):
        model = proxnet.Sequential([Dense(8, kernel_regularizer=one), Dense(2, kernel_regularizer=two)])
        model.compile("adam", "mse")
        model.fit(x, y, epochs=4, verbose=0)
        return [layer.zeros for layer in model.sparsity().layers]

    with pytest.raises(ValueError, match=r"the same share at the same time, those of layers 0 and 1 want"):
        fit(TargetSparsity(0.5), TargetSparsity(0.75))
    with pytest.raises(ValueError, match=r"the same share at the same time"):
        fit(TargetSparsity(0.5), TargetSparsity(0.5, end=1.0))
    with pytest.raises(ValueError, match=r"\[compile\] .* must all have a penalty for it or none, those of layers 0"):
        fit(TargetSparsity(0.5), TargetSparsity(0.5, penalty=L1(1e-3)))
    assert fit(TargetSparsity(0.5, scope="layer"), TargetSparsity(0.75, scope="layer")) == [48, 12]
    assert fit(TargetSparsity(0.5, scope="layer"), TargetSparsity(0.75)) == [48, 12]  # alone over its network


PROGRAM = """
import hashlib, numpy as np, proxnet
from proxnet.regularizers import *
from proxnet.layers import Dense
rng = np.random.default_rng(0)
x = rng.normal(size=(300, 50)).astype("float32")
for optimizer in ("adam", "sgd"):
    for threads in (1, 3, 8):
        proxnet.set_num_threads(threads)
        proxnet.set_random_seed(1)
        model = proxnet.Sequential([
            Dense(45, "relu", kernel_regularizer=GroupL1(1e-3), kernel_constraint="max_norm"),
            Dense(40, "relu", kernel_regularizer=TargetSparsity(0.7, scope="layer"), bias_regularizer=LogSum(1e-4)),
            Dense(36, "relu", kernel_regularizer=TargetSparsity(
                0.7, scope="layer", penalty=SparseGroupL1(1e-4, 1e-4, axis="output"))),
            Dense(36, "tanh", kernel_regularizer=MCP(1e-2), kernel_constraint="non_neg"),
            Dense(1, kernel_regularizer=SCAD())])
        model.compile(optimizer, "mse")
        model.fit(x, x[:, 0], epochs=4, verbose=0)
        bits = b"".join(w.tobytes() for w in model.get_weights())
        print(hashlib.sha256(bits).hexdigest(), list(model.optimality(x, x[:, 0]).values()))
"""


def test_bits_are_equal_over_threads_and_instruction_sets():
    outputs = set()
    for isa in proxnet.build_info()["isas"]:
        if isa == "baseline":
            continue  # without fused multiply-add it agrees to rounding only
        environment = {**os.environ, "PROXNET_ISA": isa}
        command = [sys.executable, "-c", PROGRAM]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        lines = done.stdout.splitlines()
        assert len(lines) == 6
        assert len(set(lines)) == 2
        outputs.add(done.stdout)
    assert len(outputs) <= 1


def test_strings_and_configs():
    for name, kind in (("mcp", MCP), ("GroupL1", GroupL1), ("l0", L0), ("log_sum", LogSum)):
        assert type(regularizers.get(name)) is kind
    for penalty in [*PENALTIES, TargetSparsity(0.8, scope="network"), TargetSparsity(penalty=MCP(0.1))]:
        again = type(penalty).from_config(penalty.get_config())
        assert again == penalty
        assert hash(again) == hash(penalty)
    assert L1().get_config() == {"l1": 0.01}
    for name in ("non_neg", "unit_norm", "max_norm", "min_max_norm", "MaxNorm", "box"):
        constraint = constraints.get(name)
        assert constraint == type(constraint).from_config(constraint.get_config())
    assert constraints.MaxNorm().get_config() == {"max_value": 2.0, "axis": 0}
    assert constraints.get(None) is None
    with pytest.raises(ValueError, match=r"unknown constraint 'max_nrm'; did you mean 'max_norm'"):
        constraints.get("max_nrm")


def test_constraints_hold_after_training():
    for constraint, holds in (
        ("non_neg", lambda w: (w >= 0).all()),
        (constraints.MaxNorm(0.5), lambda w: (np.linalg.norm(w, axis=0) <= 0.5).all()),
        ("unit_norm", lambda w: np.allclose(np.linalg.norm(w, axis=0), 1, atol=1e-6)),
        (constraints.Box(-0.3, 0.2), lambda w: w.min() == -0.3 and w.max() == 0.2),
    ):
        _, layer = trained("l1", kernel_constraint=constraint, epochs=50)
        assert holds(layer.kernel), constraint


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda: L1(0.1, factors=[1, -1]), r"\[L1\] factors must be >= 0, got -1"),
        (lambda: trained(L1(0.1, factors=[1, 2])), "factors must be one per input, 12, got 2"),
        (lambda: GroupL1(groups=[[0, 1], [1]]), "groups must not overlap, input 1 is in two"),
        (lambda: trained(GroupL1(groups=[[0, 1]])), "groups must hold the 12 inputs, they hold 2"),
        (lambda: GroupL1(axis="output", groups=[[0]]), "groups of inputs belong to a group penalty by input"),
        (lambda: GroupL1(axis="row"), "axis"),
        (lambda: SCAD(a=2), r"\[SCAD\] a must be > 2"),
        (lambda: TargetSparsity(1.0), r"sparsity must be >= 0 and < 1, got 1"),
        (lambda: TargetSparsity(0.5, begin=0.5, end=0.4), r"end must be > 0.5"),
        (lambda: TargetSparsity(0.5, penalty=regularizers.L2(0.1)), "penalty must make zeros"),
        (lambda: Dense(2, bias_regularizer=TargetSparsity(0.5)), "TargetSparsity, which is for kernels"),
        (lambda: trained(GroupL1(0.1), kernel_constraint="non_neg"), "cannot be combined with a group penalty"),
        (lambda: trained("l1", kernel_constraint=constraints.Box(0.1, 1)), "the penalty wants zeros"),
        (lambda: constraints.MaxNorm(axis=2), "axis must be"),
        (lambda: constraints.Box(1, 0), "min_value 1 must not be over max_value 0"),
    ],
)
def test_bad_arguments_are_refused_by_sentence(build, words):
    with pytest.raises(ValueError, match=words):
        build()


def test_the_subgradient_step_is_refused_where_keras_has_no_such_penalty():
    model = proxnet.Sequential([Dense(2, kernel_regularizer="group_l1", input_dim=3)])
    with pytest.raises(ValueError, match="the subgradient step takes L1, L2 and orthogonal penalties only"):
        model.compile("sgd", "mse", penalty_step="subgradient")
    model = proxnet.Sequential([Dense(2, kernel_regularizer="target_sparsity", input_dim=3)])
    with pytest.raises(ValueError, match="a sparsity target needs the proximal step"):
        model.compile("sgd", "mse", penalty_step="subgradient")
