"""C programs around exported headers: they read rows from one file and write outputs to another."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

COMPILERS = [
    pytest.param(name, marks=pytest.mark.skipif(shutil.which(name) is None, reason=f"{name} is not installed"))
    for name in ("gcc", "clang")
]
FLAGS = ["-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic", "-O2"]

_MAIN = """\
#include <stdio.h>
#include <stdlib.h>
{includes}
static int failed(const char *what) {{
  fprintf(stderr, "%s\\n", what);
  return 1;
}}

int main(int count, char **names) {{
  if (count != 3) return failed("arguments");
  FILE *in = fopen(names[1], "rb"), *to = fopen(names[2], "wb");
  if (!in || !to) return failed("files");
  float *x = malloc({first}_INPUTS * sizeof *x);
  if (!x) return failed("memory");
  while (fread(x, sizeof *x, {first}_INPUTS, in) == {first}_INPUTS) {{
{calls}
  }}
  free(x);
  fclose(in);
  return fclose(to);
}}
"""

_CALL = """\
    {{
      float *out = malloc({prefix}_OUTPUTS * sizeof *out);
      void *workspace = {prefix}_workspace_size() ? malloc({prefix}_workspace_size()) : NULL;
      {prefix}_predict(x, out, workspace);
      fwrite(out, sizeof *out, {prefix}_OUTPUTS, to);
      free(workspace);
      free(out);
    }}"""


def run_headers(
    folder: Path, prefixes: list[str], x: np.ndarray, compiler: str = "gcc", flags: list[str] | None = None
) -> np.ndarray:
    """The outputs of all headers `prefix.h` in the folder, side by side: one row per row of x, in float32."""
    program, rows, results = folder / "program", folder / "rows.bin", folder / "results.bin"
    source = folder / "main.c"
    source.write_text(
        _MAIN.format(
            includes="".join(f'#include "{prefix}.h"\n' for prefix in prefixes),
            first=prefixes[0],
            calls="\n".join(_CALL.format(prefix=prefix) for prefix in prefixes),
        )
    )
    np.ascontiguousarray(x, np.float32).tofile(rows)
    command = [compiler, *FLAGS, *(flags or []), str(source), "-o", str(program), "-lm"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    subprocess.run([str(program), str(rows), str(results)], check=True, capture_output=True)
    return np.fromfile(results, np.float32).reshape(len(x), -1)
