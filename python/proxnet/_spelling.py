"""Spellings of names: which are one name, and which known one is nearest to a wrong one."""

from __future__ import annotations

from collections.abc import Iterable


def plain(name: str) -> str:
    """HeNormal, he_normal and HE_NORMAL are one name."""
    return name.lower().replace("_", "")


def nearest(name: str, known: Iterable[str]) -> str:
    import difflib  # slow to import, and only needed to fail

    spelled = {plain(other): other for other in known}
    near = difflib.get_close_matches(plain(name), spelled, n=1, cutoff=0.5)
    return f"; did you mean {spelled[near[0]]!r}?" if near else "."
