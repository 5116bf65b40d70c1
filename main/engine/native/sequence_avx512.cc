#if defined(__x86_64__)

// In force to the end of this source, which includes nothing of the standard library that has code: the linker might
// take this copy of it for every processor.
#pragma GCC target("avx512f,avx512dq,avx512vl,avx2,fma")

#define SPECTROSCOPE_REGISTER 16
#include "attention_loops.h"
#include "recurrent_loops.h"

namespace spectroscope {

// Sums of a tile of a product that the registers hold: rows, and vectors in each.
const SequenceLoops sequence_loops_avx512 = {recurrent_forward_of<8, 2>, recurrent_backward_of<8, 2>,
                                             attention_forward_of<8, 2>, attention_backward_of<8, 2>};

}  // namespace spectroscope

#endif  // defined(__x86_64__)
