"""Models for other programs and from other libraries: ONNX, PyTorch, Keras, scikit-learn, C.

Importing it takes none of those packages: each is loaded by the function that needs it.
"""

from .c import to_c
from .keras import from_keras, to_keras
from .onnx import to_onnx
from .sklearn import from_sklearn
from .torch import from_torch, to_torch

__all__ = ["from_keras", "from_sklearn", "from_torch", "to_c", "to_keras", "to_onnx", "to_torch"]
