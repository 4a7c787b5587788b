// What was built and what runs.
#include "proxnet/runtime.h"

#include <omp.h>

#include "proxnet/version.h"

namespace proxnet {

BuildInfo build_info() {
  BuildInfo info;
  info.version = PROXNET_VERSION_STRING;
#if defined(__clang__)
  info.compiler = "clang " __clang_version__;
#else
  info.compiler = "gcc " __VERSION__;
#endif
  info.isa = active_isa();
  info.openmp = std::to_string(_OPENMP);
  info.isas = supported_isas();
  info.threads = get_num_threads();
  return info;
}

}  // namespace proxnet
