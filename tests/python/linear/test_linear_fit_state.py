"""A fit that fails changes nothing, and one that begins at an earlier answer asks whether it can."""

import warnings

import numpy as np
import pytest

from linear_tools import MODELS, convergence_warning, problem, target_for
from proxnet.linear_model import (
    ElasticNet,
    GroupLasso,
    HuberRegressor,
    Lasso,
    LassoCV,
    LogisticRegression,
    MultiTaskLasso,
    PenalizedClassifier,
    PenalizedRegressor,
    PoissonRegressor,
    Ridge,
    RidgeClassifier,
    RidgeClassifierCV,
    enet_path,
    logistic_path,
)

WARM = [
    ElasticNet,
    GroupLasso,
    HuberRegressor,
    Lasso,
    LogisticRegression,
    MultiTaskLasso,
    PenalizedClassifier,
    PenalizedRegressor,
    PoissonRegressor,
]


def fitted(model) -> dict[str, np.ndarray]:
    return {name: np.array(value) for name, value in vars(model).items() if name.endswith("_")}


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("how", ["parameter", "weights"])
def test_a_fit_that_fails_leaves_the_one_before(model, how) -> None:
    x, _ = problem(42, 6)
    name, wrong = ("tol", -1.0) if "tol" in model._parameter_names() else ("alphas", [-1.0])
    weights = np.full(42, np.nan) if how == "weights" else None
    change = {name: wrong} if how == "parameter" else {}
    never = model().set_params(**change)
    with pytest.raises(ValueError, match=name if how == "parameter" else "weight"):
        never.fit(x[:, :4], target_for(model, 42, 3), weights)
    assert not fitted(never)
    with pytest.raises(ValueError, match="not fitted yet"):
        never.predict(x)
    one = model()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        one.fit(x, target_for(model, 42))
    before, predicted = fitted(one), one.predict(x)
    with pytest.raises(ValueError, match=name if how == "parameter" else "weight"):
        one.set_params(**change).fit(x[:, :4], target_for(model, 42, 3), weights)
    after = fitted(one)
    assert before.keys() == after.keys()
    for key, value in before.items():
        np.testing.assert_array_equal(after[key], value)
    np.testing.assert_array_equal(one.predict(x), predicted)


@pytest.mark.parametrize("model", MODELS)
def test_a_model_has_no_fit_of_its_own(model) -> None:
    owners = [base.__name__ for base in model.__mro__ if "fit" in vars(base)]
    assert owners in (["LinearModel"], ["CrossValidated", "LinearModel"])


def test_a_warning_taken_for_an_error_leaves_the_fit_before() -> None:
    x, y = problem(60, 90)
    for model in (Lasso(0.01, tol=1e-12, max_iter=1), Ridge(1e-3, solver="sparse_cg", tol=1e-14, max_iter=1)):
        with warnings.catch_warnings():
            warnings.simplefilter("error", convergence_warning())
            with pytest.raises(convergence_warning()):
                model.fit(x, y)
        assert not fitted(model)


def test_a_warning_names_the_line_that_called() -> None:
    x, y = problem(42, 6)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        LassoCV().fit(x, y[:, np.newaxis])
        enet_path(x, y, n_alphas=3)
    assert [warning.filename for warning in caught] == [__file__, __file__]


@pytest.mark.parametrize("model", WARM)
def test_a_warm_start_of_another_shape_is_refused(model) -> None:
    x, _ = problem(42, 6)
    y = target_for(model, 42)
    one = model(warm_start=True).fit(x, y)
    one.fit(x, y)
    with pytest.raises(ValueError, match=r"\[fit\] coef_ of the last fit, .* must have shape \(\d, 4\), got \("):
        one.fit(x[:, :4], y)
    one.set_params(warm_start=False).fit(x[:, :4], y)
    with pytest.raises(TypeError, match="warm_start must be True or False"):
        one.set_params(warm_start=1).fit(x[:, :4], y)
    with pytest.raises(TypeError, match="warm_start must be True or False"):
        model(warm_start="yes").fit(x, y)


def test_a_path_begins_at_a_vector_or_at_a_row() -> None:
    x, y = problem(40, 6)
    start = np.linspace(-1, 1, 6)
    options = {"alphas": [0.5, 0.1], "tol": 1e-12, "max_iter": 10000}
    plain = enet_path(x, y, coef_init=start, **options)[1]
    for given in (start, start[np.newaxis]):
        np.testing.assert_array_equal(enet_path(x, y[:, np.newaxis], coef_init=given, **options)[1][0], plain)
        np.testing.assert_array_equal(enet_path(x, y, coef_init=given, **options)[1], plain)
        assert logistic_path(x, y > y.mean(), Cs=3, coef_init=given)[1].shape == (1, 6, 3)
    for target, wrong in ((y[:, np.newaxis], (2, 6)), (y, (2, 6)), (y, (5,)), (np.c_[y, y], (6,))):
        with pytest.raises(ValueError, match=r"\[enet_path\] coef_init must have shape \(\d, 6\), got \("):
            enet_path(x, target, coef_init=np.ones(wrong), **options)


@pytest.mark.parametrize("model", [RidgeClassifier, RidgeClassifierCV, LogisticRegression])
def test_a_column_of_labels_scores_as_its_vector(model) -> None:
    x, y = problem(42, 6)
    labels = (y > y.mean()).astype(int)
    one = model().fit(x, labels)
    assert one.score(x, labels[:, np.newaxis]) == one.score(x, labels) > 0.8
