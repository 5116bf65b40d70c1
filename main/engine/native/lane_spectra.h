// Bodies of PermutationLoops from matrices to summaries, for sources that are compiled for one instruction set.
#ifndef SPECTROSCOPE_LANE_SPECTRA_H_
#define SPECTROSCOPE_LANE_SPECTRA_H_

#include "lane_matrices.h"
#include "permutation_loops.h"
#include "wide_doubles.h"

namespace spectroscope {
namespace {

// Beside a number of 1/2 at least, what has a sum of squares so small is nothing but rounding.
constexpr double kVanishingRest = 0x1p-120;

// The reflection v of one step, and what the step before left to be subtracted: u q' + q u'.
struct LaneReflections {
  const double* u;
  const double* q;
  const double* v;
  double* y;
};

// Rows first .. first + kRows of K -= u q' + q u', and y = K v as far as these rows and those above them go.
template <int kWidth, int kRows>
SPECTROSCOPE_INLINE void update_lane_rows(double* k, int first, const LaneReflections& r) {
  using V = Wide<kWidth>;
  V u[kRows], q[kRows], v[kRows], sums[kRows] = {};
  double* rows[kRows];
  for (int row = 0; row < kRows; row++) {
    const int at = (first + row) * kTridiagonals;
    u[row] = load_wide<kWidth>(r.u + at);
    q[row] = load_wide<kWidth>(r.q + at);
    v[row] = load_wide<kWidth>(r.v + at);
    rows[row] = k + place_of(first + row, 0);
  }
  for (int at = 0; at < first * kTridiagonals; at += kTridiagonals) {
    const V uc = load_wide<kWidth>(r.u + at);
    const V qc = load_wide<kWidth>(r.q + at);
    const V vc = load_wide<kWidth>(r.v + at);
    V y = load_wide<kWidth>(r.y + at);
    for (int row = 0; row < kRows; row++) {
      V value = load_wide<kWidth>(rows[row] + at);
      value -= u[row] * qc;
      value -= q[row] * uc;
      store_wide<kWidth>(rows[row] + at, value);
      sums[row] += value * vc;
      y += value * v[row];
    }
    store_wide<kWidth>(r.y + at, y);
  }
  for (int row = 0; row < kRows; row++) {
    for (int column = 0; column <= row; column++) {
      double* place = rows[row] + (first + column) * kTridiagonals;
      V value = load_wide<kWidth>(place);
      value -= u[row] * q[column];
      value -= q[row] * u[column];
      store_wide<kWidth>(place, value);
      sums[row] += value * v[column];
      if (column < row) sums[column] += value * v[row];
    }
  }
  for (int row = 0; row < kRows; row++) store_wide<kWidth>(r.y + (first + row) * kTridiagonals, sums[row]);
}

// Golub & Van Loan, 8.3.1, from the last row up.
template <int kWidth, int kRows>
SPECTROSCOPE_INLINE void tridiagonalise_some(double* k, int order, double* work, double* diagonals,
                                             double* off_diagonals) {
  using V = Wide<kWidth>;
  const std::size_t length = static_cast<std::size_t>(order) * kTridiagonals;
  // v of a step is the rest of its row, u that of the row before it.
  double* q = work;
  double* y = work + length;
  for (std::size_t at = 0; at < length; at += kTridiagonals) store_wide<kWidth>(q + at, V{});
  const double* u = q;
  for (int last = order - 1; last > 0; last--) {
    double* v = k + place_of(last, 0);
    const V u_last = load_wide<kWidth>(u + last * kTridiagonals);
    const V q_last = load_wide<kWidth>(q + last * kTridiagonals);
    V rest = {};
    V corner = {};
    for (int i = 0; i <= last; i++) {
      const int at = i * kTridiagonals;
      const V value = load_wide<kWidth>(v + at) - u_last * load_wide<kWidth>(q + at) - q_last * load_wide<kWidth>(u + at);
      store_wide<kWidth>(v + at, value);
      if (i < last - 1) rest += value * value;
      if (i == last - 1) corner = value;
    }
    store_wide<kWidth>(diagonals + last * kTridiagonals, load_wide<kWidth>(v + last * kTridiagonals));
    const WideBits<kWidth> is_done = rest <= kVanishingRest;
    const V squared = rest + corner * corner;
    const V root = wide_root<kWidth>(squared);
    const V negative = -root;
    const V reflected = corner > 0.0 ? negative : root;
    const V along_corner = is_done ? all_wide<kWidth>(1.0) : squared - corner * reflected;
    const V scale = is_done ? V{} : 1.0 / along_corner;
    store_wide<kWidth>(off_diagonals + (last - 1) * kTridiagonals, is_done ? corner : reflected);
    store_wide<kWidth>(v + (last - 1) * kTridiagonals, corner - reflected);
    const LaneReflections reflections = {u, q, v, y};
    int row = 0;
    switch (last % kRows) {
      case 1: update_lane_rows<kWidth, 1>(k, 0, reflections); row = 1; break;
      case 2: update_lane_rows<kWidth, 2>(k, 0, reflections); row = 2; break;
      case 3: update_lane_rows<kWidth, 3>(k, 0, reflections); row = 3; break;
      default: break;
    }
    for (; row < last; row += kRows) update_lane_rows<kWidth, kRows>(k, row, reflections);
    V product = {};
    for (int at = 0; at < last * kTridiagonals; at += kTridiagonals) {
      product += load_wide<kWidth>(y + at) * load_wide<kWidth>(v + at);
    }
    const V along = scale * scale * product * 0.5;
    for (int at = 0; at < last * kTridiagonals; at += kTridiagonals) {
      store_wide<kWidth>(q + at, load_wide<kWidth>(y + at) * scale - load_wide<kWidth>(v + at) * along);
    }
    u = v;
  }
  const V first = load_wide<kWidth>(k) - 2.0 * load_wide<kWidth>(u) * load_wide<kWidth>(q);
  store_wide<kWidth>(diagonals, first);
  store_wide<kWidth>(off_diagonals + (order - 1) * kTridiagonals, V{});
}

template <int kWidth, int kRows>
void tridiagonalise_lanes_of(double* matrices, int order, const double* scales, double* work, double* diagonals,
                             double* off_diagonals) {
  for (int lane = 0; lane < kTridiagonals; lane += kWidth) {
    const Wide<kWidth> inverses = 1.0 / load_wide<kWidth>(scales + lane);
    for (std::size_t i = 0; i < triangle_length(order); i++) {
      double* value = matrices + i * kTridiagonals + lane;
      store_wide<kWidth>(value, load_wide<kWidth>(value) * inverses);
    }
    tridiagonalise_some<kWidth, kRows>(matrices + lane, order, work + lane, diagonals + lane, off_diagonals + lane);
  }
}

// ln x of positive normal numbers, to 3 units in the last place: x = 2^e m, m from sqrt(1/2) to sqrt(2), and the series
// of ln m = 2 artanh((m - 1) / (m + 1)).
template <int kWidth>
SPECTROSCOPE_INLINE Wide<kWidth> wide_log(const Wide<kWidth>& x) {
  using V = Wide<kWidth>;
  using B = WideBits<kWidth>;
  B bits;
  std::memcpy(&bits, &x, sizeof(bits));
  constexpr int64_t kRootOfHalf = 0x3FE6A09E667F3BCD;
  const B exponent = (bits - kRootOfHalf) >> 52;
  bits -= exponent << 52;
  V m;
  std::memcpy(&m, &bits, sizeof(m));
  V e;
  for (int lane = 0; lane < kWidth; lane++) e[lane] = static_cast<double>(exponent[lane]);
  const V z = (m - 1.0) / (m + 1.0);
  const V w = z * z;
  V p = w * (1.0 / 21) + 1.0 / 19;
  p = p * w + 1.0 / 17;
  p = p * w + 1.0 / 15;
  p = p * w + 1.0 / 13;
  p = p * w + 1.0 / 11;
  p = p * w + 1.0 / 9;
  p = p * w + 1.0 / 7;
  p = p * w + 1.0 / 5;
  p = p * w + 1.0 / 3;
  return e * 0.693147180559945309417 + (z + z) * (p * w + 1.0);
}

// Descending, by carrying the largest of the rest to its place.
template <int kWidth>
SPECTROSCOPE_INLINE void sort_lanes(double* values, int order) {
  for (int i = 0; i + 1 < order; i++) {
    Wide<kWidth> largest = load_wide<kWidth>(values + i * kTridiagonals);
    for (int j = i + 1; j < order; j++) {
      const Wide<kWidth> other = load_wide<kWidth>(values + j * kTridiagonals);
      store_wide<kWidth>(values + j * kTridiagonals, other < largest ? other : largest);
      largest = other < largest ? largest : other;
    }
    store_wide<kWidth>(values + i * kTridiagonals, largest);
  }
}

// Fewer points have no slope worth the name.
constexpr double kFewestForSlope = 3;
constexpr double kEnergyShare = 0.9;

// app/spectra/summaries.ts has the definitions; descending values, those that are not resolved do not count.
template <int kWidth>
SPECTROSCOPE_INLINE void summarise_some(double* values, int order, const double* scales, const LaneSpectra& spectra,
                                        int lane, const double* logs, double* summaries) {
  using V = Wide<kWidth>;
  const V scale = load_wide<kWidth>(scales + lane);
  const V factor = load_wide<kWidth>(spectra.factors + lane);
  const V floor = load_wide<kWidth>(spectra.floors + lane);
  V counts;
  for (int l = 0; l < kWidth; l++) counts[l] = spectra.counts[lane + l];
  for (int i = 0; i < order; i++) {
    const V eigenvalue = load_wide<kWidth>(values + i * kTridiagonals);
    store_wide<kWidth>(values + i * kTridiagonals, eigenvalue > 0.0 ? eigenvalue : V{});
  }
  sort_lanes<kWidth>(values, order);
  const V one = all_wide<kWidth>(1.0);
  const V largest = wide_root<kWidth>(load_wide<kWidth>(values) * scale);
  const V inverse = 1.0 / (largest > 0.0 ? largest : one);
  V sum = {}, squares = {}, fourths = {}, weighted = {}, number = {};
  V x = {}, y = {}, xx = {}, xy = {};
  for (int i = 0; i < order; i++) {
    const V s = wide_root<kWidth>(load_wide<kWidth>(values + i * kTridiagonals) * scale);
    const V relative = s * inverse;
    const WideBits<kWidth> is_there =
        (counts > static_cast<double>(i)) & (s > floor) & (relative > spectra.relative_floor);
    const V taken = is_there ? relative : V{};
    const V logarithm = wide_log<kWidth>(is_there ? relative : one);
    const V square = taken * taken;
    sum += taken;
    squares += square;
    fourths += square * square;
    weighted += taken * logarithm;
    const V place = is_there ? all_wide<kWidth>(logs[i]) : V{};
    number += is_there ? one : V{};
    x += place;
    y += logarithm;
    xx += place * place;
    xy += place * logarithm;
    store_wide<kWidth>(values + i * kTridiagonals, taken);
  }
  V needed = {}, held = {};
  const V enough = squares * kEnergyShare;
  const V normalised = largest * factor;
  for (int i = 0; i < order; i++) {
    const V taken = load_wide<kWidth>(values + i * kTridiagonals);
    needed += held < enough ? one : V{};
    held += taken * taken;
    store_wide<kWidth>(values + i * kTridiagonals, taken * normalised);
  }
  const V nothing = all_wide<kWidth>(__builtin_nan(""));
  const V slope = (number * xy - x * y) / (number * xx - x * x);
  const V entropy = wide_log<kWidth>(sum > 0.0 ? sum : one) - weighted / (sum > 0.0 ? sum : one);
  V rank;
  for (int l = 0; l < kWidth; l++) rank[l] = __builtin_exp(entropy[l]);
  const V all[kSummaries] = {sum > 0.0 ? rank : V{},
                             squares,
                             squares * squares / (fourths > 0.0 ? fourths : one),
                             number,
                             needed,
                             squares * normalised * normalised,
                             sum * normalised,
                             sum > 0.0 ? normalised : V{},
                             number < kFewestForSlope ? (number > 0.0 ? nothing : V{}) : slope};
  for (int i = 0; i < kSummaries; i++) {
    store_wide<kWidth>(summaries + i * kTridiagonals, counts > 0.0 ? all[i] : nothing);
  }
}

template <int kWidth>
void summarise_lanes_of(double* eigenvalues, int order, const double* scales, const LaneSpectra& spectra,
                        const double* logs, double* summaries) {
  for (int lane = 0; lane < kTridiagonals; lane += kWidth) {
    summarise_some<kWidth>(eigenvalues + lane, order, scales, spectra, lane, logs, summaries + lane);
  }
}

}  // namespace
}  // namespace spectroscope

#endif  // SPECTROSCOPE_LANE_SPECTRA_H_
