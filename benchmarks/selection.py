"""Quality of selected features: k inputs of a group-penalised network, then SVC() on them; beside LassoNet.

python benchmarks/selection.py FOLDER [--sets isolet madelon ...] [--seeds 5] [--k 10 25 50 100] [--lassonet]

FOLDER holds isolet.npz, mnist_5k.npz, madelon.npz, leukemia_golub.npz, each with X and y.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import LabelEncoder, StandardScaler
from sklearn.svm import SVC

import proxnet
from proxnet.path import select_features


def load(folder: Path, name: str) -> tuple[np.ndarray, np.ndarray]:
    """X in float32 and classes 0, 1, ..."""
    with np.load(folder / f"{name}.npz") as file:
        data = {key.lower(): file[key] for key in file.files}
    if "x" not in data:  # the parts of a split
        data = {
            "x": np.concatenate([data[key] for key in sorted(data) if key.startswith("x")]),
            "y": np.concatenate([data[key] for key in sorted(data) if key.startswith("y")]),
        }
    return data["x"].reshape(len(data["x"]), -1).astype("float32"), LabelEncoder().fit_transform(data["y"])


def by_network(x: np.ndarray, y: np.ndarray, k: int, seed: int) -> np.ndarray:
    """The k inputs of a network with one hidden layer and L2 on the second."""
    proxnet.set_random_seed(seed)
    model = proxnet.Sequential(
        [
            proxnet.layers.Dense(100, "relu"),
            proxnet.layers.Dense(int(y.max()) + 1, "softmax", kernel_regularizer=proxnet.regularizers.L2(3e-3)),
        ]
    )
    model.compile(proxnet.optimizers.Adam(1e-3), "sparse_categorical_crossentropy")
    return select_features(model, x, y, k, refit=False, random_state=seed).support


def by_lassonet(x: np.ndarray, y: np.ndarray, k: int, seed: int) -> np.ndarray:
    """LassoNet at its defaults: the k inputs that leave last."""
    from lassonet import LassoNetClassifier

    model = LassoNetClassifier(random_state=seed, torch_seed=seed)
    model.path(x, y)
    support = np.zeros(x.shape[1], bool)
    support[np.argsort(-model.feature_importances_.numpy(), kind="stable")[:k]] = True
    return support


def main() -> None:
    """Prints mean and standard deviation of the accuracy over seeds, and seconds per selection."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sets", nargs="+", default=["isolet", "mnist_5k", "madelon", "leukemia_golub"])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--k", type=int, nargs="+", default=[10, 25, 50, 100])
    parser.add_argument("--lassonet", action="store_true")
    given = parser.parse_args()
    ways = {"proxnet": by_network, **({"LassoNet": by_lassonet} if given.lassonet else {})}
    for name in given.sets:
        x, y = load(given.folder, name)
        for k in given.k:
            for title, select in ways.items():
                scores, seconds = [], []
                for seed in range(given.seeds):
                    train, test, labels, truth = train_test_split(x, y, test_size=0.2, random_state=seed, stratify=y)
                    scaler = StandardScaler().fit(train)
                    train, test = scaler.transform(train), scaler.transform(test)
                    begin = time.perf_counter()
                    support = select(train, labels, k, seed)
                    seconds.append(time.perf_counter() - begin)
                    scores.append(SVC().fit(train[:, support], labels).score(test[:, support], truth))
                mean, spread = np.mean(scores), np.std(scores)
                print(f"{name:16} k={k:3} {title:9} {mean:.4f} +- {spread:.4f}  {np.median(seconds):.2f} s", flush=True)


if __name__ == "__main__":
    main()
