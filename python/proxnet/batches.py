"""Batches that come one at a time: from generators, iterators, loaders, and objects with a length and items."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence, Set
from typing import TYPE_CHECKING, Any

import numpy as np

from . import _check
from .dataset import NAMES, VALIDATION_NAMES, Dataset, Names, class_weighted, dataset

if TYPE_CHECKING:
    from .compiled_model import CompiledModel

__all__ = ["Batches", "held_out", "is_batches", "refuse_beside_batches", "refuse_steps"]


def is_batches(x: Any) -> bool:
    """Whether `x` gives batches of rows and is no array of rows itself."""
    if isinstance(x, np.ndarray | Sequence | Mapping | Set | type):
        return False
    if any(hasattr(x, name) for name in ("__array__", "__array_interface__", "__dataframe__", "tocsr")):
        return False
    indexed = hasattr(x, "__getitem__") and (hasattr(x, "__len__") or hasattr(x, "num_batches"))
    return hasattr(x, "__next__") or hasattr(x, "__iter__") or indexed


class Batches:
    """What fit, evaluate and predict take batches from, pass after pass.

    Parameters
    ----------
    operation, name : str
        For messages.
    source : object
        With items and a length (`shuffle` then draws their order anew each pass), or iterable, or an iterator. What can
        be begun anew is; an iterator goes on where it stopped.
    steps : int or None
        Batches a pass, the next one beginning where it ends; None: until the source ends.
    shuffle : bool, default False
    """

    def __init__(self, operation: str, name: str, source: Any, steps: Any = None, shuffle: bool = False) -> None:
        self.operation, self.name = operation, name
        self.wanted = None if steps is None else _check.integer(operation, _steps_name(name), steps, minimum=1)
        self._source = source
        self._indexed = hasattr(source, "__getitem__") and not hasattr(source, "__next__")
        self._shuffle = shuffle
        self._open: Iterator[Any] | None = None
        self._first: list[Any] = []  # at most one batch, looked at before its pass
        self._key = (0, 0)

    @property
    def steps(self) -> int | None:
        """Batches a pass, where that is known."""
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
        """Make ready for a pass; whether there is a batch at all. The order of a shuffle is of (seed, epoch)."""
        self._key = (seed, epoch)
        if not self._first:
            self._first = self._next(begin_anew=self.wanted is not None)
        return bool(self._first)

    def peek(self) -> Any:
        """A batch to know the columns by, which stays where it is."""
        if self._indexed and self._length():
            return self._source[0]
        if not self.prepare():
            raise ValueError(f"[{self.operation}] {self.name} must give a batch at least, got none")
        return self._first[0]

    def batches(self) -> Iterator[Any]:
        """The batches of a pass that `prepare` made ready, or fewer with a warning where the source ends early."""
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

    def datasets(self, model: CompiledModel, class_weight: Any = None, names: Names = NAMES) -> Iterator[Dataset]:
        """The batches, checked."""
        for batch in self.batches():
            yield self.checked(model, batch, class_weight, names)

    def checked(self, model: CompiledModel, batch: Any, class_weight: Any = None, names: Names = NAMES) -> Dataset:
        """Rows, targets and weights of a batch."""
        if not isinstance(batch, tuple | list) or len(batch) not in (2, 3):
            shown = type(batch).__qualname__ + (f" of {len(batch)}" if isinstance(batch, tuple | list) else "")
            raise TypeError(f"[{self.operation}] {self.name} must give (x, y) or (x, y, sample_weight), got {shown}")
        weights = batch[2] if len(batch) == 3 else None
        rows = dataset(model, self.operation, batch[0], batch[1], weights, names)
        return class_weighted(model, self.operation, rows, class_weight)

    def inputs(self) -> Iterator[Any]:
        """The x of each batch, whatever stands beside it."""
        for batch in self.batches():
            beside = isinstance(batch, tuple) or (isinstance(batch, list) and batch and np.ndim(batch[0]) > 1)
            yield batch[0] if beside else batch

    def end_epoch(self) -> None:
        """Tell a source that wants to know."""
        hook = getattr(self._source, "on_epoch_end", None)
        if hook is not None:
            hook()

    def warn_of_the_end(self) -> None:
        """Say that an iterator had too few batches."""
        warnings.warn(
            f"[{self.operation}] {self.name} ran out of batches: it must give {_steps_name(self.name)} * epochs of "
            "them, or be something that can be iterated anew",
            stacklevel=2,
        )


def _steps_name(name: str) -> str:
    return "validation_steps" if name == "validation_data" else "steps_per_epoch" if name == "x" else "steps"


def held_out(model: CompiledModel, given: Any, steps: Any) -> Dataset | Batches | None:
    """What fit validates on: checked arrays, or batches of which the first is checked."""
    if is_batches(given):
        batches = Batches("fit", "validation_data", given, steps)
        batches.checked(model, batches.peek())
        return batches
    refuse_steps("fit", "validation_steps", steps)
    if given is None:
        return None
    if not isinstance(given, tuple | list) or len(given) not in (2, 3):
        raise TypeError("[fit] validation_data must be (x, y), (x, y, sample_weight), or give batches")
    x, y, *rest = given
    held = dataset(model, "fit", x, y, rest[0] if rest else None, VALIDATION_NAMES)
    held.check_finite("fit", VALIDATION_NAMES)
    return held.check_some_weight("fit", VALIDATION_NAMES[2])


def refuse_beside_batches(operation: str, given: Mapping[str, Any]) -> None:
    """Raise for arguments that say nothing where batches are given."""
    for name, value in given.items():
        if value is not None:
            raise ValueError(f"[{operation}] {name} must not be given where x gives batches: they hold it")


def refuse_steps(operation: str, name: str, steps: Any) -> None:
    """Raise for a number of batches where arrays are given."""
    if steps is not None:
        raise ValueError(
            f"[{operation}] {name} is for data that comes in batches, got {_check.shown(steps)} with arrays"
        )
