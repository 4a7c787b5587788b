"""What a user of scikit-learn's coordinate descent finds here: parameters, warnings, errors, several targets."""

import warnings

import numpy as np
import pytest

from linear_tools import convergence_warning, problem
from proxnet.linear_model import (
    ElasticNet,
    ElasticNetCV,
    Lasso,
    LassoCV,
    LogisticRegressionCV,
    MultiTaskElasticNet,
    MultiTaskElasticNetCV,
    MultiTaskLasso,
    MultiTaskLassoCV,
    Ridge,
    enet_path,
    lasso_path,
)


@pytest.mark.parametrize("weigh", [False, True])
def test_paths_of_several_targets_are_the_multi_task_model(weigh) -> None:
    x, y = problem(50, 30)
    both = np.c_[y, x[:, 3] - x[:, 4]]
    weights = np.random.default_rng(0).uniform(0.5, 2, 50) if weigh else None
    alphas, coefs, gaps, passes = enet_path(
        x, both, l1_ratio=0.7, alphas=6, eps=0.05, tol=1e-11, max_iter=10000, sample_weight=weights, return_n_iter=True
    )
    assert coefs.shape == (2, 30, 6)
    assert len(gaps) == len(passes) == 6
    assert not coefs[:, :, 0].any()
    assert coefs[:, :, 1].any()
    options = {"l1_ratio": 0.7, "fit_intercept": False, "tol": 1e-11, "max_iter": 10000}
    for k in (2, 5):
        model = MultiTaskElasticNet(alphas[k], **options).fit(x, both, weights)
        np.testing.assert_allclose(coefs[:, :, k], model.coef_, atol=1e-5)


def test_one_target_of_a_multi_task_model_is_the_plain_model() -> None:
    x, y = problem(60, 20)
    for many, one in ((MultiTaskLasso(0.3), Lasso(0.3)), (MultiTaskElasticNet(0.3), ElasticNet(0.3))):
        np.testing.assert_array_equal(many.fit(x, y[:, np.newaxis]).coef_[0], one.fit(x, y).coef_)
        assert many.intercept_[0] == one.intercept_
        assert many.dual_gap_ == one.dual_gap_
    many, one = (model(alphas=7, cv=3, l1_ratio=[0.4, 0.9]) for model in (MultiTaskElasticNetCV, ElasticNetCV))
    many.fit(x, y[:, np.newaxis]), one.fit(x, y)
    assert (many.alpha_, many.l1_ratio_) == (one.alpha_, one.l1_ratio_)
    np.testing.assert_array_equal(many.coef_[0], one.coef_)
    np.testing.assert_allclose(many.mse_path_, one.mse_path_, rtol=1e-12)


def test_weights_of_a_path_are_rows_repeated() -> None:
    x, y = problem(30, 12)
    times = np.random.default_rng(3).integers(1, 4, 30)
    options = {"alphas": 5, "eps": 0.01, "tol": 1e-12, "max_iter": 10000}
    weighted = lasso_path(x, y, sample_weight=times.astype(float), **options)
    repeated = lasso_path(np.repeat(x, times, axis=0), np.repeat(y, times), **options)
    np.testing.assert_allclose(weighted[0], repeated[0])
    np.testing.assert_allclose(weighted[1], repeated[1], atol=1e-7)


def test_older_names_of_the_number_of_alphas_warn() -> None:
    x, y = problem(20, 5)
    with pytest.warns(FutureWarning, match="'n_alphas' was deprecated"):
        assert len(lasso_path(x, y, n_alphas=7)[0]) == 7
    with pytest.warns(FutureWarning, match="'alphas=None' is deprecated"):
        assert len(enet_path(x, y, alphas=None)[0]) == 100
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(enet_path(x, y, alphas=7, check_input=False)[0]) == 7


def test_a_given_gram_matrix_is_compared_and_never_trusted() -> None:
    x, y = problem(40, 7)
    x -= x.mean(axis=0)
    weights = np.random.default_rng(0).uniform(0.5, 2, 40)
    plain = ElasticNet(0.1, tol=1e-12).fit(x, y)
    np.testing.assert_array_equal(ElasticNet(0.1, tol=1e-12, precompute=x.T @ x).fit(x, y).coef_, plain.coef_)
    with pytest.raises(ValueError, match="did not pass validation"):
        ElasticNet(0.1, precompute=2 * x.T @ x).fit(x, y)
    with pytest.raises(ValueError, match="precompute must have shape"):
        ElasticNet(0.1, precompute=np.eye(6)).fit(x, y)
    with pytest.raises(TypeError, match="precompute must be"):
        ElasticNet(0.1, precompute="auto").fit(x, y)
    with pytest.warns(UserWarning, match="recomputing Gram matrix"):
        ElasticNet(0.1, precompute=x.T @ x).fit(x + 1, y)
    moved = x - np.average(x, axis=0, weights=weights)
    gram = (moved.T * (weights * 40 / weights.sum())) @ moved
    for given in (gram, "auto", True):
        enet_path(moved, y, alphas=3, precompute=given, sample_weight=weights)
        LassoCV(precompute=given, alphas=3, cv=3).fit(moved, y, weights)


@pytest.mark.parametrize("model", [Lasso, ElasticNet, MultiTaskLasso])
def test_a_fit_that_begins_at_its_own_answer_makes_no_pass(model) -> None:
    x, y = problem(40, 90)
    y = np.c_[y, x[:, 2]] if model is MultiTaskLasso else y
    cold = model(0.1, warm_start=True, max_iter=10000).fit(x, y)
    assert cold.n_iter_ > 1
    before = cold.coef_.copy()
    assert cold.fit(x, y).n_iter_ == 0
    np.testing.assert_array_equal(cold.coef_, before)
    assert cold.set_params(alpha=0.05).fit(x, y).n_iter_ > 0


@pytest.mark.parametrize("shape", [(80, 12), (30, 60)])
@pytest.mark.parametrize("alpha", [1e-3, 1.0, 100.0])
def test_without_l1_the_elastic_net_is_ridge_to_the_last_digits(shape, alpha) -> None:
    x, y = problem(*shape)
    model = ElasticNet(alpha, l1_ratio=0.0).fit(x, y)
    exact = Ridge(alpha * shape[0], solver="svd").fit(x, y)
    np.testing.assert_allclose(model.coef_, exact.coef_, rtol=1e-7, atol=1e-9 * np.abs(exact.coef_).max())
    assert model.dual_gap_ <= 1e-10 * np.var(y)


def test_a_constant_target_has_one_alpha() -> None:
    x, _ = problem(10, 6)
    for model in (LassoCV(alphas=3), ElasticNetCV(alphas=3), MultiTaskLassoCV(alphas=3)):
        y = np.full((10, 2), 5.0) if isinstance(model, MultiTaskLassoCV) else np.full(10, 5.0)
        np.testing.assert_array_equal(model.fit(x, y).alphas_, [1e-15] * 3)
        np.testing.assert_array_equal(model.predict(x), y)
    assert (lasso_path(x, np.arange(10.0), alphas=4, eps=1.0)[0] > 1e-3).all()


@pytest.mark.parametrize(
    ("call", "kind", "sentence"),
    [
        (
            lambda x, y: lasso_path(x, y, normalize=True),
            TypeError,
            "unknown argument 'normalize'",
        ),
        (lambda x, y: lasso_path(x, np.c_[y, y], positive=True), ValueError, "are for one target"),
        (lambda x, y: LassoCV(alphas=[1, -1, 2]).fit(x, y), ValueError, r"alphas\[1\] == -1, must be >= 0.0"),
        (lambda x, y: LassoCV(alphas=[1, 2, "3"]).fit(x, y), TypeError, r"alphas\[2\] must be an instance of float"),
        (lambda x, y: LassoCV(alphas=[1, np.inf]).fit(x, y), ValueError, r"alphas\[1\] == inf, must be finite"),
        (lambda x, y: LassoCV(alphas=[]).fit(x, y), ValueError, "at least one alpha"),
        (lambda x, y: ElasticNetCV(l1_ratio=[0.5, 0]).fit(x, y), ValueError, "not supported for l1_ratio=0"),
        (lambda x, y: MultiTaskElasticNetCV(l1_ratio=0).fit(x, np.c_[y, y]), ValueError, "for l1_ratio=0"),
        (lambda x, y: LassoCV().fit(x, y, groups=y), ValueError, "only supported if enable_metadata_routing=True"),
        (lambda x, y: LogisticRegressionCV(use_legacy_attributes=True).fit(x, y > 10), ValueError, "must be False"),
    ],
)
def test_bad_arguments_are_refused_in_familiar_words(call, kind, sentence) -> None:
    with pytest.raises(kind, match=sentence):
        call(*problem(20, 6))


def test_a_fit_that_stops_early_warns_in_familiar_words() -> None:
    x, y = problem(60, 90)
    sentence = "Objective did not converge. You might want to increase the number of iterations"
    for model, target in ((Lasso(0.01, max_iter=1), y), (MultiTaskLasso(0.01, max_iter=1), np.c_[y, x[:, 0]])):
        with pytest.warns(convergence_warning(), match=sentence):
            model.set_params(tol=1e-12).fit(x, target)


def test_metadata_goes_to_splitters_and_weights_where_they_are_asked_for() -> None:
    sklearn = pytest.importorskip("sklearn")
    from sklearn.model_selection import GridSearchCV, GroupKFold

    x, y = problem(40, 5)
    groups = np.arange(40) % 8
    weights = np.where(groups < 4, 1e-6, 1.0)
    with sklearn.config_context(enable_metadata_routing=True):
        routed = LassoCV(cv=GroupKFold(4), alphas=5).fit(x, y, groups=groups)
        asks = Ridge().set_fit_request(sample_weight=True).set_score_request(sample_weight=False)
        search = GridSearchCV(asks, {"alpha": [2.0]}, cv=3)
        fitted = search.fit(x, y, sample_weight=weights).best_estimator_
        with pytest.raises(ValueError, match="sample_weight"):
            GridSearchCV(Ridge(), {"alpha": [2.0]}, cv=3).fit(x, y, sample_weight=weights)
    listed = LassoCV(cv=list(GroupKFold(4).split(x, y, groups)), alphas=5).fit(x, y)
    np.testing.assert_array_equal(routed.mse_path_, listed.mse_path_)
    np.testing.assert_array_equal(fitted.coef_, Ridge(2.0).fit(x, y, weights).coef_)
