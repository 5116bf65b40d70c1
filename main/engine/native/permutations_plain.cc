#include "lane_eigenvalues.h"
#include "lane_matrices.h"
#include "lane_spectra.h"

namespace spectroscope {

const PermutationLoops permutation_loops_plain = {
    gather_block_of<2>,
    gather_gram_of<2>,
    narrow_product_of<2>,
    factor_product_of<2>,
    tridiagonalise_lanes_of<2, 2>,
    lane_eigenvalues_of<2>,
    summarise_lanes_of<2>,
    sum_pairs_of<2>,
};

}  // namespace spectroscope
