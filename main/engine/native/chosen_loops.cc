#include "instructions.h"
#include "permutation_loops.h"
#include "sequence_loops.h"
#include "spectra_loops.h"
#include "step_loops.h"

namespace spectroscope {

const SequenceLoops& sequence_loops() {
#if defined(__x86_64__)
  if (instructions() == Instructions::kAvx512) return sequence_loops_avx512;
  if (instructions() == Instructions::kAvx2) return sequence_loops_avx2;
#endif
  return sequence_loops_plain;
}

const StepLoops& step_loops() {
#if defined(__x86_64__)
  if (instructions() == Instructions::kAvx512) return step_loops_avx512;
  if (instructions() == Instructions::kAvx2) return step_loops_avx2;
#endif
  return step_loops_plain;
}

const SpectraLoops& spectra_loops() {
#if defined(__x86_64__)
  if (instructions() == Instructions::kAvx512) return spectra_loops_avx512;
  if (instructions() == Instructions::kAvx2) return spectra_loops_avx2;
#endif
  return spectra_loops_plain;
}

const PermutationLoops& permutation_loops() {
#if defined(__x86_64__)
  if (instructions() == Instructions::kAvx512) return permutation_loops_avx512;
  if (instructions() == Instructions::kAvx2) return permutation_loops_avx2;
#endif
  return permutation_loops_plain;
}

}  // namespace spectroscope
