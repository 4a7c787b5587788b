"""`python -m proxnet`: what it prints, and the demonstration from data to picture."""

import os
import re
import subprocess
import sys

import pytest

import proxnet
from proxnet import demo
from proxnet.__main__ import main


def run(*arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, "-m", "proxnet", *arguments], capture_output=True, text=True)


def test_info_says_what_runs(capsys):
    assert main(["--info"]) == 0
    out = capsys.readouterr().out
    for key in ("version", "isa", "threads", "compiler"):
        assert re.search(rf"^{key} +\S", out, re.MULTILINE), key
    assert proxnet.__version__ in out


def test_cmake_dir_holds_the_package():
    done = run("--cmake-dir")
    assert done.returncode == 0
    assert os.path.isfile(os.path.join(done.stdout.strip(), "proxnetConfig.cmake"))
    assert os.path.isfile(os.path.join(proxnet.get_include(), "proxnet", "proxnet.h"))


def test_nothing_to_do_prints_the_help(capsys):
    assert main([]) == 0
    assert "demo" in capsys.readouterr().out


def test_demo_finds_zeros_and_draws_them(tmp_path, capsys):
    pytest.importorskip("sklearn")
    pytest.importorskip("matplotlib")
    picture = tmp_path / "picture.png"
    assert main(["demo", "--epochs", "20", "--output", str(picture)]) == 0
    assert picture.read_bytes().startswith(b"\x89PNG")
    out = capsys.readouterr().out
    assert "epoch 20" in out
    assert str(picture) in out


def test_demo_compares_the_three_ways(tmp_path, capsys):
    pytest.importorskip("sklearn")
    pytest.importorskip("matplotlib")
    none, subgradient, proximal = demo.run("breast_cancer", 30, str(tmp_path / "picture.png"))
    assert none.reports[-1].total.zeros == 0
    assert subgradient.reports[-1].total.zeros == 0
    assert proximal.reports[-1].total.zero_fraction > 0.5
    assert proximal.accuracy > 0.9
    assert len(proximal.reports) == 30


def test_demo_says_what_is_missing(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(demo, "FASHION_MNIST", tmp_path / "absent")
    assert main(["demo", "--data", "fashion_mnist"]) == 1
    assert "dataset-fashion-mnist" in capsys.readouterr().err


@pytest.mark.skipif(not demo.FASHION_MNIST.is_dir(), reason="wants Debian's dataset-fashion-mnist")
def test_fashion_mnist_is_read_as_images():
    data = demo.load("fashion_mnist")
    assert data.x_train.shape == (60000, 784)
    assert data.x_test.shape == (10000, 784)
    assert 0 <= data.x_train.min() <= data.x_train.max() <= 1
    assert data.classes == 10
