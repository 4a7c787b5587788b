"""Folders of the installed package with the C++ library."""

from __future__ import annotations

import os

__all__ = ["cmake_dir", "get_include"]

_HERE = os.path.dirname(os.path.abspath(__file__))


def get_include() -> str:
    """The folder of the C++ headers, for ``#include <proxnet/proxnet.h>``."""
    return os.path.join(_HERE, "include")


def cmake_dir() -> str:
    """The folder of proxnetConfig.cmake: ``cmake -Dproxnet_DIR=$(python -m proxnet --cmake-dir)``."""
    return os.path.join(_HERE, "lib", "cmake", "proxnet")
