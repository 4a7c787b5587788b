"""The file in which `BackupAndRestore` keeps a model between two epochs."""

from __future__ import annotations

import json
import os
from typing import Any

from .. import _check, _core
from .._check.config import deserialize

__all__ = ["restore_backup", "save_backup"]

_OPERATION = "BackupAndRestore"


def save_backup(model: Any, path: str, epoch: int) -> None:
    """Save a model after `epoch` epochs of a fit."""
    model._write(os.fsencode(path), {"epoch": epoch, "stopped": model.stop_training})


def restore_backup(model: Any, path: str) -> int:
    """Restore a model at the begin of a fit; returns the number of epochs that the backup's fit had done."""
    file = _core.ModelFile(os.fsencode(path))
    config = json.loads(file.config or "null")
    if not isinstance(config, dict) or not config.get("compile") or "epoch" not in config.get("training", ()):
        raise ValueError(f"[{_OPERATION}] the backup must be of BackupAndRestore, {path} is a file of save()")
    if _nameless(config["model"]["config"]) != _nameless(json.loads(json.dumps(model.get_config()))):
        raise ValueError(f"[{_OPERATION}] the backup must be of this model, {path} is of another")
    own, training = json.loads(json.dumps(model.get_compile_config())), config["training"]
    for part in ("optimizer", "loss", "penalty_step"):
        then, now = (_rateless(each[part]) for each in (config["compile"], own))
        if then != now:
            raise ValueError(
                f"[{_OPERATION}] the model must be compiled as for the backup, {path} has {part} {then}, "
                f"the model {now}"
            )
    epoch = _check.integer(_OPERATION, "epoch", training["epoch"], minimum=0)
    model.optimizer.learning_rate = deserialize(config["compile"]["optimizer"]["config"]["learning_rate"])
    model._restore(file, training)
    model.stop_training = bool(training.get("stopped"))
    model._initial_epoch = epoch
    return epoch


def _rateless(config: Any) -> Any:
    """A part of a compile config without the learning rate, which callbacks may change, and without names."""
    if not isinstance(config, dict) or "config" not in config:
        return config
    inner = {key: value for key, value in config["config"].items() if key not in ("learning_rate", "name")}
    return {"class_name": config["class_name"], "config": inner}


def _nameless(config: Any) -> Any:
    """A config without names, which depend on what else the process has made."""
    if isinstance(config, list):
        return [_nameless(item) for item in config]
    if isinstance(config, dict):
        return {key: _nameless(value) for key, value in config.items() if key != "name"}
    return config
