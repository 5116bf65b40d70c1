#include "eigenvalue_loops.h"
#include "tridiagonal_loops.h"

namespace spectroscope {

const SpectraLoops spectra_loops_plain = {tridiagonalise_of<2, 2>, tridiagonal_eigenvalues_of<2>};

}  // namespace spectroscope
