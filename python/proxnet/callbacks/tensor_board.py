"""Logs for TensorBoard, through tensorboardX."""

from __future__ import annotations

import os
from typing import Any, Unpack

from .. import _check
from .._check.keywords import NoKeywords
from .callback import Callback, Logs
from .paths import naming

__all__ = ["TensorBoard"]

_LATER = {"write_images": False, "profile_batch": 0, "embeddings_freq": 0, "embeddings_metadata": None}


class TensorBoard(Callback):
    """Writes the logs as event files, under Keras' names: folders "train" and "validation", "epoch_loss", ...

    Also writes "epoch_learning_rate", and the share of exact zeros of each dense layer as "zeros/<layer>".

    Parameters
    ----------
    log_dir : str or path, default "logs"
    histogram_freq : int, default 0
        Epochs between two histograms of the weights; 0 for none.
    write_graph : bool, default True
        Write the model's summary as text.
    write_steps_per_second : bool, default False
        Write "epoch_steps_per_second".
    update_freq : "epoch", "batch" or int, default "epoch"
        Number of batches between two values of the running means "batch_loss", ...; "batch" is 1, "epoch" writes none.
        With batches Python runs once per batch.

    Raises
    ------
    ImportError
        From `fit` without the package tensorboardX (the extra "tensorboard").
    """

    def __init__(
        self,
        log_dir: str | os.PathLike[str] = "logs",
        histogram_freq: int = 0,
        write_graph: bool = True,
        write_steps_per_second: bool = False,
        update_freq: Any = "epoch",
        **unknown: Unpack[NoKeywords],
    ) -> None:
        super().__init__()
        name = "TensorBoard"
        _check.refuse_keywords(name, unknown, TensorBoard, _LATER)
        self.log_dir = _check.path(name, "log_dir", log_dir)
        self.histogram_freq = _check.level(name, "histogram_freq", histogram_freq)
        self.write_graph = _check.flag(name, "write_graph", write_graph)
        self.write_steps_per_second = _check.flag(name, "write_steps_per_second", write_steps_per_second)
        self.update_freq = update_freq
        if isinstance(update_freq, str):
            _check.choice(name, "update_freq", update_freq, ("epoch", "batch"))
        else:
            _check.integer(name, "update_freq", update_freq, minimum=1)
        if update_freq != "epoch":
            self.on_train_batch_end = self._after_batch  # type: ignore[method-assign]  # a hook that costs time
        self._writers: dict[str, Any] = {}

    def _writer(self, part: str) -> Any:
        if part not in self._writers:
            try:
                from tensorboardX import SummaryWriter
            except ImportError as error:
                raise ImportError("[TensorBoard] needs tensorboardX: pip install proxnet[tensorboard]") from error
            with naming("TensorBoard", "log_dir", self.log_dir):
                self._writers[part] = SummaryWriter(os.path.join(self.log_dir, part))
        return self._writers[part]

    def on_train_begin(self, logs: Logs = None) -> None:
        """Open the files."""
        self._batches = 0
        writer = self._writer("train")
        if self.write_graph:
            lines: list[str] = []
            self.model.summary(print_fn=lines.append)
            writer.add_text("model", "\n".join(f"    {line}" for line in "\n".join(lines).splitlines()), 0)

    def _after_batch(self, batch: int, logs: Logs = None) -> None:
        self._batches += 1
        if self._batches % (1 if self.update_freq == "batch" else self.update_freq) == 0:
            for name, value in (logs or {}).items():
                self._writer("train").add_scalar(f"batch_{name}", value, self._batches)

    def on_epoch_begin(self, epoch: int, logs: Logs = None) -> None:
        """Start the clock."""
        from time import perf_counter

        self._began = perf_counter()

    def on_epoch_end(self, epoch: int, logs: Logs = None) -> None:
        """Write the epoch's values."""
        from time import perf_counter

        train = self._writer("train")
        seconds = perf_counter() - self._began
        values = {"learning_rate": float(self.model.optimizer.learning_rate), **(logs or {})}
        for name, value in values.items():
            part = "validation" if name.startswith("val_") else "train"
            self._writer(part).add_scalar(f"epoch_{name.removeprefix('val_')}", value, epoch)
        for layer in self.model.sparsity().layers:
            train.add_scalar(f"zeros/{layer.name}", layer.zero_fraction, epoch)
        if self.write_steps_per_second and self.params.get("steps"):
            train.add_scalar("epoch_steps_per_second", self.params["steps"] / seconds, epoch)
        if self.histogram_freq and epoch % self.histogram_freq == 0:
            for layer in self.model.layers:
                for variable in layer.weights:
                    train.add_histogram(f"{variable.path}/histogram", variable.numpy(), epoch)
        for writer in self._writers.values():
            writer.flush()

    def on_train_end(self, logs: Logs = None) -> None:
        """Close the files."""
        for writer in self._writers.values():
            writer.close()
        self._writers.clear()
