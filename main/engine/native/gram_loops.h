// Bodies of the Gram matrices of SpectraLoops, for sources that are compiled for one instruction set.
#ifndef SPECTROSCOPE_GRAM_LOOPS_H_
#define SPECTROSCOPE_GRAM_LOOPS_H_

#include <cstddef>

#include "spectra_loops.h"
#include "wide_doubles.h"

namespace spectroscope {
namespace {

// kRows rows of K, from panel `a` at `row`, times kPanels panels from `b`, added to K at `k`.
template <int kWidth, int kRows, int kPanels>
SPECTROSCOPE_INLINE void add_gram_tile(const double* a, const double* b, int64_t rows, double* k, int stride) {
  using V = Wide<kWidth>;
  constexpr int kVectors = kPanels * kGramPanel / kWidth;
  constexpr int kInPanel = kGramPanel / kWidth;
  const int64_t panel = rows * kGramPanel;
  V sums[kRows][kVectors] = {};
  for (int64_t row = 0; row < rows; row++) {
    V columns[kVectors];
    for (int i = 0; i < kVectors; i++) {
      columns[i] = load_wide<kWidth>(b + i / kInPanel * panel + row * kGramPanel + i % kInPanel * kWidth);
    }
    for (int j = 0; j < kRows; j++) {
      const V value = all_wide<kWidth>(a[row * kGramPanel + j]);
      for (int i = 0; i < kVectors; i++) sums[j][i] += value * columns[i];
    }
  }
  for (int j = 0; j < kRows; j++) {
    for (int i = 0; i < kVectors; i++) {
      double* place = k + static_cast<std::size_t>(j) * stride + i * kWidth;
      store_wide<kWidth>(place, load_wide<kWidth>(place) + sums[j][i]);
    }
  }
}

template <int kWidth, int kRows, int kPanels>
SPECTROSCOPE_INLINE void add_gram_rows(const double* panels, int64_t rows, int row_panel, int first, double* k,
                                       int stride) {
  const int64_t size = rows * kGramPanel;
  int column = first;
  for (; column + kPanels <= row_panel + 1; column += kPanels) {
    for (int row = 0; row < kGramPanel; row += kRows) {
      double* place = k + (static_cast<std::size_t>(row_panel) * kGramPanel + row) * stride + column * kGramPanel;
      add_gram_tile<kWidth, kRows, kPanels>(panels + row_panel * size + row, panels + column * size, rows, place, stride);
    }
  }
  if constexpr (kPanels > 1) {
    if (column <= row_panel) {
      add_gram_rows<kWidth, kRows, kPanels - 1>(panels, rows, row_panel, column, k, stride);
    }
  }
}

// Tiles of K that the registers hold: kRows rows, and kPanels panels of columns.
template <int kWidth, int kRows, int kPanels>
void add_gram_of_columns_of(const double* panels, int64_t rows, int number, double* k, int stride) {
  for (int panel = 0; panel < number; panel++) {
    add_gram_rows<kWidth, kRows, kPanels>(panels, rows, panel, 0, k, stride);
  }
}

// `taken` numbers of each row, the rest of kPanels panels zero.
template <int kPanels, typename T>
SPECTROSCOPE_INLINE void pack_some(const T* x, int64_t rows, int columns, int taken, double* panels) {
  for (int64_t row = 0; row < rows; row++) {
    const T* from = x + row * columns;
    for (int panel = 0; panel < kPanels; panel++) {
      double* to = panels + (panel * rows + row) * kGramPanel;
      for (int i = 0; i < kGramPanel; i++) {
        const int column = panel * kGramPanel + i;
        to[i] = column < taken ? from[column] : 0;
      }
    }
  }
}

// Some panels at a time: rows are read in whole lines of the cache.
template <typename T>
SPECTROSCOPE_INLINE void pack_panels(const T* x, int64_t rows, int columns, double* panels) {
  constexpr int kAtOnce = 4;
  constexpr int kColumns = kAtOnce * kGramPanel;
  int column = 0;
  for (; column + kColumns <= columns; column += kColumns) {
    pack_some<kAtOnce>(x + column, rows, columns, kColumns, panels + column * rows);
  }
  for (; column + kGramPanel <= columns; column += kGramPanel) {
    pack_some<1>(x + column, rows, columns, kGramPanel, panels + column * rows);
  }
  if (column < columns) pack_some<1>(x + column, rows, columns, columns - column, panels + column * rows);
}

template <int kWidth>
void pack_floats_of(const float* x, int64_t rows, int columns, double* panels) {
  pack_panels(x, rows, columns, panels);
}
template <int kWidth>
void pack_doubles_of(const double* x, int64_t rows, int columns, double* panels) {
  pack_panels(x, rows, columns, panels);
}

// Inner products of kRows rows from `x` with kColumns from `y`, added to K at `k`.
template <int kWidth, int kRows, int kColumns>
SPECTROSCOPE_INLINE void add_inner_products(const double* x, const double* y, int64_t length, double* k, int stride) {
  using V = Wide<kWidth>;
  static_assert(kRows * kColumns % kSummedRows == 0, "Sums are added up so many at a time.");
  V sums[kRows * kColumns] = {};
  for (int64_t at = 0; at < length; at += kWidth) {
    V columns[kColumns];
    for (int i = 0; i < kColumns; i++) columns[i] = load_wide<kWidth>(y + i * length + at);
    for (int j = 0; j < kRows; j++) {
      const V row = load_wide<kWidth>(x + j * length + at);
      for (int i = 0; i < kColumns; i++) sums[j * kColumns + i] += row * columns[i];
    }
  }
  double products[kRows * kColumns];
  for (int i = 0; i < kRows * kColumns; i += kSummedRows) sums_of_rows<kWidth>(sums + i, products + i);
  for (int j = 0; j < kRows; j++) {
    for (int i = 0; i < kColumns; i++) k[static_cast<std::size_t>(j) * stride + i] += products[j * kColumns + i];
  }
}

template <int kWidth, int kRows, int kColumns>
void add_gram_of_rows_of(const double* x, int rows, int64_t length, double* k, int stride) {
  for (int row = 0; row < rows; row += kRows) {
    for (int column = 0; column < row + kRows; column += kColumns) {
      add_inner_products<kWidth, kRows, kColumns>(x + row * length, x + column * length, length,
                                                  k + static_cast<std::size_t>(row) * stride + column, stride);
    }
  }
}

}  // namespace
}  // namespace spectroscope

#endif  // SPECTROSCOPE_GRAM_LOOPS_H_
