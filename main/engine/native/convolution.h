// Convolutions straight from the images, without copies of patches (main/engine/model/kernels/host-windows.ts). All are
// told sizes first: for each of three axes, in stored order, the input's length, the output's, the kernel's, stride,
// dilation and padding before; then how many axes the window has (the last ones).
#ifndef SPECTROSCOPE_CONVOLUTION_H_
#define SPECTROSCOPE_CONVOLUTION_H_

#include "tensor_call.h"

namespace spectroscope {

// Further sizes: the images of a sample, and then the samples of each group, which follow one another; tensors: x
// [images x inputs x channels], dy [images x outputs x filters]. Gives the gradient [kernel x channels x filters] and,
// where there are several groups with samples, that of each of these.
void filter_gradients(TensorCall& call);

// Further sizes: rectified; tensors: x [images x inputs x channels], filter [kernel x channels x filters], bias [filters].
// Gives [images x outputs x filters], no less than zero when rectified. Dilations are not looked at.
void convolve(TensorCall& call);

// tensors: dy [images x outputs x filters], filter. Gives dL/dx [images x inputs x channels]. Likewise.
void convolve_back(TensorCall& call);

}  // namespace spectroscope

#endif  // SPECTROSCOPE_CONVOLUTION_H_
