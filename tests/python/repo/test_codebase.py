"""The repository keeps its own rules: layers, kernel objects, types, versions, and the examples of its documents."""

import ast
import importlib.metadata
import inspect
import os
import re
import shlex
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import proxnet
from proxnet import _core

ROOT = Path(__file__).resolve().parents[3]
CPP = ROOT / "cpp"
PUBLIC = CPP / "include" / "proxnet"
SOURCE = CPP / "src"
SOURCES = sorted(path for path in CPP.rglob("*") if path.suffix in {".h", ".cpp"})
BINDINGS = sorted(path for path in (ROOT / "python" / "bindings").glob("*") if path.suffix in {".h", ".cpp"})

# The tree from the ground up: a file includes files of its own folder and of those before it. Public headers are the
# ground, and include each other only.
FOLDERS = [
    *"kernels runtime ops losses penalties optimizers layers predictor network training io".split(),
    *("linear/linalg", "linear/design", "linear/datafit", "linear/penalty", "linear/working_set", "linear/solver"),
    *("linear/ridge", "linear/path"),
]

COMPILER = shutil.which(shlex.split(os.environ.get("CXX", "c++"))[0])
needs_compiler = pytest.mark.skipif(COMPILER is None or shutil.which("nm") is None, reason="no C++ compiler or no nm")


def floor(path: Path) -> int:
    """The position of a file's folder in FOLDERS, -1 for a public header."""
    return -1 if path.is_relative_to(PUBLIC) else FOLDERS.index(path.parent.relative_to(SOURCE).as_posix())


def includes(path: Path) -> list[tuple[str, str]]:
    """(bracket, name) of each #include."""
    return re.findall(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', path.read_text(), re.MULTILINE)


def resolve(path: Path, name: str) -> Path | None:
    """The file of the project that an #include in `path` names."""
    for folder in (path.parent, SOURCE, CPP / "include"):
        if (folder / name).is_file():
            return (folder / name).resolve()
    return None


def code(path: Path) -> str:
    """The text of a C++ file without its comments."""
    return re.sub(r"//[^\n]*|/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)


def test_a_file_includes_its_own_folder_and_lower_ones() -> None:
    for path, (bracket, name) in ((source, include) for source in SOURCES for include in includes(source)):
        target = resolve(path, name)
        if target is None:
            assert bracket == "<", f'{path}: "{name}" is no file of the project'
            continue
        assert floor(target) <= floor(path), f"{path}: {name} is in a folder of a higher layer"
        if path.parent != SOURCE / "kernels" and target.parent == SOURCE / "kernels":
            assert target.name == "kernel_table.h", f"{path}: other folders include no kernel but kernel_table.h"
        if path.is_relative_to(PUBLIC):
            assert target.is_relative_to(PUBLIC), f"{path}: a public header includes public headers only"


def test_kernels_include_two_headers_and_each_other() -> None:
    for path in (SOURCE / "kernels").iterdir():
        for bracket, name in includes(path):
            assert name in {"cstddef", "cstring"} if bracket == "<" else (SOURCE / "kernels" / name).is_file(), path


# Sources without a header of their name, each with its reason.
HEADERLESS: dict[str, str] = {
    "kernels/isa.cpp": "compiled once per instruction set",
    "linear/design/dense_design.cpp": "make_design of linear.h for dense X",
    "linear/design/sparse_design.cpp": "make_design of linear.h for sparse X",
    "linear/ridge/conjugate_gradients.cpp": "conjugate_gradients of ridge.h",
    "linear/ridge/ridge_certificate.cpp": "ridge_certificate of ridge.h",
    "linear/ridge/ridge_cholesky.cpp": "ridge_cholesky of ridge.h",
    "linear/ridge/ridge_path.cpp": "ridge_path of ridge.h",
}


def test_a_source_has_a_header_of_its_name() -> None:
    for path in SOURCE.rglob("*.cpp"):
        if not path.with_suffix(".h").is_file() and not (PUBLIC / f"{path.stem}.h").is_file():
            assert path.relative_to(SOURCE).as_posix() in HEADERLESS, path


def test_openmp_is_in_the_runtime_only() -> None:
    for path in SOURCES + BINDINGS:
        if path.parent != SOURCE / "runtime":
            assert not re.search(r"#\s*pragma\s+omp|_Pragma\(\s*\"omp|omp\.h", code(path)), path


def test_public_headers_are_free_of_openmp_intrinsics_and_python() -> None:
    for path in PUBLIC.glob("*.h"):
        text = code(path)
        assert not re.search(r"omp\.h|intrin\.h|arm_neon|vector_size|__m\d{3}|Python\.h|pybind11", text), path
        c = {"stddef.h", "stdint.h"} if path.name == "c_api.h" else set()
        assert all((PUBLIC.parent / name).is_file() or "." not in name or name in c for _, name in includes(path)), path


def test_the_umbrella_header_includes_every_public_header() -> None:
    names = {name for _, name in includes(PUBLIC / "proxnet.h")}
    assert names == {f"proxnet/{path.name}" for path in PUBLIC.glob("*.h") if path.name != "proxnet.h"}


def test_the_library_never_sees_python() -> None:
    for path in SOURCES:
        assert not re.search(r"Python\.h|pybind11", code(path)), path


def test_bindings_see_public_headers_only() -> None:
    for path in BINDINGS:
        for _, name in includes(path):
            inside = resolve(path, name)
            assert inside is None or inside.is_relative_to(PUBLIC) or inside in BINDINGS, f"{path.name}: {name}"


@needs_compiler
def test_each_public_header_compiles_alone() -> None:
    def compile_alone(path: Path) -> str:
        command = [COMPILER, "-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-I", PUBLIC.parent, "-x", "c++", "-"]
        program = f"#include <proxnet/{path.name}>\n"
        return subprocess.run(command, input=program, capture_output=True, text=True).stderr

    headers = sorted(PUBLIC.glob("*.h"))
    with ThreadPoolExecutor(2) as pool:
        complaints = pool.map(compile_alone, headers)
    assert not {path.name: text for path, text in zip(headers, complaints, strict=True) if text}


def cmake_flags(variable: str) -> list[str]:
    """A list of compiler flags from the CMake file that holds them all, variables in it replaced."""
    text = (CPP / "cmake" / "instruction_sets.cmake").read_text()
    (value,) = re.findall(rf"^set\({variable} ([^)]*)\)", text, re.MULTILINE)
    value = re.sub(r"\$\{(\w+)\}", lambda match: " ".join(cmake_flags(match[1])), value)
    return shlex.split(value.replace('""', ""))


INSTRUCTION_SETS = {"x86_64": ["baseline", "avx2", "avx512"], "aarch64": ["neon"], "arm64": ["neon"]}.get(
    os.uname().machine, ["baseline"]
)


def symbols(compiled: Path) -> dict[str, list[str]]:
    """Defined external symbols by nm's letter."""
    listing = subprocess.run(["nm", "--defined-only", "-g", "-C", compiled], capture_output=True, text=True, check=True)
    found: dict[str, list[str]] = {}
    for line in listing.stdout.splitlines():
        _, letter, name = line.split(maxsplit=2)
        found.setdefault(letter, []).append(name)
    return found


@needs_compiler
@pytest.mark.parametrize("level", ["-O3", "-O0"])
@pytest.mark.parametrize("isa", INSTRUCTION_SETS)
def test_kernel_objects_export_two_tables_and_no_weak_symbol(isa: str, level: str, tmp_path: Path) -> None:
    # The newest object of the build is what people run; without one, and for -O0, compile here.
    built = sorted((ROOT / "build").rglob(f"*_kernels_{isa}.dir/**/isa.cpp.o"), key=lambda path: path.stat().st_mtime)
    built = [path for path in built if "sanitize" not in path.parts]
    newest = max(path.stat().st_mtime for path in (SOURCE / "kernels").iterdir())
    if level == "-O3" and built and built[-1].stat().st_mtime > newest:
        compiled = built[-1]
    else:
        compiled = tmp_path / "isa.o"
        options = ["-std=c++20", level, "-fPIC", "-Wno-psabi", f"-DPROXNET_KERNEL_ISA={isa}"]
        flags = cmake_flags("PROXNET_KERNEL_FLAGS") + cmake_flags(f"PROXNET_FLAGS_{isa}")
        command = [COMPILER, *options, *flags, "-c", SOURCE / "kernels" / "isa.cpp", "-o", compiled]
        subprocess.run(command, check=True)
    found = symbols(compiled)
    assert sorted(name for names in found.values() for name in names) == [
        f"proxnet::kernels_{isa}_f32",
        f"proxnet::kernels_{isa}_f64",
    ]
    assert not {"W", "V", "u", "w", "v"} & set(found)


@pytest.mark.skipif(shutil.which("nm") is None, reason="no nm")
def test_the_library_exports_public_names_alone() -> None:
    package = Path(proxnet.__file__).parent
    found = [*package.glob("lib/libproxnet.so*"), *(ROOT / "build").glob("*/cpp/libproxnet.so")]
    if not found:
        pytest.skip("the library is static")
    listing = subprocess.run(["nm", "-D", "--defined-only", found[0]], capture_output=True, text=True, check=True)
    names = {line.split()[2] for line in listing.stdout.splitlines()}
    public = "".join(code(path) for path in PUBLIC.glob("*.h"))
    assert len(names) > 100
    for name in names:
        if length := re.match(r"_Z(?:T[ISV])?NK?7proxnet(\d+)", name):
            name = name[length.end() :][: int(length[1])]  # the first word behind proxnet::
        assert re.search(rf"\b{name}\b", public), name


@pytest.mark.skipif(
    shutil.which("objdump") is None or os.uname().machine != "x86_64", reason="wants x86-64 and objdump"
)
def test_only_kernels_use_wide_registers() -> None:
    objects = [path for path in (ROOT / "build").rglob("proxnet_objects.dir/**/*.o") if "sanitize" not in path.parts]
    if not objects:
        pytest.skip("nothing is built in build/")
    listing = subprocess.run(["objdump", "-d", "--no-show-raw-insn", *objects], capture_output=True, text=True)
    assert not re.search(r"%[yz]mm\d", listing.stdout)


def test_every_kernel_has_a_row_in_the_roofline() -> None:
    table = code(SOURCE / "kernels" / "kernel_table.h")
    names = set(re.findall(r"\(\*(\w+)", table[table.index("struct KernelTable") :]))
    rows = "".join(code(path) for path in (ROOT / "benchmarks" / "cpp").glob("bench_*.cpp"))
    assert len(names) > 40
    assert not {name for name in names if not re.search(rf"(\bk\.|\bK::){name}\b", rows)}


def test_the_version_has_one_home() -> None:
    (version,) = re.findall(r'PROXNET_VERSION_STRING "([^"]+)"', (PUBLIC / "version.h").read_text())
    assert proxnet.__version__ == _core.__version__ == version
    assert importlib.metadata.version("proxnet") == version
    assert proxnet.build_info()["version"] == version
    assert re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)[0] == version


def readme_blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", (ROOT / "README.md").read_text(), re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize(("language", "name"), [("cpp", "main.cpp"), ("cmake", "CMakeLists.txt")])
def test_the_readme_shows_the_consumer_project(language: str, name: str) -> None:
    assert readme_blocks(language) == [(ROOT / "tests" / "consumer" / name).read_text()]


@pytest.mark.skipif(_core.active_isa() == "baseline", reason="without fused multiply-add the last digits differ")
def test_the_readme_examples_print_what_they_say(tmp_path: Path) -> None:
    pytest.importorskip("sklearn")
    (tmp_path / "example.txt").write_text("\n".join(readme_blocks("python")))
    command = [sys.executable, "-m", "doctest", "-o", "NORMALIZE_WHITESPACE", "example.txt"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def stub_names() -> dict[str, set[str]]:
    """Public names of the stub; for a class, its members."""
    names: dict[str, set[str]] = {}
    for node in ast.parse((ROOT / "python" / "proxnet" / "_core.pyi").read_text()).body:
        if isinstance(node, ast.ClassDef):
            members = [item for item in ast.walk(node) if item is not node]
            names[node.name] = {item.name for item in members if isinstance(item, ast.FunctionDef)}
            assigned = [item.targets[0] for item in members if isinstance(item, ast.Assign)]
            assigned += [item.target for item in members if isinstance(item, ast.AnnAssign)]
            names[node.name] |= {target.id for target in assigned if isinstance(target, ast.Name)}
        elif isinstance(node, ast.FunctionDef):
            names[node.name] = set()
    return names


def test_the_stub_names_what_the_module_has() -> None:
    stub = stub_names()
    assert {name for name in dir(_core) if not name.startswith("_")} == set(stub)
    for name, members in stub.items():
        thing = getattr(_core, name)
        if inspect.isclass(thing) and not issubclass(thing, Exception):
            real = {member for member in vars(thing) if not member.startswith("_")} - {"name", "value"}
            assert real == {member for member in members if not member.startswith("_")} - {"name", "value"}, name


def test_import_takes_numpy_and_nothing_heavier() -> None:
    program = "import sys, numpy; before = set(sys.modules); import proxnet; print(*set(sys.modules) - before)"
    out = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    packages = {name.partition(".")[0] for name in out.split()}
    assert not packages & {"rich", "matplotlib", "sklearn", "scipy", "pandas", "IPython", "asyncio", "multiprocessing"}


# Files that outgrew the limit, each with its reason.
LONG_FILES: dict[str, str] = {"python/proxnet/_core.pyi": "the stub of one module"}


def code_lines(path: Path) -> int:
    """Lines that hold code: no blank lines, comments or docstrings."""
    text = path.read_text()
    if path.suffix in {".h", ".cpp"}:
        text = code(path)
    elif path.suffix in {".py", ".pyi"}:
        text = re.sub(r'^\s*[rf]?"""(?:.|\n)*?"""', "", text, flags=re.MULTILINE)
    return sum(bool(line.strip()) and not line.lstrip().startswith("#") for line in text.splitlines())


def test_files_stay_small() -> None:
    folders = ["cpp", "python", "tests", "benchmarks"]
    files = [path for folder in folders for path in (ROOT / folder).rglob("*")]
    kinds = {".h", ".cpp", ".py", ".pyi", ".cmake", ".txt", ".sh"}
    lengths = {str(path.relative_to(ROOT)): code_lines(path) for path in files if path.suffix in kinds}
    assert {name for name, count in lengths.items() if count > 400} == set(LONG_FILES)
