#include "eigenvalue_loops.h"
#include "gram_loops.h"
#include "row_loops.h"
#include "tridiagonal_loops.h"

namespace spectroscope {

const SpectraLoops spectra_loops_plain = {
    tridiagonalise_of<2, 2>, tridiagonal_eigenvalues_of<2>, pack_floats_of<2>, pack_doubles_of<2>,
    add_gram_of_columns_of<2, 2, 1>, add_gram_of_rows_of<2, 4, 2>, narrow_gram_of<2>, widen_of<2>,
    inner_product_of<2, float>, inner_product_of<2, double>,
};

}  // namespace spectroscope
