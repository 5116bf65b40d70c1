// The gradient of a convolution's filters for all groups of samples in one pass (main/engine/model/kernels/host-windows.ts).
#ifndef SPECTROSCOPE_CONVOLUTION_H_
#define SPECTROSCOPE_CONVOLUTION_H_

#include "tensor_call.h"

namespace spectroscope {

// sizes: for each of three axes, in stored order, the input's length, the output's, the kernel's, stride, dilation and
// padding before; how many axes the window has (the last ones), the images of a sample, and then the samples of each group, which follow one another; tensors: x
// [images x inputs x channels], dy [images x outputs x filters]. Gives the gradient [kernel x channels x filters] and,
// where there are several groups with samples, that of each of these.
void filter_gradients(TensorCall& call);

}  // namespace spectroscope

#endif  // SPECTROSCOPE_CONVOLUTION_H_
