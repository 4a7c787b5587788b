"""Files that appear when they are whole."""

from __future__ import annotations

import os
from typing import Any

from .. import _check

__all__ = ["write_file"]


def write_file(operation: str, path: Any, content: bytes) -> None:
    """Atomic: whatever fails, a file that was there before stays as it was."""
    target = _check.path(operation, "path", path)
    part = f"{target}.part{os.getpid()}"
    try:
        with open(part, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, target)
    except BaseException:
        if os.path.exists(part):
            os.unlink(part)
        raise
