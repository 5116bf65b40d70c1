#include "recurrent.h"

#include <vector>

#include "sequence_loops.h"
#include "shares.h"

namespace spectroscope {
namespace {

// Samples at a time: as many as a tile of a product has rows.
constexpr int64_t kSamples = 8;

double operations(const RecurrentShape& shape) {
  return 2.0 * shape.samples * shape.times * shape.units * static_cast<double>(shape.columns());
}

}  // namespace

void recurrent_forward(const RecurrentShape& shape, const RecurrentForward& arrays) {
  const int64_t columns = shape.recurrent_columns();
  std::vector<float> panels(packed_size(shape.units, columns) + packed_size(shape.units, shape.units));
  pack({arrays.recurrent, columns, 1}, shape.units, columns, panels.data());
  if (arrays.candidate != nullptr) {
    pack({arrays.candidate, shape.units, 1}, shape.units, shape.units, panels.data() + packed_size(shape.units, columns));
  }
  in_ranges(shape.samples, kSamples, operations(shape), [&](int64_t first, int64_t samples) {
    std::vector<float> scratch(samples * recurrent_scratch(shape));
    sequence_loops().recurrent_forward(shape, arrays, panels.data(), {first, samples, scratch.data()});
  });
}

void recurrent_backward(const RecurrentShape& shape, const RecurrentBackward& arrays) {
  const int64_t columns = shape.recurrent_columns();
  std::vector<float> panels(packed_size(columns, shape.units) + packed_size(shape.units, shape.units));
  pack({arrays.recurrent, 1, columns}, columns, shape.units, panels.data());
  if (arrays.candidate != nullptr) {
    pack({arrays.candidate, 1, shape.units}, shape.units, shape.units, panels.data() + packed_size(columns, shape.units));
  }
  in_ranges(shape.samples, kSamples, operations(shape), [&](int64_t first, int64_t samples) {
    std::vector<float> scratch(samples * recurrent_scratch(shape));
    sequence_loops().recurrent_backward(shape, arrays, panels.data(), {first, samples, scratch.data()});
  });
}

}  // namespace spectroscope
