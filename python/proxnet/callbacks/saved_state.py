"""Files of the callbacks' state: plain values and arrays, no code."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import time
import zipfile
from contextlib import suppress
from typing import Any

import numpy as np

__all__ = ["digest", "is_plain", "read_state", "write_state"]

_TEXT = "text"  # the entry of the file that holds all values but the arrays, as JSON


def is_plain(value: Any) -> bool:
    """Whether a value is numbers, text, None, arrays of numbers, or lists, tuples and dicts of these."""
    if isinstance(value, dict):
        return all(is_plain(part) for item in value.items() for part in item)
    if isinstance(value, list | tuple):
        return type(value) in (list, tuple) and all(map(is_plain, value))
    if isinstance(value, np.ndarray | np.generic):
        return value.dtype.kind in "biufc"
    return value is None or isinstance(value, bool | int | float | str)


def _flat(value: Any, arrays: list[np.ndarray]) -> Any:
    """A plain value as JSON knows it; its arrays are appended to `arrays`."""
    if isinstance(value, np.ndarray | np.generic):
        arrays.append(np.asarray(value))
        return {"array": len(arrays) - 1, "scalar": isinstance(value, np.generic)}
    if isinstance(value, dict):
        return {"dict": [[_flat(key, arrays), _flat(item, arrays)] for key, item in value.items()]}
    if isinstance(value, list | tuple):
        return {type(value).__name__: [_flat(item, arrays) for item in value]}
    return value


def _whole(flat: Any, arrays: Any) -> Any:
    """The plain value that `_flat` was given."""
    if not isinstance(flat, dict):
        return flat
    if "array" in flat:
        array = arrays[f"a{flat['array']}"]
        return array[()] if flat["scalar"] else array
    if "dict" in flat:
        return {_whole(key, arrays): _whole(item, arrays) for key, item in flat["dict"]}
    return (
        tuple(_whole(x, arrays) for x in flat["tuple"])
        if "tuple" in flat
        else [_whole(x, arrays) for x in flat["list"]]
    )


def digest(value: Any) -> bytes:
    """The SHA-256 of a plain value."""
    arrays: list[np.ndarray] = []
    made = hashlib.sha256(json.dumps(_flat(value, arrays)).encode())
    for array in arrays:
        made.update(f"{array.dtype.str}{array.shape}".encode())
        made.update(np.ascontiguousarray(array).data)
    return made.digest()


def write_state(path: str, state: Any) -> None:
    """Write a plain value to a file, which is replaced once the new one is complete.

    The new file's name and lock are those of `Sequential.save`, which removes the new files of processes that died.
    """
    arrays: list[np.ndarray] = []
    text = np.frombuffer(json.dumps(_flat(state, arrays)).encode(), np.uint8)
    entries: dict[str, Any] = {_TEXT: text, **{f"a{k}": array for k, array in enumerate(arrays)}}
    folder, name = os.path.split(path)
    new = os.path.join(folder, f".{name}.{os.getpid()}.0.{time.monotonic_ns()}.proxnet.tmp")
    try:
        with open(new, "xb") as file:
            with suppress(OSError):  # a file system without locks
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            np.savez(file, **entries)
            file.flush()
            os.fsync(file.fileno())
            os.replace(new, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(new)
        raise


def read_state(path: str) -> Any:
    """The value that `write_state` wrote.

    Raises
    ------
    ValueError
        For a damaged file.
    """
    try:
        with open(path, "rb") as file, np.load(file, allow_pickle=False) as arrays:
            return _whole(json.loads(arrays[_TEXT].tobytes()), arrays)
    except (ValueError, KeyError, TypeError, AttributeError, EOFError, zipfile.BadZipFile) as error:
        raise ValueError(f"[BackupAndRestore] the callbacks' state must be whole, {path}: {error}") from error
