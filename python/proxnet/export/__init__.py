"""Models for other programs and from other libraries: ONNX, PyTorch, Keras, scikit-learn, C."""

from .c import to_c
from .onnx import to_onnx

__all__ = ["to_c", "to_onnx"]
