// Bodies of PermutationLoops that make small matrices, for sources that are compiled for one instruction set.
#ifndef SPECTROSCOPE_LANE_MATRICES_H_
#define SPECTROSCOPE_LANE_MATRICES_H_

#include <cstddef>

#include "permutation_loops.h"
#include "wide_doubles.h"

namespace spectroscope {
namespace {

// Of the number (i, j), j <= i, of a packed triangle; of the first number of row i.
SPECTROSCOPE_INLINE std::size_t place_of(int i, int j) {
  return (static_cast<std::size_t>(i) * (i + 1) / 2 + j) * kTridiagonals;
}

// The same of a symmetric matrix, whichever is the larger.
SPECTROSCOPE_INLINE std::size_t either_place_of(int i, int j) { return i < j ? place_of(j, i) : place_of(i, j); }

template <int kWidth>
SPECTROSCOPE_INLINE Wide<kWidth> gathered(const double* from, const WideBits<kWidth>& places) {
#if defined(__AVX512F__)
  if constexpr (kWidth == 8) {
    return __builtin_ia32_gatherdiv8df(Wide<kWidth>{}, from, places, 0xFF, sizeof(double));
  }
#endif
  Wide<kWidth> values;
  for (int lane = 0; lane < kWidth; lane++) values[lane] = from[places[lane]];
  return values;
}

template <int kWidth>
void gather_block_of(const double* k, int stride, const int32_t* members, int order, double* block) {
  for (int i = 0; i < order; i++) {
    const int32_t* row = members + i * kTridiagonals;
    double* to = block + place_of(i, 0);
    for (int lane = 0; lane < kTridiagonals; lane += kWidth) {
      WideBits<kWidth> starts;
      for (int l = 0; l < kWidth; l++) starts[l] = static_cast<int64_t>(row[lane + l]) * stride;
      for (int j = 0; j <= i; j++) {
        const int32_t* column = members + j * kTridiagonals + lane;
        WideBits<kWidth> places;
        for (int l = 0; l < kWidth; l++) places[l] = starts[l] + column[l];
        store_wide<kWidth>(to + j * kTridiagonals + lane, gathered<kWidth>(k, places));
      }
    }
  }
}

// Row `member` of F of each lane, [columns x kTridiagonals].
SPECTROSCOPE_INLINE void gather_row(const double* f, int columns, const int32_t* members, double* row) {
  for (int lane = 0; lane < kTridiagonals; lane++) {
    const double* from = f + static_cast<std::size_t>(members[lane]) * columns;
    for (int j = 0; j < columns; j++) row[j * kTridiagonals + lane] = from[j];
  }
}

template <int kWidth>
void gather_gram_of(const double* f, int columns, const int32_t* members, int order, double* gram) {
  std::memset(gram, 0, sizeof(double) * kTridiagonals * triangle_length(columns));
  // The row itself stands behind the triangle that is summed up.
  double* row = gram + kTridiagonals * triangle_length(columns);
  for (int sample = 0; sample < order; sample++) {
    gather_row(f, columns, members + sample * kTridiagonals, row);
    for (int lane = 0; lane < kTridiagonals; lane += kWidth) {
      for (int i = 0; i < columns; i++) {
        const Wide<kWidth> value = load_wide<kWidth>(row + i * kTridiagonals + lane);
        double* to = gram + place_of(i, 0) + lane;
        for (int j = 0; j <= i; j++, to += kTridiagonals) {
          store_wide<kWidth>(to, load_wide<kWidth>(to) +
                                     value * load_wide<kWidth>(row + j * kTridiagonals + lane));
        }
      }
    }
  }
}

template <int kWidth>
void narrow_product_of(const double* block, const double* f, int columns, const int32_t* members, int order,
                       double* work, double* product) {
  for (int i = 0; i < order; i++) {
    gather_row(f, columns, members + i * kTridiagonals, work + static_cast<std::size_t>(i) * columns * kTridiagonals);
  }
  std::memset(product, 0, sizeof(double) * kTridiagonals * triangle_length(columns));
  for (int lane = 0; lane < kTridiagonals; lane += kWidth) {
    const auto factor = [&](int row, int column) {
      return load_wide<kWidth>(work + (static_cast<std::size_t>(row) * columns + column) * kTridiagonals + lane);
    };
    for (int i = 0; i < order; i++) {
      for (int column = 0; column < columns; column++) {
        Wide<kWidth> sum = {};
        for (int l = 0; l < order; l++) {
          sum += load_wide<kWidth>(block + either_place_of(i, l) + lane) * factor(l, column);
        }
        for (int other = column; other < columns; other++) {
          double* to = product + place_of(other, column) + lane;
          store_wide<kWidth>(to, load_wide<kWidth>(to) + factor(i, other) * sum);
        }
      }
    }
  }
}

// Rows of a product that are summed up at once: each number of the other side is loaded once for all.
constexpr int kRowsAtOnce = 4;

// L of column j from row `first` on, `kRows` rows.
template <int kWidth, int kRows>
SPECTROSCOPE_INLINE void factor_rows(double* k, int first, int column, const Wide<kWidth>& inverse) {
  Wide<kWidth> sums[kRows];
  for (int r = 0; r < kRows; r++) sums[r] = load_wide<kWidth>(k + place_of(first + r, column));
  const double* beside = k + place_of(column, 0);
  for (int l = 0; l < column; l++) {
    const Wide<kWidth> value = load_wide<kWidth>(beside + l * kTridiagonals);
    for (int r = 0; r < kRows; r++) sums[r] -= load_wide<kWidth>(k + place_of(first + r, l)) * value;
  }
  for (int r = 0; r < kRows; r++) store_wide<kWidth>(k + place_of(first + r, column), sums[r] * inverse);
}

template <int kWidth>
SPECTROSCOPE_INLINE void factor(double* k, int order, const Wide<kWidth>& smallest) {
  for (int column = 0; column < order; column++) {
    Wide<kWidth> pivot = load_wide<kWidth>(k + place_of(column, column));
    for (int l = 0; l < column; l++) {
      const Wide<kWidth> value = load_wide<kWidth>(k + place_of(column, l));
      pivot -= value * value;
    }
    pivot = pivot > smallest ? pivot : smallest;
    const Wide<kWidth> root = wide_root<kWidth>(pivot);
    const Wide<kWidth> inverse = 1.0 / root;
    store_wide<kWidth>(k + place_of(column, column), root);
    int row = column + 1;
    for (; row + kRowsAtOnce <= order; row += kRowsAtOnce) factor_rows<kWidth, kRowsAtOnce>(k, row, column, inverse);
    for (; row < order; row++) factor_rows<kWidth, 1>(k, row, column, inverse);
  }
}

// T = K L, rows first .. first + kRows of the column.
template <int kWidth, int kRows>
SPECTROSCOPE_INLINE void left_rows(const double* k, const double* l, int first, int column, int order, double* t) {
  Wide<kWidth> sums[kRows] = {};
  for (int i = column; i < order; i++) {
    const Wide<kWidth> value = load_wide<kWidth>(l + place_of(i, column));
    for (int r = 0; r < kRows; r++) sums[r] += load_wide<kWidth>(k + either_place_of(first + r, i)) * value;
  }
  for (int r = 0; r < kRows; r++) store_wide<kWidth>(t + place_of(first + r, column), sums[r]);
}

// M = L' T, column `column` of kRows rows from `first` on: sums begin at the row itself, above which L is zero.
template <int kWidth, int kRows>
SPECTROSCOPE_INLINE void right_rows(const double* l, const double* t, int first, int column, int order, double* m) {
  Wide<kWidth> sums[kRows] = {};
  for (int i = first; i < first + kRows - 1; i++) {
    const Wide<kWidth> value = load_wide<kWidth>(t + place_of(i, column));
    for (int r = 0; r <= i - first; r++) sums[r] += load_wide<kWidth>(l + place_of(i, first + r)) * value;
  }
  for (int i = first + kRows - 1; i < order; i++) {
    const Wide<kWidth> value = load_wide<kWidth>(t + place_of(i, column));
    for (int r = 0; r < kRows; r++) sums[r] += load_wide<kWidth>(l + place_of(i, first + r)) * value;
  }
  for (int r = 0; r < kRows; r++) store_wide<kWidth>(m + place_of(first + r, column), sums[r]);
}

template <int kWidth>
void factor_product_of(double* block_a, const double* block_d, const double* smallest, int order, double* work,
                       double* product) {
  for (int lane = 0; lane < kTridiagonals; lane += kWidth) {
    double* l = block_a + lane;
    double* t = work + lane;
    double* m = product + lane;
    factor<kWidth>(l, order, load_wide<kWidth>(smallest + lane));
    for (int column = 0; column < order; column++) {
      int row = column;
      for (; row + kRowsAtOnce <= order; row += kRowsAtOnce) {
        left_rows<kWidth, kRowsAtOnce>(block_d + lane, l, row, column, order, t);
      }
      for (; row < order; row++) left_rows<kWidth, 1>(block_d + lane, l, row, column, order, t);
    }
    for (int column = 0; column < order; column++) {
      int row = column;
      for (; row + kRowsAtOnce <= order; row += kRowsAtOnce) {
        right_rows<kWidth, kRowsAtOnce>(l, t, row, column, order, m);
      }
      for (; row < order; row++) right_rows<kWidth, 1>(l, t, row, column, order, m);
    }
  }
}

// Of the rows first .. first + kRows of P, the sums over members.
template <int kWidth, int kRows>
SPECTROSCOPE_INLINE void sum_member_rows(const double* p, int samples, int first, const double* members,
                                         Wide<kWidth> (&sums)[kRows]) {
  const double* rows = p + static_cast<std::size_t>(first) * samples;
  for (int r = 0; r < kRows; r++) sums[r] = Wide<kWidth>{};
  for (int j = 0; j < samples; j++) {
    const Wide<kWidth> is_member = load_wide<kWidth>(members + j * kTridiagonals);
    for (int r = 0; r < kRows; r++) sums[r] += rows[r * samples + j] * is_member;
  }
}

template <int kWidth>
void sum_pairs_of(const double* p, int samples, const double* is_in, int groups, double* sums) {
  std::memset(sums, 0, sizeof(double) * groups * groups * kTridiagonals);
  const std::size_t of_group = static_cast<std::size_t>(samples) * kTridiagonals;
  for (int lane = 0; lane < kTridiagonals; lane += kWidth) {
    for (int h = 0; h < groups; h++) {
      const double* members = is_in + h * of_group + lane;
      const auto add = [&](int i, const Wide<kWidth>& sum) {
        for (int g = 0; g <= h; g++) {
          double* to = sums + (static_cast<std::size_t>(g) * groups + h) * kTridiagonals + lane;
          const Wide<kWidth> is_member = load_wide<kWidth>(is_in + g * of_group + i * kTridiagonals + lane);
          store_wide<kWidth>(to, load_wide<kWidth>(to) + is_member * sum);
        }
      };
      int i = 0;
      for (; i + kRowsAtOnce <= samples; i += kRowsAtOnce) {
        Wide<kWidth> of_rows[kRowsAtOnce];
        sum_member_rows<kWidth, kRowsAtOnce>(p, samples, i, members, of_rows);
        for (int r = 0; r < kRowsAtOnce; r++) add(i + r, of_rows[r]);
      }
      for (; i < samples; i++) {
        Wide<kWidth> of_row[1];
        sum_member_rows<kWidth, 1>(p, samples, i, members, of_row);
        add(i, of_row[0]);
      }
    }
  }
}

}  // namespace
}  // namespace spectroscope

#endif  // SPECTROSCOPE_LANE_MATRICES_H_
