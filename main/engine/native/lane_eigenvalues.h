// Bodies of PermutationLoops::eigenvalues, for sources that are compiled for one instruction set.
#ifndef SPECTROSCOPE_LANE_EIGENVALUES_H_
#define SPECTROSCOPE_LANE_EIGENVALUES_H_

#include "lane_matrices.h"
#include "permutation_loops.h"
#include "wide_doubles.h"

namespace spectroscope {
namespace {

// Sweeps for each eigenvalue, as many as LAPACK's dsterf allows; one or two are usual.
constexpr int kMostLaneSweeps = 30;
// Added to gamma of a sweep, whose square p is divided by: nothing beside a norm of 1/2. With the other sign from row to
// row, since where gamma was nothing else, the next one is its opposite.
constexpr double kNudge = 1e-30;
// Squares of off-diagonals that are zero beside a norm of 1/2, and beside the product of their neighbours.
constexpr double kNegligibleSquare = 0x1p-110;
constexpr double kRelativelyNegligibleSquare = 0x1p-106;

// 1 / x of positive normal numbers, to 2 units in the last place.
template <int kWidth>
SPECTROSCOPE_INLINE Wide<kWidth> reciprocal(const Wide<kWidth>& x) {
#if defined(__AVX512F__)
  if constexpr (kWidth == 8) {
    // 14 bits, doubled by each of Newton's steps: a division would keep the next ones waiting.
    const Wide<kWidth> first = __builtin_ia32_rcp14pd512_mask(x, Wide<kWidth>{}, 0xFF);
    const Wide<kWidth> second = first + first * (1.0 - x * first);
    return second + second * (1.0 - x * second);
  }
#endif
  return 1.0 / x;
}

// kWidth matrices of one order; the rows before `first` are eigenvalues of all of them. A sweep that goes over more
// eigenvalues of some leaves them as they are, since nothing is beside them.
template <int kWidth>
struct LaneMatrices {
  double* diagonals;
  double* squares;
  int first;
};

// What a sweep takes from row to row.
template <int kWidth>
struct LaneSweep {
  Wide<kWidth> shift, sine, gamma, p;
};

// Squares shrink at every sweep, and would leave the normal range, where arithmetic is a hundred times slower.
template <int kWidth>
SPECTROSCOPE_INLINE Wide<kWidth> kept_square(const Wide<kWidth>& square) {
  return square < kNegligibleSquare ? Wide<kWidth>{} : square;
}

template <int kWidth>
SPECTROSCOPE_INLINE bool any_lane(const WideBits<kWidth>& choice) {
#if defined(__AVX512DQ__)
  if constexpr (kWidth == 8) return __builtin_ia32_cvtq2mask512(choice) != 0;
#endif
#if defined(__AVX__)
  if constexpr (kWidth == 4) return __builtin_ia32_movmskpd256(reinterpret_cast<const Wide<4>&>(choice)) != 0;
#endif
  int64_t any = 0;
  for (int lane = 0; lane < kWidth; lane++) any |= choice[lane];
  return any != 0;
}

// Goes past rows that are eigenvalues by now, and shifts by the eigenvalue of the first two rows that are left which lies
// next to the first (Wilkinson). Each matrix has its own first row, a few rows apart from those of the others: all go
// through the same rows, since to gather numbers from different ones takes longer. @returns the first row that is left of
// any matrix
template <int kWidth>
SPECTROSCOPE_INLINE int begin_lane_sweep(LaneMatrices<kWidth>& m, LaneSweep<kWidth>& s, int last) {
  using V = Wide<kWidth>;
  using B = WideBits<kWidth>;
  V low = {}, high = {}, square = {};
  // Those of which all rows so far are eigenvalues.
  B is_passing = ~B{};
  int lowest = last;
  for (int row = m.first; row < last; row++) {
    double* squares = m.squares + row * kTridiagonals;
    const V row_low = load_wide<kWidth>(m.diagonals + row * kTridiagonals);
    const V row_high = load_wide<kWidth>(m.diagonals + (row + 1) * kTridiagonals);
    const V row_square = load_wide<kWidth>(squares);
    const V beside = row_low * row_high;
    const V limit = (beside < 0.0 ? -beside : beside) * kRelativelyNegligibleSquare;
    // What is no number stays, and the matrices do not converge.
    const B is_left = ~((row_square <= kNegligibleSquare) | (row_square <= limit));
    const B begins = is_passing & is_left;
    is_passing &= ~is_left;
    // What a lane has left beside its first rows is rounding, and must not let a later sweep turn them over.
    store_wide<kWidth>(squares, is_passing ? V{} : row_square);
    if (!any_lane<kWidth>(begins)) continue;
    low = begins ? row_low : low;
    high = begins ? row_high : high;
    square = begins ? row_square : square;
    lowest = row < lowest ? row : lowest;
    if (!any_lane<kWidth>(is_passing)) break;
  }
  m.first = lowest;
  const V half = (high - low) * 0.5;
  // Half the distance of the two eigenvalues; of a matrix that is done, anything but zero.
  const V length = wide_root<kWidth>(half * half + square + kNegligibleSquare);
  const V negative = -length;
  s.shift = low - square * (1.0/(half + (half < 0.0 ? negative : length)));
  s.sine = V{};
  s.gamma = load_wide<kWidth>(m.diagonals + last * kTridiagonals) - s.shift + kNudge;
  s.p = s.gamma * s.gamma;
  return lowest;
}

template <int kWidth>
SPECTROSCOPE_INLINE void lane_sweep_row(const LaneMatrices<kWidth>& m, LaneSweep<kWidth>& s, int row, double nudge) {
  using V = Wide<kWidth>;
  double* squares = m.squares + row * kTridiagonals;
  double* diagonals = m.diagonals + row * kTridiagonals;
  const V square = load_wide<kWidth>(squares);
  const V alpha = load_wide<kWidth>(diagonals);
  const V r = s.p + square;
  store_wide<kWidth>(squares + kTridiagonals, kept_square<kWidth>(s.sine * r));
  // r times the new gamma. One reciprocal for all: p = gamma^2 / cosine does not wait for a second one.
  const V scaled_gamma = s.p * (alpha - s.shift) - square * s.gamma + r * nudge;
  const V quotient = reciprocal<kWidth>(r * s.p);
  const V inverse = s.p * quotient;
  s.p = scaled_gamma * scaled_gamma * quotient;
  s.sine = square * inverse;
  const V gamma = scaled_gamma * inverse;
  store_wide<kWidth>(diagonals + kTridiagonals, s.gamma + (alpha - gamma));
  s.gamma = gamma;
}

template <int kWidth>
SPECTROSCOPE_INLINE void end_lane_sweep(const LaneMatrices<kWidth>& m, const LaneSweep<kWidth>& s, int first) {
  store_wide<kWidth>(m.diagonals + first * kTridiagonals, s.shift + s.gamma);
  store_wide<kWidth>(m.squares + first * kTridiagonals, kept_square<kWidth>(s.sine * s.p));
}

SPECTROSCOPE_INLINE int smaller_row(int x, int y) { return x < y ? x : y; }

// The root-free QL of Pal, Walker and Kahan (Parlett, The Symmetric Eigenvalue Problem, 8.15), as in LAPACK's dsterf, on
// four times kWidth matrices: what one sweep waits for, none of the others does.
template <int kWidth>
SPECTROSCOPE_INLINE bool lane_eigenvalues(LaneMatrices<kWidth> (&m)[4], int order) {
  const int last = order - 1;
  for (int done = 0; done < kMostLaneSweeps * order; done++) {
    // Each by its name, so that it stays in registers.
    LaneSweep<kWidth> a, b, c, d;
    int lowest = begin_lane_sweep<kWidth>(m[0], a, last);
    lowest = smaller_row(lowest, begin_lane_sweep<kWidth>(m[1], b, last));
    lowest = smaller_row(lowest, begin_lane_sweep<kWidth>(m[2], c, last));
    lowest = smaller_row(lowest, begin_lane_sweep<kWidth>(m[3], d, last));
    if (lowest == last) return true;
    double nudge = -kNudge;
    for (int row = last - 1; row >= lowest; row--, nudge = -nudge) {
      lane_sweep_row<kWidth>(m[0], a, row, nudge);
      lane_sweep_row<kWidth>(m[1], b, row, nudge);
      lane_sweep_row<kWidth>(m[2], c, row, nudge);
      lane_sweep_row<kWidth>(m[3], d, row, nudge);
    }
    end_lane_sweep<kWidth>(m[0], a, lowest);
    end_lane_sweep<kWidth>(m[1], b, lowest);
    end_lane_sweep<kWidth>(m[2], c, lowest);
    end_lane_sweep<kWidth>(m[3], d, lowest);
  }
  return false;
}

// Turns over matrices that begin with their larger end: QL converges faster where small numbers come first.
template <int kWidth>
SPECTROSCOPE_INLINE void turn_lanes(double* diagonals, double* squares, int order) {
  using V = Wide<kWidth>;
  const V first = load_wide<kWidth>(diagonals);
  const V last = load_wide<kWidth>(diagonals + (order - 1) * kTridiagonals);
  const WideBits<kWidth> is_turned = first * first > last * last;
  const auto swap_where = [&](double* a, double* b) {
    const V x = load_wide<kWidth>(a);
    const V y = load_wide<kWidth>(b);
    store_wide<kWidth>(a, is_turned ? y : x);
    store_wide<kWidth>(b, is_turned ? x : y);
  };
  for (int i = 0; i < order - 1 - i; i++) {
    swap_where(diagonals + i * kTridiagonals, diagonals + (order - 1 - i) * kTridiagonals);
  }
  for (int i = 0; i < order - 2 - i; i++) {
    swap_where(squares + i * kTridiagonals, squares + (order - 2 - i) * kTridiagonals);
  }
}

template <int kWidth>
bool lane_eigenvalues_of(int order, double* diagonals, double* off_diagonals) {
  const std::size_t length = static_cast<std::size_t>(order) * kTridiagonals;
  if (order == 1) return true;
  for (std::size_t i = 0; i < length * kLaneParts; i++) {
    const double square = off_diagonals[i] * off_diagonals[i];
    off_diagonals[i] = square < kNegligibleSquare ? 0 : square;
  }
  for (int lane = 0; lane < kLaneSets; lane += 4 * kWidth) {
    LaneMatrices<kWidth> matrices[4];
    for (int i = 0; i < 4; i++) {
      const int at = lane + i * kWidth;
      const std::size_t place = at / kTridiagonals * length + at % kTridiagonals;
      turn_lanes<kWidth>(diagonals + place, off_diagonals + place, order);
      matrices[i] = {diagonals + place, off_diagonals + place, 0};
    }
    if (!lane_eigenvalues<kWidth>(matrices, order)) return false;
  }
  return true;
}

}  // namespace
}  // namespace spectroscope

#endif  // SPECTROSCOPE_LANE_EIGENVALUES_H_
