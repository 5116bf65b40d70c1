// Rows of a convolution, or of its gradient with respect to the input, straight from rows of numbers: sums stay in
// registers while the numbers under the filter go by. Included by the source of each instruction set.
#ifndef SPECTROSCOPE_CONVOLUTION_PRODUCTS_H_
#define SPECTROSCOPE_CONVOLUTION_PRODUCTS_H_

#include "convolution_loops.h"
#include "lanes.h"

namespace spectroscope {
namespace {

// Places that follow one another, each by a few vectors. `start`: of the first place in a row.
template <typename Vector, int kPlaces, int kVectors>
SPECTROSCOPE_INLINE void add_line(Vector (&sums)[kPlaces][kVectors], const RowProduct& product, const float* numbers,
                                  int64_t step, const float* weights) {
  constexpr int64_t kWidth = sizeof(Vector) / sizeof(float);
  for (int64_t i = 0; i < product.length; i++, weights += product.padded) {
    Vector weight[kVectors];
#pragma GCC unroll 8
    for (int v = 0; v < kVectors; v++) weight[v] = vector_at<Vector>(weights + v * kWidth);
#pragma GCC unroll 16
    for (int place = 0; place < kPlaces; place++) {
      const float number = numbers[place * step + i];
#pragma GCC unroll 8
      for (int v = 0; v < kVectors; v++) sums[place][v] += weight[v] * number;
    }
  }
}

// One place, of which some numbers may lie beyond the ends of the row. Four sums at a time: each waits for its last one.
template <typename Vector, int kVectors>
SPECTROSCOPE_INLINE void add_edge(Vector (&sums)[1][kVectors], const RowProduct& product, const float* row, int64_t start,
                                  const float* weights) {
  constexpr int64_t kWidth = sizeof(Vector) / sizeof(float);
  const int64_t low = start < 0 ? -start : 0;
  const int64_t room = product.row_length - start;
  const int64_t high = product.length < room ? product.length : room;
#pragma GCC unroll 8
  for (int v = 0; v < kVectors; v++) {
    Vector parts[4] = {};
    int64_t i = low;
    for (; i + 4 <= high; i += 4) {
#pragma GCC unroll 4
      for (int j = 0; j < 4; j++) {
        parts[j] += vector_at<Vector>(weights + (i + j) * product.padded + v * kWidth) * row[start + i + j];
      }
    }
    for (; i < high; i++) parts[0] += vector_at<Vector>(weights + i * product.padded + v * kWidth) * row[start + i];
    sums[0][v] += (parts[0] + parts[1]) + (parts[2] + parts[3]);
  }
}

template <typename Vector, int kPlaces, int kVectors, bool inside>
SPECTROSCOPE_INLINE void product_places(const RowProduct& product, int64_t place, int64_t column) {
  constexpr int64_t kWidth = sizeof(Vector) / sizeof(float);
  Vector sums[kPlaces][kVectors];
#pragma GCC unroll 16
  for (int i = 0; i < kPlaces; i++) {
#pragma GCC unroll 8
    for (int v = 0; v < kVectors; v++) {
      sums[i][v] = product.bias == nullptr ? Vector{} : vector_at<Vector>(product.bias + column + v * kWidth);
    }
  }
  const int64_t start = place * product.step + product.start;
  for (int64_t line = 0; line < product.lines; line++) {
    const float* const weights = product.weights[line] + column;
    if constexpr (inside) {
      add_line<Vector, kPlaces, kVectors>(sums, product, product.rows[line] + start, product.step, weights);
    } else {
      add_edge<Vector, kVectors>(sums, product, product.rows[line], start, weights);
    }
  }
#pragma GCC unroll 16
  for (int i = 0; i < kPlaces; i++) {
#pragma GCC unroll 8
    for (int v = 0; v < kVectors; v++) {
      Vector sum = sums[i][v];
      // What is not a number stays so.
      if (product.rectified) sum = chosen(sum < 0.0f, Vector{}, sum);
      float* const to = product.result + (place + i) * product.columns + column + v * kWidth;
      const int64_t left = product.columns - column - v * kWidth;
      store(to, sum, left < kWidth ? left : kWidth);
    }
  }
}

template <typename Vector, int kPlaces, int kVectors>
void product_inside(const RowProduct& product, int64_t place, int64_t end, int64_t column) {
  for (; place + kPlaces <= end; place += kPlaces) {
    product_places<Vector, kPlaces, kVectors, true>(product, place, column);
  }
  if constexpr (kPlaces > 1) product_inside<Vector, kPlaces / 2, kVectors>(product, place, end, column);
}

template <typename Vector, int kPlaces, int kVectors>
void product_columns(const RowProduct& product, int64_t column) {
  for (int64_t place = 0; place < product.inner_first; place++) {
    product_places<Vector, 1, kVectors, false>(product, place, column);
  }
  product_inside<Vector, kPlaces, kVectors>(product, product.inner_first, product.inner_end, column);
  for (int64_t place = product.inner_end; place < product.places; place++) {
    product_places<Vector, 1, kVectors, false>(product, place, column);
  }
}

// kPlaces x kVectors sums of sixteen, or 2 kPlaces where there are vectors for half of them, as the registers allow.
template <int kPlaces, int kVectors>
void row_product_of(const RowProduct& product) {
  if (product.columns <= 8) {
    product_columns<HalfLanes, kPlaces, 1>(product, 0);
    return;
  }
  int64_t column = 0;
  for (; column + (kVectors - 1) * kLanes < product.columns; column += kVectors * kLanes) {
    product_columns<Lanes, kPlaces, kVectors>(product, column);
  }
  for (; column < product.columns; column += kLanes) product_columns<Lanes, kPlaces, 1>(product, column);
}

}  // namespace
}  // namespace spectroscope

#endif  // SPECTROSCOPE_CONVOLUTION_PRODUCTS_H_
