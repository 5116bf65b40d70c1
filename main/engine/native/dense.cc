#include "dense.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <vector>

#include "blas.h"
#include "rows_functions.h"
#include "shares.h"
#include "step_loops.h"

namespace spectroscope {
namespace {

// A product is cut along its rows where there are many, otherwise along its columns. Cuts depend on the shape alone, so
// that a result does not depend on the number of cores.
constexpr int64_t kRows = 160;
constexpr int64_t kFewestColumns = 64;
constexpr int64_t kMostColumns = 512;
constexpr int64_t kColumnRanges = 4;
// Numbers in a row of many up to which our own loops are faster than OpenBLAS, which packs them first.
constexpr int64_t kDirectDepth = 512;
// Rows over which a gradient is summed at a time, where arrays of its size are cheap.
constexpr int64_t kSummedRows = 800;
constexpr int64_t kCheap = 1 << 17;

// A product does eight of them while other loops, which wait for memory, do one.
double operations(int64_t rows, int64_t inputs, int64_t outputs) {
  return 0.25 * static_cast<double>(rows) * static_cast<double>(inputs) * static_cast<double>(outputs);
}

void one_thread() {
  static const bool set = (scipy_openblas_set_num_threads(1), true);
  (void)set;
}

int to_int(int64_t size) { return static_cast<int>(size); }

// Columns of a range: about as many ranges as there may be cores, so that what is packed for each is packed seldom.
int64_t range_of(int64_t columns) {
  const int64_t fair = (columns + kColumnRanges - 1) / kColumnRanges;
  return std::clamp((fair + kFewestColumns - 1) / kFewestColumns * kFewestColumns, kFewestColumns, kMostColumns);
}

// y [rows x columns] = a [rows x depth] B (+ y), B [depth x columns] or the transpose of [columns x depth]; `after` is
// told of each finished range of rows and columns.
template <typename After>
void multiply(const float* a, const float* b, bool transposed, float* y, int64_t rows, int64_t depth, int64_t columns,
              float onto, const After& after) {
  const double work = operations(rows, depth, columns);
  const int64_t b_columns = transposed ? depth : columns;
  const auto range = [&](int64_t row, int64_t count, int64_t column, int64_t width) {
    scipy_cblas_sgemm(kRowMajor, kNoTranspose, transposed ? kTranspose : kNoTranspose, to_int(count), to_int(width),
                      to_int(depth), 1, a + row * depth, to_int(depth), b + column * (transposed ? b_columns : 1),
                      to_int(b_columns), onto, y + row * columns + column, to_int(columns));
    after(row, count, column, width);
  };
  if (rows > 2 * kRows) {
    in_ranges(rows, kRows, work, [&](int64_t first, int64_t count) { range(first, count, 0, columns); });
  } else {
    in_ranges(columns, range_of(columns), work, [&](int64_t first, int64_t count) { range(0, rows, first, count); });
  }
}

bool is_direct(int64_t rows, int64_t depth) { return rows > 2 * kRows && depth <= kDirectDepth; }

// y [rows x columns] = a [rows x depth] b + bias, b [depth x padded_columns]: `bias` as long or null.
void multiply_directly(const float* a, const std::vector<float>& b, const float* bias, bool rectified, float* y,
                       int64_t rows, int64_t depth, int64_t columns) {
  RowProduct whole{};
  whole.lines = 1;
  whole.length = depth;
  whole.step = depth;
  whole.columns = columns;
  whole.padded = padded_columns(columns);
  whole.bias = bias;
  whole.rectified = rectified;
  const float* const weights = b.data();
  in_ranges(rows, kRows, operations(rows, depth, columns), [&](int64_t first, int64_t count) {
    const float* const from = a + first * depth;
    RowProduct range = whole;
    range.rows = &from;
    range.weights = &weights;
    range.row_length = count * depth;
    range.places = range.inner_end = count;
    range.result = y + first * columns;
    step_loops().row_product(range);
  });
}

// [rows x columns] with each row up to a full vector, zeros beyond; or of the transpose of [columns x rows].
std::vector<float> padded(const float* from, int64_t rows, int64_t columns, bool transposed) {
  const int64_t width = padded_columns(columns);
  std::vector<float> numbers(rows * width, 0);
  for (int64_t row = 0; row < rows; row++) {
    for (int64_t column = 0; column < columns; column++) {
      numbers[row * width + column] = transposed ? from[column * rows + row] : from[row * columns + column];
    }
  }
  return numbers;
}

// Rows of one group.
struct Part {
  int64_t first;
  int64_t rows;
  float* gradient;
};

// Each part's gradient at full length, by ranges of inputs.
void by_inputs(const std::vector<Part>& parts, const float* x, const float* dy, int64_t inputs, int64_t outputs,
               double work) {
  const int64_t at_once = range_of(inputs);
  const int64_t ranges = (inputs + at_once - 1) / at_once;
  in_parts(ranges * static_cast<int64_t>(parts.size()), work, [&](int64_t index) {
    const Part& part = parts[index / ranges];
    const int64_t first = index % ranges * at_once;
    const int64_t count = first + at_once < inputs ? at_once : inputs - first;
    scipy_cblas_sgemm(kRowMajor, kTranspose, kNoTranspose, to_int(count), to_int(outputs), to_int(part.rows), 1,
                      x + part.first * inputs + first, to_int(inputs), dy + part.first * outputs, to_int(outputs), 0,
                      part.gradient + first * outputs, to_int(outputs));
  });
}

// Each part's gradient as a sum over ranges of its rows.
void by_rows(const std::vector<Part>& parts, const float* x, const float* dy, int64_t inputs, int64_t outputs,
             double work) {
  struct Range {
    int64_t first;
    int64_t rows;
    float* sums;
    float* added_to;
  };
  const int64_t size = inputs * outputs;
  std::vector<Range> ranges;
  std::size_t further = 0;
  for (const Part& part : parts) {
    const int64_t count = (part.rows + kSummedRows - 1) / kSummedRows;
    const int64_t length = (part.rows + count - 1) / count;
    for (int64_t first = 0; first < part.rows; first += length) {
      const int64_t rows = first + length < part.rows ? length : part.rows - first;
      ranges.push_back({part.first + first, rows, first == 0 ? part.gradient : nullptr, part.gradient});
      if (first > 0) further += 1;
    }
  }
  std::vector<float> sums(further * size);
  float* next = sums.data();
  for (Range& range : ranges) {
    if (range.sums != nullptr) continue;
    range.sums = next;
    next += size;
  }
  in_parts(static_cast<int64_t>(ranges.size()), work, [&](int64_t index) {
    const Range& range = ranges[index];
    scipy_cblas_sgemm(kRowMajor, kTranspose, kNoTranspose, to_int(inputs), to_int(outputs), to_int(range.rows), 1,
                      x + range.first * inputs, to_int(inputs), dy + range.first * outputs, to_int(outputs), 0,
                      range.sums, to_int(outputs));
  });
  for (const Range& range : ranges) {
    if (range.sums != range.added_to) step_loops().add(range.added_to, range.sums, size);
  }
}

TensorCall::Shape with_columns(TensorCall::Shape shape, int64_t columns) {
  shape.back() = columns;
  return shape;
}

void nothing_after(int64_t, int64_t, int64_t, int64_t) {}

}  // namespace

void dense(TensorCall& call) {
  one_thread();
  const int64_t rows = call.rows(0);
  const int64_t inputs = call.columns(0);
  const int64_t outputs = call.columns(1);
  const bool rectified = call.size(0) == 1;
  const float* const x = call.input(0, rows * inputs);
  const float* const weight = call.input(1, inputs * outputs);
  const float* const bias = call.input(2, outputs);
  float* const y = call.output(with_columns(call.shape(0), outputs));
  if (is_direct(rows, inputs)) {
    multiply_directly(x, padded(weight, inputs, outputs, false), padded(bias, 1, outputs, false).data(), rectified, y,
                      rows, inputs, outputs);
    return;
  }
  const StepLoops& loops = step_loops();
  multiply(x, weight, false, y, rows, inputs, outputs, 0,
           [&](int64_t first, int64_t count, int64_t column, int64_t width) {
             for (int64_t row = first; row < first + count; row++) {
               loops.add_pattern(y + row * outputs + column, width, bias + column, width, rectified);
             }
           });
}

void dense_input_gradient(TensorCall& call) {
  one_thread();
  const int64_t rows = call.rows(0);
  const int64_t outputs = call.columns(0);
  const int64_t inputs = call.shape(1).at(0);
  const bool adds = call.size(0) == 1;
  const float* const dy = call.input(0, rows * outputs);
  const float* const weight = call.input(1, inputs * outputs);
  float* const dx = adds ? call.changed(2, rows * inputs) : call.output(with_columns(call.shape(0), inputs));
  if (!adds && is_direct(rows, outputs)) {
    multiply_directly(dy, padded(weight, outputs, inputs, true), nullptr, false, dx, rows, outputs, inputs);
    return;
  }
  multiply(dy, weight, true, dx, rows, outputs, inputs, adds ? 1 : 0, nothing_after);
}

void dense_weight_gradient(TensorCall& call) {
  one_thread();
  const int64_t rows = call.rows(0);
  const int64_t inputs = call.columns(0);
  const int64_t outputs = call.columns(1);
  const float* const x = call.input(0, rows * inputs);
  const float* const dy = call.input(1, rows * outputs);
  float* const total = call.output({inputs, outputs});
  std::vector<Part> parts;
  int64_t first = 0;
  for (std::size_t group = 0; group < call.sizes(); group++) {
    if (call.size(group) > 0) parts.push_back({first, call.size(group), nullptr});
    first += call.size(group);
  }
  if (first != rows || parts.empty()) throw std::runtime_error("The groups must have the rows of the batch.");
  for (Part& part : parts) part.gradient = parts.size() == 1 ? total : call.output({inputs, outputs});
  const double work = operations(rows, inputs, outputs);
  if (inputs * outputs <= kCheap) {
    by_rows(parts, x, dy, inputs, outputs, work);
  } else {
    by_inputs(parts, x, dy, inputs, outputs, work);
  }
  if (parts.size() == 1) return;
  in_ranges(inputs * outputs, kCheap / 4, static_cast<double>(inputs * outputs) * static_cast<double>(parts.size()),
            [&](int64_t place, int64_t length) {
              std::memcpy(total + place, parts[0].gradient + place, length * sizeof(float));
              for (std::size_t i = 1; i < parts.size(); i++) {
                step_loops().add(total + place, parts[i].gradient + place, length);
              }
            });
}

}  // namespace spectroscope
