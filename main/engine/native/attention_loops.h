// Attention over the samples of one thread, head by head. Included by the source of each instruction set.
#ifndef SPECTROSCOPE_ATTENTION_LOOPS_H_
#define SPECTROSCOPE_ATTENTION_LOOPS_H_

#include "lanes.h"

namespace spectroscope {
namespace {

// The numbers of a row are whole vectors, of which the last has `length` modulo sixteen numbers that count, or all.
SPECTROSCOPE_INLINE LaneMask counting(int64_t length) {
  const int count = static_cast<int>((length - 1) % kLanes) + 1;
  float values[kLanes];
  for (int lane = 0; lane < kLanes; lane++) values[lane] = lane < count ? 1 : 0;
  return vector_at<Lanes>(values) > Lanes{};
}

// The scores of one query [row] become weights: softmax of scale x score, zeros where no token is.
SPECTROSCOPE_INLINE void softmax(float* scores, int64_t row, const LaneMask& tail, float scale) {
  const int64_t last = row - kLanes;
  const Lanes nothing = all(-__builtin_inff());
  Lanes most = load(scores + last, kLanes);
  most = chosen(tail, most, nothing);
  store(scores + last, most, kLanes);
  for (int64_t i = 0; i < last; i += kLanes) {
    most = larger(load(scores + i, kLanes), most);
  }
  const float largest = lane_maximum(most);
  Lanes sums = {};
  for (int64_t i = 0; i < row; i += kLanes) {
    Lanes lanes = exponential((load(scores + i, kLanes) - largest) * scale);
    if (i == last) lanes = chosen(tail, lanes, Lanes{});
    store(scores + i, lanes, kLanes);
    sums += lanes;
  }
  const float share = 1.0f / lane_sum(sums);
  for (int64_t i = 0; i < row; i += kLanes) store(scores + i, load(scores + i, kLanes) * share, kLanes);
}

// Of one query [row], from dL/d of its weights to dL/d of its products with the keys, in place.
SPECTROSCOPE_INLINE void softmax_backward(float* adjoints, const float* weights, int64_t row, float scale) {
  Lanes sums = {};
  for (int64_t i = 0; i < row; i += kLanes) sums += load(adjoints + i, kLanes) * load(weights + i, kLanes);
  const float mean = lane_sum(sums);
  for (int64_t i = 0; i < row; i += kLanes) {
    store(adjoints + i, load(weights + i, kLanes) * ((load(adjoints + i, kLanes) - mean) * scale), kLanes);
  }
}

// 1 / sqrt(key_size)
inline float score_scale(const AttentionShape& shape) {
  return 1.0f / __builtin_sqrtf(static_cast<float>(shape.key_size));
}

template <int kRows, int kPanels>
void attention_forward_of(const AttentionShape& shape, const AttentionForward& arrays, const Share& share) {
  const int64_t tokens = shape.tokens;
  const int64_t row = shape.row();
  const int64_t keys = shape.key_size;
  const int64_t columns = shape.columns();
  const float scale = score_scale(shape);
  const LaneMask tail = counting(tokens);
  for (int64_t sample = share.first; sample < share.first + share.samples; sample++) {
    for (int64_t head = 0; head < shape.heads; head++) {
      const int64_t place = sample * tokens * columns + head * keys;
      float* const weights = arrays.weights + (sample * shape.heads + head) * tokens * row;
      pack({arrays.key + place, 1, columns}, keys, tokens, share.scratch);
      product<kRows, kPanels>({arrays.query + place, columns, 1}, tokens, keys, share.scratch, row, weights, row);
      for (int64_t query = 0; query < tokens; query++) softmax(weights + query * row, row, tail, scale);
      pack({arrays.value + place, columns, 1}, tokens, keys, share.scratch);
      product<kRows, kPanels>({weights, row, 1}, tokens, tokens, share.scratch, keys, arrays.output + place, columns);
    }
  }
}

template <int kRows, int kPanels>
void attention_backward_of(const AttentionShape& shape, const AttentionBackward& arrays, const Share& share) {
  const int64_t tokens = shape.tokens;
  const int64_t row = shape.row();
  const int64_t keys = shape.key_size;
  const int64_t columns = shape.columns();
  const float scale = score_scale(shape);
  float* const adjoints = share.scratch;
  float* const panels = share.scratch + tokens * row;
  for (int64_t sample = share.first; sample < share.first + share.samples; sample++) {
    for (int64_t head = 0; head < shape.heads; head++) {
      const int64_t place = sample * tokens * columns + head * keys;
      const float* const weights = arrays.weights + (sample * shape.heads + head) * tokens * row;
      pack({arrays.dy + place, columns, 1}, tokens, keys, panels);
      product<kRows, kPanels>({weights, 1, row}, tokens, tokens, panels, keys, arrays.d_value + place, columns);
      pack({arrays.value + place, 1, columns}, keys, tokens, panels);
      product<kRows, kPanels>({arrays.dy + place, columns, 1}, tokens, keys, panels, row, adjoints, row);
      for (int64_t query = 0; query < tokens; query++) {
        softmax_backward(adjoints + query * row, weights + query * row, row, scale);
      }
      pack({arrays.key + place, columns, 1}, tokens, keys, panels);
      product<kRows, kPanels>({adjoints, row, 1}, tokens, tokens, panels, keys, arrays.d_query + place, columns);
      pack({arrays.query + place, columns, 1}, tokens, keys, panels);
      product<kRows, kPanels>({adjoints, 1, row}, tokens, tokens, panels, keys, arrays.d_key + place, columns);
    }
  }
}

}  // namespace
}  // namespace spectroscope

#endif  // SPECTROSCOPE_ATTENTION_LOOPS_H_
