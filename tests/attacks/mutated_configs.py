"""Saved models whose configuration is changed at random, checksums right: a model, or a sentence naming the file.

Every load runs under a limit of 1 GiB of address space beyond what the process holds.

    python tests/attacks/mutated_configs.py 25000 SEED
"""

import collections
import copy
import json
import os
import random
import resource
import sys
import tempfile
import time
import warnings

import numpy as np

import proxnet
from proxnet import Input, _core, layers, optimizers, regularizers


def models():
    x = np.linspace(-1, 1, 60, dtype="f").reshape(20, 3)
    y = (x[:, 0] > 0).astype("f")
    schedules = optimizers.schedules
    recipes = [
        (
            [
                layers.Dense(4, "relu", kernel_regularizer=regularizers.L1(0.01, schedule=regularizers.Ramp(5))),
                layers.BatchNormalization(),
                layers.Dropout(0.1),
                layers.Dense(1, "sigmoid"),
            ],
            optimizers.Adam(schedules.CosineDecay(0.01, 30)),
            "binary_crossentropy",
            ["accuracy", "mae", proxnet.metrics.AUC(num_thresholds=20)],
        ),
        (
            [
                layers.Normalization(mean=[0, 0, 0], variance=[1, 1, 1]),
                layers.Dense(2, kernel_regularizer=regularizers.L2(0.01)),
                layers.Activation("gelu"),
                layers.Dense(1),
            ],
            optimizers.LBFGS(memory=3),
            "mse",
            [],
        ),
        (
            [
                layers.Flatten(),
                layers.Dense(4, "relu", kernel_regularizer=regularizers.TargetSparsity(0.5)),
                layers.Dense(1),
            ],
            optimizers.SGD(schedules.PiecewiseConstantDecay([5, 9], [0.1, 0.01, 0.001]), momentum=0.9),
            "huber",
            [proxnet.metrics.MeanAbsoluteError()],
        ),
    ]
    for chain, optimizer, loss, metrics in recipes:
        model = proxnet.Sequential([Input((3,)), *chain])
        model.compile(optimizer, loss, metrics=metrics)
        model.fit(x, y, verbose=0, batch_size=len(x))
        yield model


def node(class_name, module=None, **config):
    return {"class_name": class_name, "config": config} | ({"module": module} if module else {})


NAN, INF = float("nan"), float("inf")
# fmt: off
VALUES = [
    None, True, False, 0, -1, 1, 2, 3, 10**9, 3 * 10**9, 2**31 - 1, 2**31, 2**63, 10**25, -(10**25), 0.5, 1e308, NAN,
    INF,
    "", "x", "adam", "l1", "relu", "U250000000", "float64", "float32", "proxnet._core", "__class__", "os", "a" * 10000,
    [], {}, [0], [1, 2, 3], [[]], ["accuracy"] * 3000,
    node("L1"),
    node("Dense", "proxnet.layers", units=10**9),
    node("LBFGS", "proxnet.optimizers", memory=1000),
    node("AUC", "proxnet.metrics", num_thresholds=2**40),
    node("__numpy__", value=[1, 2], dtype="float64"),
    node("__numpy__", value="a", dtype="U100000000"),
    {"class_name": "function", "config": "f"},
    node("Sequential", layers=[node("Dense", "proxnet.layers", units=10**6)], build_input_shape=[None, 10**6]),
]
# fmt: on


def paths(value, path=()):
    """The path of every node of a JSON value below its root."""
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield (*path, key)
        yield from paths(child, (*path, key))


def at(value, path):
    for key in path:
        value = value[key]
    return value


def mutate(config, rng):
    """Replaces, deletes, copies or adds a node."""
    every = list(paths(config))
    if not every:
        return
    path = rng.choice(every)
    parent, key, kind = at(config, path[:-1]), path[-1], rng.random()
    if kind < 0.6:
        parent[key] = copy.deepcopy(rng.choice(VALUES))
    elif kind < 0.75:
        del parent[key]
    elif kind < 0.85:
        parent[key] = copy.deepcopy(at(config, rng.choice(every)))
    elif isinstance(parent, dict):
        parent[f"extra{rng.random()}"] = 1
    else:
        parent.append(copy.deepcopy(parent[key]))


def main(count, seed, folder):
    warnings.simplefilter("ignore")
    rng = random.Random(seed)
    path = f"{folder}/model"
    made, configs = list(models()), []
    for model in made:
        model.save(path)
        configs.append(json.loads(_core.ModelFile(os.fsencode(path)).config))
    with open("/proc/self/statm") as file:
        used = int(file.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + (1 << 30),) * 2)
    outcomes, bad, slowest = collections.Counter(), collections.Counter(), 0.0
    for _ in range(count):
        k = rng.randrange(len(made))
        config = copy.deepcopy(configs[k])
        for _ in range(rng.choice([1, 1, 1, 2, 3])):
            mutate(config, rng)
        text = json.dumps(config)
        if rng.random() < 0.1:
            j = rng.randrange(len(text))
            text = text[:j] + rng.choice('{}[]":,0e-') + text[j + 1 :]
        made[k]._network.save(os.fsencode(path), text, True)
        start = time.process_time()
        try:
            proxnet.load_model(path)
            outcomes["loaded"] += 1
        except ValueError as error:
            outcomes["refused"] += 1
            if not str(error).startswith("[load") or path not in str(error):
                bad["ValueError", str(error)[:80]] += 1
        except Exception as error:
            bad[type(error).__name__, str(error)[:80]] += 1
        slowest = max(slowest, time.process_time() - start)
    print(f"mutated configurations: {count}, {dict(outcomes)}, slowest {slowest:.2f} s; {sum(bad.values())} bad")
    for (kind, text), times in bad.items():
        print(f"  {times} x {kind}: {text}")
    return sum(bad.values())


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        sys.exit(min(main(int(sys.argv[1]), int(sys.argv[2]), folder), 1))
