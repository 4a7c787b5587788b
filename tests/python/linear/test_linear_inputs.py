"""Linear models read X as it lies: layouts agree, threads do not matter, corrupt input is refused."""

import itertools
import pickle
import subprocess
import sys

import numpy as np
import pytest

import proxnet
from linear_tools import problem
from pairwise import pairwise
from proxnet import _core
from proxnet.linear_model import ElasticNet, Lasso, LassoCV, LogisticRegressionCV, enet_path

sparse = pytest.importorskip("scipy.sparse")


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


@pytest.mark.parametrize("kind", ["csc_matrix", "csr_matrix"])
@pytest.mark.parametrize(
    ("part", "where", "value"),
    [
        ("indices", 5, -1),
        ("indices", 5, 10_000),
        ("indptr", 0, 1),
        ("indptr", 3, 10_000),
        ("indptr", 3, -4),
        ("indptr", -1, 10_000),
    ],
)
def test_corrupt_structures_are_refused(kind, part, where, value) -> None:
    x, y = sparse_problem()
    matrix = getattr(sparse, kind)(x)
    getattr(matrix, part)[where] = value
    with pytest.raises(ValueError, match=r"indices must lie|indptr must rise"):
        Lasso(0.1).fit(matrix, y)


def test_a_short_indptr_is_refused() -> None:
    matrix = sparse.csc_matrix(sparse_problem()[0])
    with pytest.raises(ValueError, match="indptr must have 111 entries, got 110"):
        _core.Design.compressed(matrix.data, matrix.indices, matrix.indptr[:-1].copy(), 70, 110, False)


@pytest.mark.parametrize("layout", ["C", "F", "csc", "gram", "folds"])
def test_bits_do_not_depend_on_threads(layout) -> None:
    x, y = problem(400, 120, seed=2) if layout in ("gram", "folds") else problem(150, 700, seed=2)
    weights = np.random.default_rng(0).uniform(0.5, 2, len(y))
    given = (
        sparse.csc_matrix(x * (np.abs(x) > 2))
        if layout == "csc"
        else np.asarray(x, order=layout[0].upper()[0:1] if layout in "CF" else "C")
    )

    def bits() -> bytes:
        if layout == "folds":
            model = LassoCV(alphas=8, eps=0.05).fit(given, y, weights)
            return model.mse_path_.tobytes() + model.coef_.tobytes()
        model = Lasso(0.05).fit(given, y, weights)
        path = enet_path(given, y, alphas=8, eps=0.05)
        return model.coef_.tobytes() + np.float64(model.dual_gap_).tobytes() + b"".join(p.tobytes() for p in path)

    try:
        results = []
        for count in (1, 2, 3, 4):
            proxnet.set_num_threads(count)
            results.append(bits())
    finally:
        proxnet.set_num_threads(0)
    assert len(set(results)) == 1


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


@pytest.mark.parametrize("kind", ["csr", "csc"])
@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf])
def test_sparse_numbers_that_are_not_finite_are_found(kind, wrong) -> None:
    sparse = pytest.importorskip("scipy.sparse")
    x, y = problem(30, 8)
    model = Lasso(alpha=0.01).fit(x, y)
    x[7, 5] = wrong
    with pytest.raises(ValueError, match="X must be finite: column 5 has"):
        model.predict(getattr(sparse, f"{kind}_array")(x))


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
