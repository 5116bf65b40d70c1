// A convolution as JavaScript tells it.
#ifndef SPECTROSCOPE_CONVOLUTION_SIZES_H_
#define SPECTROSCOPE_CONVOLUTION_SIZES_H_

#include <stdexcept>

#include "convolution_loops.h"
#include "tensor_call.h"

namespace spectroscope {

// Where the number of the window's axes is among the sizes, after six for each of three axes, and what comes then.
constexpr std::size_t kAxes = 18;
constexpr std::size_t kFurther = kAxes + 1;

inline int64_t product(const int64_t* sizes) { return sizes[0] * sizes[1] * sizes[2]; }

inline Convolution convolution_of(const TensorCall& call, int64_t channels, int64_t filters) {
  if (call.size(kAxes) > 3) throw std::runtime_error("A window has up to three axes.");
  Convolution c{};
  for (std::size_t axis = 0; axis < 3; axis++) {
    const std::size_t at = 6 * axis;
    c.inputs[axis] = call.size(at);
    c.outputs[axis] = call.size(at + 1);
    c.kernel[axis] = call.size(at + 2);
    c.strides[axis] = call.size(at + 3);
    c.dilations[axis] = call.size(at + 4);
    c.before[axis] = call.size(at + 5);
  }
  if (c.outputs[2] < 1 || product(c.strides) < 1) throw std::runtime_error("A convolution needs places and strides.");
  c.channels = channels;
  c.filters = filters;
  return c;
}

}  // namespace spectroscope

#endif  // SPECTROSCOPE_CONVOLUTION_SIZES_H_
