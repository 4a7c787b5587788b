// The first supported instruction set of a list, or PROXNET_ISA.
#include "runtime/dispatch.h"

#include <cstdlib>
#include <string>

#include "proxnet/runtime.h"
#include "runtime/cpu.h"

namespace proxnet {

template <> std::vector<const KernelTable<float>*> supported_kernels<float>() {
  std::vector<const KernelTable<float>*> tables;
#if defined(__x86_64__)
  if (cpu_has_avx512()) tables.push_back(&kernels_avx512_f32);
  if (cpu_has_avx2()) tables.push_back(&kernels_avx2_f32);
  tables.push_back(&kernels_baseline_f32);
#elif defined(__aarch64__)
  tables.push_back(&kernels_neon_f32);
#else
  tables.push_back(&kernels_baseline_f32);
#endif
  return tables;
}

template <> std::vector<const KernelTable<double>*> supported_kernels<double>() {
  std::vector<const KernelTable<double>*> tables;
#if defined(__x86_64__)
  if (cpu_has_avx512()) tables.push_back(&kernels_avx512_f64);
  if (cpu_has_avx2()) tables.push_back(&kernels_avx2_f64);
  tables.push_back(&kernels_baseline_f64);
#elif defined(__aarch64__)
  tables.push_back(&kernels_neon_f64);
#else
  tables.push_back(&kernels_baseline_f64);
#endif
  return tables;
}

namespace {

template <class T> const KernelTable<T>& choose() {
  const auto tables = supported_kernels<T>();
  const char* forced = std::getenv("PROXNET_ISA");
  if (!forced || !*forced) return *tables.front();
  std::string choices;
  for (const auto* table : tables) {
    if (std::string(table->isa) == forced) return *table;
    choices += (choices.empty() ? "" : ", ") + std::string(table->isa);
  }
  throw InvalidInput(
      sentence("[dispatch] PROXNET_ISA must be one of ", choices, " on this machine, got '", forced, "'"));
}

}  // namespace

template <class T> const KernelTable<T>& kernels() {
  static const KernelTable<T>& table = choose<T>();
  return table;
}
template const KernelTable<float>& kernels<float>();
template const KernelTable<double>& kernels<double>();

std::string active_isa() { return kernels<float>().isa; }

std::vector<std::string> supported_isas() {
  std::vector<std::string> names;
  for (const auto* table : supported_kernels<float>()) names.emplace_back(table->isa);
  return names;
}

}  // namespace proxnet
