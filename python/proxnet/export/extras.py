"""Packages that only some exports need."""

from __future__ import annotations

import importlib
from typing import Any

__all__ = ["extra"]


def extra(operation: str, package: str, command: str) -> Any:
    """An imported package.

    Raises
    ------
    ModuleNotFoundError
        Where it is not installed, with the command that installs it.
    """
    try:
        return importlib.import_module(package)
    except ModuleNotFoundError as error:
        if error.name != package:
            raise
        raise ModuleNotFoundError(
            f"[{operation}] the package {package} must be installed: pip install {command}", name=package
        ) from error
