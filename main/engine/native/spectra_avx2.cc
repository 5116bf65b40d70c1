#if defined(__x86_64__)

// In force to the end of this source, which includes nothing of the standard library that has code: the linker might
// take this copy of it for every processor.
#pragma GCC target("avx2,fma")

#include "eigenvalue_loops.h"
#include "gram_loops.h"
#include "row_loops.h"
#include "tridiagonal_loops.h"

namespace spectroscope {

void narrow_gram_avx2(const float* x, int64_t rows, int columns, double* k) { narrow_gram_of<4>(x, rows, columns, k); }

const SpectraLoops spectra_loops_avx2 = {
    tridiagonalise_of<4, 4>, tridiagonal_eigenvalues_of<4>, pack_floats_of<4>, pack_doubles_of<4>,
    add_gram_of_columns_of<4, 4, 1>, add_gram_of_rows_of<4, 4, 2>, narrow_gram_avx2, widen_of<4>,
    inner_product_of<4, float>, inner_product_of<4, double>,
};

}  // namespace spectroscope

#endif  // defined(__x86_64__)
