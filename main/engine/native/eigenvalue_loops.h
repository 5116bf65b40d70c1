// Bodies of SpectraLoops::tridiagonal_eigenvalues, for sources that are compiled for one instruction set.
#ifndef SPECTROSCOPE_EIGENVALUE_LOOPS_H_
#define SPECTROSCOPE_EIGENVALUE_LOOPS_H_

#include "spectra_loops.h"
#include "wide_doubles.h"

namespace spectroscope {
namespace {

// QL sweeps for each eigenvalue, as LAPACK's dsterf has it; two are usual.
constexpr int kMostSweeps = 30;
// Below this fraction of its sum with the next off-diagonal, p of a sweep is taken as zero.
constexpr double kVanishing = 1e-280;
constexpr double kSmallest = 2.2250738585072014e-308;
// Squares of off-diagonals that are zero beside a norm of 1/2, and beside the product of their neighbours.
constexpr double kNegligible = 0x1p-110;
constexpr double kRelativelyNegligible = 0x1p-106;

// kWidth of the matrices, in the state of a sweep.
template <int kWidth>
struct Sweep {
  Wide<kWidth> shift, cosine, sine, gamma, p;
};

// One row of a sweep. `squares` and `diagonals` are at the row; null: all matrices take part.
template <int kWidth>
SPECTROSCOPE_INLINE void sweep_row(Sweep<kWidth>& s, double* diagonals, double* squares,
                                   const WideBits<kWidth>* takes_part) {
  using V = Wide<kWidth>;
  const V square = load_wide<kWidth>(squares);
  const V alpha = load_wide<kWidth>(diagonals);
  V r = s.p + square;
  V new_square = s.sine * r;
  // Decoupled, and the shift is an eigenvalue: nothing is rotated.
  const WideBits<kWidth> is_still = r == 0.0;
  const V one = all_wide<kWidth>(1.0);
  r = is_still ? one : r;
  V p = is_still ? one : s.p;
  const V inverse = 1.0 / r;
  const WideBits<kWidth> vanishes = p <= r * kVanishing;
  const V inverse_cosine = r / (vanishes ? one : p);
  const V sine = square * inverse;
  const V cosine = p * inverse;
  const V gamma = cosine * (alpha - s.shift) - sine * s.gamma;
  V new_diagonal = s.gamma + (alpha - gamma);
  p = vanishes ? s.cosine * square : gamma * gamma * inverse_cosine;
  if (takes_part != nullptr) {
    const WideBits<kWidth> is_taken = *takes_part;
    new_square = is_taken ? new_square : load_wide<kWidth>(squares + kTridiagonals);
    new_diagonal = is_taken ? new_diagonal : load_wide<kWidth>(diagonals + kTridiagonals);
    s.sine = is_taken ? sine : s.sine;
    s.cosine = is_taken ? cosine : s.cosine;
    s.gamma = is_taken ? gamma : s.gamma;
    s.p = is_taken ? p : s.p;
  } else {
    s.sine = sine;
    s.cosine = cosine;
    s.gamma = gamma;
    s.p = p;
  }
  store_wide<kWidth>(squares + kTridiagonals, new_square);
  store_wide<kWidth>(diagonals + kTridiagonals, new_diagonal);
}

// The root-free QL of Pal, Walker and Kahan (Parlett, The Symmetric Eigenvalue Problem, 8.15), as in LAPACK's dsterf,
// on kWidth matrices at once: each has its own first row that is left and its own shift, so what is found of one does not
// depend on the others.
template <int kWidth>
SPECTROSCOPE_INLINE bool eigenvalues_of_some(int order, double* diagonals, double* squares) {
  using V = Wide<kWidth>;
  const auto is_small = [&](int row, int lane) {
    const double* d = diagonals + row * kTridiagonals + lane;
    const double square = squares[row * kTridiagonals + lane];
    return square <= kNegligible || square <= kRelativelyNegligible * __builtin_fabs(d[0] * d[kTridiagonals]);
  };
  int64_t first[kWidth] = {};
  int end = order - 1;
  for (int sweeps = 0;; sweeps++) {
    int lowest = end;
    int highest = 0;
    for (int lane = 0; lane < kWidth; lane++) {
      while (first[lane] < end && is_small(first[lane], lane)) first[lane]++;
      if (first[lane] < lowest) lowest = static_cast<int>(first[lane]);
      if (first[lane] > highest) highest = static_cast<int>(first[lane]);
    }
    if (lowest >= end) return true;
    if (sweeps > kMostSweeps * order) return false;
    bool end_is_found = true;
    for (int lane = 0; lane < kWidth; lane++) end_is_found = end_is_found && is_small(end - 1, lane);
    if (end_is_found) {
      for (int lane = 0; lane < kWidth; lane++) squares[(end - 1) * kTridiagonals + lane] = 0;
      end--;
      continue;
    }

    // Wilkinson's shift; of matrices that are done, of two rows that do no harm.
    V low, high, square;
    for (int lane = 0; lane < kWidth; lane++) {
      const int64_t row = first[lane] < end ? first[lane] : end - 1;
      low[lane] = diagonals[row * kTridiagonals + lane];
      high[lane] = diagonals[(row + 1) * kTridiagonals + lane];
      square[lane] = squares[row * kTridiagonals + lane];
    }
    const V root = wide_root<kWidth>(square < kSmallest ? all_wide<kWidth>(kSmallest) : square);
    const V half = (high - low) / (2.0 * root);
    const V length = wide_root<kWidth>(half * half + 1.0);
    const V negative = -length;
    const V away = half + (half < 0.0 ? negative : length);

    Sweep<kWidth> s;
    s.shift = low - root / away;
    s.cosine = all_wide<kWidth>(1.0);
    s.sine = V{};
    s.gamma = load_wide<kWidth>(diagonals + end * kTridiagonals) - s.shift;
    s.p = s.gamma * s.gamma;
    int row = end - 1;
    for (; row >= highest; row--) {
      sweep_row<kWidth>(s, diagonals + row * kTridiagonals, squares + row * kTridiagonals, nullptr);
    }
    WideBits<kWidth> start;
    std::memcpy(&start, first, sizeof(start));
    for (; row >= lowest; row--) {
      const WideBits<kWidth> takes_part = start <= row;
      sweep_row<kWidth>(s, diagonals + row * kTridiagonals, squares + row * kTridiagonals, &takes_part);
    }
    const V found = s.shift + s.gamma;
    const V left = s.sine * s.p;
    for (int lane = 0; lane < kWidth; lane++) {
      if (first[lane] >= end) continue;
      diagonals[first[lane] * kTridiagonals + lane] = found[lane];
      squares[first[lane] * kTridiagonals + lane] = left[lane];
    }
  }
}

template <int kWidth>
bool tridiagonal_eigenvalues_of(int order, double* diagonals, double* off_diagonals) {
  for (int i = 0; i < order * kTridiagonals; i++) off_diagonals[i] *= off_diagonals[i];
  bool converged = true;
  for (int lane = 0; lane < kTridiagonals; lane += kWidth) {
    converged = eigenvalues_of_some<kWidth>(order, diagonals + lane, off_diagonals + lane) && converged;
  }
  return converged;
}

}  // namespace
}  // namespace spectroscope

#endif  // SPECTROSCOPE_EIGENVALUE_LOOPS_H_
