"""What fit and evaluate print: Keras' lines, and a live bar on a terminal or in a notebook."""

from __future__ import annotations

import sys
import time
from typing import Any

from .. import _check
from ..callbacks.callback import Callback, Logs

__all__ = ["Progress", "line", "resolve_verbose"]

_BAR_WIDTH = 20


def _watched() -> bool:
    """Whether output goes to a terminal or a notebook."""
    return "ipykernel" in sys.modules or bool(getattr(sys.stdout, "isatty", bool)())


def resolve_verbose(operation: str, verbose: Any) -> int:
    """0, 1 or 2 from Keras' argument: "auto" is 1 on a terminal or in a notebook and 2 elsewhere."""
    if isinstance(verbose, str):
        _check.choice(operation, "verbose", verbose, ("auto",))
        return 1 if _watched() else 2
    return _check.integer(
        operation, "verbose", int(verbose) if isinstance(verbose, bool) else verbose, minimum=0, maximum=2
    )


def _per_step(seconds: float) -> str:
    if seconds >= 1 or seconds == 0:
        return f"{seconds:.0f}s/step"
    if seconds >= 1e-3:
        return f"{seconds * 1e3:.0f}ms/step"
    return f"{seconds * 1e6:.0f}us/step"


def _values(logs: dict[str, Any]) -> str:
    shown = (f"{value:.4f}" if abs(value) > 1e-3 else f"{value:.4e}" for value in logs.values())
    return "".join(f" - {name}: {value}" for name, value in zip(logs, shown, strict=True))


def line(steps: int, seconds: float, logs: dict[str, Any], verbose: int) -> str:
    """The line at the end of an epoch or evaluation; verbose 1 draws the finished bar in it."""
    time_and_step = f"{seconds:.0f}s", _per_step(seconds / steps)
    if verbose == 1:
        return f"{steps}/{steps} {'━' * _BAR_WIDTH} {' '.join(time_and_step)}{_values(logs)}"
    return f"{steps}/{steps} - {' - '.join(time_and_step)}{_values(logs)}"


def write(text: str) -> None:
    """One line to the standard output, at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


class Progress(Callback):
    """Prints a line per epoch, and a live bar while an epoch runs (with rich, or in a notebook).

    Parameters
    ----------
    verbose : int
        0 is silent, 1 draws a live bar where that is possible, 2 prints plain lines.
    names : list of str
        The names of the loss and the metrics, in the core's order.
    """

    def __init__(self, verbose: int, names: list[str]) -> None:
        super().__init__()
        self.verbose = verbose
        self.names = names
        self._notebook = "ipykernel" in sys.modules  # where every bar of rich would leave an empty widget
        self.live = verbose == 1 and _watched() and (self._notebook or _has_rich())
        self._bar: Any = None
        self._written = 0  # characters of the line that is being rewritten

    def on_epoch_begin(self, epoch: int, logs: Logs = None) -> None:
        """Print the epoch's number."""
        self._began = time.perf_counter()
        if self.verbose:
            write(f"Epoch {epoch + 1}/{self.params['epochs']}")

    def update(self, done: int, steps: int, loss: float, metrics: list[float]) -> None:
        """Move the bar; the core calls this at most ten times a second."""
        logs = dict(sorted(zip(self.names, [loss, *metrics], strict=True)))
        left = (time.perf_counter() - self._began) / max(done, 1) * (steps - done)
        if self._notebook:
            full = _BAR_WIDTH * done // max(steps, 1)
            bar = "━" * full + "─" * (_BAR_WIDTH - full)
            self._rewrite(f"{done}/{steps} {bar} {left:.0f}s{_values(logs)}")
            return
        if self._bar is None:
            self._bar = _open_bar(steps)
        self._bar.update(self._bar.task_ids[0], completed=done, text=f"{left:.0f}s{_values(logs)}", refresh=True)

    def on_epoch_end(self, epoch: int, logs: Logs = None) -> None:
        """Print the epoch's values."""
        seconds = time.perf_counter() - self._began
        text = line(self.params["steps"], seconds, logs or {}, 1 if self.live else 2) if self.verbose else ""
        rewritten = self._written > 0
        if rewritten:
            self._rewrite(text)
        self.close()
        if self.verbose and not rewritten:
            write(text)

    def _rewrite(self, text: str) -> None:
        sys.stdout.write("\r" + text.ljust(self._written))
        sys.stdout.flush()
        self._written = len(text)

    def close(self) -> None:
        """Take the bar away, or end the line that stood for it."""
        if self._written:
            write("")
            self._written = 0
        if self._bar is not None:
            self._bar.stop()
            self._bar = None


def _has_rich() -> bool:
    try:
        import rich.progress  # noqa: F401
    except ImportError:
        return False
    return True


def _open_bar(steps: int) -> Any:
    from rich.progress import BarColumn, TextColumn
    from rich.progress import Progress as RichProgress

    bar = RichProgress(
        TextColumn("[bold]{task.completed}/{task.total}"),
        BarColumn(bar_width=_BAR_WIDTH),
        TextColumn("{task.fields[text]}"),
        auto_refresh=False,
        transient=True,
    )
    bar.start()
    bar.add_task("", total=steps, text="")
    return bar
