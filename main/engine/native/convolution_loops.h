// What the loops over a convolution's positions are told, compiled for each instruction set like step_loops.h.
#ifndef SPECTROSCOPE_CONVOLUTION_LOOPS_H_
#define SPECTROSCOPE_CONVOLUTION_LOOPS_H_

#include <cstdint>

namespace spectroscope {

// Of three axes, in stored order.
struct Convolution {
  int64_t inputs[3];
  int64_t outputs[3];
  int64_t kernel[3];
  int64_t strides[3];
  int64_t dilations[3];
  int64_t before[3];
  int64_t channels;
  int64_t filters;
};

// Numbers under the filter that follow one another in memory: where they begin, beside the filter's first place.
struct FilterLine {
  int64_t places[3];
};

// The filter as lines. Where the last axis is dilated, a line is the channels of one place.
static inline int64_t line_count(const Convolution& c) {
  return c.kernel[0] * c.kernel[1] * (c.dilations[2] > 1 ? c.kernel[2] : 1);
}
static inline int64_t line_length(const Convolution& c) { return (c.dilations[2] > 1 ? 1 : c.kernel[2]) * c.channels; }

// An output row: the input's place of its first position along the first two axes, beside the filter's first place.
struct OutputRow {
  const float* image;
  int64_t places[2];
};

// Lines of a filter's gradient over some images.
struct FilterPart {
  const Convolution* convolution;
  // All lines, and those of this part.
  const FilterLine* lines;
  int64_t first_line;
  int64_t end_line;
  const float* x;
  const float* dy;
  int64_t images;
  // [lines x line length x filters], added to.
  float* gradient;
  // See filter_scratch; zeros.
  float* scratch;
  // Memory for rows_at_once.
  OutputRow* rows;
};

// Sums over lines of numbers at places that follow one another, a place `step` numbers after the one before:
// result [places x columns] = bias + sum over lines of row[start + place step + i] weights[i][column], i up to length.
struct RowProduct {
  int64_t lines;
  // Of each line: a row of row_length numbers, zeros beyond; weights [length x padded].
  const float* const* rows;
  const float* const* weights;
  int64_t row_length;
  int64_t length;
  int64_t start;
  int64_t step;
  int64_t places;
  // Places whose numbers all lie in the row.
  int64_t inner_first;
  int64_t inner_end;
  int64_t columns;
  // Columns up to a full vector.
  int64_t padded;
  // [padded], or null.
  const float* bias;
  bool rectified;
  float* result;
};

// Columns as weights and bias have them.
static inline int64_t padded_columns(int64_t columns) { return columns <= 8 ? 8 : (columns + 15) / 16 * 16; }

// Positions whose adjoints the first cache holds.
constexpr int64_t kPositionsAtOnce = 512;
// Of a vector, the most.
constexpr int64_t kFilterLanes = 16;
// Numbers of a line at a time, the most.
constexpr int64_t kLineNumbers = 24;

// A row of zeros in place of an input's, then packed adjoints.
static inline int64_t zero_row(const Convolution& c) {
  return (c.outputs[2] * c.strides[2] + c.kernel[2]) * c.channels + kLineNumbers;
}
static inline int64_t rows_at_once(const Convolution& c) {
  const int64_t rows = kPositionsAtOnce / c.outputs[2];
  return rows < 1 ? 1 : rows;
}
static inline int64_t filter_scratch(const Convolution& c) {
  return zero_row(c) + rows_at_once(c) * c.outputs[2] * kFilterLanes;
}

}  // namespace spectroscope

#endif  // SPECTROSCOPE_CONVOLUTION_LOOPS_H_
