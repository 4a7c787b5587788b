"""scikit-learn's metadata routing: which object takes which arguments of `fit` and `score`."""

from __future__ import annotations

import inspect
from typing import Any, NamedTuple

from . import compat

__all__ = ["UNCHANGED", "Routed", "declines_weights", "metadata_request", "routed", "router"]

UNCHANGED = "$UNCHANGED$"  # scikit-learn's marker for an alias that does not change


class Routed(NamedTuple):
    """Extra keyword arguments of `fit`, routed to `cv.split` and to the scorer."""

    split: dict[str, Any]
    score: dict[str, Any]


def routed(estimator: Any, params: dict[str, Any]) -> Routed:
    """Routes the extra arguments of `fit`; raises unless metadata routing is enabled."""
    if not params:
        return Routed({}, {})
    if not compat.routing_enabled():
        raise ValueError(
            f"[fit] Passing extra keyword arguments to {type(estimator).__name__}.fit is only supported if "
            f"enable_metadata_routing=True, which you can set using `sklearn.set_config`; got {sorted(params)}"
        )
    from sklearn.utils.metadata_routing import process_routing

    found = process_routing(estimator, "fit", **params)
    return Routed(dict(found.splitter.split), dict(found.scorer.score) if "scorer" in found else {})


def router(estimator: Any) -> Any:
    """scikit-learn's description of an estimator whose `fit` splits and scores rows."""
    from sklearn.utils.metadata_routing import MetadataRouter, MethodMapping

    found = MetadataRouter(owner=estimator).add_self_request(metadata_request(estimator))
    found.add(splitter=estimator.cv, method_mapping=MethodMapping().add(caller="fit", callee="split"))
    scorer = getattr(estimator, "scoring", None)
    if hasattr(scorer, "get_metadata_routing"):
        found.add(scorer=scorer, method_mapping=MethodMapping().add(caller="fit", callee="score"))
    return found


def declines_weights(scorer: Any) -> bool:
    """Whether metadata routing is on and the scorer has declined `sample_weight`."""
    if not compat.routing_enabled() or not hasattr(scorer, "get_metadata_routing"):
        return False
    return scorer.get_metadata_routing().score.requests.get("sample_weight") is False


def metadata_request(estimator: Any, **aliases: Any) -> Any:
    """scikit-learn's description of the `sample_weight` that `fit` and `score` take, updated by `aliases`."""
    from sklearn.utils.metadata_routing import MetadataRequest

    request = getattr(estimator, "_metadata_request", None)
    if request is None:
        request = MetadataRequest(owner=estimator)
        takers = [name for name in ("fit", "score") if _takes_weights(getattr(estimator, name, None))]
        aliases = dict.fromkeys(takers) | {name: alias for name, alias in aliases.items() if alias != UNCHANGED}
    for method, alias in aliases.items():
        if alias != UNCHANGED:
            getattr(request, method).add_request(param="sample_weight", alias=alias)
    return request


def _takes_weights(method: Any) -> bool:
    return method is not None and "sample_weight" in inspect.signature(method).parameters
