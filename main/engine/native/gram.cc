#include "gram.h"

#include <algorithm>

#include "blas.h"
#include "spectra_loops.h"

namespace spectroscope {
namespace {

// Elements of a float64 copy that stay in a core's second-level cache while they are used.
constexpr int64_t kPanelElements = 65536;
// Rows of panels of columns: three of them stay in the first-level cache.
constexpr int64_t kPanelRows = 128;
// Columns of panels of rows: eight of them stay there, and do not take each other's places.
constexpr int64_t kPanelColumns = 264;
// Larger Gram matrices leave the second-level cache, for which OpenBLAS has the blocks.
constexpr int kLargest = 512;

int padded_to(int64_t number, int multiple) { return static_cast<int>((number + multiple - 1) / multiple * multiple); }

// A matrix so narrow that dsyrk, made for larger blocks, is slower than a plain loop. False: not done.
bool narrow_gram(const float* x, int64_t rows, int columns, double* k) {
  if (columns == 1) {
    k[0] = spectra_loops().inner_product(x, x, rows);
  } else if (columns <= kNarrow) {
    spectra_loops().narrow_gram(x, rows, columns, k);
  }
  return columns <= kNarrow;
}

// The lower triangle of K [order x order] from rows that are `stride` apart.
void copy_lower(const double* lower, int stride, int order, double* k) {
  for (int i = 0; i < order; i++) {
    const double* row = lower + static_cast<std::size_t>(i) * stride;
    std::copy(row, row + i + 1, k + static_cast<std::size_t>(i) * order);
  }
}

void widen(const float* from, std::size_t length, double* to) { spectra_loops().widen(from, length, to); }
void widen(const double* from, std::size_t length, double* to) { std::copy(from, from + length, to); }

void pack(const float* x, int64_t rows, int columns, double* panels) {
  spectra_loops().pack_floats(x, rows, columns, panels);
}
void pack(const double* x, int64_t rows, int columns, double* panels) {
  spectra_loops().pack_doubles(x, rows, columns, panels);
}

}  // namespace

void mirror_lower(double* k, int order) {
  for (int i = 0; i < order; i++) {
    for (int j = 0; j < i; j++) k[static_cast<std::size_t>(j) * order + i] = k[static_cast<std::size_t>(i) * order + j];
  }
}

template <typename T>
void GramBuilder::over_rows(const T* x, int rows, int64_t columns, double* k) {
  const bool is_large = rows > kLargest;
  const int padded = is_large ? rows : padded_to(rows, kGramRows);
  const int64_t most = is_large ? std::max<int64_t>(64, kPanelElements / rows) : kPanelColumns;
  double* panel = panel_.take(padded * most);
  double* sums = padded == rows ? k : padded_.take(static_cast<std::size_t>(padded) * padded);
  std::fill(sums, sums + static_cast<std::size_t>(padded) * padded, 0.0);
  for (int64_t first = 0; first < columns; first += most) {
    const int taken = static_cast<int>(std::min(most, columns - first));
    const int width = is_large ? taken : padded_to(taken, kGramPanel);
    for (int row = 0; row < padded; row++) {
      double* to = panel + static_cast<std::size_t>(row) * width;
      const int from_row = row < rows ? taken : 0;
      if (from_row > 0) widen(x + row * columns + first, from_row, to);
      std::fill(to + from_row, to + width, 0.0);
    }
    if (is_large) {
      scipy_cblas_dsyrk(kRowMajor, kLower, kNoTranspose, rows, taken, 1, panel, taken, 1, k, rows);
    } else {
      spectra_loops().add_gram_of_rows(panel, padded, width, sums, padded);
    }
  }
  if (sums != k) copy_lower(sums, padded, rows, k);
  mirror_lower(k, rows);
}

template <typename T>
void GramBuilder::over_columns(const T* x, int64_t rows, int columns, double* k) {
  const bool is_large = columns > kLargest;
  const int padded = is_large ? columns : padded_to(columns, kGramPanel);
  const int64_t height = std::min(rows, is_large ? std::max<int64_t>(64, kPanelElements / columns) : kPanelRows);
  double* panel = panel_.take(static_cast<std::size_t>(height) * padded);
  double* sums = padded == columns ? k : padded_.take(static_cast<std::size_t>(padded) * padded);
  std::fill(sums, sums + static_cast<std::size_t>(padded) * padded, 0.0);
  for (int64_t first = 0; first < rows; first += height) {
    const int taken = static_cast<int>(std::min(height, rows - first));
    const T* from = x + first * columns;
    if (is_large) {
      widen(from, static_cast<std::size_t>(taken) * columns, panel);
      scipy_cblas_dsyrk(kRowMajor, kLower, kTranspose, columns, taken, 1, panel, columns, 1, k, columns);
    } else {
      pack(from, taken, columns, panel);
      spectra_loops().add_gram_of_columns(panel, taken, padded / kGramPanel, sums, padded);
    }
  }
  if (sums != k) copy_lower(sums, padded, columns, k);
}

void GramBuilder::of_rows(const float* x, int rows, int64_t columns, double* k) { over_rows(x, rows, columns, k); }
void GramBuilder::of_rows(const double* x, int rows, int64_t columns, double* k) { over_rows(x, rows, columns, k); }

void GramBuilder::of_columns(const float* x, int64_t rows, int columns, double* k) {
  if (!narrow_gram(x, rows, columns, k)) over_columns(x, rows, columns, k);
}
void GramBuilder::of_columns(const double* x, int64_t rows, int columns, double* k) {
  over_columns(x, rows, columns, k);
}

}  // namespace spectroscope
