"""Numbers that Keras 3.15.1 (JAX, float32) makes of the recipes, by benchmarks/peers/keras_layers.py --record."""

import numpy as np
import pytest

import layer_recipes
import proxnet

KERAS = {
    "batch_norm_relu": {
        "history": [2.098663, 1.851793, 1.719886, 1.641564, 1.541840, 1.500455, 1.468655, 1.416120],
        "evaluated": [1.633577],
        "predicted": [0.913224, 0.010744, 0.486198, 0.102449, 0.781509, 0.025950, 0.968063, 0.029668],
        "weights": [-0.196461, 0.485374, -0.382345, 0.586497, 2.431023, 2.033059, 0.438165, 0.335300],
    },
    "batch_norm_first": {
        "history": [1.250723, 0.979783, 0.905143, 0.900239, 0.900095, 0.891362, 0.873966, 0.839850],
        "evaluated": [0.813189],
        "predicted": [0.611819, -0.496142, 0.023911, 0.408343, 0.973785, 0.724243, -0.224851, -0.420447],
        "weights": [1.007969, 6.900292, -0.013027, 0.555988, 0.590680, -0.518994, 0.215237, 0.237644],
    },
    "frozen": {
        "history": [3.078253, 2.439950, 2.103223, 1.871462, 1.585859, 1.499463, 1.436135, 1.353903],
        "evaluated": [1.171233],
        "predicted": [-0.354872, -0.311137, -0.295438, -0.115409, -0.295438, -0.115409, 0.045692, 0.357023],
        "weights": [-0.559047, -0.461481, -0.433651, 0.695143, 0.414831, 0.025601, -0.121845, -0.115409],
    },
    "adapted": {
        "history": [1.195403, 1.095246, 1.050703, 1.029389, 1.001444, 0.984290, 0.969629, 0.946158],
        "evaluated": [0.926633],
        "predicted": [0.045774, -0.032227, 0.060602, 0.108052, 0.440080, 0.056944, -0.026947, 0.304879],
        "weights": [-0.590531, 0.342710, -0.579278, -0.217747, 0.835011, 0.464025, 0.187665, 0.237282],
    },
}


@pytest.mark.filterwarnings("ignore::proxnet.RescalingWarning")
@pytest.mark.parametrize("recipe", layer_recipes.RECIPES, ids=lambda recipe: recipe.__name__)
def test_forty_steps_are_keras(recipe):
    ours = layer_recipes.trained(proxnet, recipe, penalty_step="subgradient")
    for key, recorded in KERAS[recipe.__name__].items():
        picked = np.ravel(ours[key])[layer_recipes.picks(ours[key].size)]
        np.testing.assert_allclose(picked, recorded, rtol=2e-5, atol=2e-5, err_msg=key)
