"""Users' data, read into what the core takes: arrays, targets, weights of rows, batches."""

from .arrays import *  # noqa: F403
