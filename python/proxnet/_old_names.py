"""The modules where earlier versions had their classes: pickles written by these versions name them."""

import sys

from ._check import feature_names
from .metrics import counting, function
from .models import compilation, sequential, sparsity

sys.modules.update(
    {
        "proxnet._feature_names": feature_names,
        "proxnet.compilation": compilation,
        "proxnet.counting_metrics": counting,
        "proxnet.function_metric": function,
        "proxnet.sequential": sequential,
        "proxnet.sparsity": sparsity,
    }
)
