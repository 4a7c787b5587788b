"""Search for alpha (and l1_ratio) over paths, by cross-validation."""

from __future__ import annotations

from typing import Any, ClassVar, NamedTuple

import numpy as np

from ... import _check
from .._base.convergence import LEAST_SQUARES, Asked
from .._base.model import CrossValidated, solver_settings
from .._base.regressor import LinearRegressor
from .._input.alphas import alpha_arguments, asked, read_ratios
from .._input.data import Data
from .choice import choose
from .folds import Folds, fold_weights, warn_of_folds

__all__ = ["AlphaSearch", "PathSearch", "Search"]


class Search(NamedTuple):
    """Candidates of the search: per l1_ratio the options, the path on all rows, and the scores of the folds.

    simplest: choose by the one-standard-error rule. found: each l1_ratio has its own automatic grid of alphas.
    """

    simplest: bool
    found: bool
    ratios: list[float]
    folds: Folds
    settings: list[dict[str, Any]]
    paths: list[dict[str, Any]]
    scores: list[Any]


class PathSearch(CrossValidated):
    """For each l1_ratio: a path on all rows and its scores on the folds; then the choice."""

    eps: Any
    _rules: ClassVar[tuple[str, ...]] = ("min", "1se")
    _asked: ClassVar[Asked] = LEAST_SQUARES  # the stopping rule of the folds' paths

    def _solve(self, data: Data) -> dict[str, Any]:
        rule = _check.choice("fit", "rule", self.rule, self._rules)
        _check.flag("fit", "refit", self.refit)
        ratios = self._ratios()
        folds = self._folds(data)
        shared = solver_settings(self.fit_intercept, self.tol, self.max_iter)
        grid = self._grid(data, ratios)
        values, weights, _ = data.targets
        search = Search(rule == "1se", not grid["alphas"], ratios, folds, [], [], [])
        for ratio in ratios:
            settings = shared | self._objective(data, ratio)
            path = self._path(data.design, values, weights, **settings, **grid, start=None)
            search.scores.append(self._scores(data, folds, settings, path))
            search.settings.append(settings)
            search.paths.append(path)
        return self._found(data, search)

    def _ratios(self) -> list[float]:
        return read_ratios("l1_ratio", self.l1_ratio)

    def _folds(self, data: Data) -> Folds:
        return fold_weights(self, data.x, data.y, data.shape[0], data.sample_weight, data.params.split)

    def _grid(self, data: Data, ratios: list[float]) -> dict[str, Any]:
        """The core's options for the alphas of a path."""
        raise NotImplementedError

    def _scores(self, data: Data, folds: Folds, settings: dict[str, Any], path: dict[str, Any]) -> Any:
        """Scores of the path's alphas on the folds."""
        raise NotImplementedError

    def _found(self, data: Data, search: Search) -> dict[str, Any]:
        """The fitted attributes."""
        raise NotImplementedError

    def _answer_at(self, data: Data, path: dict[str, Any], chosen: int) -> dict[str, Any]:
        """The fitted attributes at one alpha of the path."""
        names = ("coef", "intercept", "iterations", *self._figures.values())
        return self._answer(data, [{name: path[name][chosen : chosen + 1] for name in names}])

    def _average(self, data: Data, fits: list[dict[str, Any]]) -> dict[str, Any]:
        """The fitted attributes from the mean of the folds' last points; gap and kkt are maxima over the folds."""
        means = {name: np.mean([fit[name][-1] for fit in fits], axis=0)[np.newaxis] for name in ("coef", "intercept")}
        names = ("iterations", *self._figures.values())
        return self._answer(data, [means | {name: [max(fit[name][-1] for fit in fits)] for name in names}])


class AlphaSearch(PathSearch, LinearRegressor):
    """Chooses alpha and l1_ratio by mean squared error over the folds, for least squares models."""

    _multi_output = False
    _automatic_without_l1: ClassVar[bool] = False  # whether alpha_max is finite at l1_ratio=0
    l1_ratio: Any = 1.0
    alphas: Any
    n_alphas: Any = None
    alpha_: float
    alpha_min_: float
    alpha_1se_: float
    l1_ratio_: float
    alphas_: np.ndarray
    mse_path_: np.ndarray
    coef_path_: np.ndarray
    # (design, targets, train, test, **settings) -> errors (alphas, folds), gaps (alphas, folds), limits of gaps (folds)
    _fold_errors: Any

    def _grid(self, data: Data, ratios: list[float]) -> dict[str, Any]:
        return alpha_arguments(
            asked(self.alphas, self.n_alphas), self.eps, least_ratio=1.0 if self._automatic_without_l1 else min(ratios)
        )

    def _scores(self, data: Data, folds: Folds, settings: dict[str, Any], path: dict[str, Any]) -> np.ndarray:
        settings = settings | {"alphas": path["alphas"].tolist()}
        errors, gaps, limits = self._fold_errors(data.design, data.targets.values, folds.train, folds.test, **settings)
        warn_of_folds(data.design, gaps, limits, self._asked.of(settings, 0))
        return np.asarray(errors)

    def _found(self, data: Data, search: Search) -> dict[str, Any]:
        ratios, paths, errors = search.ratios, search.paths, np.array(search.scores)
        which, best, simple = choose(errors)
        path, chosen = paths[which], simple if search.simplest else best
        if self.refit:
            answer = self._answer_at(data, path, chosen)
        else:
            settings = search.settings[which] | {
                "alphas": path["alphas"][: chosen + 1].tolist(),
                "count": 1,
                "eps": 1.0,
            }
            fits = [
                self._path(data.design, data.targets.values, weights, **settings, start=None)
                for weights in search.folds.train
            ]
            answer = self._average(data, fits)
        several = len(ratios) > 1
        found = several and search.found
        coefs = path["coef"] if self._together else path["coef"][:, 0]
        return answer | {
            "alpha_": float(path["alphas"][chosen]),
            "alpha_min_": float(path["alphas"][best]),
            "alpha_1se_": float(path["alphas"][simple]),
            **({"l1_ratio_": ratios[which]} if "l1_ratio" in self._parameter_names() else {}),
            "alphas_": np.array([each["alphas"] for each in paths]) if found else path["alphas"],
            "mse_path_": errors if several else errors[0],
            "coef_path_": coefs.astype(data.dtype, copy=False),
        }
