// Scaled dot-product attention of several heads (main/engine/model/kernels/sequence.ts).
#ifndef SPECTROSCOPE_ATTENTION_H_
#define SPECTROSCOPE_ATTENTION_H_

#include <cstdint>

namespace spectroscope {

struct AttentionShape {
  int32_t samples;
  int32_t tokens;
  int32_t heads;
  int32_t key_size;

  int64_t columns() const { return int64_t{heads} * key_size; }
};

// Arrays are [samples x tokens x heads x key_size]; weights [samples x heads x tokens x tokens].
struct AttentionForward {
  const float* query;
  const float* key;
  const float* value;
  float* output;
  float* weights;
};

struct AttentionBackward {
  const float* query;
  const float* key;
  const float* value;
  const float* weights;
  const float* dy;
  float* d_query;
  float* d_key;
  float* d_value;
};

void attention_forward(const AttentionShape& shape, const AttentionForward& arrays);
void attention_backward(const AttentionShape& shape, const AttentionBackward& arrays);

}  // namespace spectroscope

#endif  // SPECTROSCOPE_ATTENTION_H_
