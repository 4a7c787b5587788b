"""Model files hold what penalties and averages of weights have come to."""

from contextlib import nullcontext

import pytest

import proxnet
from proxnet.layers import Dense, Input


def equal(one, other):
    pairs = list(zip(one.get_weights(), other.get_weights(), strict=True))
    return all(a.tobytes() == b.tobytes() for a, b in pairs)


def penalised(regularizer, optimizer="adam"):
    proxnet.set_random_seed(3)
    model = proxnet.Sequential([Input((5,)), Dense(8, "relu", kernel_regularizer=regularizer), Dense(1)])
    model.compile(optimizer, "mse")
    return model


PENALTIES = [
    proxnet.regularizers.L1(0.01, schedule=proxnet.regularizers.Ramp(5, 0.25)),
    proxnet.regularizers.MCP(0.01, factors=[1, 0, 1, 2, 1]),
    proxnet.regularizers.GroupL1(0.01, groups=[[0, 1], [2, 3, 4]]),
    proxnet.regularizers.TargetSparsity(0.5),
    proxnet.regularizers.TargetSparsity(0.5, end=0.25),
    proxnet.regularizers.TargetSparsity(0.5, penalty=proxnet.regularizers.L1(0.01)),
]


@pytest.mark.parametrize("regularizer", PENALTIES, ids=repr)
def test_what_a_penalty_has_come_to_is_kept(tmp_path, rows, regularizer):
    straight, path = penalised(regularizer), tmp_path / "m"
    straight.fit(*rows, epochs=6, verbose=0, batch_size=4)

    def stop(epoch, logs):
        broken.stop_training = epoch == 2

    broken = penalised(regularizer)
    stopper = proxnet.callbacks.LambdaCallback(on_epoch_end=stop)
    early = isinstance(regularizer, proxnet.regularizers.TargetSparsity) and regularizer.end == 0.5
    with pytest.warns(proxnet.SparsityWarning, match="a share of 0.5 zeros") if early else nullcontext():
        broken.fit(*rows, epochs=6, verbose=0, batch_size=4, callbacks=[stopper])
    broken.save(path)
    resumed = proxnet.load_model(path)
    assert resumed.evaluate(*rows, verbose=0) == broken.evaluate(*rows, verbose=0)
    assert resumed.optimality(*rows) == {
        new: broken.optimality(*rows)[old]
        for new, old in zip(resumed.optimality(*rows), broken.optimality(*rows), strict=True)
    }
    resumed.fit(*rows, epochs=6, initial_epoch=3, verbose=0, batch_size=4)
    assert equal(straight, resumed)


def test_averages_of_weights_are_kept(tmp_path, rows):
    model = penalised(None, proxnet.optimizers.Adam(0.01, use_ema=True, ema_momentum=0.5))
    model.fit(*rows, epochs=2, verbose=0)
    model.save(tmp_path / "m")
    twin = proxnet.load_model(tmp_path / "m")
    for each in (model, twin):
        each.fit(*rows, epochs=2, verbose=0)
    assert equal(model, twin)
