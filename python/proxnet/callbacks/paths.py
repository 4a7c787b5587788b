"""Errors of the operating system that name the callback and its argument."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["naming", "shown"]


@contextmanager
def naming(callback: str, argument: str, path: str) -> Iterator[None]:
    """A context that adds callback and argument to the message of an OSError; kind, errno and file name stay."""
    try:
        yield
    except OSError as error:
        if error.errno is None:
            raise
        text = f"[{callback}] {argument} cannot be written: {error.strerror}"
        raise type(error)(error.errno, text, shown(error.filename or path)) from error


def shown(path: str | bytes) -> str:
    """A path as text that every stream can print."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")
