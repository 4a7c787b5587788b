"""Files of predictors: the bits of their models, names and labels, the test row, and files of other versions."""

import os
import re
import struct
from pathlib import Path

import numpy as np
import pytest

import proxnet
from forged_files import crc32c, forged, parts
from proxnet import _core, linear_model
from proxnet.layers import Dense
from thin_networks import X, Y, recipes, thinned

OLD = Path(__file__).parent / "files" / "version_1.safetensors"


@pytest.mark.parametrize("number", range(4))
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_loaded_predictor_has_the_model_s_bits(tmp_path, number, dtype):
    model = thinned(list(recipes())[number], dtype=dtype, zeros=0.8)
    expected = model.predict(X, verbose=0)
    for save in (model.save, model.save_weights, lambda path: proxnet.save_predictor(model, path)):
        save(tmp_path / "m")
        predictor = proxnet.load_predictor(tmp_path / "m")
        assert (predictor.dtype, predictor.inputs, predictor.outputs) == (np.dtype(dtype), 12, 2)
        np.testing.assert_array_equal(predictor(X), expected)
        np.testing.assert_array_equal(predictor(X[3]), expected[3])


@pytest.mark.parametrize("labels", [["no", "y\u00e9s", "may be"], [7, -2, 3], [0.0, 1e15, -3.0], [True, False]])
def test_labels_of_classifiers(tmp_path, labels):
    y = np.array(labels)[np.arange(len(X)) % len(labels)]
    model = linear_model.LogisticRegression().fit(X, y)
    proxnet.save_predictor(model, tmp_path / "m")
    predictor = proxnet.load_predictor(tmp_path / "m")
    np.testing.assert_array_equal(predictor.classes, model.classes_)
    np.testing.assert_array_equal(predictor.labels(X), model.predict(X))
    np.testing.assert_array_equal(predictor(X), proxnet.Predictor(model)(X))


def test_several_labels_and_regressors(tmp_path):
    several = linear_model.RidgeClassifier().fit(X, Y.astype(int))
    lasso = linear_model.Lasso(0.01).fit(X.astype("f8"), X[:, 0])
    for model in (several, lasso):
        proxnet.save_predictor(model, tmp_path / "m")
        predictor = proxnet.load_predictor(tmp_path / "m")
        np.testing.assert_array_equal(predictor(X), proxnet.Predictor(model)(X))
    assert predictor.classes is None
    proxnet.save_predictor(several, tmp_path / "m")
    np.testing.assert_array_equal(proxnet.load_predictor(tmp_path / "m").labels(X), several.predict(X))


def test_the_scaler_of_a_pipeline_is_in_the_file(tmp_path):
    pytest.importorskip("sklearn")
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame(X * 3 + 5, columns=[f"x {k} \u00b5" for k in range(12)])
    model = make_pipeline(StandardScaler(), linear_model.LogisticRegression()).fit(frame, Y[:, 0])
    proxnet.save_predictor(model, tmp_path / "m")
    predictor = proxnet.load_predictor(tmp_path / "m")
    np.testing.assert_array_equal(predictor(frame), proxnet.Predictor(model)(frame))
    np.testing.assert_array_equal(predictor.labels(frame), model.predict(frame))
    with pytest.raises(ValueError, match="feature names"):
        predictor(frame.rename(columns={"x 0 \u00b5": "other"}))


def test_labels_that_are_no_texts_are_refused(tmp_path):
    model = linear_model.LogisticRegression().fit(X, Y[:, 0])
    model.classes_ = np.array([0, ("a", "b")], dtype=object)
    with pytest.raises(ValueError, match=r"^\[save_predictor\] labels must be numbers or strings"):
        proxnet.save_predictor(model, tmp_path / "m")
    assert not os.listdir(tmp_path)
    with pytest.raises(TypeError, match=r"^\[save_predictor\]"):
        proxnet.save_predictor(object(), tmp_path / "m")


def with_tensor(data, name, content):
    """The file with other bytes of a tensor, its checksums put right."""
    header, tensors = parts(data)
    begin, end = map(int, re.search(rf'"{name}":{{.*?"data_offsets":\[(\d+),(\d+)\]', header).groups())
    tensors = tensors[:begin] + content + tensors[end:]
    header = re.sub(rf'("crc32c {name}":")\w{{8}}', rf"\g<1>{crc32c(content):08x}", header)
    return forged(header, tensors)


def test_a_test_row_with_other_outputs_is_refused(tmp_path):
    model, path = thinned([Dense(3, "relu"), Dense(1)], zeros=0.0), tmp_path / "m"
    model.save(path)
    data = path.read_bytes()
    header, tensors = parts(data)
    begin = int(re.search(r'"test.outputs":{.*?"data_offsets":\[(\d+)', header).group(1))
    output = struct.unpack("<f", tensors[begin : begin + 4])[0]
    for change, refused in ((1e-7, False), (1e-3, True)):
        path.write_bytes(with_tensor(data, "test.outputs", struct.pack("<f", output * (1 + change))))
        for load in (proxnet.load_model, proxnet.load_predictor):
            if refused:
                with pytest.raises(ValueError, match=r"^\[load\] the test row must give the outputs .*/m: output 0 is"):
                    load(path)
            else:
                load(path)
            load(path, check=False)
    model.load_weights(path)  # of any network of these shapes


def test_a_test_row_is_left_out_where_its_outputs_are_not_finite(tmp_path):
    model = proxnet.Sequential([proxnet.Input((12,)), Dense(1, "exponential")])
    model.set_weights([np.sign(X[:12, :1]) * 1e9, [0.0]])
    for sign in (1, -1):
        model.set_weights([sign * model.get_weights()[0], [0.0]])
        model.save(tmp_path / "m")
        proxnet.load_model(tmp_path / "m")
        names = _core.ModelFile(os.fsencode(tmp_path / "m")).names
        output = proxnet.load_predictor(tmp_path / "m")((np.arange(1, 13) * 2654435769 % 2**32 // 2**24 - 128) / 64)
        assert ("test.row" in names) == bool(np.isfinite(output).all())


def test_the_safetensors_package_unpacks_our_kernels(tmp_path):
    numpy_files = pytest.importorskip("safetensors.numpy")
    model = thinned([Dense(100, "relu"), Dense(1)], zeros=0.9)
    model.save(tmp_path / "m")
    arrays = numpy_files.load_file(tmp_path / "m")
    kernel = np.zeros(12 * 100, "f")
    kernel[np.unpackbits(arrays["layers.0.kernel.bitmap"], bitorder="little")[:1200] == 1] = arrays[
        "layers.0.kernel.nonzeros"
    ]
    np.testing.assert_array_equal(kernel.reshape(12, 100), model.get_weights()[0])
    x = ((arrays["test.row"] - 128.0) / 64).astype("f")
    np.testing.assert_array_equal(model.predict(x[None], verbose=0)[0], arrays["test.outputs"])


def test_a_file_of_version_1_is_still_read():
    model = proxnet.load_model(OLD)
    expected = [float.fromhex(x) for x in ("0x1.080c6a0000000p-1", "0x1.a7811c0000000p-1", "0x1.da1f0e0000000p-1")]
    np.testing.assert_allclose(model.predict(np.eye(3), verbose=0)[:, 0], expected, rtol=1e-6)
    assert model._network.iterations == 2
    with pytest.raises(ValueError, match=r"^\[load\] a predictor needs a file of version 2 of the format, .*version 1"):
        proxnet.load_predictor(OLD)


def test_a_file_of_a_newer_version_names_both(tmp_path):
    path = tmp_path / "m"
    thinned([Dense(1)]).save(path)
    header, tensors = parts(path.read_bytes())
    path.write_bytes(forged(header.replace('"version":"2"', '"version":"3"').replace('"F32"', '"BF16"'), tensors))
    for load in (proxnet.load_model, proxnet.load_predictor):
        with pytest.raises(ValueError, match=r"^\[load\] this release reads versions 1 and 2 .*/m: version 3"):
            load(path)


def test_damage_is_found_by_both_readers(tmp_path):
    path = tmp_path / "m"
    model = thinned([Dense(40, "relu"), Dense(1)], zeros=0.9)
    proxnet.save_predictor(model, path)
    data = path.read_bytes()
    for place in range(0, len(data), 37):
        for damaged in (data[:place], data[:place] + bytes([data[place] ^ 4]) + data[place + 1 :]):
            path.write_bytes(damaged)
            for load in (proxnet.load_model, proxnet.load_predictor):
                with pytest.raises(ValueError, match=r"^\[load\] .*/m"):
                    load(path)
