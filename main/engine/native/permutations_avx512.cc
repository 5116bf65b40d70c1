#if defined(__x86_64__)

// In force to the end of this source, which includes nothing of the standard library that has code: the linker might
// take this copy of it for every processor.
#pragma GCC target("avx512f,avx512dq,avx512vl,avx2,fma")

#include "lane_eigenvalues.h"
#include "lane_matrices.h"
#include "lane_spectra.h"

namespace spectroscope {

const PermutationLoops permutation_loops_avx512 = {
    gather_block_of<8>,
    gather_gram_of<8>,
    narrow_product_of<8>,
    factor_product_of<8>,
    tridiagonalise_lanes_of<8, 4>,
    lane_eigenvalues_of<8>,
    summarise_lanes_of<8>,
    sum_pairs_of<8>,
};

}  // namespace spectroscope

#endif  // defined(__x86_64__)
