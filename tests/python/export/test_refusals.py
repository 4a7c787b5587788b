"""What cannot be exported: sentences that name the function and the layer or step."""

import subprocess
import sys

import numpy as np
import pytest

import proxnet
from export_tools import every_layer, fitted
from proxnet import export, layers, linear_model
from proxnet.export import from_torch, to_c


def test_models_that_cannot_be_exported(tmp_path):
    path = tmp_path / "net.h"
    with pytest.raises(TypeError, match=r"^\[to_c\] model must be a Sequential, an estimator .*, got builtins.int$"):
        to_c(3, path, "net")
    with pytest.raises(ValueError, match=r"^\[to_c\] the model must have weights: call build or fit first"):
        to_c(proxnet.Sequential([layers.Dense(2)]), path, "net")
    with pytest.raises(ValueError, match=r"^\[to_c\] Lasso must be fitted: call fit first"):
        to_c(linear_model.Lasso(), path, "net")
    model = fitted(linear_model.Lasso())
    model.coef_[0] = np.nan
    with pytest.raises(ValueError, match=r"^\[to_c\] coef_ must be finite, coef_\[0\] = nan"):
        to_c(model, path, "net")
    model.coef_[0] = 1e300
    with pytest.raises(ValueError, match=r"^\[to_c\] weights and scales must be finite in float32, got NaN or inf"):
        to_c(model, path, "net")
    with pytest.raises(TypeError, match=r"^\[to_c\] path must be a path, got 3"):
        to_c(every_layer(), 3, "net")
    with pytest.raises(TypeError, match=r"^\[to_c\] int8 must be True or False, got 1"):
        to_c(every_layer(), path, "net", int8=1)
    assert not path.exists()


def test_pipelines_that_cannot_be_exported(tmp_path):
    preprocessing, pipeline = pytest.importorskip("sklearn.preprocessing"), pytest.importorskip("sklearn.pipeline")
    theirs, search = pytest.importorskip("sklearn.linear_model"), pytest.importorskip("sklearn.model_selection")
    path, ours = tmp_path / "net.h", linear_model.Ridge()
    scaler = preprocessing.StandardScaler()
    for model, text in (
        (fitted(pipeline.make_pipeline(preprocessing.PolynomialFeatures(), ours)), "'polynomialfeatures' is a Polynom"),
        (fitted(pipeline.make_pipeline(preprocessing.MinMaxScaler(clip=True), ours)), "must have clip=False, got True"),
        (
            pipeline.make_pipeline(scaler, fitted(ours)),
            "'standardscaler' must be fitted: call fit of the",
        ),
        (
            pipeline.make_pipeline(scaler, theirs.Ridge()),
            "step 'ridge' is a Ridge: proxnet.export.from_sklearn converts it",
        ),
        (theirs.Ridge(), "got sklearn.linear_model._ridge.Ridge: proxnet.export.from_sklearn converts it"),
        (search.GridSearchCV(ours, {"alpha": [1.0]}, cv=2).fit(np.eye(4), np.arange(4.0)), ": give its best_est"),
    ):
        with pytest.raises((TypeError, ValueError), match=rf"^\[to_c\] .*{text}"):
            to_c(model, path, "net")
    assert not path.exists()


def test_modules_of_another_kind_are_refused_without_pytorch():
    with pytest.raises(TypeError, match=r"^\[from_torch\] module must be a torch.nn.Sequential, got builtins.list"):
        from_torch([])


def test_importing_takes_none_of_the_other_libraries():
    program = "import sys, proxnet.export; print(*sys.modules)"
    out = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert not {"onnx", "torch", "keras", "sklearn"} & set(out.split())
    assert set(export.__all__) <= set(dir(proxnet.export))
