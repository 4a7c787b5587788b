"""Configs: objects as plain values fit for JSON, in Keras' form, from the arguments of their constructors."""

from __future__ import annotations

import functools
import inspect
import itertools
import json
import math
import sys
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType, ModuleType
from typing import Any, TypeVar

import numpy as np

from .arguments import text
from .names import look_up, nearest, shown

__all__ = ["Configurable", "assignments", "deserialize", "resolve", "serialize", "snapshot"]

C = TypeVar("C", bound="Configurable")
T = TypeVar("T")

# The argument of `deserialize`, for configs inside of configs.
_custom_objects: ContextVar[Mapping[str, Any]] = ContextVar("custom_objects", default=MappingProxyType({}))

# The nesting depth of the config being read.
_depth: ContextVar[int] = ContextVar("depth", default=0)
_MAX_DEPTH = 50

_PACKAGE = __name__.partition(".")[0]
_NUMBERS = frozenset(np.dtype(code).name for code in "?bhilqBHILQefd")  # dtypes of at most 8 bytes a number


@contextmanager
def reading(operation: str, what: str) -> Iterator[None]:
    """A context that turns errors about plain values of users into a TypeError or ValueError with a sentence."""
    try:
        yield
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
        if str(error).startswith("[") and isinstance(error, TypeError | ValueError):
            raise
        kind = TypeError if isinstance(error, TypeError) else ValueError
        raise kind(f"[{operation}] {what} must be as proxnet writes it, {type(error).__name__}: {error}") from error


@contextmanager
def inside() -> Iterator[None]:
    """A context in which configs are parts of another config: nesting is bounded, models are refused."""
    depth = _depth.get()
    if depth == _MAX_DEPTH:
        raise ValueError(f"[config] plain values must be nested at most {_MAX_DEPTH} deep")
    token = _depth.set(depth + 1)
    try:
        yield
    finally:
        _depth.reset(token)


def parse(operation: str, what: str, text: Any) -> Any:
    """The value of a JSON text, or a sentence."""
    if not isinstance(text, str | bytes | bytearray):
        raise TypeError(f"[{operation}] {what} must be a string, got {type(text).__qualname__}")
    with reading(operation, what):
        return json.loads(text)


_count = itertools.count(1)
_assignments = 0


def assignments() -> int:
    """A number that grows with every assignment to an attribute of a `Configurable`."""
    return _assignments


def note_assignment() -> None:
    """Make `assignments` grow."""
    global _assignments
    _assignments = next(_count)


def snapshot(value: Any) -> Any:
    """A value and the settings of all objects inside it, as something that == compares."""
    if isinstance(value, Configurable):
        return type(value), snapshot({k: v for k, v in vars(value).items() if not k.startswith("_")})
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, np.ndarray):
        return value.dtype.str, value.shape, value.tobytes()
    if isinstance(value, Mapping):
        return {key: snapshot(item) for key, item in value.items()}
    return [snapshot(item) for item in value] if isinstance(value, list | tuple) else id(value)


def _named(function: Any) -> tuple[list[str], bool]:
    """Names of a constructor's arguments, and whether it takes ``**keywords``."""
    parameters = list(inspect.signature(function).parameters.values())[1:]
    named = [p.name for p in parameters if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)]
    return named, any(p.kind is p.VAR_KEYWORD for p in parameters)


@functools.cache
def class_attribute(cls: Any, name: str) -> Any:
    """The attribute of a class itself, such as a property; None if there is none."""
    return inspect.getattr_static(cls, name, None)


@functools.cache
def _attributes(cls: Any) -> frozenset[str]:
    """Names of the attributes that can be assigned: arguments, and attributes that its classes annotate."""
    annotated = (name for base in cls.__mro__ for name in vars(base).get("__annotations__", ()))
    names = {*argument_names(cls), *getattr(cls, "_ALSO_IN_CONFIG", ()), *getattr(cls, "_defaults", ()), *annotated}
    left_out = getattr(cls, "_NOT_IN_CONFIG", ())
    return frozenset(name for name in names if not name.startswith("_") and name not in left_out)


@functools.cache
def argument_names(cls: Any) -> list[str]:
    """Arguments of a class's constructor, and of its bases' where it hands ``**keywords`` on to them.

    An object has an attribute for each argument of its own constructor, and may have attributes for its bases'.
    """
    names: list[str] = []
    for base in cls.__mro__:
        if "__init__" not in vars(base) or base is object:
            continue
        named, open_ended = _named(vars(base)["__init__"])
        names += [name for name in named if name not in names]
        if not open_ended:
            break
    return sorted(names, key=lambda name: name != "name")  # Keras' order: the name first


class Configurable:
    """Base of classes with a config: an object keeps each argument of its constructor as an attribute of that name.

    These attributes can be assigned; the value is checked and converted as the constructor does it. `assignments` tells
    the object's user that there may be new values. Subclasses of users accept any attribute.
    """

    _FIXED = False  # whether no argument can be assigned
    _NOT_IN_CONFIG: tuple[str, ...] = ()
    _ALSO_IN_CONFIG: tuple[str, ...] = ()  # arguments that a base takes from its **keywords
    _LEFT_OUT_AS_NONE: tuple[str, ...] = ()  # arguments that Keras does not have: left out where they are None
    _ALONE = False  # whether the config must not be part of another one
    _MODULE: str = _PACKAGE  # where users find the class, if neither its own module nor a package above shows it

    def __setattr__(self, name: str, value: Any) -> None:
        cls: Any = type(self)
        if not name.startswith("_") and cls.__module__.partition(".")[0] == _PACKAGE:
            declared = class_attribute(cls, name)
            if isinstance(declared, property):
                if declared.fset is None:
                    raise ValueError(f"[{cls.__name__}] {name} cannot be assigned")
            elif name in vars(self):
                value = self._assigned(name, value)
            elif name not in _attributes(cls):
                raise _unknown_attribute(cls, name)
        object.__setattr__(self, name, value)
        note_assignment()

    def _assigned(self, name: str, value: Any) -> Any:
        """The attribute that the constructor makes of a new value of an argument."""
        cls: Any = type(self)
        if self._FIXED or name not in {*argument_names(cls), *self._ALSO_IN_CONFIG, *getattr(cls, "_defaults", ())}:
            raise ValueError(f"[{cls.__name__}] {name} cannot be assigned: make a new {cls.__name__}")
        return getattr(cls(**{**self._given(), name: value}), name)

    def _not_in_core(self) -> TypeError:
        """The error for an object whose class has no counterpart in the core: a base, or a subclass of users."""
        base = next(cls for cls in type(self).__mro__ if cls.__module__.partition(".")[0] == _PACKAGE)
        home = _public_module(base, self._MODULE)
        name = type(self).__name__
        return TypeError(f"[{name}] the class must be one of {home} that runs inside the core, got {name}")

    def _written(self) -> Any:
        cls = type(self)
        name = getattr(self, "identifier", "") if cls.__name__.startswith("_") else cls.__name__
        return _entry(_public_module(cls, self._MODULE), name, serialize(self.get_config()), None)

    def _given(self) -> dict[str, Any]:
        """Arguments that make an equal object."""
        cls: Any = type(self)
        own = next(_named(vars(c)["__init__"])[0] for c in cls.__mro__ if "__init__" in vars(c))
        names = [*argument_names(cls), *self._ALSO_IN_CONFIG]
        values = {n: getattr(self, n) for n in names if n not in self._NOT_IN_CONFIG and (n in own or hasattr(self, n))}
        return {n: value for n, value in values.items() if value is not None or n not in self._LEFT_OUT_AS_NONE}

    def get_config(self) -> dict[str, Any]:
        """Arguments that make an equal object, as plain values fit for JSON."""
        return {name: serialize(value) for name, value in self._given().items()}

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self._given().items())})"

    @classmethod
    def from_config(cls: type[C], config: Mapping[str, Any]) -> C:
        """The object that a result of `get_config` describes.

        Raises
        ------
        TypeError, ValueError
            As the constructor does.
        """
        if not isinstance(config, Mapping):
            raise TypeError(f"[{cls.__name__}] config must be a dict, got {shown(config)}")
        with reading(cls.__name__, "config"):
            return cls(**parts(config))


class Value(Configurable):
    """A `Configurable` that equals other objects of its class with the same config."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Value) and type(self) is type(other) and self.get_config() == other.get_config()

    def __hash__(self) -> int:
        return hash((type(self), repr(self.get_config())))


def parts(config: Mapping[str, Any], custom_objects: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The arguments that a config holds, as objects."""
    with inside():
        return {str(name): deserialize(value, custom_objects) for name, value in config.items()}


def serialize(value: Any) -> Any:
    """A value fit for JSON; an object is {"module", "class_name", "config", "registered_name"}, as in Keras.

    Raises
    ------
    TypeError
        For an object without a config.
    """
    if isinstance(value, float) and not math.isfinite(value):  # JSON has no such numbers
        return {"class_name": "__float__", "config": repr(float(value))}
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, np.generic):
        return serialize(value.item())
    if isinstance(value, np.dtype):
        return value.name
    if isinstance(value, np.ndarray):
        return {"class_name": "__numpy__", "config": {"value": serialize(value.tolist()), "dtype": value.dtype.name}}
    if isinstance(value, Mapping):
        with inside():
            return {str(key): serialize(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        with inside():
            return [serialize(item) for item in value]
    if isinstance(value, Configurable):
        return value._written()
    if hasattr(value, "get_config") and not isinstance(value, type):
        cls = type(value)
        return _entry(_public_module(cls, _PACKAGE), cls.__name__, serialize(value.get_config()), None)
    if inspect.isfunction(value):
        return _entry(value.__module__, "function", value.__name__, value.__name__)
    raise TypeError(f"[serialize] objects of {type(value).__module__}.{type(value).__qualname__} have no config")


def _public_module(cls: type, known: str) -> str:
    """The highest module that has the class: files stay readable when code moves below it."""
    parts = cls.__module__.split(".")
    for name in (*(".".join(parts[:count]) for count in range(1, len(parts))), known):
        if getattr(sys.modules.get(name), cls.__name__, None) is cls:
            return name
    return ".".join(parts[:2]) if cls.__name__.startswith("_") else cls.__module__


def _entry(module: str, class_name: str, config: Any, registered: str | None) -> dict[str, Any]:
    return {"module": module, "class_name": class_name, "config": config, "registered_name": registered}


def deserialize(config: Any, custom_objects: Mapping[str, Any] | None = None) -> Any:
    """The value that `serialize` wrote; configs of Keras' own objects are understood as well.

    Parameters
    ----------
    config : any plain value
        A mapping with a "class_name" becomes an object of that class, from the module of proxnet under "module".
    custom_objects : dict of str to object, optional
        The user's own functions and classes by name.

    Raises
    ------
    ValueError
        For an unknown class or function.
    TypeError, ValueError
        As the class's constructor does.
    """
    if config is None or isinstance(config, str | int | float):
        return config
    if custom_objects is not None and not isinstance(custom_objects, Mapping):
        raise TypeError(f"[deserialize] custom_objects must be a dict, got {shown(custom_objects)}")
    if custom_objects:
        known = _custom_objects.set({**_custom_objects.get(), **custom_objects})
        try:
            return deserialize(config)
        finally:
            _custom_objects.reset(known)
    with inside(), reading("deserialize", "a config"):
        return _read(config)


def _read(config: Any) -> Any:
    if isinstance(config, list | tuple):
        return [deserialize(item) for item in config]
    if not isinstance(config, Mapping):
        return config
    if "class_name" not in config:
        return {key: deserialize(value) for key, value in config.items()}
    name, inner = config["class_name"], config.get("config", {})
    if name == "__float__":
        return float(inner)
    if name == "__numpy__":
        if inner["dtype"] not in _NUMBERS:
            raise ValueError(f"[deserialize] the dtype of an array must be a number's, got {shown(inner['dtype'])}")
        return np.array(deserialize(inner["value"]), dtype=inner["dtype"])
    if name == "function":
        name = inner
    if name == "DTypePolicy":
        return inner["name"]
    if isinstance(name, str) and name in _custom_objects.get():
        own: Any = _custom_objects.get()[name]
        is_class = isinstance(own, type)
        return own.from_config(inner) if is_class else own
    module = str(config.get("module") or "")
    cls: Any = find_class(module, name)
    if getattr(cls, "_ALONE", False) and _depth.get() > 1:
        raise ValueError(f"[deserialize] a {cls.__name__} must not be part of another config")
    if module.partition(".")[0] == "keras":
        inner = _from_keras(cls, inner)
    return cls.from_config(inner)


def find_class(module: str, name: Any) -> Any:
    """The class of this name in a module of proxnet, or of Keras' module of the same name."""
    package, *parts = module.split(".")
    place: Any = sys.modules[_PACKAGE]
    for part in parts:
        place = vars(place).get(part)
        if not isinstance(place, ModuleType) or not place.__name__.startswith(_PACKAGE):
            break
    else:
        found = vars(place).get(name) if isinstance(name, str) else None
        if found is None and hasattr(place, "get") and isinstance(name, str) and package == _PACKAGE:
            found = type(place.get(name))
        if isinstance(found, type) and hasattr(found, "from_config") and package in (_PACKAGE, "keras"):
            return found
    raise ValueError(
        f"[deserialize] no class {shown(name)} in {shown(module or 'an unnamed module')}; "
        "your own functions and classes go into custom_objects={name: object}"
    )


def resolve(
    operation: str, kind: str, identifier: Any, known: Mapping[str, type[T]], base: type[T], later: Collection[str] = ()
) -> T:
    """The object of class `base` that a name, a class, a config or the object itself stands for."""
    operation, kind = text("get", "operation", operation), text("get", "name", kind)
    if isinstance(identifier, base):
        return identifier
    if isinstance(identifier, type) and issubclass(identifier, base):
        try:
            return identifier()
        except TypeError as error:
            if str(error).startswith("["):
                raise
            raise TypeError(f"[{operation}] {kind} must be an object, as its class needs arguments: {error}") from None
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


def by_identifier(module: Mapping[str, Any], base: Any) -> dict[str, Any]:
    """The subclasses of `base` in a module's `__all__`, by their identifiers."""
    classes: dict[str, Any] = {name: module[name] for name in module["__all__"] if isinstance(module.get(name), type)}
    return {cls.identifier: cls for cls in classes.values() if issubclass(cls, base) and cls is not base}


def _from_keras(cls: type, config: Mapping[str, Any]) -> dict[str, Any]:
    """The config of Keras' object of the same name, without unknown arguments that are None."""
    known = argument_names(cls)
    result = {k: v for k, v in config.items() if k in known or v is not None}
    dtype = deserialize(result.pop("dtype", None))
    if dtype not in (None, "float32"):
        raise ValueError(f"[deserialize] {cls.__name__}: dtype must be float32, got {shown(dtype)}")
    if "batch_shape" in result:  # Input's
        return {"shape": result["batch_shape"][1:], "name": result.get("name")}
    return result


def _unknown_attribute(cls: type, name: str) -> ValueError:
    known = sorted(_attributes(cls))
    near = nearest(name, known)
    return ValueError(f"[{cls.__name__}] there is no attribute {name!r}{near} Known: {', '.join(known)}")
