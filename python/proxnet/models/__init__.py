"""Models: `Sequential`, and functions that read and copy models."""

from .._check.config import deserialize, serialize
from .._check.missing import explain_missing
from .loading import clone_model, load_model, model_from_json
from .predictor import Predictor
from .predictor_file import load_predictor, save_predictor
from .sequential import Sequential

__all__ = [
    "Predictor",
    "Sequential",
    "clone_model",
    "deserialize",
    "load_model",
    "load_predictor",
    "model_from_json",
    "save_predictor",
    "serialize",
]

explain_missing(__name__)
