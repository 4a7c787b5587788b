"""Linear models: parameters and numbers that are refused, pickles."""

import pickle
import subprocess
import sys

import numpy as np
import pytest

from linear_tools import problem
from proxnet.linear_model import ElasticNet, Lasso, LassoCV

sparse = pytest.importorskip("scipy.sparse")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"alpha": -1.0}, "alpha must be >= 0"),
        ({"alpha": float("nan")}, "alpha must be finite"),
        ({"l1_ratio": 1.5}, "l1_ratio must be"),
        ({"tol": -1e-3}, "tol must be"),
        ({"max_iter": 0}, "max_iter must be"),
        ({"penalty_factor": [1.0, np.nan, 1.0]}, "penalty_factor must be finite"),
        ({"penalty_factor": [1.0, -1.0, 1.0]}, "penalty_factor must be finite and >= 0"),
        ({"penalty_factor": [1.0]}, "penalty_factor must have shape"),
    ],
)
def test_bad_parameters_are_refused_at_fit(arguments, message) -> None:
    x, y = problem(20, 3 + 2)
    with pytest.raises(ValueError, match=message):
        ElasticNet(**arguments).fit(x[:, :3], y)


def test_numbers_that_are_not_finite_are_refused() -> None:
    x, y = problem(20, 8)
    for bad in (np.nan, np.inf):
        for intercept in (True, False):
            spoilt = x.copy()
            spoilt[3, 5] = bad
            for given in (spoilt, np.asfortranarray(spoilt), sparse.csr_matrix(spoilt)):
                with pytest.raises(ValueError, match="column 5 has a NaN or an infinity"):
                    Lasso(fit_intercept=intercept).fit(given, y)
        model = Lasso().fit(x, y)
        with pytest.raises(ValueError, match="column 5"):
            model.predict(spoilt)
        with pytest.raises(ValueError, match="Input y contains"):
            Lasso().fit(x, np.where(np.arange(20) == 2, bad, y))
        with pytest.raises(ValueError, match="sample_weight must be finite"):
            Lasso().fit(x, y, np.where(np.arange(20) == 2, bad, 1.0))


def test_a_fitted_model_pickles() -> None:
    x, y = problem()
    model = LassoCV(alphas=5, cv=3).fit(x, y)
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(model)).predict(x), model.predict(x))


def test_scikit_learn_is_not_needed() -> None:
    program = (
        "import sys; sys.modules['sklearn'] = None; sys.modules['scipy'] = None\n"
        "from proxnet.linear_model import LassoCV, Lasso\n"
        "import numpy as np; x = np.eye(6); print(repr(LassoCV(cv=2, alphas=3).fit(x, x[:, 0])))\n"
        "try: Lasso().predict(x)\n"
        "except ValueError as error: print(type(error).__name__)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.split() == ["LassoCV(alphas=3,", "cv=2)", "NotFittedError"], done.stderr


@pytest.mark.parametrize("kind", ["csr", "csc"])
@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf])
def test_sparse_numbers_that_are_not_finite_are_found(kind, wrong) -> None:
    sparse = pytest.importorskip("scipy.sparse")
    x, y = problem(30, 8)
    model = Lasso(alpha=0.01).fit(x, y)
    x[7, 5] = wrong
    with pytest.raises(ValueError, match="X must be finite: column 5 has"):
        model.predict(getattr(sparse, f"{kind}_array")(x))
