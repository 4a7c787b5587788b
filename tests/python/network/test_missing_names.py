"""Names of Keras that proxnet has not: an AttributeError says what serves instead."""

import pytest

import proxnet


@pytest.mark.parametrize(
    ("module", "name", "said"),
    [
        ("", "Model", "a Sequential"),
        ("", "ops", "numpy"),
        ("", "backend", "numpy"),
        ("", "Dense", r"it is proxnet\.layers\.Dense"),
        ("layers", "DENSE", r"it is proxnet\.layers\.Dense"),
        ("layers", "Drpout", "did you mean 'Dropout'"),
        ("layers", "Conv2D", "Known: ELU, Activation"),
        ("losses", "MeanSquareError", "did you mean 'MeanSquaredError'"),
        ("optimizers", "ADAM", r"it is proxnet\.optimizers\.Adam"),
        ("models", "Model", "a Sequential"),
    ],
)
def test_a_missing_name_says_what_serves(module, name, said):
    home = getattr(proxnet, module) if module else proxnet
    with pytest.raises(AttributeError, match=f"has no attribute '{name}'.*{said}"):
        getattr(home, name)
    assert not hasattr(home, name)
