#include "attention.h"

#include <vector>

#include "sequence_loops.h"
#include "shares.h"

namespace spectroscope {
namespace {

// Of the forward pass; the backward pass has twice as many.
double operations(const AttentionShape& shape) {
  return 4.0 * shape.samples * shape.tokens * shape.tokens * static_cast<double>(shape.columns());
}

}  // namespace

void attention_forward(const AttentionShape& shape, const AttentionForward& arrays) {
  in_ranges(shape.samples, 1, operations(shape), [&](int64_t first, int64_t samples) {
    std::vector<float> scratch(attention_scratch(shape));
    sequence_loops().attention_forward(shape, arrays, {first, samples, scratch.data()});
  });
}

void attention_backward(const AttentionShape& shape, const AttentionBackward& arrays) {
  in_ranges(shape.samples, 1, 2 * operations(shape), [&](int64_t first, int64_t samples) {
    std::vector<float> scratch(attention_scratch(shape));
    sequence_loops().attention_backward(shape, arrays, {first, samples, scratch.data()});
  });
}

}  // namespace spectroscope
