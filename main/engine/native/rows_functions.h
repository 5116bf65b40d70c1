// What a step does to rows of numbers, each in one pass over memory (main/engine/model/kernels/host-rows.ts).
#ifndef SPECTROSCOPE_ROWS_FUNCTIONS_H_
#define SPECTROSCOPE_ROWS_FUNCTIONS_H_

#include <cstdint>

#include "tensor_call.h"

namespace spectroscope {

// x += bias along the last axis of x [rows x columns], then no less than zero when `rectified`.
void add_bias(float* x, int64_t rows, int64_t columns, const float* bias, bool rectified);
// sums [columns] of dy, or of what of it has a positive y: that is then in dz.
void column_sums(const float* dy, const float* y, float* dz, int64_t rows, int64_t columns, float* sums);

// sizes: rectified; tensors: x, bias. Changes x in place.
void add_bias_in_place(TensorCall& call);
// tensors: dy, and y of a rectified layer. Gives the sums over rows, and then the adjoints of what was rectified.
void bias_gradient(TensorCall& call);
// tensors: x, scale, offset; settings: epsilon. Gives y, mean, precision.
void layer_norm(TensorCall& call);
// tensors: dy, x, scale, mean, precision. Gives dx, dScale, dOffset.
void layer_norm_gradient(TensorCall& call);
// tensors: x. Gives y and the share of x that it is.
void gelu(TensorCall& call);
// tensors: dy, x, share. Gives dx.
void gelu_gradient(TensorCall& call);
// sizes: the mask's shape; settings: rate, and the four integers of the generator's state (app/run/random.ts). Gives a
// mask of zeros, at that rate, and of 1 / (1 - rate), and then the generator's new state.
void dropout_mask(TensorCall& call);
// tensors of one shape. Gives their sum.
void sum_of(TensorCall& call);

}  // namespace spectroscope

#endif  // SPECTROSCOPE_ROWS_FUNCTIONS_H_
