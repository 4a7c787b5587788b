"""Draws the ratios of a JSON file of training.py: step time of each peer over that of proxnet.

python plot.py training.json picture.png
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
from matplotlib.ticker import FuncFormatter, NullFormatter

COLORS = {
    "jax": "#2a6f97",
    "keras-jax": "#61a5c2",
    "torch": "#bc4b51",
    "torch-compile": "#e58b88",
    "sklearn": "#f4a259",
}
SPARE = "#8d99ae"


def draw(results: list[dict[str, Any]], about: dict[str, Any], file: Path) -> None:
    """One group of bars per workload, whiskers show the quartiles, logarithmic axis."""
    rows = [[row for row in result["contestants"][1:] if "ratio" in row] for result in results]
    names = list(dict.fromkeys(row["name"] for group in rows for row in group))
    figure, axes = plt.subplots(figsize=(max(6.6, 1.6 + 1.4 * len(results)), 3.6), layout="constrained")
    width = 0.84 / max(1, len(names))
    for position, group in enumerate(rows):
        for place, row in enumerate(group):
            low, median, high = row["ratio"]
            at = position + (place - (len(group) - 1) / 2) * width
            color = COLORS.get(row["name"], SPARE)
            # Bars start at 1; a bar below 1 is a faster peer.
            axes.bar(at, median - 1, width * 0.92, bottom=1, color=color)
            axes.plot([at, at], [low, high], color="0.25", linewidth=0.8)
            text = f"{median:.2f}" if median < 9.95 else f"{median:.0f}"
            axes.annotate(
                text, (at, max(high, 1)), (0, 2), textcoords="offset points", ha="center", va="bottom", fontsize=6.5
            )
    axes.axhline(1, color="0.25", linewidth=1)
    axes.set_yscale("log")
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}x"))
    axes.yaxis.set_minor_formatter(NullFormatter())
    bottom, top = axes.get_ylim()
    ticks = (0.25, 0.5, 1, 2, 4, 8, 16, 32, 64) if top > 3 else (0.5, 0.75, 1, 1.25, 1.5, 2, 2.5)
    axes.set_yticks([tick for tick in ticks if bottom <= tick <= top])
    axes.set_xticks(range(len(results)), [result["workload"] for result in results])
    axes.tick_params(axis="x", length=0)
    axes.set_ylabel("time of a step, proxnet = 1")
    axes.spines[["top", "right"]].set_visible(False)
    handles = [plt.Rectangle((0, 0), 1, 1, color=COLORS.get(name, SPARE)) for name in names]
    versions = about["versions"] | {"keras-jax": about["versions"].get("keras", "")}
    versions |= {"torch-compile": versions.get("torch", ""), "sklearn": versions.get("scikit-learn", "")}
    labels = [f"{name} {versions.get(name, '')}".strip() for name in names]
    axes.legend(handles, labels, ncols=len(names), frameon=False, fontsize=7, loc="lower left", bbox_to_anchor=(0, 1))
    threads = " or ".join(sorted({str(result["threads"]) for result in results}))
    axes.set_xlabel(f"{about['cpu']}, {threads} thread(s), float32, Adam, L1; commit {about['commit']}", fontsize=7)
    figure.savefig(file, dpi=160)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("json", type=Path)
    parser.add_argument("picture", type=Path)
    options = parser.parse_args()
    content = json.loads(options.json.read_text())
    draw(content["results"], content["machine"], options.picture)


if __name__ == "__main__":
    main()
