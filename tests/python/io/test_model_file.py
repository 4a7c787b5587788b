"""Model files: round trips, the same bits after a break, and no byte believed."""

import json
import os
import pathlib
import subprocess
import sys

import numpy as np
import pytest

import proxnet
from proxnet import _core
from proxnet.layers import Dense, Dropout, Input

OPTIMIZERS = [
    proxnet.optimizers.Adagrad(0.05),
    proxnet.optimizers.AdamW(proxnet.optimizers.schedules.CosineDecay(0.01, 30), clipnorm=1.0),
    proxnet.optimizers.Adamax(0.01),
    proxnet.optimizers.Ftrl(0.05),
    proxnet.optimizers.Lion(0.001),
    proxnet.optimizers.Nadam(0.01),
    proxnet.optimizers.Adam(0.01, amsgrad=True),
    proxnet.optimizers.SGD(0.05),
    proxnet.optimizers.SGD(0.05, momentum=0.9, nesterov=True),
    proxnet.optimizers.Adam(0.01),
    proxnet.optimizers.RMSprop(0.01, momentum=0.5, centered=True),
]


def make(dtype="float32", optimizer="adam"):
    proxnet.set_random_seed(11)
    hidden = Dense(9, "relu", kernel_regularizer=proxnet.regularizers.L1(0.003), name="hidden")
    out = Dense(1, "sigmoid", use_bias=False, name="out")
    model = proxnet.Sequential([Input((5,)), hidden, Dropout(0.3, name="drop"), out], "model", dtype)
    model.compile(optimizer, "binary_crossentropy", ["accuracy"], ["mse"])
    return model


def equal(one, other):
    pairs = list(zip(one.get_weights(), other.get_weights(), strict=True))
    return all(a.tobytes() == b.tobytes() for a, b in pairs)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_loaded_model_is_the_saved_one(tmp_path, rows, dtype):
    model = make(dtype)
    model.fit(*rows, epochs=2, verbose=0)
    model.optimizer.learning_rate = 0.004
    model.save(tmp_path / "m.safetensors")
    twin = proxnet.load_model(tmp_path / "m.safetensors")
    assert equal(model, twin)
    assert twin.get_config() == model.get_config()
    assert twin.get_compile_config() == model.get_compile_config()
    assert twin.optimizer.learning_rate == 0.004
    assert twin.evaluate(*rows, verbose=0) == model.evaluate(*rows, verbose=0)
    assert (twin.predict(rows[0]) == model.predict(rows[0])).all()
    assert twin.sparsity().to_dict() == model.sparsity().to_dict()


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=repr)
@pytest.mark.parametrize("seeded_between", [False, True])
def test_training_goes_on_as_if_it_had_not_stopped(tmp_path, rows, optimizer, seeded_between):
    config = optimizer.get_config()
    straight = make(optimizer=type(optimizer).from_config(config))
    straight.fit(*rows, epochs=6, verbose=0, batch_size=16)
    broken = make(optimizer=type(optimizer).from_config(config))
    broken.fit(*rows, epochs=3, verbose=0, batch_size=16)
    path = tmp_path / "m"
    broken.save(path)
    if seeded_between:  # as a new process would
        proxnet.set_random_seed(5)
    resumed = proxnet.load_model(path)
    history = resumed.fit(*rows, epochs=6, initial_epoch=3, verbose=0, batch_size=16)
    assert equal(straight, resumed)
    assert history.history["loss"] == straight.history.history["loss"][3:]


def test_loading_draws_no_seed(tmp_path):
    make().save(tmp_path / "m")
    proxnet.set_random_seed(3)
    expected = proxnet.Sequential([Input((2,)), Dense(2)]).get_weights()[0]
    proxnet.set_random_seed(3)
    proxnet.load_model(tmp_path / "m")
    assert (proxnet.Sequential([Input((2,)), Dense(2)]).get_weights()[0] == expected).all()


def test_a_model_that_is_not_compiled_or_not_to_be(tmp_path, rows):
    model = make()
    model.fit(*rows, verbose=0)
    model.save(tmp_path / "m")
    assert proxnet.load_model(tmp_path / "m", compile=False).optimizer is None
    plain = proxnet.models.clone_model(model)
    plain.save(tmp_path / "p")
    assert equal(proxnet.models.load_model(tmp_path / "p"), plain)


def test_weights_alone(tmp_path, rows):
    model, other = make(), make()
    model.fit(*rows, verbose=0)
    model.save_weights(tmp_path / "w")
    model.save(tmp_path / "m")
    for name in ("w", "m"):
        other.set_weights([np.zeros_like(w) for w in other.get_weights()])
        other.load_weights(tmp_path / name)
        assert equal(model, other)
    with pytest.raises(ValueError, match=r"^\[load_model\] .* whole model's config, .*/w holds weights alone"):
        proxnet.load_model(tmp_path / "w")


def test_the_safetensors_package_reads_our_files(tmp_path, rows):
    safetensors = pytest.importorskip("safetensors.numpy")
    from safetensors import safe_open

    model = make()
    model.fit(*rows, verbose=0)
    path = tmp_path / "m.safetensors"
    model.save(path)
    arrays = safetensors.load_file(path)
    kernel, bias, out = model.get_weights()
    assert (arrays["layers.0.kernel"] == kernel).all()
    assert (arrays["layers.0.bias"] == bias).all()
    assert (arrays["layers.2.kernel"] == out).all()
    assert arrays["optimizer.iterations"] == 2
    assert {name for name in arrays if name.startswith("optimizer.0")} == {
        *(f"optimizer.0.{array}.{i}" for array in ("kernel", "bias") for i in range(2)),
        *(f"optimizer.0.kernel.strength.{part}" for part in ("from", "to", "refit")),
    }
    with safe_open(path, "np") as file:
        assert json.loads(file.metadata()["config"])["model"]["class_name"] == "Sequential"
        assert (file.metadata()["format"], file.metadata()["version"]) == ("proxnet", "2")


@pytest.mark.parametrize("name", ["ünïcödé 模型.safetensors", "a b", "x" * 240])
def test_names_of_files(tmp_path, name, monkeypatch):
    model = make()
    for path in (tmp_path / name, str(tmp_path / name), os.fsencode(tmp_path / name)):
        model.save(path)
        assert equal(proxnet.load_model(path), model)
    monkeypatch.chdir(tmp_path)
    model.save_weights(name)
    model.load_weights(pathlib.Path(name))
    assert os.listdir(tmp_path) == [name]


def test_a_file_for_another_network_is_refused_and_changes_nothing(tmp_path):
    model = make()
    model.save(tmp_path / "m")
    other = proxnet.Sequential([Input((5,)), Dense(8), Dense(1, use_bias=False)])
    before = other.get_weights()
    with pytest.raises(ValueError, match=r"layers.0.kernel must be F32 of shape \(5, 8\) for this network, .*\(5, 9\)"):
        other.load_weights(tmp_path / "m")
    wide = proxnet.Sequential([Input((5,)), Dense(9), Dropout(0.3), Dense(1, use_bias=False)], dtype="float64")
    with pytest.raises(ValueError, match=r"must be F64 .* has F32"):
        wide.load_weights(tmp_path / "m")
    deep = proxnet.Sequential([Input((5,)), Dense(9), Dropout(0.3), Dense(1), Dense(1)])
    with pytest.raises(ValueError, match=r"has no layers.2.bias"):
        deep.load_weights(tmp_path / "m")
    with pytest.raises(ValueError, match=r"nothing but the network's arrays, .* has 1 more"):
        proxnet.Sequential([Input((5,)), Dense(9)]).load_weights(tmp_path / "m")
    assert all((a == b).all() for a, b in zip(before, other.get_weights(), strict=True))


def config_of(path):
    return json.loads(_core.ModelFile(os.fsencode(path)).config)


@pytest.mark.parametrize(
    "change",
    [
        lambda c: c.pop("model"),
        lambda c: c.update(model=[]),
        lambda c: c["model"].update(class_name="Dense", module="proxnet.layers"),
        lambda c: c["model"]["config"].update(build_input_shape="x"),
        lambda c: c["training"].pop("weights_seed"),
        lambda c: c["training"].update(epochs=-1),
        lambda c: c["model"]["config"]["layers"][1]["config"].update(units=2**31 - 1),
        lambda c: c["model"]["config"]["layers"][1]["config"].update(units="many"),
        lambda c: c["compile"].update(optimizer="nonsense"),
    ],
)
def test_configs_are_not_believed_either(tmp_path, change):
    model = make()
    path = tmp_path / "m"
    model.save(path)
    config = config_of(path)
    change(config)
    model._network.save(os.fsencode(path), json.dumps(config), True)
    with pytest.raises((ValueError, TypeError), match=r"^\["):
        proxnet.load_model(path)


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path):
    """RLIMIT_FSIZE makes the system refuse to write more than so many bytes."""
    model = make()
    path = tmp_path / "m"
    model.save(path)
    before = path.read_bytes()
    program = (
        "import resource, signal, proxnet\n"
        f"model = proxnet.load_model({str(path)!r})\n"
        "model.set_weights([w + 1 for w in model.get_weights()])\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))\n"
        f"model.save({str(path)!r})\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert "OSError: [Errno 27]" in done.stderr
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["m"]


def test_files_that_the_system_refuses(tmp_path):
    model = make()
    with pytest.raises(FileNotFoundError, match=r"\[save\] the file could not be written"):
        model.save(tmp_path / "no" / "m")
    with pytest.raises(IsADirectoryError):
        model.save(tmp_path)
    with pytest.raises(FileNotFoundError, match="the file could not be opened") as error:
        proxnet.load_model(tmp_path / "gone")
    assert error.value.filename == str(tmp_path / "gone")
    with pytest.raises(IsADirectoryError):
        proxnet.load_model(tmp_path)
    os.mkfifo(tmp_path / "fifo")
    keep = os.open(tmp_path / "fifo", os.O_RDWR)
    with pytest.raises(ValueError, match="must be a regular file"):
        proxnet.load_model(tmp_path / "fifo")
    os.close(keep)
    (tmp_path / "empty").touch()
    with pytest.raises(ValueError, match="one of proxnet's"):
        proxnet.load_model(tmp_path / "empty")
    model.save(tmp_path / "m")
    with pytest.raises(FileExistsError, match="overwrite is False"):
        model.save(tmp_path / "m", overwrite=False)
    with pytest.raises(ValueError, match=r"\[save\] the model has no weights yet"):
        proxnet.Sequential([Dense(1)]).save(tmp_path / "n")


def test_links_and_permissions_stay(tmp_path):
    model = make()
    real, link = tmp_path / "real", tmp_path / "link"
    model.save(real)
    assert real.stat().st_mode & 0o777 == 0o666 & ~umask()
    real.chmod(0o640)
    link.symlink_to(real)
    model.save(link)
    assert link.is_symlink()
    assert real.stat().st_mode & 0o777 == 0o640


def umask():
    value = os.umask(0)
    os.umask(value)
    return value


def test_saved_from_a_batch_hook_the_file_holds_that_batch(tmp_path, rows):
    model = make()
    seen = []

    def hook(batch, logs):
        model.save(tmp_path / "m")
        seen.append(equal(proxnet.load_model(tmp_path / "m", compile=False), model))

    model.fit(*rows, batch_size=20, verbose=0, callbacks=[proxnet.callbacks.LambdaCallback(on_train_batch_end=hook)])
    assert seen == [True] * 3
