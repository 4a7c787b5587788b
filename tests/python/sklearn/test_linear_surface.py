"""What scikit-learn's users look for around a fit: paths as methods, sparse coefficients, refused parameters."""

import inspect
import pickle

import numpy as np
import pytest

from glm_tools import objective
from linear_tools import MODELS, problem, target_for
from proxnet import linear_model
from proxnet.linear_model import (
    ElasticNet,
    ElasticNetCV,
    GroupLasso,
    GroupLassoCV,
    HuberRegressor,
    Lasso,
    LassoCV,
    LinearSVC,
    LogisticRegression,
    MultiTaskLasso,
    MultiTaskLassoCV,
    PenalizedRegressorCV,
    PoissonRegressor,
    enet_path,
    lasso_path,
    logistic_path,
)
from proxnet.regularizers import MCP


@pytest.mark.parametrize("model", [Lasso, ElasticNet, LassoCV, ElasticNetCV, MultiTaskLasso, MultiTaskLassoCV])
def test_paths_are_methods_as_well(model) -> None:
    x, y = problem(30, 8)
    y = np.c_[y, x[:, 1]] if model.__name__.startswith("MultiTask") else y
    expected = (lasso_path if model is LassoCV else enet_path)(x, y, alphas=4)
    for caller in (model, model()):
        for mine, other in zip(caller.path(x, y, alphas=4), expected, strict=True):
            np.testing.assert_array_equal(mine, other)


@pytest.mark.parametrize("model", [LogisticRegression, LinearSVC])
@pytest.mark.parametrize("count", [2, 3])
def test_sparse_coefficients_predict_the_same(model, count) -> None:
    sparse = pytest.importorskip("scipy.sparse")
    x, _ = problem(42, 6)
    one = model().fit(x, target_for(model, 42, count))
    before, scores = np.atleast_2d(one.coef_), one.decision_function(x)
    assert one.sparsify() is one
    assert sparse.issparse(one.coef_)
    np.testing.assert_array_equal(one.decision_function(x), scores)
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(one)).predict(x), one.predict(x))
    np.testing.assert_array_equal(one.sparse_coef_.toarray(), before)
    np.testing.assert_array_equal(one.densify().coef_, before)
    if "warm_start" in one._parameter_names():
        one.sparsify().set_params(warm_start=True).fit(x, target_for(model, 42, count))
    with pytest.raises(ValueError, match="not fitted yet"):
        model().sparsify()


FACTORS = [
    ("logistic", LogisticRegression, lambda r: {"C": 0.5, "l1_ratio": r}, 1 / (0.5 * 80)),
    ("poisson", PoissonRegressor, lambda r: {"alpha": 0.1, "l1_ratio": r}, 0.1),
    ("huber", HuberRegressor, lambda r: {"alpha": 80 * 0.1, "l1_ratio": r}, None),
    ("squared_hinge", LinearSVC, lambda r: {"C": 0.05, "penalty": "l1" if r == 1 else "l2"}, 1 / (0.05 * 80)),
]


@pytest.mark.parametrize(("loss", "model", "options", "alpha"), FACTORS, ids=[row[0] for row in FACTORS])
@pytest.mark.parametrize("ratio", [1.0, 0.0])
def test_factors_of_features_scale_their_penalties(loss, model, options, alpha, ratio) -> None:
    """x_j w_j under factor f_j is (x_j / f_j) (f_j w_j) under factor 1 for L1, its root for L2."""
    x, y = problem(80, 8)
    x = (x - x.mean(axis=0)) / 3
    y = {"logistic": y > y.mean(), "squared_hinge": y > y.mean(), "poisson": np.exp((y - y.mean()) / 5).round()}.get(
        loss, y
    )
    factors = np.random.default_rng(0).uniform(0.3, 3, 8)
    scale = factors if ratio == 1 else np.sqrt(factors)
    tight = options(ratio) | {"tol": 1e-13, "max_iter": 5000}
    given = model(**tight, penalty_factor=factors).fit(x, y)
    scaled = model(**tight).fit(x / scale, y)
    np.testing.assert_allclose(np.ravel(given.coef_), np.ravel(scaled.coef_) / scale, atol=1e-6)
    plain = model(**tight).fit(x, y)
    assert np.abs(given.coef_ - plain.coef_).max() > 1e-3
    if alpha is not None and loss == "logistic":
        mean = objective(loss, x, y.astype(float), given.coef_[0], given.intercept_, 0, 0)
        other = objective(loss, x, y.astype(float), plain.coef_[0], plain.intercept_, 0, 0)

        def penalty(w):
            return alpha * factors @ (np.abs(w) if ratio == 1 else w**2 / 2)

        assert mean + penalty(given.coef_[0]) < other + penalty(plain.coef_[0])
    for wrong, sentence in (
        (np.ones(7), "have shape"),
        (np.full(8, -1.0), "be finite and >= 0"),
        ([np.nan] * 8, "be finite and >= 0"),
    ):
        with pytest.raises(ValueError, match=f"penalty_factor must {sentence}"):
            model(penalty_factor=wrong).fit(x, y)


def test_factors_along_a_logistic_path() -> None:
    x, y = problem(80, 8)
    x, factors = x - x.mean(axis=0), np.linspace(0.5, 3, 8)
    cs, coefs, _, _ = logistic_path(x, y > y.mean(), Cs=5, penalty_factor=factors, tol=1e-11)
    one = LogisticRegression(C=cs[3], l1_ratio=1.0, penalty_factor=factors, tol=1e-11).fit(x, y > y.mean())
    np.testing.assert_allclose(coefs[:, :, 3], one.coef_, atol=1e-5)
    assert not coefs[:, :, 0].any()


WRONG = [
    ("copy_X", "no"),
    ("dual", "x"),
    ("intercept_scaling", 0.0),
    ("multi_class", "one"),
    ("n_jobs", "q"),
    ("random_state", "r"),
    ("random_state", -1),
    ("selection", "nonsense"),
    ("solver", "nonsense"),
    ("verbose", -1),
    ("refit", "yes"),
    ("rule", "best"),
]


@pytest.mark.parametrize("model", MODELS)
def test_parameters_that_change_nothing_are_looked_at(model) -> None:
    x, _ = problem(42, 6)
    y = target_for(model, 42)
    known = [pair for pair in WRONG if pair[0] in model._parameter_names()]
    for name, value in known:
        with pytest.raises((ValueError, TypeError), match=name):
            model(**{name: value}).fit(x, y)
    listed = {name for name, _ in WRONG}
    told = {"copy_X", "dual", "multi_class", "n_jobs", "random_state", "selection", "solver", "verbose"}
    assert told & set(model._parameter_names()) <= listed


@pytest.mark.parametrize(
    "right", [{"n_jobs": -1}, {"random_state": np.random.RandomState(0)}, {"verbose": True}, {"selection": "random"}]
)
def test_parameters_that_change_nothing_are_accepted(right) -> None:
    x = problem(30, 5)[0]
    (name,) = right
    for model in MODELS:
        if name in model._parameter_names():
            model(**right).fit(x, target_for(model, 30))
    assert hasattr(linear_model, "Lasso")


def test_an_estimator_is_an_html_table() -> None:
    x, y = problem(40, 5)
    model = linear_model.Lasso(alpha=0.25)
    text = model._repr_html_()
    assert "<tr><th>alpha</th><td><b>0.25</b></td></tr>" in text
    assert "<tr><th>tol</th><td>0.0001</td></tr>" in text
    assert "not fitted" in text
    assert "fitted: coef_, dual_gap_, intercept_" in model.fit(x, y)._repr_html_()
    assert "&lt;lambda&gt;" in linear_model.RidgeCV(scoring=lambda *_: 0.0)._repr_html_()


def described(text: str) -> list[str]:
    """The names in the section Parameters of a numpydoc docstring."""
    section = inspect.cleandoc(text).split("Parameters\n----------\n")[1].split("\n\n")[0]
    heads = [line.split(" : ")[0] for line in section.splitlines() if not line.startswith(" ")]
    return [name for head in heads for name in head.split(", ")]


@pytest.mark.parametrize("name", linear_model.__all__)
def test_every_parameter_is_described_where_it_is_taken(name) -> None:
    public = getattr(linear_model, name)
    taken = inspect.signature(public).parameters
    assert all(each.kind is not each.VAR_KEYWORD for each in taken.values())
    assert sorted(described(public.__doc__)) == sorted(taken)


def test_labels_of_groups() -> None:
    x, y = problem(40, 5)
    x = x[:, :4]
    for labels in ([1.0, np.nan, 1.0, 2.0], np.array([np.nan] * 4), [None, 1, 1, 1]):
        with pytest.raises(ValueError, match="groups must be labels, numbers or strings, groups"):
            GroupLasso(labels).fit(x, y)
    apart = GroupLasso([1, "1", 1, "1"], alpha=0.5, group_weights=[1.0, 3.0]).fit(x, y)
    lists = GroupLasso([[0, 2], [1, 3]], alpha=0.5, group_weights=[1.0, 3.0]).fit(x, y)
    np.testing.assert_array_equal(apart.coef_, lists.coef_)
    for labels in (["b", "a", "b", "a"], np.array([7, 3, 7, 3]), [2.5, 1, 2.5, 1]):
        lists = GroupLasso([[1, 3], [0, 2]], alpha=0.5, group_weights=[1.0, 3.0]).fit(x, y)
        one = GroupLasso(labels, alpha=0.5, group_weights=[1.0, 3.0]).fit(x, y)
        np.testing.assert_array_equal(one.coef_, lists.coef_)


@pytest.mark.parametrize(
    ("search", "single"),
    [
        (lambda **o: LassoCV(**o), lambda a: Lasso(a, tol=1e-10, max_iter=10000)),
        (lambda **o: GroupLassoCV([[0, 1], [2, 3, 4]], **o), lambda a: GroupLasso([[0, 1], [2, 3, 4]], a, tol=1e-10)),
        (lambda **o: MultiTaskLassoCV(**o), lambda a: MultiTaskLasso(a, tol=1e-10, max_iter=10000)),
        (lambda **o: PenalizedRegressorCV(MCP(1.0), **o), None),
    ],
    ids=["lasso", "groups", "tasks", "mcp"],
)
def test_without_a_refit_the_folds_are_averaged(search, single) -> None:
    x, y = problem(60, 5)
    folds = np.arange(60) % 3
    cv = [(np.flatnonzero(folds != k), np.flatnonzero(folds == k)) for k in range(3)]
    options = {"alphas": 6, "cv": cv, "tol": 1e-10, "max_iter": 10000}
    target = np.c_[y, x[:, 0]] if isinstance(search(), MultiTaskLassoCV) else y
    model, whole = search(**options, refit=False).fit(x, target), search(**options).fit(x, target)
    assert model.alpha_ == whole.alpha_
    assert np.abs(model.coef_ - whole.coef_).max() > 1e-6
    if single is not None:
        fits = [single(model.alpha_).fit(x[train], target[train]) for train, _ in cv]
        np.testing.assert_allclose(model.coef_, np.mean([fit.coef_ for fit in fits], axis=0), atol=1e-5)
        np.testing.assert_allclose(model.intercept_, np.mean([fit.intercept_ for fit in fits], axis=0), atol=1e-4)
        assert 0 <= model.dual_gap_ <= 1e-10 * np.sum(target**2)


@pytest.mark.parametrize(
    ("cv", "sentence"),
    [
        ([(np.arange(10), [-31])], "from -30 to 29, got -31"),
        ([(np.arange(10), [3, 30])], "from -30 to 29, got 30"),
        ([([], [3])], "every fold must train"),
        ([([1, 2], [])], "every fold must test"),
        ([(np.ones(7, bool), [3])], "masks must have shape"),
        ([([0.5], [3])], "row numbers must hold integers"),
    ],
)
def test_folds_that_are_none_are_refused(cv, sentence) -> None:
    x, y = problem(30, 5)
    with pytest.raises((ValueError, TypeError), match=sentence):
        LassoCV(cv=cv).fit(x, y)


@pytest.mark.parametrize("ratio", [[], True, [0.5, True], "half", [[0.5]]])
def test_shares_of_l1_that_are_none_are_refused(ratio) -> None:
    x, y = problem(30, 5)
    with pytest.raises((ValueError, TypeError), match="l1_ratio"):
        ElasticNetCV(l1_ratio=ratio).fit(x, y)


@pytest.mark.parametrize("model", [m for m in MODELS if m._estimator_type == "classifier"])
def test_scores_of_another_length_are_refused(model) -> None:
    x, _ = problem(42, 6)
    one = model().fit(x, target_for(model, 42))
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        one.score(x, target_for(model, 42)[:-1])


def test_scores_of_more_targets_are_refused() -> None:
    x, y = problem(40, 5)
    with pytest.raises(ValueError, match=r"y must have shape \(40,\) as the predictions"):
        Lasso(0.1).fit(x, y).score(x, np.c_[y, y])
    with pytest.raises(ValueError, match=r"y must have shape \(40, 2\) as the predictions"):
        MultiTaskLasso(0.1).fit(x, np.c_[y, x[:, 0]]).score(x, y)
