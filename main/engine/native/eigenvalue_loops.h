// Bodies of SpectraLoops::tridiagonal_eigenvalues, for sources that are compiled for one instruction set.
#ifndef SPECTROSCOPE_EIGENVALUE_LOOPS_H_
#define SPECTROSCOPE_EIGENVALUE_LOOPS_H_

#include "spectra_loops.h"
#include "wide_doubles.h"

namespace spectroscope {
namespace {

// Pairs of sweeps for each eigenvalue, as many as LAPACK's dsterf has sweeps; one is usual.
constexpr int kMostSweeps = 30;
// Below it, p of a sweep is taken as zero.
constexpr double kSmallest = 1e-60;
// Squares of off-diagonals that are zero beside a norm of 1/2, and beside the product of their neighbours.
constexpr double kNegligible = 0x1p-110;
constexpr double kRelativelyNegligible = 0x1p-106;

// kWidth of the matrices, in the state of a sweep.
template <int kWidth>
struct Sweep {
  Wide<kWidth> shift, cosine, sine, gamma, p;
};

// Squares that are zero, or not small beside kSmallest: a sweep relies on it. They shrink at every sweep, and would
// leave the normal range, where arithmetic is a hundred times slower.
template <int kWidth>
SPECTROSCOPE_INLINE Wide<kWidth> without_negligible(const Wide<kWidth>& squares) {
  return squares < kNegligible ? Wide<kWidth>{} : squares;
}

// One row of a sweep. `squares` and `diagonals` are at the row; null: all matrices take part.
template <int kWidth>
SPECTROSCOPE_INLINE void sweep_row(Sweep<kWidth>& s, double* diagonals, double* squares,
                                   const WideBits<kWidth>* takes_part) {
  using V = Wide<kWidth>;
  const V square = load_wide<kWidth>(squares);
  const V alpha = load_wide<kWidth>(diagonals);
  // With p = 0 the rotation is by a right angle, unless there is nothing to rotate.
  const WideBits<kWidth> vanishes = (s.p < kSmallest) & (square > 0.0);
  const V old_p = s.p < kSmallest ? all_wide<kWidth>(kSmallest) : s.p;
  const V r = old_p + square;
  V new_square = without_negligible<kWidth>(s.sine * r);
  // r times the new gamma. One division for all: p = gamma^2 / cosine does not wait for a second one.
  const V scaled_gamma = old_p * (alpha - s.shift) - square * s.gamma;
  const V quotient = 1.0 / (r * old_p);
  V p = scaled_gamma * scaled_gamma * quotient;
  p = vanishes ? s.cosine * square : p;
  const V inverse = old_p * quotient;
  const V sine = square * inverse;
  const V cosine = old_p * inverse;
  const V gamma = scaled_gamma * inverse;
  V new_diagonal = s.gamma + (alpha - gamma);
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

template <int kWidth>
SPECTROSCOPE_INLINE Sweep<kWidth> begin_sweep(const Wide<kWidth>& shift, const double* last_diagonals) {
  Sweep<kWidth> s;
  s.shift = shift;
  s.cosine = all_wide<kWidth>(1.0);
  s.sine = Wide<kWidth>{};
  s.gamma = load_wide<kWidth>(last_diagonals) - shift;
  s.p = s.gamma * s.gamma;
  return s;
}

// kWidth matrices, of which the rows first[lane] .. end are left.
template <int kWidth>
struct Rest {
  double* diagonals;
  double* squares;
  int64_t first[kWidth];
  int end;
  // Of `first`, of the matrices that are not done; whether none is.
  int lowest;
  int highest;
  bool none_is_done;
};

template <bool kAll, int kWidth>
SPECTROSCOPE_INLINE void sweep_row(Sweep<kWidth>& s, const Rest<kWidth>& rest, const WideBits<kWidth>& first, int row) {
  const int64_t at = static_cast<int64_t>(row) * kTridiagonals;
  if constexpr (kAll) {
    sweep_row<kWidth>(s, rest.diagonals + at, rest.squares + at, nullptr);
  } else {
    const WideBits<kWidth> takes_part = first <= row;
    sweep_row<kWidth>(s, rest.diagonals + at, rest.squares + at, &takes_part);
  }
}

// The rows from `row` up that not all matrices have left, and what remains of the sweep.
template <int kWidth>
SPECTROSCOPE_INLINE void finish_sweep(Sweep<kWidth>& s, const Rest<kWidth>& rest, const WideBits<kWidth>& first,
                                      int row) {
  for (; row >= rest.lowest; row--) sweep_row<false, kWidth>(s, rest, first, row);
  const Wide<kWidth> found = s.shift + s.gamma;
  const Wide<kWidth> left = without_negligible<kWidth>(s.sine * s.p);
  for (int lane = 0; lane < kWidth; lane++) {
    if (rest.first[lane] >= rest.end) continue;
    rest.diagonals[rest.first[lane] * kTridiagonals + lane] = found[lane];
    rest.squares[rest.first[lane] * kTridiagonals + lane] = left[lane];
  }
}

// Two sweeps, the second two rows behind the first: neither waits for a division of the other. kAll: no matrix is done.
template <bool kAll, int kWidth>
SPECTROSCOPE_INLINE void sweep_twice(const Rest<kWidth>& rest, const Wide<kWidth>* shifts) {
  WideBits<kWidth> first;
  std::memcpy(&first, rest.first, sizeof(first));
  const double* last = rest.diagonals + rest.end * kTridiagonals;
  Sweep<kWidth> one = begin_sweep<kWidth>(shifts[0], last);
  int row = rest.end - 1;
  if (row - 1 < rest.highest) {
    for (; row >= rest.highest; row--) sweep_row<kAll, kWidth>(one, rest, first, row);
    finish_sweep<kWidth>(one, rest, first, row);
    row = rest.end - 1;
  } else {
    sweep_row<kAll, kWidth>(one, rest, first, row);
    sweep_row<kAll, kWidth>(one, rest, first, row - 1);
  }
  Sweep<kWidth> two = begin_sweep<kWidth>(shifts[1], last);
  if (rest.end - 2 >= rest.highest) {
    for (; row - 2 >= rest.highest; row--) {
      sweep_row<kAll, kWidth>(one, rest, first, row - 2);
      sweep_row<kAll, kWidth>(two, rest, first, row);
    }
    finish_sweep<kWidth>(one, rest, first, row - 2);
  }
  for (; row >= rest.highest; row--) sweep_row<kAll, kWidth>(two, rest, first, row);
  finish_sweep<kWidth>(two, rest, first, row);
}

// The eigenvalues of the two first rows that are left, which they converge to; of matrices that are done, of two rows
// that do no harm.
template <int kWidth>
SPECTROSCOPE_INLINE void choose_shifts(const Rest<kWidth>& rest, Wide<kWidth>* shifts) {
  using V = Wide<kWidth>;
  V low, high, square;
  for (int lane = 0; lane < kWidth; lane++) {
    const int64_t row = rest.first[lane] < rest.end ? rest.first[lane] : rest.end - 1;
    const double* diagonal = rest.diagonals + row * kTridiagonals + lane;
    low[lane] = diagonal[0];
    high[lane] = diagonal[kTridiagonals];
    square[lane] = rest.squares[row * kTridiagonals + lane];
  }
  const V root = wide_root<kWidth>(square < kSmallest ? all_wide<kWidth>(kSmallest) : square);
  const V half = (high - low) / (2.0 * root);
  const V length = wide_root<kWidth>(half * half + 1.0);
  const V negative = -length;
  const V away = root / (half + (half < 0.0 ? negative : length));
  shifts[0] = low - away;
  shifts[1] = high + away;
}

template <int kWidth>
SPECTROSCOPE_INLINE bool is_small(const Rest<kWidth>& rest, int64_t row, int lane) {
  const int64_t at = row * kTridiagonals + lane;
  const double square = rest.squares[at];
  const double beside = rest.diagonals[at] * rest.diagonals[at + kTridiagonals];
  return square <= kNegligible || square <= kRelativelyNegligible * __builtin_fabs(beside);
}

// Two rows become their eigenvalues.
SPECTROSCOPE_INLINE void solve_pair(double* diagonals, double* square) {
  const double middle = (diagonals[0] + diagonals[kTridiagonals]) / 2;
  const double half = (diagonals[kTridiagonals] - diagonals[0]) / 2;
  const double away = __builtin_sqrt(half * half + *square);
  diagonals[0] = middle - away;
  diagonals[kTridiagonals] = middle + away;
  *square = 0;
}

// Goes past the first rows that are eigenvalues by now.
template <int kWidth>
SPECTROSCOPE_INLINE void pass_eigenvalues(Rest<kWidth>& rest, int lane) {
  int64_t& first = rest.first[lane];
  while (first < rest.end) {
    if (is_small<kWidth>(rest, first, lane)) {
      first++;
    } else if (first + 1 == rest.end || is_small<kWidth>(rest, first + 1, lane)) {
      const int64_t at = first * kTridiagonals + lane;
      solve_pair(rest.diagonals + at, rest.squares + at);
      first += 2;
    } else {
      return;
    }
  }
}

// The root-free QL of Pal, Walker and Kahan (Parlett, The Symmetric Eigenvalue Problem, 8.15), as in LAPACK's dsterf,
// on kWidth matrices at once: each has its own first row that is left and its own shifts. With two shifts at a time,
// two rows converge together.
template <int kWidth>
SPECTROSCOPE_INLINE bool eigenvalues_of_some(int order, double* diagonals, double* squares) {
  Rest<kWidth> rest = {diagonals, squares, {}, order - 1, 0, 0, true};
  for (int sweeps = 0; sweeps <= kMostSweeps * order; sweeps++) {
    rest.lowest = rest.end;
    rest.highest = 0;
    rest.none_is_done = true;
    for (int lane = 0; lane < kWidth; lane++) {
      pass_eigenvalues<kWidth>(rest, lane);
      const int first = static_cast<int>(rest.first[lane]);
      rest.none_is_done = rest.none_is_done && first < rest.end;
      if (first < rest.lowest) rest.lowest = first;
      if (first > rest.highest && first < rest.end) rest.highest = first;
    }
    if (rest.lowest >= rest.end) return true;
    bool end_is_found = true;
    for (int lane = 0; lane < kWidth; lane++) {
      end_is_found = end_is_found && is_small<kWidth>(rest, rest.end - 1, lane);
    }
    if (end_is_found) {
      rest.end--;
      for (int lane = 0; lane < kWidth; lane++) squares[rest.end * kTridiagonals + lane] = 0;
      continue;
    }
    Wide<kWidth> shifts[2];
    choose_shifts<kWidth>(rest, shifts);
    if (rest.none_is_done) {
      sweep_twice<true, kWidth>(rest, shifts);
    } else {
      sweep_twice<false, kWidth>(rest, shifts);
    }
  }
  return false;
}

template <int kWidth>
bool tridiagonal_eigenvalues_of(int order, double* diagonals, double* off_diagonals) {
  for (int i = 0; i < order * kTridiagonals; i++) {
    const double square = off_diagonals[i] * off_diagonals[i];
    off_diagonals[i] = square < kNegligible ? 0 : square;
  }
  bool converged = true;
  for (int lane = 0; lane < kTridiagonals; lane += kWidth) {
    converged = eigenvalues_of_some<kWidth>(order, diagonals + lane, off_diagonals + lane) && converged;
  }
  return converged;
}

}  // namespace
}  // namespace spectroscope

#endif  // SPECTROSCOPE_EIGENVALUE_LOOPS_H_
