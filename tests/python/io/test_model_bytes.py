"""Model files are not trusted: changed bytes, missing bytes, and forgeries with a valid checksum are refused."""

import json
import os
import re
import struct

import numpy as np
import pytest

import proxnet
from forged_files import crc32c, forged, parts
from proxnet import _core
from proxnet.layers import BatchNormalization, Dense, Input, Normalization


def tiny(tmp_path):
    proxnet.set_random_seed(1)
    model = proxnet.Sequential([Input((2,)), Dense(1, name="d")], "t")
    model.compile(proxnet.optimizers.SGD(0.1, momentum=0.5), "mse")
    model.fit(np.eye(2, dtype=np.float32), np.ones(2), verbose=0)
    path = tmp_path / "tiny"
    model.save(path)
    return path, path.read_bytes()


def refused(path, data):
    path.write_bytes(data)
    with pytest.raises(ValueError, match=r"^\[load\] .*tiny") as error:
        _core.ModelFile(os.fsencode(path))
    return str(error.value)


def test_changed_bytes_are_found(tmp_path):
    """Some; the C++ tests change every bit of a file."""
    path, data = tiny(tmp_path)
    for place in range(0, len(data), 31):
        refused(path, data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])


def test_shorter_and_longer_files_are_found(tmp_path):
    path, data = tiny(tmp_path)
    for length in range(0, len(data), 41):
        refused(path, data[:length])
    for more in (b"\0", b" " * 64, data):
        refused(path, data + more)


def test_a_forged_checksum_of_the_same_file_is_accepted(tmp_path):
    _, data = tiny(tmp_path)
    assert forged(*parts(data)) == data


FORGERIES = [
    ('"version":"2"', '"version":"3"', "this release reads versions 1 and 2 of the format, .*: version 3"),
    ('"version":"2"', '"version":"1"', "the metadata must hold nothing else, .*: network"),
    ('"format":"proxnet"', '"format":"pt"', "the format must be proxnet's"),
    ('"format"', '"config"', "names must differ"),
    ('"format"', '"farmat"', "the metadata must be complete, .*: format"),
    ('"version"', '"more":"x","version"', "the metadata must hold nothing else, .*: more"),
    ('"version"', '"v\u00e9rsion"', "printable ASCII"),
    ('"version"', '"v\\nrsion"', "must stand"),
    ('"F32"', '"F16"', "F32, F64, U64 or U8 must stand"),
    ('"F32","shape":[2,1]', '"F64","shape":[2,1]', "the size of their shape"),
    ('"shape":[2,1]', '"shape":[1,2,1]', "two dimensions"),
    ('"shape":[2,1]', '"shape":[1,1]', "the size of their shape"),
    ('"shape":[2,1]', '"shape":[999999999999999999,999999999999999999]', "the size of their shape"),
    ('"shape":[2,1]', '"shape":[-2,1]', "a whole number"),
    ('"shape":[2,1]', '"shape":[02,1]', "a whole number"),
    ('"shape":[2,1]', '"shape":[2.0,1]', "must stand"),
    ('"shape":[2,1]', '"shape":[9999999999999999999,1]', "a whole number"),
    ('"shape":[2,1]', '"shape":[2,1],"shape":[2,1]', '"data_offsets" must stand'),
    ('"shape":[2,1]', '"shape":[[2,1]]', "a whole number"),
    ('"data_offsets":[56,64]', '"data_offsets":[48,56]', "must follow each other"),
    ('"data_offsets":[56,64]', '"data_offsets":[60,68]', "must follow each other"),
    ('"data_offsets":[56,64]', '"data_offsets":[56,999999999999]', "must follow each other"),
    ('"data_offsets":[56,64]', '"data_offsets":[64,56]', "must follow each other"),
    ('"layers.0.bias":', '"layers.0.kernel":', "names must differ"),
    ('"crc32c layers.0.bias"', '"crc32c layers.0.bios"', "the metadata must be complete"),
    (',"layers.0.kernel"', ', "layers.0.kernel"', "must stand"),
    ('"__metadata__"', '"__matadata__"', "one of proxnet's"),
]


@pytest.mark.parametrize(("old", "new", "message"), FORGERIES, ids=[new for _, new, _ in FORGERIES])
def test_headers_whose_checksum_agrees_are_still_not_believed(tmp_path, old, new, message):
    path, data = tiny(tmp_path)
    header, tensors = parts(data)
    assert old in header
    assert re.search(message, refused(path, forged(header.replace(old, new, 1), tensors)))


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_numbers_that_are_not_finite_are_refused(tmp_path, value):
    path, data = tiny(tmp_path)
    header, tensors = parts(data)
    tensors = tensors[:60] + struct.pack("<f", value) + tensors[64:]
    changed = f"{crc32c(tensors[56:64]):08x}"
    header = re.sub(r'("crc32c layers.0.kernel":")\w{8}', rf"\g<1>{changed}", header)
    message = refused(path, forged(header, tensors))
    assert "weights and state must be finite" in message
    assert f"layers.0.kernel[1] = {value}" in message


NORMS = {
    "plain": lambda: [BatchNormalization(name="n")],
    "no gamma": lambda: [BatchNormalization(scale=False, name="n")],
    "no beta": lambda: [BatchNormalization(center=False, name="n")],
    "moments": lambda: [Normalization(name="n")],
    "given": lambda: [Normalization(mean=0.0, variance=1.0, name="n")],
    "none": list,
    "later": lambda: [Dense(2, use_bias=False, name="e"), BatchNormalization(name="n")],
    "frozen": lambda: [BatchNormalization(name="n", trainable=False)],
}


def normalized(kind, columns=2):
    model = proxnet.Sequential([Input((columns,)), *NORMS[kind](), Dense(1, name="d")], "t")
    model.compile(proxnet.optimizers.SGD(0.1, momentum=0.5), "mse")
    return model


@pytest.mark.parametrize("kind", NORMS)
@pytest.mark.parametrize("other", NORMS)
def test_arrays_that_do_not_fit_the_layers_are_refused(tmp_path, kind, other):
    path = tmp_path / "m"
    normalized(kind).save(path)
    file, model = _core.ModelFile(os.fsencode(path)), normalized(other)
    before = model.get_weights()
    if kind == other:
        model._network.restore(file, True)
        return
    with pytest.raises(ValueError, match=r"^\[load\] .*m"):
        model._network.restore(file, True)
    assert all((a == b).all() for a, b in zip(before, model.get_weights(), strict=True))
    if {kind, other} == {"plain", "frozen"}:  # equal weights, but different optimizer state
        model.load_weights(path)
        return
    with pytest.raises(ValueError, match=r"^\[load\] .*m"):
        model.load_weights(path)


def test_statistics_of_another_width_are_refused(tmp_path):
    normalized("plain", 3).save_weights(tmp_path / "m")
    with pytest.raises(ValueError, match=r"^\[load\] layers.0.gamma must be F32 of shape \(2\) .* of shape \(3\)"):
        normalized("plain").load_weights(tmp_path / "m")


@pytest.mark.parametrize(("kind", "name"), [("plain", "moving_variance"), ("moments", "variance")])
def test_a_negative_variance_is_refused(tmp_path, kind, name):
    path = tmp_path / "m"
    model = normalized(kind)
    model.save(path)
    header, tensors = parts(path.read_bytes())
    begin, end = map(int, re.search(rf'"layers.0.{name}":.*?"data_offsets":\[(\d+),(\d+)\]', header).groups())
    tensors = tensors[:begin] + struct.pack("<2f", 1.0, -1.0) + tensors[end:]
    changed = f"{crc32c(tensors[begin:end]):08x}"
    header = re.sub(rf'("crc32c layers.0.{name}":")\w{{8}}', rf"\g<1>{changed}", header)
    path.write_bytes(forged(header, tensors))
    with pytest.raises(ValueError, match=rf"^\[load\] layers.0.{name} must not be negative"):
        proxnet.load_model(path)
    with pytest.raises(ValueError, match="must not be negative"):
        model.load_weights(path)


@pytest.mark.parametrize("flags", [[True], [True, 1], [True, None], "tt", None])
def test_what_a_file_says_of_training_is_not_believed(tmp_path, flags):
    path = tmp_path / "m"
    model = normalized("plain")
    model.save(path)
    config = json.loads(_core.ModelFile(os.fsencode(path)).config)
    config["training"]["trainable"] = flags
    model._network.save(os.fsencode(path), json.dumps(config), True)
    with pytest.raises(ValueError, match=r"^\["):
        proxnet.load_model(path)


@pytest.mark.parametrize("layer", [{"units": 10**9}, {"units": 10**6}, {}])
def test_no_memory_is_taken_for_more_weights_than_the_file_has(tmp_path, layer):
    path = tmp_path / "m"
    model = normalized("plain")
    model.save(path)
    config = json.loads(_core.ModelFile(os.fsencode(path)).config)
    if not layer or layer["units"] == 10**6:  # as many units as columns
        config["model"]["config"]["layers"][0]["config"]["shape"] = [10**6]
        config["model"]["config"]["build_input_shape"] = [None, 10**6]
    config["model"]["config"]["layers"][2]["config"].update(layer)
    model._network.save(os.fsencode(path), json.dumps(config), True)
    with pytest.raises(ValueError, match="must fit their file"):
        proxnet.load_model(path)
