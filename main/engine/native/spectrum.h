// Singular values from Gram matrices.
#ifndef SPECTROSCOPE_SPECTRUM_H_
#define SPECTROSCOPE_SPECTRUM_H_

#include <cstddef>
#include <vector>

#include "scratch.h"

namespace spectroscope {

// Collects matrices and finds the singular values of all of them at once. Holds memory that is used again, so each thread
// needs its own.
class SpectrumSolver {
 public:
  // The `count` largest singular values, descending, of a matrix whose Gram matrix is K [order x order]: the square
  // roots of K's eigenvalues. Those at or below `floor` are written as 0: rounding decides them. Of K the lower
  // triangle is read; it is kept. All are NaN when K holds a value that is not finite. They are there after solve().
  void from_gram(const double* k, int order, int count, double floor, float* values);

  // Singular values of A'D from K_A = A A' and K_D = D D' [order x order]: with K_A = L L' (pivoted Cholesky, so that a
  // semidefinite K_A is factored as well as a definite one) they are those of L'D, whose Gram matrix is L' K_D L.
  // K_A and K_D are kept.
  void from_factors(const double* ka, const double* kd, int order, int count, float* values);

  // The same `count` values once more, after solve(). Their first place was handed over before.
  void copy(const float* values, std::size_t count, float* to);

  // Writes the values of all matrices handed over since the last call. Throws std::runtime_error when there are none.
  void solve();

 private:
  // A tridiagonal matrix of K's eigenvalues over `scale`: `order` numbers on the diagonal, then as many beside it.
  struct Tridiagonal {
    int order;
    int count;
    std::size_t place;  // in tridiagonals_
    double scale;
    double floor;
    float* values;
  };
  struct Copy {
    const float* values;
    std::size_t count;
    float* to;
  };

  // A small matrix, which is reduced beside others when all are there: its index in waiting_, and the place of its lower
  // triangle in triangles_.
  struct Triangle {
    std::size_t waiting;
    std::size_t place;
  };

  void reduce_small();
  // At most kTridiagonals of them, the first the largest, one to a lane.
  void reduce_together(const Triangle* first, int number);
  // row_of(i): row i of the lower triangle.
  template <typename RowOf>
  void reduce(const Tridiagonal& matrix, RowOf row_of);
  // At most kTridiagonals of them, the first the largest.
  void solve_together(const Tridiagonal* first, int number);
  void solve_slowly(const Tridiagonal& matrix);
  void write(const Tridiagonal& matrix, double* eigenvalues);

  std::vector<Tridiagonal> waiting_;
  std::vector<double> tridiagonals_;
  std::vector<Triangle> small_;
  std::vector<double> triangles_;
  std::vector<Copy> copies_;
  Scratch<double> diagonals_, work_, factor_, product_;
  Scratch<int> pivots_;
};

}  // namespace spectroscope

#endif  // SPECTROSCOPE_SPECTRUM_H_
