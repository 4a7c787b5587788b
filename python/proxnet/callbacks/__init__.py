"""Callbacks: Keras' hooks in Keras' order; callbacks written for Keras work here too."""

from .callback import Callback
from .early_stopping import EarlyStopping
from .history import History
from .lambda_callback import LambdaCallback

__all__ = ["Callback", "EarlyStopping", "History", "LambdaCallback"]
