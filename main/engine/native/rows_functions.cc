#include "rows_functions.h"

#include <cstring>
#include <numeric>
#include <vector>

#include "shares.h"
#include "step_loops.h"

namespace spectroscope {
namespace {

// Numbers at a time, whatever the processor: they fit its second cache, and sums do not depend on the number of cores.
constexpr int64_t kBlock = 1 << 15;

int64_t rows_at_once(int64_t columns, int64_t multiple = 1) {
  const int64_t rows = kBlock / (columns * multiple) * multiple;
  return rows < multiple ? multiple : rows;
}

// Rows that are worked on as one, so that few columns fill vectors.
int64_t repeats_of(int64_t columns) {
  constexpr int64_t kWide = 64;
  constexpr int64_t kMostColumns = 128;
  return columns > kMostColumns ? 1 : kWide / std::gcd(columns, kWide);
}

double numbers(int64_t rows, int64_t columns) { return static_cast<double>(rows) * static_cast<double>(columns); }

// The sum over `parts` arrays of `repeats` times `columns` sums.
void fold(const std::vector<float>& sums, int64_t parts, int64_t repeats, int64_t columns, float* folded) {
  for (int64_t column = 0; column < columns; column++) {
    double sum = 0;
    for (int64_t i = column; i < parts * repeats * columns; i += columns) sum += sums[i];
    folded[column] = static_cast<float>(sum);
  }
}

// The generator of app/run/random.ts, xoshiro128** (Blackman and Vigna 2021): the same numbers, bit for bit.
struct Generator {
  uint32_t state[4];

  static uint32_t rotated(uint32_t value, int bits) { return (value << bits) | (value >> (32 - bits)); }

  uint32_t bits() {
    const uint32_t result = rotated(state[1] * 5, 7) * 9;
    const uint32_t shifted = state[1] << 9;
    state[2] ^= state[0];
    state[3] ^= state[1];
    state[1] ^= state[2];
    state[0] ^= state[3];
    state[2] ^= shifted;
    state[3] = rotated(state[3], 11);
    return result;
  }

  // Uniform in [0, 1), of 53 bits.
  double next() {
    const uint64_t high = bits() >> 5;
    const uint64_t low = bits() >> 6;
    return static_cast<double>((high << 26) + low) / 9007199254740992.0;
  }
};

}  // namespace

void add_bias(float* x, int64_t rows, int64_t columns, const float* bias, bool rectified) {
  const int64_t repeats = repeats_of(columns);
  std::vector<float> pattern(repeats * columns);
  for (int64_t i = 0; i < repeats; i++) std::memcpy(pattern.data() + i * columns, bias, columns * sizeof(float));
  in_ranges(rows, rows_at_once(columns, repeats), numbers(rows, columns), [&](int64_t first, int64_t count) {
    step_loops().add_pattern(x + first * columns, count * columns, pattern.data(), repeats * columns, rectified);
  });
}

void column_sums(const float* dy, const float* y, float* dz, int64_t rows, int64_t columns, float* sums) {
  const int64_t repeats = repeats_of(columns);
  const int64_t period = repeats * columns;
  const int64_t at_once = rows_at_once(columns, repeats);
  const int64_t parts = (rows + at_once - 1) / at_once;
  std::vector<float> partial(parts * period, 0);
  in_ranges(rows, at_once, numbers(rows, columns), [&](int64_t first, int64_t count) {
    const int64_t place = first * columns;
    step_loops().pattern_sums(dy + place, y == nullptr ? nullptr : y + place, dz == nullptr ? nullptr : dz + place,
                              count * columns, partial.data() + first / at_once * period, period);
  });
  fold(partial, parts, repeats, columns, sums);
}

void add_bias_in_place(TensorCall& call) {
  const int64_t rows = call.rows(0);
  const int64_t columns = call.columns(0);
  add_bias(call.changed(0, rows * columns), rows, columns, call.input(1, columns), call.size(0) == 1);
}

void bias_gradient(TensorCall& call) {
  const int64_t rows = call.rows(0);
  const int64_t columns = call.columns(0);
  const bool rectified = call.tensors() > 1;
  const float* const dy = call.input(0, rows * columns);
  const float* const y = rectified ? call.input(1, rows * columns) : nullptr;
  float* const sums = call.output({columns});
  column_sums(dy, y, rectified ? call.output(call.shape(0)) : nullptr, rows, columns, sums);
}

void layer_norm(TensorCall& call) {
  const int64_t rows = call.rows(0);
  const int64_t columns = call.columns(0);
  const float* const x = call.input(0, rows * columns);
  const float* const scale = call.input(1, columns);
  const float* const offset = call.input(2, columns);
  float* const y = call.output(call.shape(0));
  float* const mean = call.output({rows});
  float* const precision = call.output({rows});
  const float epsilon = static_cast<float>(call.setting(0));
  in_ranges(rows, rows_at_once(columns), 4 * numbers(rows, columns), [&](int64_t first, int64_t count) {
    const int64_t place = first * columns;
    step_loops().norm({count, columns, x + place, scale, mean + first, precision + first}, offset, epsilon, y + place);
  });
}

void layer_norm_gradient(TensorCall& call) {
  const int64_t rows = call.rows(0);
  const int64_t columns = call.columns(0);
  const float* const dy = call.input(0, rows * columns);
  const float* const x = call.input(1, rows * columns);
  const float* const scale = call.input(2, columns);
  float* const mean = call.changed(3, rows);
  float* const precision = call.changed(4, rows);
  float* const dx = call.output(call.shape(0));
  float* const d_scale = call.output({columns});
  float* const d_offset = call.output({columns});
  const int64_t at_once = rows_at_once(columns);
  const int64_t parts = (rows + at_once - 1) / at_once;
  std::vector<float> scales(parts * columns, 0);
  std::vector<float> offsets(parts * columns, 0);
  in_ranges(rows, at_once, 8 * numbers(rows, columns), [&](int64_t first, int64_t count) {
    const int64_t place = first * columns;
    const int64_t part = first / at_once * columns;
    step_loops().norm_gradient({count, columns, x + place, scale, mean + first, precision + first}, dy + place,
                               dx + place, scales.data() + part, offsets.data() + part);
  });
  fold(scales, parts, 1, columns, d_scale);
  fold(offsets, parts, 1, columns, d_offset);
}

void gelu(TensorCall& call) {
  const int64_t count = call.elements(0);
  const float* const x = call.input(0, count);
  float* const y = call.output(call.shape(0));
  float* const share = call.output(call.shape(0));
  in_ranges(count, kBlock, 30.0 * static_cast<double>(count), [&](int64_t first, int64_t length) {
    step_loops().gelu(x + first, y + first, share + first, length);
  });
}

void gelu_gradient(TensorCall& call) {
  const int64_t count = call.elements(0);
  const float* const dy = call.input(0, count);
  const float* const x = call.input(1, count);
  const float* const share = call.input(2, count);
  float* const dx = call.output(call.shape(0));
  in_ranges(count, kBlock, 20.0 * static_cast<double>(count), [&](int64_t first, int64_t length) {
    step_loops().gelu_gradient(dy + first, x + first, share + first, dx + first, length);
  });
}

void dropout_mask(TensorCall& call) {
  TensorCall::Shape shape;
  int64_t count = 1;
  for (std::size_t i = 0; i < call.sizes(); i++) {
    shape.push_back(call.size(i));
    count *= call.size(i);
  }
  const double rate = call.setting(0);
  const float scale = static_cast<float>(1 / (1 - rate));
  Generator generator;
  for (std::size_t i = 0; i < 4; i++) generator.state[i] = static_cast<uint32_t>(static_cast<int32_t>(call.setting(1 + i)));
  float* const mask = call.output(shape);
  for (int64_t i = 0; i < count; i++) mask[i] = generator.next() < rate ? 0 : scale;
  for (const uint32_t number : generator.state) call.result(static_cast<int32_t>(number));
}

void sum_of(TensorCall& call) {
  const int64_t count = call.elements(0);
  std::vector<const float*> all;
  for (std::size_t i = 0; i < call.tensors(); i++) all.push_back(call.input(i, count));
  float* const sum = call.output(call.shape(0));
  in_ranges(count, kBlock, static_cast<double>(count) * static_cast<double>(all.size()),
            [&](int64_t first, int64_t length) {
              std::memcpy(sum + first, all[0] + first, length * sizeof(float));
              for (std::size_t i = 1; i < all.size(); i++) step_loops().add(sum + first, all[i] + first, length);
            });
}

}  // namespace spectroscope
