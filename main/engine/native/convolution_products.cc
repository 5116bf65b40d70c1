#include <algorithm>
#include <cstring>
#include <vector>

#include "convolution.h"
#include "convolution_sizes.h"
#include "shares.h"
#include "step_loops.h"

namespace spectroscope {
namespace {

constexpr int64_t kMostLines = 1024;

double operations(const Convolution& c, int64_t images) {
  return 2.0 * static_cast<double>(images * product(c.outputs)) * static_cast<double>(product(c.kernel)) *
         static_cast<double>(c.channels * c.filters);
}

void require_lines(const Convolution& c) {
  if (c.kernel[0] * c.kernel[1] > kMostLines) throw std::runtime_error("The kernel has too many lines.");
}

// Images, then the axes of the window, then `columns`.
TensorCall::Shape shape_of(const TensorCall& call, int64_t images, const int64_t* sizes, int64_t columns) {
  TensorCall::Shape shape = {images};
  shape.insert(shape.end(), sizes + 3 - call.size(kAxes), sizes + 3);
  shape.push_back(columns);
  return shape;
}

// Columns up to a full vector, zeros beyond.
std::vector<float> padded_rows(const float* from, int64_t rows, int64_t columns) {
  const int64_t padded = padded_columns(columns);
  std::vector<float> numbers(rows * padded, 0);
  for (int64_t row = 0; row < rows; row++) {
    std::memcpy(numbers.data() + row * padded, from + row * columns, columns * sizeof(float));
  }
  return numbers;
}

// Places of a row, from `first` on, that are inside it up to place `end`.
void set_inner(RowProduct& row, int64_t first, int64_t end) {
  row.inner_first = std::clamp<int64_t>(first, 0, row.places);
  row.inner_end = std::clamp<int64_t>(end, row.inner_first, row.places);
}

// The filter as it meets the adjoints of a row. Along the last axis, the input comes in cells of `stride` places, whose
// adjoints are sums over so many outputs; [lines x (outputs of a cell x filters) x (stride x channels)].
struct BackFilter {
  int64_t outputs;
  int64_t length;
  int64_t columns;
  int64_t padded;
  std::vector<float> weights;

  BackFilter(const Convolution& c, const float* filter)
      : outputs((c.kernel[2] + c.strides[2] - 1) / c.strides[2]),
        length(outputs * c.filters),
        columns(c.strides[2] * c.channels),
        padded(padded_columns(columns)),
        weights(c.kernel[0] * c.kernel[1] * length * padded, 0) {
    const int64_t numbers = c.kernel[2] * c.channels;
    for (int64_t line = 0; line < c.kernel[0] * c.kernel[1]; line++) {
      for (int64_t number = 0; number < numbers; number++) {
        // The output that is furthest behind meets the last numbers of the line.
        const int64_t behind = number / columns;
        float* const to = weights.data() + (line * length + (outputs - 1 - behind) * c.filters) * padded;
        for (int64_t f = 0; f < c.filters; f++) {
          to[f * padded + number % columns] = filter[(line * numbers + number) * c.filters + f];
        }
      }
    }
  }
};

}  // namespace

void convolve(TensorCall& call) {
  const int64_t channels = call.columns(0);
  const int64_t filters = call.columns(1);
  const Convolution c = convolution_of(call, channels, filters);
  require_lines(c);
  const int64_t images = call.shape(0).at(0);
  const float* const x = call.input(0, images * product(c.inputs) * channels);
  const int64_t length = c.kernel[2] * channels;
  const int64_t lines = c.kernel[0] * c.kernel[1];
  const std::vector<float> weights = padded_rows(call.input(1, lines * length * filters), lines * length, filters);
  const std::vector<float> bias = padded_rows(call.input(2, filters), 1, filters);
  float* const y = call.output(shape_of(call, images, c.outputs, filters));
  RowProduct whole{};
  whole.row_length = c.inputs[2] * channels;
  whole.length = length;
  whole.start = -c.before[2] * channels;
  whole.step = c.strides[2] * channels;
  whole.places = c.outputs[2];
  whole.columns = filters;
  whole.padded = padded_columns(filters);
  whole.bias = bias.data();
  whole.rectified = call.size(kFurther) == 1;
  const int64_t room = c.inputs[2] - c.kernel[2] + c.before[2];
  set_inner(whole, (c.before[2] + c.strides[2] - 1) / c.strides[2], room < 0 ? 0 : room / c.strides[2] + 1);
  in_parts(images * c.outputs[0], operations(c, images), [&](int64_t part) {
    const float* rows[kMostLines];
    const float* of_line[kMostLines];
    RowProduct row = whole;
    row.rows = rows;
    row.weights = of_line;
    const float* const image = x + part / c.outputs[0] * product(c.inputs) * channels;
    const int64_t a = part % c.outputs[0] * c.strides[0] - c.before[0];
    for (int64_t place = 0; place < c.outputs[1]; place++) {
      row.lines = 0;
      for (int64_t line = 0; line < lines; line++) {
        const int64_t at = a + line / c.kernel[1];
        const int64_t b = place * c.strides[1] - c.before[1] + line % c.kernel[1];
        if (at < 0 || at >= c.inputs[0] || b < 0 || b >= c.inputs[1]) continue;
        rows[row.lines] = image + (at * c.inputs[1] + b) * whole.row_length;
        of_line[row.lines] = weights.data() + line * length * whole.padded;
        row.lines += 1;
      }
      row.result = y + (part * c.outputs[1] + place) * c.outputs[2] * filters;
      step_loops().row_product(row);
    }
  });
}

void convolve_back(TensorCall& call) {
  const int64_t filters = call.columns(0);
  const TensorCall::Shape filter_shape = call.shape(1);
  const int64_t channels = filter_shape.at(filter_shape.size() - 2);
  const Convolution c = convolution_of(call, channels, filters);
  require_lines(c);
  const int64_t images = call.shape(0).at(0);
  const float* const dy = call.input(0, images * product(c.outputs) * filters);
  const BackFilter filter(c, call.input(1, product(c.kernel) * channels * filters));
  float* const dx = call.output(shape_of(call, images, c.inputs, channels));
  const int64_t lines = c.kernel[0] * c.kernel[1];
  RowProduct whole{};
  whole.row_length = c.outputs[2] * filters;
  whole.length = filter.length;
  whole.start = -(filter.outputs - 1) * filters;
  whole.step = filters;
  whole.places = (c.inputs[2] + c.before[2] + c.strides[2] - 1) / c.strides[2];
  whole.columns = filter.columns;
  whole.padded = filter.padded;
  set_inner(whole, filter.outputs - 1, c.outputs[2]);
  const int64_t row_numbers = c.inputs[2] * channels;
  in_parts(images * c.inputs[0], operations(c, images), [&](int64_t part) {
    const float* rows[kMostLines];
    const float* of_line[kMostLines];
    std::vector<float> cells(whole.places * whole.columns);
    RowProduct row = whole;
    row.rows = rows;
    row.weights = of_line;
    const float* const errors = dy + part / c.inputs[0] * product(c.outputs) * filters;
    for (int64_t place = 0; place < c.inputs[1]; place++) {
      row.lines = 0;
      for (int64_t line = 0; line < lines; line++) {
        const int64_t a = part % c.inputs[0] + c.before[0] - line / c.kernel[1];
        const int64_t b = place + c.before[1] - line % c.kernel[1];
        if (a < 0 || b < 0 || a % c.strides[0] != 0 || b % c.strides[1] != 0) continue;
        if (a / c.strides[0] >= c.outputs[0] || b / c.strides[1] >= c.outputs[1]) continue;
        rows[row.lines] = errors + (a / c.strides[0] * c.outputs[1] + b / c.strides[1]) * whole.row_length;
        of_line[row.lines] = filter.weights.data() + line * filter.length * filter.padded;
        row.lines += 1;
      }
      float* const to = dx + (part * c.inputs[1] + place) * row_numbers;
      const bool in_place = c.before[2] == 0 && whole.places * whole.columns == row_numbers;
      row.result = in_place ? to : cells.data();
      step_loops().row_product(row);
      if (!in_place) std::memcpy(to, cells.data() + c.before[2] * channels, row_numbers * sizeof(float));
    }
  });
}

}  // namespace spectroscope
