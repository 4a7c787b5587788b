"""Factors of features and weights of groups, 0 included, in group and multi-task models."""

import numpy as np
import pytest

from group_tools import some_groups, tasks
from linear_tools import UNPENALIZED, factors_of, problem, without
from proxnet.linear_model import (
    GroupLasso,
    GroupLassoCV,
    Lasso,
    LassoCV,
    MultiTaskElasticNet,
    MultiTaskElasticNetCV,
    MultiTaskLasso,
    MultiTaskLassoCV,
    Ridge,
    SparseGroupLasso,
    enet_path,
    group_path,
)

OPTIONS = {"tol": 1e-12, "max_iter": 100000}


@pytest.mark.parametrize("zeros", [False, True])
def test_groups_of_one_are_the_lasso(zeros) -> None:
    x, y = problem(60, 40)
    factors = factors_of(40) if zeros else factors_of(40) + 0.2
    lasso = Lasso(0.3, penalty_factor=factors, **OPTIONS).fit(x, y)
    np.testing.assert_allclose(
        GroupLasso(None, 0.3, group_weights=factors, **OPTIONS).fit(x, y).coef_, lasso.coef_, atol=1e-6
    )
    sparse = SparseGroupLasso(some_groups(40), 0.3, l1_ratio=1.0, penalty_factor=factors, **OPTIONS).fit(x, y)
    np.testing.assert_allclose(sparse.coef_, lasso.coef_, atol=1e-6)
    twice = MultiTaskLasso(0.3, penalty_factor=np.sqrt(2) * factors, **OPTIONS).fit(x, np.c_[y, y])
    np.testing.assert_allclose(twice.coef_, [lasso.coef_] * 2, atol=1e-6)
    one = MultiTaskLasso(0.3, penalty_factor=factors, **OPTIONS).fit(x, y[:, np.newaxis])
    np.testing.assert_allclose(one.coef_[0], lasso.coef_, atol=1e-6)


def test_a_factor_is_a_column_divided_and_a_large_one_drops_it() -> None:
    x, both = tasks(60, 40)
    factors = np.random.default_rng(3).uniform(0.5, 2, 40)
    given = MultiTaskLasso(0.4, penalty_factor=factors, **OPTIONS).fit(x, both)
    scaled = MultiTaskLasso(0.4, **OPTIONS).fit(x / factors, both)
    np.testing.assert_allclose(given.coef_, scaled.coef_ / factors, atol=1e-6)
    equal = MultiTaskLasso(0.2, penalty_factor=np.full(40, 2.0), **OPTIONS).fit(x, both)
    np.testing.assert_allclose(equal.coef_, MultiTaskLasso(0.4, **OPTIONS).fit(x, both).coef_, atol=1e-9)
    factors[0] = 1e30
    dropped = MultiTaskLasso(0.4, penalty_factor=factors, **OPTIONS).fit(x, both)
    alone = MultiTaskLasso(0.4, penalty_factor=factors[1:], **OPTIONS).fit(x[:, 1:], both)
    assert not dropped.coef_[:, 0].any()
    np.testing.assert_allclose(dropped.coef_[:, 1:], alone.coef_, atol=1e-9)


def test_all_free_is_least_squares() -> None:
    x, both = tasks(60, 8 + 4)
    exact = Ridge(0.0).fit(x, both).coef_
    np.testing.assert_allclose(MultiTaskLasso(0.5, penalty_factor=np.zeros(12)).fit(x, both).coef_, exact, atol=1e-8)
    groups = GroupLasso(np.arange(12) // 3, 0.5, group_weights=np.zeros(4)).fit(x, both[:, 0])
    np.testing.assert_allclose(groups.coef_, exact[0], atol=1e-8)


def test_paths_begin_where_what_is_penalised_is_zero() -> None:
    x, both = tasks(60, 40)
    x, both = x - x.mean(axis=0), both - both.mean(axis=0)
    factors = factors_of(40)
    alphas, coefs, _ = enet_path(x, both, l1_ratio=0.5, penalty_factor=factors, alphas=3, **OPTIONS)
    px, py = without(x[:, UNPENALIZED], x), without(x[:, UNPENALIZED], both)
    sizes = np.linalg.norm(px.T @ py, axis=1)[factors > 0] / factors[factors > 0]
    assert alphas[0] == pytest.approx(sizes.max() / (60 * 0.5))
    assert not coefs[:, factors > 0, 0].any()
    np.testing.assert_allclose(
        coefs[:, UNPENALIZED, 0].T, np.linalg.lstsq(x[:, UNPENALIZED], both, rcond=None)[0], atol=1e-9
    )
    alphas, coefs, _ = group_path(x, both[:, 0], np.arange(40) // 2, group_weights=factors[::2], alphas=3, **OPTIONS)
    penalised = np.repeat(factors[::2] > 0, 2)
    assert not coefs[penalised, 0].any()
    assert coefs[~penalised].all()


def test_folds_know_the_factors() -> None:
    x, both = tasks(60, 12)
    factors, fold = factors_of(12), np.arange(60) // 20
    weights = factors[[0, 3, 5, 7]]
    labels = np.arange(12) // 3
    alphas = [1.0, 0.2]

    def errors(fit):
        return [
            [np.mean((both[fold == k] - fit(alpha, fold != k).predict(x[fold == k])) ** 2) for k in range(3)]
            for alpha in alphas
        ]

    options = {"cv": 3, "alphas": alphas} | OPTIONS
    tasks_cv = MultiTaskElasticNetCV(l1_ratio=0.5, penalty_factor=factors, **options).fit(x, both)
    one = {"penalty_factor": factors} | OPTIONS
    expected = errors(lambda a, train: MultiTaskElasticNet(a, **one).fit(x[train], both[train]))
    np.testing.assert_allclose(tasks_cv.mse_path_, expected, rtol=1e-6)
    both = both[:, 0]
    single = MultiTaskLassoCV(penalty_factor=factors, **options).fit(x, both[:, np.newaxis])
    expected = errors(lambda a, train: Lasso(a, **one).fit(x[train], both[train]))
    np.testing.assert_allclose(single.mse_path_, expected, rtol=1e-6)
    groups_cv = GroupLassoCV(labels, group_weights=weights, penalty_factor=factors, l1_ratio=0.4, **options).fit(
        x, both
    )
    one |= {"group_weights": weights, "l1_ratio": 0.4}
    expected = errors(lambda a, train: SparseGroupLasso(labels, a, **one).fit(x[train], both[train]))
    np.testing.assert_allclose(groups_cv.mse_path_, expected, rtol=1e-5)


def test_bad_factors_and_weights_are_refused() -> None:
    x, both = tasks(20, 12)
    for wrong in (np.full(12, np.nan), np.full(12, np.inf), np.full(12, -1.0), np.ones(11)):
        for model in (MultiTaskLasso(penalty_factor=wrong), SparseGroupLasso(penalty_factor=wrong)):
            with pytest.raises(ValueError, match="penalty_factor must"):
                model.fit(x, both)
        with pytest.raises(ValueError, match="group_weights must"):
            GroupLasso(group_weights=wrong).fit(x, both[:, 0])


def test_a_grid_needs_something_that_is_penalised() -> None:
    x, both = tasks(40, 12)
    none = np.zeros(12)
    for model in (
        MultiTaskLassoCV(penalty_factor=none),
        GroupLassoCV(group_weights=none),
        LassoCV(penalty_factor=none),
    ):
        with pytest.raises(ValueError, match="a grid of alphas needs a column that is penalised, none is"):
            model.fit(x, both if isinstance(model, MultiTaskLassoCV) else both[:, 0])
    given = MultiTaskLassoCV(alphas=[1.0, 0.1], cv=3, penalty_factor=none).fit(x, both)
    np.testing.assert_allclose(given.coef_, Ridge(0.0).fit(x, both).coef_, atol=1e-8)
