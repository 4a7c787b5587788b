"""What is wrong with an argument is said in a sentence that names it."""

import numpy as np
import pytest

from linear_tools import MODELS, problem, target_for
from proxnet.linear_model import (
    GroupLasso,
    Lasso,
    LassoCV,
    LinearSVC,
    LogisticRegression,
    LogisticRegressionCV,
    RidgeClassifier,
    RidgeClassifierCV,
    RidgeCV,
    enet_path,
    group_path,
    lasso_path,
    logistic_path,
)


@pytest.mark.parametrize("model", MODELS)
def test_scores_look_at_what_they_compare(model) -> None:
    x, _ = problem(42, 6)
    y = target_for(model, 42)
    one = model().fit(x, y)
    for weights, sentence in (
        (np.full(42, -1.0), r"sample_weight\[0\] = -1"),
        (np.full(42, np.nan), r"sample_weight\[0\] = nan"),
        (np.zeros(42), "all are 0"),
    ):
        with pytest.raises(ValueError, match=sentence):
            one.score(x, y, weights)
    with pytest.raises(ValueError, match="y to be passed"):
        one.score(x, None)
    if model._estimator_type == "classifier":
        with pytest.raises(ValueError, match="fit, which were numbers, got words"):
            one.score(x, y.astype(str))
        with pytest.raises(ValueError, match="fit, which were words, got numbers"):
            model().fit(x, np.array(["a", "b", "c"])[y.astype(int)]).score(x, y)
        with pytest.raises(ValueError, match="Input y contains NaN"):
            one.score(x, np.full(42, np.nan))
        with pytest.raises(ValueError, match="labels of one kind"):
            model().fit(x, np.array([1, "x"] * 21, dtype=object))
        assert one.score(x, np.full(42, 17)) == 0.0  # a label that is new is never hit
        assert one.score(x[:1], one.predict(x[:1])) == 1.0
    elif model._positive_only:
        with pytest.raises(ValueError, match="y must be >= 0, got -1"):
            one.score(x, np.full(42, -1.0))
    else:
        with pytest.warns(UserWarning, match="less than two samples"):
            assert np.isnan(one.score(x[:1], y[:1]))


@pytest.mark.parametrize(
    "wrong",
    [
        {"verbose": "x"},
        {"selection": "nope"},
        {"copy_X": 3},
        {"random_state": "r"},
        {"check_input": 7},
        {"return_n_iter": "no"},
        {"Xy": np.ones(3)},
    ],
)
def test_arguments_of_paths_are_looked_at(wrong) -> None:
    x, y = problem(30, 5)
    (name,) = wrong
    with pytest.raises((ValueError, TypeError), match=name):
        lasso_path(x, y, **wrong)
    if name == "return_n_iter":
        for path, target in ((group_path, y), (logistic_path, y > y.mean())):
            with pytest.raises(TypeError, match=name):
                path(x, target, **wrong)
    both = np.c_[y, y]
    alphas = [enet_path(x, t, alphas=3, Xy=x.T @ t, selection="random", random_state=0)[0] for t in (y, both)]
    assert len(alphas[0]) == len(alphas[1]) == 3


Y = np.arange(30) % 2


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda x: LassoCV(cv="loo").fit(x, Y), r"\[fit\] cv must be a number of folds, a splitter or pairs"),
        (lambda x: LogisticRegressionCV(cv=2.5).fit(x, Y), r"\[fit\] cv must be a number of folds, .*got 2.5"),
        (lambda x: RidgeCV(cv=[3, 4]).fit(x, Y), r"\[fit\] cv must hold pairs .*got 3"),
        (lambda x: GroupLasso(2).fit(x, Y), r"\[fit\] groups = 2 must divide the number of columns, which is 5"),
        (lambda x: GroupLasso("abcde").fit(x, Y), r"\[fit\] groups must be a size, lists .*got 'abcde'"),
        (lambda x: LogisticRegressionCV(Cs=[[1, 2], [3, 4]]).fit(x, Y), r"Cs must be .*got shape \(2, 2\)"),
        (lambda x: logistic_path(x, Y, Cs=["a"]), "Cs must be a number, got 'a'"),
        (lambda x: logistic_path(x, Y, Cs=[True]), "Cs must be a number, got True"),
        (lambda x: LogisticRegression(C=1e-320).fit(x, Y), r"C must be so large that 1 / C is finite"),
        (lambda x: LogisticRegression().fit(x, [1, "x"] * 15), "y must hold labels of one kind, got numbers and words"),
        (
            lambda x: Lasso().fit(x, Y, np.ones(30) * 1j),
            r"\[fit\] sample_weight must hold real numbers, got dtype comp",
        ),
        (lambda x: Lasso().fit(x, Y, ["a"] * 30), r"\[fit\] sample_weight must hold real numbers"),
        (lambda x: Lasso().fit(x, Y, np.ones(3)), r"\[fit\] sample_weight.shape == \(3,\), expected \(30,\)!"),
        (lambda x: Lasso().fit(x, Y).score(x, Y, np.ones(3)), r"\[score\] sample_weight.shape == \(3,\)"),
        (lambda x: LogisticRegression(class_weight={1: -2}).fit(x, Y), r"class_weight\[1\] must be >= 0, got -2"),
        (lambda x: LinearSVC(class_weight={1: "a"}).fit(x, Y), r"class_weight\[1\] must be a number, got 'a'"),
        (lambda x: RidgeClassifier(class_weight={1: 2, 7: 3}).fit(x, Y), r"classes of y, got \[7\] and not \[0\]"),
    ],
)
def test_what_is_wrong_is_named(call, sentence) -> None:
    with pytest.raises((ValueError, TypeError), match=sentence):
        call(problem(30, 5)[0])


def test_weights_may_name_classes_that_a_fold_does_not_have() -> None:
    x, _ = problem(30, 5)
    one, two = (LogisticRegression(class_weight=w).fit(x, Y) for w in ({0: 1.0, 1: 2.0, 7: 3.0}, {1: 2.0}))
    np.testing.assert_array_equal(one.coef_, two.coef_)


def test_classes_with_fewer_rows_than_folds_are_told() -> None:
    x, _ = problem(30, 5)
    few = (np.arange(30) < 3).astype(int)
    for model in (LogisticRegressionCV(Cs=2, cv=5), RidgeClassifierCV(cv=5)):
        with pytest.warns(UserWarning, match="least populated class in y has only 3 members, which is less than n_spl"):
            model.fit(x, few)


def test_intercepts_of_folds_are_kept_and_arguments_stand_in_scikit_learns_order() -> None:
    x, y = problem(30, 5)
    assert Lasso(0.1).fit(x, y, None, True).coef_.any()
    folds = [(np.arange(15), np.arange(15, 30)), (np.arange(15, 30), np.arange(15))]
    model = LogisticRegressionCV(Cs=[0.1, 1.0], cv=folds, tol=1e-12).fit(x, Y)
    assert model.coefs_paths_.shape == (2, 1, 2, 1, 6)
    for k, (train, _) in enumerate(folds):
        one = LogisticRegression(C=1.0, tol=1e-12).fit(x[train], Y[train])
        np.testing.assert_allclose(model.coefs_paths_[k, 0, 1, 0], [*one.coef_[0], one.intercept_[0]], atol=1e-5)
