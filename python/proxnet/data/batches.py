"""Batches that come one at a time: from generators, iterators, data loaders, and objects with a length and items."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from typing import Any

import numpy as np

from .. import _check
from .dataset import VALIDATION_NAMES, Dataset

__all__ = ["Batches", "held_out", "is_batches", "refuse_beside_batches", "refuse_steps"]

Read = Callable[..., Dataset]  # of (x, y, sample_weight): the checked rows


def is_batches(x: Any) -> bool:
    """Whether `x` yields batches of rows, rather than being an array of rows itself."""
    if isinstance(x, np.ndarray | Sequence | Mapping | Set | type):
        return False
    if any(hasattr(x, name) for name in ("__array__", "__array_interface__", "__dataframe__", "tocsr")):
        return False
    indexed = hasattr(x, "__getitem__") and (hasattr(x, "__len__") or hasattr(x, "num_batches"))
    return hasattr(x, "__next__") or hasattr(x, "__iter__") or indexed


class Batches:
    """The batches that `fit`, `evaluate` and `predict` are given, pass after pass.

    Parameters
    ----------
    operation, name : str
        The method and its argument, for messages.
    source : object
        An iterator goes on in each pass where the last pass stopped. Other iterables are iterated anew in each pass.
        Of objects with items and a length, `shuffle` draws a new order for each pass.
    steps : int or None
        Batches per pass; None: as many as the source gives.
    shuffle : bool, default False
    """

    def __init__(self, operation: str, name: str, source: Any, steps: Any = None, shuffle: bool = False) -> None:
        self.operation, self.name = operation, name
        self.wanted = None if steps is None else _check.integer(operation, _steps_name(name), steps, minimum=1)
        self._source = source
        self._indexed = hasattr(source, "__getitem__") and not hasattr(source, "__next__")
        self._shuffle = shuffle
        self._open: Iterator[Any] | None = None
        self._first: list[Any] = []  # at most one batch, taken from the source before its pass began
        self._key = (0, 0)  # seed of the pass's order

    @property
    def steps(self) -> int | None:
        """Batches per pass, None where that is unknown."""
        if self.wanted is not None:
            return self.wanted
        try:
            return int(self._length())
        except TypeError:
            return None

    def _length(self) -> Any:
        count = getattr(self._source, "num_batches", None)
        return len(self._source) if count is None else count

    def _fresh(self) -> Iterator[Any]:
        if not self._indexed:
            return iter(self._source)
        order = range(int(self._length()))
        if self._shuffle:
            return (self._source[int(i)] for i in np.random.default_rng(self._key).permutation(len(order)))
        return (self._source[i] for i in order)

    def _next(self, begin_anew: bool) -> list[Any]:
        """The next batch in a list, or an empty one at the end."""
        if self._open is None:
            self._open, begin_anew = self._fresh(), False
        for batch in self._open:
            return [batch]
        self._open = None
        return self._next(False) if begin_anew and not hasattr(self._source, "__next__") else []

    def prepare(self, seed: int = 0, epoch: int = 0) -> bool:
        """Begin a pass, whose order a shuffle draws from (seed, epoch); whether the source has a batch for it."""
        self._key = (seed, epoch)
        if not self._first:
            self._first = self._next(begin_anew=self.wanted is not None)
        return bool(self._first)

    def peek(self) -> Any:
        """A batch of the next pass, which is not consumed: it says how many columns there are."""
        if self._indexed and self._length():
            return self._source[0]
        if not self.prepare():
            raise ValueError(f"[{self.operation}] {self.name} must give a batch at least, got none")
        return self._first[0]

    def batches(self) -> Iterator[Any]:
        """The batches of the pass that `prepare` began; warns where the source ends before `steps` batches."""
        done = 0
        while self.wanted is None or done < self.wanted:
            found = self._first or self._next(begin_anew=self.wanted is not None)
            self._first = []
            if not found:
                break
            yield found[0]
            done += 1
        if self.wanted is None:
            self._open = None
        elif done < self.wanted:
            self.warn_of_the_end()

    def datasets(self, read: Read) -> Iterator[Dataset]:
        """The batches of a pass, checked by `read`."""
        for batch in self.batches():
            yield self.dataset(batch, read)

    def dataset(self, batch: Any, read: Read) -> Dataset:
        """The rows of a batch (x, y) or (x, y, sample_weight), checked by `read`."""
        if not isinstance(batch, tuple | list) or len(batch) not in (2, 3):
            shown = type(batch).__qualname__ + (f" of {len(batch)}" if isinstance(batch, tuple | list) else "")
            raise TypeError(f"[{self.operation}] {self.name} must give (x, y) or (x, y, sample_weight), got {shown}")
        return read(batch[0], batch[1], batch[2] if len(batch) == 3 else None)

    def inputs(self) -> Iterator[Any]:
        """The x of each batch, without the targets and weights that may come with it."""
        for batch in self.batches():
            beside = isinstance(batch, tuple) or (isinstance(batch, list) and batch and np.ndim(batch[0]) > 1)
            yield batch[0] if beside else batch

    def end_epoch(self) -> None:
        """Call the source's own `on_epoch_end`, if it has one."""
        hook = getattr(self._source, "on_epoch_end", None)
        if hook is not None:
            hook()

    def warn_of_the_end(self) -> None:
        """Warn that the source had too few batches."""
        warnings.warn(
            f"[{self.operation}] {self.name} ran out of batches: it must give {_steps_name(self.name)} * epochs of "
            "them, or be something that can be iterated anew",
            stacklevel=2,
        )


def _steps_name(name: str) -> str:
    return "validation_steps" if name == "validation_data" else "steps_per_epoch" if name == "x" else "steps"


def held_out(given: Any, steps: Any, read: Read) -> Dataset | Batches | None:
    """The argument `validation_data` of `fit`: checked arrays, or batches of which the first is checked."""
    if is_batches(given):
        batches = Batches("fit", "validation_data", given, steps)
        batches.dataset(batches.peek(), read)
        return batches
    refuse_steps("fit", "validation_steps", steps)
    if given is None:
        return None
    if not isinstance(given, tuple | list) or len(given) not in (2, 3):
        raise TypeError("[fit] validation_data must be (x, y), (x, y, sample_weight), or give batches")
    x, y, *rest = given
    held = read(x, y, rest[0] if rest else None, VALIDATION_NAMES)
    held.check_finite("fit", VALIDATION_NAMES)
    return held.check_some_weight("fit", VALIDATION_NAMES[2])


def refuse_beside_batches(operation: str, given: Mapping[str, Any]) -> None:
    """Raise for arguments that must not be given beside batches, because the batches hold them."""
    for name, value in given.items():
        if value is not None:
            raise ValueError(f"[{operation}] {name} must not be given where x gives batches: it is part of them")


def refuse_steps(operation: str, name: str, steps: Any) -> None:
    """Raise for a number of batches where x is an array."""
    if steps is not None:
        raise ValueError(
            f"[{operation}] {name} is for data that comes in batches, got {_check.shown(steps)} with arrays"
        )
