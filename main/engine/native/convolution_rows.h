// The gradient of a filter, straight from the images: tiles of it stay in registers while the positions go by, so that no
// patch is copied. Included by the source of each instruction set.
#ifndef SPECTROSCOPE_CONVOLUTION_ROWS_H_
#define SPECTROSCOPE_CONVOLUTION_ROWS_H_

#include "convolution_loops.h"
#include "lanes.h"

namespace spectroscope {
namespace {

// Output rows (positions along the last axis) that are gone over at once.
struct RowBlock {
  const FilterPart* part;
  int64_t count;
  // Positions of a row whose filter lies inside the image along the last axis.
  int64_t inner_first;
  int64_t inner_end;
  // Adjoints of the first row from the tile's first filter on, and from one position to the next.
  const float* dy;
  int64_t dy_step;
};

inline void place_rows(const FilterPart& part, int64_t first, int64_t count) {
  const Convolution& c = *part.convolution;
  const int64_t image_size = c.inputs[0] * c.inputs[1] * c.inputs[2] * c.channels;
  for (int64_t i = 0; i < count; i++) {
    const int64_t in_image = (first + i) % (c.outputs[0] * c.outputs[1]);
    OutputRow& row = part.rows[i];
    row.image = part.x + (first + i) / (c.outputs[0] * c.outputs[1]) * image_size;
    row.places[0] = in_image / c.outputs[1] * c.strides[0] - c.before[0];
    row.places[1] = in_image % c.outputs[1] * c.strides[1] - c.before[1];
  }
}

// The row of the input that a line lies on; null beyond the image's edge.
SPECTROSCOPE_INLINE const float* input_row(const Convolution& c, const OutputRow& row, const FilterLine& line) {
  const int64_t a = row.places[0] + line.places[0];
  const int64_t b = row.places[1] + line.places[1];
  if (a < 0 || a >= c.inputs[0] || b < 0 || b >= c.inputs[1]) return nullptr;
  return row.image + (a * c.inputs[1] + b) * c.inputs[2] * c.channels;
}

// `count` numbers of a line from `first` on, at a position where some may lie beyond the ends of the row.
SPECTROSCOPE_INLINE void edge_numbers(const Convolution& c, const float* row, const FilterLine& line, int64_t position,
                                      int64_t first, int64_t count, float* numbers) {
  const int64_t start = (position * c.strides[2] - c.before[2] + line.places[2]) * c.channels + first;
  const int64_t end = c.inputs[2] * c.channels;
  for (int64_t i = 0; i < count; i++) numbers[i] = 0;
  if (row == nullptr) return;
  const int64_t low = start < 0 ? -start : 0;
  const int64_t high = start + count > end ? end - start : count;
  for (int64_t i = low; i < high; i++) numbers[i] = row[start + i];
}

template <typename Vector, int kNumbers>
SPECTROSCOPE_INLINE void add_products(Vector* sums, const float* dy, const float* numbers) {
  const Vector errors = vector_at<Vector>(dy);
#pragma GCC unroll 32
  for (int i = 0; i < kNumbers; i++) sums[i] += errors * numbers[i];
}

// Some numbers of some lines by a vector of filters, over a block of rows.
template <typename Vector, int kLines, int kNumbers>
void gradient_tile(const RowBlock& block, int64_t line, int64_t number, int64_t filter, int filters) {
  const FilterPart& part = *block.part;
  const Convolution& c = *part.convolution;
  const int64_t length = line_length(c);
  const int64_t step = c.strides[2] * c.channels;
  float* const gradient = part.gradient + (line * length + number) * c.filters + filter;
  Vector sums[kLines * kNumbers];
#pragma GCC unroll 32
  for (int i = 0; i < kLines * kNumbers; i++) sums[i] = Vector{};
  for (int64_t row = 0; row < block.count; row++) {
    const float* rows[kLines];
    const float* inner[kLines];
    bool none = true;
    for (int i = 0; i < kLines; i++) {
      const FilterLine& at = part.lines[line + i];
      rows[i] = input_row(c, part.rows[row], at);
      none = none && rows[i] == nullptr;
      const int64_t start = (block.inner_first * c.strides[2] - c.before[2] + at.places[2]) * c.channels + number;
      inner[i] = rows[i] == nullptr ? part.scratch : rows[i] + start;
    }
    if (none) continue;
    const float* const dy = block.dy + row * c.outputs[2] * block.dy_step;
    const auto edge = [&](int64_t position) {
      float numbers[kLines * kNumbers];
      for (int i = 0; i < kLines; i++) {
        edge_numbers(c, rows[i], part.lines[line + i], position, number, kNumbers, numbers + i * kNumbers);
      }
      add_products<Vector, kLines * kNumbers>(sums, dy + position * block.dy_step, numbers);
    };
    for (int64_t position = 0; position < block.inner_first; position++) edge(position);
    for (int64_t position = block.inner_first; position < block.inner_end; position++) {
      const Vector errors = vector_at<Vector>(dy + position * block.dy_step);
#pragma GCC unroll 32
      for (int i = 0; i < kLines; i++) {
#pragma GCC unroll 32
        for (int j = 0; j < kNumbers; j++) sums[i * kNumbers + j] += errors * inner[i][j];
        inner[i] += step;
      }
    }
    for (int64_t position = block.inner_end; position < c.outputs[2]; position++) edge(position);
  }
#pragma GCC unroll 32
  for (int i = 0; i < kLines; i++) {
#pragma GCC unroll 32
    for (int j = 0; j < kNumbers; j++) {
      float* const to = gradient + (i * length + j) * c.filters;
      const Vector& sum = sums[i * kNumbers + j];
      if (filters * sizeof(float) == sizeof(Vector)) {
        write(to, vector_at<Vector>(to) + sum);
      } else {
        float of_lanes[sizeof(Vector) / sizeof(float)];
        write(of_lanes, sum);
        for (int lane = 0; lane < filters; lane++) to[lane] += of_lanes[lane];
      }
    }
  }
}

// All numbers of a line, in tiles that the registers hold.
template <typename Vector, int kMost>
void gradient_line(const RowBlock& block, int64_t line, int64_t number, int64_t filter, int filters) {
  const int64_t length = line_length(*block.part->convolution);
  for (; number + kMost <= length; number += kMost) {
    gradient_tile<Vector, 1, kMost>(block, line, number, filter, filters);
  }
  if constexpr (kMost > 1) gradient_line<Vector, kMost / 2>(block, line, number, filter, filters);
}

// kBundle lines of three numbers each at a time, as of a filter of 3 x 3 x 3 on one channel.
template <typename Vector, int kMost, int kBundle>
void gradient_lines(const RowBlock& block, int64_t filter, int filters) {
  const FilterPart& part = *block.part;
  int64_t line = part.first_line;
  if (line_length(*part.convolution) == 3) {
    for (; line + kBundle <= part.end_line; line += kBundle) {
      gradient_tile<Vector, kBundle, 3>(block, line, 0, filter, filters);
    }
  }
  for (; line < part.end_line; line++) gradient_line<Vector, kMost>(block, line, 0, filter, filters);
}

// Adjoints of a block of positions, `filters` numbers from each, as full vectors.
SPECTROSCOPE_INLINE void pack_adjoints(const float* dy, int64_t positions, int64_t step, int filters, int64_t lanes,
                                       float* packed) {
  for (int64_t i = 0; i < positions; i++) {
    for (int64_t lane = 0; lane < lanes; lane++) packed[i * lanes + lane] = lane < filters ? dy[i * step + lane] : 0;
  }
}

template <typename Vector, int kMost, int kBundle>
void filter_gradient_by(const FilterPart& part, RowBlock block, int64_t first) {
  const Convolution& c = *part.convolution;
  constexpr int64_t kWidth = sizeof(Vector) / sizeof(float);
  const float* const dy = part.dy + first * c.outputs[2] * c.filters;
  for (int64_t filter = 0; filter < c.filters; filter += kWidth) {
    const int filters = c.filters - filter < kWidth ? static_cast<int>(c.filters - filter) : static_cast<int>(kWidth);
    block.dy = dy + filter;
    block.dy_step = c.filters;
    if (filters < kWidth) {
      float* const packed = part.scratch + zero_row(c);
      pack_adjoints(dy + filter, block.count * c.outputs[2], c.filters, filters, kWidth, packed);
      block.dy = packed;
      block.dy_step = kWidth;
    }
    gradient_lines<Vector, kMost, kBundle>(block, filter, filters);
  }
}

template <int kMost, int kBundle>
void filter_gradient_of(const FilterPart& part) {
  const Convolution& c = *part.convolution;
  const int64_t reach = (c.kernel[2] - 1) * c.dilations[2] + 1;
  const int64_t rows = part.images * c.outputs[0] * c.outputs[1];
  const int64_t room = c.inputs[2] - reach + c.before[2];
  RowBlock block{&part, 0, (c.before[2] + c.strides[2] - 1) / c.strides[2], 0, nullptr, 0};
  block.inner_end = room < 0 ? 0 : room / c.strides[2] + 1;
  if (block.inner_end > c.outputs[2]) block.inner_end = c.outputs[2];
  if (block.inner_end <= block.inner_first) block.inner_first = block.inner_end = c.outputs[2];
  const int64_t at_once = rows_at_once(c);
  for (int64_t first = 0; first < rows; first += at_once) {
    block.count = rows - first < at_once ? rows - first : at_once;
    place_rows(part, first, block.count);
    if (c.filters <= 8) {
      filter_gradient_by<HalfLanes, kMost, kBundle>(part, block, first);
    } else {
      filter_gradient_by<Lanes, kMost, kBundle>(part, block, first);
    }
  }
}

}  // namespace
}  // namespace spectroscope

#endif  // SPECTROSCOPE_CONVOLUTION_ROWS_H_
