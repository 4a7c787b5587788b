"""How X is stored does not matter: arrays, data frames and sparse matrices of any layout have the same solution."""

import itertools

import numpy as np
import pytest

from families import FAMILIES, data
from linear_tools import problem
from pairwise import pairwise
from proxnet import _core
from proxnet.linear_model import ElasticNet, Lasso, LogisticRegressionCV

sparse = pytest.importorskip("scipy.sparse")

CORRUPT = (
    ("indices", 3, -1),
    ("indices", 3, 10_000),
    ("indptr", 0, 1),
    ("indptr", 3, -4),
    ("indptr", 3, 10_000),
    ("indptr", -1, 10_000),
)
DENSE = (
    "float64 F",
    "float32 C",
    "float32 F",
    "int64 C",
    "memmap",
    "pandas",
    "strided",
    "reversed",
    "big-endian",
    "list",
)
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
    if how == "reversed":
        return x[::-1].copy()[::-1]
    if how == "big-endian":
        return x.astype(">f8")
    if how == "list":
        return x.tolist()
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


def sparse_problem(rows=70, cols=110, seed=0):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(rows, cols)) * (rng.random((rows, cols)) < 0.2) + 0.0
    return x, x[:, :4] @ np.array([3.0, -2.0, 2.0, 1.0]) + 0.1 * rng.normal(size=rows) + 5


def shuffled(matrix, seed=0):
    """The same matrix with its entries in another order within each line, some split in two, some zeros spelled out."""
    rng = np.random.default_rng(seed)
    data, indices, indptr = [], [], [0]
    for k in range(len(matrix.indptr) - 1):
        line = slice(matrix.indptr[k], matrix.indptr[k + 1])
        at, value = list(matrix.indices[line]), list(matrix.data[line])
        if at:
            at, value = [*at, at[0], at[-1]], [*value, 0.25, 0.0]
            value[0] -= 0.25
        order = rng.permutation(len(at))
        data += [value[i] for i in order]
        indices += [at[i] for i in order]
        indptr.append(len(data))
    return type(matrix)((np.array(data), np.array(indices, np.int32), np.array(indptr, np.int32)), matrix.shape)


def test_input_is_neither_written_nor_copied(tmp_path) -> None:
    x, y = problem()
    path = tmp_path / "x.npy"
    np.save(path, x)
    mapped = np.load(path, mmap_mode="r")
    y.flags.writeable = False
    np.testing.assert_array_equal(Lasso(0.1).fit(mapped, y).coef_, Lasso(0.1).fit(x, y).coef_)


@pairwise(
    index=[np.int32, np.int64],
    kind=["csc_matrix", "csr_matrix", "csc_array", "csr_array", "coo_matrix"],
    shape=[(70, 110), (110, 30)],
)
def test_sparse_layouts_agree_with_dense(kind, index, shape) -> None:
    x, y = sparse_problem(*shape)
    matrix = getattr(sparse, kind)(x)
    if kind.startswith("cs"):
        matrix.indices, matrix.indptr = matrix.indices.astype(index), matrix.indptr.astype(index)
    weights = np.random.default_rng(3).uniform(0.5, 2, shape[0])
    for intercept in (True, False):
        options = {"l1_ratio": 0.9, "tol": 1e-12, "fit_intercept": intercept}
        dense = ElasticNet(0.02, **options).fit(x, y, weights)
        model = ElasticNet(0.02, **options).fit(matrix, y, weights)
        np.testing.assert_allclose(model.coef_, dense.coef_, atol=1e-8)
        assert model.intercept_ == pytest.approx(dense.intercept_, abs=1e-8)
        np.testing.assert_allclose(model.predict(matrix), dense.predict(x), atol=1e-8)
    assert model.sparse_coef_.nnz == np.count_nonzero(model.coef_)


@pytest.mark.parametrize("kind", ["csc_matrix", "csr_matrix"])
@pytest.mark.parametrize("gram_columns", [0, 4096])
def test_order_duplicates_and_spelled_zeros_do_not_matter(kind, gram_columns) -> None:
    x, y = sparse_problem()
    mixed = shuffled(getattr(sparse, kind)(x))
    before = mixed.copy()
    np.testing.assert_allclose(mixed.toarray(), x, atol=1e-15)
    design = _core.Design.compressed(mixed.data, mixed.indices, mixed.indptr, *x.shape, kind == "csr_matrix")
    arguments = (y, None, 0.9, None, False, True, [0.1, 0.02], 2, 0.1, 1e-12, 100000, None, gram_columns)
    np.testing.assert_allclose(design.path(*arguments)["coef"], _core.Design(x).path(*arguments)["coef"], atol=1e-7)
    assert all(np.array_equal(getattr(mixed, part), getattr(before, part)) for part in ("data", "indices", "indptr"))


def test_a_short_indptr_is_refused() -> None:
    matrix = sparse.csc_matrix(sparse_problem()[0])
    with pytest.raises(ValueError, match="indptr must have 111 entries, got 110"):
        _core.Design.compressed(matrix.data, matrix.indices, matrix.indptr[:-1].copy(), 70, 110, False)


@pairwise(
    index=[np.int32, np.int64],
    dtype=[np.float32, np.float64],
    kind=["csr", "csc", "unsorted csr", "unsorted csc", "doubled csr", "doubled csc"],
)
def test_sparse_layouts_are_one_matrix(kind, dtype, index) -> None:
    sparse = pytest.importorskip("scipy.sparse")
    x, y = problem(60, 25)
    x = np.where(np.abs(x) > 0.8, x, 0).astype(np.float32)  # halves of float32 are exact
    given = getattr(sparse, f"{kind[-3:]}_array")(x.astype(dtype))
    data, indices, indptr = given.data, given.indices, given.indptr
    if kind.startswith("unsorted"):
        order = np.concatenate([np.arange(b - 1, a - 1, -1) for a, b in itertools.pairwise(indptr)])
        data, indices = data[order], indices[order]
    elif kind.startswith("doubled"):
        data, indices, indptr = np.repeat(data / 2, 2), np.repeat(indices, 2), 2 * indptr
    arrays = data, indices.astype(index), indptr.astype(index)
    kept = [a.copy() for a in arrays]
    for a in arrays:
        a.setflags(write=False)
    design = _core.Design.compressed(*arrays, *x.shape, kind.endswith("csr"))
    columns = _core.Design.compressed(*(lambda c: (c.data, c.indices, c.indptr))(sparse.csc_array(x)), *x.shape, False)
    coef = np.where(np.arange(25) % 3 == 0, 0.0, np.linspace(-1, 1, 25))
    predicted = design.predict(coef, 0.5)  # rows before there are columns of them
    np.testing.assert_array_equal(predicted, columns.predict(coef, 0.5))
    np.testing.assert_allclose(predicted, x.astype(np.float64) @ coef + 0.5, rtol=1e-12)
    arguments = (y, None, 1.0, None, False, True, [0.1, 0.01], 2, 1e-3, 1e-8, 1000, None)
    np.testing.assert_array_equal(design.path(*arguments)["coef"], columns.path(*arguments)["coef"])
    np.testing.assert_array_equal(design.predict(coef, 0.5), predicted)
    for a, b in zip(arrays, kept, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("model", [Lasso, LogisticRegressionCV])
def test_sparse_frames_of_pandas_are_sparse(model) -> None:
    pandas = pytest.importorskip("pandas")
    rng = np.random.default_rng(0)
    x = sparse.csc_matrix(rng.normal(size=(60, 5)) * (rng.random((60, 5)) < 0.4))
    y = x @ np.arange(5.0) if model is Lasso else (x @ np.arange(5.0) > 0).astype(int)
    frame = pandas.DataFrame.sparse.from_spmatrix(x, columns=list("abcde"))
    fitted, plain = model().fit(frame, y), model().fit(x, y)
    np.testing.assert_array_equal(fitted.coef_, plain.coef_)
    np.testing.assert_array_equal(fitted.predict(frame), plain.predict(x))
    assert list(fitted.feature_names_in_) == list("abcde")


@pytest.mark.parametrize("shape", [(60, 90), (90, 20)])
def test_dense_layouts_agree(shape) -> None:
    x, y = problem(*shape)
    reference = ElasticNet(0.1, l1_ratio=0.7, tol=1e-12).fit(x, y)
    wide = np.zeros((2 * shape[0], 3 * shape[1]))
    wide[::2, ::3] = x
    for other in (np.asfortranarray(x), wide[::2, ::3], x[::-1][::-1], x.astype(">f8"), x.tolist()):
        model = ElasticNet(0.1, l1_ratio=0.7, tol=1e-12).fit(other, y)
        np.testing.assert_allclose(model.coef_, reference.coef_, atol=1e-8)
        np.testing.assert_allclose(model.predict(other), reference.predict(x), rtol=1e-9)
    for order in "CF":
        short = np.asarray(x, np.float32, order=order)
        model = ElasticNet(0.1, l1_ratio=0.7, tol=1e-12).fit(short, y)
        assert model.coef_.dtype == np.float32
        exact = ElasticNet(0.1, l1_ratio=0.7, tol=1e-12).fit(short.astype(np.float64), y)
        np.testing.assert_allclose(model.coef_, exact.coef_, atol=1e-6)  # read as float32, solved in float64
