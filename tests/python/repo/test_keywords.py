"""Misspelt keywords: found by type checkers, and at run time by a sentence."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import proxnet


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("proxnet.layers.Dense(2, kernel_regulariser='l1')", "kernel_regulariser"),
        ("proxnet.layers.Dropout(0.1, sead=1)", "sead"),
        ("proxnet.optimizers.Adam(0.1, clip_norm=1.0)", "clip_norm"),
        ("proxnet.losses.Huber(dleta=1.0)", "dleta"),
        ("proxnet.metrics.AUC(curv='PR')", "curv"),
        ("proxnet.regularizers.L1(l_1=0.1)", "l_1"),
        ("proxnet.callbacks.EarlyStopping(patienc=3)", "patienc"),
        ("proxnet.initializers.VarianceScaling(sca=1.0)", "sca"),
        ("proxnet.Sequential([]).fit(None, epoch=3)", "epoch"),
        ("proxnet.Sequential([]).compile('sgd', los='mse')", "los"),
        ("proxnet.load_model('a', compil=False)", "compil"),
        ("proxnet.linear_model.Lasso(alfa=1.0)", "alfa"),
        ("proxnet.linear_model.LogisticRegressionCV(C=1.0)", "C"),
        ("proxnet.linear_model.Lasso().score(None, None, sample_wieght=1.0)", "sample_wieght"),
        ("proxnet.linear_model.enet_path(None, None, alpha=1.0)", "alpha"),
        ("proxnet.linear_model.group_path(None, None, group=1)", "group"),
        ("proxnet.linear_model.lasso_path(None, None, normalize=True)", "normalize"),
        ("proxnet.linear_model.logistic_path(None, None, C=1.0)", "C"),
        ("proxnet.linear_model.ridge_path(None, None, alpha=1.0)", "alpha"),
    ],
)
def test_a_misspelt_keyword_is_found_at_run_time(line: str, sentence: str) -> None:
    with pytest.raises((TypeError, ValueError), match=f"unknown argument '{sentence}'"):
        eval(line)


def test_mypy_finds_misspelt_keywords(tmp_path: Path) -> None:
    pytest.importorskip("mypy")
    wrong = [
        "proxnet.layers.Dense(2, kernel_regulariser='l1')",
        "proxnet.layers.Dropout(0.1, sead=1)",
        "proxnet.optimizers.Adam(0.1, clip_norm=1.0)",
        "proxnet.losses.Huber(dleta=1.0)",
        "proxnet.regularizers.L1(l_1=0.1)",
        "proxnet.callbacks.EarlyStopping(patienc=3)",
        "proxnet.Sequential([]).fit(None, epoch=3)",
        "proxnet.Sequential([]).compile('sgd', los='mse')",
    ]
    right = [
        "proxnet.layers.Dense(2, 'relu', kernel_regularizer='l1', input_shape=(3,), trainable=False, dtype=None)",
        "proxnet.optimizers.AdamW(0.1, weight_decay=0.1, clipnorm=1.0)",
        "proxnet.losses.Huber(delta=1.0)",
        "proxnet.Sequential([]).compile('sgd', loss='mse', run_eagerly=False)",
    ]
    program = tmp_path / "program.py"
    program.write_text("\n".join(["import proxnet", *wrong, *right]) + "\n")
    package = Path(proxnet.__file__).parents[1]
    command = [sys.executable, "-m", "mypy", "--no-error-summary", "--follow-imports=silent", str(program)]
    out = subprocess.run(
        command, capture_output=True, text=True, env={**os.environ, "MYPYPATH": str(package)}, cwd=tmp_path, check=False
    ).stdout
    lines = {int(line.split(":")[1]) for line in out.splitlines() if "Unexpected keyword" in line}
    assert lines == set(range(2, 2 + len(wrong))), out


def test_a_subclass_may_take_any_keyword() -> None:
    class Mine(proxnet.linear_model.Lasso):
        def __init__(self, alpha: float = 2.0, **options: object) -> None:
            super().__init__(alpha, tol=1e-6)
            self.options = options

    assert Mine(colour="red").options == {"colour": "red"}
    with pytest.raises(TypeError, match=r"\[Lasso\] unknown argument 'colour'"):
        proxnet.linear_model.Lasso(colour="red")
