// Products of a weight with rows, with what goes along with them (main/engine/model/kernels/host-dense.ts).
#ifndef SPECTROSCOPE_DENSE_H_
#define SPECTROSCOPE_DENSE_H_

#include "tensor_call.h"

namespace spectroscope {

// sizes: rectified; tensors: x [..., inputs], weight [inputs x outputs], bias [outputs]. Gives x W + b, no less than zero
// when rectified.
void dense(TensorCall& call);

// sizes: adds; tensors: dy [..., outputs], weight [inputs x outputs], and when it adds, an array [..., inputs] that the
// result is added to in place. Gives dy W' unless it adds.
void dense_input_gradient(TensorCall& call);

// sizes: rows of each group, which follow one another; tensors: x [..., inputs], dy [..., outputs]. Gives x' dy and, where
// there are several groups with rows, that of each of these.
void dense_weight_gradient(TensorCall& call);

}  // namespace spectroscope

#endif  // SPECTROSCOPE_DENSE_H_
