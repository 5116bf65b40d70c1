#include "gram.h"

#include <algorithm>
#include <cstring>

#include "blas.h"

namespace spectroscope {
namespace {

// Elements of a float64 copy that stay in a core's second-level cache while they are used.
constexpr int64_t kPanelElements = 65536;
// Up to so many columns a plain loop beats dsyrk, which is made for larger blocks.
constexpr int kNarrow = 8;

void mirror_upper(double* k, int order) {
  for (int i = 0; i < order; i++) {
    for (int j = 0; j < i; j++) k[static_cast<std::size_t>(i) * order + j] = k[static_cast<std::size_t>(j) * order + i];
  }
}

// Sum of squares with eight independent sums, which a compiler can keep in vector registers.
template <typename T>
double sum_of_squares(const T* x, int64_t length) {
  double sums[8] = {};
  int64_t i = 0;
  for (; i + 8 <= length; i += 8) {
    for (int lane = 0; lane < 8; lane++) {
      const double value = x[i + lane];
      sums[lane] += value * value;
    }
  }
  for (; i < length; i++) sums[0] += static_cast<double>(x[i]) * x[i];
  double sum = 0;
  for (const double each : sums) sum += each;
  return sum;
}

// Row by row outer products, all sums in registers.
template <int kColumns, typename T>
void narrow_gram(const T* x, int64_t rows, double* k) {
  double sums[kColumns][kColumns] = {};
  for (int64_t row = 0; row < rows; row++, x += kColumns) {
    double values[kColumns];
    for (int j = 0; j < kColumns; j++) values[j] = x[j];
    for (int i = 0; i < kColumns; i++) {
      for (int j = 0; j < kColumns; j++) sums[i][j] += values[i] * values[j];
    }
  }
  std::memcpy(k, sums, sizeof(sums));
}

template <typename T>
void narrow_gram_of(const T* x, int64_t rows, int columns, double* k) {
  switch (columns) {
    case 1:
      k[0] = sum_of_squares(x, rows);
      return;
    case 2:
      return narrow_gram<2>(x, rows, k);
    case 3:
      return narrow_gram<3>(x, rows, k);
    case 4:
      return narrow_gram<4>(x, rows, k);
    case 5:
      return narrow_gram<5>(x, rows, k);
    case 6:
      return narrow_gram<6>(x, rows, k);
    case 7:
      return narrow_gram<7>(x, rows, k);
    default:
      return narrow_gram<8>(x, rows, k);
  }
}

}  // namespace

template <typename T>
void GramBuilder::of_rows(const T* x, int rows, int64_t columns, double* k) {
  const int64_t width = std::max<int64_t>(64, std::min(columns, kPanelElements / rows));
  double* panel = panel_.take(static_cast<std::size_t>(rows) * width);
  std::memset(k, 0, sizeof(double) * rows * rows);
  for (int64_t first = 0; first < columns; first += width) {
    const int taken = static_cast<int>(std::min(width, columns - first));
    for (int row = 0; row < rows; row++) {
      const T* from = x + row * columns + first;
      double* to = panel + static_cast<std::size_t>(row) * taken;
      for (int i = 0; i < taken; i++) to[i] = from[i];
    }
    scipy_cblas_dsyrk(kRowMajor, kUpper, kNoTranspose, rows, taken, 1, panel, taken, 1, k, rows);
  }
  mirror_upper(k, rows);
}

template <typename T>
void GramBuilder::of_columns(const T* x, int64_t rows, int columns, double* k) {
  if (columns <= kNarrow) {
    narrow_gram_of(x, rows, columns, k);
    return;
  }
  const int64_t height = std::max<int64_t>(64, kPanelElements / columns);
  double* panel = panel_.take(static_cast<std::size_t>(std::min(rows, height)) * columns);
  std::memset(k, 0, sizeof(double) * columns * columns);
  for (int64_t first = 0; first < rows; first += height) {
    const int taken = static_cast<int>(std::min(height, rows - first));
    const T* from = x + first * columns;
    for (int64_t i = 0; i < static_cast<int64_t>(taken) * columns; i++) panel[i] = from[i];
    scipy_cblas_dsyrk(kRowMajor, kUpper, kTranspose, columns, taken, 1, panel, columns, 1, k, columns);
  }
  mirror_upper(k, columns);
}

template void GramBuilder::of_rows<float>(const float*, int, int64_t, double*);
template void GramBuilder::of_rows<double>(const double*, int, int64_t, double*);
template void GramBuilder::of_columns<float>(const float*, int64_t, int, double*);
template void GramBuilder::of_columns<double>(const double*, int64_t, int, double*);

}  // namespace spectroscope
