"""Output: the machine line, a table per workload, and the JSON file of a whole run."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from harness import PEAK


def print_machine(about: dict[str, Any]) -> None:
    """The machine line."""
    versions = " · ".join(f"{name} {version}" for name, version in about["versions"].items())
    print(
        f"{about['cpu']} ({about['cpu_family']}), {about['cores']} cores, {' '.join(about['simd'])}, "
        f"{about['memory_gib']} GiB · {about['system']} · Python {about['python']} · {about['compiler']}\n"
        f"{versions} · commit {about['commit']} · {about['date']} · load {about['load']}"
    )


def print_result(result: dict[str, Any]) -> None:
    """The table of one workload, and below it how each contestant was set up."""
    rows, base = result["contestants"], result["contestants"][0]["name"]
    print(f"\n{result['title']}; {result['threads']} thread(s) on cores {result['cores']}, {result['rounds']} rounds")
    head = ("contestant", "us/step", "quartiles", f"ratio to {base}", "quartiles", "GFLOP/s", "of peak", "objective")
    cells = [(*head, "zeros", "MiB")]
    for row in rows:
        low, median, high = row["microseconds"]
        is_peak = row["name"] == PEAK
        ratio, of_peak = row.get("ratio"), row.get("of_peak")
        cells.append(
            (
                row["name"],
                "" if is_peak else f"{median:.1f}",
                "" if is_peak else f"{low:.1f}-{high:.1f}",
                f"{ratio[1]:.3f}" if ratio else "",
                f"{ratio[0]:.3f}-{ratio[2]:.3f}" if ratio else "",
                f"{row['gflops'][1]:.1f}",
                f"{100 * of_peak[1]:.1f} %" if of_peak else "",
                f"{row['objective']:.5f}" if "objective" in row else "",
                f"{100 * row['zeros']:.1f} %" if "zeros" in row else "",
                "" if is_peak else f"{row['peak_memory_mib']:.0f}",
            )
        )
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for first, *others in cells:
        padded = [cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True)]
        print("  ".join([first.ljust(widths[0]), *padded]))
    for row in rows:
        print(f"  {row['name']}: {row['configuration']}")


def write_json(file: Path, about: dict[str, Any], results: list[dict[str, Any]]) -> None:
    """The figures of a whole run, for plot.py and for comparing runs."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"command": sys.argv, "machine": about, "results": results}, indent=1) + "\n")
