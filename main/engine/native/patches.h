// The patches of a convolution: for each position of its filter, the numbers that lie under it.
#ifndef SPECTROSCOPE_PATCHES_H_
#define SPECTROSCOPE_PATCHES_H_

#include <cstdint>

#include "scratch.h"

namespace spectroscope {

// Where a filter is laid over an image: for each of three axes, in stored order. Zeros for other layers. A sample whose
// array has further axes before these is so many images, one after the other.
struct Window {
  int32_t channels;
  int32_t inputs[3];
  int32_t outputs[3];
  int32_t kernel[3];
  int32_t strides[3];
  int32_t dilations[3];
  int32_t before[3];  // padding
};

// Columns of the matrix of patches: kernel positions x channels.
int64_t patch_size(const Window& window);

class Patches {
 public:
  // gradient += P'Y over filter positions first .. last of a row of images: P [positions x patch_size], Y [positions x
  // columns], of which `taken` columns from `column` are used; gradient [patch_size x taken]. `T` is what some hundred
  // positions are summed in, float or double; their sums are added in double.
  template <typename T>
  void add_product(const Window& window, const float* images, const float* y, int columns, int column, int taken,
                   int64_t first, int64_t last, double* gradient);
  // K = P'P [patch_size x patch_size] over positions first .. last, both triangles.
  void gram_of_columns(const Window& window, const float* images, int64_t first, int64_t last, double* k);
  // K = P P' over the first `rows` positions, [rows x rows], both triangles.
  void gram_of_rows(const Window& window, const float* images, int64_t rows, double* k);

 private:
  // Memory of a type.
  template <typename T>
  struct Panels {
    Scratch<T> patches, others, product;
  };
  Panels<double>& panels(double) { return wide_; }
  Panels<float>& panels(float) { return narrow_; }

  Panels<double> wide_;
  Panels<float> narrow_;
};

}  // namespace spectroscope

#endif  // SPECTROSCOPE_PATCHES_H_
