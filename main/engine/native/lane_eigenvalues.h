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
// Below it, p of a sweep is taken as zero.
constexpr double kSmallestP = 1e-60;
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

// kWidth matrices of one order. Each has its own first row that is left; those before it are eigenvalues. A sweep that
// goes over them all the same leaves them as they are, since nothing is beside them.
template <int kWidth>
struct LaneMatrices {
  double* diagonals;
  double* squares;
  WideBits<kWidth> first;
};

// What a sweep takes from row to row.
template <int kWidth>
struct LaneSweep {
  Wide<kWidth> shift, cosine, sine, gamma, p;
};

// Squares shrink at every sweep, and would leave the normal range, where arithmetic is a hundred times slower.
template <int kWidth>
SPECTROSCOPE_INLINE Wide<kWidth> kept_square(const Wide<kWidth>& square) {
  return square < kNegligibleSquare ? Wide<kWidth>{} : square;
}

template <int kWidth>
SPECTROSCOPE_INLINE bool any_lane(const WideBits<kWidth>& choice) {
  int64_t any = 0;
  for (int lane = 0; lane < kWidth; lane++) any |= choice[lane];
  return any != 0;
}

// What a lane has left beside its first rows is rounding, and must not let a later sweep turn them over.
template <int kWidth>
SPECTROSCOPE_INLINE void clear_passed(LaneMatrices<kWidth>& m, const WideBits<kWidth>& is_passed) {
  for (int lane = 0; lane < kWidth; lane++) {
    if (is_passed[lane] != 0) m.squares[m.first[lane] * kTridiagonals + lane] = 0;
  }
}

// Goes past rows that are eigenvalues by now, and shifts by the eigenvalue of the first two rows that are left which lies
// next to the first (Wilkinson). @returns the first row that is left of any matrix
template <int kWidth>
SPECTROSCOPE_INLINE int begin_lane_sweep(LaneMatrices<kWidth>& m, LaneSweep<kWidth>& s, int last) {
  using V = Wide<kWidth>;
  using B = WideBits<kWidth>;
  B lanes;
  for (int lane = 0; lane < kWidth; lane++) lanes[lane] = lane;
  V low, high, square;
  for (;;) {
    const B is_left = m.first < static_cast<int64_t>(last);
    const B at = (is_left ? m.first : m.first - 1) * kTridiagonals + lanes;
    low = gathered<kWidth>(m.diagonals, at);
    high = gathered<kWidth>(m.diagonals + kTridiagonals, at);
    square = gathered<kWidth>(m.squares, at);
    const V beside = low * high;
    const V limit = (beside < 0.0 ? -beside : beside) * kRelativelyNegligibleSquare;
    const B is_passed = ((square <= kNegligibleSquare) | (square <= limit)) & is_left;
    if (!any_lane<kWidth>(is_passed)) break;
    if (any_lane<kWidth>(is_passed & (square > 0.0))) clear_passed<kWidth>(m, is_passed);
    // A choice is -1 in the lanes that are taken.
    m.first -= is_passed;
  }
  const V half = (high - low) * 0.5;
  const V length = wide_root<kWidth>(half * half + square);
  const V negative = -length;
  const V away = half + (half < 0.0 ? negative : length);
  s.shift = low - (square > 0.0 ? square / (square > 0.0 ? away : all_wide<kWidth>(1.0)) : V{});
  s.cosine = all_wide<kWidth>(1.0);
  s.sine = V{};
  s.gamma = load_wide<kWidth>(m.diagonals + last * kTridiagonals) - s.shift;
  s.p = s.gamma * s.gamma;
  int64_t lowest = last;
  for (int lane = 0; lane < kWidth; lane++) lowest = m.first[lane] < lowest ? m.first[lane] : lowest;
  return static_cast<int>(lowest);
}

template <int kWidth>
SPECTROSCOPE_INLINE void lane_sweep_row(const LaneMatrices<kWidth>& m, LaneSweep<kWidth>& s, int row) {
  using V = Wide<kWidth>;
  double* squares = m.squares + row * kTridiagonals;
  double* diagonals = m.diagonals + row * kTridiagonals;
  const V square = load_wide<kWidth>(squares);
  const V alpha = load_wide<kWidth>(diagonals);
  // With p = 0 the rotation is by a right angle, unless there is nothing to rotate.
  const WideBits<kWidth> is_zero = s.p < kSmallestP;
  const V old_p = is_zero ? all_wide<kWidth>(kSmallestP) : s.p;
  const V r = old_p + square;
  store_wide<kWidth>(squares + kTridiagonals, kept_square<kWidth>(s.sine * r));
  // r times the new gamma. One reciprocal for all: p = gamma^2 / cosine does not wait for a second one.
  const V scaled_gamma = old_p * (alpha - s.shift) - square * s.gamma;
  const V quotient = reciprocal<kWidth>(r * old_p);
  const V p = scaled_gamma * scaled_gamma * quotient;
  const V inverse = old_p * quotient;
  s.p = is_zero & (square > 0.0) ? s.cosine * square : p;
  s.sine = square * inverse;
  s.cosine = old_p * inverse;
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
    for (int row = last - 1; row >= lowest; row--) {
      lane_sweep_row<kWidth>(m[0], a, row);
      lane_sweep_row<kWidth>(m[1], b, row);
      lane_sweep_row<kWidth>(m[2], c, row);
      lane_sweep_row<kWidth>(m[3], d, row);
    }
    end_lane_sweep<kWidth>(m[0], a, lowest);
    end_lane_sweep<kWidth>(m[1], b, lowest);
    end_lane_sweep<kWidth>(m[2], c, lowest);
    end_lane_sweep<kWidth>(m[3], d, lowest);
  }
  return false;
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
      matrices[i] = {diagonals + place, off_diagonals + place, WideBits<kWidth>{}};
    }
    if (!lane_eigenvalues<kWidth>(matrices, order)) return false;
  }
  return true;
}

}  // namespace
}  // namespace spectroscope

#endif  // SPECTROSCOPE_LANE_EIGENVALUES_H_
