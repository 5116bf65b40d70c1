#include "eigenvalue_loops.h"
#include "gram_loops.h"
#include "tridiagonal_loops.h"

namespace spectroscope {

const SpectraLoops spectra_loops_plain = {
    tridiagonalise_of<2, 2>,     tridiagonal_eigenvalues_of<2>,     pack_floats_of<2>, pack_doubles_of<2>,
    add_gram_of_columns_of<2, 2, 1>, add_gram_of_rows_of<2, 4, 2>,
};

}  // namespace spectroscope
