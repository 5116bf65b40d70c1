#include "gram.h"

#include <algorithm>
#include <cstring>

#include "blas.h"
#include "wide_loops.h"

namespace spectroscope {
namespace {

// Elements of a float64 copy that stay in a core's second-level cache while they are used.
constexpr int64_t kPanelElements = 65536;

// A matrix so narrow that dsyrk, made for larger blocks, is slower than a plain loop. False: not done.
bool narrow_gram(const float* x, int64_t rows, int columns, double* k) {
  if (columns == 1) {
    k[0] = wide_loops().inner_product(x, x, rows);
  } else if (columns <= kNarrow) {
    wide_loops().narrow_gram(x, rows, columns, k);
  }
  return columns <= kNarrow;
}

}  // namespace

void mirror_upper(double* k, int order) {
  for (int i = 0; i < order; i++) {
    for (int j = 0; j < i; j++) k[static_cast<std::size_t>(i) * order + j] = k[static_cast<std::size_t>(j) * order + i];
  }
}

void GramBuilder::of_rows(const double* x, int rows, int64_t columns, double* k) {
  const int length = static_cast<int>(columns);
  scipy_cblas_dsyrk(kRowMajor, kUpper, kNoTranspose, rows, length, 1, x, length, 0, k, rows);
  mirror_upper(k, rows);
}

void GramBuilder::of_columns(const double* x, int64_t rows, int columns, double* k) {
  scipy_cblas_dsyrk(kRowMajor, kUpper, kTranspose, columns, static_cast<int>(rows), 1, x, columns, 0, k, columns);
  mirror_upper(k, columns);
}

void GramBuilder::of_rows(const float* x, int rows, int64_t columns, double* k) {
  const int64_t width = std::max<int64_t>(64, std::min(columns, kPanelElements / rows));
  double* panel = panel_.take(static_cast<std::size_t>(rows) * width);
  std::memset(k, 0, sizeof(double) * rows * rows);
  for (int64_t first = 0; first < columns; first += width) {
    const int taken = static_cast<int>(std::min(width, columns - first));
    for (int row = 0; row < rows; row++) {
      wide_loops().widen(x + row * columns + first, taken, panel + static_cast<std::size_t>(row) * taken);
    }
    scipy_cblas_dsyrk(kRowMajor, kUpper, kNoTranspose, rows, taken, 1, panel, taken, 1, k, rows);
  }
  mirror_upper(k, rows);
}

void GramBuilder::of_columns(const float* x, int64_t rows, int columns, double* k) {
  if (narrow_gram(x, rows, columns, k)) return;
  const int64_t height = std::max<int64_t>(64, kPanelElements / columns);
  double* panel = panel_.take(static_cast<std::size_t>(std::min(rows, height)) * columns);
  std::memset(k, 0, sizeof(double) * columns * columns);
  for (int64_t first = 0; first < rows; first += height) {
    const int taken = static_cast<int>(std::min(height, rows - first));
    wide_loops().widen(x + first * columns, static_cast<std::size_t>(taken) * columns, panel);
    scipy_cblas_dsyrk(kRowMajor, kUpper, kTranspose, columns, taken, 1, panel, columns, 1, k, columns);
  }
  mirror_upper(k, columns);
}

}  // namespace spectroscope
