// For which instruction set the loops were compiled that are used: the best one that the processor has.
#ifndef SPECTROSCOPE_INSTRUCTIONS_H_
#define SPECTROSCOPE_INSTRUCTIONS_H_

namespace spectroscope {

enum class Instructions { kPlain, kAvx2, kAvx512 };

// Environment variable SPECTROSCOPE_PLAIN_LOOPS takes lesser ones, which is how they are tested: 1, those that every
// processor has; avx2, those without AVX-512. Chosen once.
Instructions instructions();

}  // namespace spectroscope

#endif  // SPECTROSCOPE_INSTRUCTIONS_H_
