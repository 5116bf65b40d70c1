#include "instructions.h"

#include <cstdlib>
#include <string>

namespace spectroscope {
namespace {

Instructions best() {
  const char* asked = std::getenv("SPECTROSCOPE_PLAIN_LOOPS");
  const std::string lesser = asked == nullptr ? "" : asked;
  if (lesser == "1") return Instructions::kPlain;
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (lesser != "avx2" && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vl")) {
    return Instructions::kAvx512;
  }
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return Instructions::kAvx2;
#endif
  return Instructions::kPlain;
}

}  // namespace

Instructions instructions() {
  static const Instructions chosen = best();
  return chosen;
}

}  // namespace spectroscope
