// Bodies of SpectraLoops that go over rows of numbers once, for sources that are compiled for one instruction set.
#ifndef SPECTROSCOPE_ROW_LOOPS_H_
#define SPECTROSCOPE_ROW_LOOPS_H_

#include <cstddef>

#include "spectra_loops.h"
#include "wide_doubles.h"

namespace spectroscope {
namespace {

// Through an array: the compiler then converts them in one instruction.
template <int kWidth, typename T>
SPECTROSCOPE_INLINE Wide<kWidth> widened(const T* from) {
  double values[kWidth];
  for (int i = 0; i < kWidth; i++) values[i] = from[i];
  return load_wide<kWidth>(values);
}

template <int kWidth>
void widen_of(const float* from, std::size_t length, double* to) {
  for (std::size_t i = 0; i < length; i++) to[i] = from[i];
}

template <int kWidth, typename T>
double inner_product_of(const T* x, const T* y, std::size_t length) {
  // Sums that do not wait for one another.
  constexpr int kSums = 16 / kWidth;
  Wide<kWidth> sums[kSums] = {};
  std::size_t at = 0;
  for (; at + 16 <= length; at += 16) {
    for (int i = 0; i < kSums; i++) {
      sums[i] += widened<kWidth>(x + at + i * kWidth) * widened<kWidth>(y + at + i * kWidth);
    }
  }
  for (int i = 1; i < kSums; i++) sums[0] += sums[i];
  double sum = wide_sum<kWidth>(sums[0]);
  for (; at < length; at++) sum += static_cast<double>(x[at]) * y[at];
  return sum;
}

// Of a symmetric K, K[i, i + r] for r up to half of its order tells all; i + r modulo the order.
constexpr int kRotations = kNarrow / 2 + 1;

// sums[i] += row[i] row[i + kBy]; half a row ahead, the second half would say what the first does.
template <int kWidth, int kBy, int... kLanes>
SPECTROSCOPE_INLINE void add_rotated(const Wide<kWidth>* row, Wide<kWidth>* sums, LaneNumbers<kLanes...>) {
  constexpr int kParts = kNarrow / kWidth;
  constexpr int kTold = 2 * kBy == kNarrow && kParts > 1 ? kParts / 2 : kParts;
  constexpr WideBits<kWidth> ahead = {(kLanes + kBy % kWidth)...};
  for (int part = 0; part < kTold; part++) {
    const int first = part + kBy / kWidth;
    sums[part] += row[part] * __builtin_shuffle(row[first % kParts], row[(first + 1) % kParts], ahead);
  }
}

// X'X of rows of kNarrow numbers, added to `sums` [kRotations x kNarrow]: five products in place of eight, and rows as
// they come, since a pause for arithmetic between two parts of a long matrix is one in which memory stands idle.
template <int kWidth, typename T>
SPECTROSCOPE_INLINE void add_narrow_rows(const T* x, int64_t rows, double* sums) {
  constexpr int kParts = kNarrow / kWidth;
  const auto lanes = lanes_of(LaneCount<kWidth>());
  Wide<kWidth> of[kRotations][kParts];
  std::memcpy(of, sums, sizeof(of));
  for (int64_t i = 0; i < rows; i++) {
    Wide<kWidth> row[kParts];
    for (int part = 0; part < kParts; part++) row[part] = widened<kWidth>(x + i * kNarrow + part * kWidth);
    add_rotated<kWidth, 0>(row, of[0], lanes);
    add_rotated<kWidth, 1>(row, of[1], lanes);
    add_rotated<kWidth, 2>(row, of[2], lanes);
    add_rotated<kWidth, 3>(row, of[3], lanes);
    add_rotated<kWidth, 4>(row, of[4], lanes);
  }
  std::memcpy(sums, of, sizeof(of));
}

template <int kWidth>
void narrow_gram_of(const float* x, int64_t rows, int columns, double* k) {
  double sums[kRotations * kNarrow] = {};
  if (columns == kNarrow) {
    add_narrow_rows<kWidth>(x, rows, sums);
  } else {
    constexpr int64_t kPanelRows = 256;
    double panel[kPanelRows * kNarrow] = {};
    for (int64_t first = 0; first < rows; first += kPanelRows) {
      const int64_t taken = rows - first < kPanelRows ? rows - first : kPanelRows;
      const float* from = x + first * columns;
      for (int64_t row = 0; row < taken; row++) {
        for (int column = 0; column < columns; column++) panel[row * kNarrow + column] = from[row * columns + column];
      }
      add_narrow_rows<kWidth>(panel, taken, sums);
    }
  }
  for (int i = 0; i < columns; i++) {
    for (int j = 0; j <= i; j++) {
      const int apart = i - j;
      const double sum = apart < kRotations ? sums[apart * kNarrow + j] : sums[(kNarrow - apart) * kNarrow + i];
      k[i * columns + j] = sum;
      k[j * columns + i] = sum;
    }
  }
}

}  // namespace
}  // namespace spectroscope

#endif  // SPECTROSCOPE_ROW_LOOPS_H_
