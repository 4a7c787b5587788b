"""Names that users give as strings: look them up, and say which known one is nearest when they are wrong."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, TypeVar

from ._arguments import shown
from ._config import deserialize, inside
from ._spelling import nearest, plain

T = TypeVar("T")


def words(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


def unknown(operation: str, kind: str, name: str, known: Iterable[str], later: Collection[str] = ()) -> ValueError:
    """The error for a name nobody knows, or (`later`) one that Keras knows and proxnet does not yet."""
    names = sorted(known)
    if plain(name) in map(plain, later):
        text = f"{kind} {shown(name)} exists in Keras but not here yet."
    else:
        text = f"unknown {kind} {shown(name)}{nearest(name, names)}"
    return ValueError(f"[{operation}] {text} Known: {', '.join(names)}")


def look_up(operation: str, kind: str, name: str, known: Mapping[str, T], later: Collection[str] = ()) -> T:
    """The entry of `known` under this name, with any capitals and underscores."""
    for other, entry in known.items():
        if plain(other) == plain(name):
            return entry
    raise unknown(operation, kind, name, known, later)


def resolve(
    operation: str, kind: str, identifier: Any, known: Mapping[str, type[T]], base: type[T], later: Collection[str] = ()
) -> T:
    """An object of `base` from a name, a class or an object, as Keras users write them."""
    if isinstance(identifier, base):
        return identifier
    if isinstance(identifier, type) and issubclass(identifier, base):
        return identifier()
    if isinstance(identifier, str):
        return look_up(operation, kind, identifier, known, later)()
    if isinstance(identifier, Mapping) and "class_name" in identifier:
        with inside():
            made = deserialize(identifier)
        if isinstance(made, base):
            return made
    raise TypeError(
        f"[{operation}] {kind} must be a name, a class or an object of proxnet.{base.__module__.split('.')[1]}, "
        f"got {type(identifier).__module__}.{type(identifier).__qualname__}"
    )


def refuse_keywords(
    operation: str, given: Mapping[str, Any], known: Iterable[str], later: Mapping[str, Any] | None = None
) -> None:
    """Raise for keyword arguments nobody takes.

    `later` maps the arguments that Keras has and proxnet does not yet to Keras' default, which alone is accepted.
    """
    for name, value in given.items():
        if later and name in later:
            default = later[name]
            if value is not default and not (type(value) is type(default) and value == default):
                raise ValueError(
                    f"[{operation}] the argument {shown(name)} exists in Keras but not here yet, got {shown(value)}"
                )
            continue
        names = sorted(known)
        raise TypeError(f"[{operation}] unknown argument {shown(name)}{nearest(name, names)} Known: {', '.join(names)}")
