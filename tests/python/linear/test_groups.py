"""Group and multi-task models: equalities with the lasso, a hand-written solver; their gaps are in test_gaps.py."""

import numpy as np
import pytest

from group_tools import SHAPES, soft, some_groups
from linear_tools import centred, convergence_warning, problem
from peer_tools import peer
from proxnet.linear_model import (
    ElasticNet,
    GroupLasso,
    Lasso,
    MultiTaskElasticNet,
    MultiTaskLasso,
    SparseGroupLasso,
    group_path,
)

OPTIONS = {"tol": 1e-12, "max_iter": 100000}


@pytest.mark.parametrize("shape", SHAPES)
def test_groups_of_one_and_one_task_are_the_lasso(shape) -> None:
    x, y = problem(*shape, seed=4)
    lasso = Lasso(0.3, tol=1e-13, max_iter=10000).fit(x, y)
    groups = some_groups(shape[1])
    same = [
        GroupLasso(alpha=0.3, **OPTIONS).fit(x, y).coef_,
        GroupLasso([[j] for j in range(shape[1])], alpha=0.3, **OPTIONS).fit(x, y).coef_,
        SparseGroupLasso(groups, alpha=0.3, l1_ratio=1.0, **OPTIONS).fit(x, y).coef_,
        MultiTaskLasso(0.3, **OPTIONS).fit(x, y[:, np.newaxis]).coef_[0],
        MultiTaskElasticNet(0.3, l1_ratio=1.0, **OPTIONS).fit(x, y[:, np.newaxis]).coef_[0],
    ]
    for coef in same:
        np.testing.assert_allclose(coef, lasso.coef_, atol=1e-5)
    net = ElasticNet(0.3, l1_ratio=0.4, tol=1e-13).fit(x, y)
    multi = MultiTaskElasticNet(0.3, l1_ratio=0.4, **OPTIONS).fit(x, y[:, np.newaxis])
    np.testing.assert_allclose(multi.coef_[0], net.coef_, atol=1e-5)
    ridge = MultiTaskElasticNet(0.3, l1_ratio=0.0, **OPTIONS).fit(x, y[:, np.newaxis])
    np.testing.assert_allclose(ridge.coef_[0], ElasticNet(0.3, l1_ratio=0, tol=1e-13).fit(x, y).coef_, atol=1e-4)


def by_hand(x, y, alpha, l1, norms, groups, steps=5000):
    """FISTA on the centred problem."""
    n, length = len(y), np.linalg.norm(x, 2) ** 2 / len(y)
    w = z = np.zeros(x.shape[1])
    t = 1.0
    for _ in range(steps):
        v = soft(z + x.T @ (y - x @ z) / (n * length), alpha * l1 / length)
        for norm, group in zip(norms, groups, strict=True):
            size = np.linalg.norm(v[group])
            v[group] *= max(0.0, 1 - alpha * norm / length / size) if size else 0.0
        if (z - v) @ (v - w) > 0:
            t = 1.0
        following = (1 + np.sqrt(1 + 4 * t * t)) / 2
        z, w, t = v + (t - 1) / following * (v - w), v, following
    return w


@pytest.mark.parametrize("l1_ratio", [0.0, 0.5])
def test_a_hand_written_solver_agrees(l1_ratio) -> None:
    x, y = centred(*problem(50, 24, seed=2))
    groups = some_groups(24, seed=1)
    weights = np.random.default_rng(0).uniform(0.5, 2, len(groups))
    for alpha in (0.5, 0.1):
        expected = by_hand(x, y, alpha, l1_ratio, (1 - l1_ratio) * weights, groups)
        model = SparseGroupLasso(groups, alpha, l1_ratio=l1_ratio, group_weights=weights, **OPTIONS).fit(x, y)
        np.testing.assert_allclose(model.coef_, expected, atol=1e-6)


@pytest.mark.parametrize("l1_ratio", [0.0, 0.6])
def test_alphas_from_the_largest_on_give_zeros(l1_ratio) -> None:
    x, y = problem(60, 90)
    groups = some_groups(90)
    top = group_path(*centred(x, y), groups, l1_ratio=l1_ratio, alphas=1)[0][0]
    for alpha in (top * (1 + 1e-9), 5 * top):
        model = SparseGroupLasso(groups, alpha, l1_ratio=l1_ratio).fit(x, y)
        assert (model.coef_ == 0).all()
        assert model.intercept_ == pytest.approx(y.mean())
    assert SparseGroupLasso(groups, 0.98 * top, l1_ratio=l1_ratio, tol=1e-8).fit(x, y).coef_.any()


def test_layouts_labels_and_weights_agree() -> None:
    sparse = pytest.importorskip("scipy.sparse")
    x, y = problem(70, 60)
    x[np.abs(x) < 2] = 0
    groups = some_groups(60)
    label = np.empty(60, object)
    for k, group in enumerate(groups):
        label[group] = f"g{k:02}"
    reference = GroupLasso(groups, 0.2, **OPTIONS).fit(x, y).coef_
    for given in (np.asfortranarray(x), sparse.csc_matrix(x), sparse.csr_matrix(x)):
        np.testing.assert_allclose(GroupLasso(groups, 0.2, **OPTIONS).fit(given, y).coef_, reference, atol=1e-6)
    np.testing.assert_allclose(GroupLasso(label, 0.2, **OPTIONS).fit(x, y).coef_, reference, atol=1e-6)
    sizes = np.sqrt([len(group) for group in groups])
    explicit = GroupLasso(groups, 0.2, group_weights=sizes, **OPTIONS).fit(x, y)
    np.testing.assert_allclose(explicit.coef_, reference, atol=1e-6)
    twice = GroupLasso(groups, 0.2, **OPTIONS).fit(np.vstack([x, x[:9]]), np.r_[y, y[:9]]).coef_
    doubled = GroupLasso(groups, 0.2, **OPTIONS).fit(x, y, 1.0 + (np.arange(70) < 9)).coef_
    np.testing.assert_allclose(doubled, twice, atol=1e-6)
    assert GroupLasso(groups, 0.2).fit(x.astype(np.float32), y).coef_.dtype == np.float32


def test_targets_of_a_group_lasso_are_independent_and_warm_starts_help() -> None:
    x, y = problem(60, 90)
    groups = some_groups(90)
    both = np.c_[y, x[:, 3]]
    model = GroupLasso(groups, 0.2, warm_start=True, **OPTIONS).fit(x, both)
    for k in range(2):
        np.testing.assert_allclose(
            model.coef_[k], GroupLasso(groups, 0.2, **OPTIONS).fit(x, both[:, k]).coef_, atol=1e-6
        )
    assert max(model.fit(x, both).n_iter_) <= 1


@pytest.mark.parametrize(
    ("groups", "weights", "sentence"),
    [
        ([[0, 1], [1, 2], [3, 4, 5]], None, "must not overlap: column 1"),
        ([[0, 1], [3, 4, 5]], None, "column 2 is in none"),
        ([[0, 1, 2], [], [3, 4, 5]], None, "must not be empty, group 1"),
        ([[0, 1, 2], [3, 4, 5, 6]], None, "from 0 to 5, got 6"),
        ([[0, 1, 2], [3, 4, -1]], None, "from 0 to 5, got -1"),
        ([], None, "must not be empty"),
        (["a", "b"], None, "or 6 labels, got 2"),
        ([[0.5, 1], [2, 3, 4, 5]], None, r"groups\[0\] must hold integers"),
        ([[0, 1], 2, 3], None, "not both"),
        ([[0, 1, 2], [3, 4, 5]], [1.0], "group_weights must have shape"),
        ([[0, 1, 2], [3, 4, 5]], [1.0, -1.0], "finite and >= 0"),
        ([[0, 1, 2], [3, 4, 5]], [1.0, np.nan], "finite and >= 0"),
    ],
)
def test_bad_groups_are_refused(groups, weights, sentence) -> None:
    x, y = problem(20, 6)
    with pytest.raises((ValueError, TypeError), match=sentence):
        GroupLasso(groups, group_weights=weights).fit(x, y)


def test_bad_arguments_are_refused_and_early_stops_warn() -> None:
    x, y = problem(40, 60)
    for model, sentence in [
        (GroupLasso(alpha=-1.0), "alpha must be >= 0"),
        (SparseGroupLasso(l1_ratio=1.5), "l1_ratio must be"),
        (MultiTaskLasso(), "For mono-task outputs, use Lasso"),
        (MultiTaskElasticNet(), "For mono-task outputs, use ElasticNet"),
    ]:
        with pytest.raises(ValueError, match=sentence):
            model.fit(x, y)
    with pytest.warns(convergence_warning(), match=r"duality gap of \d"):
        GroupLasso(some_groups(60), 0.01, max_iter=1, tol=1e-12).fit(x, y)


@pytest.mark.parametrize("shape", SHAPES)
def test_scikit_learn_agrees(shape) -> None:
    theirs = pytest.importorskip("sklearn.linear_model")
    x, y = problem(*shape)
    both = np.c_[y, x[:, 0] - x[:, 7], y + x[:, 9]]
    for ratio in (1.0, 0.5):
        options = {"l1_ratio": ratio, "tol": 1e-12, "max_iter": 100000}
        model = MultiTaskElasticNet(0.3, **options).fit(x, both)
        reference = peer(theirs.MultiTaskElasticNet(0.3, **options).fit, x, both)
        np.testing.assert_allclose(model.coef_, reference.coef_, atol=1e-5)
        np.testing.assert_allclose(model.intercept_, reference.intercept_, atol=1e-4)
    lasso = peer(theirs.MultiTaskLasso(0.3, tol=1e-12, max_iter=100000).fit, x, both)
    np.testing.assert_allclose(MultiTaskLasso(0.3, **OPTIONS).fit(x, both).coef_, lasso.coef_, atol=1e-5)
