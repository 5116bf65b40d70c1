// Sixteen float32 numbers at a time: loads, functions and small matrix products. NaN goes through all of them. For
// sources that are compiled for one instruction set (sequence_avx512.cc and its like): GCC splits vectors that are too
// long for the set that a function is written under, so inlining it into a function of a better set would be too late.
#ifndef SPECTROSCOPE_LANES_H_
#define SPECTROSCOPE_LANES_H_

#include <cstdint>
#include <cstring>

#include "lane_vectors.h"
#include "sequence_loops.h"

namespace spectroscope {
namespace {

using Lanes = VectorOf<kLanes>::Type;
using HalfLanes = VectorOf<kLanes / 2>::Type;
using LaneMask = decltype(Lanes{} > Lanes{});

SPECTROSCOPE_INLINE Lanes all(float value) { return Lanes{} + value; }

// Numbers that are left, at most a full vector.
SPECTROSCOPE_INLINE int lanes_left(int64_t total, int64_t done) {
  return total - done < kLanes ? static_cast<int>(total - done) : kLanes;
}

// The first `count` numbers; `fill` beyond.
SPECTROSCOPE_INLINE Lanes load(const float* from, int count, float fill = 0) {
  if (count == kLanes) return vector_at<Lanes>(from);
  float values[kLanes];
  for (int i = 0; i < kLanes; i++) values[i] = i < count ? from[i] : fill;
  return vector_at<Lanes>(values);
}

// The first `count` numbers of any vector, at least as wide.
template <typename Vector>
SPECTROSCOPE_INLINE void store(float* to, const Vector& vector, int64_t count) {
  constexpr int kWidth = sizeof(Vector) / sizeof(float);
  if (count == kWidth) {
    write(to, vector);
  } else {
    float values[kWidth];
    write(values, vector);
    for (int64_t i = 0; i < count; i++) to[i] = values[i];
  }
}

SPECTROSCOPE_INLINE float lane_sum(const Lanes& lanes) {
  return folded(lanes, [](const auto& x, const auto& y) __attribute__((always_inline)) { return x + y; });
}

// Of numbers; where one is none, any of them.
SPECTROSCOPE_INLINE float lane_maximum(const Lanes& lanes) {
  return folded(lanes, [](const auto& x, const auto& y) __attribute__((always_inline)) { return larger(x, y); });
}

// e^x to 2 units in the last place: Cody-Waite reduction and the polynomial of Cephes' expf. Beyond ±87 it stays there.
SPECTROSCOPE_INLINE Lanes exponential(const Lanes& given) {
  Lanes x = given;
  x = chosen(x > 87.0f, all(87.0f), x);
  x = chosen(x < -87.0f, all(-87.0f), x);
  // Adding 1.5 x 2^23 rounds to a whole number.
  constexpr float kRounder = 12582912.0f;
  const Lanes rounded = x * 1.44269504088896341f + kRounder;
  const Lanes n = rounded - kRounder;
  const Lanes r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
  Lanes p = r * 1.9875691500e-4f + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = (p * r) * r + (r + 1.0f);
  return p * power_of_two(rounded);
}

SPECTROSCOPE_INLINE Lanes sigmoid(const Lanes& x) { return 1.0f / (exponential(-x) + 1.0f); }

// Rational approximation of Eigen, to 4 units in the last place, also near zero.
SPECTROSCOPE_INLINE Lanes hyperbolic_tangent(const Lanes& given) {
  Lanes x = given;
  constexpr float kEnd = 7.99881172180175781f;
  x = chosen(x > kEnd, all(kEnd), x);
  x = chosen(x < -kEnd, all(-kEnd), x);
  const Lanes s = x * x;
  Lanes p = s * -2.76076847742355e-16f + 2.00018790482477e-13f;
  p = p * s - 8.60467152213735e-11f;
  p = p * s + 5.12229709037114e-08f;
  p = p * s + 1.48572235717979e-05f;
  p = p * s + 6.37261928875436e-04f;
  p = p * s + 4.89352455891786e-03f;
  Lanes q = s * 1.19825839466702e-06f + 1.18534705686654e-04f;
  q = q * s + 2.26843463243900e-03f;
  q = q * s + 4.89352518554385e-03f;
  return (p * x) / q;
}

// kRows x kPanels vectors of C = A B; panels one after the other.
template <int kRows, int kPanels>
SPECTROSCOPE_INLINE void product_tile(Strided a, int64_t depth, const float* panels, float* c, int64_t c_rows,
                                      int last_count) {
  Lanes sums[kRows][kPanels] = {};
  for (int64_t k = 0; k < depth; k++) {
    Lanes b[kPanels];
#pragma GCC unroll 8
    for (int panel = 0; panel < kPanels; panel++) {
      b[panel] = vector_at<Lanes>(panels + (panel * depth + k) * kLanes);
    }
    const float* column = a.data + k * a.columns;
#pragma GCC unroll 16
    for (int row = 0; row < kRows; row++) {
      const float value = column[row * a.rows];
#pragma GCC unroll 8
      for (int panel = 0; panel < kPanels; panel++) sums[row][panel] += b[panel] * value;
    }
  }
#pragma GCC unroll 16
  for (int row = 0; row < kRows; row++) {
#pragma GCC unroll 8
    for (int panel = 0; panel + 1 < kPanels; panel++)
      store(c + row * c_rows + panel * kLanes, sums[row][panel], kLanes);
    store(c + row * c_rows + (kPanels - 1) * kLanes, sums[row][kPanels - 1], last_count);
  }
}

template <int kRows, int kPanels>
SPECTROSCOPE_INLINE void product_rows(Strided a, int64_t depth, const float* panels, int64_t columns, float* c,
                                      int64_t c_rows) {
  int64_t first = 0;
  for (; first + (kPanels - 1) * kLanes < columns; first += kPanels * kLanes) {
    const int count = lanes_left(columns, first + (kPanels - 1) * kLanes);
    product_tile<kRows, kPanels>(a, depth, panels + first * depth, c + first, c_rows, count);
  }
  for (; first < columns; first += kLanes) {
    product_tile<kRows, 1>(a, depth, panels + first * depth, c + first, c_rows, lanes_left(columns, first));
  }
}

// C [rows x columns] = A [rows x depth] B, B packed; kRows and kPanels as the registers allow.
template <int kRows, int kPanels>
void product(Strided a, int64_t rows, int64_t depth, const float* panels, int64_t columns, float* c, int64_t c_rows) {
  int64_t row = 0;
  for (; row + kRows <= rows; row += kRows) {
    product_rows<kRows, kPanels>({a.data + row * a.rows, a.rows, a.columns}, depth, panels, columns, c + row * c_rows,
                                 c_rows);
  }
  if constexpr (kRows > 1) {
    product<kRows / 2, kPanels>({a.data + row * a.rows, a.rows, a.columns}, rows - row, depth, panels, columns,
                                c + row * c_rows, c_rows);
  }
}

}  // namespace
}  // namespace spectroscope

#endif  // SPECTROSCOPE_LANES_H_
