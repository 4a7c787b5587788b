#!/usr/bin/env bash
# What `make test`, `make test-exhaustive`, `make bench`, `make sanitize`, `make tsan`, `make fuzz`, `make attack` and `make aarch64` run, from the repository's root, with .venv/bin first on the PATH.
# A step that fails does not keep the others from running; the summary names it and the exit status tells.
set -uo pipefail

mkdir -p build/logs
results=()
failed=0

# step NAME LOG COMMAND...: runs it, shows it, keeps its output and remembers how it went.
step() {
  local name=$1 log=build/logs/$2.txt start=$SECONDS verdict=ok
  shift 2
  echo "== $name"
  "$@" 2>&1 | tee "$log" || { verdict=FAILED; failed=1; }
  results+=("$(printf '%-7s %-42s %4d s  %s' "$verdict" "$name" $((SECONDS - start)) "$(count "$log")")")
  [ $verdict = ok ]
}

# What a log says of itself, in a few words.
count() {
  grep -aE '[0-9]+ (passed|failed|error).* in [0-9]|test cases: |^accuracy ' "$1" | tail -1 |
    sed -E 's/^[= ]+|[= ]+$|\[doctest\] //g; s/ +/ /g'
}

have_header() { echo "#include <$1>" | "${CXX:-c++}" -x c++ -E - >/dev/null 2>&1; }

# need HEADER PACKAGE PURPOSE: installs Debian's package when that is possible, otherwise says what is missing.
need() {
  have_header "$1" && return
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "== installing $2"
    { apt-get install -y -qq "$2" || { apt-get update -qq && apt-get install -y -qq "$2"; }; } >build/logs/apt.txt 2>&1
    have_header "$1" && return
  fi
  results+=("MISSING $3: install $2 (<$1>)")
  failed=1
  return 1
}

# need_command NAME PACKAGE: the same for a program.
need_command() {
  command -v "$1" >/dev/null && return
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "== installing $2"
    { apt-get install -y -qq "$2" || { apt-get update -qq && apt-get install -y -qq "$2"; }; } >build/logs/apt.txt 2>&1
    command -v "$1" >/dev/null && return
  fi
  results+=("MISSING $1: install $2")
  failed=1
  return 1
}

# configure FOLDER OPTION...: a CMake build tree made of the venv's tools.
configure() {
  local folder=$1
  shift
  cmake -S . -B "$folder" -G Ninja -Wno-dev --log-level=WARNING "$@"
}

build_aarch64() {
  configure build/aarch64 -DCMAKE_SYSTEM_NAME=Linux -DCMAKE_SYSTEM_PROCESSOR=aarch64 \
    -DCMAKE_CXX_COMPILER=aarch64-linux-gnu-g++ -DPROXNET_STATIC=ON -DCMAKE_EXE_LINKER_FLAGS=-static -DPROXNET_BUILD_TESTS=ON \
    -DOpenMP_gomp_LIBRARY="$(aarch64-linux-gnu-g++ -print-file-name=libgomp.a)" &&
    cmake --build build/aarch64
}

# build_cpp OPTION...: in the tree in which the wheel was built, so that the library is compiled once for all.
build_cpp() { configure build/cmake "$@" && cmake --build build/cmake; }

# The C++ tests, shared out to as many processes as there are cores (8 at the most).
cpp_tests() {
  local program=build/cmake/tests/cpp/proxnet_tests jobs count pids=() status=0 k
  jobs=$(nproc) && jobs=$((jobs < 8 ? jobs : 8))
  count=$("$program" --count --no-intro | grep -oE '[0-9]+$' | tail -1) || return
  for ((k = 0; k < jobs; ++k)); do
    "$program" --no-intro --first=$((count * k / jobs + 1)) --last=$((count * (k + 1) / jobs)) &
    pids+=($!)
  done
  for k in "${pids[@]}"; do wait "$k" || status=1; done
  return $status
}

python_tests() { python -m pytest -q -n auto --maxprocesses 8 --dist worksteal --pyargs proxnet tests/python; }

# A few of each kind, in half a minute, for the inner loop.
smoke() {
  python -m pytest -q -n auto --maxprocesses 8 --dist worksteal tests/python/network/test_sequential.py \
    tests/python/network/test_penalties.py tests/python/linear/test_linear_families.py tests/python/io/test_model_file.py
}

# consumer FOLDER DIR: builds and runs the project in tests/consumer against the package in DIR.
consumer() {
  rm -rf "$1" &&
    cmake -S tests/consumer -B "$1" -G Ninja --log-level=WARNING -DCMAKE_BUILD_TYPE=Release -Dproxnet_DIR="$2" &&
    cmake --build "$1" && "$1/consumer"
}

installed_consumer() {
  rm -rf build/prefix && cmake --install build/cmake --component devel --prefix "$PWD/build/prefix" >/dev/null &&
    consumer build/consumer-prefix "$(dirname "$(find "$PWD/build/prefix" -name proxnetConfig.cmake)")"
}

wheel_consumer() {
  local dir
  dir=$(cd build && python -m proxnet --cmake-dir) && consumer build/consumer-wheel "$dir"
}

summary() {
  echo
  echo "Summary"
  printf '  %s\n' "${results[@]}"
  if [ $failed = 0 ]; then echo "Everything passed."; else echo "Not everything passed."; fi
  exit $failed
}

case "${1:-test}" in
  test)
    need doctest/doctest.h doctest-dev "C++ tests" && tests=ON || tests=OFF
    need benchmark/benchmark.h libbenchmark-dev "microbenchmarks" && benchmarks=ON || benchmarks=OFF
    step "C++ build" cpp-build build_cpp -DPROXNET_BUILD_TESTS=$tests -DPROXNET_BUILD_BENCHMARKS=$benchmarks &&
      [ $tests = ON ] && step "C++ tests" cpp-tests cpp_tests
    step "Python tests and documentation examples" pytest python_tests
    step "C++ project, from cmake --install" consumer-prefix installed_consumer
    step "C++ project, from the wheel" consumer-wheel wheel_consumer
    summary
    ;;
  smoke)
    smoke
    ;;
  exhaustive)
    need doctest/doctest.h doctest-dev "C++ tests" || summary
    step "C++ build" cpp-build build_cpp -DPROXNET_BUILD_TESTS=ON &&
      step "elementary functions of all floats" exhaustive \
        env PROXNET_EXHAUSTIVE=1 build/cmake/tests/cpp/proxnet_tests -tc='vmath: floats*'
    summary
    ;;
  benchmarks)
    shift
    need benchmark/benchmark.h libbenchmark-dev "microbenchmarks" || summary
    build_cpp -DPROXNET_BUILD_BENCHMARKS=ON && exec build/cmake/benchmarks/cpp/bench_kernels "$@"
    ;;
  aarch64)
    need doctest/doctest.h doctest-dev "C++ tests" && need_command aarch64-linux-gnu-g++ g++-aarch64-linux-gnu &&
      need_command qemu-aarch64-static qemu-user-static || summary
    # Linked statically: the emulator needs no libraries of that machine. What takes minutes there is left to the others.
    step "AArch64 build" aarch64-build build_aarch64 &&
      step "AArch64 C++ tests" aarch64-tests qemu-aarch64-static build/aarch64/tests/cpp/proxnet_tests \
        -tce='*stationary*,*gemm_panel*,*interrupt*'
    summary
    ;;
  tsan)
    need doctest/doctest.h doctest-dev "C++ tests" || summary
    configure build/tsan -DCMAKE_BUILD_TYPE=Debug -DPROXNET_SANITIZE_THREADS=ON -DPROXNET_BUILD_TESTS=ON &&
      cmake --build build/tsan --target proxnet_thread_tests &&
      TSAN_OPTIONS=halt_on_error=0:exitcode=66 exec build/tsan/tests/cpp/proxnet_thread_tests -tc='threads:*'
    ;;
  fuzz)
    need_command clang++-19 clang-19 || summary
    for package in libclang-rt-19-dev libomp-19-dev; do
      dpkg -s $package >/dev/null 2>&1 || apt-get install -y -qq $package >build/logs/apt.txt 2>&1
    done
    mkdir -p build/fuzz-corpus
    configure build/fuzz -DCMAKE_BUILD_TYPE=Debug -DPROXNET_FUZZ=ON -DCMAKE_CXX_COMPILER=clang++-19 &&
      cmake --build build/fuzz --target fuzz_load_predictor &&
      exec build/fuzz/tests/fuzz/fuzz_load_predictor -max_len=4096 -rss_limit_mb=1024 -timeout=5 \
        "${@:2}" build/fuzz-corpus tests/fuzz/corpus
    ;;
  attack)
    if [ $# -gt 1 ]; then exec python "tests/attacks/$2.py" "${@:3}"; fi
    step "forks" attack-forks python tests/attacks/forks.py 3000
    step "exits" attack-exits python tests/attacks/exits.py 20
    step "interrupts" attack-interrupts python tests/attacks/interrupts.py 3000 1
    step "kills" attack-kills python tests/attacks/kills.py 50 1
    step "wrong arguments of networks" attack-networks python tests/attacks/bad_calls.py networks 5000 1
    step "wrong arguments of linear models" attack-linear python tests/attacks/bad_calls.py linear 5000 1
    step "forged configurations" attack-configs python tests/attacks/mutated_configs.py 5000 1
    summary
    ;;
  sanitize)
    need doctest/doctest.h doctest-dev "C++ tests" || summary
    configure build/sanitize -DCMAKE_BUILD_TYPE=Debug -DPROXNET_SANITIZE=ON -DPROXNET_BUILD_TESTS=ON &&
      cmake --build build/sanitize && exec build/sanitize/tests/cpp/proxnet_tests
    ;;
esac
