"""to_torch and from_torch: the same numbers on both sides, and the way there and back."""

import numpy as np
import pytest

import proxnet
from export_tools import ACTIVATIONS, every_layer, one_activation, rows_of, with_weights
from proxnet import layers
from proxnet.export import from_torch, to_torch

torch = pytest.importorskip("torch")
nn = torch.nn


def assert_close(got, expected, dtype=np.float32):
    got = got.detach().numpy() if hasattr(got, "detach") else got
    assert got.dtype == expected.dtype == dtype
    assert (np.abs(got - expected).max(axis=0) <= 1e-6 * np.abs(expected).max(axis=0)).all()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_network_of_every_layer(dtype):
    model = every_layer(dtype)
    x = rows_of().astype(dtype) * 3 + 5
    module = to_torch(model)
    assert_close(module(torch.from_numpy(x)), model.predict(x, verbose=0), dtype)
    names = set(module.state_dict())
    dense = [layer.name for layer in model.layers if isinstance(layer, layers.Dense)]
    assert {f"{name}.weight" for name in dense} <= names
    assert f"{dense[0]}.bias" not in names


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=repr)
def test_every_activation_there_and_back(activation):
    model = one_activation(activation)
    x = rows_of()
    if activation.name == "exponential":
        with pytest.raises(ValueError, match=r"^\[to_torch\] activations must be ones that torch.nn has, 'dense"):
            to_torch(model)
        return
    module = to_torch(model)
    assert_close(module(torch.from_numpy(x)), model.predict(x, verbose=0))
    if not (activation.parameters.get("negative_slope") and activation.parameters.get("max_value")):
        back = from_torch(module)
        assert back.predict(x, verbose=0).tobytes() == model.predict(x, verbose=0).tobytes()
        assert [layer.name for layer in back.layers] == [layer.name for layer in model.layers]


def test_a_network_there_and_back():
    stack = [proxnet.Input((3, 4)), layers.Flatten(), layers.BatchNormalization(), layers.Dense(5, "relu", name="a.b")]
    model = with_weights(proxnet.Sequential([*stack, layers.Dropout(0.25), layers.Dense(2, use_bias=False)]))
    back = from_torch(to_torch(model))
    x = rows_of()
    assert back.predict(x, verbose=0).tobytes() == model.predict(x.reshape(-1, 3, 4), verbose=0).tobytes()
    assert back.layers[0].momentum == pytest.approx(0.99)
    assert back.layers[2].rate == 0.25
    assert back.layers[1].name == "a_b"


def test_nested_modules():
    torch.manual_seed(0)
    inside = nn.Sequential(nn.Linear(12, 6, bias=False), nn.BatchNorm1d(6, affine=False), nn.Softplus())
    module = nn.Sequential(inside, nn.Identity(), nn.Linear(6, 3), nn.Hardtanh(0, 2), nn.Dropout()).double()
    module = nn.Sequential(module, nn.Linear(3, 2, dtype=torch.float64)).eval()
    x = rows_of().astype(np.float64)
    model = from_torch(module)
    assert_close(model.predict(x, verbose=0), module(torch.from_numpy(x)).detach().numpy(), np.float64)
    assert [type(layer).__name__ for layer in model.layers] == (
        ["Dense", "BatchNormalization", "Activation", "Dense", "Dropout", "Dense"]
    )


def test_what_has_no_counterpart():
    for part, text in (
        (nn.LayerNorm(12), r"modules must be .*BatchNorm1d.*, 'one' is a LayerNorm"),
        (nn.PReLU(), "is a PReLU"),
        (nn.Softmax(dim=0), "Softmax must be over the columns, dim=1 or -1, got dim=0"),
        (nn.Softplus(beta=2), "Softplus must have beta=1, got 2"),
        (nn.Hardtanh(), "is a Hardtanh"),
        (nn.BatchNorm1d(12, track_running_stats=False), "BatchNorm1d must have running statistics"),
        (nn.Flatten(), "Flatten must be the first module"),
    ):
        with pytest.raises((TypeError, ValueError), match=rf"^\[from_torch\] .*{text}"):
            from_torch(nn.Sequential(nn.Linear(12, 12), nn.Tanh(), part))
    with pytest.raises(TypeError, match=r"^\[from_torch\] module must be a torch.nn.Sequential, got torch.nn"):
        from_torch(nn.Linear(2, 2))
    with pytest.raises(ValueError, match=r"^\[from_torch\] module must have a Linear"):
        from_torch(nn.Sequential(nn.ReLU()))
    with pytest.raises(ValueError, match=r"^\[to_torch\] the model must have weights"):
        to_torch(proxnet.Sequential([layers.Dense(2)]))
