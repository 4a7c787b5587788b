"""Layers against Keras: the recipes of tests/python/tools/layer_recipes.py, trained by both for 40 steps.

Penalties act by their subgradients. Prints the largest differences (relative for numbers above 1), and with --record
the expected values of tests/python/keras/test_layers_keras.py.

    KERAS_BACKEND=jax python keras_layers.py [--record]
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np

import proxnet

sys.path.insert(0, str(Path(__file__).parents[2] / "tests" / "python" / "tools"))
import layer_recipes


def main() -> None:
    import keras

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--record", action="store_true")
    options = parser.parse_args()
    print(f"Keras {keras.__version__} on {keras.backend.backend()}, {layer_recipes.STEPS} steps, largest difference")
    for recipe in layer_recipes.RECIPES:
        theirs = layer_recipes.trained(keras, recipe)
        ours = layer_recipes.trained(proxnet, recipe, penalty_step="subgradient")
        print(f"{recipe.__name__:18}", end="")
        for key, value in theirs.items():
            print(f"  {key} {(np.abs(ours[key] - value) / np.maximum(1, np.abs(value))).max():.1e}", end="")
        print()
        if options.record:
            for key in ("history", "evaluated", "predicted", "weights"):
                picked = np.ravel(theirs[key]).astype(float)[layer_recipes.picks(theirs[key].size)]
                print(f'        "{key}": [{", ".join(f"{x:.6f}" for x in picked)}],')


if __name__ == "__main__":
    main()
