"""Public functions, classes and methods called with wrong values: each call works or raises a sentence.

A sentence is a ValueError, TypeError or OSError whose text begins with the operation in brackets; Python's own
TypeError of a missing or unknown argument counts too. Everything else is printed with its count.

    python tests/attacks/bad_calls.py networks 12000 SEED
    python tests/attacks/bad_calls.py linear 12000 SEED
"""

import collections
import contextlib
import inspect
import io
import os
import random
import resource
import sys
import tempfile
import traceback
import warnings

import numpy as np
import scipy.sparse

import proxnet
from proxnet import layers, linear_model


class NoRepr:
    def __repr__(self):
        raise RuntimeError("no repr")


class NoIndex:
    def __index__(self):
        raise ZeroDivisionError("no index")


class NoFloat:
    def __float__(self):
        raise ZeroDivisionError("no float")


class NoItems:
    def __len__(self):
        return 3


def nested():
    deep = []
    for _ in range(2000):
        deep = [deep]
    cycle = []
    cycle.append(cycle)
    return [deep, cycle]


# fmt: off
NAN, INF = float("nan"), float("inf")
NUMBERS = [0, 1, -1, 2, 3, 5, 100, 0.5, -0.5, 1e308, -1e308, 1e-320, NAN, INF, -INF, 1j, 10**400, -(10**400)]
NUMBERS += [2**31, 2**63, 2**64]
SCALARS = [np.True_, np.int8(1), np.int64(3), np.float32(2), np.uint64(2**64 - 1), np.datetime64("2020-01-01")]
TEXTS = ["", "x", "abc", "relu", "adam", "l1", "balanced", "auto", "a\0b", "\ud800", "U250000000"]
TEXTS += [b"x", b"\xff", memoryview(b"abc"), np.dtype("U5")]
SEQUENCES = [[], (), {}, set(), frozenset([1]), [1], [1, 2], [[]], [[1], [2, 3]], [None], ["a"], [NAN], range(4)]
SEQUENCES += [slice(1), *nested()]
GROUPS = [[[0], [1]], [(0, 1)], [([0], [1])], [([], [])], [([0, 1, 10**30], [2])], [[10**30]], [[[1]]]]
GROUPS += [{"a": 1}, {0: 1}, {0: 10**400}]
CONFIGS = [
    {"class_name": "Dense"},
    {"class_name": "L1", "config": 3},
    {"class_name": "L1", "config": {"l1": 10**400}},
    {"class_name": ["a"]},
    {"class_name": "Sequential", "module": "proxnet", "config": {"layers": []}},
]
ARRAYS = [
    np.array(3), np.array([]), np.array(["a"]),
    np.array([None]), np.array([1, None], object), np.array([10**400], object),
    np.array([[1.0, 2.0]]), np.array([[NAN]]), np.zeros((0, 2)), np.zeros((2, 0)), np.ones((2, 2, 2)), np.ones(4),
    np.ones(12), np.full(12, NAN), np.zeros(3, dtype=[("a", int)]), np.array([1, 2], np.float16),
    np.array([True, False]),
    np.ma.array(np.ones(4), mask=[1, 0, 0, 0]), scipy.sparse.csr_matrix(np.eye(4)),
]
OBJECTS = [None, True, False, object(), int, float, len, Exception, NoRepr(), NoRepr, NoIndex(), NoFloat(), NoItems()]
OBJECTS += [Ellipsis, NotImplemented]
# fmt: on
BAD = NUMBERS + SCALARS + TEXTS + SEQUENCES + GROUPS + CONFIGS + ARRAYS + OBJECTS
MAKERS = [lambda: iter([1, 2]), lambda: (i for i in range(2)), lambda: lambda *args, **options: None]


def pick(rng):
    """A wrong value; iterators are made anew, because a call uses them up."""
    return rng.choice(MAKERS)() if rng.random() < 0.03 else rng.choice(BAD)


PYTHONS = ("required positional", "required keyword", "unexpected keyword")  # arguments missing or unknown
FOREIGN = (
    "ambiguous",
    "not supported between",
    "unsupported operand",
    "object is not",
    "object has no",
    "[_core]",
    "must be real number",
)


def is_sentence(error):
    """Tells a text of proxnet: the operation in brackets, or scikit-learn's wording raised by linear_model."""
    text = str(error)
    if isinstance(error, MemoryError):
        return True  # a right value too large for this machine
    frame = traceback.extract_tb(error.__traceback__)[-1]
    ours = text.startswith("[") or any(phrase in text for phrase in PYTHONS) or "linear_model" in frame.filename
    foreign = any(phrase in text for phrase in FOREIGN) and not text.startswith("[")
    return isinstance(error, ValueError | TypeError | OSError) and ours and not foreign


class Tally:
    """Counts the calls and keeps one example of each kind that is not a sentence."""

    def __init__(self):
        self.calls, self.bad, self.examples = 0, collections.Counter(), {}

    def call(self, name, function, /, *args, **options):
        self.calls += 1
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                function(*args, **options)
        except Exception as error:
            if not is_sentence(error):
                key = (name, type(error).__name__, str(error)[:80])
                self.bad[key] += 1
                frame = traceback.extract_tb(error.__traceback__)[-1]
                self.examples.setdefault(key, f"{os.path.basename(frame.filename)}:{frame.lineno}")

    def report(self, kind):
        print(f"bad calls of {kind}: {self.calls}, {sum(self.bad.values())} without a sentence, {len(self.bad)} kinds")
        for key, count in sorted(self.bad.items()):
            print(f"  {count} x {key} at {self.examples[key]}")
        return sum(self.bad.values())


X = np.linspace(-1, 1, 30, dtype="f").reshape(10, 3)
Y = X[:, 0].copy()
METHODS = {
    "fit": {"x": X, "y": Y, "verbose": 0},
    "evaluate": {"x": X, "y": Y, "verbose": 0},
    "predict": {"x": X, "verbose": 0},
    "train_on_batch": {"x": X, "y": Y},
    "test_on_batch": {"x": X, "y": Y},
    "optimality": {"x": X, "y": Y},
    "compile": {"optimizer": "sgd", "loss": "mse"},
}
BARE = ["predict_on_batch", "build", "add", "get_layer", "set_weights", "save", "save_weights", "load_weights"]
BARE += ["summary", "to_json", "from_config", "compile_from_config", "__call__"]


def network(rng):
    if rng.random() < 0.2:
        return proxnet.Sequential()
    model = proxnet.Sequential([proxnet.Input((3,)), layers.Dense(2, "relu"), layers.Dense(1)])
    model.compile("sgd", "mse")
    return model


def network_targets():
    """Name and callable: every public class, its from_config, and every public function of the network modules."""
    names = "layers optimizers losses metrics regularizers constraints initializers activations callbacks models utils"
    modules = [getattr(proxnet, name) for name in names.split()] + [proxnet.optimizers.schedules]
    for module in modules:
        for name in module.__all__:
            value = getattr(module, name)
            if inspect.isfunction(value) or (isinstance(value, type) and not issubclass(value, BaseException)):
                yield f"{module.__name__}.{name}", value
            if hasattr(value, "from_config"):
                yield f"{module.__name__}.{name}.from_config", value.from_config
    yield "load_model", proxnet.load_model
    yield "Input", proxnet.Input


def networks(calls, rng):
    tally, targets = Tally(), list(network_targets())
    while tally.calls < calls:
        options = {}
        if rng.random() < 0.5:
            method = rng.choice([*METHODS, *BARE])
            name, function, options = (
                f"Sequential.{method}",
                getattr(network(rng), method),
                dict(METHODS.get(method, {})),
            )
        else:
            name, function = rng.choice(targets)
        try:
            parameters = inspect.signature(function).parameters.values()
        except (ValueError, TypeError):
            continue
        named = [p for p in parameters if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)]
        chosen = rng.sample(named, min(len(named), rng.choice([0, 1, 1, 1, 2])))
        for p in named:
            if p in chosen or (p.default is p.empty and p.name not in options):
                options[p.name] = pick(rng)
        for bounded in ("epochs", "initial_epoch"):  # numbers of epochs are right values that only take long
            if isinstance(options.get(bounded), (int, float, np.number)):
                options[bounded] = 1
        if callable(options.get("print_fn")):
            continue  # what a caller's own function raises is the caller's
        tally.call(name, function, **options)
    return tally.report("networks")


def linear(calls, rng):
    tally = Tally()
    x = np.random.default_rng(0).normal(size=(12, 4))
    y, labels = np.abs(x[:, 0]), (x[:, 0] > 0).astype(int)

    def target(name):
        if any(word in name for word in ("ogistic", "SVC", "Classifier")):
            return labels
        return np.c_[y, y] if "MultiTask" in name else y

    while tally.calls < calls:
        name = rng.choice(linear_model.__all__)
        public, value, right = getattr(linear_model, name), pick(rng), target(name)
        parameters = [p for p in inspect.signature(public).parameters.values() if p.kind is not p.VAR_KEYWORD]
        wrong = rng.choice(parameters).name
        quick = {"max_iter": 30} if any(p.name == "max_iter" for p in parameters) else {}
        if not inspect.isclass(public):
            tally.call(f"{name}({wrong}=)", public, **{"X": x, "y": right} | quick | {wrong: value})
            continue
        if rng.random() < 0.5:
            tally.call(f"{name}({wrong}=)", lambda: public(**quick | {wrong: value}).fit(x, right))  # noqa: B023
            continue
        model = public(**quick)
        method = rng.choice(["fit X", "fit y", "fit sample_weight", "predict", "score y", "score sample_weight"])
        arguments = {"fit X": (value, right), "fit y": (x, value), "fit sample_weight": (x, right, value)}.get(method)
        if arguments is None:
            model.fit(x, right)
            arguments = {"predict": (value,), "score y": (x, value)}.get(method, (x, right, value))
        tally.call(f"{name}.{method}", getattr(model, method.split()[0]), *arguments)
    return tally.report("linear models")


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)  # calls that save write here
        resource.setrlimit(resource.RLIMIT_AS, (1 << 33,) * 2)  # numbers of 2**31 and more ask for all there is
        attack = {"networks": networks, "linear": linear}[sys.argv[1]]
        sys.exit(min(attack(int(sys.argv[2]), random.Random(int(sys.argv[3]))), 1))
