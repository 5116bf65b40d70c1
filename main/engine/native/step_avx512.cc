#if defined(__x86_64__)

// In force to the end of this source, which includes nothing of the standard library that has code: the linker might
// take this copy of it for every processor.
#pragma GCC target("avx512f,avx512dq,avx512vl,avx2,fma")

#define SPECTROSCOPE_REGISTER 16
#include "step_rows.h"

namespace spectroscope {

const StepLoops step_loops_avx512 = step_loops_of<24, 9, 12, 2>();

}  // namespace spectroscope

#endif  // defined(__x86_64__)
