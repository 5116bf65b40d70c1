// Attention over the samples of one thread, head by head. Included by the source of each instruction set.
#ifndef SPECTROSCOPE_ATTENTION_LOOPS_H_
#define SPECTROSCOPE_ATTENTION_LOOPS_H_

#include "lanes.h"

namespace spectroscope {
namespace {

// The scores of one query become weights: softmax of scale x score.
SPECTROSCOPE_INLINE void softmax(float* scores, int64_t length, float scale) {
  Lanes most = all(scores[0]);
  for (int64_t i = 0; i < length; i += kLanes) {
    const Lanes lanes = load(scores + i, lanes_left(length, i), scores[0]);
    most = lanes > most ? lanes : most;
  }
  float largest = most[0];
  for (int lane = 1; lane < kLanes; lane++) largest = most[lane] > largest ? most[lane] : largest;
  Lanes sums = {};
  for (int64_t i = 0; i < length; i += kLanes) {
    const int count = lanes_left(length, i);
    const Lanes lanes = exponential((load(scores + i, count) - largest) * scale);
    store(scores + i, lanes, count);
    sums += load(scores + i, count);
  }
  const float share = 1.0f / lane_sum(sums);
  for (int64_t i = 0; i < length; i += kLanes) {
    const int count = lanes_left(length, i);
    store(scores + i, load(scores + i, count) * share, count);
  }
}

// Of one query, from dL/d of its weights to dL/d of its products with the keys, in place.
SPECTROSCOPE_INLINE void softmax_backward(float* adjoints, const float* weights, int64_t length, float scale) {
  Lanes sums = {};
  for (int64_t i = 0; i < length; i += kLanes) {
    const int count = lanes_left(length, i);
    sums += load(adjoints + i, count) * load(weights + i, count);
  }
  const float mean = lane_sum(sums);
  for (int64_t i = 0; i < length; i += kLanes) {
    const int count = lanes_left(length, i);
    store(adjoints + i, load(weights + i, count) * ((load(adjoints + i, count) - mean) * scale), count);
  }
}

// 1 / sqrt(key_size)
inline float score_scale(const AttentionShape& shape) {
  return 1.0f / __builtin_sqrtf(static_cast<float>(shape.key_size));
}

template <int kRows, int kPanels>
void attention_forward_of(const AttentionShape& shape, const AttentionForward& arrays, const Share& share) {
  const int64_t tokens = shape.tokens;
  const int64_t keys = shape.key_size;
  const int64_t columns = shape.columns();
  const float scale = score_scale(shape);
  for (int64_t sample = share.first; sample < share.first + share.samples; sample++) {
    for (int64_t head = 0; head < shape.heads; head++) {
      const int64_t place = sample * tokens * columns + head * keys;
      float* const weights = arrays.weights + (sample * shape.heads + head) * tokens * tokens;
      pack({arrays.key + place, 1, columns}, keys, tokens, share.scratch);
      product<kRows, kPanels>({arrays.query + place, columns, 1}, tokens, keys, share.scratch, tokens, weights, tokens);
      for (int64_t row = 0; row < tokens; row++) softmax(weights + row * tokens, tokens, scale);
      pack({arrays.value + place, columns, 1}, tokens, keys, share.scratch);
      product<kRows, kPanels>({weights, tokens, 1}, tokens, tokens, share.scratch, keys, arrays.output + place, columns);
    }
  }
}

template <int kRows, int kPanels>
void attention_backward_of(const AttentionShape& shape, const AttentionBackward& arrays, const Share& share) {
  const int64_t tokens = shape.tokens;
  const int64_t keys = shape.key_size;
  const int64_t columns = shape.columns();
  const float scale = score_scale(shape);
  float* const adjoints = share.scratch;
  float* const panels = share.scratch + tokens * tokens;
  for (int64_t sample = share.first; sample < share.first + share.samples; sample++) {
    for (int64_t head = 0; head < shape.heads; head++) {
      const int64_t place = sample * tokens * columns + head * keys;
      const float* const weights = arrays.weights + (sample * shape.heads + head) * tokens * tokens;
      pack({arrays.dy + place, columns, 1}, tokens, keys, panels);
      product<kRows, kPanels>({weights, 1, tokens}, tokens, tokens, panels, keys, arrays.d_value + place, columns);
      pack({arrays.value + place, 1, columns}, keys, tokens, panels);
      product<kRows, kPanels>({arrays.dy + place, columns, 1}, tokens, keys, panels, tokens, adjoints, tokens);
      for (int64_t row = 0; row < tokens; row++) {
        softmax_backward(adjoints + row * tokens, weights + row * tokens, tokens, scale);
      }
      pack({arrays.key + place, columns, 1}, tokens, keys, panels);
      product<kRows, kPanels>({adjoints, tokens, 1}, tokens, tokens, panels, keys, arrays.d_query + place, columns);
      pack({arrays.query + place, columns, 1}, tokens, keys, panels);
      product<kRows, kPanels>({adjoints, 1, tokens}, tokens, tokens, panels, keys, arrays.d_key + place, columns);
    }
  }
}

}  // namespace
}  // namespace spectroscope

#endif  // SPECTROSCOPE_ATTENTION_LOOPS_H_
