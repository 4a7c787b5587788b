"""Parameters of a test thinned from their product to pairs, or to every value once."""

import itertools

import pytest


def pairs(**values):
    """Cases that hold every pair of values of two parameters, greedily few, in an order that never changes.

    Most faults need one value, or two together (Kuhn, Wallace and Gallo, 2004): the product of five parameters of two
    to five values has 80 cases, its pairs fit into 15.
    """
    names, columns = list(values), [list(options) for options in values.values()]
    axes = list(itertools.combinations(range(len(names)), 2))
    left = {(a, b, i, j) for a, b in axes for i in range(len(columns[a])) for j in range(len(columns[b]))}
    cases = []
    while left:
        best, most = (), 0
        for candidate in itertools.product(*map(range, map(len, columns))):
            gain = sum((a, b, candidate[a], candidate[b]) in left for a, b in axes)
            if gain > most:
                best, most = candidate, gain
        left -= {(a, b, best[a], best[b]) for a, b in axes}
        cases.append(tuple(column[i] for column, i in zip(columns, best, strict=True)))
    return names, cases


def pairwise(**values):
    """pytest.mark.parametrize over `pairs`."""
    names, cases = pairs(**values)
    return pytest.mark.parametrize(names, cases)


def in_turn(**values):
    """pytest.mark.parametrize: every value of the longest list once, the shorter lists repeated beside it.

    For parameters that do not act on each other, such as a bad value and the operation that reads it.
    """
    columns = [list(options) for options in values.values()]
    cases = [tuple(column[k % len(column)] for column in columns) for k in range(max(map(len, columns)))]
    return pytest.mark.parametrize(list(values), cases)
