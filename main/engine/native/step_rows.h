// The loops of step_loops.h. Included by the source of each instruction set.
#ifndef SPECTROSCOPE_STEP_ROWS_H_
#define SPECTROSCOPE_STEP_ROWS_H_

#include "convolution_products.h"
#include "convolution_rows.h"
#include "lanes.h"
#include "step_loops.h"

namespace spectroscope {
namespace {

// Kingma & Ba 2015.
void adam_of(const Update& update, const UpdateSettings& s) {
  float* const __restrict w = update.weights;
  float* const __restrict m = update.first;
  float* const __restrict v = update.second;
  const float* const __restrict gradient = update.gradient;
  const float rate = s.rate;
  const float keep = s.keep;
  const float factor = s.factor;
  const float change1 = 1 - s.beta1;
  const float change2 = 1 - s.beta2;
  const float epsilon = s.epsilon;
  for (int64_t i = 0; i < update.count; i++) {
    const float g = gradient[i] * factor;
    const float mean = m[i] + (g - m[i]) * change1;
    const float square = v[i] + (g * g - v[i]) * change2;
    m[i] = mean;
    v[i] = square;
    w[i] = w[i] * keep - mean * rate / (__builtin_sqrtf(square) + epsilon);
  }
}

void momentum_of(const Update& update, const UpdateSettings& s) {
  float* const __restrict w = update.weights;
  float* const __restrict m = update.first;
  const float* const __restrict gradient = update.gradient;
  for (int64_t i = 0; i < update.count; i++) {
    const float velocity = m[i] * s.beta1 + gradient[i] * s.factor;
    m[i] = velocity;
    w[i] = w[i] * s.keep - velocity * s.rate;
  }
}

void descent_of(const Update& update, const UpdateSettings& s) {
  float* const __restrict w = update.weights;
  const float* const __restrict gradient = update.gradient;
  for (int64_t i = 0; i < update.count; i++) w[i] = w[i] * s.keep - gradient[i] * s.factor * s.rate;
}

// Sums of 2,048 at a time in float32, those in float64.
double squares_of(const float* x, int64_t count) {
  double sum = 0;
  for (int64_t first = 0; first < count; first += 2048) {
    const int64_t end = first + 2048 < count ? first + 2048 : count;
    Lanes sums[2] = {};
    int64_t i = first;
    for (; i + 2 * kLanes <= end; i += 2 * kLanes) {
      const Lanes a = load(x + i, kLanes);
      const Lanes b = load(x + i + kLanes, kLanes);
      sums[0] += a * a;
      sums[1] += b * b;
    }
    for (; i < end; i += kLanes) {
      const Lanes a = load(x + i, lanes_left(end, i));
      sums[0] += a * a;
    }
    sum += lane_sum(sums[0] + sums[1]);
  }
  return sum;
}

void add_of(float* __restrict sums, const float* __restrict x, int64_t count) {
  for (int64_t i = 0; i < count; i++) sums[i] += x[i];
}

// What is not a number stays so.
template <bool rectified>
SPECTROSCOPE_INLINE void add_row(float* __restrict x, const float* __restrict pattern, int64_t count) {
  for (int64_t i = 0; i < count; i++) {
    const float sum = x[i] + pattern[i];
    x[i] = rectified && sum < 0 ? 0 : sum;
  }
}

void add_pattern_of(float* x, int64_t count, const float* pattern, int64_t period, bool rectified) {
  for (int64_t first = 0; first < count; first += period) {
    const int64_t length = first + period < count ? period : count - first;
    if (rectified) {
      add_row<true>(x + first, pattern, length);
    } else {
      add_row<false>(x + first, pattern, length);
    }
  }
}

SPECTROSCOPE_INLINE void masked_row(const float* __restrict dy, const float* __restrict y, float* __restrict dz,
                                    float* __restrict sums, int64_t count) {
  for (int64_t i = 0; i < count; i++) {
    const float passed = y[i] > 0 ? dy[i] : 0;
    dz[i] = passed;
    sums[i] += passed;
  }
}

void pattern_sums_of(const float* dy, const float* y, float* dz, int64_t count, float* sums, int64_t period) {
  for (int64_t first = 0; first < count; first += period) {
    const int64_t length = first + period < count ? period : count - first;
    if (y == nullptr) {
      add_of(sums, dy + first, length);
    } else {
      masked_row(dy + first, y + first, dz + first, sums, length);
    }
  }
}

void norm_of(const NormRows& norm, const float* offset, float epsilon, float* y) {
  const int64_t columns = norm.columns;
  const float share = 1.0f / static_cast<float>(columns);
  for (int64_t row = 0; row < norm.rows; row++) {
    const float* const x = norm.x + row * columns;
    Lanes sums = {};
    for (int64_t i = 0; i < columns; i += kLanes) sums += load(x + i, lanes_left(columns, i));
    const float mean = lane_sum(sums) * share;
    Lanes squares = {};
    for (int64_t i = 0; i < columns; i += kLanes) {
      const Lanes centred = load(x + i, lanes_left(columns, i), mean) - mean;
      squares += centred * centred;
    }
    const float precision = 1.0f / __builtin_sqrtf(lane_sum(squares) * share + epsilon);
    for (int64_t i = 0; i < columns; i += kLanes) {
      const int count = lanes_left(columns, i);
      const Lanes normal = (load(x + i, count) - mean) * precision;
      store(y + row * columns + i, normal * load(norm.scale + i, count) + load(offset + i, count), count);
    }
    norm.mean[row] = mean;
    norm.precision[row] = precision;
  }
}

void norm_gradient_of(const NormRows& norm, const float* dy, float* dx, float* d_scale, float* d_offset) {
  const int64_t columns = norm.columns;
  const float share = 1.0f / static_cast<float>(columns);
  for (int64_t row = 0; row < norm.rows; row++) {
    const float* const x = norm.x + row * columns;
    const float* const errors = dy + row * columns;
    const float mean = norm.mean[row];
    const float precision = norm.precision[row];
    Lanes sums = {};
    Lanes products = {};
    for (int64_t i = 0; i < columns; i += kLanes) {
      const int count = lanes_left(columns, i);
      const Lanes error = load(errors + i, count);
      const Lanes normal = (load(x + i, count, mean) - mean) * precision;
      const Lanes scaled = error * load(norm.scale + i, count);
      store(d_scale + i, load(d_scale + i, count) + error * normal, count);
      store(d_offset + i, load(d_offset + i, count) + error, count);
      sums += scaled;
      products += scaled * normal;
    }
    const float along = lane_sum(products) * share;
    const float level = lane_sum(sums) * share;
    for (int64_t i = 0; i < columns; i += kLanes) {
      const int count = lanes_left(columns, i);
      const Lanes normal = (load(x + i, count) - mean) * precision;
      const Lanes scaled = load(errors + i, count) * load(norm.scale + i, count);
      store(dx + row * columns + i, (scaled - (normal * along + level)) * precision, count);
    }
  }
}

// The complementary error function for z >= 0 to 1.2e-7 of itself (Press et al., Numerical Recipes, 6.2).
SPECTROSCOPE_INLINE Lanes complementary_error(const Lanes& z) {
  const Lanes t = 1.0f / (z * 0.5f + 1.0f);
  Lanes p = t * 0.17087277f - 0.82215223f;
  p = p * t + 1.48851587f;
  p = p * t - 1.13520398f;
  p = p * t + 0.27886807f;
  p = p * t - 0.18628806f;
  p = p * t + 0.09678418f;
  p = p * t + 0.37409196f;
  p = p * t + 1.00002368f;
  p = p * t - 1.26551223f;
  return t * exponential(p - z * z);
}

void gelu_of(const float* x, float* y, float* share, int64_t count) {
  for (int64_t i = 0; i < count; i += kLanes) {
    const int left = lanes_left(count, i);
    const Lanes lanes = load(x + i, left);
    const Lanes z = lanes * 0.70710678118654752f;
    const Lanes tail = complementary_error(chosen(z < 0.0f, -z, z)) * 0.5f;
    const Lanes below = chosen(z < 0.0f, tail, 1.0f - tail);
    store(share + i, below, left);
    store(y + i, lanes * below, left);
  }
}

void gelu_gradient_of(const float* dy, const float* x, const float* share, float* dx, int64_t count) {
  // 1 / sqrt(2 pi)
  constexpr float kDensity = 0.39894228040143267f;
  for (int64_t i = 0; i < count; i += kLanes) {
    const int left = lanes_left(count, i);
    const Lanes lanes = load(x + i, left);
    const Lanes density = exponential(lanes * lanes * -0.5f) * kDensity;
    store(dx + i, load(dy + i, left) * (load(share + i, left) + lanes * density), left);
  }
}

// What the registers hold. kMost, kBundle: sums of numbers of a line, and of lines of three numbers, with a vector of
// filters. kPlaces, kVectors: sums of places with vectors of columns.
template <int kMost, int kBundle, int kPlaces, int kVectors>
constexpr StepLoops step_loops_of() {
  return {adam_of,        momentum_of, descent_of,       squares_of, add_of,
          add_pattern_of, pattern_sums_of, norm_of, norm_gradient_of, gelu_of,
          gelu_gradient_of, filter_gradient_of<kMost, kBundle>, row_product_of<kPlaces, kVectors>};
}

}  // namespace
}  // namespace spectroscope

#endif  // SPECTROSCOPE_STEP_ROWS_H_
