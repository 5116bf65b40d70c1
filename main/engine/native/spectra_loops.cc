#include "spectra_loops.h"

#include <cstdlib>
#include <cstring>

namespace spectroscope {
namespace {

const SpectraLoops& best() {
  const char* plain = std::getenv("SPECTROSCOPE_PLAIN_LOOPS");
  if (plain != nullptr && std::strcmp(plain, "1") == 0) return spectra_loops_plain;
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")) {
    return spectra_loops_avx512;
  }
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return spectra_loops_avx2;
#endif
  return spectra_loops_plain;
}

}  // namespace

const SpectraLoops& spectra_loops() {
  static const SpectraLoops& chosen = best();
  return chosen;
}

}  // namespace spectroscope
