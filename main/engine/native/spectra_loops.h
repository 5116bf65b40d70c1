// What the capture does with Gram matrices that OpenBLAS has no fast routine for: they are formed from float32 rows,
// have up to a few hundred rows themselves, many of one size at every step, and their eigenvalues alone are wanted.
// Compiled for each of the instruction sets of instructions.h.
#ifndef SPECTROSCOPE_SPECTRA_LOOPS_H_
#define SPECTROSCOPE_SPECTRA_LOOPS_H_

#include <cstddef>
#include <cstdint>

namespace spectroscope {

// Matrices whose eigenvalues are found at once: number i of matrix `lane` is at [i * kTridiagonals + lane].
constexpr int kTridiagonals = 8;
// Rows of a matrix that is reduced are padded with zeros to a multiple of this.
constexpr int kTridiagonalBlock = 8;
// Rows of `stride` numbers that SpectraLoops::tridiagonalise needs.
constexpr int kTridiagonalWork = 4;
// Beside a number of 1/2 at least, what has a sum of squares so small is nothing but rounding.
constexpr double kVanishingSquare = 0x1p-120;

// Columns of a matrix whose Gram matrix is formed, next to each other in memory.
constexpr int kGramPanel = 8;
// Rows of a Gram matrix over rows are a multiple of this; of the last ones of the matrix, none or zeros.
constexpr int kGramRows = 4;

// The most columns that narrow_gram takes.
constexpr int kNarrow = 8;

struct SpectraLoops {
  // Householder's reduction of a symmetric matrix K, of which the first `order` rows count, to the tridiagonal matrix of
  // diagonal [order] and off-diagonal [order - 1]. Its rows are `stride` apart, at least as many as the padded order. Of
  // K the lower triangle is read, with the whole of the blocks of kTridiagonalBlock on the diagonal; it is destroyed. Its largest number is between 1/2 and 1;
  // what is 2^-60 beside it is taken as zero.
  void (*tridiagonalise)(double* k, int order, int stride, double* work, double* diagonal, double* off_diagonal);
  // Eigenvalues of kTridiagonals matrices, each in place of its diagonal [order], unsorted; the off-diagonals [order]
  // are destroyed. The matrices have norms of 1/2 at least: what is smaller than 2^-55 beside the diagonal is taken as
  // zero. False: some did not converge.
  bool (*tridiagonal_eigenvalues)(int order, double* diagonals, double* off_diagonals);

  // X [rows x columns] as panels of kGramPanel columns, [rows x kGramPanel] each, the last filled up with zeros.
  void (*pack_floats)(const float* x, int64_t rows, int columns, double* panels);
  void (*pack_doubles)(const double* x, int64_t rows, int columns, double* panels);
  // K += X'X of a matrix in `number` panels; K's rows are `stride` apart. The lower triangle with the whole of the
  // blocks of kGramPanel on the diagonal.
  void (*add_gram_of_columns)(const double* panels, int64_t rows, int number, double* k, int stride);
  // K += X X', X [rows x length], a multiple of kGramRows rows and of kGramPanel numbers in each. The lower triangle,
  // and some of the rest near the diagonal.
  void (*add_gram_of_rows)(const double* x, int rows, int64_t length, double* k, int stride);

  // K = X'X of a tall matrix X [rows x columns], 2 to kNarrow columns; both triangles.
  void (*narrow_gram)(const float* x, int64_t rows, int columns, double* k);
  // to[i] = from[i]
  void (*widen)(const float* from, std::size_t length, double* to);
  // Sum of x[i] y[i] in float64.
  double (*inner_product)(const float* x, const float* y, std::size_t length);
  double (*inner_product_wide)(const double* x, const double* y, std::size_t length);
};

extern const SpectraLoops spectra_loops_plain;
#if defined(__x86_64__)
extern const SpectraLoops spectra_loops_avx2;
extern const SpectraLoops spectra_loops_avx512;
// Also where there are wider registers: of a row of eight, less is computed twice in halves, and half a row ahead is the
// other half. 0.87 ms for 569,000 rows on Zen 4, where wider registers took 1.25.
void narrow_gram_avx2(const float* x, int64_t rows, int columns, double* k);
#endif

const SpectraLoops& spectra_loops();

}  // namespace spectroscope

#endif  // SPECTROSCOPE_SPECTRA_LOOPS_H_
