"""progress.py TITLE LOG COMMAND...: runs a compilation, keeps its output in LOG and shows how far ninja has come.

On a terminal one line that is rewritten, elsewhere a line every few seconds. The status is the command's; where it
fails, the end of the output is shown.
"""

import os
import re
import subprocess
import sys
import time

EVERY = 10  # seconds between lines that are not rewritten


def span(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"


def main(title: str, log: str, *command: str) -> int:
    terminal, begin, last, width = sys.stdout.isatty(), time.monotonic(), time.monotonic(), 0
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    print(
        f"{title}: about 8 minutes of one core, shared by {cores}; later builds compile only what changed", flush=True
    )
    with open(log, "w", encoding="utf-8") as kept:
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as run:
            assert run.stdout is not None
            for line in run.stdout:
                kept.write(line)
                step, now = re.match(r"\s*\[(\d+)/(\d+)\]", line), time.monotonic()
                if step is None or not (terminal or now - last >= EVERY):
                    continue
                last = now
                text = f"{title}: {step[1]} of {step[2]} steps, {span(now - begin)}"
                print("\r" + text.ljust(width) if terminal else text, end="" if terminal else "\n", flush=True)
                width = len(text)
    text = f"{title}: done in {span(time.monotonic() - begin)}"
    if run.returncode:
        with open(log, encoding="utf-8") as kept:
            text = f"{title}: failed; all output is in {log}, its end:\n{''.join(kept.readlines()[-40:])}"
    print("\r" + text.ljust(width) if terminal else text, flush=True)
    return run.returncode


if __name__ == "__main__":
    try:
        sys.exit(main(*sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
