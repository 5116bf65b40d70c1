// Bodies of SpectraLoops::tridiagonalise, for sources that are compiled for one instruction set.
#ifndef SPECTROSCOPE_TRIDIAGONAL_LOOPS_H_
#define SPECTROSCOPE_TRIDIAGONAL_LOOPS_H_

#include <cstddef>

#include "spectra_loops.h"
#include "wide_doubles.h"

namespace spectroscope {
namespace {

// The reflection v of one step, and what the step before left to be subtracted: u q' + q u'.
struct Reflections {
  const double* u;
  const double* q;
  const double* v;
  double* y;
};

// Rows first .. first + kRows of K -= u q' + q u', left of column `left` and in the block from there on; then with v, of
// which `y` += K' v left of the block, and sums = K v.
template <int kWidth, int kRows>
SPECTROSCOPE_INLINE void update_rows(double* k, int stride, int first, int left, const Reflections& r,
                                     Wide<kWidth>* sums) {
  using V = Wide<kWidth>;
  V u[kRows], q[kRows], v[kRows], sum[kRows] = {};
  for (int row = 0; row < kRows; row++) {
    u[row] = all_wide<kWidth>(r.u[first + row]);
    q[row] = all_wide<kWidth>(r.q[first + row]);
    v[row] = all_wide<kWidth>(r.v[first + row]);
  }
  double* rows = k + static_cast<std::size_t>(first) * stride;
  for (int column = 0; column < left; column += kWidth) {
    const V uc = load_wide<kWidth>(r.u + column);
    const V qc = load_wide<kWidth>(r.q + column);
    const V vc = load_wide<kWidth>(r.v + column);
    V y = load_wide<kWidth>(r.y + column);
    for (int row = 0; row < kRows; row++) {
      double* place = rows + static_cast<std::size_t>(row) * stride + column;
      V value = load_wide<kWidth>(place);
      value -= u[row] * qc;
      value -= q[row] * uc;
      store_wide<kWidth>(place, value);
      sum[row] += value * vc;
      y += value * v[row];
    }
    store_wide<kWidth>(r.y + column, y);
  }
  for (int column = left; column < left + kTridiagonalBlock; column += kWidth) {
    const V uc = load_wide<kWidth>(r.u + column);
    const V qc = load_wide<kWidth>(r.q + column);
    const V vc = load_wide<kWidth>(r.v + column);
    for (int row = 0; row < kRows; row++) {
      double* place = rows + static_cast<std::size_t>(row) * stride + column;
      V value = load_wide<kWidth>(place);
      value -= u[row] * qc;
      value -= q[row] * uc;
      store_wide<kWidth>(place, value);
      sum[row] += value * vc;
    }
  }
  for (int row = 0; row < kRows; row++) sums[row] = sum[row];
}

// K -= u q' + q u', y = K v over the first `order` rows, in one pass over K.
template <int kWidth, int kRows>
SPECTROSCOPE_INLINE void update_and_multiply(double* k, int order, int stride, const Reflections& r) {
  for (int block = 0; block < order; block += kTridiagonalBlock) {
    Wide<kWidth> sums[kTridiagonalBlock];
    for (int row = 0; row < kTridiagonalBlock; row += kRows) {
      update_rows<kWidth, kRows>(k, stride, block + row, block, r, sums + row);
    }
    static_assert(kTridiagonalBlock == kSummedRows, "The sums of a block are added up at once.");
    sums_of_rows<kWidth>(sums, r.y + block);
  }
}

template <int kWidth>
SPECTROSCOPE_INLINE double wide_product(const double* x, const double* y, int length) {
  Wide<kWidth> sum = {};
  for (int i = 0; i < length; i += kWidth) sum += load_wide<kWidth>(x + i) * load_wide<kWidth>(y + i);
  return wide_sum<kWidth>(sum);
}

// Beside a number of 1/2 at least, what has a sum of squares so small is nothing but rounding.
constexpr double kVanishingSquare = 0x1p-120;

// Golub & Van Loan, 8.3.1, from the last row up, so that the rest is a leading block and rows are read as they are stored.
template <int kWidth, int kRows>
void tridiagonalise_of(double* k, int order, int stride, double* work, double* diagonal, double* off_diagonal) {
  using V = Wide<kWidth>;
  double* u = work;
  double* v = work + stride;
  double* q = work + 2 * static_cast<std::size_t>(stride);
  double* y = work + 3 * static_cast<std::size_t>(stride);
  std::memset(work, 0, sizeof(double) * kTridiagonalWork * stride);
  for (int last = order - 1; last > 0; last--) {
    const double* row = k + static_cast<std::size_t>(last) * stride;
    const int width = (last + kTridiagonalBlock) / kTridiagonalBlock * kTridiagonalBlock;
    const V u_last = all_wide<kWidth>(u[last]);
    const V q_last = all_wide<kWidth>(q[last]);
    for (int i = 0; i < width; i += kWidth) {
      store_wide<kWidth>(v + i, load_wide<kWidth>(row + i) - u_last * load_wide<kWidth>(q + i) -
                                    q_last * load_wide<kWidth>(u + i));
    }
    diagonal[last] = v[last];
    for (int i = last; i < width; i++) v[i] = 0;
    const double corner = v[last - 1];
    v[last - 1] = 0;
    const double rest = wide_product<kWidth>(v, v, width);
    double scale = 0;
    off_diagonal[last - 1] = corner;
    if (rest > kVanishingSquare) {
      const double squared = rest + corner * corner;
      const double reflected = corner > 0 ? -__builtin_sqrt(squared) : __builtin_sqrt(squared);
      off_diagonal[last - 1] = reflected;
      v[last - 1] = corner - reflected;
      scale = 1 / (squared - corner * reflected);
    } else {
      std::memset(v, 0, sizeof(double) * width);
    }
    update_and_multiply<kWidth, kRows>(k, last, stride, {u, q, v, y});
    // Rows of a block that are done already.
    for (int i = last; i < width; i++) y[i] = 0;
    const double along = scale * scale / 2 * wide_product<kWidth>(y, v, width);
    for (int i = 0; i < width; i += kWidth) {
      store_wide<kWidth>(q + i, load_wide<kWidth>(y + i) * scale - load_wide<kWidth>(v + i) * along);
    }
    double* before = u;
    u = v;
    v = before;
  }
  diagonal[0] = k[0] - 2 * u[0] * q[0];
}

}  // namespace
}  // namespace spectroscope

#endif  // SPECTROSCOPE_TRIDIAGONAL_LOOPS_H_
