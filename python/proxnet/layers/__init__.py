"""Layers: what a model is made of, under Keras' names."""

from .._check.config import deserialize, serialize
from .._check.missing import explain_missing
from .activation import ELU, Activation, LeakyReLU, ReLU, Softmax
from .activity_regularization import ActivityRegularization
from .batch_normalization import BatchNormalization
from .column_selection import ColumnSelection
from .dense import Dense
from .dropout import Dropout
from .flatten import Flatten
from .input_layer import Input, InputLayer
from .layer import Layer, automatic_name, forget_names
from .normalization import Normalization

__all__ = [
    "ELU",
    "Activation",
    "ActivityRegularization",
    "BatchNormalization",
    "ColumnSelection",
    "Dense",
    "Dropout",
    "Flatten",
    "Input",
    "InputLayer",
    "Layer",
    "LeakyReLU",
    "Normalization",
    "ReLU",
    "Softmax",
    "automatic_name",
    "deserialize",
    "forget_names",
    "serialize",
]

explain_missing(__name__)
