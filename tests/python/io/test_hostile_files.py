"""Small files that ask for much, configs that are none, and odd paths."""

import contextlib
import json
import os
import subprocess
import sys

import pytest

import proxnet
from proxnet import _core
from proxnet.layers import Dense, Dropout, Input

LIMITED = """
import resource, sys
import proxnet
used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + (256 << 20),) * 2)
try:
    proxnet.load_model(sys.argv[1])
except (ValueError, TypeError) as error:
    print("refused:", error)
else:
    print("loaded")
"""


def small(optimizer="adam", **arguments):
    model = proxnet.Sequential([Input((3,), name="input"), Dense(2, name="a"), Dense(1, name="b")], "small")
    model.compile(optimizer, "binary_crossentropy", **arguments)
    return model


def changed(path, change, model=None):
    """The file of a small model, with another config."""
    model = model or small()
    model.save(path)
    config = json.loads(_core.ModelFile(os.fsencode(path)).config)
    config = change(config) or config
    model._network.save(os.fsencode(path), config if isinstance(config, str) else json.dumps(config), True)
    return path


def layers(config):
    return config["model"]["config"]["layers"]


def array(value, dtype):
    return {"class_name": "__numpy__", "config": {"value": value, "dtype": dtype}}


def normalization(**config):
    return {"module": "proxnet.layers", "class_name": "Normalization", "config": config, "registered_name": None}


def inner_model(units, columns):
    config = {"layers": [{"module": "proxnet.layers", "class_name": "Dense", "config": {"units": units}}]}
    return {"module": "proxnet", "class_name": "Sequential", "config": {**config, "build_input_shape": [None, columns]}}


def wide_input(columns):
    def change(config):
        layers(config)[0]["config"]["shape"] = [columns]
        config["model"]["config"]["build_input_shape"] = [None, columns]

    return change


GREEDY = {
    "a dtype of a gigabyte": lambda c: layers(c).insert(
        1, normalization(mean=array(["x"], "U250000000"), variance=array([1.0], "float64"))
    ),
    "inputs": wide_input(3 * 10**9),
    "inputs beyond an integer": wide_input(10**30),
    "dimensions": lambda c: c["model"]["config"].update(build_input_shape=[None] + [2] * 10**5),
    "units": lambda c: layers(c)[1]["config"].update(units=10**9),
    "units beyond an integer": lambda c: layers(c)[1]["config"].update(units=10**40),
    "metrics": lambda c: c["compile"].update(metrics=["accuracy"] * 4000),
    "steps of L-BFGS": lambda c: c["compile"].update(
        optimizer={"module": "proxnet.optimizers", "class_name": "LBFGS", "config": {"memory": 1000}}
    ),
    "a model in the model": lambda c: layers(c).insert(1, inner_model(10**6, 10**6)),
    "a model in a layer": lambda c: layers(c)[1]["config"].update(kernel_initializer=inner_model(10**6, 10**6)),
    "a model as the dtype": lambda c: c["model"]["config"].update(dtype=inner_model(10**6, 10**6)),
    "nested lists": lambda c: json.dumps(c).replace('"small"', "[" * 20000 + "]" * 20000, 1),
    "nested objects": lambda c: json.dumps(c).replace('"small"', '{"a":' * 20000 + "1" + "}" * 20000, 1),
    "nested configs": lambda c: layers(c)[1]["config"].update(
        units=json.loads('{"class_name":"L1","config":{"l1":' * 200 + "1" + "}}" * 200)
    ),
}


@pytest.mark.skipif(sys.platform != "linux", reason="limits the address space by what /proc says")
@pytest.mark.parametrize("kind", GREEDY)
def test_a_small_file_takes_little_memory(tmp_path, kind):
    path = changed(tmp_path / "small", GREEDY[kind])
    assert path.stat().st_size < 10**6
    done = subprocess.run([sys.executable, "-c", LIMITED, path], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.startswith("refused: [load_model]"), done.stdout
    assert str(path) in done.stdout


NO_CONFIGS = [
    *(None, 3, "x", [], [1], b"{}", {}, {"layers": 3}, {"layers": "ab"}, {"layers": [3]}, {"layers": [None]}),
    {"layers": [{"class_name": "Dense"}]},
    {"layers": [{"class_name": ["Dense"], "module": "proxnet.layers"}]},
    {"layers": [{"class_name": "Dense", "module": 3}]},
    {"layers": [{"class_name": "Dense", "module": "proxnet.layers", "config": None}]},
    {"layers": [{"class_name": "Dense", "module": "proxnet.layers", "config": {"units": 10**5000}}]},
    {"layers": [], "dtype": "U250000000"},
    {"layers": [], "dtype": {"class_name": "DTypePolicy"}},
    {"layers": [], "name": 3},
    {"layers": [], "build_input_shape": 3},
    {"layers": [], "build_input_shape": [None, 0.5]},
    {"layers": [array([1, [2]], "float64")]},
    {"layers": [array(10**400, "float64")]},
    {"layers": [array(300, "uint8")]},
]


@pytest.mark.parametrize("config", NO_CONFIGS, ids=range(len(NO_CONFIGS)))
def test_no_config_at_all(config):
    calls = [
        proxnet.Sequential.from_config,
        small().compile_from_config,
        Dense.from_config,
        proxnet.optimizers.Adam.from_config,
        lambda c: proxnet.Sequential([proxnet.models.deserialize(c)]).summary(len),
    ]
    for call in calls:
        with contextlib.suppress(TypeError, ValueError):  # and nothing else
            call(config)
    with pytest.raises((TypeError, ValueError), match=r"^\["):
        proxnet.Sequential.from_config(config)
    for text in (config, "{", '{"a"', "[" * 10**5, "1" * 5000, '{"class_name": "Dense", "module": "proxnet.layers"}'):
        with pytest.raises((TypeError, ValueError), match=r"^\["):
            proxnet.models.model_from_json(text)


def test_loading_is_linear_in_the_number_of_layers(tmp_path):
    """Comparisons of names and lists of layers that grow with the square would be counted in hundreds of millions."""
    count = 3000
    model = proxnet.Sequential(
        [Input((1,)), *(Dropout(0.1, name=f"d{i}") for i in range(count)), Dense(1, name="last")]
    )
    model.save(tmp_path / "deep")
    steps = 0

    def trace(*_):
        nonlocal steps
        steps += 1

    sys.setprofile(trace)
    try:
        twin = proxnet.load_model(tmp_path / "deep")
    finally:
        sys.setprofile(None)
    assert len(twin.layers) == count + 1
    assert steps < 1000 * count


BAD_PATHS = ["", "a\0b", b"a\0b", "\ud800", None, 3, 2.5, [], object()]


@pytest.mark.parametrize("path", BAD_PATHS, ids=lambda path: repr(path)[:8])
def test_no_path_at_all(path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    model = small()
    calls = {
        "save": model.save,
        "save_weights": model.save_weights,
        "load_weights": model.load_weights,
        "load_model": proxnet.load_model,
        "ModelCheckpoint": proxnet.callbacks.ModelCheckpoint,
        "BackupAndRestore": proxnet.callbacks.BackupAndRestore,
        "CSVLogger": proxnet.callbacks.CSVLogger,
        "TensorBoard": proxnet.callbacks.TensorBoard,
    }
    for operation, call in calls.items():
        with pytest.raises((ValueError, TypeError), match=rf"^\[{operation}\] \w+ must (be a path|not)"):
            call(path)
    assert os.listdir(tmp_path) == []


def test_bytes_that_are_no_utf_8_name_a_file(tmp_path):
    path = os.fsencode(tmp_path) + b"/\xff\xfe"
    model = small()
    with pytest.raises(FileNotFoundError, match=r"\\xff\\xfe") as error:
        proxnet.load_model(path)
    assert os.fsencode(error.value.filename) == path
    with open(path, "wb") as file:
        file.write(b"nonsense")
    with pytest.raises(ValueError, match=r"^\[load\] a model file must be one of proxnet's.*\\xff\\xfe"):
        proxnet.load_model(path)
    model.save(path)
    assert proxnet.load_model(path).count_params() == model.count_params()


def test_a_pipe_without_a_writer_does_not_block(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    program = f"import proxnet; proxnet.load_model({str(tmp_path / 'pipe')!r})"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert "[load] a model must be a regular file" in done.stderr
    with pytest.raises(ValueError, match=r"\[save\] only a regular file can be replaced, .*pipe"):
        small().save(tmp_path / "pipe")
    with pytest.raises(ValueError, match=r"\[load\] a model must be a regular file, /dev/null"):
        proxnet.load_model("/dev/null")


def test_links_that_point_to_nothing(tmp_path):
    model = small()
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to("folder/real")
    (tmp_path / "lost").symlink_to("nowhere/real")
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(FileNotFoundError, match="link"):
        proxnet.load_model(tmp_path / "link")
    model.save(tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "folder" / "real").is_file()
    with pytest.raises(FileNotFoundError, match="lost"):
        model.save(tmp_path / "lost")
    for call in (model.save, proxnet.load_model):
        with pytest.raises(OSError, match="Too many levels"):
            call(tmp_path / "a")
    assert sorted(os.listdir(tmp_path)) == ["a", "b", "folder", "link", "lost"]


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_a_device_is_not_replaced():
    with pytest.raises(ValueError, match="only a regular file can be replaced, /dev/full"):
        small().save("/dev/full")


def test_out_of_memory_is_no_bad_file(tmp_path):
    big = proxnet.Sequential([Input((3000,)), Dense(3000)])
    big.save(tmp_path / "m")
    program = LIMITED.replace("256 << 20", "20 << 20").replace("(ValueError, TypeError)", "MemoryError")
    done = subprocess.run(
        [sys.executable, "-c", program.replace("refused:", "no memory"), tmp_path / "m"],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout.startswith("no memory"), done.stdout + done.stderr[-2000:]
