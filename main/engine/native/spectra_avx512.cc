#if defined(__x86_64__)

// In force to the end of this source, which includes nothing of the standard library that has code: the linker might
// take this copy of it for every processor.
#pragma GCC target("avx512f,avx512dq,avx512vl,avx2,fma")

#include "eigenvalue_loops.h"
#include "gram_loops.h"
#include "row_loops.h"
#include "tridiagonal_loops.h"

namespace spectroscope {

const SpectraLoops spectra_loops_avx512 = {
    tridiagonalise_of<8, 8>, tridiagonal_eigenvalues_of<8>, pack_floats_of<8>, pack_doubles_of<8>,
    add_gram_of_columns_of<8, 8, 3>, add_gram_of_rows_of<8, 4, 4>, narrow_gram_avx2, widen_of<8>,
    inner_product_of<8, float>, inner_product_of<8, double>,
};

}  // namespace spectroscope

#endif  // defined(__x86_64__)
