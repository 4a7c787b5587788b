"""One model of each family: how X is held does not matter, and problems that are the same have the same answer."""

import itertools

import numpy as np
import pytest

from linear_tools import problem
from proxnet import linear_model as m
from proxnet.regularizers import L1, MCP, LogSum

TIGHT = {"tol": 1e-12, "max_iter": 20000}
GROUPS = [[0, 3], [1, 2, 4], [5, 6, 7]]
FACTORS = [0.0, *[1.0] * 7]
FAMILIES = {
    "lasso": (lambda: m.Lasso(0.3, **TIGHT), "real"),
    "elastic net": (lambda: m.ElasticNet(0.3, l1_ratio=0.6, **TIGHT), "real"),
    "free column": (lambda: m.Lasso(0.3, penalty_factor=FACTORS, **TIGHT), "real"),
    "free in tasks": (lambda: m.MultiTaskLasso(0.3, penalty_factor=FACTORS, **TIGHT), "tasks"),
    "free group": (lambda: m.GroupLasso(GROUPS, 0.3, group_weights=[0, 1, 2], **TIGHT), "real"),
    "free in classes": (lambda: m.LogisticRegression(C=0.5, l1_ratio=0.7, penalty_factor=FACTORS, **TIGHT), "classes"),
    "lasso cv": (lambda: m.LassoCV(alphas=[1.0, 0.3, 0.1], cv=3, **TIGHT), "real"),
    "groups": (lambda: m.SparseGroupLasso(GROUPS, 0.3, l1_ratio=0.3, **TIGHT), "real"),
    "groups cv": (lambda: m.GroupLassoCV(GROUPS, alphas=[1.0, 0.3], cv=3, **TIGHT), "real"),
    "tasks": (lambda: m.MultiTaskLasso(0.3, **TIGHT), "tasks"),
    "tasks cv": (lambda: m.MultiTaskLassoCV(alphas=[1.0, 0.3], cv=3, **TIGHT), "tasks"),
    "penalty": (lambda: m.PenalizedRegressor(MCP(0.3), tol=1e-10), "real"),
    "penalty classes": (lambda: m.PenalizedClassifier(LogSum(0.05, epsilon=1.0), tol=1e-10), "classes"),
    "penalty counts": (lambda: m.PenalizedRegressor(MCP(0.1), loss="poisson", tol=1e-10), "counts"),
    "penalty cv": (lambda: m.PenalizedRegressorCV(L1(1.0), alphas=[1.0, 0.3], cv=3, tol=1e-10), "real"),
    "ridge": (lambda: m.Ridge(3.0), "real"),
    "ridge cg": (lambda: m.Ridge(3.0, solver="sparse_cg", tol=1e-12), "real"),
    "ridge cv": (lambda: m.RidgeCV([1.0, 10.0], cv=3), "real"),
    "ridge classes": (lambda: m.RidgeClassifier(3.0), "classes"),
    "ridge classes cv": (lambda: m.RidgeClassifierCV([1.0, 10.0]), "classes"),
    "logistic": (lambda: m.LogisticRegression(C=0.5, l1_ratio=0.7, **TIGHT), "labels"),
    "multinomial": (lambda: m.LogisticRegression(C=0.5, l1_ratio=0.7, **TIGHT), "classes"),
    "logistic cv": (lambda: m.LogisticRegressionCV(Cs=[0.1, 0.5], l1_ratios=[0.7], cv=3, **TIGHT), "classes"),
    "multi-task net": (lambda: m.MultiTaskElasticNet(0.3, l1_ratio=0.6, **TIGHT), "tasks"),
    "multi-task net cv": (lambda: m.MultiTaskElasticNetCV(l1_ratio=0.6, alphas=[1.0, 0.3], cv=3, **TIGHT), "tasks"),
    "net cv": (lambda: m.ElasticNetCV(l1_ratio=0.6, alphas=[1.0, 0.3], cv=3, **TIGHT), "real"),
    "group lasso": (lambda: m.GroupLasso(GROUPS, 0.3, **TIGHT), "real"),
    "poisson": (lambda: m.PoissonRegressor(alpha=0.1, l1_ratio=0.7, **TIGHT), "counts"),
    "huber": (lambda: m.HuberRegressor(alpha=3.0, l1_ratio=0.7, **TIGHT), "real"),
    "svc": (lambda: m.LinearSVC(penalty="l1", C=0.1, **TIGHT), "classes"),
}
CORRUPT = (
    ("indices", 3, -1),
    ("indices", 3, 10_000),
    ("indptr", 0, 1),
    ("indptr", 3, -4),
    ("indptr", 3, 10_000),
    ("indptr", -1, 10_000),
)
NO_FOLDS = [name for name in FAMILIES if not name.endswith("cv")]


def data(kind, rows=90):
    """Whole numbers, so that every type holds them."""
    x, y = problem(rows, 8)
    x = np.round(4 * (x - x.mean(axis=0)))
    x[np.abs(x) < 2] = 0
    y = y - y.mean()
    return x, {
        "real": y,
        "tasks": np.c_[y, x[:, 1] + y**2 / 10],
        "labels": (y > 0).astype(int),
        "classes": np.digitize(y, [-3, 3]),
        "counts": np.round(np.exp(y / 8)),
    }[kind]


def dense(how, x, tmp_path):
    if how == "memmap":
        np.save(tmp_path / "x.npy", x)
        return np.load(tmp_path / "x.npy", mmap_mode="r")
    if how == "pandas":
        return pytest.importorskip("pandas").DataFrame(x, columns=[f"f{j}" for j in range(8)])
    if how == "strided":
        wide = np.zeros((len(x), 24))
        wide[:, 1::3] = x
        return wide[:, 1::3]
    dtype, order = how.split(" ")
    return np.asarray(x, dtype, order)


def compressed(how, x):
    """CSR or CSC; "mixed": lines in reverse, the entries halved and spelled twice, and a zero in every line."""
    sparse = pytest.importorskip("scipy.sparse")
    kind, dtype, index, mixed = how.split(" ")
    matrix = getattr(sparse, f"{kind}_matrix")(x.astype(dtype))
    data, indices, indptr = matrix.data, matrix.indices, matrix.indptr
    if mixed == "mixed":
        lines = [slice(a, b) for a, b in itertools.pairwise(indptr)]
        data = np.concatenate([np.r_[np.repeat(data[line][::-1] / 2, 2), 0] for line in lines])
        indices = np.concatenate([np.r_[np.repeat(indices[line][::-1], 2), 0] for line in lines])
        indptr = 2 * indptr + np.arange(len(indptr))
    matrix.data, matrix.indices, matrix.indptr = data.astype(dtype), indices.astype(index), indptr.astype(index)
    return matrix


DENSE = ("float64 F", "float32 C", "float32 F", "int64 C", "memmap", "pandas", "strided")
SPARSE = [
    f"{kind} {dtype} {index} {mixed}"
    for kind in ("csc", "csr")
    for dtype, index, mixed in (
        ("float64", "int32", "sorted"),
        ("float64", "int64", "mixed"),
        ("float32", "int64", "sorted"),
        ("float32", "int32", "mixed"),
    )
]


def test_every_class_is_here() -> None:
    classes = {type(make()).__name__ for make, _ in FAMILIES.values()}
    assert classes == {name for name in m.__all__ if isinstance(getattr(m, name), type)}


def same_fit(make, plain, given, y, x, how):
    model = make().fit(given, y)
    assert model.coef_.dtype == (np.float32 if "float32" in how else np.float64), how
    np.testing.assert_allclose(model.coef_, plain.coef_, rtol=1e-6, atol=1e-6, err_msg=how)
    np.testing.assert_allclose(model.predict(given), plain.predict(x), rtol=1e-5, atol=1e-5, err_msg=how)
    assert hasattr(model, "feature_names_in_") == (how == "pandas")


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", FAMILIES)
def test_how_dense_x_is_held_does_not_matter(name, tmp_path) -> None:
    make, kind = FAMILIES[name]
    x, y = data(kind)
    plain = make().fit(x, y)
    assert np.abs(plain.coef_).max() > 0.01
    for how in DENSE:
        given = dense(how, x, tmp_path)
        same_fit(make, plain, given, y, x, how)
        assert (np.asarray(given) == x).all(), how


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", FAMILIES)
def test_how_sparse_x_is_held_does_not_matter(name) -> None:
    make, kind = FAMILIES[name]
    x, y = data(kind)
    plain = make().fit(x, y)
    for how in SPARSE:
        given = compressed(how, x)
        parts = [getattr(given, part) for part in ("data", "indices", "indptr")]
        kept = [part.copy() for part in parts]
        for part in parts:
            part.setflags(write=False)
        same_fit(make, plain, given, y, x, how)
        assert all((a == b).all() for a, b in zip(parts, kept, strict=True)), how


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", FAMILIES)
def test_corrupt_structures_are_refused_by_fit_and_predict(name) -> None:
    make, kind = FAMILIES[name]
    x, y = data(kind)
    fitted = make().fit(x, y)
    for line in ("csc", "csr"):
        for part, where, value in CORRUPT:
            given = compressed(f"{line} float64 int32 sorted", x)
            getattr(given, part)[where] = value
            for call in (lambda given=given: make().fit(given, y), lambda given=given: fitted.predict(given)):
                with pytest.raises(ValueError, match=r"indices must lie|indptr must rise"):
                    call()
        given = compressed(f"{line} float64 int32 sorted", x)
        given.indptr = given.indptr[:-1].copy()
        with pytest.raises(ValueError, match="indptr must have"):
            make().fit(given, y)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", NO_FOLDS)
def test_rows_repeated_are_weights(name) -> None:
    make, kind = FAMILIES[name]
    x, y = data(kind)
    times = np.random.default_rng(0).integers(0, 4, len(x))
    repeated = make().fit(np.repeat(x, times, axis=0), np.repeat(y, times, axis=0))
    weighted = make().fit(x, y, times.astype(float))
    np.testing.assert_allclose(weighted.coef_, repeated.coef_, atol=1e-6)
    np.testing.assert_allclose(weighted.intercept_, repeated.intercept_, atol=1e-5)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", [n for n in NO_FOLDS if "group" not in n and "penalty" not in n and n[:4] != "free"])
def test_a_feature_twice_predicts_the_same_or_shares_its_coefficient(name) -> None:
    """Of L1 alone the two coefficients add to the one; strictly convex penalties share it evenly."""
    make, kind = FAMILIES[name]
    x, y = data(kind)
    wide = np.hstack([x, x[:, :2]])
    model = make().fit(wide, y)
    coef = np.atleast_2d(model.coef_)
    if name in ("lasso", "tasks", "svc"):
        merged = coef[:, :8].copy()
        merged[:, :2] += coef[:, 8:]
        np.testing.assert_allclose(merged, np.atleast_2d(make().fit(x, y).coef_), atol=1e-5)
    else:  # strictly convex
        np.testing.assert_allclose(coef[:, :2], coef[:, 8:], atol=1e-5)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("scale", [1e-3, 1e4])
@pytest.mark.parametrize("name", ["groups", "tasks", "logistic", "poisson", "huber", "svc", "multinomial"])
def test_units_of_x_do_not_matter_where_the_penalty_goes_with_them(name, scale) -> None:
    """L1 strengths go with the scale: alpha with it, C against it."""
    make, kind = FAMILIES[name]
    x, y = data(kind)
    model, scaled = make(), make()
    if "l1_ratio" in model._parameter_names():
        model.set_params(l1_ratio=1.0), scaled.set_params(l1_ratio=1.0)
    if "C" in model._parameter_names():
        scaled.set_params(C=model.C / scale)
    else:
        scaled.set_params(alpha=model.alpha * scale)
    if name == "svc":
        scaled.set_params(fit_intercept=False), model.set_params(fit_intercept=False)
    model.fit(x, y), scaled.fit(scale * x, y)
    np.testing.assert_allclose(scale * scaled.coef_, model.coef_, atol=1e-5)
