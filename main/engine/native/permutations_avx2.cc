#if defined(__x86_64__)

// In force to the end of this source, which includes nothing of the standard library that has code: the linker might
// take this copy of it for every processor.
#pragma GCC target("avx2,fma")

#include "lane_eigenvalues.h"
#include "lane_matrices.h"
#include "lane_spectra.h"

namespace spectroscope {

const PermutationLoops permutation_loops_avx2 = {
    gather_block_of<4>,
    gather_gram_of<4>,
    narrow_product_of<4>,
    factor_product_of<4>,
    tridiagonalise_lanes_of<4, 2>,
    lane_eigenvalues_of<4>,
    summarise_lanes_of<4>,
    sum_pairs_of<4>,
};

}  // namespace spectroscope

#endif  // defined(__x86_64__)
