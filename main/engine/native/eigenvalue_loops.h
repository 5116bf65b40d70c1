// Bodies of SpectraLoops::tridiagonal_eigenvalues, for sources that are compiled for one instruction set.
#ifndef SPECTROSCOPE_EIGENVALUE_LOOPS_H_
#define SPECTROSCOPE_EIGENVALUE_LOOPS_H_

#include "root_free_sweep.h"
#include "spectra_loops.h"
#include "wide_doubles.h"

namespace spectroscope {
namespace {

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

// Of a row so many above the last, which begins a sweep with kNudge itself.
SPECTROSCOPE_INLINE double nudge_of(int above) { return (above & 1) != 0 ? -kNudge : kNudge; }

// kAll: all matrices have the row left.
template <bool kAll, int kWidth>
SPECTROSCOPE_INLINE void sweep_row(Sweep<kWidth>& s, const Rest<kWidth>& rest, const WideBits<kWidth>& first, int row) {
  using V = Wide<kWidth>;
  double* diagonals = rest.diagonals + static_cast<int64_t>(row) * kTridiagonals;
  double* squares = rest.squares + static_cast<int64_t>(row) * kTridiagonals;
  const Sweep<kWidth> before = s;
  SweptRow<kWidth> below = sweep_row<kWidth>(s, load_wide<kWidth>(diagonals), load_wide<kWidth>(squares),
                                                nudge_of(rest.end - row));
  if constexpr (!kAll) {
    const WideBits<kWidth> is_taken = first <= row;
    below.square = is_taken ? below.square : load_wide<kWidth>(squares + kTridiagonals);
    below.diagonal = is_taken ? below.diagonal : load_wide<kWidth>(diagonals + kTridiagonals);
    s.sine = is_taken ? s.sine : before.sine;
    s.gamma = is_taken ? s.gamma : before.gamma;
    s.p = is_taken ? s.p : before.p;
  }
  store_wide<kWidth>(squares + kTridiagonals, below.square);
  store_wide<kWidth>(diagonals + kTridiagonals, below.diagonal);
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
  Sweep<kWidth> one = begin_sweep<kWidth>(shifts[0], load_wide<kWidth>(last));
  int row = rest.end - 1;
  if (row - 1 < rest.highest) {
    for (; row >= rest.highest; row--) sweep_row<kAll, kWidth>(one, rest, first, row);
    finish_sweep<kWidth>(one, rest, first, row);
    row = rest.end - 1;
  } else {
    sweep_row<kAll, kWidth>(one, rest, first, row);
    sweep_row<kAll, kWidth>(one, rest, first, row - 1);
  }
  Sweep<kWidth> two = begin_sweep<kWidth>(shifts[1], load_wide<kWidth>(last));
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
  const V root = wide_root<kWidth>(square < kNegligible ? all_wide<kWidth>(kNegligible) : square);
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

// The root-free QL on kWidth matrices at once: each has its own first row that is left and its own shifts. With two shifts
// at a time, two rows converge together.
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
