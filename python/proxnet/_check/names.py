"""Names and values in error messages: how a value is shown, and which known name is nearest to a misspelt one."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, TypeVar

T = TypeVar("T")


def shown(value: Any, length: int = 80) -> str:
    """A value as messages show it: its repr cut to `length` characters, or its type where repr() fails."""
    try:
        text = repr(value)
    except Exception:  # an integer of thousands of digits, an object's own repr
        text = f"<{type(value).__qualname__}>"
    return text if len(text) <= length else f"{text[: length - 3]}..."


def plain(name: str) -> str:
    """The spelling that names are compared in: HeNormal, he_normal and HE_NORMAL are the same name."""
    return name.lower().replace("_", "")


def nearest(name: str, known: Iterable[str]) -> str:
    """``; did you mean 'relu'?`` with the most similar known name, or a full stop where none is similar."""
    import difflib  # slow to import, and needed for errors only

    spelled = {plain(other): other for other in known}
    near = difflib.get_close_matches(plain(name), spelled, n=1, cutoff=0.5)
    return f"; did you mean {spelled[near[0]]!r}?" if near else "."


def unknown(operation: str, kind: str, name: str, known: Iterable[str], later: Collection[str] = ()) -> ValueError:
    """The error for an unknown name; names in `later` exist in Keras and not yet here."""
    names = sorted(known)
    if plain(name) in map(plain, later):
        text = f"{kind} {shown(name)} exists in Keras but not here yet."
    else:
        text = f"unknown {kind} {shown(name)}{nearest(name, names)}"
    return ValueError(f"[{operation}] {text} Known: {', '.join(names)}")


def look_up(operation: str, kind: str, name: str, known: Mapping[str, T], later: Collection[str] = ()) -> T:
    """The entry of `known` under this name; capitals and underscores do not matter."""
    for other, entry in known.items():
        if plain(other) == plain(name):
            return entry
    raise unknown(operation, kind, name, known, later)


def refuse_keywords(
    operation: str,
    given: Mapping[str, Any],
    known: Iterable[str] | Callable[..., Any],
    later: Mapping[str, Any] | None = None,
) -> None:
    """Raise for keyword arguments that are not `known`: names, or the function or class whose parameters they are.

    `later` maps arguments that Keras has and proxnet does not have yet to their defaults in Keras. Such an argument
    may be given with this default, and with no other value.
    """
    for name, value in given.items():
        if later and name in later:
            default = later[name]
            if value is not default and not (type(value) is type(default) and value == default):
                raise ValueError(
                    f"[{operation}] the argument {shown(name)} exists in Keras but not here yet, got {shown(value)}"
                )
            continue
        names = sorted(parameter_names(known) if callable(known) else known)
        raise TypeError(f"[{operation}] unknown argument {shown(name)}{nearest(name, names)} Known: {', '.join(names)}")


def parameter_names(function: Callable[..., Any]) -> list[str]:
    parameters = inspect.signature(function).parameters.values()
    return [each.name for each in parameters if each.kind not in (each.VAR_POSITIONAL, each.VAR_KEYWORD)]
