#include "sequence_loops.h"

#include <cstdlib>
#include <cstring>

#include "step_loops.h"

namespace spectroscope {
namespace {

enum class Instructions { kPlain, kAvx2, kAvx512 };

Instructions best() {
  const char* plain = std::getenv("SPECTROSCOPE_PLAIN_LOOPS");
  if (plain != nullptr && std::strcmp(plain, "1") == 0) return Instructions::kPlain;
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")) {
    return Instructions::kAvx512;
  }
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return Instructions::kAvx2;
#endif
  return Instructions::kPlain;
}

Instructions chosen() {
  static const Instructions instructions = best();
  return instructions;
}

}  // namespace

const SequenceLoops& sequence_loops() {
#if defined(__x86_64__)
  if (chosen() == Instructions::kAvx512) return sequence_loops_avx512;
  if (chosen() == Instructions::kAvx2) return sequence_loops_avx2;
#endif
  return sequence_loops_plain;
}

const StepLoops& step_loops() {
#if defined(__x86_64__)
  if (chosen() == Instructions::kAvx512) return step_loops_avx512;
  if (chosen() == Instructions::kAvx2) return step_loops_avx2;
#endif
  return step_loops_plain;
}

}  // namespace spectroscope
