// Singular values from Gram matrices.
#ifndef SPECTROSCOPE_SPECTRUM_H_
#define SPECTROSCOPE_SPECTRUM_H_

#include "scratch.h"

namespace spectroscope {

class SpectrumSolver {
 public:
  // The `count` largest singular values, descending, of a matrix whose Gram matrix is K [order x order]: the square
  // roots of K's eigenvalues. Those at or below `floor` are written as 0: rounding decides them. K is destroyed; of
  // it only the upper triangle is read.
  // All are NaN when K holds a value that is not finite. Throws std::runtime_error when LAPACK finds none.
  void from_gram(double* k, int order, int count, double floor, float* values);

  // Singular values of A'D from K_A = A A' and K_D = D D' [order x order]: with K_A = L L' (pivoted Cholesky, so that a
  // semidefinite K_A is factored as well as a definite one) they are those of L'D, whose Gram matrix is L' K_D L.
  // K_A and K_D are kept.
  void from_factors(const double* ka, const double* kd, int order, int count, float* values);

 private:
  Scratch<double> diagonals_, work_, factor_, product_, permuted_;
  Scratch<int> pivots_;
};

}  // namespace spectroscope

#endif  // SPECTROSCOPE_SPECTRUM_H_
