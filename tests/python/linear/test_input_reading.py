"""Masked cells, index arrays, data frames and groups as users bring them."""

from __future__ import annotations

import numpy as np
import pytest

import proxnet
from proxnet import linear_model as m

RNG = np.random.default_rng(0)
X = RNG.standard_normal((30, 6))
Y = X[:, 0] + 0.1 * RNG.standard_normal(30)
LABELS = (Y > 0).astype(int)


def masked(values) -> np.ma.MaskedArray:
    """The values, the first of them masked."""
    values = np.asarray(values)
    mask = np.zeros(values.shape, bool)
    mask.flat[0] = True
    return np.ma.array(values, mask=mask)


CALLS = [
    *[
        call
        for model in (
            m.Lasso(),
            m.LassoCV(cv=2),
            m.Ridge(),
            m.RidgeCV(),
            m.HuberRegressor(),
            m.PenalizedRegressor(),
            m.GroupLasso(),
        )
        for call in (
            lambda model=model: model.fit(X, masked(Y)),
            lambda model=model: model.fit(masked(X), Y),
            lambda model=model: model.fit(X, Y, masked(np.ones(30))),
        )
    ],
    *[
        lambda model=model: model.fit(X, masked(LABELS))
        for model in (m.LogisticRegression(), m.LinearSVC(), m.RidgeClassifier(), m.PenalizedClassifier())
    ],
    lambda: m.MultiTaskLasso().fit(X, masked(np.c_[Y, Y])),
    lambda: m.RidgeClassifier().fit(X, masked(np.c_[LABELS, LABELS])),
    lambda: m.Lasso().fit([masked(row) for row in X], Y),
    lambda: m.Lasso().fit(X, Y).predict(masked(X)),
    lambda: m.Lasso().fit(X, Y).score(X, masked(Y)),
    lambda: m.LogisticRegression().fit(X, LABELS).score(X, masked(LABELS)),
    lambda: m.Lasso().fit(X, Y).score(X, Y, masked(np.ones(30))),
    lambda: m.Lasso(penalty_factor=masked(np.ones(6))).fit(X, Y),
    lambda: m.lasso_path(X, Y, coef_init=masked(np.ones(6))),
    lambda: m.lasso_path(X, Y, alphas=masked([1.0, 0.5])),
    lambda: m.GroupLasso(masked(np.arange(6))).fit(X, Y),
    lambda: m.GroupLasso(1, group_weights=masked(np.ones(6))).fit(X, Y),
    lambda: m.Ridge(masked([1.0])).fit(X, Y[:, np.newaxis]),
    lambda: m.LassoCV(cv=[(masked(np.arange(20)), np.arange(20, 30))]).fit(X, Y),
    lambda: proxnet.losses.MeanSquaredError()(masked(np.ones((3, 1))), np.ones((3, 1))),
    lambda: proxnet.losses.MeanSquaredError()(np.ones((3, 1)), np.ones((3, 1)), masked(np.ones(3))),
    lambda: proxnet.metrics.MeanSquaredError()(np.ones(3), masked(np.ones(3))),
    lambda: proxnet.activations.relu(masked(np.ones(3))),
    lambda: proxnet.regularizers.l1(1.0).prox(masked(np.ones(3)), 0.5),
]


@pytest.mark.parametrize("case", range(len(CALLS)))
def test_masked_cells_are_refused(case) -> None:
    with pytest.raises(ValueError, match=r"^\[\w+\] .* must have no masked cell, .* is masked$"):
        CALLS[case]()


def test_nothing_masked_is_read() -> None:
    plain = np.ma.array(Y, mask=False)
    np.testing.assert_array_equal(m.Lasso(0.1).fit(np.ma.array(X), plain).coef_, m.Lasso(0.1).fit(X, Y).coef_)


@pytest.mark.parametrize("make", ["csc_array", "csr_array"])
def test_index_arrays_are_read_exactly_or_refused(make) -> None:
    sparse = pytest.importorskip("scipy.sparse")
    x = getattr(sparse, make)(np.where(np.abs(X) > 0.5, X, 0.0))
    expected = m.Lasso(0.1).fit(x, Y).coef_
    for kind in ("uint64", "uint32", "int16"):
        other = x.copy()
        other.indices = other.indices.astype(kind)
        np.testing.assert_array_equal(m.Lasso(0.1).fit(other, Y).coef_, expected)
    other.indices = other.indices.astype(float)
    with pytest.raises(TypeError, match=r"\[fit\] X's indices must hold integers, got dtype float64"):
        m.Lasso().fit(other, Y)
    other.indices = x.indices.astype(np.uint64)
    other.indices[1] = 2**63 + 1
    with pytest.raises(
        ValueError, match=r"X's indices must be at most 2\^63 - 1, X's indices\[1\] = 9223372036854775809"
    ):
        m.Lasso().fit(other, Y)
    other.indices = x.indices.astype(np.uint32)
    other.indices[1] = 2**32 - 1  # -1 in int32
    with pytest.raises(ValueError, match="indices must lie in"):
        m.Lasso().fit(other, Y)


def test_rows_of_folds_are_read_exactly_or_refused() -> None:
    halves = np.arange(15), np.arange(15, 30)
    cv = [halves, halves[::-1]]
    expected = m.LassoCV(cv=cv).fit(X, Y).mse_path_
    unsigned = [tuple(rows.astype(np.uint64) for rows in pair) for pair in cv]
    np.testing.assert_array_equal(m.LassoCV(cv=unsigned).fit(X, Y).mse_path_, expected)
    with pytest.raises(ValueError, match="must be at most"):
        m.LassoCV(cv=[(np.array([2**64 - 1], np.uint64), halves[1])]).fit(X, Y)


def test_a_frame_with_a_missing_number_names_its_column() -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(X, columns=list("abcdef"))
    fitted = m.Lasso().fit(frame, Y)
    for bad in (np.nan, np.inf):
        broken = frame.copy()
        broken.loc[3, "c"] = bad
        for model in (m.Lasso(), m.LassoCV(), m.Ridge(), m.HuberRegressor(), m.PenalizedRegressor()):
            with pytest.raises(ValueError, match=r"\[fit\] X must be finite, column 'c' has a NaN or an infinity"):
                model.fit(broken, Y)
        with pytest.raises(ValueError, match=r"\[predict\] X must be finite, column 'c'"):
            fitted.predict(broken)
        with pytest.raises(ValueError, match=r"\[lasso_path\] X must be finite, column 'c'"):
            m.lasso_path(broken, Y)
    nullable = frame.astype("Float64")
    np.testing.assert_array_equal(m.Lasso(0.1).fit(nullable, Y).coef_, m.Lasso(0.1).fit(X, Y).coef_)
    nullable.loc[2, "d"] = pandas.NA
    with pytest.raises(ValueError, match="column 'd' has a NaN"):
        m.Lasso().fit(nullable, Y)
    with pytest.raises(ValueError, match="column 'e': argument must be a string or a real number"):
        m.Lasso().fit(frame.astype(object).assign(e="x"), Y)


@pytest.mark.filterwarnings("ignore:Concatenating sparse arrays")
def test_sparse_columns_of_any_fill_value_are_read() -> None:
    pandas = pytest.importorskip("pandas")
    pytest.importorskip("scipy")
    a, b, y = [1.0, 1.0, 2.0, 1.0], [0.0, 1.0, 0.0, 3.0], [1.0, 2.0, 3.0, 4.0]
    expected = m.Lasso(0.01).fit(np.c_[a, b], y).coef_
    for fill in (0.0, 1.0, np.nan):
        frame = pandas.DataFrame(
            {"a": pandas.arrays.SparseArray(a, fill_value=fill), "b": pandas.arrays.SparseArray(b)}
        )
        np.testing.assert_allclose(m.Lasso(0.01).fit(frame, y).coef_, expected, rtol=1e-12)
    frame["b"] = b  # sparse and dense columns together
    np.testing.assert_allclose(m.Lasso(0.01).fit(frame, y).coef_, expected, rtol=1e-12)


def test_groups_by_size_and_by_name() -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(X, columns=list("abcdef"))
    pairs = m.GroupLasso([[0, 1], [2, 3], [4, 5]], 0.1).fit(X, Y).coef_
    np.testing.assert_array_equal(m.GroupLasso(2, 0.1).fit(X, Y).coef_, pairs)
    np.testing.assert_array_equal(m.GroupLassoCV(2, cv=3).fit(X, Y).mse_path_.shape, (100, 3))
    expected = m.GroupLasso([[0, 2], [1, 3], [4, 5]], 0.1).fit(frame, Y).coef_
    names = [["a", "c"], ["b", "d"], ["e", "f"]]
    for groups in (names, dict(zip("uvw", names, strict=True))):
        np.testing.assert_array_equal(m.GroupLasso(groups, 0.1).fit(frame, Y).coef_, expected)
    np.testing.assert_array_equal(m.group_path(frame, Y, names)[1], m.group_path(frame, Y, [[0, 2], [1, 3], [4, 5]])[1])
    with pytest.raises(ValueError, match="groups = 4 must divide the number of columns, which is 6"):
        m.GroupLasso(4).fit(X, Y)
    with pytest.raises(ValueError, match=r"groups\[1\] must hold columns of X, got 'z'"):
        m.GroupLasso([["a"], ["z"]]).fit(frame, Y)
    with pytest.raises(ValueError, match=r"groups\[0\] must hold column numbers: X has no column names"):
        m.GroupLasso(names).fit(X, Y)


def test_arguments_are_named() -> None:
    for call, name in (
        (lambda: m.Lasso(penalty_factor=[[1], [2, 3]]).fit(X, Y), "penalty_factor"),
        (lambda: m.Lasso(penalty_factor=["a"] * 6).fit(X, Y), "penalty_factor"),
        (lambda: m.lasso_path(X, Y, coef_init="a"), "coef_init"),
        (lambda: m.GroupLasso(1, group_weights=["a"] * 6).fit(X, Y), "group_weights"),
        (lambda: m.GroupLasso([[0], [1, [2]]]).fit(X, Y), r"groups\[1\]"),
        (lambda: m.Lasso().fit(X, [[1, 2], [3]]), "y"),
        (lambda: m.LogisticRegression().fit(X, [[1, 2], [3]]), "y"),
        (lambda: m.Lasso().fit([[1, 2], [3]], [1, 2]), "X"),
        (lambda: m.LassoCV(alphas=[[1], [2, 3]]).fit(X, Y), "alphas"),
        (lambda: m.Ridge(alpha=[[1], [2, 3]]).fit(X, Y), "alpha"),
        (lambda: m.Ridge(alpha=None).fit(X, Y), "alpha"),
        (lambda: m.RidgeClassifier(alpha=[[1], [2, 3]]).fit(X, LABELS), "alpha"),
        (lambda: m.LogisticRegression("l1", l1_ratio=np.ones(2)).fit(X, LABELS), "l1_ratio"),
        (lambda: m.LogisticRegression(None, C=np.ones(2)).fit(X, LABELS), "C"),
        (lambda: m.ElasticNetCV(l1_ratio=[[1], [2, 3]]).fit(X, Y), "l1_ratio"),
        (lambda: m.LogisticRegressionCV(Cs=[[1], [2, 3]]).fit(X, LABELS), "Cs"),
        (lambda: m.lasso_path(X, Y, Xy=[[1], [2, 3]]), "Xy"),
    ):
        with pytest.raises((TypeError, ValueError), match=rf"^\[\w+\] {name} must "):
            call()


@pytest.mark.parametrize("value", [10**400, [10**400], np.array([10**400], object)])
def test_numbers_beyond_float64_are_refused_by_a_sentence(value) -> None:
    for call in (
        lambda: m.Lasso(value).fit(X, Y),
        lambda: m.RidgeCV(value).fit(X, Y),
        lambda: m.Lasso(penalty_factor=value).fit(X, Y),
        lambda: m.Lasso().fit(X, np.resize(np.array(value, object), 30)),
        lambda: m.Lasso().fit(X, Y, np.resize(np.array(value, object), 30)),
    ):
        with pytest.raises((TypeError, ValueError), match=r"^\[fit\] "):
            call()


def test_a_path_of_ridge_finds_its_own_alphas() -> None:
    alphas, coefs = m.ridge_path(X, Y)
    centred, target = X - X.mean(axis=0), Y - Y.mean()
    largest = 1000 * np.max((centred.T @ target) ** 2) / (target @ target)
    np.testing.assert_allclose(alphas, np.geomspace(largest, 1e-6 * largest, 100), rtol=1e-10)
    np.testing.assert_allclose(coefs[:, 40], m.Ridge(alphas[40]).fit(X, Y).coef_, rtol=1e-8)
    np.testing.assert_allclose(m.ridge_path(X, 7 * Y)[0], alphas, rtol=1e-10)
    doubled = m.ridge_path(X, Y, 5, sample_weight=np.full(30, 2.0))
    np.testing.assert_allclose(doubled[1], m.ridge_path(X, Y, 5)[1], rtol=1e-8)


def test_a_network_names_the_column_of_a_missing_number() -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(X, columns=list("abcdef"))
    model = proxnet.Sequential([proxnet.layers.Dense(1)])
    model.compile("sgd", "mse")
    model.fit(frame, Y, epochs=1, verbose=0)
    frame.loc[3, "c"] = np.nan
    for operation in (model.fit, model.evaluate, model.train_on_batch):
        with pytest.raises(ValueError, match=r"x must be finite, x\[3, 2\] = nan in column 'c'"):
            operation(frame, Y)
    nullable = frame.astype("Float64")
    nullable.loc[3, "c"] = pandas.NA
    with pytest.raises(TypeError, match=r"x\[3, 2\] = <NA> in column 'c'"):
        model.fit(nullable, Y)
